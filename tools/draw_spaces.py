"""Draw the pictures of docs/plan-space-algebra.md, as SVG; everything in them is counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

import numpy as np

import tma
from tma.sampling import even_shares

OUT = Path(__file__).resolve().parent.parent / "docs" / "images"
ROW, WIDE = 26, 118
INK, SOFT, GOOD, BLUE, PALE = "#25313c", "#8795a1", "#d9642c", "#3a6ea5", "#e8eef4"

PLACES = [(2, "top left"), (2, "top right"), (3, "middle")]
VALUES = [(None, None), ("color", "red"), ("shape", "cube")]
THINGS = ["bowl", "cup"]


def space() -> tma.PlanSpace:
    """The space of the page."""
    places = tma.joint(("grid", "cell"), PLACES)
    values = tma.joint(("type", "value"), VALUES)
    return tma.product(places, values, thing=THINGS)


class Drawing:
    """An SVG on a light ground of its own.

    Args:
        width, height: in pixels.
        title: for who can't see it.
    """

    def __init__(self, width: int, height: int, title: str) -> None:
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" role="img" '
            'font-family="system-ui, sans-serif" font-size="14">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{width}" height="{height}" rx="8" fill="#fbfbf9"/>',
        ]

    def box(
        self, x: float, y: float, w: float, h: float, fill: str = "white", edge: str = SOFT
    ) -> None:
        """A rectangle."""
        self._parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="3" fill="{fill}" '
            f'stroke="{edge}"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: object,
        color: str = INK,
        size: int = 14,
        anchor: str = "middle",
        bold: bool = False,
    ) -> None:
        """A line of text around (x, y)."""
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text x="{x:g}" y="{y:g}" fill="{color}" font-size="{size}" text-anchor="{anchor}" '
            f'dominant-baseline="central"{weight}>{escape(str(text))}</text>'
        )

    def line(self, x: float, y: float, to_x: float, to_y: float, color: str = SOFT) -> None:
        """A straight line."""
        self._parts.append(
            f'<line x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}" stroke="{color}" '
            'stroke-width="1.5"/>'
        )

    def column(
        self,
        x: float,
        y: float,
        names: str,
        rows: Sequence[object],
        *,
        chosen: Iterable[int] = (),
        dropped: Iterable[int] = (),
    ) -> None:
        """A column of a block: its fields, its rows, and the rows' digits."""
        marked, gone = set(chosen), set(dropped)
        self.text(x + WIDE / 2, y + ROW / 2, names, BLUE, bold=True)
        for number, row in enumerate(rows):
            top = y + ROW * (number + 1)
            fill = "#fbe0d3" if number in marked else "#f4f4f2" if number in gone else "white"
            color = "#b9c0c6" if number in gone else INK
            self.box(x, top, WIDE, ROW, fill, GOOD if number in marked else SOFT)
            self.text(x + WIDE / 2, top + ROW / 2, row, color)
            self.text(x - 10, top + ROW / 2, number, GOOD if number in marked else SOFT, 12)
            if number in gone:
                self.line(x + 12, top + ROW / 2, x + WIDE - 12, top + ROW / 2, "#b9c0c6")

    def save(self, name: str) -> None:
        """Write it into docs/images/."""
        text = "\n".join([*self._parts, "</svg>"]) + "\n"
        (OUT / name).write_text(text, encoding="utf-8")


def _rows(values: Sequence[tuple[object, object]]) -> list[str]:
    return [" ".join(str(v) for v in row if v is not None) or "absent" for row in values]


def _columns(
    drawing: Drawing,
    y: float,
    chosen: Sequence[int | None] = (None,) * 3,
    dropped: Sequence[Sequence[int]] = ((), (), ()),
) -> None:
    shown = (("grid, cell", _rows(PLACES)), ("type, value", _rows(VALUES)), ("thing", THINGS))
    for place, (names, rows) in enumerate(shown):
        x = 40 + place * (WIDE + 56)
        digit = chosen[place]
        drawing.column(
            x, y, names, rows, chosen=() if digit is None else (digit,), dropped=dropped[place]
        )
        if place:
            drawing.text(x - 32, y + ROW * 2, "x", SOFT, 20)


def product() -> None:
    """A block: three columns, and how a number becomes a plan."""
    drawing = Drawing(720, 190, "Three columns of 3, 3 and 2 rows make 18 plans; number 7")
    number = 7
    digits = (number // 6, number // 2 % 3, number % 2)
    plan = space()[number]
    _columns(drawing, 16, chosen=digits)
    drawing.text(612, 60, f"3 x 3 x 2 = {len(space())}", INK, 18, bold=True)
    drawing.text(612, 84, "plans, none of them listed", SOFT)
    drawing.text(360, 140, f"{number} = {digits[0]} x 6 + {digits[1]} x 2 + {digits[2]}", GOOD, 16)
    said = ", ".join(f"{k} {v}" for k, v in dict(plan).items())
    drawing.text(360, 166, f"space[{number}]: {said}")
    drawing.save("space-product.svg")


def union() -> None:
    """Blocks side by side on the line of numbers."""
    more = tma.product(thing=["spoon"], count=range(1, 5))
    both = space() | more
    drawing = Drawing(720, 150, "A block of 18 plans and one of 4 on one line of numbers")
    step, left = 29, 42
    for number in range(len(both)):
        first = number < len(space())
        fill = "#fbe0d3" if number == 19 else PALE if first else "#e9f2e4"
        drawing.box(left + number * step, 56, step, ROW, fill, GOOD if number == 19 else SOFT)
        drawing.text(left + (number + 0.5) * step, 56 + ROW / 2, number, size=12)
    drawing.text(left + 9 * step, 34, "first block: 18 plans", BLUE, bold=True)
    drawing.text(left + 20 * step, 34, "second: 4", "#4d7d36", bold=True)
    said = ", ".join(f"{k} {v}" for k, v in dict(both[19]).items())
    drawing.text(360, 112, f"19 - 18 = 1 in the second block: {said}", GOOD, 16)
    drawing.save("space-union.svg")


def where() -> None:
    """A filter drops rows of columns."""
    red = space().where(type="color")
    drawing = Drawing(720, 140, "A filter on the type drops two of three rows of its column")
    _columns(drawing, 16, dropped=((), (0, 2), ()))
    drawing.text(612, 60, f"3 x 1 x 2 = {len(red)}", INK, 18, bold=True)
    drawing.text(612, 84, "where(type='color')", SOFT)
    drawing.save("space-where.svg")


def groups() -> None:
    """Counting groups: one column is gone through, the others are a factor."""
    counted = space().groups("type")
    drawing = Drawing(720, 150, "Groups by type: each row of one column times 3 x 2")
    drawing.column(40, 20, "type, value", _rows(VALUES))
    drawing.text(220, 20 + ROW * 2.5, "x", SOFT, 20)
    drawing.box(246, 20 + ROW, 150, ROW * 3, PALE)
    drawing.text(321, 20 + ROW * 2.1, "all other columns", BLUE)
    drawing.text(321, 20 + ROW * 2.9, "3 x 2 = 6", BLUE, bold=True)
    for number, (key, count) in enumerate(counted.items()):
        y = 20 + ROW * (number + 1.5)
        drawing.text(430, y, "=", SOFT, 18)
        drawing.text(470, y, f"{key or 'absent'}: {count} plans", anchor="start", bold=True)
        drawing.box(600, y - 8, count * 14, 16, "#f3b899", GOOD)
    drawing.save("space-groups.svg")


def samples() -> None:
    """Uniform over plans, and even over groups."""
    names, counts = ("absent", "color", "shape"), (2, 12, 4)
    even = even_shares(12, counts, np.random.default_rng(0))
    drawing = Drawing(720, 190, "Twelve plans drawn uniformly, and evenly over three groups")
    for top, title, shares in (
        (20, "sample(12): each plan as likely", [1, 8, 3]),
        (106, "sample(12, strata='type'): as many of each group, as far as there are", even),
    ):
        drawing.text(40, top + 8, title, BLUE, anchor="start", bold=True)
        left = 40.0
        for name, size, share in zip(names, counts, shares, strict=True):
            for number in range(size):
                fill = "#f3b899" if number < share else "white"
                drawing.box(
                    left + number * 30, top + 26, 30, 22, fill, GOOD if number < share else SOFT
                )
            drawing.text(left + size * 15, top + 60, f"{name}: {share} of {size}", SOFT, 12)
            left += size * 30 + 30
    drawing.save("space-samples.svg")


if __name__ == "__main__":
    for picture in (product, union, where, groups, samples):
        picture()
