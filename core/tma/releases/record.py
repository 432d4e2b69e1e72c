"""What a release says of itself: `release.json`, enough to make it again and to write its card."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from tma.contract.plan import Plan, Value
from tma.contract.records import Record
from tma.errors import TaskError
from tma.generate import Order
from tma.planner import Job
from tma.releases.strata import Standing

RELEASE = "release.json"


class Chosen(Record):
    """A task of the release, to be made again.

    Attributes:
        plan: its fields.
        seed: of the instance.
    """

    plan: Mapping[str, Value]
    seed: int


class Balance(Record):
    """How a generator's tasks are spread over the values of some fields.

    Attributes:
        fields: the fields, taken together.
        rule: `even` (the same for all values) or `shares` (the generator's own).
        counts: for each value its parts, how many tasks it has and how many it should have.
    """

    fields: tuple[str, ...]
    rule: str
    counts: tuple[tuple[tuple[Value | None, ...], int, float], ...]

    @classmethod
    def of(cls, standing: Standing) -> Balance:
        """What a choice of plans came to."""
        counts = tuple(
            (key, count, round(standing.wanted[key], 3)) for key, count in standing.counts.items()
        )
        return cls(fields=standing.fields, rule=standing.rule, counts=counts)


class Making(Record):
    """What the tasks are made of, and how they were chosen.

    Attributes:
        assets: specification of the asset source.
        tasks: patterns of task generators; empty for all that fit.
        where: filters on plan fields.
        renderer: specification of the renderer, null for the default.
        drawn_by: scene kind -> renderer.
        media: whether there are pictures and videos.
        per_generator: how many tasks of each generator were wanted.
        by: fields to be even over, null for categories and attributes.
        seed: of all chance.
    """

    assets: str
    tasks: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    renderer: str | None = None
    drawn_by: Mapping[str, str] = Field(default_factory=dict)
    media: bool = True
    per_generator: int = Field(ge=1)
    by: tuple[str, ...] | None = None
    seed: int = Field(ge=0)

    def order(self, n: int) -> Order:
        """How `n` tasks are generated."""
        return Order(
            assets=self.assets,
            tasks=self.tasks,
            where=self.where,
            renderer=self.renderer,
            n=n,
            seed=self.seed,
            media=self.media,
            drawn_by=dict(self.drawn_by),
        )


class Release(Record):
    """Everything that a release says of itself, and its plans and seeds.

    Attributes:
        format: of this file.
        kind: `random` or `hard`.
        name: lower-case words joined by hyphens.
        command: the command that chose the tasks.
        making: of what, and how.
        made: tasks by generator.
        lost: by generator how many tasks fewer than wanted there are, for want of feasible plans.
        moved: by generator how many tasks are of other values than was meant, for want of feasible
            plans of these.
        infeasible: plans passed over, by generator and reason.
        failed: plans on which a plugin failed, by generator and cause.
        skipped: generators that could not be used, with the cause.
        balance: by generator.
        rendered: how many pictures and videos were rendered again when the tasks were checked.
        versions: of generators, asset source and libraries.
        environment: what the bytes of pictures and videos depend on besides.
        sha256: of `tasks.jsonl`.
        blind: what a guesser without eyes gets right; null if none was asked.
        models: how well the tasks tell models apart; null if none were asked.
        evidence: of a hard release, how hard it is.
        plans: a task each, in the order of the tasks.
    """

    format: Literal[1] = 1
    kind: Literal["random", "hard"]
    name: str
    command: str
    making: Making
    made: Mapping[str, int]
    lost: Mapping[str, int] = Field(default_factory=dict)
    moved: Mapping[str, int] = Field(default_factory=dict)
    infeasible: Mapping[str, Mapping[str, int]] = Field(default_factory=dict)
    failed: Mapping[str, Mapping[str, int]] = Field(default_factory=dict)
    skipped: Mapping[str, str] = Field(default_factory=dict)
    balance: Mapping[str, tuple[Balance, ...]] = Field(default_factory=dict)
    rendered: int = 0
    versions: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    sha256: str
    blind: Mapping[str, Any] | None = None
    models: Mapping[str, Any] | None = None
    evidence: Mapping[str, Any] | None = None
    plans: tuple[Chosen, ...]

    @property
    def size(self) -> int:
        """How many tasks there are."""
        return sum(self.made.values())

    def jobs(self) -> list[Job]:
        """The plans and seeds, in the order of the tasks."""
        return [(Plan(chosen.plan), chosen.seed) for chosen in self.plans]

    def dump(self) -> str:
        """The file's text: indented, but for a line each plan and each count."""
        told = self.model_dump(mode="json")
        plans = told.pop("plans")
        balance = told.pop("balance")
        head = json.dumps(told, indent=2, ensure_ascii=False)
        parts = [
            f'  "balance": {_listed(balance)}',
            '  "plans": [\n' + ",\n".join(f"    {_line(p)}" for p in plans) + "\n  ]",
        ]
        return f"{head[:-2]},\n" + ",\n".join(parts) + "\n}\n"

    @classmethod
    def read(cls, path: Path) -> Release:
        """Read the file, or that of a release's folder.

        Raises:
            TaskError: there is none, or a field is wrong.
        """
        file = path / RELEASE if path.is_dir() else path
        try:
            text = file.read_bytes()
        except FileNotFoundError:
            raise TaskError(
                f"{path} holds no release: {RELEASE} is missing",
                hint="make one: `tma release random`",
            ) from None
        except OSError as error:
            raise TaskError(f"{file}: {error.strerror}") from None
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "file"
            raise TaskError(f"{file}: {where}: {first['msg']}") from None


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _listed(balance: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The balances, a line each."""
    parts = [
        f"    {_line(name)}: [\n" + ",\n".join(f"      {_line(b)}" for b in found) + "\n    ]"
        for name, found in balance.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n  }" if parts else "{}"
