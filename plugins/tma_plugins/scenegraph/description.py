"""Descriptions of an object in a picture: its attributes, and at most one neighbour with its own.

As plan fields a description is five texts, absent where they do not apply:

    attributes            `color: black; size: small`
    relation, role        the relation to or from the neighbour; `subject` if the described object
                          is what stands in the relation, `object` if the neighbour is
    reference_category    the neighbour's category
    reference_attributes  its attributes
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tma import Value

Pair = tuple[str, str]
FIELDS = ("attributes", "relation", "role", "reference_category", "reference_attributes")


@dataclass(frozen=True, order=True)
class Description:
    """A set of elements by which an object is told apart; compared by names, not by ids.

    Attributes:
        attributes: (type, value) pairs of the object, sorted.
        relation: to or from a neighbour; empty for none.
        is_subject: whether the object, and not its neighbour, is what stands in the relation.
        reference: the neighbour's category; empty for none.
        reference_attributes: the neighbour's, sorted.
    """

    attributes: tuple[Pair, ...] = ()
    relation: str = ""
    is_subject: bool = True
    reference: str = ""
    reference_attributes: tuple[Pair, ...] = ()

    @property
    def size(self) -> int:
        """How many elements: attributes, the neighbour with its relation, its attributes."""
        return len(self.attributes) + bool(self.reference) + len(self.reference_attributes)

    def row(self) -> tuple[str | None, ...]:
        """The values of `FIELDS`."""
        if not self.reference:
            return (_written(self.attributes), None, None, None, None)
        return (
            _written(self.attributes),
            self.relation,
            "subject" if self.is_subject else "object",
            self.reference,
            _written(self.reference_attributes),
        )

    @classmethod
    def read(cls, plan: Mapping[str, Value], prefix: str = "") -> Description:
        """The description in a plan's fields; raises ValueError if they are of no such form."""
        values = [plan.get(prefix + f) for f in FIELDS]
        attributes, relation, role, reference, more = (str(v) if v else "" for v in values)
        return cls(_read(attributes), relation, role != "object", reference, _read(more))


def _written(attributes: Iterable[Pair]) -> str | None:
    return "; ".join(f"{kind}: {value}" for kind, value in attributes) or None


def _read(text: str) -> tuple[Pair, ...]:
    found = []
    for part in filter(None, text.split("; ")):
        kind, colon, value = part.partition(": ")
        if not colon:
            raise ValueError(f"{part!r} is not of the form TYPE: VALUE")
        found.append((kind, value))
    return tuple(found)
