"""The plan spaces of the five kinds of question, as unions of blocks over shared columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tma import Catalogue, Column, PlanSpace, joint
from tma_plugins.cells.layout import GRIDS, Layout


def located(
    catalogue: Catalogue,
    layout: Layout,
    *,
    attribute: bool,
    grids: tuple[int, ...] = GRIDS,
    plain: Sequence[Column] | None = (),
    relative: Sequence[Column] | None = (),
    beside: Column | None = None,
) -> PlanSpace:
    """Plans about one object at a place.

    For every category: (none or one of its values) x (a cell, no reference; or a cell with a
    relative position x a category that is neither above nor below).

    Args:
        catalogue: the assets.
        layout: names the cells.
        attribute: whether an attribute is obligatory.
        grids: cells on a side.
        plain: what more is asked in plans without a reference; None for no such plans.
        relative: the same for plans with a reference.
        beside: grid, cell and relative position, maybe with more, of plans with a reference; by
            default all whose reference is inside the grid.
    """
    cells = joint(("grid", "cell"), layout.placements(grids))
    if beside is None:
        beside = joint(("grid", "cell", "relative_position"), layout.relative_placements(grids))
    columns = _Columns(catalogue)
    blocks: list[list[Column]] = []
    for category in catalogue.categories:
        target = columns.category("target_category", [catalogue.code(category)])
        values = columns.values(catalogue.values(category), optional=not attribute)
        if plain is not None:
            blocks.append([target, values, cells, *plain])
        if relative is not None:
            others = columns.category("reference_category", catalogue.other_codes(category))
            blocks.append([target, values, beside, others, *relative])
    return PlanSpace(blocks)


def counted(catalogue: Catalogue) -> PlanSpace:
    """Plans about a number: of things with a value, of a category, or of a category with a value.

    The grid and the count, 1 to its number of cells, go with each.
    """
    columns = _Columns(catalogue)
    counts = joint(("grid", "count"), [(g, n) for g in GRIDS for n in range(1, g * g + 1)])
    everything = columns.category("target_category", range(len(catalogue.categories)))
    blocks = [
        [columns.values(catalogue.attribute_values, optional=False), counts],
        [everything, counts],
    ]
    for category in catalogue.categories:
        target = columns.category("target_category", [catalogue.code(category)])
        blocks.append([target, columns.values(catalogue.values(category), optional=False), counts])
    return PlanSpace(blocks)


class _Columns:
    """Columns over the catalogue's domains; equal ones are one object: spaces stay small."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._values: dict[tuple[tuple[tuple[str, str], ...], bool], Column] = {}

    def category(self, field: str, codes: object) -> Column:
        rows = np.asarray(codes, dtype=np.int32).reshape(-1, 1)
        return Column((field,), (self._catalogue.category_domain,), rows, distinct=True)

    def values(self, pairs: tuple[tuple[str, str], ...], *, optional: bool) -> Column:
        key = (pairs, optional)
        if key not in self._values:
            kinds, values = self._catalogue.attribute_domains
            rows = [(kinds.code(k), values.code(v)) for k, v in pairs]
            if optional:
                rows.insert(0, (kinds.code(None), values.code(None)))
            codes = np.array(rows, dtype=np.int32).reshape(-1, 2)
            fields = ("attribute_type", "attribute_value")
            self._values[key] = Column(fields, (kinds, values), codes, distinct=True)
        return self._values[key]
