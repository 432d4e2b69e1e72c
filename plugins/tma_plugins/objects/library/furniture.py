"""Furniture."""

from __future__ import annotations

from tma_plugins.objects.kit import Maker, Part, Shelf, both, box

shelf = Shelf()
_BUILT = ("wood", "metal", "plastic", "stone")


@shelf.category(
    "chair",
    parents=("seat",),
    materials=("wood", "metal", "plastic"),
    yaws=(-35.0, 0.0, 35.0),
)
def chair(make: Maker) -> list[Part]:
    """A chair with a slatted back."""
    w, d, seat = 0.9, 0.85, make.between(0.85, 0.95)
    back = seat + make.between(0.85, 1.1)
    slats = make.pick(2, 3)
    leg = 0.1
    legs = both(
        box(leg, seat, leg, 0.02).at(w / 2 - leg / 2, 0, d / 2 - leg / 2),
        box(leg, back, leg, 0.02).at(w / 2 - leg / 2, 0, leg / 2 - d / 2),
    )
    boards = [
        box(w - leg, 0.14, 0.06, 0.02).at(0, back - 0.2 - k * 0.27, leg / 2 - d / 2)
        for k in range(slats)
    ]
    return [*legs, *boards, box(w + 0.06, 0.09, d + 0.06, 0.035).at(0, seat - 0.04, 0.02)]
