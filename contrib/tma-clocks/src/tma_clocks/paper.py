"""A square to draw a dial on, several times as fine as the picture, in units of its radius."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import cos, radians, sin

from PIL import Image, ImageDraw, ImageFilter, ImageFont

Color = tuple[int, int, int]
Point = tuple[float, float]

FINE = 3
"""Pixels of the paper for one of the picture."""


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's own font, so that pictures are the same on every machine."""
    loaded = ImageFont.load_default(size)
    assert isinstance(loaded, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
    return loaded


def polar(angle: float, radius: float) -> Point:
    """The point at an angle in degrees, clockwise from the top; x to the right, y down."""
    return radius * sin(radians(angle)), -radius * cos(radians(angle))


class Paper:
    """Coordinates are multiples of the dial's radius, from its centre.

    Args:
        side: pixels of the square that the dial fills.
        share: the radius as a share of half of that.
        wall: colour behind the dial.
    """

    def __init__(self, side: int, share: float, wall: Color) -> None:
        self._side = side
        self._middle = side * FINE / 2
        self._radius = self._middle * share
        self.image = Image.new("RGB", (side * FINE, side * FINE), wall)
        self._draw = ImageDraw.Draw(self.image)

    def finished(self) -> Image.Image:
        """The picture, `side` x `side` pixels."""
        return self.image.resize((self._side, self._side), Image.Resampling.BOX)

    def _at(self, point: Point) -> Point:
        return self._middle + point[0] * self._radius, self._middle + point[1] * self._radius

    def disk(self, radius: float, color: Color, at: Point = (0, 0)) -> None:
        """A filled disk."""
        x, y = self._at(at)
        r = radius * self._radius
        self._draw.ellipse((x - r, y - r, x + r, y + r), fill=color)

    def shades(self, outer: float, inner: float, first: Color, last: Color, lift: Point) -> None:
        """A disk whose colour goes from one to another inwards, its middle moving by `lift`."""
        steps = 16
        for step in range(steps):
            t = step / (steps - 1)
            radius = outer + (inner - outer) * t
            at = lift[0] * t, lift[1] * t
            self.disk(radius, _between(first, last, t), at)

    def polygon(self, points: Sequence[Point], color: Color) -> None:
        """A filled polygon."""
        self._draw.polygon([self._at(p) for p in points], fill=color)

    def tick(self, angle: float, inner: float, outer: float, width: float, color: Color) -> None:
        """A straight stroke towards the rim."""
        self.polygon(_needle(angle, (inner, width / 2), (outer, width / 2)), color)

    def arc(self, radius: float, width: float, begin: float, end: float, color: Color) -> None:
        """Part of a ring; angles as of `polar`, clockwise."""
        x, y = self._middle, self._middle
        r = radius * self._radius
        box = (x - r, y - r, x + r, y + r)
        self._draw.arc(box, begin - 90, end - 90, fill=color, width=round(width * self._radius))

    def text(self, text: str, at: Point, size: float, color: Color) -> None:
        """Text around a point; `size` is the height of its capitals and more."""
        self._draw.text(
            self._at(at), text, fill=color, font=font(round(size * self._radius)), anchor="mm"
        )

    def shadow(
        self, shapes: Sequence[Sequence[Point]], offset: Point, blur: float, dark: int
    ) -> None:
        """What shapes darken behind them, softly."""
        mask = Image.new("L", self.image.size)
        draw = ImageDraw.Draw(mask)
        for shape in shapes:
            moved = [self._at((x + offset[0], y + offset[1])) for x, y in shape]
            draw.polygon(moved, fill=dark)
        # a blurred mask needs no fine pixels
        small = mask.reduce(FINE).filter(ImageFilter.GaussianBlur(blur * self._radius / FINE))
        self.image.paste((20, 20, 30), (0, 0), small.resize(mask.size, Image.Resampling.BILINEAR))


def hand(angle: float, length: float, width: float, tail: float) -> list[Point]:
    """A hand that tapers to its tip; all in radii of the dial."""
    return _needle(
        angle, (-tail, width * 0.4), (0.0, width / 2), (length * 0.86, width * 0.36), (length, 0)
    )


def circle(radius: float) -> list[Point]:
    """A polygon that looks like a circle."""
    return [polar(angle, radius) for angle in range(0, 360, 3)]


def _needle(angle: float, *outline: tuple[float, float]) -> list[Point]:
    """A shape symmetric about a ray, by (distance along it, half width)."""
    x, y = polar(angle, 1)
    one = [(x * along - y * half, y * along + x * half) for along, half in outline]
    other = [(x * along + y * half, y * along - x * half) for along, half in reversed(outline)]
    return one + other


def _between(first: Color, last: Color, t: float) -> Color:
    r, g, b = (round(a + (z - a) * t) for a, z in zip(first, last, strict=True))
    return r, g, b
