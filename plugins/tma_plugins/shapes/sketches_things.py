"""Drawings of toys, food, clothes, instruments and symbols."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin

from tma_plugins.shapes.drawing import Drawing, Part, Point, arc, line, oval, poly, rect, smooth


def ball() -> Drawing:
    """A ball with three seams."""
    return [
        Part([oval(120, 120, 104, 104)]),
        Part(
            [arc(10, 120, 90, 110, -58, 58, 7), arc(230, 120, 90, 110, 122, 238, 7)],
            tone=-0.75,
            plain=True,
            clip=True,
        ),
        Part(
            [line(6, (120, 14), (120, 226)), line(6, (14, 120), (226, 120))],
            tone=-0.75,
            plain=True,
            clip=True,
        ),
    ]


def kite() -> Drawing:
    """A kite with a tail of bows."""
    return [
        Part(
            [line(5, (84, 170), (98, 196), (132, 200), (140, 222), (176, 226), (196, 210))],
            tone=-0.5,
            plain=True,
        ),
        Part([poly("116,188 134,206 134,184 116,208")], tone=0.1, plain=True),
        Part([poly("160,212 178,236 182,212 158,236")], tone=0.1, plain=True),
        Part([poly("186,8 206,112 84,172 82,58")]),
        Part(
            [poly("186,8 82,58 139,91"), poly("139,91 206,112 84,172")],
            tone=-0.3,
            clip=True,
        ),
        Part(
            [line(6, (186, 8), (84, 172)), line(6, (82, 58), (206, 112))],
            tone=-0.85,
            plain=True,
            clip=True,
        ),
    ]


def dice() -> Drawing:
    """A die: two pips on top, one in front, three on the side."""
    pips = [(120, 36), (120, 80)]
    left = [(65, 142)]
    right = [(150, 184), (175, 142), (200, 100)]
    return [
        Part([poly("120,6 226,60 120,114 14,60")], tone=0.28),
        Part([poly("14,60 120,114 120,234 14,180")]),
        Part([poly("226,60 120,114 120,234 226,180")], tone=-0.32),
        Part([oval(x, y, 18, 10) for x, y in pips], tone=-1, plain=True, clip=True),
        Part([oval(x, y, 15, 18) for x, y in left], tone=-1, plain=True, clip=True),
        Part([oval(x, y, 12, 15) for x, y in right], tone=0.95, plain=True, clip=True),
    ]


def apple() -> Drawing:
    """An apple with a stem and a leaf."""
    return [
        Part([line(10, (122, 66), (124, 40), (134, 18))], tone=-0.6, plain=True),
        Part([smooth("132,44 152,16 196,10 184,44 158,56")], tone=0.2, plain=True),
        Part(
            [
                smooth(
                    "122,62 160,46 202,60 220,104 208,166 172,222 140,230 "
                    "122,222 104,230 70,222 34,166 22,104 40,60 84,46"
                )
            ]
        ),
        Part([oval(122, 64, 26, 7)], tone=-0.7, plain=True, clip=True),
    ]


def banana() -> Drawing:
    """A banana, bent, with dark ends."""
    return [
        Part([poly("196,10 218,6 222,42 204,46")], tone=-0.6, plain=True),
        Part(
            [
                smooth(
                    "202,34 224,36 232,92 214,152 172,200 112,222 50,214 "
                    "14,188 20,176 76,178 130,158 168,124 192,76"
                )
            ]
        ),
        Part(
            [line(5, (212, 44), (212, 96), (192, 144), (152, 184), (100, 202), (24, 186))],
            tone=-0.5,
            plain=True,
            clip=True,
        ),
        Part([oval(14, 180, 14, 12)], tone=-0.8, plain=True, clip=True),
    ]


def donut() -> Drawing:
    """A doughnut with icing and sprinkles."""
    sprinkles = []
    for i in range(18):
        a, r = radians(i * 137.5), 58 + (i * 7) % 26
        x, y, turn = 120 + r * cos(a), 116 + r * 0.96 * sin(a), radians(i * 71)
        sprinkles.append(line(6, (x, y), (x + 9 * cos(turn), y + 9 * sin(turn))))
    icing: list[Point] = []
    for i in range(26):
        a, r = radians(i * 360 / 26), 93 + (6 if i % 2 else -3)
        icing.append((120 + r * cos(a), 117 + r * 0.97 * sin(a)))
    hole = oval(120, 118, 33, 31)
    return [
        Part([oval(120, 120, 110, 108)], holes=[hole], tone=0.45),
        Part([smooth(icing)], holes=[oval(120, 118, 41, 39)]),
        Part(sprinkles, tone=-1, plain=True, clip=True),
    ]


def ice_cream() -> Drawing:
    """Two scoops of ice cream in a waffle cone."""
    return [
        Part([poly("72,124 168,124 124,236 116,236")], tone=-0.3, plain=True),
        Part(
            [line(4, (60 + 24 * i, 116), (120 + 24 * i, 236)) for i in range(-3, 5)]
            + [line(4, (180 - 24 * i, 116), (120 - 24 * i, 236)) for i in range(-3, 5)],
            tone=-0.85,
            plain=True,
            clip=True,
        ),
        Part(
            [
                smooth(
                    "72,66 168,66 186,104 178,128 160,124 146,138 "
                    "128,126 108,140 92,126 72,130 56,112"
                )
            ]
        ),
        Part(
            [
                smooth(
                    "120,4 160,20 174,56 166,80 148,74 134,86 116,76 96,86 82,76 68,66 68,40 86,14"
                )
            ],
            tone=0.2,
        ),
    ]


def hat() -> Drawing:
    """A top hat with a ribbon."""
    return [
        Part([oval(120, 192, 114, 32)], tone=-0.05),
        Part(
            [
                smooth("58,46 182,46 172,120 178,194 120,206 62,194 68,120"),
                oval(120, 44, 63, 19),
            ]
        ),
        Part([oval(120, 42, 58, 14)], tone=0.18),
        Part(
            [poly("64,152 120,166 176,152 177,182 120,198 63,182")],
            tone=-0.8,
            plain=True,
        ),
    ]


def crown() -> Drawing:
    """A crown with five points, balls on them, and jewels."""
    tips = [(18, 78), (66, 48), (120, 28), (174, 48), (222, 78)]
    return [
        Part(
            [poly("34,196 18,78 74,138 66,48 104,128 120,28 136,128 174,48 166,138 222,78 206,196")]
        ),
        Part([rect(30, 176, 210, 214, 8)], tone=0.2),
        *[Part([oval(x, y - 4, 14, 14)], tone=0.35, plain=True) for x, y in tips],
        Part(
            [oval(70, 195, 10, 10), oval(120, 195, 13, 12), oval(170, 195, 10, 10)],
            tone=-0.9,
            plain=True,
            clip=True,
        ),
    ]


def boot() -> Drawing:
    """A boot, toe to the right, with a sole and laces."""
    return [
        Part(
            [
                smooth(
                    "64,16 140,16 142,70 150,116 196,142 226,168 "
                    "226,208 140,210 62,210 56,160 66,100"
                )
            ]
        ),
        Part([rect(54, 200, 146, 234, 6), rect(100, 202, 232, 224, 8)], tone=-0.8, plain=True),
        Part([rect(56, 8, 148, 36, 8)], tone=0.35),
        Part(
            [line(6, (116, y), (152, y - 8)) for y in (72, 92, 112, 132)],
            tone=0.9,
            plain=True,
            clip=True,
        ),
    ]


def shirt() -> Drawing:
    """A T-shirt."""
    return [
        Part(
            [
                smooth(
                    "86,20 120,34 154,20 186,30 210,56 236,104 200,124 182,100 "
                    "184,226 120,230 56,226 58,100 40,124 4,104 30,56 54,30"
                )
            ],
            holes=[oval(120, 16, 34, 24)],
        ),
        Part([arc(120, 16, 38, 28, 8, 172, 9)], tone=-0.6, plain=True, clip=True),
        Part(
            [
                line(5, (58, 100), (62, 78)),
                line(5, (182, 100), (178, 78)),
                line(5, (60, 216), (180, 216)),
            ],
            tone=-0.6,
            plain=True,
            clip=True,
        ),
    ]


def guitar() -> Drawing:
    """An acoustic guitar, neck up to the right."""

    def at(along: float, across: float) -> Point:
        return 66 + 0.7071 * (along + across), 174 - 0.7071 * (along - across)

    def curve(*points: Point) -> tuple[Point, ...]:
        return tuple(at(*p) for p in points)

    body = curve(
        (-72, 0),
        (-60, 48),
        (-14, 62),
        (24, 40),
        (48, 40),
        (72, 34),
        (84, 0),
        (72, -34),
        (48, -40),
        (24, -40),
        (-14, -62),
        (-60, -48),
    )
    return [
        Part([poly(curve((180, -16), (222, -19), (222, 19), (180, 16)))], tone=-0.3),
        Part([smooth(body)]),
        Part([poly(curve((20, -11), (184, -11), (184, 11), (20, 11)))], tone=-0.6, plain=True),
        Part(
            [line(3, at(x, -10), at(x, 10)) for x in (96, 112, 128, 144, 160)],
            tone=0.6,
            plain=True,
            clip=True,
        ),
        Part([oval(*at(24, 0), 23, 23)], tone=-0.95, plain=True),
        Part([poly(curve((-44, -26), (-32, -26), (-32, 26), (-44, 26)))], tone=-0.8, plain=True),
        Part(
            [line(2, at(-38, x), at(206, x * 0.8)) for x in (-6, 0, 6)],
            tone=0.9,
            plain=True,
            clip=True,
        ),
    ]


def drum() -> Drawing:
    """A drum with zigzag cords and two crossed sticks."""
    zigzag: list[Point] = [(22 + 28 * i, 112 if i % 2 else 196) for i in range(8)]
    return [
        Part([line(10, (22, 8), (126, 74)), oval(22, 8, 9, 9)], tone=0.25, plain=True),
        Part([line(10, (218, 8), (114, 74)), oval(218, 8, 9, 9)], tone=0.25, plain=True),
        Part([rect(20, 86, 220, 200), oval(120, 200, 100, 34)]),
        Part([line(6, *zigzag)], tone=0.9, plain=True, clip=True),
        Part([arc(120, 200, 100, 34, 0, 180, 12)], tone=-0.6, plain=True, clip=True),
        Part([oval(120, 88, 104, 36)], tone=-0.4, plain=True),
        Part([oval(120, 86, 90, 28)], tone=0.75, plain=True),
    ]


def heart() -> Drawing:
    """A heart."""
    return [
        Part(
            [
                smooth(
                    "120,62 146,30 190,22 224,50 228,96 200,146 158,192 "
                    "120,228 82,192 40,146 12,96 16,50 50,22 94,30"
                )
            ]
        )
    ]


def star() -> Drawing:
    """A five-pointed star."""
    points = []
    for i in range(10):
        a, r = radians(36 * i - 90), 116 if i % 2 == 0 else 52
        points.append((120 + r * cos(a), 126 + r * sin(a)))
    return [Part([poly(points)])]


SKETCHES: dict[str, Callable[[], Drawing]] = {
    s.__name__.replace("_", "-"): s
    for s in (
        ball,
        kite,
        dice,
        apple,
        banana,
        donut,
        ice_cream,
        hat,
        crown,
        boot,
        shirt,
        guitar,
        drum,
        heart,
        star,
    )
}
