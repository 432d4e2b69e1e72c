"""Task plans: records of categorical fields, everything that a task needs apart from chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar, overload

from tma.seeds import digest

T = TypeVar("T")

Value = str | int
"""What a plan field may hold. An absent field is absent, not None."""


class Plan(Mapping[str, Value]):
    """An immutable, hashable record of fields, `generator` among them.

    Equal fields make equal plans, in any order of the fields. `plan[field]` raises KeyError for
    a field that does not apply; `plan.get(field)` gives None.
    """

    __slots__ = ("_fields", "_id")

    def __init__(self, fields: Mapping[str, Value]) -> None:
        self._fields = dict(fields)
        self._id: str | None = None

    @property
    def generator(self) -> str:
        """The short id of the task generator, such as `grid2d/what`."""
        return str(self._fields.get("generator", ""))

    @property
    def id(self) -> str:
        """16 hex digits of the hash of the fields."""
        if self._id is None:
            self._id = digest(self._fields)[:16]
        return self._id

    def __getitem__(self, field: str) -> Value:
        return self._fields[field]

    # Mapping's own raise and catch KeyError, and most fields don't apply to most plans

    @overload
    def get(self, key: str) -> Value | None: ...
    @overload
    def get(self, key: str, default: T) -> Value | T: ...
    def get(self, key: str, default: T | None = None) -> Value | T | None:
        """The field's value, or the default."""
        return self._fields.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def __hash__(self) -> int:
        return hash(frozenset(self._fields.items()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Plan) and self._fields == other._fields

    def __repr__(self) -> str:
        return f"Plan({', '.join(f'{k}={v!r}' for k, v in self._fields.items())})"

    def as_dict(self) -> dict[str, Value]:
        """The fields as a new dictionary, in the space's field order."""
        return dict(self._fields)
