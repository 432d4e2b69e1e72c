"""From outlines to a picture: parts with holes, contours, soft light, texture and colour.

Outlines are points in a square of 240 x 240 units, x to the right and y down. Pictures are drawn
on a slightly larger canvas, so that a small turn cuts nothing off, and cropped at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from tma_plugins.shapes.palette import MIDDLE, SCALE, Shades
from tma_plugins.shapes.textures import GLOSS, texture

UNITS = 240
SIDE = 296
_FINE = 3

Point = tuple[float, float]
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Shape:
    """A filled outline, or a line of `width` units if that is not 0."""

    points: tuple[Point, ...]
    width: float = 0


def poly(points: str | Sequence[Point]) -> Shape:
    """A polygon; points as pairs, or as text such as `0,0 10,0 10,5`."""
    return Shape(_points(points))


def _points(points: str | Sequence[Point]) -> tuple[Point, ...]:
    if not isinstance(points, str):
        return tuple(points)
    pairs = (pair.split(",") for pair in points.split())
    return tuple((float(x), float(y)) for x, y in pairs)


def line(width: float, *points: Point) -> Shape:
    """A line with round ends through the points."""
    return Shape(points, width)


def arc(
    cx: float, cy: float, rx: float, ry: float, start: float, end: float, width: float
) -> Shape:
    """A line along an ellipse, angles in degrees clockwise from the right."""
    return Shape(_ring(cx, cy, rx, ry, start, end), width)


def oval(cx: float, cy: float, rx: float, ry: float, start: float = 0, end: float = 360) -> Shape:
    """An ellipse, or the part of it between two angles in degrees clockwise from the right."""
    return Shape(_ring(cx, cy, rx, ry, start, end))


def rect(x0: float, y0: float, x1: float, y1: float, radius: float = 0) -> Shape:
    """A rectangle with round corners."""
    if not radius:
        return poly(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
    r = radius
    corners = (
        (x1 - r, y1 - r, 0),
        (x0 + r, y1 - r, 90),
        (x0 + r, y0 + r, 180),
        (x1 - r, y0 + r, 270),
    )
    points: list[Point] = []
    for cx, cy, start in corners:
        points += _ring(cx, cy, r, r, start, start + 90, 10)
    return Shape(tuple(points))


def smooth(points: str | Sequence[Point]) -> Shape:
    """A closed curve through points (Catmull-Rom), given as to `poly`."""
    given = _points(points)
    count = len(given)
    curve: list[Point] = []
    for i in range(count):
        a, b, c, d = (given[(i + k) % count] for k in (-1, 0, 1, 2))
        for t in range(10):
            x, y = (_spline(a[k], b[k], c[k], d[k], t / 10) for k in (0, 1))
            curve.append((x, y))
    return Shape(tuple(curve))


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )


def _ring(
    cx: float, cy: float, rx: float, ry: float, start: float, end: float, steps: int = 48
) -> tuple[Point, ...]:
    angles = (radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return tuple((cx + rx * cos(a), cy + ry * sin(a)) for a in angles)


@dataclass(frozen=True)
class Part:
    """One layer of a drawing.

    Attributes:
        shapes: what is filled.
        holes: what is cut out of it again.
        tone: brightness added, from -1 to 1; 0 is the colour itself.
        plain: a detail (a window, a handle's end) without texture.
        clip: keep only what lies on the layers below, and draw no contour.
    """

    shapes: Sequence[Shape]
    holes: Sequence[Shape] = ()
    tone: float = 0
    plain: bool = False
    clip: bool = False


Drawing = Sequence[Part]


@dataclass(frozen=True)
class View:
    """How a drawing is seen: turned clockwise by `angle` degrees, perhaps mirrored first."""

    angle: float = 0
    mirror: bool = False


@dataclass(frozen=True)
class _Layer:
    """A part as pixels; box in canvas pixels, all others of its size.

    Attributes:
        light: places in a table of shades: the colour itself is `MIDDLE`.
        shine: what a mirror-like material adds to that.
    """

    part: Part
    box: Box
    mask: Image.Image
    contour: Image.Image
    light: NDArray[np.int16]
    shine: NDArray[np.int16]


Sketch = tuple[_Layer, ...]


def sketch(drawing: Drawing, view: View) -> Sketch:
    """All that does not depend on colour and material."""
    return tuple(_layer(part, view) for part in drawing)


def _layer(part: Part, view: View) -> _Layer:
    seen = [(_seen(shape, view), shape.width) for shape in part.shapes]
    left, top, right, bottom = box = _box(seen)
    fine = Image.new("L", ((right - left) * _FINE, (bottom - top) * _FINE))
    pen = ImageDraw.Draw(fine)
    corner = left, top
    for points, width in seen:
        _draw(pen, points, width, corner, 255)
    for shape in part.holes:
        _draw(pen, _seen(shape, view), shape.width, corner, 0)
    mask = fine.reduce(_FINE)
    # Blurred and steepened, a mask is itself grown by about three pixels with a soft edge.
    grown = mask.filter(ImageFilter.GaussianBlur(2.2)).point(lambda v: min(255, v * 9))
    light = _light(mask)
    shine = (2.2 * (light - 0.33)).clip(0, None) * (not part.clip)
    light = light * (0.45 if part.clip else 0.8) + part.tone
    return _Layer(
        part,
        box,
        mask,
        ImageChops.lighter(mask, grown),
        (light * SCALE + MIDDLE).astype(np.int16),
        (shine * SCALE).astype(np.int16),
    )


def _seen(shape: Shape, view: View) -> list[Point]:
    """The shape's points on the canvas, in pixels."""
    middle = SIDE / 2
    angle = view.angle * pi / 180
    turned = []
    for x, y in shape.points:
        x, y = (UNITS / 2 - x if view.mirror else x - UNITS / 2), y - UNITS / 2
        x, y = x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle)
        turned.append((x + middle, y + middle))
    return turned


def _box(shapes: Sequence[tuple[list[Point], float]]) -> Box:
    """What the shapes cover, with room for contours and for what `_light` looks at."""
    room = 14
    reach = [(x, y, width / 2 + room) for points, width in shapes for x, y in points]
    return (
        max(0, int(min(x - r for x, _, r in reach))),
        max(0, int(min(y - r for _, y, r in reach))),
        min(SIDE, int(max(x + r for x, _, r in reach)) + 1),
        min(SIDE, int(max(y + r for _, y, r in reach)) + 1),
    )


def _draw(
    pen: ImageDraw.ImageDraw, points: list[Point], width: float, corner: tuple[int, int], ink: int
) -> None:
    fine = [((x - corner[0]) * _FINE, (y - corner[1]) * _FINE) for x, y in points]
    if not width:
        pen.polygon(fine, fill=ink)
        return
    radius = width * _FINE / 2
    pen.line(fine, fill=ink, width=round(2 * radius), joint="curve")
    for x, y in (fine[0], fine[-1]):
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)


def _light(mask: Image.Image) -> NDArray[np.float32]:
    """Light from the top left on a body that is round at its edges: about -0.6 to 0.6."""
    soft = np.asarray(mask.filter(ImageFilter.GaussianBlur(9)), dtype=np.float32) / 255
    shift = 6
    padded = np.pad(soft, shift)
    light = padded[2 * shift :, 2 * shift :] - padded[: -2 * shift, : -2 * shift]
    return light.astype(np.float32)


def paint(layers: Sketch, shades: Shades, material: str) -> Image.Image:
    """The drawing in one colour and material: RGBA, cropped to what is seen."""
    canvas = Image.new("RGB", (SIDE, SIDE), shades.outline)
    alpha = Image.new("L", (SIDE, SIDE))
    for layer in layers:
        below = alpha.crop(layer.box)
        mask = layer.mask
        if layer.part.clip:
            mask = ImageChops.multiply(mask, below)
        else:
            canvas.paste(shades.outline, layer.box, layer.contour)
            alpha.paste(ImageChops.lighter(below, layer.contour), layer.box)
        canvas.paste(_fill(layer, shades, material), layer.box, mask)
    canvas.putalpha(alpha)
    return canvas.crop(alpha.getbbox())


def _fill(layer: _Layer, shades: Shades, material: str) -> Image.Image:
    codes = layer.light
    if not layer.part.plain:
        left, top, right, bottom = layer.box
        codes = codes + texture(material, SIDE)[top:bottom, left:right]
        if material in GLOSS:
            codes += layer.shine >> GLOSS[material]
    fill = Image.fromarray(codes.clip(0, 255).astype(np.uint8))
    fill.putpalette(shades.table.tobytes())
    return fill.convert("RGB")
