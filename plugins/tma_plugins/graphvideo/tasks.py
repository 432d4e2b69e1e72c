"""The three questions about a video with a scene graph."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar
from weakref import WeakKeyDictionary

import numpy as np

from tma import (
    AssetError,
    Assumption,
    Catalogue,
    ClipScene,
    Domain,
    Draft,
    Infeasible,
    Plan,
    PlanSpace,
    Scene,
    TaskGenerator,
    TruthSet,
    VideoGraph,
    graph_space,
    stands_in,
)
from tma_plugins.codestamp import code_of
from tma_plugins.graphvideo.config import VideoConfig
from tma_plugins.graphvideo.listing import (
    ActionListing,
    ObjectListing,
    RelationListing,
    alike,
    only,
    written,
)
from tma_plugins.graphvideo.timeline import WHEN, Deed, Spans, Timeline
from tma_plugins.scenegraph.english import capital, name_of
from tma_plugins.scenegraph.knowledge import Knowledge, knowledge_of
from tma_plugins.scenegraph.options import pick, relation_weights

_WHEN = Domain(WHEN)


class VideoTask(TaskGenerator):
    """What the three have in common.

    Attributes:
        name: the contribution's.
        listing: says which plans a video has.
    """

    scene_type = ClipScene
    name: ClassVar[str]
    listing: ClassVar[type[ObjectListing | RelationListing | ActionListing]]

    def __init__(self, config: VideoConfig | None = None) -> None:
        self.config = config or VideoConfig()
        self._asked: WeakKeyDictionary[Catalogue, Mapping[str, int]] = WeakKeyDictionary()

    @abstractmethod
    def fields(self, catalogue: Catalogue) -> dict[str, Domain | None]:
        """The plan's fields after `video`, `when` and `reference_action`, with their domains."""

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """A table of plans, enumerated video by video."""
        return graph_space(
            catalogue.graphs,
            "video",
            {"when": _WHEN, "reference_action": None} | self.fields(catalogue),
            self.listing(knowledge_of(catalogue)),
            f"graphvideo/{self.name} {code_of('scenegraph', 'graphvideo')}",
        )

    def timeline(self, plan: Plan, catalogue: Catalogue) -> Timeline:
        """What holds when in the video that a plan is about. Raises AssetError."""
        try:
            graph = catalogue.graphs[catalogue.graphs.number(str(plan["video"]))]
        except KeyError:
            raise AssetError(f"no video {plan.get('video')!r} among the scene graphs") from None
        assert isinstance(graph, VideoGraph)
        return Timeline(graph, knowledge_of(catalogue))

    def truths(self, plan: Plan, scene: Scene, catalogue: Catalogue) -> TruthSet:
        """Every true answer by the scene's graph alone."""
        assert isinstance(scene, ClipScene)
        line = Timeline(scene.graph, knowledge_of(catalogue))
        zone = line.zone(str(plan["when"]), self.deed(plan, line))
        return self.judge(plan, line, zone, catalogue)

    @abstractmethod
    def judge(self, plan: Plan, line: Timeline, zone: Spans, catalogue: Catalogue) -> TruthSet:
        """Every true answer at some frame of the zone."""

    @staticmethod
    def deed(plan: Plan, line: Timeline, field: str = "reference_action") -> Deed:
        """The action that a plan names."""
        found = {written(d): d for d in line.deeds}
        return found.get(str(plan[field]), ("", ""))

    def barred(
        self, plan: Plan, line: Timeline, zone: Spans, catalogue: Catalogue
    ) -> frozenset[str]:
        """What is or may be true when it is asked about, or ever, as the settings say."""
        where = zone if self.takes_other_times(line) else line.always
        here, ever = (self.judge(plan, line, z, catalogue) for z in (zone, where))
        return here.true | here.possible | ever.true | ever.possible

    def takes_other_times(self, line: Timeline) -> bool:
        """Whether what holds at another time may be a wrong option."""
        wanted = self.config.distractors
        return line.graph.complete if wanted == "auto" else wanted == "other-time"

    def time(self, plan: Plan, line: Timeline, catalogue: Catalogue) -> str:
        """`before opening the door`."""
        return f"{plan['when']} {spoken(self.deed(plan, line), catalogue)}"

    def finish(
        self,
        line: Timeline,
        question: str,
        answer: str,
        answers: str,
        chosen: tuple[list[str], bool],
        labels: Mapping[str, str],
    ) -> Draft:
        """The draft. Raises Infeasible if the question names the answer."""
        if stands_in(labels.get(answer, answer), question):
            raise Infeasible("question-gives-answer-away")
        graph = line.graph
        known: Assumption | None = "picture-absent" if chosen[1] else "closed-world"
        return Draft(
            scene=ClipScene(width=graph.width, height=graph.height, graph=graph),
            question=question,
            answer=answer,
            distractors=chosen[0],
            answers=answers,
            labels=labels,
            assumption=None if graph.complete else known,
        )

    def asked(self, catalogue: Catalogue, field: str) -> Mapping[str, int]:
        """How often each is the answer in all videos."""
        if catalogue not in self._asked:
            groups = self.space(catalogue).groups((field,))
            self._asked[catalogue] = {str(key): count for (key,), count in groups.items()}
        return self._asked[catalogue]

    def pick(
        self,
        line: Timeline,
        elsewhen: list[str],
        present: list[str],
        others: Mapping[str, float],
        barred: frozenset[str],
        apart: Callable[[str, str], bool],
        rng: np.random.Generator,
    ) -> tuple[list[str], bool]:
        """Wrong options: true at another time, or only of other things, or of nothing."""
        tiers = [elsewhen, present] if self.takes_other_times(line) else [present]
        return pick(self.option_count - 1, tiers, others, barred, apart, rng)


def spoken(deed: Deed, catalogue: Catalogue) -> str:
    """`picking up the cup`."""
    phrase = catalogue.actions.phrase(deed[0])
    if "{object}" not in phrase:
        return phrase
    thing = f"the {catalogue.name(deed[1])}" if deed[1] else "something"
    return phrase.replace("{object}", thing)


def actor(line: Timeline, catalogue: Catalogue) -> str:
    """`the person`."""
    return f"the {name_of(line.objects[line.graph.actor], catalogue)}"


class WhatObject(VideoTask):
    """What the actor stands in a relation to."""

    name = "what-object"
    listing = ObjectListing

    def fields(self, catalogue: Catalogue) -> dict[str, Domain | None]:
        """The relation, and the category."""
        return {
            "relation": catalogue.relations.domain,
            "target_category": catalogue.category_domain,
        }

    def judge(self, plan: Plan, line: Timeline, zone: Spans, catalogue: Catalogue) -> TruthSet:
        """All names of all objects."""
        knowledge = knowledge_of(catalogue)
        sure, maybe = line.of_links(str(plan["relation"]), zone)
        true: set[str] = set()
        possible: set[str] = set()
        for thing in sorted(maybe):
            category = line.objects[thing].category
            if category is None:
                possible.update(catalogue.categories)
                continue
            possible |= knowledge.sayable[category]
            if thing in sure:
                true |= knowledge.up[category]
        return TruthSet(frozenset(true), frozenset(possible - true))

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Ask for the object."""
        line = self.timeline(plan, catalogue)
        zone = line.zone(str(plan["when"]), self.deed(plan, line))
        answer, relation = str(plan["target_category"]), str(plan["relation"])
        phrase = catalogue.relations.phrase(relation)
        who, time = actor(line, catalogue), capital(self.time(plan, line, catalogue))
        verb, _, rest = phrase.partition(" ")
        question = f"{time}, what {verb} {who} {rest}?"
        if verb != "is":
            question = f"{time}, {who} {phrase} something. What is it?"
        things = {o: t.category for o, t in line.objects.items() if o != line.graph.actor}
        ever = line.of_links(relation, line.always)[0]
        barred = self.barred(plan, line, zone, catalogue) | catalogue.confusable(answer) | {answer}
        said = frozenset(c for c in catalogue.categories if stands_in(catalogue.name(c), question))
        pairs = catalogue.alternatives
        sayable = knowledge_of(catalogue).sayable
        about = {n for c in things.values() if c is not None for n in sayable[c]}
        present = [c for c in things.values() if c is not None]
        chosen = self.pick(
            line,
            [c for o, c in things.items() if c is not None and o in ever],
            present,
            {c: n for c, n in catalogue.graphs.objects.items() if c and c not in about},
            barred | said,
            lambda a, b: bool(pairs[catalogue.code(a), catalogue.code(b)]),
            rng,
        )
        labels = {c: catalogue.name(c) for c in (answer, *chosen[0])}
        return self.finish(line, question, answer, "category", chosen, labels)


class WhatRelation(VideoTask):
    """The relation in which the actor stands to an object."""

    name = "what-relation"
    balance = ("target_relation",)
    listing = RelationListing

    def fields(self, catalogue: Catalogue) -> dict[str, Domain | None]:
        """The object's category, and the relation."""
        return {
            "reference_category": catalogue.category_domain,
            "target_relation": catalogue.relations.domain,
        }

    def judge(self, plan: Plan, line: Timeline, zone: Spans, catalogue: Catalogue) -> TruthSet:
        """All relations to the object."""
        thing = only(line, str(plan["reference_category"]), knowledge_of(catalogue))
        if thing is None:
            return TruthSet(frozenset(), ambiguous="no object or several have the name")
        sure, maybe = line.of_relations([thing], zone)
        return TruthSet(frozenset(sure), frozenset(maybe - sure))

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Ask for the relation."""
        line = self.timeline(plan, catalogue)
        zone = line.zone(str(plan["when"]), self.deed(plan, line))
        relations = catalogue.relations
        answer = str(plan["target_relation"])
        thing = only(line, str(plan["reference_category"]), knowledge_of(catalogue))
        name = catalogue.name(str(plan["reference_category"]))
        time = capital(self.time(plan, line, catalogue))
        question = f"{time}, {actor(line, catalogue)} ... the {name}. What fills the gap?"
        barred = self.barred(plan, line, zone, catalogue) | relations.confusable(answer) | {answer}
        if not self.config.inverses:
            barred |= relations.inverses(answer)
        kind = relations.kind
        asked = self.asked(catalogue, "target_relation")
        weights = relation_weights(relations.names, kind, asked, answer)
        stated = [(n, o) for n, o in line.stated_links() if kind(n) == kind(answer)]
        near = {m for n, _ in line.stated_links() for m in relations.conceivable(n)}
        chosen = self.pick(
            line,
            [n for n, o in stated if o == thing],
            [n for n, _ in stated],
            {n: w for n, w in weights.items() if n not in near},
            barred,
            lambda a, b: b not in relations.confusable(a),
            rng,
        )
        labels = {n: relations.phrase(n) for n in (answer, *chosen[0])}
        return self.finish(line, question, answer, "relation", chosen, labels)


class WhatAction(VideoTask):
    """What else the actor does."""

    name = "what-action"
    listing = ActionListing

    def fields(self, catalogue: Catalogue) -> dict[str, Domain | None]:
        """The action."""
        return {"target_action": None}

    def judge(self, plan: Plan, line: Timeline, zone: Spans, catalogue: Catalogue) -> TruthSet:
        """All that is done."""
        sure, maybe = line.of_deeds(zone)
        true = {written(d) for d in sure}
        return TruthSet(frozenset(true), frozenset(written(d) for d in maybe) - true)

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Ask for the action."""
        line = self.timeline(plan, catalogue)
        knowledge = knowledge_of(catalogue)
        reference, target = self.deed(plan, line), self.deed(plan, line, "target_action")
        zone = line.zone(str(plan["when"]), reference)
        time = self.time(plan, line, catalogue)
        question = f"What is {actor(line, catalogue)} doing {time}?"
        done = line.stated_deeds()
        others = _possible_deeds(line, catalogue)
        known = {written(d): d for d in (*others, *done, *line.deeds)}
        like = {t for t, d in known.items() if _clash(d, (reference, target), knowledge)}
        chosen = self.pick(
            line,
            [written(d) for d in done],
            [],
            {written(d): n for d, n in others.items()},
            self.barred(plan, line, zone, catalogue) | like,
            lambda a, b: not alike(known[a], known[b], knowledge),
            rng,
        )
        answer = written(target)
        labels = {t: spoken(known[t], catalogue) for t in (answer, *chosen[0])}
        return self.finish(line, question, answer, "text", chosen, labels)


def _clash(deed: Deed, others: tuple[Deed, ...], knowledge: Knowledge) -> bool:
    return any(alike(deed, other, knowledge) for other in others)


def _possible_deeds(line: Timeline, catalogue: Catalogue) -> dict[Deed, float]:
    """What might be done in such a video, with weights.

    What is done to its things in some video comes long before what is done to others, and that
    before what nobody does: nobody needs to see a video to know that no sofa is eaten.
    """
    things = dict.fromkeys(
        t.category for o, t in line.objects.items() if o != line.graph.actor and t.category
    )
    found: dict[Deed, float] = {
        (name, thing): count * (1.0 if not thing or thing in things else _NOT_HERE)
        for (name, thing), count in catalogue.graphs.deeds.items()
    }
    for name in catalogue.graphs.actions:
        if "{object}" in catalogue.actions.phrase(name):
            found = {(name, thing): _NEVER_DONE for thing in things} | found
    return found


_NOT_HERE = 1e-3
_NEVER_DONE = 1e-7
