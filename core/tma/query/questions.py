"""The four questions that can be put to a plan space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tma.errors import QueryError
from tma.intervals import check_confidence
from tma.query.given import check_given

By = tuple[str, ...]
"""Plan fields that make groups; none for single plans."""
Approximate = Literal["random", "fit", "active", "exact"]


def fields_of(by: str | Sequence[str] | None) -> By:
    """Fields from `a`, `a,b`, a sequence of these, or None.

    Raises:
        QueryError: a field is named twice or is empty.
    """
    parts = [by] if isinstance(by, str) else list(by or ())
    fields = [f.strip() for part in parts for f in part.split(",")]
    if len(set(fields)) != len(fields) or not all(fields):
        raise QueryError(f"can't group by {', '.join(fields)}: name each field once")
    return tuple(fields)


class _Checked:
    """Settings that are of their types, or the question can't be made."""

    def __post_init__(self) -> None:
        for name, value in check_given(type(self), vars(self)).items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True, kw_only=True)
class _Grouped(_Checked):
    by: str | Sequence[str] | None = None
    confidence: float = 0.95

    def __post_init__(self) -> None:
        super().__post_init__()
        check_confidence(self.confidence)
        object.__setattr__(self, "by", fields_of(self.by))

    @property
    def fields(self) -> By:
        """The grouping, as a tuple."""
        return fields_of(self.by)


@dataclass(frozen=True, kw_only=True)
class TopK(_Grouped):
    """Which k groups does the model do best in, or worst?

    Attributes:
        k: how many groups.
        worst: the lowest accuracies instead of the highest.
        by: fields that make the groups; single plans without any.
        confidence: of each interval.

    Raises:
        QueryError: k below 1, confidence outside 0 to 1, or a value of another type.
    """

    k: int
    worst: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.k < 1:
            raise QueryError(f"k is {self.k}: ask for at least one group")


@dataclass(frozen=True, kw_only=True)
class Threshold(_Grouped):
    """In which groups does the model's accuracy lie below, or above, a value?

    Attributes:
        below, above: the value, from 0 to 1; exactly one of the two.
        by, confidence: see `TopK`.

    Raises:
        QueryError: not exactly one value, one outside 0 to 1, or one of another type.
    """

    below: float | None = None
    above: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.below is None) == (self.above is None):
            raise QueryError("give either a value to be below, or one to be above")
        if not 0 <= self.value <= 1:
            raise QueryError(f"threshold {self.value} is no accuracy", hint="give 0 to 1")

    @property
    def value(self) -> float:
        """The one that was given."""
        return self.below if self.below is not None else self.above or 0.0


@dataclass(frozen=True, kw_only=True)
class Compare(_Grouped):
    """In which groups does a model beat its baselines by a margin?

    All models are asked the same instances with the same pictures in the same option order.

    Attributes:
        margin: how much higher its accuracy must be, from 0 to below 1.
        by, confidence: see `TopK`.

    Raises:
        QueryError: the margin is out of range, or a value of another type.
    """

    margin: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.margin < 1:
            raise QueryError(f"margin {self.margin} is out of range", hint="give 0 to below 1")


@dataclass(frozen=True, kw_only=True)
class Debug(_Checked):
    """Where does the model fail unusually often, and what do these plans have in common?

    Attributes:
        confidence: one minus the share of false discoveries that is accepted among the patterns.
        min_support: fewest answered plans that a pattern is judged by.

    Raises:
        QueryError: a value is out of range, or of another type.
    """

    confidence: float = 0.95
    min_support: int = 5

    def __post_init__(self) -> None:
        super().__post_init__()
        check_confidence(self.confidence)
        if self.min_support < 2:
            raise QueryError(f"min_support {self.min_support}: a pattern needs at least 2 plans")

    @property
    def fields(self) -> By:
        """Patterns are looked for over the whole space."""
        return ()


Question = TopK | Threshold | Compare | Debug

KINDS: dict[type, str] = {
    TopK: "top-k",
    Threshold: "threshold",
    Compare: "compare",
    Debug: "debug",
}
