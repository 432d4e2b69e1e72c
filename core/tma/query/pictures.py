"""Example tasks of an answer with their pictures, as a page to look at."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tma.calls import Answer as Reply
from tma.contract.tasks import Task
from tma.pages import write_page
from tma.pages.plain import Section, Table, plain_page, task_card
from tma.query.answer import Answer, FailurePattern, Item, Named
from tma.query.run import QueryRun
from tma.taskset import add_media, new_folder

EACH = 3
_MOST = 30


def write_pictures(run: QueryRun, folder: Path, each: int = EACH) -> Path:
    """Write `index.html` with some tasks of every group or pattern of the answer.

    Tasks that were answered as the question is about come first: wrong ones of patterns, of the
    worst groups and of those below a value.

    Args:
        run: a query, at its end or not.
        folder: missing or empty.
        each: tasks of every group.

    Returns:
        The page.

    Raises:
        TaskError: the folder can't be made.
        MediaError, AssetError: a picture can't be made.
    """
    answer = run.answer()
    with new_folder(folder) as scratch:
        sections = [Section(lines=[_about(answer)])]
        shown: list[Item | FailurePattern] = [*answer.selected]
        shown += answer.patterns
        for entry in shown[:_MOST]:
            fields = entry.key if isinstance(entry, Item) else entry.fields
            tasks = list(islice(_examples(run, answer, fields), each))
            cards = [task_card(_with_media(run, t, scratch), note=_said(run, t)) for t in tasks]
            sections.append(
                Section(heading=_title(fields, entry), table=_figures(entry), cards=cards)
            )
        text = plain_page(f"tma query {answer.query['kind']}", sections)
        write_page(scratch / "index.html", text)
    return folder / "index.html"


def _about(answer: Answer) -> str:
    ledger = answer.ledger
    return (
        f"{answer.models[0]['model']}: {ledger['calls']:,} calls, {ledger['reused']:,} replies "
        f"reused, {answer.space['plans']:,} plans in {answer.space['groups']:,} groups"
    )


def _title(fields: Named, entry: Item | FailurePattern) -> str:
    return ", ".join(
        f"{field} {'absent' if value is None else entry.names.get(field, value)}"
        for field, value in fields.items()
    )


def _figures(entry: Item | FailurePattern) -> Table:
    if isinstance(entry, FailurePattern):
        rate = (entry.rate, entry.low, entry.high, entry.support)
        return ("failure rate", "low", "high", "answered"), [rate]
    if entry.versus is not None:
        rows = [(v.baseline, v.estimate if v.pairs else "-", v.pairs) for v in entry.versus]
        return ("baseline", "difference", "pairs"), rows
    columns = ("accuracy", "low", "high", "answered", "membership")
    row = (entry.estimate, entry.low, entry.high, entry.answered, entry.membership)
    return columns, [row]


def _examples(run: QueryRun, answer: Answer, fields: Named) -> Iterator[Task]:
    """The tasks that fit and were answered, those that show what was asked for first."""
    query = answer.query
    wanted = bool(query["kind"] == "top-k" and not query["worst"]) or query.get("above") is not None
    wanted = wanted or query["kind"] == "compare"
    tasks = [
        d.task
        for d in run.source.drawn
        if d.task.id in run.replies[0] and all(d.task.plan.get(f) == v for f, v in fields.items())
    ]
    yield from sorted(tasks, key=lambda t: _reply(run, t).correct is not wanted)


def _reply(run: QueryRun, task: Task) -> Reply:
    return run.replies[0][task.id]


def _said(run: QueryRun, task: Task) -> str:
    reply = _reply(run, task)
    if reply.index is None:
        return f"the model: {reply.outcome}"
    return f"the model: {task.options[reply.index]} ({'right' if reply.correct else 'wrong'})"


def _with_media(run: QueryRun, task: Task, folder: Path) -> Task:
    file = run.bench.media_file(task)
    if file is None or task.media is None:
        return task
    path = add_media(folder, file)
    found = {"path": path, "sha256": file.sha256, "media_type": file.media_type}
    return task.model_copy(update={"media": task.media.model_copy(update=found)})
