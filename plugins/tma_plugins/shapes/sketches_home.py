"""Drawings of things in and around the house."""

from __future__ import annotations

from collections.abc import Callable

from tma_plugins.shapes.drawing import Drawing, Part, Shape, arc, line, oval, poly, rect, smooth


def mug() -> Drawing:
    """A mug with its handle on the right, steam above."""
    return [
        Part([oval(172, 138, 48, 50)], holes=[oval(172, 138, 26, 28)]),
        Part([rect(38, 66, 168, 222, 22), oval(103, 68, 65, 16)]),
        Part([oval(103, 68, 52, 10)], tone=-0.75, plain=True),
        Part([_steam(78)], tone=-0.2, plain=True),
        Part([_steam(120)], tone=-0.2, plain=True),
    ]


def _steam(x: float) -> Shape:
    return line(8, (x, 44), (x + 7, 36), (x + 7, 28), (x - 2, 18), (x - 1, 10), (x + 6, 2))


def teapot() -> Drawing:
    """A round teapot: spout on the left, handle on the right, knob on its lid."""
    return [
        Part([oval(196, 128, 38, 46)], holes=[oval(194, 128, 21, 28)]),
        Part([poly("88,178 30,118 8,92 2,82 30,76 46,104 78,124")]),
        Part([oval(124, 48, 14, 14)]),
        Part([rect(88, 204, 160, 222, 8)], tone=-0.25),
        Part([oval(124, 142, 76, 68)]),
        Part([oval(124, 82, 50, 22, 180, 360), oval(124, 82, 50, 9)], tone=0.12),
    ]


def bottle() -> Drawing:
    """A bottle with a cork and a label."""
    return [
        Part([rect(106, 4, 134, 40, 5)], tone=0.45, plain=True),
        Part([rect(98, 28, 142, 42, 6)], tone=-0.25),
        Part(
            [
                rect(74, 136, 166, 236, 16),
                smooth(
                    "103,40 137,40 139,76 146,98 162,120 166,146 160,160 "
                    "80,160 74,146 78,120 94,98 101,76"
                ),
            ]
        ),
        Part([rect(80, 146, 160, 206, 6)], tone=0.6, plain=True, clip=True),
        Part(
            [
                line(5, (94, 164), (146, 164)),
                line(5, (94, 178), (146, 178)),
                line(5, (94, 192), (126, 192)),
            ],
            tone=-0.8,
            plain=True,
            clip=True,
        ),
    ]


def bucket() -> Drawing:
    """A bucket with a raised bow handle."""
    return [
        Part([arc(120, 84, 86, 78, 180, 360, 9)], tone=-0.3, plain=True),
        Part([poly("30,86 210,86 180,230 60,230"), oval(120, 230, 60, 8)]),
        Part([oval(120, 86, 92, 20)], tone=0.15),
        Part([oval(120, 87, 78, 12)], tone=-0.8, plain=True),
        Part([oval(33, 92, 8, 8)], tone=-0.4, plain=True),
        Part([oval(207, 92, 8, 8)], tone=-0.4, plain=True),
    ]


def box() -> Drawing:
    """A wide carton with its four flaps open."""
    return [
        Part([poly("66,84 174,84 204,112 36,112")], tone=-0.85, plain=True),
        Part([poly("66,84 174,84 190,50 50,50")], tone=-0.15),
        Part([rect(36, 112, 204, 222)]),
        Part([poly("36,112 66,84 22,66 2,92")], tone=0.25),
        Part([poly("204,112 174,84 218,66 238,92")], tone=-0.25),
        Part([poly("36,112 204,112 222,144 18,144")], tone=0.3),
    ]


def chair() -> Drawing:
    """A chair with a slatted back, seen from the front left."""
    return [
        Part([rect(60, 10, 76, 150, 5)]),
        Part([rect(164, 10, 180, 150, 5)]),
        Part([rect(52, 16, 188, 48, 9)]),
        Part([rect(68, 64, 172, 84, 5)]),
        Part([rect(68, 100, 172, 120, 5)]),
        Part([rect(72, 156, 86, 214, 4)], tone=-0.3),
        Part([rect(154, 156, 168, 214, 4)], tone=-0.3),
        Part([rect(42, 160, 60, 236, 5)]),
        Part([rect(180, 160, 198, 236, 5)]),
        Part(
            [poly("60,134 180,134 208,162 32,162"), rect(32, 160, 208, 176, 4)],
            tone=0.15,
        ),
    ]


def table() -> Drawing:
    """A table in slight perspective."""
    return [
        Part([rect(58, 96, 74, 184, 4)], tone=-0.3),
        Part([rect(166, 96, 182, 184, 4)], tone=-0.3),
        Part([rect(26, 110, 46, 222, 5)]),
        Part([rect(194, 110, 214, 222, 5)]),
        Part([rect(22, 112, 218, 136, 3)], tone=-0.2),
        Part([poly("50,62 190,62 234,104 6,104"), rect(6, 102, 234, 118, 4)], tone=0.12),
    ]


def lamp() -> Drawing:
    """A table lamp with a shade and a pull chain."""
    return [
        Part([line(4, (156, 112), (156, 158)), oval(156, 162, 7, 7)], tone=-0.3, plain=True),
        Part([rect(110, 108, 130, 180, 4)], tone=-0.15),
        Part([smooth("120,128 146,156 134,192 120,200 106,192 94,156")]),
        Part([oval(120, 216, 62, 18), rect(58, 206, 182, 218, 6)], tone=-0.1),
        Part([poly("82,16 158,16 212,118 28,118"), oval(120, 118, 92, 12)], tone=0.1),
    ]


def candle() -> Drawing:
    """A burning candle in a holder with a finger ring."""
    return [
        Part([oval(208, 200, 28, 24)], holes=[oval(208, 200, 14, 11)], tone=-0.1),
        Part([oval(112, 212, 92, 22)]),
        Part([oval(112, 204, 56, 11)], tone=-0.45, plain=True),
        Part([line(5, (112, 88), (112, 66))], tone=-0.9, plain=True),
        Part([rect(84, 84, 140, 204, 8), oval(112, 86, 28, 9), rect(88, 92, 100, 128, 6)]),
        Part(
            [smooth("112,2 130,36 132,58 112,74 92,58 94,36")],
            tone=0.55,
            plain=True,
        ),
        Part([smooth("112,30 120,50 112,66 104,50")], tone=0.95, plain=True, clip=True),
    ]


def book() -> Drawing:
    """A closed book standing at an angle: cover, spine and the edges of its pages."""
    return [
        Part([poly("48,204 66,184 214,184 204,226 60,226")], tone=0.85, plain=True),
        Part(
            [line(3, (62, 206), (206, 206)), line(3, (62, 216), (204, 216))],
            tone=-0.3,
            plain=True,
            clip=True,
        ),
        Part([rect(52, 222, 212, 236, 5)], tone=-0.3),
        Part(
            [smooth("40,26 60,12 66,100 66,190 50,214 56,236 38,228 30,206 34,110")],
            tone=-0.35,
        ),
        Part([rect(54, 10, 214, 194, 7)]),
        Part([rect(82, 40, 188, 92, 4)], tone=0.7, plain=True),
        Part(
            [line(6, (98, 58), (172, 58)), line(6, (112, 75), (158, 75))],
            tone=-0.85,
            plain=True,
            clip=True,
        ),
    ]


def pencil() -> Drawing:
    """A pencil, its point at the lower left."""

    def at(along: float, across: float) -> tuple[float, float]:
        return 14 + 0.72 * along + 0.7 * across, 226 - 0.7 * along + 0.72 * across

    return [
        Part(
            [
                poly(
                    (
                        at(268, -22),
                        at(290, -20),
                        at(300, -10),
                        at(300, 10),
                        at(290, 20),
                        at(268, 22),
                    )
                )
            ],
            tone=0.5,
            plain=True,
        ),
        Part([poly((at(240, -23), at(268, -23), at(268, 23), at(240, 23)))], tone=-0.5, plain=True),
        Part([poly((at(62, -23), at(240, -23), at(240, 23), at(62, 23)))]),
        Part(
            [line(4, at(68, -8), at(238, -8)), line(4, at(68, 9), at(238, 9))],
            tone=-0.5,
            plain=True,
            clip=True,
        ),
        Part(
            [poly((at(0, 0), at(62, -23), at(72, -12), at(62, 0), at(72, 12), at(62, 23)))],
            tone=0.75,
            plain=True,
        ),
        Part([poly((at(0, 0), at(22, -8), at(22, 8)))], tone=-0.9, plain=True, clip=True),
    ]


def envelope() -> Drawing:
    """A sealed envelope with its flap down."""
    return [
        Part([rect(8, 44, 232, 198, 8)]),
        Part(
            [line(5, (14, 192), (96, 122)), line(5, (226, 192), (144, 122))],
            tone=-0.7,
            plain=True,
            clip=True,
        ),
        Part([poly("12,46 228,46 128,136 120,141 112,136")], tone=0.22),
        Part([oval(120, 132, 19, 19)], tone=-0.55, plain=True),
    ]


def hammer() -> Drawing:
    """A claw hammer, head at the top."""
    return [
        Part([smooth("108,66 136,66 134,150 140,214 134,236 110,236 104,214 110,150")]),
        Part([rect(106, 30, 138, 78, 5)], tone=-0.3),
        Part(
            [smooth("112,34 74,28 34,40 8,80 40,62 74,60 112,68")],
            tone=-0.05,
        ),
        Part([poly("134,36 184,40 184,68 134,70")], tone=-0.1),
        Part([rect(180, 26, 216, 82, 8)]),
    ]


def saw() -> Drawing:
    """A hand saw: a closed handle on the left, teeth below."""
    teeth = [(232.0, 118.0)]
    for i in range(14):
        x = 226 - i * 11.4
        teeth += [(x, 128 + i * 2.6), (x - 5, 116 + i * 2.9)]
    return [
        Part([poly(((72, 66), (234, 96), *teeth, (66, 158)))], tone=0.3),
        Part(
            [smooth("30,62 84,58 92,84 84,110 92,150 84,172 40,180 8,158 24,118 6,84")],
            holes=[smooth("40,88 62,88 58,112 64,144 44,150 36,134 44,112")],
            tone=-0.25,
        ),
        Part([oval(78, 78, 5, 5), oval(78, 152, 5, 5)], tone=0.7, plain=True, clip=True),
    ]


SKETCHES: dict[str, Callable[[], Drawing]] = {
    s.__name__: s
    for s in (
        mug,
        teapot,
        bottle,
        bucket,
        box,
        chair,
        table,
        lamp,
        candle,
        book,
        pencil,
        envelope,
        hammer,
        saw,
    )
}
