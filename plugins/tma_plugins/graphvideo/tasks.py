"""The three questions about a video with a scene graph."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from tma import (
    Actions,
    Catalogue,
    ClipScene,
    Domain,
    Lister,
    Plan,
    Scene,
    SceneGraph,
    TruthSet,
    VideoGraph,
)
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
from tma_plugins.scenegraph.generator import SceneGraphTask
from tma_plugins.scenegraph.knowledge import knowledge_of
from tma_plugins.scenegraph.options import Asking, named

_WHEN = Domain(WHEN)
_NEVER_ASKED = 0.02
"""Weight of what is never the answer, beside what is."""
_OTHER_TIME = 30.0
"""How much sooner what is true at another time is a wrong option."""
_HERE = 4.0
"""How much sooner what is true of something else in the video is."""
_OTHER_KIND = 0.3
_NOT_HERE = 0.1
"""How much later what is done elsewhere to something that isn't in the video is."""
_NEVER_DONE = 1e-7


class VideoTask(SceneGraphTask[Timeline]):
    """What the three have in common.

    Attributes:
        listing: says which plans a video has.
    """

    scene_type = ClipScene
    family = "graphvideo"
    graph_field = "video"
    plans_key = ""
    listing: ClassVar[type[ObjectListing | RelationListing | ActionListing]]

    def __init__(self, config: VideoConfig | None = None) -> None:
        super().__init__()
        self.config = config or VideoConfig()

    @property
    def options_key(self) -> str:
        """When wrong options may be true, and whether inverses may stand beside each other."""
        return f"{self.config.distractors} inverses={self.config.inverses}"

    def fields(self, catalogue: Catalogue) -> dict[str, Domain | None]:
        """When, the reference action, and what the question has besides."""
        return {"when": _WHEN, "reference_action": None} | self.own_fields(catalogue)

    @abstractmethod
    def own_fields(self, catalogue: Catalogue) -> dict[str, Domain | None]:
        """The plan's fields after `video`, `when` and `reference_action`, with their domains."""

    def lister(self, catalogue: Catalogue) -> Lister:
        """Lists what is true before, after and while."""
        return self.listing(knowledge_of(catalogue))

    def read(self, graph: SceneGraph | VideoGraph, catalogue: Catalogue) -> Timeline:
        """What holds when in a video."""
        assert isinstance(graph, VideoGraph)
        return Timeline(graph, knowledge_of(catalogue))

    def scene(self, seen: Timeline) -> ClipScene:
        """The video."""
        graph = seen.graph
        return ClipScene(width=graph.width, height=graph.height, graph=graph)

    def complete(self, seen: Timeline) -> bool:
        """Whether the graph says so."""
        return seen.graph.complete

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

    def weighed(
        self,
        line: Timeline,
        usual: Mapping[str, float],
        elsewhen: frozenset[str],
        here: frozenset[str],
        barred: frozenset[str],
    ) -> dict[str, float]:
        """False options with their weights.

        Args:
            line: the video's.
            usual: what may be an option -> how often it is the answer.
            elsewhen: what is true at another time.
            here: what occurs in the video.
            barred: what is no option.
        """
        sooner = dict.fromkeys(here, _HERE)
        if self.takes_other_times(line):
            sooner |= dict.fromkeys(elsewhen, _OTHER_TIME)
        return {o: n * sooner.get(o, 1.0) for o, n in usual.items() if o not in barred}

    def cues(self, plan: Plan, line: Timeline) -> tuple[str, ...]:
        """What is told by what was done when."""
        when, (name, thing) = str(plan["when"]), self.deed(plan, line)
        return (f"when {when}", f"did {name}", f"did to {thing}", f"{when} {name}")


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


def deed_of(text: str, actions: Actions) -> Deed:
    """The action that a plan field holds, see `written`."""
    if text in actions:
        return text, ""
    name, _, thing = text.partition(": ")
    while name not in actions and ": " in thing:
        more, _, thing = thing.partition(": ")
        name = f"{name}: {more}"
    return name, thing


class WhatObject(VideoTask):
    """What the actor stands in a relation to."""

    name = "what-object"
    balance = ("relation", "target_category")
    listing = ObjectListing

    def own_fields(self, catalogue: Catalogue) -> dict[str, Domain | None]:
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

    def ask(self, plan: Plan, seen: Timeline, catalogue: Catalogue) -> Asking:
        """Ask for the object."""
        zone = seen.zone(str(plan["when"]), self.deed(plan, seen))
        answer, relation = str(plan["target_category"]), str(plan["relation"])
        phrase = catalogue.relations.phrase(relation)
        who, time = actor(seen, catalogue), capital(self.time(plan, seen, catalogue))
        verb, _, rest = phrase.partition(" ")
        question = f"{time}, what {verb} {who} {rest}?"
        if verb != "is":
            question = f"{time}, {who} {phrase} something. What is it?"
        things = {
            o: t.category for o, t in seen.objects.items() if t.category and o != seen.graph.actor
        }
        ever = seen.of_links(relation, seen.always)[0]
        here = frozenset(things.values())
        sayable = knowledge_of(catalogue).sayable
        about = frozenset(n for c in here for n in sayable[c])
        said = named(catalogue.categories, catalogue.name, question)
        barred = self.barred(plan, seen, zone, catalogue) | catalogue.confusable(answer) | {answer}
        counts = self.asked(catalogue, *self.balance)
        usual = {
            c: 1.0 if (relation, c) in counts else _NEVER_ASKED
            for c in catalogue.graphs.objects
            if c
        }
        return Asking(
            question=question,
            answer=answer,
            answers="category",
            cues=(*self.cues(plan, seen), f"is {relation}"),
            options=self.weighed(
                seen,
                usual,
                frozenset(c for o, c in things.items() if o in ever),
                here,
                barred | said | (about - here),
            ),
            here=here,
            label=catalogue.name,
        )

    def apart(self, one: str, other: str, catalogue: Catalogue) -> bool:
        """Whether no object might be called both."""
        return bool(catalogue.alternatives[catalogue.code(one), catalogue.code(other)])


class WhatRelation(VideoTask):
    """The relation in which the actor stands to an object."""

    name = "what-relation"
    balance = ("target_relation",)
    listing = RelationListing

    def own_fields(self, catalogue: Catalogue) -> dict[str, Domain | None]:
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

    def ask(self, plan: Plan, seen: Timeline, catalogue: Catalogue) -> Asking:
        """Ask for the relation."""
        zone = seen.zone(str(plan["when"]), self.deed(plan, seen))
        relations = catalogue.relations
        category, answer = str(plan["reference_category"]), str(plan["target_relation"])
        thing = only(seen, category, knowledge_of(catalogue))
        time = capital(self.time(plan, seen, catalogue))
        who = actor(seen, catalogue)
        question = f"{time}, {who} ... the {catalogue.name(category)}. What fills the gap?"
        barred = self.barred(plan, seen, zone, catalogue) | relations.confusable(answer) | {answer}
        if not self.config.inverses:
            barred |= relations.inverses(answer)
        barred |= named(relations.names, relations.phrase, question)
        stated = seen.stated_links()
        here = frozenset(n for n, _ in stated)
        if not seen.graph.complete:
            barred |= {m for n in here for m in relations.conceivable(n)} - here
        counts = self.asked(catalogue, *self.balance)
        kind = relations.kind(answer)
        usual = {
            n: (1.0 if (n,) in counts else _NEVER_ASKED)
            * (1.0 if relations.kind(n) == kind else _OTHER_KIND)
            for n in relations.names
        }
        acted_on = self.deed(plan, seen)[1] == category
        return Asking(
            question=question,
            answer=answer,
            answers="relation",
            cues=(
                *self.cues(plan, seen),
                f"to {category}",
                f"{acted_on} {plan['when']} {self.deed(plan, seen)[0]}",
            ),
            options=self.weighed(
                seen, usual, frozenset(n for n, o in stated if o == thing), here, barred
            ),
            here=here,
            label=relations.phrase,
        )

    def apart(self, one: str, other: str, catalogue: Catalogue) -> bool:
        """Whether neither follows from the other, or is its inverse."""
        relations = catalogue.relations
        if not self.config.inverses and other in relations.inverses(one):
            return False
        return other not in relations.confusable(one)


class WhatAction(VideoTask):
    """What else the actor does."""

    name = "what-action"
    balance = ("when", "target_action")
    listing = ActionListing

    def own_fields(self, catalogue: Catalogue) -> dict[str, Domain | None]:
        """The action."""
        return {"target_action": None}

    def judge(self, plan: Plan, line: Timeline, zone: Spans, catalogue: Catalogue) -> TruthSet:
        """All that is done."""
        sure, maybe = line.of_deeds(zone)
        true = {written(d) for d in sure}
        return TruthSet(frozenset(true), frozenset(written(d) for d in maybe) - true)

    def ask(self, plan: Plan, seen: Timeline, catalogue: Catalogue) -> Asking:
        """Ask for the action."""
        reference, target = self.deed(plan, seen), self.deed(plan, seen, "target_action")
        zone = seen.zone(str(plan["when"]), reference)
        done = seen.stated_deeds()
        usual = self._possible(seen, catalogue)
        knowledge = knowledge_of(catalogue)
        like = {
            written(d)
            for d in (*usual, *seen.deeds)
            if alike(d, reference, knowledge) or alike(d, target, knowledge)
        }
        here = frozenset(written(d) for d in done)
        return Asking(
            question=f"What is {actor(seen, catalogue)} doing {self.time(plan, seen, catalogue)}?",
            answer=written(target),
            answers="text",
            cues=self.cues(plan, seen),
            options=self.weighed(
                seen,
                {written(d): n for d, n in usual.items()},
                here,
                here,
                self.barred(plan, seen, zone, catalogue) | like,
            ),
            here=here,
            label=lambda text: spoken(deed_of(text, catalogue.actions), catalogue),
        )

    def apart(self, one: str, other: str, catalogue: Catalogue) -> bool:
        """Whether nobody might take one for the other."""
        actions = catalogue.actions
        return not alike(deed_of(one, actions), deed_of(other, actions), knowledge_of(catalogue))

    def _possible(self, line: Timeline, catalogue: Catalogue) -> dict[Deed, float]:
        """What might be done in such a video, with weights.

        What is done to its things in some video comes before what is done to others, and that
        long before what nobody does: nobody needs to see a video to know that no sofa is eaten.
        """
        things = dict.fromkeys(
            t.category for o, t in line.objects.items() if o != line.graph.actor and t.category
        )
        found: dict[Deed, float] = {
            (name, thing): 1.0 if not thing or thing in things else _NOT_HERE
            for name, thing in catalogue.graphs.deeds
        }
        for name in catalogue.graphs.actions:
            if "{object}" in catalogue.actions.phrase(name):
                found = {(name, thing): _NEVER_DONE for thing in things} | found
        return found
