"""Sets of tasks with replies in a store, for reports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from tma import ModelAdapter, Reply, Request
from tma.calls import row_of
from tma.evaluate import PLAINLY, Asking
from tma.models import LoadedModel
from tma.store import ReplyStore
from tma.taskset import TaskSet

Says = Callable[[Request], str | Reply]


class Mute(ModelAdapter):
    """Is never asked."""

    def __init__(self, *, sees_task: bool) -> None:
        self.sees_task = sees_task

    async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
        raise AssertionError("a report asked a model")


def model(name: str, *, sees_task: bool = True, looks: bool = False) -> LoadedModel:
    consumes = ("image", "video") if looks else ()
    config = {"name": name}
    return LoadedModel(Mute(sees_task=sees_task), "toys/m@1.0", f"m?name={name}", config, consumes)


def keep(
    tasks: TaskSet,
    store: ReplyStore,
    who: LoadedModel,
    says: Says,
    asking: Asking = PLAINLY,
    most: int | None = None,
) -> None:
    """Put a model's replies into the store, as if it had been asked."""
    rows = []
    for call in list(asking.calls(tasks.tasks(), who, tasks.media_file))[:most]:
        said = says(call.request)
        rows.append(row_of(call, said if isinstance(said, Reply) else Reply(text=said)))
    store.put(rows)


def first(request: Request) -> str:
    return "A"


def unless(wrong: Callable[[Request], bool]) -> Says:
    """Right, but for some."""

    def says(request: Request) -> str:
        place = request.order.index(request.task.answer_index)
        return chr(ord("A") + (place + wrong(request)) % len(request.options))

    return says


def red_is_hard(request: Request) -> bool:
    return request.task.plan.get("attribute_value") == "red"


def stored(tasks: TaskSet, path: Path, replies: Iterable[tuple[str, Says]]) -> Path:
    """A store with replies of models by name."""
    with ReplyStore(path) as store:
        for name, says in replies:
            keep(tasks, store, model(name), says)
    return path
