"""From ids, files and folders to a report, and from a report to pages, pictures and JSON."""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from tma import __version__
from tma.assets import OpenAssets, source_spec
from tma.errors import AssetError, ConfigError, QueryError
from tma.mediacache import write_whole
from tma.pages import write_page
from tma.prompts import find_prompt
from tma.query.answer import Answer
from tma.query.saved import Asked, SavedQueries
from tma.redaction import HIDDEN, Redaction, redaction
from tma.registry import Registry, default_registry
from tma.reporting import bundle
from tma.reporting.content import Part, Report
from tma.reporting.evaluations import evaluation_file_part, evaluation_part
from tma.reporting.method import options_of
from tma.reporting.page import page_of
from tma.reporting.queries import Query, query_part
from tma.reporting.stored import read_tasks, respondents
from tma.reporting.tasksof import Remaker
from tma.store import ReplyStore
from tma.taskset import TaskSet, new_folder
from tma.workbench import Workbench

Format = Literal["html", "json", "png", "svg"]
Source = str | Path | Answer
_ID = re.compile(r"[0-9a-f]{1,10}\Z")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a report is to hold.

    Attributes:
        models: whose replies to a set of tasks are shown; of all that replied by default.
        prompt: the style in which the set was asked.
        orders: option orders a task; as many as are stored by default.
        circular: all rotations instead.
        limit: the set's first tasks alone.
        confidence: of the intervals of a set's accuracies; a query has its own.
        examples: wrong and right ones a group, at most so many each.
        redact: asset sources whose media and names stay here.
    """

    models: Sequence[str] = ()
    prompt: str = "succinct"
    orders: int | None = None
    circular: bool = False
    limit: int | None = None
    confidence: float = 0.95
    examples: int = 3
    redact: Sequence[str] = ()


@dataclass
class _Desk:
    """What is needed to read any source."""

    store: ReplyStore
    registry: Registry
    wish: Wish
    on_progress: Callable[[], None]
    saved: SavedQueries = field(init=False)

    def __post_init__(self) -> None:
        self.saved = SavedQueries(self.store.path)


def make_report(
    sources: Sequence[Source],
    wish: Wish | None = None,
    *,
    store: ReplyStore | Path | str | None = None,
    registry: Registry | None = None,
    on_progress: Callable[[], None] = lambda: None,
) -> Report:
    """A report on queries and evaluations. No model is asked.

    Args:
        sources: of each query or evaluation the id of a stored query, a JSON file that `tma query`
            or `tma eval` wrote, a folder of tasks whose replies are in the store, or an `Answer`.
            What exists as a file or folder is taken for that.
        wish: what is to be shown, and how.
        store: the results database or its file; the usual one by default.
        registry: where plugins are looked up.
        on_progress: told after each example.

    Raises:
        QueryError, TaskError: there is no such query, file or folder, or it can't be read.
        ModelError: a model has no replies to the tasks.
        TmaError: what else is wrong with the store or with names to be redacted.
    """
    if not sources:
        raise QueryError("nothing to report on", hint="name a query's id, a file or a folder")
    with ExitStack() as stack:
        if not isinstance(store, ReplyStore):
            store = stack.enter_context(ReplyStore(store))
        desk = _Desk(store, registry or default_registry(), wish or Wish(), on_progress)
        parts = [_part(desk, source) for source in sources]
    many = len(parts) > 1
    title = f"{len(parts)} questions about models" if many else parts[0].question
    return Report(title=title, parts=parts, versions={"task-me-anything": __version__})


def write_report(report: Report, out: Path, form: Format = "html") -> None:
    """Write a report to a file, or its charts into a new folder.

    Args:
        report: what it says.
        out: a file; for `png` and `svg` a folder that is missing or empty.
        form: a page, JSON, or pictures.

    Raises:
        ConfigError: the extra `report` is not installed.
        TaskError: the folder can't be made.
        OSError: the file can't be written.
    """
    if form == "html":
        write_page(out, page_of(report))
    elif form == "json":
        write_whole(out, f"{json_of(report)}\n".encode("utf-8", "replace"))
    else:
        bundle.converter()
        draw = bundle.png if form == "png" else bundle.svg
        with new_folder(out) as folder:
            for name, chart in report.charts():
                (folder / f"{name}.{form}").write_bytes(draw(chart))


def json_of(report: Report) -> str:
    """The report as JSON, see docs/formats.md."""
    return json.dumps(report.as_json(), indent=2, ensure_ascii=False)


# -- what was named ---------------------------------------------------------------------------


def _part(desk: _Desk, source: Source) -> Part:
    if isinstance(source, Answer):
        return _answer_part(desk, "answer", source.as_json())
    path, text = Path(source), str(source)
    # unlike those of `Path` they take what can't be a name for what is not there
    if os.path.isdir(path):  # noqa: PTH112
        return _folder_part(desk, path)
    if os.path.isfile(path):  # noqa: PTH113
        return _file_part(desk, path)
    if not _ID.match(text):
        raise QueryError(
            f"{text} is no file, no folder of tasks and no query's id", hint=_near(desk, path)
        )
    asked, answer = desk.saved.load(text)
    if answer is None:
        raise QueryError(
            f"query {asked.id} has no answer yet", hint=f"`tma query resume {asked.id}` goes on"
        )
    return _query_part(desk, Query(source=asked.id, answer=Answer.from_json(answer), asked=asked))


def _near(desk: _Desk, path: Path) -> str:
    """What may have been meant: a neighbour in the folder, or a query."""
    try:
        beside = sorted(p.name for p in path.parent.iterdir())
    except OSError:
        beside = []
    if near := get_close_matches(path.name, beside, n=1):
        return f"did you mean {path.parent / near[0]}?"
    queries = [asked.id for asked, _ in desk.saved.all()]
    if near := get_close_matches(str(path), queries, n=1):
        return f"did you mean {near[0]}?"
    return "see `tma query list`, or name a folder that `tma generate` made"


def _file_part(desk: _Desk, path: Path) -> Part:
    try:
        shown = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise QueryError(f"{path} can't be read as JSON: {error}") from None
    if isinstance(shown, dict):
        if isinstance(shown.get("query"), dict):
            return _answer_part(desk, str(path), shown)
        if {"question", "answer"} <= shown.keys() and isinstance(shown["answer"], dict):
            return _answer_part(desk, str(path), shown["answer"])
        if {"models", "differences"} <= shown.keys():
            if desk.wish.redact:
                shown = {**shown, "tasks": Path(str(shown.get("tasks", "DIR"))).name}
            return evaluation_file_part(str(path), shown)
    raise QueryError(
        f"{path} is neither an answer of `tma query --json` nor an evaluation of `tma eval --json`",
        hint="name a file that one of them printed",
    )


def _answer_part(desk: _Desk, source: str, shown: dict[str, Any]) -> Part:
    """An answer by itself; if the same is stored, with what is known of it there."""
    try:
        answer = Answer.from_json(shown)
    except QueryError as error:
        raise QueryError(f"{source}: {error.message}", hint=error.hint) from None
    for asked, known in desk.saved.all():
        if known is not None and {**known, "ledger": None} == {**shown, "ledger": None}:
            return _query_part(desk, Query(source=asked.id, answer=answer, asked=asked))
    return _query_part(desk, Query(source=source, answer=answer))


def _query_part(desk: _Desk, query: Query) -> Part:
    hidden = _hidden_of(desk, query.asked)
    remaker = None
    if (asked := query.asked) is not None:
        query = replace(query, told=desk.saved.told(asked))
        settings = asked.settings

        def bench() -> Workbench:
            tasks = tuple(settings.get("tasks") or ())
            return Workbench(desk.registry, assets=settings.get("assets"), tasks=tasks)

        remaker = Remaker(query.answer, desk.store, bench, desk.on_progress)
        if hidden is not None:
            query = replace(query, asked=_without_names(desk, asked))
    part = query_part(query, remaker=remaker, hidden=hidden, examples=desk.wish.examples)
    return part if asked is None else _with_command(part, _shown(desk.wish))


def _with_command(part: Part, settings: Mapping[str, Any]) -> Part:
    """The part with what to type to see it again as it is."""
    words = ["tma", "report", part.source, *options_of(settings)]
    return replace(part, commands=[*part.commands, shlex.join(words)])


def _shown(wish: Wish) -> dict[str, Any]:
    """What is wished of any source, but for defaults."""
    examples = None if wish.examples == Wish.examples else wish.examples
    return {"examples": examples, "redact": list(wish.redact)}


def _chosen(wish: Wish) -> dict[str, Any]:
    """What is wished of a folder besides, but for defaults."""
    names = ("prompt", "orders", "circular", "limit", "confidence")
    asked = {n: getattr(wish, n) for n in names if getattr(wish, n) != getattr(Wish, n)}
    return {"model": list(wish.models), **asked}


def _without_names(desk: _Desk, asked: Asked) -> Asked:
    """How a query was put, but for where its assets are and what it names."""
    settings = dict(asked.settings)
    if settings.get("assets"):
        settings["assets"] = source_spec(desk.registry, str(settings["assets"])).name
    settings["where"] = [HIDDEN for _ in settings.get("where") or ()]
    return replace(asked, settings=settings)


def _hidden_of(desk: _Desk, asked: Asked | None) -> Redaction | None:
    """What is hidden of a query; everything, if nothing says what it was about."""
    if not desk.wish.redact:
        return None
    about = None if asked is None else asked.settings.get("assets")
    if asked is None:
        about = desk.wish.redact[0]
    try:
        assets = OpenAssets(desk.registry, about)
        found = redaction(desk.wish.redact, assets.fingerprint, desk.registry)
    except (AssetError, ConfigError) as error:
        raise ConfigError(
            f"names can't be redacted without the assets: {error.message}",
            hint="name the query's id, where its assets are",
        ) from None
    assert found is not None
    return found if asked is None or found.hides(assets.entry.id) else None


def _folder_part(desk: _Desk, path: Path) -> Part:
    wish = desk.wish
    tasks = TaskSet.open(path)
    read = read_tasks(tasks, wish.limit)
    found = respondents(
        read,
        desk.store,
        desk.registry,
        models=wish.models,
        prompt=find_prompt(wish.prompt),
        orders=wish.orders,
        circular=wish.circular,
    )
    hidden = redaction(wish.redact, str(tasks.run.get("fingerprint")), desk.registry)
    part = evaluation_part(
        str(path),
        tasks,
        read,
        found,
        confidence=wish.confidence,
        hidden=hidden,
        examples=wish.examples,
    )
    return _with_command(part, {**_chosen(wish), **_shown(wish)})
