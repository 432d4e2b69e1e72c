"""Linear algebra on one thread."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from subprocess import run

import numpy as np
import pytest
from scipy import linalg
from threadpoolctl import ThreadpoolController, threadpool_limits

from tma.query.course import Course
from tma.query.search import Search
from tma.threads import one_thread


def counts() -> set[int]:
    found = ThreadpoolController().select(user_api="blas").lib_controllers
    assert found, linalg
    return {library.num_threads for library in found}


def fail_on_one_thread() -> None:
    with one_thread():
        assert counts() == {1}
        raise KeyError


def test_one_thread_within_and_as_many_as_before_afterwards() -> None:
    with threadpool_limits(2, "blas"):
        before = counts()
        with pytest.raises(KeyError):
            fail_on_one_thread()
        assert counts() == before


def test_libraries_that_are_loaded_later_are_limited_too() -> None:
    """A process that has used numpy alone, and then scipy."""
    script = """
import numpy
from tma.threads import one_thread
with one_thread():
    pass
import scipy.linalg
from threadpoolctl import ThreadpoolController
with one_thread():
    found = ThreadpoolController().select(user_api="blas").lib_controllers
    threads = [library.num_threads for library in found]
print(len(threads), set(threads))
"""
    done = run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout in ("1 {1}\n", "2 {1}\n")  # numpy and scipy may share one library


def test_a_query_thinks_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[int]] = []

    def watch(*_: object) -> Sequence[object]:
        seen.append(counts())
        return []

    monkeypatch.setattr(Search, "propose", watch)
    monkeypatch.setattr(Search, "learn", watch)
    course = object.__new__(Course)
    course.search = object.__new__(Search)
    course._batch = []
    with threadpool_limits(2, "blas"):
        assert course.next_tasks() == []
        course.learn([])
    assert seen == [{1}, {1}]


def test_results_do_not_depend_on_the_machine() -> None:
    """The sums of these differ in their last digits between one thread and two."""
    a = np.random.default_rng(1).random((700, 700))
    found = []
    for threads in (1, 2):
        with threadpool_limits(threads, "blas"), one_thread():
            found.append((a @ a).tobytes())
    assert found[0] == found[1]
