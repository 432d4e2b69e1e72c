"""The tasks of a query, made again to be looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tma.contract.models import MediaFile
from tma.contract.plan import Plan
from tma.contract.tasks import Task
from tma.errors import Infeasible, TmaError
from tma.query.answer import Answer
from tma.query.sample import Bench
from tma.query.saved import Told
from tma.reporting.content import Said
from tma.seeds import digest
from tma.store import ReplyStore


class Remaker:
    """Makes tasks of plans and seeds, with what models replied to them.

    Args:
        answer: of the query.
        store: where the replies' texts are.
        bench: opens the query's workbench; called once, when it is needed.
        on_progress: told after each task.

    Attributes:
        lacking: why some tasks could not be made, in a line; None if all could.
    """

    def __init__(
        self,
        answer: Answer,
        store: ReplyStore,
        bench: Callable[[], Bench],
        on_progress: Callable[[], None] = lambda: None,
    ) -> None:
        self._answer = answer
        self._store = store
        self._open = bench
        self._on_progress = on_progress
        self._bench: Bench | None = None
        self._files: dict[str, MediaFile | None] = {}
        self.lacking: str | None = None

    def tasks(self, told: Sequence[Told]) -> list[tuple[Task, list[Said]]]:
        """The tasks that can be made, in this order, with a reply a model."""
        texts = self._texts([t.task for t in told])
        found = []
        for t in told:
            task = self._task(t)
            self._on_progress()
            if task is not None:
                found.append((task, self._said(t, texts)))
        return found

    def media(self, task: Task) -> MediaFile | None:
        """The picture or video of a task that was made here."""
        return self._files.get(task.id)

    def _task(self, told: Told) -> Task | None:
        try:
            if self._bench is None:
                self._bench = self._open()
            task = self._bench.instance(Plan(told.plan), told.seed)
            if task.id != told.task:
                task, file = self._bench.shown(Plan(told.plan), told.seed)
            else:
                file = self._bench.media_file(task)
        except TmaError as error:
            self.lacking = self.lacking or error.message
            return None
        except Infeasible as error:
            self.lacking = self.lacking or str(error)
            return None
        if task.id != told.task:
            self.lacking = self.lacking or "plugins or assets have changed since"
            return None
        self._files[task.id] = file
        return task

    def _texts(self, tasks: Sequence[str]) -> dict[tuple[str, str, str], str]:
        columns = ("task_id", "model", "config_digest", "text", "failure")
        rows = self._store.some(columns, "task_id", tasks)
        return {
            (t, m, c): (failure if text is None else text) or "" for t, m, c, text, failure in rows
        }

    def _said(self, told: Told, texts: Mapping[tuple[str, str, str], str]) -> list[Said]:
        said = []
        for model, reply in zip(self._answer.models, told.replies, strict=False):
            if reply is not None:
                key = told.task, str(model["id"]), digest(model["config"])
                said.append(
                    Said(
                        model=str(model["model"]),
                        outcome=reply.outcome,
                        index=reply.index,
                        correct=reply.correct,
                        text=texts.get(key, ""),
                    )
                )
        return said
