"""The three questions about a picture with a scene graph."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar
from weakref import WeakKeyDictionary

from tma import (
    Catalogue,
    Domain,
    Lister,
    PhotoScene,
    Plan,
    Scene,
    SceneGraph,
    TruthSet,
    VideoGraph,
)
from tma_plugins.graphimage.config import GraphConfig
from tma_plugins.graphimage.listing import (
    AttributeListing,
    ObjectListing,
    RelationListing,
)
from tma_plugins.scenegraph.description import FIELDS, Description
from tma_plugins.scenegraph.english import ask_attribute, capital, described
from tma_plugins.scenegraph.generator import SceneGraphTask
from tma_plugins.scenegraph.knowledge import knowledge_of
from tma_plugins.scenegraph.options import Asking, named
from tma_plugins.scenegraph.reading import Bits, Reading, places

_NEVER_ASKED = 0.02
"""Weight of what is never the answer, beside how often others are."""
_HERE = 30.0
"""How much sooner what occurs in the picture is a wrong option than what does not."""
_OTHER_KIND = 0.3
"""How much later a relation of another kind is."""


class GraphTask(SceneGraphTask[Reading]):
    """What the three have in common.

    Attributes:
        listing: says which plans a picture has.
    """

    scene_type = PhotoScene
    family = "graphimage"
    graph_field = "image"
    listing: ClassVar[type[ObjectListing | AttributeListing | RelationListing]]

    def __init__(self, config: GraphConfig | None = None) -> None:
        super().__init__()
        self.config = config or GraphConfig()

    @property
    def plans_key(self) -> str:
        """Size and kind of the descriptions."""
        return self.config.key

    @property
    def options_key(self) -> str:
        """Where wrong options come from."""
        return f"{self.config.distractors} inverses={self.config.inverses}"

    def lister(self, catalogue: Catalogue) -> Lister:
        """Lists a picture's descriptions."""
        return self.listing(knowledge_of(catalogue), self.config)

    def read(self, graph: SceneGraph | VideoGraph, catalogue: Catalogue) -> Reading:
        """What fits what in a picture."""
        assert isinstance(graph, SceneGraph)
        return Reading(graph, knowledge_of(catalogue))

    def scene(self, seen: Reading) -> PhotoScene:
        """The picture."""
        graph = seen.graph
        return PhotoScene(width=graph.width, height=graph.height, graph=graph)

    def complete(self, seen: Reading) -> bool:
        """Whether the graph says so."""
        return seen.graph.complete

    def truths(self, plan: Plan, scene: Scene, catalogue: Catalogue) -> TruthSet:
        """Every true answer by the scene's graph alone."""
        assert isinstance(scene, PhotoScene)
        return self.judge(plan, Reading(scene.graph, knowledge_of(catalogue)), catalogue)

    @abstractmethod
    def judge(self, plan: Plan, reading: Reading, catalogue: Catalogue) -> TruthSet:
        """Every true answer by a reading."""

    def meant(self, description: Description, reading: Reading) -> tuple[Bits, Bits, str | None]:
        """What surely and what perhaps fits, and why that is ambiguous, if it is."""
        sure, maybe = reading.fitting(description)
        if self.config.exact:
            return sure, maybe, None
        if sure.bit_count() != 1:
            return sure, maybe, f"{sure.bit_count()} objects fit the description"
        return sure, maybe, None if maybe == sure else "another object might fit the description"

    def weighed(
        self, usual: Mapping[str, float], here: frozenset[str], barred: frozenset[str]
    ) -> dict[str, float]:
        """False options with their weights.

        Args:
            usual: what may be an option -> how often it is the answer.
            here: what occurs elsewhere in the picture.
            barred: what is no option.
        """
        wanted = here if self.config.distractors == "present" else frozenset()
        return {
            o: (n or _NEVER_ASKED) * (_HERE if o in wanted else 1.0)
            for o, n in usual.items()
            if o not in barred
        }


def description_fields(catalogue: Catalogue, prefix: str = "") -> dict[str, Domain | None]:
    """The fields of a description, with their domains."""
    domains: list[Domain | None] = [
        None,
        catalogue.relations.domain,
        _ROLES,
        catalogue.category_domain,
        None,
    ]
    return {prefix + f: d for f, d in zip(FIELDS, domains, strict=True)}


def cues_of(description: Description, prefix: str = "") -> tuple[str, ...]:
    """What a description tells whoever reads it."""
    found = [f"{prefix}is {value}" for _, value in description.attributes]
    if description.reference:
        role = "subject" if description.is_subject else "object"
        found += [f"{prefix}{role} {description.relation}", f"{prefix}by {description.reference}"]
        found += [f"{prefix}by {value}" for _, value in description.reference_attributes]
    return tuple(found)


_ROLES = Domain(("subject", "object"))


class WhatObject(GraphTask):
    """The name of the object that a description fits."""

    name = "what-object"
    listing = ObjectListing

    def fields(self, catalogue: Catalogue) -> dict[str, Domain | None]:
        """A description, and the category."""
        return description_fields(catalogue) | {"target_category": catalogue.category_domain}

    def judge(self, plan: Plan, reading: Reading, catalogue: Catalogue) -> TruthSet:
        """All names of all that fits."""
        sure, maybe, unclear = self.meant(Description.read(plan), reading)
        knowledge = knowledge_of(catalogue)
        true: set[str] = set()
        possible: set[str] = set()
        for x in places(maybe | reading.unexcluded(Description.read(plan))):
            category = reading.objects[x].category
            if category is None:
                possible.update(catalogue.categories if maybe >> x & 1 else ())
                continue
            possible |= knowledge.sayable[category]
            if sure >> x & 1:
                true |= knowledge.up[category]
        return TruthSet(frozenset(true), frozenset(possible - true), unclear)

    def ask(self, plan: Plan, seen: Reading, catalogue: Catalogue) -> Asking:
        """Ask for the object."""
        answer = str(plan["target_category"])
        description = Description.read(plan)
        question = f"What is {described(description, seen, catalogue)}?"
        truth = self.judge(plan, seen, catalogue)
        said = named(catalogue.categories, catalogue.name, question)
        here = frozenset(o.category for o in seen.objects if o.category is not None)
        barred = truth.true | truth.possible | catalogue.confusable(answer) | said | {answer}
        if not seen.graph.complete:
            barred |= self._about(seen, catalogue) - here
        if self.config.distractors == "absent":
            barred |= here
        counts = self.asked(catalogue, "target_category")
        usual = {c: counts.get((c,), 0) for c in catalogue.graphs.objects if c}
        return Asking(
            question=question,
            answer=answer,
            answers="category",
            cues=cues_of(description),
            options=self.weighed(usual, here, barred),
            here=here,
            label=catalogue.name,
        )

    def apart(self, one: str, other: str, catalogue: Catalogue) -> bool:
        """Whether no object might be called both."""
        return bool(catalogue.alternatives[catalogue.code(one), catalogue.code(other)])

    @staticmethod
    def _about(reading: Reading, catalogue: Catalogue) -> frozenset[str]:
        """All that objects of the picture might be called: no category of it is absent."""
        sayable = knowledge_of(catalogue).sayable
        return frozenset(n for o in reading.objects if o.category for n in sayable[o.category])


class WhatAttribute(GraphTask):
    """The value of an attribute type of the object that a description fits."""

    name = "what-attribute"
    balance = ("attribute_type", "attribute_value")
    listing = AttributeListing

    def __init__(self, config: GraphConfig | None = None) -> None:
        super().__init__(config)
        self._overlaps: WeakKeyDictionary[Catalogue, Mapping[str, frozenset[str]]] = (
            WeakKeyDictionary()
        )

    def fields(self, catalogue: Catalogue) -> dict[str, Domain | None]:
        """A description, attribute type and value."""
        kinds, values = catalogue.attribute_domains
        own: dict[str, Domain | None] = {"attribute_type": kinds, "attribute_value": values}
        return description_fields(catalogue) | own

    def judge(self, plan: Plan, reading: Reading, catalogue: Catalogue) -> TruthSet:
        """All values of all that fits."""
        kind = str(plan["attribute_type"])
        sure, maybe, unclear = self.meant(Description.read(plan), reading)
        overlaps = knowledge_of(catalogue).overlaps
        true: set[str] = set()
        possible: set[str] = set()
        for x in places(maybe):
            thing = reading.objects[x]
            for value in thing.attributes.get(kind, ()):
                possible |= {value} | overlaps.get((kind, value), frozenset())
                if sure >> x & 1:
                    true.add(value)
            possible.update(thing.maybe.get(kind, ()))
        return TruthSet(frozenset(true), frozenset(possible - true), unclear)

    def ask(self, plan: Plan, seen: Reading, catalogue: Catalogue) -> Asking:
        """Ask for the value."""
        kind, answer = str(plan["attribute_type"]), str(plan["attribute_value"])
        description = Description.read(plan)
        truth = self.judge(plan, seen, catalogue)
        overlaps = knowledge_of(catalogue).overlaps
        here = frozenset(v for o in seen.objects for v in o.attributes.get(kind, ()))
        maybe = {v for o in seen.objects for v in o.maybe.get(kind, ())}
        unsure = {w for v in here for w in overlaps.get((kind, v), ())} | maybe
        barred = truth.true | truth.possible | overlaps.get((kind, answer), frozenset()) | {answer}
        barred |= here if self.config.distractors == "absent" else frozenset()
        counts = self.asked(catalogue, *self.balance)
        usual = {v: float((k, v) in counts) for k, v in catalogue.graphs.values if k == kind}
        return Asking(
            question=ask_attribute(kind, described(description, seen, catalogue)),
            answer=answer,
            answers=f"attribute:{kind}",
            cues=cues_of(description),
            options=self.weighed(usual, here, barred | (unsure - here)),
            here=here,
            label=str,
        )

    def apart(self, one: str, other: str, catalogue: Catalogue) -> bool:
        """Whether nothing might be said to be both."""
        return one not in self._overlapping(catalogue).get(other, ())

    def _overlapping(self, catalogue: Catalogue) -> Mapping[str, frozenset[str]]:
        """Value -> values that overlap with it, whatever the type."""
        if catalogue not in self._overlaps:
            found: dict[str, set[str]] = {}
            for (_, value), others in knowledge_of(catalogue).overlaps.items():
                for other in others:
                    found.setdefault(value, set()).add(other)
                    found.setdefault(other, set()).add(value)
            self._overlaps[catalogue] = {v: frozenset(o) for v, o in found.items()}
        return self._overlaps[catalogue]


class WhatRelation(GraphTask):
    """The relation between two objects, each of them described."""

    name = "what-relation"
    balance = ("target_relation",)
    listing = RelationListing

    def fields(self, catalogue: Catalogue) -> dict[str, Domain | None]:
        """Two descriptions and the relation that is asked for."""
        return (
            description_fields(catalogue, "subject_")
            | description_fields(catalogue, "object_")
            | {"target_relation": catalogue.relations.domain}
        )

    def judge(self, plan: Plan, reading: Reading, catalogue: Catalogue) -> TruthSet:
        """All relations that hold between the two."""
        found = []
        for prefix in ("subject_", "object_"):
            sure, maybe = reading.fitting(Description.read(plan, prefix))
            if sure.bit_count() != 1 or sure != maybe:
                return TruthSet(frozenset(), ambiguous="several objects fit a description")
            found += places(sure)
        true, possible, _ = reading.between(*found)
        return TruthSet(true, possible - true)

    def ask(self, plan: Plan, seen: Reading, catalogue: Catalogue) -> Asking:
        """Ask for the relation."""
        relations = catalogue.relations
        answer = str(plan["target_relation"])
        subject, target = (Description.read(plan, p) for p in ("subject_", "object_"))
        x, y = (places(seen.fitting(d)[0])[0] for d in (subject, target))
        barred = seen.between(x, y)[1] | relations.confusable(answer) | {answer}
        if not self.config.inverses:
            barred |= relations.inverses(answer)
        if not seen.graph.complete:
            # whoever is looked at may look back; but boxes tell left from right
            barred |= {n for n in seen.between(y, x)[1] if relations.side(n) in (None, "any")}
        stated = {r.name for o in seen.objects for r in o.relations}
        here = frozenset(m for n in stated for m in relations.conceivable(n))
        if self.config.distractors == "absent":
            barred |= here
        asked = self.asked(catalogue, *self.balance)
        kind = relations.kind(answer)
        usual = {
            n: float((n,) in asked) * (1.0 if relations.kind(n) == kind else _OTHER_KIND)
            for n in relations.names
        }
        first = capital(described(subject, seen, catalogue))
        question = f"{first} ... {described(target, seen, catalogue)}. What fills the gap?"
        barred |= named(relations.names, relations.phrase, question)
        return Asking(
            question=question,
            answer=answer,
            answers="relation",
            cues=(*cues_of(subject, "first "), *cues_of(target, "second ")),
            options=self.weighed(usual, frozenset(), barred),
            here=here,
            label=relations.phrase,
        )

    def apart(self, one: str, other: str, catalogue: Catalogue) -> bool:
        """Whether neither follows from the other, or is its inverse."""
        relations = catalogue.relations
        if not self.config.inverses and other in relations.inverses(one):
            return False
        return other not in relations.confusable(one)
