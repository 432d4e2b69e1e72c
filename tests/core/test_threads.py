"""Linear algebra on one thread."""

from __future__ import annotations

import sys
from subprocess import run
from typing import Any

import numpy as np
import pytest
from scipy import linalg
from threadpoolctl import ThreadpoolController, threadpool_limits

from tma.query import acquisition, surrogate
from tma.query.acquisition import Extremes
from tma.query.history import Earlier, WithHistory
from tma.query.search import Search, Settings
from tma.query.units import GroupUnits
from tma.space import product
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


def test_who_leaves_first_leaves_the_others_alone() -> None:
    """In, in, out, out, by two threads: the first to leave must not free the second."""
    first, second = one_thread(), one_thread()
    with threadpool_limits(2, "blas"):
        before = counts()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert counts() == {1}
        second.__exit__(None, None, None)
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


def test_a_search_thinks_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[int]] = []

    def cholesky(*words: Any, **more: Any) -> Any:
        seen.append(counts())
        return linalg.cholesky(*words, **more)

    monkeypatch.setattr(surrogate, "cholesky", cholesky)
    monkeypatch.setattr(acquisition, "cholesky", cholesky)
    units = GroupUnits(product(kind=["a", "b", "c", "d"], size=range(40)), ["kind"])
    earlier = Earlier("m", "{}", list(range(60)), [float(n % 3 == 0) for n in range(60)])
    with threadpool_limits(2, "blas"):
        search = Search(WithHistory(units, [earlier]), Extremes(1, worst=True), Settings(80))
        assert seen
        while picks := search.propose():
            search.learn(picks, [float(p.plan % 3 == 0) for p in picks])
        asked = len(seen)
        search.chances(search.believe())
        search.believe_with(units)
    assert asked < len(seen)
    assert all(threads == {1} for threads in seen)


def test_sums_do_not_depend_on_how_many_threads_there_could_be() -> None:
    a = np.random.default_rng(1).random((700, 700))
    free, bound = set(), set()
    for threads in (1, 2):
        with threadpool_limits(threads, "blas"):
            free.add((a @ a).tobytes())
            with one_thread():
                bound.add((a @ a).tobytes())
    assert len(bound) == 1
    assert len(free) == 2  # else this shows nothing
