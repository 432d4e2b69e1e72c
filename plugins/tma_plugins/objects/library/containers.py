"""Things that hold other things."""

from __future__ import annotations

from tma_plugins.objects.kit import (
    Maker,
    Part,
    Shelf,
    arc,
    ball,
    both,
    box,
    curve,
    curve3,
    cylinder,
    extrude,
    lathe,
    loft,
    oval,
    torus,
    tube,
)

shelf = Shelf()
_ALL = ("plain", "striped", "dotted", "checked")


@shelf.category(
    "bottle",
    parents=("container",),
    synonyms=("wine bottle",),
    lookalikes=("vase", "jar"),
    materials=("glass", "plastic", "metal", "ceramic"),
    patterns=_ALL,
    symmetry=0,
    views=("front", "above"),
)
def bottle(make: Maker) -> list[Part]:
    """A bottle with shoulders, a neck, a label and a cap."""
    r, shoulder, neck = 0.32, make.between(0.85, 1.1), make.between(0.1, 0.13)
    tall = shoulder + make.between(0.65, 0.8)
    side = curve([(r, shoulder), (r * 0.8, shoulder + 0.16), (neck, shoulder + 0.36)], 5)
    cap = [(neck + 0.03, tall - 0.12), *arc(neck + 0.01, tall, 0.02, 0, 90, 3)]
    return [
        lathe([(r - 0.04, 0), (r, 0.05), *side, (neck, tall)]),
        lathe([(r + 0.006, 0.3), (r + 0.006, shoulder * 0.75)]).paint("light"),
        lathe(cap).paint("accent"),
    ]


@shelf.category(
    "vase",
    parents=("container",),
    lookalikes=("jar", "bowl"),
    materials=("ceramic", "glass", "stone", "metal", "wood"),
    patterns=_ALL,
    symmetry=0,
    views=("front", "above"),
)
def vase(make: Maker) -> list[Part]:
    """A bellied vase with a narrow neck and a lip that turns out."""
    belly, neck, at = make.between(0.36, 0.46), make.between(0.12, 0.17), make.between(0.4, 0.75)
    tall = make.between(1.3, 1.5)
    lip = make.between(0.24, 0.3)
    side = curve([(0.24, 0.04), (belly, at), (neck, tall - 0.25), (lip, tall)], 9)
    inside = [(lip - 0.04, tall + 0.01), (neck - 0.04, tall - 0.24), (neck - 0.05, at), (0, at)]
    return [lathe([(0.25, 0), *side, *inside])]


@shelf.category(
    "jar",
    parents=("container",),
    synonyms=("jam jar", "mason jar"),
    lookalikes=("barrel", "cooking-pot"),
    materials=("glass", "ceramic", "plastic"),
    patterns=_ALL,
    symmetry=0,
    views=("front", "above"),
)
def jar(make: Maker) -> list[Part]:
    """A wide jar with a label and a ribbed metal lid."""
    tall, r = make.between(0.85, 1.05), 0.42
    mouth = 0.34
    side = [*arc(r - 0.06, 0.06, 0.06, -90, 0, 4), *arc(r - 0.1, tall - 0.1, 0.1, 0, 80, 5)]
    teeth = [(mouth + 0.03 + 0.012 * (k % 2), tall + 0.05 + 0.022 * k) for k in range(8)]
    lid = [(mouth + 0.03, tall + 0.03), *teeth, (mouth, tall + 0.23)]
    return [
        lathe([*side, (mouth, tall + 0.03)]),
        lathe([(r + 0.006, tall * 0.36), (r + 0.006, tall * 0.62)]).paint("light"),
        lathe(lid).paint("metal"),
    ]


@shelf.category(
    "bucket",
    parents=("container", "tool"),
    synonyms=("pail",),
    lookalikes=("basket",),
    materials=("metal", "plastic", "wood", "rubber"),
    patterns=_ALL,
    symmetry=2,
)
def bucket(make: Maker) -> list[Part]:
    """A bucket that widens upwards, its wire handle up."""
    low, high, tall = make.between(0.32, 0.38), make.between(0.48, 0.54), 0.9
    walls = [(low, 0), (high, tall), *arc(high + 0.01, tall, 0.035, -60, 150, 6)]
    up = tall + make.between(0.38, 0.5)
    side = high + 0.03
    bow = curve3(
        [
            (-side, tall - 0.1, 0),
            (-side * 0.95, tall + 0.15, 0),
            (-side * 0.55, up - 0.06, 0),
            (0, up, 0),
            (side * 0.55, up - 0.06, 0),
            (side * 0.95, tall + 0.15, 0),
            (side, tall - 0.1, 0),
        ]
    )
    grip = cylinder(0.06, 0.3, bevel=0.02).at(0, -0.15, 0).turn(z=90).at(0, up, 0)
    return [
        lathe([*walls, (high - 0.05, tall - 0.02), (low - 0.04, 0.05), (0, 0.05)]),
        tube(bow, 0.022, sides=8).paint("metal"),
        grip.paint("dark"),
        *both(ball(0.055).at(side, tall - 0.1, 0).paint("metal")),
    ]


@shelf.category(
    "barrel",
    shape="cylinder",
    parents=("container",),
    synonyms=("cask", "keg"),
    lookalikes=("drum",),
    materials=("wood", "metal", "plastic"),
    symmetry=0,
    views=("front", "above"),
)
def barrel(make: Maker) -> list[Part]:
    """A bulging barrel with metal hoops and sunken ends."""
    end, belly, tall = 0.38, make.between(0.47, 0.53), make.between(1.1, 1.25)

    def radius(y: float) -> float:
        return end + (belly - end) * (1 - (2 * y / tall - 1) ** 2)

    side = [(radius(tall * k / 14), tall * k / 14) for k in range(15)]
    hoops = []
    for share in (0.04, 0.24, 0.76, 0.96):
        rows = [tall * share + d for d in (-0.045, -0.02, 0.02, 0.045)]
        hoops.append(lathe([(radius(y) + 0.018, y) for y in rows]).paint("dark"))
    sunk = [(end - 0.05, tall), (end - 0.05, tall - 0.05), (0, tall - 0.05)]
    return [lathe([*side, *sunk]), *hoops]


@shelf.category(
    "box",
    views=("left", "right", "front", "above"),
    parents=("container",),
    synonyms=("carton", "cardboard box"),
    lookalikes=("treasure-chest", "basket", "gift"),
    materials=("wood", "plastic", "metal"),
    patterns=_ALL,
    symmetry=2,
)
def open_box(make: Maker) -> list[Part]:
    """A box whose four flaps stand open."""
    w, d, h = make.between(0.85, 1.0), make.between(0.65, 0.78), make.between(0.55, 0.7)
    thick, flap = 0.035, 0.26
    lining = [
        box(w - 0.08, h - 0.03, 0.02).at(0, 0.02, 0.03 - d / 2),
        *both(box(0.02, h - 0.03, d - 0.06).at(w / 2 - 0.04, 0.02, 0)),
        box(w - 0.06, 0.03, d - 0.06).at(0, 0.02, 0),
    ]
    walls = [
        box(w, h, thick, 0.012).at(0, 0, d / 2 - thick / 2),
        box(w, h, thick, 0.012).at(0, 0, thick / 2 - d / 2),
        *both(box(thick, h, d - thick, 0.012).at(w / 2 - thick / 2, 0, 0)),
        box(w - 0.02, thick, d - 0.02),
    ]
    front = box(w, flap, thick, 0.012).turn(x=make.between(120, 150)).at(0, h, d / 2 - thick / 2)
    back = box(w, flap, thick, 0.012).turn(x=-make.between(25, 50)).at(0, h, thick / 2 - d / 2)
    side = box(thick, flap, d, 0.012).turn(z=-make.between(35, 70)).at(w / 2 - thick / 2, h, 0)
    tape = box(0.13, h * 0.45, 0.012).at(0, h * 0.5, d / 2)
    inside = [part.paint("accent") for part in (*lining, tape)]
    return [*walls, *inside, front, back, *both(side)]


@shelf.category(
    "basket",
    parents=("container",),
    synonyms=("wicker basket",),
    colors=("brown", "yellow", "orange", "white", "red", "green", "blue", "pink"),
    symmetry=2,
)
def basket(make: Maker) -> list[Part]:
    """A woven oval basket with a handle over it."""
    tall, lean = make.between(0.45, 0.55), make.between(0.1, 0.16)
    rows, n = 6, 28
    strands = []
    for row in range(rows):
        y = tall * (row + 0.5) / rows
        out = lean * y / tall
        points = []
        for k, (x, _, z) in enumerate(oval(0, 0.5 + out, 0.38 + out, n=n)):
            wave = 1 + 0.035 * (1 if (k + row) % 2 else -1)
            points.append((x * wave, y, z * wave))
        strands.append(tube(points, 0.052, sides=8, closed=True, crease=180))
    stakes = []
    for k, (x, _, z) in enumerate(oval(0, 0.5, 0.38, n=n)):
        if k % 2 == 0:
            f = 1 + lean / 0.44
            stakes.append(tube([(x, 0, z), (x * f, tall, z * f)], 0.028, sides=6).paint("accent"))
    rim = [tuple(p) for p in oval(tall, 0.5 + lean, 0.38 + lean, n=n)]
    up = tall + make.between(0.5, 0.62)
    side = 0.48 + lean
    bow = curve3(
        [
            (-side, tall * 0.8, 0),
            (-side * 0.85, up - 0.2, 0),
            (0, up, 0),
            (side * 0.85, up - 0.2, 0),
            (side, tall * 0.8, 0),
        ],
        5,
    )
    floor = loft([oval(0, 0.5, 0.38), oval(0.05, 0.5, 0.38)])
    return [
        *strands,
        *stakes,
        tube(rim, 0.06, sides=8, closed=True).paint("accent"),
        tube(bow, 0.05, sides=10).paint("accent"),
        floor,
    ]


@shelf.category(
    "suitcase",
    shape="cuboid",
    views=("left", "right", "front", "above"),
    parents=("container", "accessory"),
    synonyms=("luggage", "travel case"),
    lookalikes=("box", "treasure-chest"),
    materials=("plastic", "metal", "textile", "rubber"),
    patterns=_ALL,
    yaws=(-35.0, 0.0, 35.0),
)
def suitcase(make: Maker) -> list[Part]:
    """A suitcase upright on its long side, with a handle, corners and two locks."""
    w, h, d = make.between(1.0, 1.2), make.between(0.72, 0.82), make.between(0.3, 0.36)
    handle = curve3(
        [(-0.17, h - 0.02, 0), (-0.15, h + 0.13, 0), (0.15, h + 0.13, 0), (0.17, h - 0.02, 0)]
    )
    straps = both(box(0.09, h + 0.02, d + 0.03, 0.012).at(w * 0.27, -0.01, 0).paint("accent"))
    locks = both(box(0.1, 0.1, 0.04, 0.01).at(w * 0.27, h * 0.78, d / 2).paint("metal"))
    corners = [
        ball(0.085, 0.085, 0.06).at(x, y, d / 2 - 0.04).paint("metal")
        for x in (-w / 2 + 0.06, w / 2 - 0.06)
        for y in (0.06, h - 0.06)
    ]
    seam = box(w + 0.015, h + 0.015, 0.035, 0.01).at(0, -0.0075, 0).paint("dark")
    feet = both(cylinder(0.05, 0.06).at(w * 0.36, -0.05, 0).paint("dark"))
    return [
        box(w, h, d, 0.07, steps=3),
        seam,
        tube(handle, 0.045).paint("dark"),
        *straps,
        *locks,
        *corners,
        *feet,
    ]


@shelf.category(
    "watering-can",
    parents=("tool", "container"),
    materials=("metal", "plastic"),
    patterns=_ALL,
)
def watering_can(make: Maker) -> list[Part]:
    """A can with a long spout that ends in a rose, and a round handle behind."""
    r, tall = make.between(0.36, 0.42), make.between(0.6, 0.7)
    out = r + make.between(0.55, 0.65)
    spout = tube([(-r * 0.7, 0.12, 0), (-out, tall + 0.12, 0)], [0.1, 0.055])
    rose = lathe([(0.05, -0.12), (0.16, 0.02), (0.16, 0.05), (0, 0.08)]).turn(z=50)
    bow = curve3(
        [
            (-0.1, tall - 0.02, 0),
            (0.0, tall + 0.28, 0),
            (r * 0.9, tall + 0.25, 0),
            (r + 0.22, tall * 0.6, 0),
            (r - 0.03, 0.18, 0),
        ]
    )
    walls = [(r, 0), (r, 0.04), (r * 0.94, tall), (r * 0.98, tall + 0.03), (r * 0.9, tall + 0.02)]
    return [
        lathe([*walls, (r * 0.88, tall - 0.06), (0, tall - 0.06)]),
        torus(r, 0.025).at(0, 0.06, 0).paint("accent"),
        spout,
        rose.at(-out - 0.03, tall + 0.14, 0).paint("accent"),
        tube(bow, 0.045),
    ]


@shelf.category(
    "treasure-chest",
    views=("left", "right", "front", "above"),
    parents=("container",),
    synonyms=("chest",),
    lookalikes=("furniture",),
    materials=("wood", "metal"),
)
def treasure_chest(make: Maker) -> list[Part]:
    """A chest with a rounded lid, golden bands and a lock."""
    w, h, d = make.between(1.05, 1.2), make.between(0.42, 0.5), 0.66
    gold = "metal#e0ac38"
    dome = [(-d / 2, 0), *arc(0, 0.03, d / 2, 180, 0, 12, ry=0.3), (d / 2, 0)]
    big = [(x * 1.05, y * 1.05) for x, y in dome]

    def lid(outline: list[tuple[float, float]], wide: float) -> Part:
        return extrude(outline, wide, 0.015).turn(y=90).at(0, h, 0)

    bands = []
    for x in (-w / 2 + 0.06, -w * 0.2, w * 0.2, w / 2 - 0.06):
        bands += [lid(big, 0.1).at(x), box(0.1, h + 0.01, d + 0.03, 0.01).at(x)]
    lock = [
        box(0.17, 0.2, 0.05, 0.02).at(0, h - 0.13, d / 2).paint(gold),
        cylinder(0.03, 0.03).turn(x=90).at(0, h - 0.05, d / 2 + 0.02).paint("dark"),
    ]
    seam = box(w + 0.02, 0.03, d + 0.02, 0.01).at(0, h - 0.02, 0).paint("dark")
    return [
        box(w, h, d, 0.02),
        lid(dome, w),
        seam,
        *(band.paint(gold) for band in bands),
        *lock,
    ]
