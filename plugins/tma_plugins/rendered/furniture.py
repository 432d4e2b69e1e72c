"""Furniture in metres, with the level places that it offers; y is up, z its front."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tma_plugins.objects.kit import Maker, Part, arc, ball, both, box, cylinder, extrude, lathe
from tma_plugins.objects.kit.maker import PATTERNS, Kind

BUILT = ("wood", "metal", "plastic")
OPEN = 9.0
"""Clear height above a place that nothing roofs."""


@dataclass(frozen=True)
class Place:
    """A level rectangle on which things may stand.

    Attributes:
        low, high: its least and greatest (x, z).
        y: its height.
        clear: height of the room above it.
        how: `on` or `inside`, as a thing there is to the piece; `under` for the floor below it.
    """

    low: tuple[float, float]
    high: tuple[float, float]
    y: float
    clear: float = OPEN
    how: str = "on"


@dataclass(frozen=True)
class Piece:
    """A piece of furniture.

    Attributes:
        parts: what is always where it is.
        places: where things may stand.
        seat: whether a person may sit on it; the first place is then the seat.
        door: the part that opens, as it is when closed, and the (x, z) of its hinge.
    """

    parts: list[Part]
    places: list[Place] = field(default_factory=list)
    seat: bool = False
    door: tuple[list[Part], tuple[float, float]] | None = None


FURNITURE: dict[str, Kind] = {}
"""By category id; numbers and looks of assets work as those of the embedded objects."""
_MAKERS: dict[str, Callable[[Maker], Piece]] = {}


def _furniture(
    slug: str,
    *,
    parents: tuple[str, ...],
    synonyms: tuple[str, ...] = (),
    lookalikes: tuple[str, ...] = (),
    materials: tuple[str, ...] = (),
    patterns: tuple[str, ...] = (),
) -> Callable[[Callable[[Maker], Piece]], Callable[[Maker], Piece]]:
    """Decorates the function that makes a category's pieces; see `Shelf.category`."""

    def keep(make: Callable[[Maker], Piece]) -> Callable[[Maker], Piece]:
        _MAKERS[slug] = make
        FURNITURE[slug] = Kind(
            slug,
            lambda maker: make(maker).parts,
            slug.replace("-", " "),
            parents,
            synonyms,
            lookalikes,
            materials=materials,
            patterns=patterns,
        )
        return make

    return keep


def piece(slug: str, make: Maker) -> Piece:
    """A piece of a category of `FURNITURE`. Raises KeyError."""
    return _MAKERS[slug](make)


def _four(part: Part, x: float, z: float) -> list[Part]:
    return [part.at(sx * x, 0, sz * z) for sx in (-1, 1) for sz in (-1, 1)]


def _inset(w: float, d: float, y: float, by: float = 0.04, **more: object) -> Place:
    """The top of something w wide and d deep about the origin."""
    x, z = w / 2 - by, d / 2 - by
    return Place((-x, -z), (x, z), y, **more)  # type: ignore[arg-type]


@_furniture(
    "table",
    parents=("furniture",),
    synonyms=("dining table",),
    lookalikes=("bench",),
    materials=BUILT,
)
def table(make: Maker) -> Piece:
    """A table on four legs, with room under it."""
    w, d, tall = make.between(1.15, 1.4), make.between(0.7, 0.8), make.between(0.66, 0.72)
    leg = make.pick(box(0.07, tall, 0.07, 0.015), cylinder(0.03, tall, top=0.045))
    parts = [
        box(w, 0.05, d, 0.015).at(0, tall, 0),
        box(w - 0.16, 0.07, d - 0.16).at(0, tall - 0.07, 0).paint("accent"),
        *_four(leg, w / 2 - 0.08, d / 2 - 0.08),
    ]
    below = _inset(w, d, 0.0, 0.16, clear=tall - 0.09, how="under")
    return Piece(parts, [_inset(w, d, tall + 0.05), below])


@_furniture(
    "coffee-table",
    parents=("furniture",),
    lookalikes=("table", "bench", "stool"),
    materials=BUILT,
)
def low_table(make: Maker) -> Piece:
    """A coffee table: a thick round or square top on a foot."""
    tall, w = make.between(0.36, 0.42), make.between(0.8, 0.95)
    top = make.pick(box(w, 0.06, w * 0.75, 0.02), box(w, 0.06, w * 0.62, 0.03))
    depth = float(top.vertices[:, 2].max() * 2)
    parts = [
        top.at(0, tall, 0),
        *_four(box(0.07, tall, 0.07, 0.02), w / 2 - 0.09, depth / 2 - 0.09),
    ]
    return Piece(parts, [_inset(w, depth, tall + 0.06)])


@_furniture("chair", parents=("seat",), lookalikes=("stool",), materials=BUILT)
def chair(make: Maker) -> Piece:
    """A chair with a slatted back."""
    w, d, seat = 0.46, 0.44, make.between(0.43, 0.47)
    back, leg = seat + make.between(0.45, 0.52), 0.05
    legs = both(
        box(leg, seat, leg, 0.01).at(w / 2 - leg / 2, 0, d / 2 - leg / 2),
        box(leg, back, leg, 0.01).at(w / 2 - leg / 2, 0, leg / 2 - d / 2),
    )
    boards = [
        box(w - leg, 0.08, 0.03, 0.01).at(0, back - 0.1 - k * 0.14, leg / 2 - d / 2)
        for k in range(make.pick(2, 3))
    ]
    parts = [*legs, *boards, box(w + 0.02, 0.05, d + 0.02, 0.02).at(0, seat - 0.02, 0.01)]
    return Piece(parts, [Place((-0.18, -0.13), (0.18, 0.19), seat + 0.03)], seat=True)


@_furniture("stool", parents=("seat",), lookalikes=("table", "coffee-table"), materials=BUILT)
def stool(make: Maker) -> Piece:
    """A low round stool."""
    tall, r = make.between(0.44, 0.5), make.between(0.19, 0.22)
    seat = lathe([(r, 0), *arc(r, 0.03, 0.03, -80, 80, 6), (r - 0.03, 0.06)])
    legs = _four(cylinder(0.022, tall - 0.05, top=0.03).turn(x=0), r * 0.6, r * 0.6)
    return Piece(
        [seat.at(0, tall - 0.06, 0), *legs], [_inset(1.3 * r, 1.3 * r, tall, 0)], seat=True
    )


@_furniture(
    "sofa",
    parents=("seat",),
    synonyms=("couch", "settee"),
    lookalikes=("bed", "bench"),
    materials=("textile",),
    patterns=PATTERNS,
)
def sofa(make: Maker) -> Piece:
    """A sofa with thick arms and level cushions."""
    seats = make.pick(2, 3)
    w, d, back, seat = 0.6 * seats, 0.72, make.between(0.74, 0.84), 0.42
    cushions = []
    for k in range(seats):
        x = (k - (seats - 1) / 2) * w / seats
        cushions += [
            box(w / seats - 0.012, 0.17, d - 0.14, 0.04, steps=3).at(x, seat - 0.17, 0.08),
            box(w / seats - 0.02, back - 0.36, 0.16, 0.07, steps=3).turn(x=-7).at(x, 0.4, -0.2),
        ]
    return Piece(
        [
            box(w + 0.1, 0.22, d, 0.04).at(0, 0.06, 0),
            box(w + 0.2, back - 0.07, 0.18, 0.07, steps=3).at(0, 0.06, 0.09 - d / 2),
            *cushions,
            *both(box(0.19, 0.56, d + 0.04, 0.08, steps=3).at(w / 2 + 0.09, 0.06, 0.02)),
            *(f.paint("#5d4630") for f in _four(cylinder(0.03, 0.08), w / 2 + 0.06, d / 2 - 0.08)),
        ],
        [Place((-w / 2 + 0.04, -0.04), (w / 2 - 0.04, 0.33), seat)],
        seat=True,
    )


@_furniture("bed", parents=("furniture",), materials=("textile",), patterns=PATTERNS)
def bed(make: Maker) -> Piece:
    """A bed seen from its foot: blanket, pillow, a darker frame."""
    w, long, head, top = make.between(0.95, 1.1), 1.55, make.between(0.75, 0.85), 0.46
    rail = [
        (-w / 2 - 0.06, 0),
        (w / 2 + 0.06, 0),
        (w / 2 + 0.06, head - 0.12),
        *arc(0, head - 0.12, w / 2 + 0.06, 0, 180, 10, ry=0.14)[1:],
    ]
    frame = [
        extrude(rail, 0.07, 0.02).at(0, 0, -long / 2),
        box(w + 0.12, 0.36, 0.07, 0.03).at(0, 0, long / 2),
        box(w + 0.05, 0.14, long, 0.02).at(0, 0.14, 0),
    ]
    fold = long * 0.26
    return Piece(
        [
            *(part.paint("accent") for part in frame),
            box(w, 0.16, long - 0.06, 0.05).at(0, 0.27, 0).paint("light"),
            box(w + 0.05, 0.22, long - fold - 0.1, 0.05, steps=3).at(
                0, top - 0.22, fold / 2 - 0.02
            ),
            box(w * 0.7, 0.15, 0.32, 0.06, steps=3)
            .turn(x=12)
            .at(0, 0.4, 0.23 - long / 2)
            .paint("#ffffff"),
        ],
        [Place((-w / 2 + 0.07, fold - long / 2 + 0.14), (w / 2 - 0.07, long / 2 - 0.16), top)],
        seat=True,
    )


@_furniture(
    "bench",
    parents=("seat",),
    lookalikes=("table", "stool", "coffee-table"),
    materials=("wood", "stone", "metal"),
)
def bench(make: Maker) -> Piece:
    """A plain bench without a back."""
    w, tall, d = make.between(1.0, 1.3), make.between(0.42, 0.46), 0.36
    parts = [
        box(w, 0.05, d, 0.015).at(0, tall, 0),
        *both(box(0.06, tall, d - 0.06, 0.01).at(w / 2 - 0.12)),
        box(w - 0.24, 0.07, 0.04).at(0, tall * 0.35, 0).paint("accent"),
    ]
    return Piece(parts, [_inset(w, d, tall + 0.05, 0.03)], seat=True)


@_furniture(
    "shelf",
    parents=("furniture",),
    synonyms=("shelves", "bookcase"),
    lookalikes=("bookshelf", "cabinet", "dresser"),
    materials=BUILT,
)
def shelf(make: Maker) -> Piece:
    """An open shelf with empty boards."""
    w, d, levels = make.between(0.85, 1.1), 0.36, make.pick(3, 4)
    gap, board = make.between(0.4, 0.44), 0.035
    tall = levels * gap
    parts = [
        *both(box(board, tall + board, d, 0.006).at(w / 2 - board / 2)),
        box(w - board, tall, 0.02).at(0, 0, -d / 2 + 0.012).paint("accent"),
        *(box(w - 2 * board, board, d - 0.01, 0.006).at(0, k * gap, 0) for k in range(levels)),
        box(w, board, d, 0.006).at(0, tall, 0),
    ]
    inner = (w / 2 - board - 0.03, d / 2 - 0.05)
    places = [
        Place((-inner[0], -inner[1] + 0.03), inner, k * gap + board, gap - board - 0.02)
        for k in range(levels)
    ]
    return Piece(parts, [*places, _inset(w, d, tall + board)])


@_furniture(
    "cabinet",
    parents=("furniture",),
    synonyms=("cupboard",),
    lookalikes=("dresser", "box", "bookshelf"),
    materials=BUILT,
)
def cabinet(make: Maker) -> Piece:
    """A low cupboard with a door that hinges at its left side, and two boards inside."""
    w, d, tall, wall = make.between(0.62, 0.75), 0.42, make.between(0.82, 0.92), 0.025
    middle = tall * 0.5
    parts = [
        *both(box(wall, tall - 0.06, d - wall, 0.004).at(w / 2 - wall / 2, 0.06, -wall / 2)),
        box(w - 2 * wall, tall - 0.06, wall).at(0, 0.06, -d / 2 + wall / 2).paint("accent"),
        box(w - 2 * wall, wall, d - wall).at(0, 0.06, -wall / 2),
        box(w - 2 * wall, wall, d - 2 * wall).at(0, middle, -wall).paint("accent"),
        box(w + 0.03, 0.03, d + 0.03, 0.008).at(0, tall, 0.005),
        box(w - 0.06, 0.06, d - 0.08).at(0, 0, -0.02).paint("accent"),
    ]
    door = [
        box(w, tall - 0.075, wall, 0.006).at(0, 0.065, d / 2 - wall / 2),
        box(w - 0.14, tall - 0.22, 0.012, 0.005).at(0, 0.14, d / 2 + 0.002).paint("accent"),
        ball(0.022, segments=12).at(w / 2 - 0.05, tall * 0.55, d / 2 + 0.025).paint("metal#d8b04a"),
    ]
    inner = w / 2 - wall - 0.03, d / 2 - wall - 0.03
    top = _inset(w, d, tall + 0.03)
    within = [
        Place((-inner[0], -inner[1]), inner, middle + wall, tall - middle - 0.05, "inside"),
        Place((-inner[0], -inner[1]), inner, 0.06 + wall, middle - 0.11, "inside"),
    ]
    return Piece(parts, [top, *within], door=(door, (-w / 2, d / 2)))


@_furniture(
    "crate",
    parents=("container",),
    synonyms=("tray",),
    lookalikes=("box", "basket"),
    materials=("wood", "plastic"),
)
def crate(make: Maker) -> Piece:
    """A low open box of boards."""
    w, d, tall, wall = (
        make.between(0.56, 0.68),
        make.between(0.4, 0.46),
        make.between(0.15, 0.18),
        0.025,
    )
    high = tall / 2 - 0.012
    long, short = box(w, high, wall, 0.006), box(wall, high, d - 2 * wall, 0.006)
    boards = [
        board
        for y in (0.006, tall / 2 + 0.006)
        for board in (
            *(long.at(0, y, side * (d - wall) / 2) for side in (-1, 1)),
            *both(short.at((w - wall) / 2, y)),
        )
    ]
    posts = _four(box(0.04, tall, 0.04).paint("accent"), w / 2 - 0.05, d / 2 - 0.05)
    x, z = w / 2 - wall - 0.02, d / 2 - wall - 0.02
    floor = box(w - 0.01, 0.02, d - 0.01)
    return Piece([*boards, *posts, floor], [Place((-x, -z), (x, z), 0.02, how="inside")])


@_furniture(
    "rug",
    parents=("decoration",),
    synonyms=("carpet", "mat"),
    materials=("textile",),
    patterns=PATTERNS,
)
def rug(make: Maker) -> Piece:
    """A thin carpet with a border."""
    w, d = make.between(1.7, 2.2), make.between(1.1, 1.4)
    parts = [box(w, 0.012, d, 0.004).paint("accent"), box(w - 0.16, 0.016, d - 0.16, 0.004)]
    return Piece(parts, [_inset(w, d, 0.016, 0.1)])


@_furniture("painting", parents=("decoration",), synonyms=("picture",), lookalikes=("window",))
def painting(make: Maker) -> Piece:
    """A framed picture of hills; its frame is in the asset's colour."""
    w, h = make.between(0.5, 0.75), make.between(0.42, 0.55)
    bar = 0.05
    slope = arc(0, h * 0.22, w / 2, 0, 180, 12, ry=h * 0.3)
    hill = [(-w / 2, 0), (w / 2, 0), *slope]
    return Piece(
        [
            *(box(w + 2 * bar, bar, 0.05, 0.012).at(0, y, 0) for y in (-bar, h)),
            *both(box(bar, h, 0.05, 0.012).at(w / 2 + bar / 2)),
            box(w, h, 0.02).at(0, 0, -0.01).paint("#bfe0f2"),
            extrude(hill, 0.006).at(0, 0, 0.004).paint("#7fae6a"),
            cylinder(h * 0.1, 0.006).turn(x=90).at(w * 0.22, h * 0.74, 0.002).paint("#f6d35a"),
        ]
    )


@_furniture("window", parents=())
def window(make: Maker) -> Piece:
    """A window with a cross and a sill, sky outside; its frame is in the asset's colour."""
    w, h, bar = make.between(0.75, 0.95), make.between(0.66, 0.74), 0.05
    return Piece(
        [
            *(box(w + 2 * bar, bar, 0.06, 0.01).at(0, y, 0) for y in (-bar, h)),
            *both(box(bar, h, 0.06, 0.01).at(w / 2 + bar / 2)),
            box(bar * 0.7, h, 0.045, 0.008),
            box(w, bar * 0.7, 0.045, 0.008).at(0, h * 0.5, 0),
            box(w, h, 0.01).at(0, 0, -0.02).paint("#a9d4f5"),
            box(w + 0.2, 0.03, 0.12, 0.008).at(0, -bar - 0.03, 0.03),
        ]
    )
