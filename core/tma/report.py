"""HTML pages to look at: tasks with their pictures, tables, and estimates with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from tma.contract.tasks import Task

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --good: #2a7f4f; --soft: #8882; --bar: #3b7dd8; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1180px; }
body { padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 1rem; }
.card { border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.card img, .card video { width: 100%; display: block; }
.card div { padding: .6rem .8rem; }
.card p { margin: 0 0 .4rem; font-weight: 600; }
.card ol { margin: 0; padding-left: 1.6rem; list-style: upper-alpha; }
.card li.answer { color: var(--good); font-weight: 600; }
.card em { opacity: .65; font-size: .85em; }
.card small { opacity: .65; display: block; margin-top: .4rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: .5rem 0; }
td, th { border-bottom: 1px solid var(--line); padding: .25rem .8rem .25rem 0; text-align: left; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.scale { position: relative; width: 260px; height: 14px; background: var(--soft); }
.scale i { position: absolute; top: 5px; height: 4px; background: var(--bar); opacity: .45; }
.scale b { position: absolute; top: 1px; width: 3px; height: 12px; background: var(--bar); }
"""


def page(title: str, parts: Iterable[str]) -> str:
    """A whole page of parts made by this module's other functions."""
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{escape(title)}</h1>\n{body}\n</body></html>\n"
    )


def heading(text: str) -> str:
    """A section's heading."""
    return f"<h2>{escape(text)}</h2>"


def paragraph(text: str) -> str:
    """A paragraph of plain text."""
    return f"<p>{escape(text)}</p>"


def link(target: str, text: str) -> str:
    """A link to a file beside the page."""
    return f'<p><a href="{escape(target)}">{escape(text)}</a></p>'


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of plain values; `Estimate`s become a scale with the interval."""
    head = "".join(f"<th>{escape(c)}</th>" for c in columns)
    lines = ["<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows]
    return f"<table><tr>{head}</tr>\n" + "\n".join(lines) + "</table>"


class Estimate(tuple[float, float, float]):
    """(estimate, low, high), each in [0, 1]."""


def _cell(value: object) -> str:
    if isinstance(value, Estimate):
        middle, low, high = (min(max(v, 0.0), 1.0) * 100 for v in value)
        return (
            f'<td><div class="scale" title="{low:.1f} % to {high:.1f} %">'
            f'<i style="left:{low:.1f}%;width:{max(high - low, 0.5):.1f}%"></i>'
            f'<b style="left:{middle:.1f}%"></b></div></td>'
        )
    if isinstance(value, float):
        return f'<td class="number">{value:.3f}</td>'
    if isinstance(value, int):
        return f'<td class="number">{value:,}</td>'
    return f"<td>{escape(str(value))}</td>"


def cards(
    tasks: Iterable[Task],
    base: str = "",
    notes: Mapping[str, str] | None = None,
    verdicts: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """Tasks as cards: picture, question, options with the right one marked.

    Args:
        tasks: what to show.
        base: path from the page to the tasks' folder, with a closing slash.
        notes: a line more for some tasks, by their ids.
        verdicts: task id -> a word on each option, in their order.
    """
    said, judged = notes or {}, verdicts or {}
    shown = (_card(t, base, said.get(t.id, ""), judged.get(t.id, ())) for t in tasks)
    return '<div class="cards">' + "\n".join(shown) + "</div>"


def pictures(files: Iterable[tuple[str, str]]) -> str:
    """Pictures and videos, each with a line below: (path from the page, line) pairs."""
    made = (f'<div class="card">{_shown(f)}<div>{escape(line)}</div></div>' for f, line in files)
    return '<div class="cards">' + "\n".join(made) + "</div>"


def _card(task: Task, base: str, note: str, verdicts: Sequence[str]) -> str:
    right = ' class="answer"'
    words = [f" <em>{escape(v)}</em>" for v in verdicts] or [""] * len(task.options)
    options = "".join(
        f"<li{right if i == task.answer_index else ''}>{escape(option)}{words[i]}</li>"
        for i, option in enumerate(task.options)
    )
    fields = ", ".join(
        f"{field.replace('_', ' ')} {task.names.get(str(value), value)}"
        for field, value in task.plan.items()
        if field != "generator"
    )
    return (
        f'<div class="card">{_media(task, base)}<div><p>{escape(task.question)}</p>'
        f"<ol>{options}</ol>{f'<small>{escape(note)}</small>' if note else ''}"
        f"<small>{escape(task.generator)}: {escape(fields)}</small></div></div>"
    )


def _media(task: Task, base: str) -> str:
    media = task.media
    if media is None or media.path is None:
        return ""
    return _shown(base + media.path)


def _shown(path: str) -> str:
    source = escape(path)
    if path.endswith(".mp4"):
        return f'<video src="{source}" controls loop muted></video>'
    return f'<img src="{source}" loading="lazy" alt="">'
