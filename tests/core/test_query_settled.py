"""What a query calls settled, and what it does not."""

from __future__ import annotations

import numpy as np
import pytest

from tma.intervals import Interval
from tma.query import TopK
from tma.query.answer import Certified
from tma.query.course import Course
from tma.query.modelled import LEAST_SETTLED, _agree, believed
from tma.query.search import Search, Settings

from .test_query import Toys
from .test_query_active import MANY


def course_of(answers: int) -> Course:
    """A course that knows so many answers, of which those of one kind are all wrong."""
    course = Course(
        Toys(MANY), MANY, TopK(k=1, by="kind", worst=True), Settings(400), 0, shown=False
    )
    search = course.search
    assert isinstance(search, Search)
    while search.answered < answers:
        picks = search.propose()[: answers - search.answered]
        search.learn(picks, [float(p.unit != 0) for p in picks])
    return course


def test_few_answers_settle_nothing() -> None:
    """Variances that are fitted to so few may collapse, and the model be sure of chance."""
    few = believed(course_of(LEAST_SETTLED - 1), 0.95)
    assert set(few.members) == {"undecided"}
    many = believed(course_of(LEAST_SETTLED + 40), 0.95)
    assert many.members[0] == "in"
    assert np.argmin([e if e is not None else 1.0 for e in many.estimates]) == 0


@pytest.mark.parametrize(
    ("low", "high", "agree"), [(0.1, 0.3, True), (0.0, 0.19, False), (0.26, 0.9, False)]
)
def test_what_fresh_answers_deny_is_not_settled(low: float, high: float, agree: bool) -> None:
    fresh = Certified(estimate=0.25, low=low, high=high, answered=20, right=5)
    assert _agree(Interval(0.2, 0.25), fresh) is agree
    assert _agree(Interval(0.2, 0.25), None)
