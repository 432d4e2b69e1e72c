"""Texts that pandas reads back as something else, as harnesses do that read TSV files with it."""

from __future__ import annotations

from collections.abc import Mapping

import tma

MISSING = frozenset(
    [
        "",
        "#N/A",
        "#N/A N/A",
        "#NA",
        "-1.#IND",
        "-1.#QNAN",
        "-NaN",
        "-nan",
        "1.#IND",
        "1.#QNAN",
        "<NA>",
        "N/A",
        "NA",
        "NULL",
        "NaN",
        "None",
        "n/a",
        "nan",
        "null",
    ]
)
"""What `pandas.read_csv` takes for a missing value, by its documentation of `na_values`."""


class Columns:
    """Watches the columns of a table: what would pandas make of them?

    Call `text` with every value and `check` at the end.
    """

    def __init__(self) -> None:
        self.respelt: dict[str, str] = {}
        self._kinds: dict[str, set[str]] = {}
        self._altered: dict[str, dict[str, tuple[str, str]]] = {}

    def text(self, column: str, value: str, task: str) -> str:
        """The value, spelt with other capitals if pandas would drop it.

        Raises:
            ExportError: no other spelling helps.
        """
        kept = value
        if value in MISSING:
            others = [v for v in (value.lower(), value.capitalize()) if v not in MISSING]
            if not others:
                raise tma.ExportError(
                    f"task {task}: VLMEvalKit would read {value!r} in column {column} as missing",
                    hint="leave such tasks out with --where when they are generated",
                )
            kept = self.respelt[value] = others[0]
        kind, shown = _as_read(kept)
        self._kinds.setdefault(column, set()).add(kind)
        for name, back in shown.items():
            if back != kept:
                self._altered.setdefault(column, {}).setdefault(name, (task, kept))
        return kept

    def check(self) -> None:
        """Raise ExportError if a column as a whole would come back altered."""
        for column, kinds in self._kinds.items():
            whole = "float" if kinds == {"int", "float"} else "".join(kinds)
            found = self._altered.get(column, {}).get(whole)
            if len(kinds) > 1 and whole != "float":
                continue  # mixed with words: texts stay texts
            if found:
                task, value = found
                raise tma.ExportError(
                    f"task {task}: VLMEvalKit would read {value!r} in column {column} as a number, "
                    "as all of the column are, and show it otherwise",
                    hint="export it with tasks of another kind, or to another target",
                )


def _as_read(value: str) -> tuple[str, Mapping[str, str]]:
    """What a value looks like to pandas, and how it is shown in a column of such."""
    if value.lower() in ("true", "false"):
        return "bool", {"bool": value.capitalize()}
    plain = value.strip()
    if plain.isascii() and "_" not in plain:
        try:
            return "int", {"int": str(int(plain)), "float": str(float(plain))}
        except ValueError:
            pass
        try:
            return "float", {"float": str(float(plain))}
        except ValueError:
            pass
    return "text", {}
