"""A person of simple shapes: lengths, and meshes of the parts; metres, y up, z forward."""

from __future__ import annotations

from collections.abc import Callable

from tma import AssetError
from tma_plugins.objects.kit import Part, ball, both, box, capsule, loft, oval, torus

HIP = 0.84
"""Height of the hips of somebody who stands."""
HIPS, SHOULDERS = 0.085, 0.185
"""From the middle to a hip joint, to a shoulder joint."""
TRUNK, NECK = 0.46, 0.1
"""From the hips to the shoulders, from there to the head's middle less its radius."""
HEAD = 0.135
UPPER_ARM, FOREARM = 0.27, 0.27
THIGH, SHIN = 0.39, 0.37
ANKLE = 0.06
ARM_THICK, FORE_THICK, THIGH_THICK, SHIN_THICK = 0.05, 0.042, 0.07, 0.055
HAND = 0.052


def _head(skin: str, hair: str) -> list[Part]:
    """A head about its middle, with a face and short hair."""
    r = HEAD
    return [
        ball(r, r * 1.08).paint(skin),
        ball(r * 1.06, r * 1.1).at(0, r * 0.16, -r * 0.2).paint(hair),
        ball(r * 0.98, r * 0.5).at(0, r * 0.72, r * 0.1).paint(hair),
        *both(ball(0.017, segments=10).at(r * 0.36, r * 0.08, r * 0.9).paint("#26221f")),
        *both(ball(0.03, 0.036, segments=10).at(r * 0.99, 0, 0).paint(skin)),
        *both(box(0.042, 0.009, 0.012, 0.004).at(r * 0.36, r * 0.3, r * 0.9).paint(hair)),
        ball(0.022, segments=10).at(0, -r * 0.18, r * 1.0).paint(skin),
        torus(0.03, 0.006, segments=12, sides=6).turn(x=90).scale(1, 0.45, 1)
        .at(0, -r * 0.5, r * 0.83).paint("#a8433c"),
    ]  # fmt: skip


def _torso(shirt: str, skin: str) -> list[Part]:
    """From the hips at the origin up to the shoulders, with a neck."""
    body = loft(
        [
            oval(-0.04, 0.12, 0.09, square=2.4),
            oval(0.06, 0.135, 0.1, square=2.6),
            oval(0.22, 0.155, 0.112, square=2.8),
            oval(0.38, 0.185, 0.112, square=2.8),
            oval(0.46, 0.17, 0.095, square=2.6),
            oval(0.5, 0.08, 0.065),
        ],
        crease=80,
    )
    return [body.paint(shirt), capsule(0.052, 0.18).at(0, 0.42, 0).paint(skin)]


def _pelvis(trousers: str) -> list[Part]:
    """About the hips' middle."""
    part = loft(
        [
            oval(-0.12, 0.09, 0.075),
            oval(-0.06, 0.145, 0.1, square=2.5),
            oval(0.05, 0.14, 0.103, square=2.6),
        ],
        crease=80,
    )
    return [part.paint(trousers)]


def _shoe(colour: str) -> list[Part]:
    """About the ankle, toes forward."""
    return [
        box(0.085, 0.065, 0.2, 0.03, steps=3).at(0, -ANKLE, 0.045).paint(colour),
        box(0.09, 0.02, 0.205, 0.008).at(0, -ANKLE, 0.045).paint("#f2efe9"),
    ]


def _hand(skin: str) -> list[Part]:
    """About its middle, the arm coming from above."""
    return [ball(HAND * 0.86, HAND).paint(skin)]


_PARTS: dict[str, Callable[..., list[Part]]] = {
    "head": _head,
    "torso": _torso,
    "pelvis": _pelvis,
    "shoe": _shoe,
    "hand": _hand,
}


def figure_part(asset_id: str) -> list[Part]:
    """The parts of `figure/PART/#rrggbb,...`. Raises AssetError."""
    try:
        _, name, paints = asset_id.split("/")
        return _PARTS[name](*paints.split(","))
    except (ValueError, KeyError, TypeError):
        raise AssetError(f"{asset_id}: is no part of a person") from None
