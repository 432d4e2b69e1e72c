"""What the library's categories are made with."""

from __future__ import annotations

from tma_plugins.objects.kit.flat import box, extrude, inset, regular, solid, star
from tma_plugins.objects.kit.maker import ALL_COLOURS, MATERIALS, PATTERNS, Kind, Maker, Shelf
from tma_plugins.objects.kit.part import Part, both, ring
from tma_plugins.objects.kit.round import (
    arc,
    ball,
    capsule,
    cone,
    curve,
    curve3,
    cylinder,
    lathe,
    torus,
)
from tma_plugins.objects.kit.sweep import loft, oval, tube

__all__ = [
    "ALL_COLOURS",
    "MATERIALS",
    "PATTERNS",
    "Kind",
    "Maker",
    "Part",
    "Shelf",
    "arc",
    "ball",
    "both",
    "box",
    "capsule",
    "cone",
    "curve",
    "curve3",
    "cylinder",
    "extrude",
    "inset",
    "lathe",
    "loft",
    "oval",
    "regular",
    "ring",
    "solid",
    "star",
    "torus",
    "tube",
]
