from __future__ import annotations

import io
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tma_plugins.objects.build import Look, build, resolve
from tma_plugins.objects.kit import MATERIALS, PATTERNS, cylinder
from tma_plugins.objects.palette import COLOURS, SECOND, accent, parse_hex
from tma_plugins.objects.textures import FINISHES, SIDE, share, texture, tones
from tma_plugins.objects.variants import _UNCLEAR

Lab = NDArray[np.float64]


def _lab(colour: object) -> Lab:
    """CIELAB under D65, as in IEC 61966-2-1 and CIE 15; colours along the last axis."""
    part = np.asarray(colour, dtype=float) / 255
    linear = np.where(part > 0.04045, ((part + 0.055) / 1.055) ** 2.4, part / 12.92)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = linear @ to_xyz.T / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _ciede2000(one: Lab, two: Lab) -> float:
    """CIEDE2000 with all weights 1, after Sharma, Wu and Dalal (2005), equations 2 to 22."""
    (l1, a1, b1), (l2, a2, b2) = one, two
    c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - np.sqrt(c7 / (c7 + 25.0**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    dl, dc = l2 - l1, c2 - c1
    dh = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dh_ = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = h1 + h2 if c1 * c2 == 0 else (h1 + dh / 2) % 360
    t = 1 - 0.17 * np.cos(np.radians(hm - 30)) + 0.24 * np.cos(np.radians(2 * hm))
    t += 0.32 * np.cos(np.radians(3 * hm + 6)) - 0.2 * np.cos(np.radians(4 * hm - 63))
    turn = 30 * np.exp(-(((hm - 275) / 25) ** 2))
    rc = 2 * np.sqrt(cm**7 / (cm**7 + 25.0**7))
    sl = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rt = -np.sin(np.radians(2 * turn)) * rc
    parts = dl / sl, dc / sc, dh_ / sh
    return float(np.sqrt(sum(p * p for p in parts) + rt * parts[1] * parts[2]))


def test_the_distance_agrees_with_the_published_test_data() -> None:
    """Pairs 1, 7 and 17 of Sharma, Wu and Dalal's table."""
    for one, two, distance in (
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
    ):
        assert _ciede2000(np.array(one), np.array(two)) == pytest.approx(distance, abs=1e-4)


def test_the_colours_are_far_apart() -> None:
    assert len(COLOURS) == 12
    apart = {
        (a, b): _ciede2000(_lab(COLOURS[a]), _lab(COLOURS[b])) for a, b in combinations(COLOURS, 2)
    }
    nearest = min(apart, key=lambda pair: apart[pair])
    assert apart[nearest] >= 20, (nearest, apart[nearest])


def _pixels(material: str, color: str, pattern: str) -> NDArray[np.float64]:
    image = Image.open(io.BytesIO(texture(material, color, pattern, False)))
    return np.asarray(image, dtype=float)


@pytest.mark.parametrize("material", ["", *MATERIALS])
def test_every_texture_has_the_colour_that_it_is_said_to_have(material: str) -> None:
    for color in COLOURS:
        if (color, material) in _UNCLEAR:
            continue
        for pattern in ("plain",) if FINISHES[material].plain else PATTERNS:
            mean = _lab(_pixels(material, color, pattern).mean(axis=(0, 1)))
            distance = {name: _ciede2000(mean, _lab(rgb)) for name, rgb in COLOURS.items()}
            assert min(distance, key=lambda name: distance[name]) == color, (pattern, distance)


def test_a_pattern_leaves_most_of_the_colour_and_shows() -> None:
    for pattern in PATTERNS[1:]:
        for level in (False, True):
            second = share(pattern, level)
            assert 0.15 < second.mean() < 0.36
            assert second.max() > 0.6
    assert share("plain", False).max() == 0
    for color in COLOURS:
        assert _ciede2000(_lab(COLOURS[color]), _lab(SECOND[color])) > 10, color


def test_stripes_run_up_or_around() -> None:
    up, around = share("striped", False), share("striped", True)
    assert np.ptp(up, axis=0).max() == 0
    assert np.ptp(around, axis=1).max() == 0
    assert np.ptp(up) == np.ptp(around) == 1


@pytest.mark.parametrize("material", MATERIALS)
def test_textures_repeat_without_a_seam(material: str) -> None:
    tone = tones(material)
    for axis in (0, 1):
        steps = np.abs(np.diff(tone, axis=axis)).mean(axis=1 - axis)
        seam = np.abs(np.take(tone, 0, axis) - np.take(tone, -1, axis)).mean()
        assert seam <= steps.max() + 0.05


def test_materials_look_unlike_each_other() -> None:
    """Plastic and ceramic, which a person may mix up, are declared to overlap."""
    for one, two in combinations([m for m in MATERIALS if m != "plastic"], 2):
        assert np.abs(tones(one) - tones(two)).mean() > 0.05, (one, two)
    assert tones("wood").shape == (SIDE, SIDE)


def test_roles() -> None:
    look = Look("red", "wood")
    assert resolve("body", look) == ("body", COLOURS["red"])
    assert resolve("trim", look) == ("matte", COLOURS["red"])
    assert resolve("accent", look) == ("matte", accent("red"))
    assert resolve("metal#d4a537", look) == ("metal", (212, 165, 55))
    assert resolve("#010203", look) == ("matte", (1, 2, 3))
    for role in ("bodi", "body#ffffff", "dark#ffffff", "#12", ""):
        with pytest.raises(ValueError, match=r"no role|no colour"):
            resolve(role, look)
    with pytest.raises(ValueError, match="needs parts"):
        build([], look)
    with pytest.raises(ValueError, match="rrggbb"):
        parse_hex("red")


def test_equal_looks_give_equal_bytes_and_others_do_not() -> None:
    part = cylinder(0.5, 1)
    looks = [Look(c, m, p) for c in ("red", "blue") for m in ("wood", "metal") for p in PATTERNS]
    made = [build([part], look) for look in looks]
    assert made == [build([part], look) for look in looks]
    assert len(set(made)) == len(looks)
