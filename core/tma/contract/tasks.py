"""Task generators, what they draft, and the tasks that the kernel makes of drafts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from tma.contract.plan import Plan, Value
from tma.contract.records import Record
from tma.contract.scene import Scene

if TYPE_CHECKING:
    from tma.catalogue import Catalogue
    from tma.space import PlanSpace


Assumption = Literal["closed-world", "picture-absent"]
"""On what the falsehood of distractors rests where annotations are incomplete."""


@dataclass(frozen=True, slots=True)
class TruthSet:
    """All answers to a question about a scene, as a generator derives them.

    Attributes:
        true: keys of every answer that is certainly right.
        possible: keys of answers that may be right (an unknown attribute, a look-alike).
        ambiguous: why the question has no single meaning on this scene (two toasters), if so.
    """

    true: frozenset[str]
    possible: frozenset[str] = frozenset()
    ambiguous: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One drawn instance of a plan, before the kernel has checked it.

    Attributes:
        scene: what there is to see.
        question: the text, without options.
        answer: key of the right option.
        distractors: keys of candidates for the wrong options. If there are more than needed the
            kernel picks some at random; if too few are false, the plan is infeasible.
        answers: what keys are: `category` (ids of the catalogue), `attribute:TYPE` (values of
            that type), `relation` (names of relation types) or `text` (the option text itself).
            The kernel takes names, synonyms, ancestors, look-alikes, overlaps and what implies
            what from the catalogue for the first three.
        labels: option texts by key where they differ from the catalogue's name or the key.
        truths: the truth set of a generator that does not override `TaskGenerator.truths`.
        names: category id -> name of every category that the question or a plan field mentions.
        assumption: what is taken for granted in calling the distractors false, if anything; see
            `Task.assumption`.
    """

    scene: Scene
    question: str
    answer: str
    distractors: Sequence[str]
    answers: str = "text"
    labels: Mapping[str, str] = field(default_factory=dict)
    truths: TruthSet | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    assumption: Assumption | None = None


class TaskGenerator(ABC):
    """A plugin that knows one kind of question.

    Called with its config model if it has one. Keeps no random state: `draw` gets a generator that
    the kernel derives from the plan and the seed, and must use no other chance.

    Attributes:
        option_count: how many options a task has.
        scene_type: the class that reads this generator's scenes back from a file.
        balance: plan fields over which generation samples evenly rather than in proportion to
            the number of plans, so that the answer can't be guessed from how common it is.
    """

    option_count: ClassVar[int] = 4
    scene_type: ClassVar[type[Scene]] = Scene
    balance: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def space(self, catalogue: Catalogue) -> PlanSpace:
        """What can be asked of this catalogue, without the `generator` field."""

    @abstractmethod
    def draw(self, plan: Plan, catalogue: Catalogue, rng: np.random.Generator) -> Draft:
        """One instance of `plan`.

        Raises:
            Infeasible: the catalogue can't make this plan soundly.
        """

    def shares(self, catalogue: Catalogue) -> Mapping[tuple[Value | None, ...], float]:
        """How large a share of the tasks each group of the `balance` fields should get.

        By the groups' keys (None for a field that is absent); relative numbers. The default, an
        empty mapping, is for equal shares. Groups that a mapping leaves out get none, unless that
        leaves none at all.
        """
        return {}

    def truths(self, plan: Plan, scene: Scene, catalogue: Catalogue) -> TruthSet | None:
        """Every true answer to the plan's question, derived from the scene alone.

        Called on each draft and again by `tma verify` on scenes read from disk. Return None (the
        default) to rely on `Draft.truths`; then `verify` checks by drawing the task again.
        """
        return None

    def flaw(
        self, plan: Plan, scene: Scene, report: Mapping[str, Any], catalogue: Catalogue
    ) -> str | None:
        """Why a rendered scene won't do, in a few words; None (the default) if it will.

        Called with what the renderer saw (`Media.report`) of each scene that is shown, and again
        by `tma verify` on those that it renders again. A flawed scene (an object hides another)
        is drawn anew with other chance, a limited number of times.

        Raises:
            MediaError: the report lacks what is needed to tell.
        """
        return None


class AssetRecord(Record):
    """Provenance of one asset variant in a task; `sha256` is None until its bytes were read."""

    source: str
    asset: str
    form: str
    name: str
    sha256: str | None = None
    licence: str = "NOASSERTION"


class MediaRecord(Record):
    """Where a task's picture or video is.

    Attributes:
        key: hash of all that determines the media (scene, renderer and its settings); known
            without rendering.
        path: relative to the task set's folder; None if it was not rendered.
        sha256: of the file; None if it was not rendered.
        media_type: None if it was not rendered.
        renderer: id with version.
        environment: what the file's bytes depend on besides, as `Renderer.environment` tells it.
    """

    key: str
    renderer: str
    path: str | None = None
    sha256: str | None = None
    media_type: str | None = None
    environment: tuple[str, ...] = ()


class Task(Record):
    """A task instance, checked and complete: one line of `tasks.jsonl`.

    Attributes:
        id: 16 hex digits over all that the model is shown and how it came about.
        generator: short id such as `grid2d/what`.
        plan: the plan's fields.
        plan_id: the plan's id.
        seed: the instance's seed; plan, seed and redraws give the same task again.
        redraws: how many scenes were dropped before this one because, once rendered, they had a
            flaw (see `TaskGenerator.flaw`); 0 for tasks made without media.
        question: the text, without options.
        options: the texts, in the order shown.
        option_keys: the keys behind them, in the same order.
        answer: the right option's text.
        answer_index: its place in `options`, from 0.
        answers: what keys are, see `Draft`.
        names: category id -> name, for every category mentioned.
        media: the picture or video; None for a task of text alone.
        scene: the scene record.
        assumption: on what the falsehood of the distractors rests: `closed-world` if some stand
            elsewhere in the picture or video, so that what is not annotated of the thing in
            question must be false; `picture-absent` if none is annotated anywhere in it. None if
            it is known by construction.
        assets: provenance of every asset variant shown.
        versions: generator, renderer, asset source and library versions.
    """

    id: str
    generator: str
    plan: Mapping[str, Value]
    plan_id: str
    seed: int
    redraws: int = Field(default=0, ge=0)
    question: str
    options: tuple[str, ...] = Field(min_length=2, max_length=26)
    option_keys: tuple[str, ...]
    answer: str
    answer_index: int = Field(ge=0)
    answers: str = "text"
    names: Mapping[str, str] = Field(default_factory=dict)
    media: MediaRecord | None = None
    scene: Mapping[str, Any]
    assumption: Assumption | None = None
    assets: tuple[AssetRecord, ...] = ()
    versions: Mapping[str, str] = Field(default_factory=dict)
