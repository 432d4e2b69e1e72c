"""Drawings of vehicles, buildings, plants and animals."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin

from tma_plugins.shapes.drawing import Drawing, Part, arc, line, oval, poly, rect, smooth


def car() -> Drawing:
    """A car from the side."""
    return [
        Part(
            [
                smooth(
                    "6,128 36,108 62,102 88,60 120,54 160,58 "
                    "188,98 222,108 236,132 234,166 120,172 6,166"
                )
            ]
        ),
        Part([poly("80,102 96,72 122,70 122,102")], tone=0.75, plain=True),
        Part([poly("132,102 132,70 156,72 174,102")], tone=0.75, plain=True),
        Part(
            [line(4, (127, 106), (127, 164)), line(6, (138, 122), (154, 122))],
            tone=-0.8,
            plain=True,
            clip=True,
        ),
        Part([oval(16, 128, 11, 9), oval(228, 128, 8, 9)], tone=0.9, plain=True, clip=True),
        *_wheel(60, 168),
        *_wheel(182, 168),
    ]


def _wheel(x: float, y: float) -> Drawing:
    return [
        Part([oval(x, y, 29, 29)], tone=-0.85, plain=True),
        Part([oval(x, y, 14, 14)], tone=0.5, plain=True),
    ]


def sailboat() -> Drawing:
    """A sailing boat with two sails."""
    return [
        Part([rect(112, 6, 122, 176, 3)], tone=-0.5, plain=True),
        Part([smooth("128,12 168,70 216,156 170,160 128,158 132,90")], tone=0.15),
        Part([poly("106,36 106,158 34,158")], tone=-0.1),
        Part([poly("8,172 232,172 206,214 190,226 56,226 36,214")]),
        Part([line(8, (14, 184), (226, 184))], tone=0.6, plain=True, clip=True),
    ]


def airplane() -> Drawing:
    """An airliner from above, nose at the top."""
    return [
        Part(
            [poly("104,92 136,92 236,152 236,172 136,142 104,142 4,172 4,152")],
            tone=-0.1,
        ),
        Part(
            [poly("108,192 132,192 172,222 172,236 120,226 68,236 68,222")],
            tone=-0.1,
        ),
        Part([rect(58, 112, 74, 142, 6)], tone=-0.5, plain=True),
        Part([rect(166, 112, 182, 142, 6)], tone=-0.5, plain=True),
        Part([smooth("120,2 138,26 142,60 140,150 132,214 120,236 108,214 100,150 98,60 102,26")]),
        Part(
            [smooth("106,32 120,26 134,32 136,44 120,40 104,44")],
            tone=0.85,
            plain=True,
        ),
    ]


def rocket() -> Drawing:
    """A rocket with fins, a window and a flame."""
    return [
        Part(
            [smooth("120,240 98,214 94,190 146,190 142,214")],
            tone=0.65,
            plain=True,
        ),
        Part([smooth("84,118 60,140 42,176 44,214 66,192 94,180")], tone=-0.35),
        Part(
            [smooth("156,118 180,140 198,176 196,214 174,192 146,180")],
            tone=-0.35,
        ),
        Part([smooth("120,2 148,40 164,90 162,140 148,192 92,192 78,140 76,90 92,40")]),
        Part([line(7, (82, 62), (158, 62))], tone=-0.7, plain=True, clip=True),
        Part([oval(120, 104, 25, 25)], tone=-0.6, plain=True),
        Part([oval(120, 104, 16, 16)], tone=0.85, plain=True),
    ]


def house() -> Drawing:
    """A house with a gable roof, a chimney, a door and two windows."""
    return [
        Part([rect(164, 24, 190, 84, 2)], tone=-0.2),
        Part([rect(34, 100, 206, 228, 2)]),
        Part([poly("120,14 234,112 6,112")], tone=-0.4),
        Part([rect(100, 158, 140, 228, 3)], tone=-0.75, plain=True),
        Part([oval(132, 196, 4, 4)], tone=0.9, plain=True, clip=True),
        *_window(50, 134),
        *_window(154, 134),
    ]


def _window(x: float, y: float) -> Drawing:
    return [
        Part([rect(x, y, x + 36, y + 36, 2)], tone=0.8, plain=True),
        Part(
            [line(4, (x + 18, y), (x + 18, y + 36)), line(4, (x, y + 18), (x + 36, y + 18))],
            tone=-0.7,
            plain=True,
            clip=True,
        ),
    ]


def castle() -> Drawing:
    """A castle: two towers with flags, a battlement and a gate."""

    def tower(x: float) -> list[Part]:
        top = [rect(x - 8 + 24 * i, 62, x + 8 + 24 * i, 90) for i in range(3)]
        return [
            Part([rect(x + 22, 10, x + 26, 70)], tone=-0.6, plain=True),
            Part([poly(((x + 26, 8), (x + 58, 20), (x + 26, 34)))], tone=0.2, plain=True),
            Part([*top, rect(x - 8, 82, x + 56, 106), rect(x, 100, x + 48, 230)]),
            Part([rect(x + 16, 124, x + 32, 154, 8)], tone=-0.95, plain=True, clip=True),
        ]

    wall = [rect(60 + 26 * i, 118, 76 + 26 * i, 146) for i in range(5)]
    return [
        Part([*wall, rect(50, 138, 190, 230)], tone=-0.12),
        *tower(16),
        *tower(174),
        Part([rect(92, 168, 148, 231, 2), oval(120, 170, 28, 26, 180, 360)], tone=-0.9, plain=True),
        Part(
            [line(4, (x, 146), (x, 230)) for x in (106, 120, 134)]
            + [line(4, (92, y), (148, y)) for y in (176, 196, 216)],
            tone=0.3,
            plain=True,
            clip=True,
        ),
    ]


def tree() -> Drawing:
    """A leafy tree."""
    return [
        Part(
            [smooth("100,130 140,130 138,190 158,234 120,228 82,234 102,190")],
            tone=-0.6,
        ),
        Part(
            [
                smooth(
                    "120,4 158,14 178,40 212,54 220,92 210,124 182,146 146,150 "
                    "120,164 94,150 58,146 30,124 20,92 28,54 62,40 82,14"
                )
            ]
        ),
        Part(
            [
                arc(70, 62, 22, 18, 190, 320, 6),
                arc(146, 40, 24, 18, 200, 340, 6),
                arc(116, 92, 24, 18, 190, 330, 6),
                arc(184, 88, 22, 18, 200, 340, 6),
                arc(72, 118, 20, 14, 200, 330, 6),
                arc(150, 124, 20, 14, 200, 330, 6),
            ],
            tone=-0.6,
            plain=True,
            clip=True,
        ),
    ]


def flower() -> Drawing:
    """A flower with six petals, a stem and two leaves."""
    petals = []
    for i in range(6):
        a = radians(60 * i + 30)
        petals.append(Part([oval(120 + 44 * cos(a), 78 + 44 * sin(a), 31, 31)]))
    return [
        Part([line(11, (120, 100), (122, 160), (118, 234))], tone=-0.5, plain=True),
        Part([smooth("118,214 90,176 44,170 62,208")], tone=-0.35, plain=True),
        Part([smooth("120,204 148,164 196,158 178,198")], tone=-0.35, plain=True),
        *petals,
        Part([oval(120, 78, 27, 27)], tone=-0.8, plain=True),
    ]


def fish() -> Drawing:
    """A fish swimming to the left."""
    return [
        Part([smooth("100,74 128,30 176,44 164,90")], tone=-0.3),
        Part([smooth("116,160 132,202 160,196 150,150")], tone=-0.3),
        Part(
            [smooth("172,118 206,82 238,62 226,120 238,180 206,160")],
            tone=-0.2,
        ),
        Part([smooth("4,122 34,86 86,64 140,74 192,116 192,126 140,168 86,178 34,158")]),
        Part([arc(34, 122, 48, 50, -52, 52, 6)], tone=-0.7, plain=True, clip=True),
        Part([smooth("104,124 134,108 142,128 130,146")], tone=-0.4, plain=True),
        Part([oval(46, 106, 13, 13)], tone=1, plain=True),
        Part([oval(44, 106, 6, 6)], tone=-1, plain=True, clip=True),
        Part([line(5, (8, 132), (22, 136), (32, 132))], tone=-0.8, plain=True, clip=True),
    ]


def duck() -> Drawing:
    """A toy duck facing left."""
    return [
        Part([smooth("54,66 24,72 2,86 14,98 52,96")], tone=-0.5, plain=True),
        Part(
            [
                smooth(
                    "120,124 162,122 196,108 234,74 236,130 218,186 "
                    "166,222 92,222 42,190 34,150 66,124"
                )
            ]
        ),
        Part([oval(92, 72, 54, 54), smooth("62,100 126,100 134,150 60,150")]),
        Part(
            [smooth("112,160 150,146 196,142 186,178 150,196 120,190")],
            tone=-0.3,
        ),
        Part([oval(74, 60, 12, 13)], tone=1, plain=True),
        Part([oval(71, 61, 6, 7)], tone=-1, plain=True, clip=True),
    ]


SKETCHES: dict[str, Callable[[], Drawing]] = {
    s.__name__.replace("_", "-"): s
    for s in (car, sailboat, airplane, rocket, house, castle, tree, flower, fish, duck)
}
