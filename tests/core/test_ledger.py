from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tma import MediaFile, ModelAdapter, Plan, Request, Task
from tma.config import Settings
from tma.errors import ConfigError
from tma.ledger import Budget, Expected, Ledger, expected_of, guess_usage
from tma.models import LoadedModel
from tma.terms import PLAIN, Terms, terms_of


def entry(tokens: int = 0, usd: float | None = None, **more: Any) -> Ledger:
    return Ledger(calls=1, input_tokens=tokens, usd=usd, **more)


def request(prompt: str = "x" * 400, media: MediaFile | None = None) -> Request:
    plan = Plan({"generator": "toy/what"})
    task = Task(
        id="0" * 16,
        generator="toy/what",
        plan=plan.as_dict(),
        plan_id=plan.id,
        seed=0,
        question="?",
        options=("a", "b"),
        option_keys=("a", "b"),
        answer="a",
        answer_index=0,
        scene={},
    )
    return Request(
        prompt=prompt,
        question="?",
        options=task.options,
        order=(0, 1),
        task=task,
        call_id="c",
        media=media,
    )


def test_ledgers_add_up() -> None:
    total = Ledger()
    assert total.as_json()["usd"] is None
    total.add(entry(10, 0.5, retries=2))
    total.add(entry(5, None, failed=1, seconds=1.5))
    assert (total.calls, total.failed, total.retries, total.tokens) == (2, 1, 2, 15)
    assert (total.usd, total.seconds) == (0.5, 1.5)
    assert total.as_json()["input_tokens"] == 15


def test_what_is_known_takes_the_place_of_a_guess() -> None:
    picture = MediaFile(Path("p.png"), "image/png", "0")
    assert guess_usage(request())["input_tokens"] == 100
    assert guess_usage(request(media=picture))["input_tokens"] == 900
    terms = Terms(usd_per_million_input=2, usd_per_million_output=10, usd_per_call=0.5)
    first = expected_of(request(), Ledger(), terms)
    assert (first.tokens, first.guessed) == (140, True)
    assert first.usd == pytest.approx(0.5 + 200e-6 + 400e-6)
    known = Ledger(calls=6, failed=1, unmetered=1, input_tokens=400, output_tokens=40)
    assert expected_of(request(), known, PLAIN) == Expected(110, 0, guessed=False)


def test_prices() -> None:
    assert PLAIN.usd({"input_tokens": 10**6}) is None
    assert Terms(usd_per_million_input=3).usd({"input_tokens": 10**6, "output_tokens": 5}) == 3
    assert Terms(usd_per_call=0.25).usd({}, attempts=3) == 0.75


def test_a_budget_of_calls() -> None:
    budget = Budget(5)
    assert (budget.take(3), budget.reached) == (3, None)
    assert (budget.take(3), budget.reached, budget.spent) == (2, "calls", 5)
    assert budget.take(1) == 0
    assert Budget().take(1000) == 1000
    with pytest.raises(ConfigError, match="no budget"):
        Budget(tokens=-1)


def test_what_is_set_aside_may_come_back() -> None:
    budget = Budget(tokens=100)
    each = Expected(tokens=60)
    assert (budget.take(2, each), budget.reached) == (1, None)  # not now, perhaps later
    budget.settle(entry(20), each)
    assert (budget.take(1, each), budget.reached) == (1, None)
    budget.settle(entry(75), each)
    assert (budget.take(1, each), budget.reached) == (0, "tokens")


def test_the_first_call_finds_out_what_a_call_takes() -> None:
    budget = Budget(tokens=100)
    guess = Expected(tokens=900, guessed=True)
    assert (budget.take(2, guess), budget.reached) == (1, None)
    budget.settle(entry(10), guess)
    assert budget.take(20, Expected(tokens=10)) == 9


def test_what_is_not_reported_counts_as_expected() -> None:
    budget = Budget(tokens=100)
    for _ in range(2):
        assert budget.take(1, Expected(tokens=50)) == 1
        budget.settle(Ledger(calls=1, unmetered=1), Expected(tokens=50))
    assert (budget.take(1, Expected(tokens=50)), budget.reached) == (0, "tokens")


def test_a_price_a_call_is_spent_once() -> None:
    budget = Budget(usd=2)
    each = Expected(usd=0.5, guessed=True)
    for _ in range(4):
        assert budget.take(1, each) == 1
        budget.settle(Ledger(calls=1, unmetered=1, usd=0.5), each)
    assert (budget.take(1, each), budget.reached) == (0, "usd")


def test_a_call_that_never_ended_gives_back_what_was_set_aside() -> None:
    budget = Budget(tokens=50)
    assert budget.take(1, Expected(tokens=50)) == 1
    assert (budget.take(1, Expected(tokens=50)), budget.reached) == (0, None)
    budget.release(Expected(tokens=50))
    assert budget.take(1, Expected(tokens=50)) == 1


@given(st.lists(st.integers(1, 50), max_size=60), st.integers(1, 500))
def test_a_cap_is_overshot_by_less_than_a_call(takes: list[int], cap: int) -> None:
    budget = Budget(tokens=cap)
    for taken in takes:
        if not budget.take(1, Expected(tokens=1)):
            break
        assert budget.ledger.tokens < cap
        budget.settle(entry(taken), Expected(tokens=1))
    assert budget.ledger.tokens < cap + 50


def test_dollars_need_a_price() -> None:
    model = LoadedModel(ModelAdapter, "toy/m@1", "toy:m?x=1", {})  # type: ignore[arg-type]
    Budget(5).check([model])
    with pytest.raises(ConfigError, match=r'price for toy:m\?x=1 .*\[models\."toy:m"\]'):
        Budget(usd=1).check([model])


def test_terms_come_from_the_tables_that_fit(tmp_path: Path) -> None:
    file = tmp_path / "tma.toml"
    file.write_text(
        '[models."openai:*"]\nattempts = 5\nusd_per_call = 1.0\n'
        '[models."openai:small*"]\nusd_per_call = 0.1\n'
        '[models."*local*"]\nusd_per_call = 0.0\n'
    )
    settings = Settings.load({"TMA_CONFIG": str(file)})
    assert terms_of(settings, "random") == PLAIN
    assert terms_of(settings, "openai:big").usd_per_call == 1.0
    small = terms_of(settings, "openai:small?temperature=1", attempts=2, concurrency=None)
    assert (small.usd_per_call, small.attempts) == (0.1, 2)
    assert terms_of(settings, "openai:big?base_url=http://localhost/v1").usd_per_call == 0
    file.write_text('[models."openai:*"]\nusd_per_cal = 1.0\n')
    with pytest.raises(ConfigError, match=r'tma\.toml: \[models\."openai:\*"\]: usd_per_cal'):
        terms_of(Settings.load({"TMA_CONFIG": str(file)}), "openai:x")
    file.write_text("models = 3\n")
    with pytest.raises(ConfigError, match=r"\[models\] must hold one table a pattern"):
        Settings.load({"TMA_CONFIG": str(file)})
