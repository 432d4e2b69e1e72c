"""Chess pieces and playthings for a party."""

from __future__ import annotations

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    box,
    cone,
    curve,
    curve3,
    cylinder,
    extrude,
    lathe,
    tube,
)

shelf = Shelf()
_CARVED = ("wood", "stone", "plastic", "glass", "ceramic", "metal")


def _foot(wide: float) -> list[tuple[float, float]]:
    """The profile of a chess piece's foot, up to y = 0.25."""
    return [
        (wide, 0),
        *arc(wide - 0.03, 0.06, 0.05, -60, 70, 5),
        (wide * 0.82, 0.13),
        *arc(wide * 0.8, 0.17, 0.04, -60, 70, 4),
        (wide * 0.62, 0.24),
    ]


@shelf.category(
    "chess-pawn",
    parents=("game-piece",),
    synonyms=("pawn",),
    lookalikes=("chess-knight",),
    materials=_CARVED,
    symmetry=0,
    views=("front", "above"),
)
def chess_pawn(make: Maker) -> list[Part]:
    """A pawn: a ball above a collar on a tapered foot."""
    tall, r = make.between(0.72, 0.82), make.between(0.2, 0.23)
    side = curve([(0.22, 0.25), (0.14, 0.45), (0.11, tall)], 5)
    collar = arc(0.17, tall + 0.03, 0.035, -70, 70, 5)
    head = arc(0, tall + 0.06 + r * 0.8, r, -52, 90, 14)
    return [lathe([*_foot(0.36), *side, *collar, (0.13, tall + 0.07), *head])]


@shelf.category(
    "chess-knight",
    parents=("game-piece",),
    synonyms=("knight",),
    lookalikes=("animal",),
    materials=_CARVED,
    yaws=(-30.0, 0.0, 30.0),
    views=("front", "left", "right"),
)
def chess_knight(make: Maker) -> list[Part]:
    """A knight: a horse's head that looks to the left, on a round foot."""
    deep, tall = make.between(0.26, 0.32), make.between(1.0, 1.1)
    outline = [
        *curve([(0.26, 0.24), (0.36, 0.55), (0.27, 0.95), (0.08, 1.18)], 5),
        (0.03, 1.3),
        (-0.07, 1.2),
        *curve([(-0.1, 1.18), (-0.26, 1.08), (-0.44, 0.88), (-0.52, 0.76)], 4),
        *curve([(-0.52, 0.76), (-0.48, 0.64), (-0.38, 0.64), (-0.26, 0.74), (-0.08, 0.74)], 4)[1:],
        *curve([(-0.1, 0.7), (-0.24, 0.48), (-0.27, 0.24)], 5),
    ]
    head = extrude([(x, 0.24 + (y - 0.24) * tall) for x, y in outline], deep, 0.05)
    eye = ball(0.045, segments=12)
    mane = [
        box(0.13, 0.17, deep * 0.5, 0.03).turn(z=-12 + 24 * k).at(x, 0.24 + (y - 0.24) * tall, 0)
        for k, (x, y) in enumerate(((0.34, 0.4), (0.33, 0.6), (0.25, 0.8), (0.13, 1.0)))
    ]
    return [
        lathe([*_foot(0.4), (0.3, 0.27)]),
        head,
        *(part.paint("accent") for part in mane),
        *(eye.at(-0.17, 0.24 + 0.76 * tall, z).paint("dark") for z in (deep / 2, -deep / 2)),
        *(
            ball(0.03, segments=10).at(-0.46, 0.24 + 0.5 * tall, z).paint("dark")
            for z in (deep / 2 - 0.01, 0.01 - deep / 2)
        ),
    ]


@shelf.category(
    "party-hat",
    parents=("headwear", "decoration"),
    synonyms=("birthday hat",),
    patterns=("striped", "dotted", "checked"),
    symmetry=0,
    views=("front", "above"),
)
def party_hat(make: Maker) -> list[Part]:
    """A pointed paper hat with a bobble and a frilled rim."""
    tall, r = make.between(0.95, 1.15), 0.42
    frill = [ball(0.075, segments=10).at(r, 0.05, 0).turn(y=360 * k / 18) for k in range(18)]
    puff = ball(0.13, segments=14).at(0, tall, 0)
    return [
        lathe([(r * (1 - k / 6) + 0.012 * k / 6, tall * k / 6) for k in range(7)], segments=40),
        *(part.paint("light" if make.color != "white" else "accent") for part in (*frill, puff)),
    ]


@shelf.category(
    "balloon",
    parents=("toy", "decoration"),
    materials=("rubber",),
    lookalikes=("light-bulb",),
    symmetry=1,
)
def balloon(make: Maker) -> list[Part]:
    """A balloon on a string that winds down to a small weight."""
    wide, tall = make.between(0.4, 0.45), make.between(0.98, 1.08)
    low = 0.72
    side = curve([(0.04, 0), (wide * 0.62, 0.2), (wide, 0.58), (wide * 0.78, 0.88)], 7)
    skin = [*side, *arc(0, 0.55, wide * 1.02, 52, 90, 6, ry=tall - 0.55)]
    line = curve3(
        [
            (0, low, 0),
            (0.05, low * 0.75, 0),
            (-0.05, low * 0.45, 0),
            (0.03, low * 0.2, 0),
            (0, 0, 0),
        ]
    )
    return [
        lathe(skin, crease=180, segments=36).at(0, low + 0.05, 0),
        cone(0.08, 0.1, segments=16).at(0, low - 0.02, 0),
        tube(line, 0.018, sides=8).paint("dark"),
        ball(0.045, 0.13, 0.03).turn(z=-24).at(-0.15, low + 0.78, wide * 0.78).paint("#ffffff"),
        cylinder(0.12, 0.07, bevel=0.02).paint("accent"),
    ]


@shelf.category(
    "puzzle-piece",
    parents=("game-piece", "toy"),
    synonyms=("jigsaw piece",),
    materials=("wood", "plastic"),
    yaws=(-30.0, 0.0, 30.0),
    views=("front", "left", "right"),
)
def puzzle_piece(make: Maker) -> list[Part]:
    """A piece of a jigsaw that stands upright, with two tabs and two notches."""
    half, r, neck = 0.4, make.between(0.125, 0.145), 0.075
    signs = make.pick((1, 1, -1, -1), (-1, 1, 1, -1), (1, -1, -1, 1))
    outline: list[tuple[float, float]] = []
    for k, out in enumerate(signs):
        side = [(-half, -half), (-neck, -half)]
        y = -half - out * (r * 0.82)
        knob = arc(0, 0, r, 150, 390, 14)
        side += [(x, y + (dy if out > 0 else -dy)) for x, dy in knob]
        side += [(neck, -half)]
        for x, dy in side:
            c, s = ((1, 0), (0, 1), (-1, 0), (0, -1))[k]
            outline.append((c * x - s * dy, s * x + c * dy))
    return [extrude(outline, 0.17, 0.025)]


@shelf.category(
    "domino",
    parents=("game-piece",),
    synonyms=("domino tile",),
    lookalikes=("die",),
    materials=("plastic", "wood", "stone"),
    symmetry=1,
    yaws=(-30.0, 0.0, 30.0),
    views=("front", "left", "right"),
)
def domino(make: Maker) -> list[Part]:
    """An upright domino with a line across its middle."""
    pip = "#f8f8f5" if make.color not in ("white", "yellow", "pink", "turquoise") else "#1b1b1e"
    a = 0.16
    spots: dict[int, list[tuple[float, float]]] = {
        1: [(0, 0)],
        2: [(-a, a), (a, -a)],
        3: [(-a, a), (0, 0), (a, -a)],
        4: [(-a, -a), (-a, a), (a, -a), (a, a)],
        5: [(-a, -a), (-a, a), (a, -a), (a, a), (0, 0)],
        6: [(-a, -a), (-a, 0.0), (-a, a), (a, -a), (a, 0.0), (a, a)],
    }
    w, tall, deep = 0.62, 1.22, make.between(0.18, 0.24)
    parts = [box(w, tall, deep, 0.06, steps=3)]
    for number, y in ((make.pick(1, 2, 4, 6), 0.3), (make.pick(3, 5), 0.92)):
        for x, dy in spots[int(number)]:
            dot = cylinder(0.062, 0.012, segments=20).turn(x=90)
            parts.append(dot.at(x, y + dy, deep / 2 - 0.006).paint(pip))
    line = box(w * 0.8, 0.025, 0.012).at(0, tall / 2 - 0.012, deep / 2)
    return [*parts, line.paint(pip)]
