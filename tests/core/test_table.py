"""Tables on a terminal: they keep to its width, break words last, and can't be made to steer it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from rich.cells import cell_len

from tma.cli import table
from tma.cli.common import print_table

Drawn = Callable[..., list[str]]
COLUMNS = ("id", "what", "n")
ROWS = [
    ("plugin/a-name@1.0", "some words that may be wrapped 日本語の文字列", 1_000),
    ("b", "one line\nand another", None),
]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Drawn:
    def at(
        width: int,
        columns: Sequence[str] = COLUMNS,
        rows: Sequence[Sequence[object]] = ROWS,
        title: str = "",
    ) -> list[str]:
        monkeypatch.setattr(table, "_PIPED", width)
        print_table(columns, rows, title)
        return capsys.readouterr().out.splitlines()

    return at


def test_as_wide_as_it_needs(drawn: Drawn) -> None:
    assert drawn(160, COLUMNS[::2], [("a", 1_000), ("bcd", None), ("e", 0.25)], title="T") == [
        "T",
        "┏━━━━━┳━━━━━━━┓",
        "┃ id  ┃     n ┃",
        "┡━━━━━╇━━━━━━━┩",
        "│ a   │ 1,000 │",
        "│ bcd │     - │",
        "│ e   │ 0.250 │",
        "└─────┴───────┘",
    ]


@pytest.mark.parametrize("width", [22, 30, 47, 60, 79, 160])
def test_keeps_to_the_width_and_loses_nothing(drawn: Drawn, width: int) -> None:
    lines = drawn(width, title="a title of some length")
    framed = [line for line in lines if line[0] in "┏┃┡│└"]
    assert len({cell_len(line) for line in framed}) == 1
    assert max(map(cell_len, lines)) <= width
    cells = [line.split("│")[1:-1] for line in framed if line.startswith("│")]
    for place in range(3):
        shown = "".join(row[place] for row in cells).replace(" ", "").replace(",", "")
        assert shown == "".join("".join(str(row[place] or "-").split()) for row in ROWS)


def test_words_are_broken_last(drawn: Drawn) -> None:
    lines = drawn(50)
    assert any("plugin/a-name@1.0" in line for line in lines)
    assert all(any(word in line for line in lines) for word in ("some", "words", "wrapped"))


def test_nothing_steers_the_terminal(drawn: Drawn) -> None:
    lines = drawn(160, ("what",), [("\x1b[31mred\x07\r\u202egnp",)])
    assert not any(sign in "".join(lines) for sign in "\x1b\x07\r\u202e")


def test_a_table_without_rows(drawn: Drawn) -> None:
    assert drawn(160, ("", "b"), []) == ["┏━━┳━━━┓", "┃  ┃ b ┃", "┡━━╇━━━┩", "└──┴───┘"]


def test_where_there_is_no_unicode(drawn: Drawn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "_speaks_unicode", lambda: False)
    lines = drawn(160, ("a",), [("1",)])
    assert lines == ["+---+", "| a |", "+---+", "| 1 |", "+---+"]
