"""Tables on a terminal, drawn here: a library that does takes longer than listing the plugins."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from shutil import get_terminal_size

import click

_PIPED = 160
_MARGINS = 3  # of a column: two blanks and a line
_ASCII = str.maketrans("┏┳┓┃┡╇┩│└┴┘━─", "+++|+++|+++--")

Lines = list[str]


def draw(columns: Sequence[str], rows: Sequence[Sequence[str]], title: str = "") -> None:
    """Print a table no wider than the terminal; 160 characters if the output is none.

    Text that is too long for its column goes on in the next line, between words if it may. Columns
    of numbers are aligned to the right. Signs that would steer the terminal are shown as `�`.
    """
    room = get_terminal_size().columns if sys.stdout.isatty() else _PIPED
    texts = [[_plain(cell) for cell in row] for row in (columns, *rows)]
    by_column = list(zip(*texts, strict=True))
    widths = _fit(
        [max(_width(line) for text in column for line in text) for column in by_column],
        [max(_longest_word(text) for text in column) for column in by_column],
        room - _MARGINS * len(columns) - 1,
    )
    right = [bool(rows) and all(_is_number(row[i]) for row in rows) for i in range(len(columns))]
    head, *body = ([_folded(t, w) for t, w in zip(row, widths, strict=True)] for row in texts)
    frame = sum(widths) + _MARGINS * len(widths) + 1
    lines = [click.style(line, italic=True) for line in _folded(_plain(title), frame) if title]
    lines.append(_rule("┏━┳┓", widths))
    lines += _row(head, "┃", widths, right, bold=True)
    lines.append(_rule("┡━╇┩", widths))
    for row in body:
        lines += _row(row, "│", widths, right)
    lines.append(_rule("└─┴┘", widths))
    text = "\n".join(lines)
    click.echo(text if _speaks_unicode() else text.translate(_ASCII))


def _plain(text: str) -> Lines:
    """The lines of a text, without what would steer the terminal."""
    lines = text.splitlines() or [""]
    return [
        line if line.isprintable() else "".join(c if c.isprintable() else "�" for c in line)
        for line in lines
    ]


def _width(text: str) -> int:
    """How many cells of the terminal a text takes: some letters take two, some none."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _longest_word(lines: Lines) -> int:
    return max((_width(word) for line in lines for word in line.split()), default=0)


def _fit(natural: Sequence[int], words: Sequence[int], room: int) -> list[int]:
    """Widths of columns that fill at most `room`: the widest give way, before words are broken."""
    least = words if sum(words) <= room else [1] * len(words)
    low, high = 0, max(natural)
    while low < high:  # the highest cap with which all fits
        cap = (low + high + 1) // 2
        fits = sum(_capped(natural, least, cap)) <= room
        low, high = (cap, high) if fits else (low, cap - 1)
    return _capped(natural, least, low)


def _capped(natural: Sequence[int], least: Sequence[int], cap: int) -> list[int]:
    return [min(n, max(m, cap)) for n, m in zip(natural, least, strict=True)]


def _folded(lines: Lines, width: int) -> Lines:
    return [part for line in lines for part in _wrapped(line, width)]


def _wrapped(line: str, width: int) -> Iterator[str]:
    """Parts of a line, none wider than `width` if it is more than one sign."""
    if _width(line) <= width:
        yield line
        return
    part = ""
    for word in line.split():
        if part and _width(part) + 1 + _width(word) > width:
            yield part
            part = ""
        part = f"{part} {word}" if part else word
        while _width(part) > width and len(part) > 1:
            cut = _cut(part, width)
            yield part[:cut]
            part = part[cut:]
    yield part


def _cut(word: str, width: int) -> int:
    """How many signs of a word fit, at least one."""
    cut = min(len(word), max(1, width))
    while cut > 1 and _width(word[:cut]) > width:
        cut -= 1
    return cut


def _rule(signs: str, widths: Sequence[int]) -> str:
    left, line, cross, right = tuple(signs)
    return left + cross.join(line * (w + 2) for w in widths) + right


def _row(
    cells: Sequence[Lines],
    bar: str,
    widths: Sequence[int],
    right: Sequence[bool],
    bold: bool = False,
) -> Iterator[str]:
    """The lines of a row; those of a head stand at its foot."""
    height = max(map(len, cells))
    for place in range(height):
        parts = []
        for lines, width, to_right in zip(cells, widths, right, strict=True):
            own = place - (height - len(lines) if bold else 0)
            text = lines[own] if 0 <= own < len(lines) else ""
            blank = " " * (width - _width(text))
            shown = click.style(text, bold=True) if bold and text else text
            parts.append(f" {blank}{shown} " if to_right else f" {shown}{blank} ")
        yield f"{bar}{bar.join(parts)}{bar}"


def _is_number(text: str) -> bool:
    return text == "-" or text.replace(",", "").replace(".", "").lstrip("-").isdigit()


def _speaks_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().startswith("utf")
