"""Random small scene graphs, and what is true of them by the plainest code that can say it."""

from __future__ import annotations

from itertools import combinations

from hypothesis import strategies as st

from tma import (
    Action,
    ActionType,
    AttributeType,
    Category,
    GraphObject,
    Inventory,
    KeyFrame,
    Relation,
    RelationType,
    SceneGraph,
    VideoGraph,
)

CATEGORIES = ("animal", "cat", "dog", "cup", "mug", "table", "person", "lamp")
PARENTS = {"cat": ("animal",), "dog": ("animal",)}
LOOKALIKES = {"cup": ("mug",)}
COLORS = ("red", "orange", "blue", "white")
RELATIONS = ("on", "above", "below", "next to", "near", "holding")

INVENTORY = Inventory(
    categories=tuple(
        Category(id=c, name=c, parents=PARENTS.get(c, ()), lookalikes=LOOKALIKES.get(c, ()))
        for c in CATEGORIES
    ),
    attribute_types=(
        AttributeType(name="color", values=COLORS, overlaps=(("red", "orange"),)),
        AttributeType(name="size", values=("large", "small")),
    ),
    relation_types=(
        RelationType(name="on", kind="spatial", implies=("above",)),
        RelationType(name="above", kind="spatial", inverse="below"),
        RelationType(name="below", kind="spatial"),
        RelationType(name="next to", kind="spatial", symmetric=True, lookalikes=("near",)),
        RelationType(name="near", kind="spatial", symmetric=True),
        RelationType(name="holding", kind="contact", phrase="is holding"),
    ),
    action_types=tuple(
        ActionType(name=n, phrase=p, implies=i)
        for n, p, i in (
            ("sit", "sitting down", ()),
            ("wave", "waving", ()),
            ("run", "running", ("move",)),
            ("move", "moving", ()),
            ("lift", "lifting {object}", ()),
        )
    ),
    licence="CC0-1.0",
)
ACTIONS = tuple(t.name for t in INVENTORY.action_types)


# -- what follows, written out ----------------------------------------------------------------

FOLLOWS = {
    "on": {("on", 1), ("above", 1), ("below", -1)},
    "above": {("above", 1), ("below", -1)},
    "below": {("below", 1), ("above", -1)},
    "next to": {("next to", 1), ("next to", -1)},
    "near": {("near", 1), ("near", -1)},
    "holding": {("holding", 1)},
}
MIGHT = {  # beyond what follows
    "on": set(),
    "above": {("on", 1)},
    "below": {("on", -1)},
    "next to": {("near", 1), ("near", -1)},
    "near": {("next to", 1), ("next to", -1)},
    "holding": set(),
}
IS_A = {c: {c, *PARENTS.get(c, ())} for c in CATEGORIES}
CALLED = {c: set(IS_A[c]) for c in CATEGORIES} | {
    "animal": {"animal", "cat", "dog"},
    "cup": {"cup", "mug"},
    "mug": {"mug", "cup"},
}
LIKE_COLORS = {"red": {"red", "orange"}, "orange": {"red", "orange"}}


@st.composite
def pictures(draw: st.DrawFn) -> SceneGraph:
    count = draw(st.integers(2, 5))
    objects = []
    for place in range(count):
        attributes: dict[str, tuple[str, ...]] = {}
        if draw(st.booleans()):
            attributes["color"] = (draw(st.sampled_from(COLORS)),)
        if draw(st.booleans()):
            attributes["size"] = (draw(st.sampled_from(("large", "small"))),)
        others = [str(i) for i in range(count) if i > place]  # no contradictions
        links = draw(
            st.lists(
                st.tuples(st.sampled_from(RELATIONS), st.sampled_from(others), st.booleans()),
                max_size=3,
                unique_by=lambda link: link[:2],
            )
            if others
            else st.just([])
        )
        over = {o for n, o, _ in links if n in ("on", "above")}  # nor here
        category = draw(
            st.one_of(st.none(), st.sampled_from(CATEGORIES), st.sampled_from(CATEGORIES))
        )
        objects.append(
            GraphObject(
                id=str(place),
                category=category,
                name=category or "thingy",
                attributes=attributes,
                relations=tuple(
                    Relation(name=n, object=o, certain=c or draw(st.booleans()))
                    for n, o, c in links
                    if n != "below" or o not in over
                ),
            )
        )
    return SceneGraph(id="g", width=64, height=64, objects=tuple(objects), complete=True)


def links(graph: SceneGraph) -> tuple[set[tuple[str, str, str]], set[tuple[str, str, str]]]:
    """(subject, relation, object) that surely hold, and all that might."""
    sure, maybe = set(), set()
    for thing in graph.objects:
        for relation in thing.relations:
            for name, way in FOLLOWS[relation.name] | MIGHT[relation.name]:
                pair = (thing.id, relation.object)[::way]
                maybe.add((pair[0], name, pair[1]))
            if relation.certain:
                for name, way in FOLLOWS[relation.name]:
                    pair = (thing.id, relation.object)[::way]
                    sure.add((pair[0], name, pair[1]))
    return sure, maybe


def has(thing: GraphObject, pair: tuple[str, str], sure: bool) -> bool:
    own = thing.attributes.get(pair[0], ())
    if sure:
        return pair[1] in own
    return any(pair[1] in LIKE_COLORS.get(v, {v}) for v in own)


def named(thing: GraphObject, name: str, sure: bool) -> bool:
    if thing.category is None:
        return not sure
    return name in (IS_A if sure else CALLED)[thing.category]


Elements = tuple[
    frozenset[tuple[str, str]], tuple[str, bool, str] | None, frozenset[tuple[str, str]]
]
"""Own attributes; (relation, is subject, neighbour's category); the neighbour's attributes."""


def fits(graph: SceneGraph, thing: GraphObject, elements: Elements, sure: bool) -> bool:
    own, link, theirs = elements
    if not all(has(thing, p, sure) for p in own):
        return False
    if link is None:
        return True
    name, is_subject, category = link
    edges = links(graph)[0 if sure else 1]
    return any(
        ((thing.id, name, o.id) if is_subject else (o.id, name, thing.id)) in edges
        and named(o, category, sure)
        and all(has(o, p, sure) for p in theirs)
        for o in graph.objects
        if o.id != thing.id
    )


def pairs(thing: GraphObject) -> list[tuple[str, str]]:
    return [(t, v) for t, vs in thing.attributes.items() for v in vs]


def descriptions(
    graph: SceneGraph, thing: GraphObject, size: int, avoid: str | None = None
) -> set[Elements]:
    """Every set of so many elements: by trying all subsets of all elements."""
    own = [("own", p) for p in pairs(thing) if p[0] != avoid]
    found: set[Elements] = set()
    for chosen in combinations(own, size):
        found.add((frozenset(p for _, p in chosen), None, frozenset()))
    by_id = graph.objects_by_id()
    near = [(r.name, True, by_id[r.object]) for r in thing.relations if r.certain]
    near += [
        (r.name, False, o)
        for o in graph.objects
        for r in o.relations
        if r.certain and r.object == thing.id
    ]
    for name, is_subject, other in near:
        if other.category is None:
            continue
        theirs = [("their", p) for p in pairs(other) if p[0] != avoid]
        for chosen in combinations([*own, *theirs], size - 1):
            found.add(
                (
                    frozenset(p for w, p in chosen if w == "own"),
                    (name, is_subject, other.category),
                    frozenset(p for w, p in chosen if w == "their"),
                )
            )
    return found


def smallest(
    graph: SceneGraph, thing: GraphObject, most: int, avoid: str | None = None
) -> set[Elements]:
    """The smallest descriptions that fit this object and surely nothing else."""
    for size in range(1, most + 1):
        found = {
            e
            for e in descriptions(graph, thing, size, avoid)
            if [o.id for o in graph.objects if fits(graph, o, e, sure=False)] == [thing.id]
            and fits(graph, thing, e, sure=True)
        }
        if found:
            return found
    return set()


# -- videos -----------------------------------------------------------------------------------


@st.composite
def videos(draw: st.DrawFn) -> VideoGraph:
    things = draw(st.lists(st.sampled_from(CATEGORIES[1:6]), min_size=1, max_size=3))
    ids = [f"{c}-{i}" for i, c in enumerate(things)]
    objects = [GraphObject(id="who", category="person")]
    objects += [GraphObject(id=i, category=c) for i, c in zip(ids, things, strict=True)]
    frames = []
    for place in range(draw(st.integers(1, 5))):
        stated = draw(
            st.lists(
                st.tuples(
                    st.sampled_from(("on", "above", "near", "holding")), st.sampled_from(ids)
                ),
                max_size=2,
                unique=True,
            )
        )
        done = draw(st.lists(st.sampled_from(ACTIONS), max_size=2, unique=True))
        frames.append(
            KeyFrame(
                time=place,
                relations=tuple(
                    Relation(name=n, object=o, certain=draw(st.integers(0, 4)) > 0)
                    for n, o in stated
                ),
                actions=tuple(
                    Action(
                        name=a,
                        object=draw(st.sampled_from(ids)) if a == "lift" else None,
                        certain=draw(st.integers(0, 4)) > 0,
                    )
                    for a in done
                ),
            )
        )
    return VideoGraph(
        id="v",
        width=64,
        height=64,
        objects=tuple(objects),
        seconds=9,
        actor="who",
        frames=tuple(frames),
        complete=draw(st.booleans()),
    )


ACTIONS_FOLLOW = {a: {a} for a in ACTIONS} | {"run": {"run", "move"}}
ACTIONS_MIGHT = {a: {a} for a in ACTIONS} | {"run": {"run", "move"}, "move": {"move", "run"}}


def does(graph: VideoGraph, place: int, deed: tuple[str, str], sure: bool) -> bool:
    """Whether an action (name, category of its object or empty) is done at a key frame."""
    by_id = graph.objects_by_id()
    for action in graph.frames[place].actions:
        thing = by_id[action.object].category if action.object else ""
        assert thing is not None
        actions, kinds = (ACTIONS_FOLLOW, IS_A) if sure else (ACTIONS_MIGHT, CALLED)
        same = deed[1] == thing or deed[1] in kinds.get(thing, ())
        if same and deed[0] in actions[action.name] and (action.certain or not sure):
            return True
    return False


def relates(graph: VideoGraph, place: int, name: str, thing: str, sure: bool) -> bool:
    """Whether the actor stands in a relation to an object at a key frame."""
    for relation in graph.frames[place].relations:
        if relation.object != thing:
            continue
        if sure and relation.certain and (name, 1) in FOLLOWS[relation.name]:
            return True
        if not sure and (name, 1) in FOLLOWS[relation.name] | MIGHT[relation.name]:
            return True
    return False


def asked_about(graph: VideoGraph, when: str, deed: tuple[str, str], sure: bool) -> list[int]:
    """The frames before, after or while an action is done, by the definition.

    `sure`: those that are so however borderline annotations are taken; else those that may be.
    """
    places = range(len(graph.frames))
    if not any(does(graph, p, deed, True) for p in places):
        return []
    if when == "while":
        return [p for p in places if does(graph, p, deed, sure)]
    others = [p for p in places if does(graph, p, deed, not sure)]
    if when == "before":
        return [p for p in places if all(p < q for q in others)]
    return [p for p in places if all(p > q for q in others)]
