"""Trees, and what is left of one."""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    curve,
    curve3,
    cylinder,
    lathe,
    loft,
    ring,
    torus,
    tube,
)
from tma_plugins.objects.library.leaves import STALK, leaf, stalk

shelf = Shelf()
_BARK = "#7a5230"


@shelf.category(
    "pine-tree",
    parents=("tree",),
    synonyms=("fir tree", "conifer", "christmas tree"),
    colors=("green",),
    symmetry=0,
    views=("front", "above"),
)
def pine_tree(make: Maker) -> list[Part]:
    """A conifer: jagged tiers that get smaller, on a short trunk."""
    tiers, wide = make.pick(3, 4), make.between(0.5, 0.58)
    points = 12
    angles = 2 * pi * np.arange(points * 4) / (points * 4)
    teeth = np.sin(points * angles / 2) ** 2
    y, gap = 0.3, 1.2 / tiers
    parts = []
    for k in range(tiers):
        r = wide * (1 - 0.56 * k / (tiers - 1))
        top = y + gap * 1.55
        sections = []
        for share, level in (
            (0.3, y + 0.1),
            (1.0, y),
            (0.97, y + 0.05),
            (0.5, y + 0.4 * (top - y)),
            (0.2, y + 0.75 * (top - y)),
            (0.02, top),
        ):
            edge = 1.0 if share > 0.9 else 0.0
            far = r * share * (1 - 0.14 * edge * teeth)
            lift = level + 0.07 * edge * teeth
            sections.append(np.stack([far * np.sin(angles), lift, far * np.cos(angles)], 1))
        parts.append(loft(sections, crease=60).turn(y=15 * k))
        y += gap * 0.92
    return [*parts, cylinder(0.14, 0.6, top=0.1, segments=14).paint(_BARK)]


@shelf.category(
    "palm-tree",
    parents=("tree",),
    synonyms=("palm", "coconut palm"),
    colors=("green",),
)
def palm_tree(make: Maker) -> list[Part]:
    """A palm: a curved ringed trunk, drooping fronds, coconuts and a little sand."""
    tall, lean = make.between(1.1, 1.25), make.between(0.12, 0.3)
    path = curve3([(-lean, 0.04, 0), (-lean * 0.7, tall * 0.4, 0), (0, tall, 0)], 7)
    trunk = []
    for k in range(len(path) - 1):
        low, high = path[k], path[k + 1]
        trunk.append(tube([low, high + (high - low) * 0.15], [0.075, 0.1], sides=12))
    fronds = []
    out = make.between(0.6, 0.68)
    for k in range(9):
        drop = 0.5 if k % 2 else 0.2
        spine = [
            (0, tall, 0),
            (out * 0.45, tall + 0.24 - 0.2 * drop, 0),
            (out * 0.85, tall + 0.12 - 0.5 * drop, 0),
            (out * 1.05, tall - 0.22 - 0.55 * drop, 0),
        ]
        blade = leaf(spine, 0.15, up=(0.5, 1, 0), widest=0.45, thick=0.14, role="body")
        rib = tube(curve3(spine, 3) + np.array([0, 0.022, 0]), 0.018, sides=5).paint("accent")
        fronds += [part.turn(y=40 * k + 8) for part in (blade, rib)]
    nut = ball(0.095, segments=14).at(0.12, tall - 0.08, 0).paint("#6a4326")
    sand = [(0.36, 0), *arc(0, 0, 0.36, 10, 90, 5, ry=0.12)]
    return [
        *(part.paint(("#a9804f", "#8f683c")[k % 2]) for k, part in enumerate(trunk)),
        *fronds,
        ball(0.11, 0.08, segments=12).at(0, tall, 0).paint("trim"),
        *ring(nut, 3, 30),
        lathe(sand).at(-lean, 0, 0).paint("#ead9a0"),
    ]


@shelf.category(
    "broadleaf-tree",
    parents=("tree",),
    synonyms=("leafy tree", "oak tree"),
    lookalikes=("broccoli",),
    colors=("green", "orange", "yellow", "red", "pink"),
)
def broadleaf_tree(make: Maker) -> list[Part]:
    """A tree with a round leafy crown, red fruit or none, on a trunk with branches."""
    tall = make.between(0.62, 0.75)
    parts = [ball(0.4, 0.36, 0.4, segments=20).at(0, tall + 0.34, 0)]
    for k in range(8):
        angle, low = 2 * pi * k / 8 + make.between(-0.2, 0.2), make.between(0.1, 0.22)
        size = make.between(0.2, 0.27)
        puff = ball(size, size * 0.88, segments=14)
        parts.append(puff.at(0.36 * cos(angle), tall + low, 0.36 * sin(angle)))
    for k in range(6):
        angle, size = 2 * pi * k / 6 + 0.3, make.between(0.2, 0.25)
        parts.append(ball(size, segments=14).at(0.25 * cos(angle), tall + 0.5, 0.25 * sin(angle)))
    parts.append(ball(0.24, segments=14).at(0.03, tall + 0.66, 0))
    side = curve([(0.22, 0), (0.14, 0.14), (0.11, tall * 0.7), (0.16, tall + 0.1)], 4)
    trunk = lathe(side, segments=16)
    limb = tube([(0.04, tall * 0.55, 0.03), (0.26, tall + 0.08, 0.06)], [0.06, 0.045], sides=8)
    return [*parts, trunk.paint(_BARK), limb.paint(_BARK), limb.mirror().paint(_BARK)]


@shelf.category(
    "tree-stump",
    parents=("plant",),
    synonyms=("stump", "log"),
    lookalikes=("barrel", "tree"),
    colors=("brown",),
)
def tree_stump(make: Maker) -> list[Part]:
    """A stump with roots, year rings on its cut face, and a twig with a leaf."""
    r, tall = make.between(0.4, 0.46), make.between(0.5, 0.65)
    side = curve([(r * 1.25, 0), (r * 1.02, 0.14), (r * 0.97, tall * 0.6), (r, tall)], 4)
    bark = lathe(side, crease=60)
    path = [(r * 0.8, 0.2, 0), (r + 0.12, 0.09, 0), (r + 0.3, 0.02, 0)]
    root = stalk(path, 0.13, 0.03, "body")
    ridge = tube([(r * 1.03, 0.1, 0), (r * 0.99, tall * 0.9, 0)], 0.03, sides=6)
    rings_ = [torus(r * far, 0.014, sides=6).at(0, tall + 0.02, 0) for far in (0.25, 0.45, 0.65)]
    twig = tube([(r * 0.9, tall * 0.55, 0.1), (r + 0.2, tall * 0.8, 0.16)], [0.06, 0.04], sides=8)
    return [
        bark,
        *ring(root, 5, 15),
        *(part.paint("accent") for part in ring(ridge, 13, 6)),
        cylinder(r * 0.88, 0.04, bevel=0.01).at(0, tall - 0.02, 0).paint("#e0b57c"),
        *(part.paint("#b98249") for part in rings_),
        twig.paint(STALK),
        leaf(
            [
                (r + 0.18, tall * 0.78, 0.15),
                (r + 0.3, tall + 0.02, 0.2),
                (r + 0.4, tall + 0.1, 0.2),
            ],
            0.09,
        ),
    ]
