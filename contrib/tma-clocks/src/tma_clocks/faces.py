"""How dials look: colours, rims, numerals and hands."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from tma_clocks.paper import Color, Paper, circle, hand, polar
from tma_clocks.scene import Clock, Gauge

SHARE = 0.88
_FACE = 0.9
"""Radius of what lies inside the rim."""
_ROMAN = ("XII", "I", "II", "III", "IIII", "V", "VI", "VII", "VIII", "IX", "X", "XI")
_OPEN, _SWEEP = 225.0, 270.0
"""Where a gauge's scale begins, in degrees clockwise from the top, and how far it goes."""


@dataclass(frozen=True)
class Colors:
    """Of one look: the rim's bright and dark side, face, ink, hands, and what stands out."""

    bright: Color
    dark: Color
    face: Color
    ink: Color
    hands: Color
    accent: Color


LOOKS = {
    "ivory": Colors(
        (92, 70, 52), (48, 34, 26), (252, 248, 236), (44, 38, 34), (28, 26, 26), (176, 40, 36)
    ),
    "slate": Colors(
        (176, 182, 190), (92, 98, 108), (250, 250, 250), (40, 46, 54), (24, 28, 36), (206, 66, 40)
    ),
    "mint": Colors(
        (214, 236, 224),
        (110, 168, 146),
        (247, 252, 249),
        (34, 74, 62),
        (22, 58, 48),
        (226, 112, 58),
    ),
    "brass": Colors(
        (232, 204, 134), (142, 104, 42), (255, 251, 240), (66, 48, 20), (40, 30, 16), (150, 32, 32)
    ),
    "night": Colors(
        (96, 104, 122), (36, 40, 52), (38, 44, 60), (232, 234, 240), (244, 244, 248), (250, 172, 60)
    ),
    "sky": Colors(
        (240, 246, 252),
        (118, 162, 206),
        (232, 243, 253),
        (24, 62, 108),
        (16, 44, 84),
        (218, 58, 72),
    ),
}


def clock_face(clock: Clock, side: int, wall: Color) -> Image.Image:
    """A clock on a wall, `side` x `side` pixels."""
    colors = LOOKS[clock.look]
    paper = _case(colors, side, wall)
    for minute in range(60):
        long = minute % 5 == 0
        inner, width = (0.79, 0.022) if long else (0.83, 0.009)
        paper.tick(6 * minute, inner, 0.87, width, colors.ink)
    if clock.numerals == "none":  # even so, one sees which way is up
        paper.tick(0, 0.74, 0.87, 0.04, colors.accent)
    for hour in range(12):
        text = _numeral(clock.numerals, hour)
        size = 0.17 if clock.numerals != "roman" else 0.135
        paper.text(text, polar(30 * hour, 0.655), size, colors.ink)
    # the hour hand moves on with the minutes
    hour_hand = hand(30 * (clock.hour % 12) + clock.minute / 2, 0.47, 0.085, 0.1)
    minute_hand = hand(6 * clock.minute, 0.8, 0.058, 0.13)
    paper.shadow([hour_hand, minute_hand], (0.015, 0.025), 0.02, 90)
    paper.polygon(hour_hand, colors.hands)
    paper.polygon(minute_hand, colors.hands)
    paper.disk(0.055, colors.hands)
    paper.disk(0.03, colors.accent)
    return paper.finished()


def gauge_face(gauge: Gauge, side: int, wall: Color) -> Image.Image:
    """A gauge on a wall, `side` x `side` pixels."""
    colors = LOOKS[gauge.look]
    paper = _case(colors, side, wall)
    ticks = gauge.steps * gauge.ticks
    begin = _OPEN + _SWEEP * 0.8
    paper.arc(0.87, 0.035, begin, _OPEN + _SWEEP, colors.accent)
    for tick in range(ticks + 1):
        angle = _OPEN + _SWEEP * tick / ticks
        long = tick % gauge.ticks == 0
        inner, width = (0.73, 0.022) if long else (0.785, 0.011)
        paper.tick(angle, inner, 0.87, width, colors.ink)
        if long:
            value = gauge.step * tick // gauge.ticks
            paper.text(str(value), polar(angle, 0.6), 0.115, colors.ink)
    paper.text(gauge.unit, (0, 0.46), 0.15, colors.ink)
    needle = hand(_OPEN + _SWEEP * gauge.tick / ticks, 0.78, 0.06, 0.2)
    paper.shadow([needle], (0.015, 0.025), 0.02, 90)
    paper.polygon(needle, colors.accent)
    paper.disk(0.075, colors.hands)
    paper.disk(0.03, colors.bright)
    return paper.finished()


def _case(colors: Colors, side: int, wall: Color) -> Paper:
    """The shadow on the wall, the rim, and an empty face."""
    paper = Paper(side, SHARE, wall)
    paper.shadow([circle(1.0)], (0.02, 0.045), 0.035, 110)
    paper.shades(1.0, 0.955, colors.dark, colors.bright, (-0.006, -0.012))
    paper.shades(0.955, _FACE, colors.bright, colors.dark, (0.006, 0.01))
    edge = tuple(round(c * 0.94) for c in colors.face)
    paper.shades(_FACE, 0.6, (edge[0], edge[1], edge[2]), colors.face, (0, 0))
    return paper


def _numeral(numerals: str, hour: int) -> str:
    if numerals == "none" or (numerals == "quarters" and hour % 3):
        return ""
    return _ROMAN[hour] if numerals == "roman" else str(hour or 12)
