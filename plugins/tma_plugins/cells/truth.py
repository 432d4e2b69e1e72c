"""What is true of an arrangement: derived from who stands where and what is known of them."""

from __future__ import annotations

from tma import Catalogue, TruthSet
from tma_plugins.cells.arrange import Arrangement
from tma_plugins.cells.layout import Cell, Layout
from tma_plugins.cells.wanted import Wanted


class Unclear(Exception):  # noqa: N818 - a finding about an arrangement
    """The question has no single meaning on this arrangement."""

    def as_truth(self) -> TruthSet:
        """A truth set that says so."""
        return TruthSet(frozenset(), ambiguous=str(self))


def find_only(arrangement: Arrangement, wanted: Wanted, what: str, catalogue: Catalogue) -> Cell:
    """The cell of the one object that fits; all others must be known not to.

    Args:
        arrangement: who stands where.
        wanted: the description.
        what: what the question calls it, for the message.
        catalogue: what is known of the assets.

    Raises:
        Unclear: no object fits, or more than one does or may.
    """
    never = wanted.never(catalogue)
    maybe = [cell for cell, asset in arrangement.items() if asset not in never]
    if len(maybe) != 1:
        raise Unclear(f"{len(maybe)} objects may be the {what}")
    if arrangement[maybe[0]] not in wanted.known(catalogue):
        raise Unclear(f"the {what} is not known to be one")
    return maybe[0]


def find_at(
    arrangement: Arrangement,
    cell: Cell | None,
    position: str | None,
    reference: str | None,
    catalogue: Catalogue,
    layout: Layout,
) -> Cell:
    """The cell of the object that stands in a cell, or at a position of the one reference.

    Raises:
        Unclear: nothing stands there, or the reference is not unique.
    """
    if reference is not None and position is not None:
        base = find_only(arrangement, Wanted(reference), "reference", catalogue)
        cell = layout.target_of(base, position)
    if cell is None or cell not in arrangement:
        raise Unclear("nothing stands where the question points")
    return cell


def categories_at(arrangement: Arrangement, cell: Cell, catalogue: Catalogue) -> TruthSet:
    """What the object in a cell is, and may be called."""
    asset = arrangement[cell]
    return TruthSet(catalogue.categories_of(asset), catalogue.conceivable_categories_of(asset))


def values_at(arrangement: Arrangement, cell: Cell, kind: str, catalogue: Catalogue) -> TruthSet:
    """Which values of an attribute type the object in a cell has, and may have."""
    return TruthSet(*catalogue.values_of(arrangement[cell], kind))


def find_target(
    arrangement: Arrangement, wanted: Wanted, singled: Cell | None, catalogue: Catalogue
) -> Cell:
    """The cell of the object asked about: the one that is singled out, or else the one that fits.

    Raises:
        Unclear: the object is not unique, or the one singled out is not known to fit.
    """
    if singled is None:
        return find_only(arrangement, wanted, "object asked about", catalogue)
    if arrangement[singled] not in wanted.known(catalogue):
        raise Unclear("the object singled out is not known to fit its description")
    return singled


def place_of(
    arrangement: Arrangement,
    grid: int,
    wanted: Wanted,
    reference: str | None,
    catalogue: Catalogue,
    layout: Layout,
    *,
    singled: Cell | None = None,
    inverse: bool = False,
) -> TruthSet:
    """Where an object stands: its cell, or its position to the one reference.

    Args:
        arrangement: who stands where.
        grid: cells on a side.
        wanted: the object's description.
        reference: the reference's category, None without.
        catalogue: what is known of the assets.
        layout: names cells and positions.
        singled: the object's cell if something else than the description tells which it is.
        inverse: whether the reference's position to the object is asked for.

    Raises:
        Unclear: the object or the reference is not unique.
    """
    cell = find_target(arrangement, wanted, singled, catalogue)
    if reference is None:
        return TruthSet(frozenset({layout.cell_name(grid, cell)}))
    base = find_only(arrangement, Wanted(reference), "reference", catalogue)
    position = layout.position_of(*((base, cell) if inverse else (cell, base)))
    return TruthSet(frozenset({position} if position else ()))


def count_of(arrangement: Arrangement, wanted: Wanted, catalogue: Catalogue) -> TruthSet:
    """How many objects fit, and every number that is possible where some are uncertain."""
    sure, never = wanted.known(catalogue), wanted.never(catalogue)
    low = sum(asset in sure for asset in arrangement.values())
    high = sum(asset not in never for asset in arrangement.values())
    possible = frozenset(map(str, range(low, high + 1)))
    return TruthSet(possible if low == high else frozenset(), possible)
