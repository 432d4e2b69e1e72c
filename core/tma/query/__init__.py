"""Queries: what is a model good and bad at, compared with another one, for a budget of calls?

    from tma.query import TopK, run_query

    answer = run_query(
        TopK(k=10, worst=True, by="target_category"),
        models=[model], bench=workbench, store=store, budget=500,
    )
    for item in answer.selected:
        print(item.names or item.key, item.estimate, item.low, item.high, item.membership)

`tma.query.answer` documents the answer and its JSON form.
"""

from tma.query.answer import Answer, FailurePattern, Item, Versus
from tma.query.questions import Compare, Debug, Question, Threshold, TopK
from tma.query.run import QueryRun, run_query

__all__ = [
    "Answer",
    "Compare",
    "Debug",
    "FailurePattern",
    "Item",
    "QueryRun",
    "Question",
    "Threshold",
    "TopK",
    "Versus",
    "run_query",
]
