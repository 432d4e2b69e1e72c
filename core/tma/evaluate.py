"""Evaluation: every task of a stream, in several option orders, asked of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tma.asking import Asker, ask_all, run_blocking
from tma.calls import Answer, Call, MediaOf, make_call
from tma.contract.tasks import Task
from tma.errors import ConfigError, ModelError
from tma.ledger import Budget
from tma.models import LoadedModel
from tma.orders import Order, option_orders, rotations
from tma.prompts import SUCCINCT, Prompt
from tma.scores import Evaluation
from tma.store import ReplyStore


@dataclass(frozen=True)
class Asking:
    """How tasks are put to models.

    Attributes:
        orders: option orders a task: its own, then shuffles (see `tma.orders`).
        circular: all rotations of the options instead.
        prompt: the template of the text.

    Raises:
        ConfigError: orders below 1.
    """

    orders: int = 1
    circular: bool = False
    prompt: Prompt = SUCCINCT

    def __post_init__(self) -> None:
        if self.orders < 1:
            raise ConfigError(
                f"orders is {self.orders}: a task has at least its own order of options"
            )

    def orders_of(self, task: Task) -> list[tuple[Order, int]]:
        """The orders in which a task is asked, each with its repetition number."""
        count = len(task.options)
        return rotations(count) if self.circular else option_orders(task.id, count, self.orders)

    def calls(self, tasks: Iterable[Task], model: LoadedModel, media: MediaOf) -> Iterator[Call]:
        """The calls that ask a model all of this, made up as they are read.

        Raises:
            TaskError: the model looks at media and a task has none.
            MediaError, AssetError: media can't be made.
        """
        for task in tasks:
            for order, repetition in self.orders_of(task):
                yield make_call(task, model, order, repetition, media, self.prompt)


PLAINLY = Asking()


def evaluate(
    tasks: Iterable[Task],
    model: LoadedModel,
    store: ReplyStore,
    *,
    asking: Asking = PLAINLY,
    media: MediaOf = lambda task: None,
    budget: Budget | None = None,
    on_progress: Callable[[Evaluation], None] | None = None,
    confidence: float = 0.95,
) -> Evaluation:
    """Ask a model tasks and keep every reply.

    Replies in the store are not asked for again, failed calls are. Tasks are read as needed.

    Args:
        tasks: what to ask.
        model: whom, from `tma.models.load_model`.
        store: where replies are looked up and kept.
        asking: option orders and prompt.
        media: gives a task's picture or video; not called for models that look at none.
        budget: what may be spent; when a cap is reached, what is done is kept and reported.
        on_progress: told the evaluation so far after each answer.
        confidence: of the intervals.

    Returns:
        The evaluation. Its `stopped` says if a cap ended it, its `error` if the adapter gave up
        half-way, or if every call has failed.

    Raises:
        ConfigError: the budget is in dollars and the model has no price.
        TaskError: the model looks at media and a task has none.
        MediaError, AssetError: media can't be made.
        PluginError: the adapter breaks its contract.
        StoreError: the store can't be read or written.
    """
    budget = budget or Budget()
    budget.check([model])
    evaluation = Evaluation(model, asking.orders, confidence, circular=asking.circular)

    def add(answer: Answer) -> None:
        evaluation.add(answer)
        if on_progress is not None:
            on_progress(evaluation)

    asker = Asker(model, store, add, budget)
    evaluation.ledger = asker.ledger
    try:
        run_blocking(ask_all(asker, asking.calls(tasks, model, media)))
    except ModelError as error:
        evaluation.error = error.message
    else:
        evaluation.error = evaluation.failures.in_vain(model.label)
    evaluation.stopped = budget.reached
    return evaluation
