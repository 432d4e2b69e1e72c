"""Descriptions of objects: which assets fit one, and which certainly do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from tma import BitSet, Catalogue, Infeasible


@dataclass(frozen=True)
class Wanted:
    """A category, an attribute value, or both; an object fits if all that is given holds.

    Attributes:
        category: an id, None for any.
        attribute: a (type, value) pair, None for any.
    """

    category: str | None = None
    attribute: tuple[str, str] | None = None

    def known(self, catalogue: Catalogue) -> BitSet:
        """Assets known to fit."""
        found = []
        if self.category is not None:
            found.append(catalogue.assets_in(self.category))
        if self.attribute is not None:
            found.append(catalogue.having(*self.attribute))
        return reduce(and_, found) if found else catalogue.everything

    def never(self, catalogue: Catalogue) -> BitSet:
        """Assets known not to fit."""
        found = []
        if self.category is not None:
            found.append(catalogue.never_in(self.category))
        if self.attribute is not None:
            found.append(catalogue.lacking(*self.attribute))
        return reduce(or_, found) if found else catalogue.everything - catalogue.everything


def attribute_of(plan: Mapping[str, object]) -> tuple[str, str] | None:
    """The plan's (attribute_type, attribute_value), None if it has none."""
    kind, value = plan.get("attribute_type"), plan.get("attribute_value")
    return None if kind is None else (str(kind), str(value))


def require(assets: BitSet, reason: str, detail: str) -> BitSet:
    """The assets if there are any. Raises Infeasible if there are none."""
    if not assets:
        raise Infeasible(reason, detail)
    return assets


def prefer(assets: BitSet, *wishes: BitSet) -> BitSet:
    """The assets that meet the wishes, each wish dropped in turn if it leaves none."""
    for wish in wishes:
        assets = (assets & wish) or assets
    return assets
