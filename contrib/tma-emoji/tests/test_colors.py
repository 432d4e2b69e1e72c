"""Colours: of single pixels, of drawn pictures, and of well-known things."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

import tma
from tma_emoji import colors


def picture(*parts: tuple[str, int]) -> Image.Image:
    """Stripes of the given colours and widths, 10 pixels high."""
    image = Image.new("RGBA", (sum(width for _, width in parts), 10))
    left = 0
    for color, width in parts:
        image.paste(color, (left, 0, left + width, 10))
        left += width
    return image


def one(*parts: tuple[str, int]) -> colors.Measured:
    return colors.measure([picture(*parts)])[0]


def test_every_pixel_has_a_name_and_never_a_far_one() -> None:
    steps = np.linspace(0, 1, 18)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    possible = colors.possible_names(cube)
    assert possible.any(axis=1).all()
    assert possible.sum(axis=1).max() <= 6


@pytest.mark.parametrize(
    ("code", "name"),
    [("#e53935", "red"), ("#fb8c00", "orange"), ("#fdd835", "yellow"), ("#43a047", "green"),
     ("#1e88e5", "blue"), ("#7b1fa2", "purple"), ("#f48fb1", "pink"), ("#5d4037", "brown"),
     ("#101010", "black"), ("#9e9e9e", "gray"), ("#ffffff", "white")],
)  # fmt: skip
def test_plain_colours_have_their_names(code: str, name: str) -> None:
    assert one((code, 10)).dominant == name


def test_two_halves_have_no_colour_but_lack_the_others() -> None:
    measured = one(("#e53935", 50), ("#1e88e5", 50))
    assert measured.dominant is None
    assert {"green", "yellow", "white", "brown"} <= set(measured.absent)
    assert not {"red", "blue"} & set(measured.absent)


@pytest.mark.parametrize("code", ["#ff5722", "#ffb300", "#78909c", "#d7ccc8"])
def test_colours_that_people_argue_about_are_unknown(code: str) -> None:
    assert one((code, 10)) == colors.Measured(None, one((code, 10)).absent)


def test_transparent_pixels_do_not_count() -> None:
    image = picture(("#e53935", 10))
    wide = Image.new("RGBA", (100, 10), (0, 0, 255, 20))
    wide.paste(image, (0, 0))
    assert colors.measure([wide])[0].dominant == "red"
    assert colors.measure([Image.new("RGBA", (4, 4))]) == [colors.UNKNOWN]
    assert colors.measure([]) == []


def test_overlaps_are_between_known_colours() -> None:
    assert {v for pair in colors.OVERLAPS for v in pair} <= set(colors.NAMES)


@pytest.mark.parametrize(
    ("asset", "color"),
    [("u1f345", "red"), ("u1f438", "green"), ("u1f34b", "yellow"), ("u1f346", "purple"),
     ("u1f42c", "blue"), ("u1f418", "gray"), ("u1f43b", "brown"), ("u1f9a9", "pink"),
     ("u1f383", "orange"), ("u1f393", "black"), ("u1f6bd", "white"), ("u1f4d7", "green"),
     ("u1f335", "green"), ("u1f456", "blue"), ("u1f98e", "green"), ("u1f347", "purple")],
)  # fmt: skip
def test_well_known_things_have_their_colour(
    asset: str, color: str, inventory: tma.Inventory
) -> None:
    found = {a.id: a for a in inventory.assets}[asset]
    assert found.attributes == {"color": (color,)}


@pytest.mark.parametrize("asset", ["u1f308", "u1f993", "u26bd", "u1f427", "u1f30d", "u1f369"])
def test_things_of_many_colours_have_none(asset: str, inventory: tma.Inventory) -> None:
    assert "color" not in {a.id: a for a in inventory.assets}[asset].attributes


def test_a_known_colour_or_known_absences_but_not_both(inventory: tma.Inventory) -> None:
    for a in inventory.assets:
        assert not (a.attributes and a.not_attributes)
    assert sum("color" in a.attributes for a in inventory.assets) >= 150
