"""Everything that is wrong with the data of an asset source, rather than the first thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from tma.assets import OpenAssets
from tma.contract.assets import Asset
from tma.errors import AssetError
from tma.pictures import check_media

if TYPE_CHECKING:
    from tma.graphimport import Import

NO_LICENCE = "NOASSERTION"


@dataclass
class Findings:
    """What was looked at and what is wrong.

    Attributes:
        assets, categories, variants: how many were looked at.
        flaws: what is wrong, a line each.
    """

    assets: int = 0
    categories: int = 0
    variants: int = 0
    flaws: list[str] = field(default_factory=list)


def validate(
    assets: OpenAssets, on_progress: Callable[[int], None] = lambda variants: None
) -> Findings:
    """Look at all of a source: its own checks, the inventory, the taxonomy, every variant's bytes.

    Args:
        assets: the opened source.
        on_progress: called with the number of variants read so far.
    """
    found = Findings(flaws=list(assets.source.validate()))
    try:
        inventory = assets.inventory
        if assets.imported is not None:  # what was left out may be why nothing is left
            found.flaws += _left_out(assets.imported)
        catalogue = assets.catalogue()
    except AssetError as error:
        if not any(error.message in line for line in found.flaws):
            found.flaws.append(str(error))
        return found
    found.assets = len(inventory.assets) + sum(map(len, assets.graphs.values()))
    found.categories = len(catalogue.categories)
    unlicensed: list[str] = []
    told = set(found.flaws)
    sized = ((s.asset_of(g), (g.width, g.height)) for s in assets.graphs.values() for g in s)
    for asset, size in chain(((a, None) for a in inventory.assets), sized):
        if (asset.licence or inventory.licence) == NO_LICENCE:
            unlicensed.append(asset.id)
        for flaw in _flaws(assets, asset, size):
            found.variants += 1
            if flaw and flaw not in told:  # a mesh that is broken is so in every form
                told.add(flaw)
                found.flaws.append(flaw)
            on_progress(found.variants)
    if unlicensed:
        found.flaws.append(f"no licence is stated for {len(unlicensed)} assets: {unlicensed[0]}")
    return found


def _left_out(imported: Import) -> Iterator[str]:
    """A line for the graphs that an import remembers, and one a reason for all others."""
    told = Counter(skip.reason for skip in imported.examples)
    yield from (": ".join(filter(None, skip)) for skip in imported.examples)
    for reason, count in imported.skipped.items():
        if count > told[reason]:
            yield f"{count - told[reason]} graphs more: {reason}"


def _flaws(assets: OpenAssets, asset: Asset, size: tuple[int, int] | None) -> Iterator[str]:
    """A line for every variant of an asset; empty if nothing is wrong with it.

    Args:
        assets: the opened source.
        asset: one of its, or what stands for a scene graph.
        size: of that scene graph.
    """
    for form, names in asset.forms.items():
        for name in names:
            try:
                check_media(form, assets.read(asset.id, form, name), size)
                yield ""
            except AssetError as error:
                yield str(error)
            except ValueError as error:
                yield f"{asset.id}: {form} {name!r} {error}"
