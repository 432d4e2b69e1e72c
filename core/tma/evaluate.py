"""Evaluation: every task of a stream, in N option orders, asked of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tma.asking import Asker, ask_all, run_blocking
from tma.calls import Answer, Call, MediaOf, make_call
from tma.contract.tasks import Task
from tma.errors import ConfigError, ModelError
from tma.models import LoadedModel
from tma.orders import option_orders
from tma.scores import Evaluation
from tma.store import ReplyStore


def evaluate(
    tasks: Iterable[Task],
    model: LoadedModel,
    store: ReplyStore,
    *,
    orders: int = 1,
    media: MediaOf = lambda task: None,
    on_progress: Callable[[Evaluation], None] | None = None,
    confidence: float = 0.95,
) -> Evaluation:
    """Ask a model tasks and keep every reply.

    Replies in the store are not asked for again, failed calls are. Tasks are read as needed.

    Args:
        tasks: what to ask.
        model: whom, from `tma.models.load_model`.
        store: where replies are looked up and kept.
        orders: option orders a task: its own, then shuffles (see `tma.orders`).
        media: gives a task's picture or video; not called for models that look at none.
        on_progress: told the evaluation so far after each answer.
        confidence: of the intervals.

    Returns:
        The evaluation; its `error` says if the adapter gave up half-way.

    Raises:
        ConfigError: orders below 1.
        TaskError: the model looks at media and a task has none.
        MediaError, AssetError: media can't be made.
        PluginError: the adapter breaks its contract.
        StoreError: the store can't be read or written.
    """
    if orders < 1:
        raise ConfigError(f"orders is {orders}: a task has at least its own order of options")
    evaluation = Evaluation(model, orders, confidence)

    def add(answer: Answer) -> None:
        evaluation.add(answer)
        if on_progress is not None:
            on_progress(evaluation)

    try:
        run_blocking(ask_all(Asker(model, store, add), _calls(tasks, model, orders, media)))
    except ModelError as error:
        evaluation.error = error.message
    return evaluation


def _calls(
    tasks: Iterable[Task], model: LoadedModel, orders: int, media: MediaOf
) -> Iterator[Call]:
    for task in tasks:
        for order, repetition in option_orders(task.id, len(task.options), orders):
            yield make_call(task, model, order, repetition, media)
