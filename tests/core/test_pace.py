import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tma.pace import Pace
from tma.terms import Terms


class Clock:
    """A clock that goes when it is told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_concurrency_grows_until_the_first_failure_and_then_slowly() -> None:
    pace = Pace(64, Terms(), Clock())
    assert pace.limit == 8
    for _ in range(8):
        pace.succeeded()
    assert pace.limit == 16  # doubles in a round
    pace.failed(None)
    before = pace.limit
    for _ in range(16):
        pace.succeeded()
    assert before + 0.9 < pace.limit < before + 1.1  # one more in a round
    for _ in range(1000):
        pace.succeeded()
    assert pace.limit <= 64


@given(st.integers(2, 64))
def test_a_round_of_failures_halves_it(most: int) -> None:
    pace = Pace(most, Terms(), Clock())
    for _ in range(most):
        pace.succeeded()
    before = pace.limit
    for _ in range(int(before)):
        pace.failed(None)
    assert pace.limit == pytest.approx(max(1, before / 2), abs=0.5)
    for _ in range(200):
        pace.failed(None)
    assert pace.limit == 1  # never none at all


def test_a_tenth_of_failures_leaves_some_concurrency() -> None:
    pace = Pace(64, Terms(), Clock())
    for n in range(5000):
        pace.failed(None) if n % 10 == 0 else pace.succeeded()
    assert 10 < pace.limit < 30


def test_terms_lower_what_an_adapter_bears() -> None:
    assert Pace(64, Terms(concurrency=3), Clock()).most == 3
    assert Pace(2, Terms(concurrency=3), Clock()).limit == 2
    assert Pace(3, Terms(), Clock()).free == 3


def test_all_wait_as_long_as_the_endpoint_says() -> None:
    clock = Clock()
    pace = Pace(8, Terms(longest_wait=100), clock)
    assert pace.wait(1, 0) == 0
    pace.failed(30)
    pace.failed(10)
    assert pace.wait(1, 0) == 30
    clock.now = 29.5
    assert pace.wait(1, 0) == 0.5
    pace.failed(1000)  # that call has failed; nobody waits so long
    assert pace.wait(1, 0) == 0.5


def test_waits_double_with_jitter_up_to_a_cap() -> None:
    pace = Pace(8, Terms(attempts=12, first_wait=1, longest_wait=20), Clock())
    for attempts in range(1, 12):
        waits = [pace.delay(attempts, None) for _ in range(200)]
        top = min(20, 2 ** (attempts - 1))
        assert all(w is not None and 0 <= w <= top for w in waits)
        assert max(w or 0 for w in waits) > top * 0.8
        assert min(w or 0 for w in waits) < top * 0.2
    assert pace.delay(12, None) is None  # the limit of attempts
    told = [pace.delay(1, 5) for _ in range(50)]
    assert all(w is not None and 5 <= w <= 6 for w in told)
    assert pace.delay(1, 21) is None  # longer than anybody waits


@settings(max_examples=25)
@given(st.integers(1, 400), st.floats(0, 0.5))
def test_requests_a_minute_are_never_exceeded(a_minute: int, late: float) -> None:
    clock = Clock()
    pace = Pace(1000, Terms(requests_per_minute=a_minute), clock)
    began: list[float] = []
    while clock.now < 200 and len(began) < 3 * a_minute + 3:
        if (wait := pace.wait(1, 0)) > 0:
            clock.now += wait + late
            continue
        pace.begin(1, 0)
        pace.end()
        began.append(clock.now)
    for first in range(len(began) - a_minute):
        assert began[first + a_minute] - began[first] >= 60 - 1e-3
    if not late and clock.now > 190:
        assert len(began) >= 2.5 * a_minute  # and are used


def test_tokens_a_minute_are_kept_on_average() -> None:
    clock = Clock()
    pace = Pace(1000, Terms(tokens_per_minute=6000), clock)
    used = 0
    while clock.now < 600:
        if (wait := pace.wait(1, 50)) > 0:
            clock.now += wait
            continue
        pace.begin(1, 50)
        pace.correct(70)  # it took 120
        pace.end()
        used += 120
    assert 0.9 * 60_000 < used < 1.02 * 60_000


def test_a_call_larger_than_the_allowance_waits_for_a_full_one() -> None:
    clock = Clock()
    pace = Pace(8, Terms(tokens_per_minute=1000), clock)
    assert pace.wait(1, 5000) == 0
    pace.begin(1, 5000)
    clock.now += pace.wait(1, 5000)
    assert 280 < clock.now < 330
    assert pace.wait(1, 5000) == 0
