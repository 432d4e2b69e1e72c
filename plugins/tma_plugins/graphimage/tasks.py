"""The three questions about a picture with a scene graph."""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import ClassVar
from weakref import WeakKeyDictionary

import numpy as np

from tma import (
    AssetError,
    Assumption,
    Catalogue,
    Domain,
    Draft,
    Infeasible,
    PhotoScene,
    Plan,
    PlanSpace,
    Scene,
    SceneGraph,
    TaskGenerator,
    TruthSet,
    Value,
    graph_space,
    stands_in,
)
from tma_plugins.codestamp import code_of
from tma_plugins.graphimage.config import GraphConfig
from tma_plugins.graphimage.listing import (
    AttributeListing,
    ObjectListing,
    RelationListing,
)
from tma_plugins.scenegraph.description import FIELDS, Description
from tma_plugins.scenegraph.english import ask_attribute, capital, described
from tma_plugins.scenegraph.knowledge import knowledge_of
from tma_plugins.scenegraph.options import pick, relation_weights
from tma_plugins.scenegraph.reading import Bits, Reading, places

Groups = Mapping[tuple[Value | None, ...], int]
_NEVER_ASKED = 0.02
"""Weight of what is never the answer, beside how often others are."""


class GraphTask(TaskGenerator):
    """What the three have in common.

    Attributes:
        name: the contribution's.
        listing: says which plans a picture has.
    """

    scene_type = PhotoScene
    name: ClassVar[str]
    listing: ClassVar[type[ObjectListing | AttributeListing | RelationListing]]

    def __init__(self, config: GraphConfig | None = None) -> None:
        self.config = config or GraphConfig()
        self._asked: WeakKeyDictionary[Catalogue, dict[tuple[str, ...], Groups]] = (
            WeakKeyDictionary()
        )

    @abstractmethod
    def fields(self, catalogue: Catalogue) -> dict[str, Domain | None]:
        """The plan's fields in the order of the listing's rows, with their domains."""

    def space(self, catalogue: Catalogue) -> PlanSpace:
        """A table of plans, enumerated picture by picture."""
        return graph_space(
            catalogue.graphs,
            "image",
            self.fields(catalogue),
            self.listing(knowledge_of(catalogue), self.config),
            f"graphimage/{self.name} {self.config.key} {code_of('scenegraph', 'graphimage')}",
        )

    def reading(self, plan: Plan, catalogue: Catalogue) -> Reading:
        """The picture that a plan is about. Raises AssetError."""
        try:
            graph = catalogue.graphs[catalogue.graphs.number(str(plan["image"]))]
        except KeyError:
            raise AssetError(f"no picture {plan.get('image')!r} among the scene graphs") from None
        assert isinstance(graph, SceneGraph)
        return Reading(graph, knowledge_of(catalogue))

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

    def finish(
        self,
        reading: Reading,
        question: str,
        answer: str,
        answers: str,
        chosen: tuple[list[str], bool],
        labels: Mapping[str, str],
    ) -> Draft:
        """The draft. Raises Infeasible if the question names the answer."""
        if stands_in(labels.get(answer, answer), question):
            raise Infeasible("question-gives-answer-away")
        graph = reading.graph
        known: Assumption | None = "picture-absent" if chosen[1] else "closed-world"
        return Draft(
            scene=PhotoScene(width=graph.width, height=graph.height, graph=graph),
            question=question,
            answer=answer,
            distractors=chosen[0],
            answers=answers,
            labels=labels,
            assumption=None if graph.complete else known,
        )

    def present(
        self, found: Iterable[str], reading: Reading, column: int, catalogue: Catalogue
    ) -> dict[str, float]:
        """What occurs elsewhere in the picture, if options are taken from there, with weights.

        The weights are how often each is the answer in this picture: if a wrong option were drawn
        more often or less, the text alone would tell.
        """
        if self.config.distractors == "absent":
            return {}
        rows = self.listing(knowledge_of(catalogue), self.config)(reading.graph)
        answers = Counter(row[column] for row in rows)
        return {f: answers.get(f, 0) or _NEVER_ASKED for f in found}

    def asked(self, catalogue: Catalogue, *by: str) -> Groups:
        """How often each is the answer in all pictures."""
        known = self._asked.setdefault(catalogue, {})
        if by not in known:
            known[by] = self.space(catalogue).groups(by)
        return known[by]


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

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Ask for the object."""
        reading = self.reading(plan, catalogue)
        answer = str(plan["target_category"])
        thing = described(Description.read(plan), reading, catalogue)
        question = f"What is {thing}?"
        truth = self.judge(plan, reading, catalogue)
        pairs = catalogue.alternatives
        said = frozenset(c for c in catalogue.categories if stands_in(catalogue.name(c), question))
        categories = (o.category for o in reading.objects if o.category is not None)
        barred = truth.true | truth.possible | catalogue.confusable(answer) | said | {answer}
        unseen = frozenset() if reading.graph.complete else self._about(reading, catalogue)
        here = self.present(categories, reading, -1, catalogue)
        counts = self.asked(catalogue, "target_category")
        chosen = pick(
            self.option_count - 1,
            [here],
            {
                c: counts.get((c,), _NEVER_ASKED)
                for c in catalogue.graphs.objects
                if c and c not in unseen - {*here}
            },
            barred,
            lambda a, b: bool(pairs[catalogue.code(a), catalogue.code(b)]),
            rng,
        )
        labels = {c: catalogue.name(c) for c in (answer, *chosen[0])}
        return self.finish(reading, question, answer, "category", chosen, labels)

    @staticmethod
    def _about(reading: Reading, catalogue: Catalogue) -> frozenset[str]:
        """All that objects of the picture might be called: no category of it is absent."""
        sayable = knowledge_of(catalogue).sayable
        return frozenset(n for o in reading.objects if o.category for n in sayable[o.category])


class WhatAttribute(GraphTask):
    """The value of an attribute type of the object that a description fits."""

    name = "what-attribute"
    listing = AttributeListing

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

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Ask for the value."""
        reading = self.reading(plan, catalogue)
        kind, answer = str(plan["attribute_type"]), str(plan["attribute_value"])
        thing = described(Description.read(plan), reading, catalogue)
        truth = self.judge(plan, reading, catalogue)
        overlaps = knowledge_of(catalogue).overlaps
        here = [v for o in reading.objects for v in o.attributes.get(kind, ())]
        maybe = {v for o in reading.objects for v in o.maybe.get(kind, ())}
        seen = {w for v in here for w in overlaps.get((kind, v), ())} | {*here} | maybe
        asked = self.asked(catalogue, "attribute_type", "attribute_value")
        near = self.present(here, reading, -1, catalogue)
        counts = {
            v: asked.get((k, v), _NEVER_ASKED)
            for k, v in catalogue.graphs.values
            if k == kind and v not in seen - {*near}
        }
        barred = truth.true | truth.possible | overlaps.get((kind, answer), frozenset()) | {answer}
        chosen = pick(
            self.option_count - 1,
            [near],
            counts,
            barred,
            lambda a, b: b not in overlaps.get((kind, a), ()),
            rng,
        )
        question = ask_attribute(kind, thing)
        return self.finish(reading, question, answer, f"attribute:{kind}", chosen, {})


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

    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """Ask for the relation."""
        reading = self.reading(plan, catalogue)
        relations = catalogue.relations
        answer = str(plan["target_relation"])
        subject, target = (Description.read(plan, p) for p in ("subject_", "object_"))
        x, y = (places(reading.fitting(d)[0])[0] for d in (subject, target))
        barred = {*reading.between(x, y)[1], *relations.confusable(answer), answer}
        if not self.config.inverses:
            barred |= relations.inverses(answer)
        if not reading.graph.complete:
            # whoever is looked at may look back; but boxes tell left from right
            barred |= {n for n in reading.between(y, x)[1] if relations.side(n) in (None, "any")}
        stated = {r.name for o in reading.objects for r in o.relations}
        seen = {m for n in stated for m in relations.conceivable(n)}
        if self.config.distractors == "absent":
            barred |= seen
        # all relations that are asked for are so as often, so all are as often wrong
        asked = {str(r): n for (r,), n in self.asked(catalogue, "target_relation").items()}
        weights = relation_weights(relations.names, relations.kind, asked, answer)
        names, _ = pick(
            self.option_count - 1,
            [],
            weights,
            frozenset(barred),
            lambda a, b: b not in relations.confusable(a),
            rng,
        )
        chosen = names, not seen & {*names}
        labels = {n: relations.phrase(n) for n in (answer, *chosen[0])}
        first = capital(described(subject, reading, catalogue))
        question = f"{first} ... {described(target, reading, catalogue)}. What fills the gap?"
        return self.finish(reading, question, answer, "relation", chosen, labels)
