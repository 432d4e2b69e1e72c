"""Questions about the one object that is the most so of those that fit a description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from tma import BitSet, Catalogue, Plan, Tabletop
from tma_plugins.cells.layout import Cell
from tma_plugins.cells.truth import Unclear
from tma_plugins.cells.wanted import Wanted, attribute_of
from tma_plugins.tabletop3d.scenes import TabletopCells

_MOST = ("largest", "farthest")


class Singling(TabletopCells):
    """An extreme tells which object is asked about.

    So others may be of its category, and should share the attribute that the question names: then
    the extreme is needed. One that lacks it may be still more extreme: then the attribute is.

    Attributes:
        obligatory: whether plans must have an attribute.
        referred: whether there are plans with a reference.
    """

    near_share: ClassVar[float] = 0.75
    obligatory: ClassVar[bool] = False
    referred: ClassVar[bool] = False

    # -- who may stand there --------------------------------------------------------------------

    def unasked(self, plan: Plan, catalogue: Catalogue) -> BitSet:
        """Assets that the question is certainly not about, as they lack the attribute it names."""
        return Wanted(attribute=self.said(plan)).never(catalogue)

    def wishes(self, plan: Plan, catalogue: Catalogue) -> list[BitSet]:
        """Other objects should be of other categories, and have the attribute."""
        said = self.said(plan)
        like = [catalogue.having(*said)] if said else []
        return [catalogue.never_in(str(plan["target_category"])), *like]

    def tempting(self, plan: Plan, catalogue: Catalogue) -> BitSet | None:
        """One should lack the attribute."""
        said = self.said(plan)
        return catalogue.lacking(*said) if said else None

    def wanted(self, plan: Plan) -> Wanted:
        """The question names the attribute alone."""
        return Wanted(attribute=attribute_of(plan))

    def apart(self, plan: Plan, catalogue: Catalogue) -> BitSet:
        """Everything: another red object is not meant if it is less extreme."""
        return catalogue.everything

    def near_misses(self, plan: Plan, catalogue: Catalogue) -> list[BitSet]:
        """Such that have the attribute, and such that lack it."""
        said = self.said(plan)
        if said is None:
            return []
        return [catalogue.having(*said), catalogue.lacking(*said), catalogue.having(*said)]

    # -- what is true ---------------------------------------------------------------------------

    def compared(self, plan: Plan, scene: Tabletop, catalogue: Catalogue) -> list[Cell]:
        """The cells of all objects that the question is or may be about."""
        apart = self.unasked(plan, catalogue)
        return [(o.row, o.column) for o in scene.objects if catalogue.number(o.asset) not in apart]


def extreme_of(measures: Mapping[Cell, float], extreme: str, ratio: float) -> Cell:
    """The cell with the largest or the smallest measure.

    Args:
        measures: positive numbers.
        extreme: `largest` and `farthest` ask for the largest, others for the smallest.
        ratio: least ratio to the next.

    Raises:
        Unclear: there is none, or the next is too near.
    """
    if not measures:
        raise Unclear(f"there is nothing that may be the {extreme} one")
    ranked = sorted(measures, key=lambda c: measures[c], reverse=extreme in _MOST)
    first, *rest = (measures[c] for c in ranked[:2])
    if rest and max(first, *rest) < ratio * min(first, *rest):
        raise Unclear(f"another object is about as much the {extreme} one")
    return ranked[0]
