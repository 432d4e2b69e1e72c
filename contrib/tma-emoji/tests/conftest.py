"""Fixtures: the system's Noto Color Emoji, read once."""

from __future__ import annotations

import pytest

import tma
from tma_emoji.font import HINT, usual_font
from tma_emoji.source import EmojiSource


@pytest.fixture(scope="session", name="source")
def _source() -> EmojiSource:
    if not usual_font().is_file():
        pytest.fail(f"these tests need Noto Color Emoji: {HINT}")
    return EmojiSource()


@pytest.fixture(scope="session", name="inventory")
def _inventory(source: EmojiSource) -> tma.Inventory:
    return source.inventory()


@pytest.fixture(scope="session", name="catalogue")
def _catalogue(inventory: tma.Inventory) -> tma.Catalogue:
    return tma.Catalogue(inventory, ("sticker",))
