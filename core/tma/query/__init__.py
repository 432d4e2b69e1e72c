"""Queries: what is a model good and bad at, compared with another one, for a budget of calls?

    import tma.query
    from tma.query import TopK

    answer = tma.query(
        TopK(k=10, worst=True, by="target_category"),
        models=["simulated?seed=1"], tasks=["grid2d/*"], budget=1000,
    )
    for item in answer.selected:
        print(item.names or item.key, item.estimate, item.certified, item.probability)

`tma.query.answer` documents the answer and its JSON form, `QueryRun` gives the answer so far.
"""

import sys
from types import ModuleType
from typing import Any

from tma.query.answer import Answer, Certified, Cold, FailurePattern, Item, Versus
from tma.query.ask import ask, prepare
from tma.query.questions import Compare, Debug, Question, Threshold, TopK
from tma.query.run import QueryRun, run_query

__all__ = [
    "Answer",
    "Certified",
    "Cold",
    "Compare",
    "Debug",
    "FailurePattern",
    "Item",
    "QueryRun",
    "Question",
    "Threshold",
    "TopK",
    "Versus",
    "ask",
    "prepare",
    "run_query",
]


class _Callable(ModuleType):
    """This module, which can be called as the function that it is about."""

    def __call__(self, *args: Any, **options: Any) -> Answer:
        """See `tma.query.ask.ask`."""
        return ask(*args, **options)


sys.modules[__name__].__class__ = _Callable
