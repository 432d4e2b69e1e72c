"""Plain pages of sections: words, tables, and cards of tasks, pictures and videos beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tma.contract.tasks import Task
from tma.pages.shell import render

Table = tuple[Sequence[str], Sequence[Sequence[object]]]


@dataclass(frozen=True, kw_only=True)
class Card:
    """A picture or video with what is to be said of it.

    Attributes:
        media: path from the page, None for a task without; a video ends in `.mp4`.
        question: in bold, if any.
        options: each with a word on it, which may be empty.
        right: the right option's place.
        lines: in small letters.
    """

    media: str | None
    question: str = ""
    options: Sequence[tuple[str, str]] = ()
    right: int | None = None
    lines: Sequence[str] = ()

    @property
    def video(self) -> bool:
        """Whether it moves."""
        return (self.media or "").endswith(".mp4")


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a page: heading, paragraphs, a table of plain values, cards; in this order."""

    heading: str = ""
    lines: Sequence[str] = ()
    table: Table | None = None
    cards: Sequence[Card] = ()


def plain_page(title: str, sections: Iterable[Section]) -> str:
    """A page of sections; media lie beside it."""
    return render("plain.html.j2", title=title, beside=True, sections=list(sections))


def task_card(task: Task, *, note: str = "", verdicts: Sequence[str] = ()) -> Card:
    """A task: picture, question, options with the right one marked.

    Args:
        task: with its media in a folder beside the page, at the path that it states.
        note: a line more.
        verdicts: a word on each option, in their order.
    """
    fields = ", ".join(
        f"{field.replace('_', ' ')} {task.names.get(str(value), value)}"
        for field, value in task.plan.items()
        if field != "generator"
    )
    words = list(verdicts) or [""] * len(task.options)
    about = f"{task.generator}: {fields}"
    return Card(
        media=None if task.media is None else task.media.path,
        question=task.question,
        options=list(zip(task.options, words, strict=True)),
        right=task.answer_index,
        lines=[note, about] if note else [about],
    )
