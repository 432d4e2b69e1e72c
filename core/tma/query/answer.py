"""What a query answers: items with estimates, intervals and membership, or patterns; as JSON.

`Answer.as_json()` and `tma query ... --json` give one object:

- `query`: `kind` (top-k, threshold, compare, debug), `by` and the question's own settings;
- `approximate` (random, fit, active or exact), `seed`, `budget`, `confidence`;
- `complete`: false if it was interrupted or a model gave up; `error`: why, or null;
- `space`: `plans` and `groups` in all;
- `models`: for each `model`, `id`, `config`, `calls` (made now), `reused` (from the store) and
  replies by outcome (`option`, `unparsed`, `ambiguous`, `refused`, `failed`); the first is the
  one asked about, the others are baselines;
- `ledger`: `calls` and `reused` over all models, `tasks` that were drawn, `infeasible`: plans
  that were passed over, by reason; of the calls made now `failed`, `retries`, `input_tokens`,
  `output_tokens`, `unmetered` (calls whose tokens are not known), `seconds` and `usd` (null without
  a price); and `stopped`: the cap that ended the query before its calls were made (`tokens`, `usd`
  or `minutes`), or null;
- `overall`: `right`, `answered`, `estimate`, `low`, `high` of the first model. Of an evenly
  stratified sample, this is no accuracy over the space;
- `interval`: `model` (for fit and active: of the surrogate's belief about a group's mean over all
  its plans, with all that it learned from other groups; as good as the model), `wilson` (for new
  instances of a group's plans, at the confidence, each on its own) or `exact` (every plan was
  asked: bounds of the share over the feasible plans, apart only as far as replies are missing);
- `warm_start`: of each earlier model whose replies were a hint its `model`, `config` and how many
  `replies`; empty without `--warm-start`;
- `items` (not for debug): in the order of the answer, for each
  `key` (field -> value, null if absent), `names` (of the categories in it), `rank` from 1,
  `selected` (in the answer by its estimate; for thresholds with fit and active in the set with the
  largest expected F1), `membership` (in, out, undecided: see `tma.query.membership`),
  `plans` in the space, `tasks` drawn, `infeasible` plans passed over,
  `calls`, `reused`, `right`, `answered`, `estimate` (null if nothing was answered), `low`, `high`,
  `probability` (of membership, by the model; null for random and exact), `certified` (null, or
  `estimate`, `low`, `high`, `right`, `answered` of fresh tasks of plans drawn uniformly from the
  group after it had been chosen: Clopper and Pearson's interval, which assumes no model),
  `cold` (null, or with a warm start `estimate`, `low`, `high`, `probability` and `selected` by a
  model of the same answers that knows nothing of earlier models),
  `example` (a task's plan and seed, or null), and for compare `versus`: for each baseline
  `baseline`, `estimate` (difference of the accuracies over the pairs), `low`, `high`,
  `first_only`, `second_only`, `pairs`, `p_value` (that it is no better by more than the margin;
  with fit and active of fresh pairs alone, null without any) and `q_value` (Benjamini and
  Hochberg's over the items): the group is `in` if that is at most 1 - confidence;
- `patterns` (debug only): for each `fields`, `names`, `support`, `failures`, `rate`, `lift`
  and `odds_ratio` (null if nothing failed overall; the odds are against the overall rate, with
  half a plan added to each count), `low`, `high`, `p_value`, `q_value`, `examples` (plans and
  seeds); and `tested`: how many were judged. With fit and active the counts are of fresh tasks of
  plans drawn uniformly from the pattern, and the test is of a rate at least 0.15 above the overall
  one (see `tma.query.probe`).

Replies that name no option, and failed calls, are in neither `right` nor `answered`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from tma.contract.plan import Value
from tma.contract.tasks import Task
from tma.errors import QueryError
from tma.query.given import flaw_of
from tma.query.membership import Membership

Named = Mapping[str, Value | None]


class _Strict:
    """What is read back has these attributes and no others."""

    __pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class Versus(_Strict):
    """A paired difference to a baseline in one group; bounds are Tango's, or exact."""

    baseline: str
    estimate: float | None
    low: float
    high: float
    first_only: int
    second_only: int
    pairs: int
    p_value: float | None = None
    q_value: float | None = None


@dataclass(frozen=True)
class Certified(_Strict):
    """What fresh answers say of a group that had been chosen before; see above."""

    estimate: float | None
    low: float
    high: float
    right: int
    answered: int


@dataclass(frozen=True)
class Cold(_Strict):
    """What the model of the answers would say had it not seen earlier models' replies."""

    estimate: float
    low: float
    high: float
    probability: float
    selected: bool


@dataclass(frozen=True)
class Item(_Strict):
    """One group (or plan) of an answer; the attributes are those of the JSON, see above."""

    key: Named
    names: Mapping[str, str]
    rank: int
    selected: bool
    membership: Membership
    plans: int
    tasks: int
    infeasible: int
    calls: int
    reused: int
    right: int
    answered: int
    estimate: float | None
    low: float
    high: float
    probability: float | None = None
    certified: Certified | None = None
    cold: Cold | None = None
    example: Mapping[str, Any] | None = None
    versus: Sequence[Versus] | None = None

    def as_json(self) -> dict[str, Any]:
        """Its attributes by name; `versus` for compare only."""
        shown = asdict(self)
        if self.versus is None:
            del shown["versus"]
        return shown


@dataclass(frozen=True)
class FailurePattern(_Strict):
    """A pattern with names and examples; the attributes are those of the JSON, see above."""

    fields: Named
    names: Mapping[str, str]
    support: int
    failures: int
    rate: float
    lift: float | None
    odds_ratio: float | None
    low: float
    high: float
    p_value: float
    q_value: float
    examples: Sequence[Mapping[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """Its attributes by name."""
        return asdict(self)


@dataclass(frozen=True)
class Answer(_Strict):
    """A query's answer; the attributes are those of the JSON, see above."""

    query: Mapping[str, Any]
    approximate: str
    seed: int
    budget: int
    confidence: float
    complete: bool
    error: str | None
    space: Mapping[str, int]
    models: Sequence[Mapping[str, Any]]
    ledger: Mapping[str, Any]
    overall: Mapping[str, Any]
    interval: str
    warm_start: Sequence[Mapping[str, Any]] = ()
    items: Sequence[Item] = ()
    patterns: Sequence[FailurePattern] = ()
    tested: int = 0

    @property
    def selected(self) -> list[Item]:
        """The items that are in the answer by their estimates."""
        return [item for item in self.items if item.selected]

    @property
    def replies(self) -> int:
        """How many calls to all models were answered, now or before: all but those that failed."""
        return sum(m["calls"] + m["reused"] - m["failed"] for m in self.models)

    @classmethod
    def from_json(cls, shown: Mapping[str, Any]) -> Answer:
        """What `as_json` gave, read back.

        Raises:
            QueryError: it is not of this form.
        """
        try:
            _Sums.model_validate(shown)
            return _form().validate_python({"items": [], "patterns": [], **shown})
        except ValidationError as error:
            raise QueryError(
                f"this answer is of another form: {flaw_of(error)}",
                hint="`tma query resume ID` makes it again from the stored replies",
            ) from None

    def as_json(self) -> dict[str, Any]:
        """The JSON object that the module's docstring describes."""
        shown: dict[str, Any] = {
            name: getattr(self, name)
            for name in [
                "query",
                "approximate",
                "seed",
                "budget",
                "confidence",
                "complete",
                "error",
                "space",
                "models",
                "ledger",
                "overall",
                "interval",
                "warm_start",
            ]
        }
        if self.query["kind"] == "debug":
            shown["patterns"] = [p.as_json() for p in self.patterns]
            shown["tested"] = self.tested
        else:
            shown["items"] = [item.as_json() for item in self.items]
        return shown


@cache
def _form() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)


class _Kind(BaseModel):
    kind: Literal["top-k", "threshold", "compare", "debug"]
    by: list[str] = Field(default_factory=list)


class _Space(BaseModel):
    plans: int
    groups: int


class _Replies(BaseModel):
    model: str
    calls: int
    reused: int
    option: int
    unparsed: int
    ambiguous: int
    refused: int
    failed: int


class _Ledger(BaseModel):
    calls: int
    reused: int
    tasks: int
    infeasible: dict[str, int]
    failed: int
    retries: int
    input_tokens: int
    output_tokens: int
    seconds: float
    usd: float | None
    stopped: str | None


class _Overall(BaseModel):
    estimate: float | None


class _Sums(BaseModel):
    """What is read of an answer's mappings; they may hold more."""

    query: _Kind
    space: _Space
    models: list[_Replies] = Field(min_length=1)
    ledger: _Ledger
    overall: _Overall


def example_of(task: Task) -> dict[str, Any]:
    """How to make a task again."""
    return {"plan": dict(task.plan), "seed": task.seed, "task": task.id}
