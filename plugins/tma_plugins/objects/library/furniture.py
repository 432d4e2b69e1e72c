"""Furniture."""

from __future__ import annotations

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    both,
    box,
    cylinder,
    extrude,
    lathe,
    ring,
    tube,
)

shelf = Shelf()
_VIEWS = ("left", "right", "front", "above")
_BUILT = ("wood", "metal", "plastic")
_SOFT = ("textile", "rubber", "plastic")
_ALL = ("plain", "striped", "dotted", "checked")
_BOOKS = ("#b5423c", "#3d6fa8", "#4d8a57", "#d9a441", "#7b5a9e", "#e8e0cc")


def _four(part: Part, x: float, z: float) -> list[Part]:
    """A leg at each corner."""
    return [part.at(sx * x, 0, sz * z) for sx in (-1, 1) for sz in (-1, 1)]


@shelf.category("chair", views=_VIEWS, parents=("seat",), lookalikes=("stool",), materials=_BUILT)
def chair(make: Maker) -> list[Part]:
    """A chair with a slatted back."""
    w, d, seat = 0.9, 0.85, make.between(0.8, 0.92)
    back = seat + make.between(0.85, 1.05)
    slats = make.pick(2, 3)
    leg = 0.11
    legs = both(
        box(leg, seat, leg, 0.025).at(w / 2 - leg / 2, 0, d / 2 - leg / 2),
        box(leg, back, leg, 0.025).at(w / 2 - leg / 2, 0, leg / 2 - d / 2),
    )
    boards = [
        box(w - leg, 0.15, 0.06, 0.025).at(0, back - 0.2 - k * 0.27, leg / 2 - d / 2)
        for k in range(slats)
    ]
    return [*legs, *boards, box(w + 0.06, 0.1, d + 0.06, 0.04).at(0, seat - 0.04, 0.02)]


@shelf.category(
    "stool",
    parents=("seat",),
    lookalikes=("table",),
    materials=_BUILT,
    symmetry=4,
    yaws=(0.0, 45.0),
)
def stool(make: Maker) -> list[Part]:
    """A high stool: a thick round seat on four splayed legs with rungs."""
    tall, out = make.between(1.15, 1.4), make.between(0.36, 0.44)
    leg = tube([(out, 0, 0), (0.25, tall - 0.05, 0)], [0.05, 0.06])
    low = tall * 0.3
    far = out + (0.25 - out) * 0.3
    rung = tube([(far, low, 0), (0, low, far)], 0.032, sides=8)
    seat = [(0.36, 0), *arc(0.36, 0.06, 0.06, -80, 80, 6), (0.3, 0.11)]
    return [lathe(seat).at(0, tall - 0.06, 0), *ring([leg, rung], 4, 45)]


@shelf.category(
    "table",
    views=_VIEWS,
    parents=("furniture",),
    synonyms=("dining table",),
    lookalikes=("bench",),
    materials=("wood", "metal", "plastic", "stone"),
    symmetry=2,
)
def table(make: Maker) -> list[Part]:
    """A long table on four legs."""
    w, d, tall = make.between(1.35, 1.6), make.between(0.8, 0.95), make.between(0.75, 0.88)
    leg = make.pick(
        box(0.12, tall, 0.12, 0.03),
        cylinder(0.05, tall, top=0.08),
    )
    return [
        box(w, 0.1, d, 0.04).at(0, tall, 0),
        *_four(leg, w / 2 - 0.13, d / 2 - 0.13),
        box(w - 0.25, 0.12, d - 0.25, 0.01).at(0, tall - 0.1, 0).paint("accent"),
    ]


@shelf.category(
    "sofa",
    parents=("seat",),
    synonyms=("couch", "settee"),
    lookalikes=("armchair", "bed"),
    materials=_SOFT,
    patterns=_ALL,
)
def sofa(make: Maker) -> list[Part]:
    """A sofa for two or three with thick arms and cushions."""
    seats = make.pick(2, 3)
    w, d, back = 0.62 * seats, 0.8, make.between(0.8, 0.95)
    seat, arm = 0.3, make.between(0.55, 0.65)
    cushions = []
    for k in range(seats):
        x = (k - (seats - 1) / 2) * w / seats
        cushions += [
            box(w / seats - 0.02, 0.2, d - 0.15, 0.07, steps=3).at(x, seat - 0.02, 0.08),
            box(w / seats - 0.03, back - 0.4, 0.2, 0.08, steps=3).turn(x=-8).at(x, 0.42, -0.2),
        ]
    arms = both(box(0.22, arm, d + 0.06, 0.09, steps=3).at(w / 2 + 0.1, 0.08, 0.02))
    feet = _four(cylinder(0.035, 0.1, top=0.05), w / 2 + 0.08, d / 2 - 0.1)
    return [
        box(w + 0.1, 0.26, d, 0.05).at(0, 0.08, 0),
        box(w + 0.2, back - 0.08, 0.2, 0.08, steps=3).at(0, 0.08, 0.1 - d / 2),
        *cushions,
        *arms,
        *(foot.paint("#5d4630") for foot in feet),
    ]


@shelf.category(
    "bench",
    parents=("seat",),
    synonyms=("park bench",),
    lookalikes=("chair", "sofa"),
    materials=("wood", "stone", "plastic"),
)
def bench(make: Maker) -> list[Part]:
    """A park bench: planks on two curved dark frames."""
    w, seat = make.between(1.5, 1.8), 0.42
    planks = [box(w, 0.055, 0.11, 0.015).at(0, seat, 0.24 - 0.135 * k) for k in range(4)]
    planks += [
        box(w, 0.12, 0.05, 0.015).turn(x=-14).at(0, seat + 0.14 + 0.16 * k, -0.28 - 0.04 * k)
        for k in range(make.pick(2, 3))
    ]
    side = [
        tube([(0, 0, 0.28), (0, seat, 0.26)], 0.04),
        tube([(0, 0, -0.34), (0, seat, -0.25), (0, seat + 0.55, -0.4)], 0.04),
        tube([(0, seat - 0.02, 0.3), (0, seat - 0.02, -0.28)], 0.04),
        tube([(0, seat, 0.24), (0, seat + 0.24, 0.24), (0, seat + 0.26, -0.3)], 0.035),
    ]
    frames = [part.at(x).paint("dark") for x in (-w / 2 + 0.12, w / 2 - 0.12) for part in side]
    return [*planks, *frames]


@shelf.category(
    "bookshelf",
    views=_VIEWS,
    parents=("furniture",),
    synonyms=("bookcase",),
    lookalikes=("dresser",),
    materials=("wood", "metal", "plastic"),
)
def bookshelf(make: Maker) -> list[Part]:
    """A tall open shelf with a few books in it."""
    w, d, levels = make.between(0.8, 1.0), 0.36, make.pick(3, 4)
    gap, board = 0.42, 0.07
    tall = levels * gap + board
    parts = [
        *both(box(board, tall + 0.03, d, 0.012).at(w / 2)),
        box(w, tall, 0.03).at(0, 0, -d / 2 + 0.02).paint("accent"),
        *(box(w, board, d - 0.01, 0.012).at(0, k * gap, 0) for k in range(levels + 1)),
    ]
    for k in range(levels):
        x = -w / 2 + board / 2 + 0.02
        for n in range(make.pick(4, 5, 6)):
            wide, high = make.between(0.06, 0.1), make.between(0.22, 0.31)
            cover = _BOOKS[(n + 2 * k) % len(_BOOKS)]
            book = box(wide - 0.006, high, d * 0.7, 0.01)
            parts.append(book.at(x + wide / 2, k * gap + board, 0.02).paint(cover))
            x += wide
    return parts


@shelf.category(
    "bed",
    parents=("furniture",),
    materials=("textile",),
    patterns=_ALL,
    views=("left", "right", "above", "front"),
)
def bed(make: Maker) -> list[Part]:
    """A bed: a blanket in the asset's colour, a white pillow, a darker frame. Its foot is front."""
    w, long, head = make.between(0.85, 1.1), 1.5, make.between(0.75, 0.9)
    rail = [
        (-w / 2 - 0.08, 0),
        (w / 2 + 0.08, 0),
        (w / 2 + 0.08, head - 0.15),
        *arc(0, head - 0.15, w / 2 + 0.08, 0, 180, 10, ry=0.16)[1:],
    ]
    frame = [
        extrude(rail, 0.08, 0.02).at(0, 0, -long / 2),
        box(w + 0.16, 0.42, 0.08, 0.03).at(0, 0, long / 2),
        box(w + 0.06, 0.14, long, 0.02).at(0, 0.16, 0),
    ]
    fold = long * 0.28
    return [
        *(part.paint("accent") for part in frame),
        box(w, 0.16, long - 0.06, 0.05).at(0, 0.28, 0).paint("light"),
        box(w + 0.07, 0.25, long - fold - 0.1, 0.07, steps=3).at(0, 0.24, fold / 2 - 0.02),
        box(w + 0.075, 0.255, 0.12, 0.05).at(0, 0.245, fold - long / 2 + 0.08).paint("accent"),
        box(w * 0.72, 0.16, 0.32, 0.07, steps=3)
        .turn(x=12)
        .at(0, 0.42, 0.24 - long / 2)
        .paint("#ffffff"),
    ]


@shelf.category(
    "ladder",
    parents=("tool",),
    synonyms=("stepladder",),
    materials=("wood", "metal", "plastic"),
)
def ladder(make: Maker) -> list[Part]:
    """A stepladder that stands on two pairs of rails."""
    tall, steps = make.between(1.5, 1.75), make.pick(4, 5)
    low, high, reach = 0.42, 0.28, 0.45
    front = both(tube([(low, 0, reach), (high, tall, 0.04)], 0.05, sides=8))
    back = both(tube([(low, 0, -reach), (high, tall, -0.04)], 0.04, sides=8).paint("accent"))
    boards = []
    for k in range(steps):
        share = (k + 1) / (steps + 1)
        half = low + (high - low) * share
        boards.append(
            box(2 * half, 0.06, 0.15, 0.015).at(0, tall * share, reach + (0.04 - reach) * share)
        )
    bar = tube([(-0.36, tall * 0.3, -reach * 0.7), (0.36, tall * 0.3, -reach * 0.7)], 0.03)
    return [*front, *back, *boards, box(0.68, 0.09, 0.26, 0.03).at(0, tall, 0), bar.paint("accent")]


@shelf.category(
    "dresser",
    views=_VIEWS,
    parents=("furniture",),
    synonyms=("chest of drawers",),
    lookalikes=("box", "treasure-chest"),
    materials=_BUILT,
)
def dresser(make: Maker) -> list[Part]:
    """A chest of drawers with round knobs, on short legs."""
    w, d, rows = make.between(0.95, 1.15), 0.5, make.pick(3, 4)
    row = 0.27
    tall = rows * row + 0.06
    parts = [
        box(w, tall, d, 0.02).at(0, 0.14, 0),
        box(w + 0.08, 0.07, d + 0.07, 0.025).at(0, tall + 0.12, 0),
        *(
            foot.paint("accent")
            for foot in _four(cylinder(0.03, 0.16, top=0.055), w / 2 - 0.09, d / 2 - 0.09)
        ),
    ]
    for k in range(rows):
        y = 0.17 + k * row
        parts.append(box(w - 0.06, row - 0.01, 0.03).at(0, y, d / 2 - 0.006).paint("accent"))
        parts.append(box(w - 0.1, row - 0.05, 0.04, 0.015).at(0, y + 0.02, d / 2 + 0.012))
        parts += both(
            ball(0.035, segments=12).at(w * 0.24, y + row / 2, d / 2 + 0.06).paint("metal#d8b04a")
        )
    return parts


@shelf.category(
    "grandfather-clock",
    parents=("timepiece", "furniture"),
    synonyms=("longcase clock",),
    materials=("wood",),
    lookalikes=("alarm-clock",),
)
def grandfather_clock(make: Maker) -> list[Part]:
    """A tall clock: a round dial in its head, a pendulum behind a window in its trunk."""
    trunk, head = make.between(0.9, 1.1), 0.52
    gold = "metal#e0b040"
    top = 0.28 + trunk
    roof = [
        (-0.3, 0),
        (0.3, 0),
        (0.3, 0.04),
        *arc(0, 0.04, 0.26, 0, 180, 10, ry=0.16),
        (-0.3, 0.04),
    ]
    swing = make.between(-7, 7)
    bob = [cylinder(0.08, 0.03).turn(x=90), tube([(0, 0, 0), (0, 0.5, 0)], 0.018)]
    pendulum = [part.turn(z=swing).at(0, 0.42, 0.17).paint(gold) for part in bob]
    hands = [
        box(0.025, 0.12, 0.012).turn(z=-60).at(0, top + head / 2, 0.21),
        box(0.022, 0.16, 0.012).turn(z=50).at(0, top + head / 2, 0.21),
    ]
    dial = cylinder(0.21, 0.02).turn(x=90).at(0, top + head / 2, 0.19)
    return [
        box(0.6, 0.28, 0.42, 0.02),
        box(0.42, trunk + 0.02, 0.3, 0.015).at(0, 0.27, 0),
        box(0.58, head, 0.38, 0.02).at(0, top, 0),
        extrude(roof, 0.4, 0.015).at(0, top + head, 0),
        box(0.28, trunk - 0.16, 0.02).at(0, 0.36, 0.148).paint("dark"),
        *pendulum,
        cylinder(0.235, 0.012).turn(x=90).at(0, top + head / 2, 0.19).paint(gold),
        dial.paint("#fbf6e6"),
        *(hand.paint("dark") for hand in hands),
        ball(0.05).at(0, top + head + 0.22, 0).paint(gold),
    ]
