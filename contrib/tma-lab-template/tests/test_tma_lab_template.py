"""What was packed is what is read."""

from __future__ import annotations

import pytest

import tma
from tma_lab_template.source import Source


@pytest.fixture(scope="session", name="source")
def _source() -> Source:
    return Source()


def test_the_taxonomy_holds(source: Source) -> None:
    inventory = source.inventory()
    assert len(tma.Catalogue(inventory).assets) == 19
    assert inventory.licence != "NOASSERTION" or all(a.licence for a in inventory.assets)


def test_files_are_those_that_were_packed(source: Source) -> None:
    """Reading checks size and hash. Delete this where media outside can't be reached."""
    for asset in source.inventory().assets:
        for form, names in asset.forms.items():
            for name in names:
                assert source.read(asset, form, name)
