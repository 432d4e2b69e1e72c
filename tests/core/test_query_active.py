"""Queries that fit a model to the answers and let it choose what to ask."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tma.query
from tma import Plan, Reply, Request, product, union
from tma.errors import ConfigError, ModelError, QueryError
from tma.query import Answer, Compare, Debug, QueryRun, Threshold, TopK, run_query
from tma.seeds import digest
from tma.store import ReplyStore
from tma.terms import Terms

from .test_query import Knows, Toys, low_kinds, model, untimed

MANY = product(
    kind=[f"k{n}" for n in range(40)], size=range(30), shade=["light", "dark"]
).with_constant("generator", "t/x")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReplyStore]:
    with ReplyStore(tmp_path / "r.sqlite") as opened:
        yield opened


def by_number(plan: dict[str, Any]) -> bool:
    """Accuracy falls with the kind's number."""
    return bool(plan["size"] * 40 >= int(plan["kind"][1:]) * 30)


def put(question: TopK | Threshold, store: ReplyStore, budget: int, **more: Any) -> Any:
    adapter = more.pop("adapter", None) or Knows(by_number)
    more = {"bench": Toys(MANY), "approximate": "active", **more}
    return run_query(question, models=[model(adapter)], store=store, budget=budget, **more)


def test_the_worst_groups_are_found_and_certified(store: ReplyStore) -> None:
    answer = put(TopK(k=5, worst=True, by="kind"), store, 400, confirm=0.3)
    assert (answer.approximate, answer.interval, answer.ledger["calls"]) == ("active", "model", 400)
    assert len(answer.items) == 40
    chosen = {int(i.key["kind"][1:]) for i in answer.selected}
    assert len(chosen) == 5
    assert min(chosen) >= 32
    assert [i.selected for i in answer.items] == [True] * 5 + [False] * 35
    for item in answer.selected:
        number = int(item.key["kind"][1:])
        truth = np.mean([s * 40 >= number * 30 for s in range(30)])
        assert item.certified.answered == 24
        assert item.certified.low <= truth <= item.certified.high
        assert item.probability > 0.5
    assert all(i.certified is None for i in answer.items[5:])
    assert sum(i.tasks for i in answer.items) == 400
    shown = json.loads(json.dumps(answer.as_json()))
    assert shown["items"][0]["certified"]["answered"] == 24


def test_it_asks_more_where_it_matters(store: ReplyStore) -> None:
    items = put(TopK(k=5, worst=True, by="kind"), store, 600, confirm=0.0).items
    near = [i.tasks for i in items if int(i.key["kind"][1:]) >= 25]
    far = [i.tasks for i in items if int(i.key["kind"][1:]) < 15]
    assert np.mean(near) > 1.3 * np.mean(far)
    even = put(TopK(k=5, worst=True, by="kind"), store, 600, confirm=0.0, approximate="fit").items
    assert {i.tasks for i in even} == {15}


@pytest.mark.parametrize(("below", "above"), [(0.5, None), (None, 0.5)])
def test_thresholds(store: ReplyStore, below: float | None, above: float | None) -> None:
    answer = put(Threshold(below=below, above=above, by="kind"), store, 500)
    surely = {int(i.key["kind"][1:]) for i in answer.items if i.membership == "in"}
    out = {int(i.key["kind"][1:]) for i in answer.items if i.membership == "out"}
    low, high = (out, surely) if below is not None else (surely, out)
    assert high >= {36, 37, 38, 39}
    assert low >= {0, 1, 2, 3}
    assert max(low) < 24 < 17 + min(high)


def test_the_answer_depends_on_no_order_of_replies(store: ReplyStore, tmp_path: Path) -> None:
    one = put(TopK(k=3, by="kind"), store, 120)
    with ReplyStore(tmp_path / "other.sqlite") as other:
        two = put(TopK(k=3, by="kind"), other, 120, adapter=Knows(by_number, 4, 5))
    assert untimed(one) == untimed(two)
    again = put(TopK(k=3, by="kind"), store, 120)
    assert (again.ledger["calls"], again.ledger["reused"]) == (0, 120)
    assert [i.estimate for i in again.items] == [i.estimate for i in one.items]


def test_an_interrupted_search_goes_on_to_the_same_answer(store: ReplyStore) -> None:
    def stop(run: QueryRun) -> None:
        if run.done == 75:
            raise KeyboardInterrupt

    def made(**more: Any) -> QueryRun:
        question = TopK(k=3, by="kind")
        return QueryRun(
            question, models=[model(Knows(by_number))], bench=Toys(MANY), store=store,
            budget=150, approximate="active", **more,
        )  # fmt: skip

    run = made(on_progress=stop)
    with pytest.raises(KeyboardInterrupt):
        run.run()
    so_far = run.answer()
    assert (so_far.complete, so_far.ledger["calls"]) == (False, 75)
    assert len(so_far.selected) == 3
    resumed = made()
    resumed.run()
    assert resumed.calls == 75
    fresh = made()
    fresh.run()
    assert [i.estimate for i in fresh.answer().items] == [
        i.estimate for i in resumed.answer().items
    ]


def test_looking_at_the_answer_so_far_changes_nothing(store: ReplyStore) -> None:
    question = TopK(k=3, by="kind")
    seen = []
    looked = put(question, store, 150, on_progress=lambda run: seen.append(run.answer()))
    assert len(seen) == 150
    assert [len(a.selected) for a in seen[60:]] == [3] * 90
    unseen = put(question, store, 150)
    assert [i.estimate for i in unseen.items] == [i.estimate for i in looked.items]
    assert Answer.from_json(json.loads(json.dumps(looked.as_json()))) == looked


def test_a_warm_start_is_a_hint_that_is_shown_apart(store: ReplyStore) -> None:
    question = TopK(k=5, worst=True, by="kind")
    for name, right in (("like", by_number), ("too", by_number)):
        models = [model(Knows(right), name)]
        run_query(question, models=models, bench=Toys(MANY), store=store, budget=400)
    warm = put(question, store, 60, warm_start=True, confirm=0)
    assert [w["replies"] for w in warm.warm_start] == [400, 400]
    cold = put(question, store, 60, confirm=0)
    assert cold.warm_start == []
    assert all(i.cold is None for i in cold.items)
    assert sum(i.cold.selected for i in warm.items) == 5
    truth = {i.key["kind"]: float(i.key["kind"] >= "k35") for i in warm.items}

    def hits(items: Any) -> float:
        return sum(truth[i.key["kind"]] for i in items)

    assert hits(warm.selected) >= hits(cold.selected)
    error = [
        np.mean([(i.estimate - share(i.key["kind"])) ** 2 for i in a.items]) for a in (warm, cold)
    ]
    assert error[0] < 0.8 * error[1]
    assert Answer.from_json(json.loads(json.dumps(warm.as_json()))) == warm


def test_a_misleading_history_is_not_believed(store: ReplyStore) -> None:
    question = TopK(k=5, worst=True, by="kind")
    models = [model(Knows(lambda p: hash_of(p) % 2 > 0), "noise")]
    run_query(question, models=models, bench=Toys(MANY), store=store, budget=400)
    warm, cold = (put(question, store, 150, warm_start=w, confirm=0) for w in (True, False))
    assert [w["replies"] for w in warm.warm_start] == [400]
    assert [i.estimate for i in warm.items] == [i.estimate for i in cold.items]


def share(kind: str) -> float:
    return float(np.mean([s * 40 >= int(kind[1:]) * 30 for s in range(30)]))


def test_a_model_that_dies_leaves_the_answer_so_far(store: ReplyStore) -> None:
    class Dies(Knows):
        def say(self, request: Request) -> str:
            if len(self.asked) > 60:
                raise ModelError("no credit left")
            return super().say(request)

    run = QueryRun(
        TopK(k=3, by="kind"), models=[model(Dies(by_number))], bench=Toys(MANY), store=store,
        budget=150, approximate="active",
    )  # fmt: skip
    with pytest.raises(ModelError, match="no credit left"):
        run.run()
    answer = run.answer()
    assert answer.error is not None
    assert answer.ledger["calls"] == 61
    assert len(answer.selected) == 3


@settings(max_examples=15, deadline=None)
@given(st.integers(50, 130), st.integers(1, 9), st.integers(1, 5), st.floats(0, 0.6))
def test_no_budget_is_ever_overspent(
    tmp_path_factory: pytest.TempPathFactory, budget: int, batch: int, lanes: int, confirm: float
) -> None:
    adapter = Knows(low_kinds, batch, lanes)
    with ReplyStore(tmp_path_factory.mktemp("query") / "r.sqlite") as store:
        answer = put(
            TopK(k=2, by="kind"), store, budget, adapter=adapter, bench=Toys(), confirm=confirm
        )
    assert len(adapter.asked) == answer.ledger["calls"] == budget


class Says(Knows):
    """Always the same text."""

    def __init__(self, text: str) -> None:
        super().__init__(lambda p: True)
        self.text = text

    def say(self, request: Request) -> str:
        return self.text


def test_replies_that_say_nothing(store: ReplyStore) -> None:
    answer = put(TopK(k=2, by="kind"), store, 60, adapter=Says("hm"))
    assert answer.ledger["calls"] == 48  # there is nothing to confirm
    assert {(i.estimate, i.low, i.high, i.membership) for i in answer.items} == {
        (None, 0, 1, "undecided")
    }
    assert answer.selected == []


class Fails(Knows):
    async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
        return [Reply(text=None, failure="busy") for _ in requests]


def test_calls_that_fail_are_paid_for(store: ReplyStore) -> None:
    run = QueryRun(
        TopK(k=2, by="kind"), models=[model(Fails(low_kinds))], bench=Toys(MANY), store=store,
        budget=60, approximate="active",
    )  # fmt: skip
    with pytest.raises(ModelError, match="m answered none of 48 calls, most often: busy"):
        run.run()
    answer = run.answer()
    assert answer.models[0]["failed"] == answer.ledger["calls"] == 48
    assert (answer.replies, answer.complete) == (0, False)


@pytest.mark.parametrize("right", [True, False])
def test_answers_that_are_all_alike(store: ReplyStore, right: bool) -> None:
    answer = put(TopK(k=2, by="kind"), store, 80, adapter=Knows(lambda p: right))
    assert all(abs(i.estimate - right) < 1e-6 for i in answer.items)
    assert all(0 <= i.low <= i.estimate <= i.high <= 1 for i in answer.items)


def test_one_group_all_groups_and_no_grouping(store: ReplyStore) -> None:
    one = MANY.where(kind="k7")
    answer = put(TopK(k=1, by="kind"), store, 50, bench=Toys(one))
    assert [(i.membership, i.selected) for i in answer.items] == [("in", True)]
    every = put(TopK(k=40, by="kind"), store, 60)
    assert {i.membership for i in every.items} == {"in"}
    single = put(TopK(k=4, worst=True), store, 200)
    assert len(single.selected) == 4
    assert all(i.plans == 1 for i in single.items)
    assert all(not by_number(dict(i.key)) for i in single.selected)


def test_groups_of_very_different_sizes(store: ReplyStore) -> None:
    space = union(
        [product(kind=["few"], size=range(2)), product(kind=["many", "more"], size=range(5000))]
    ).with_constant("generator", "t/x")
    answer = put(
        TopK(k=1, by="kind"), store, 90, bench=Toys(space), adapter=Knows(lambda p: p["size"] < 2)
    )
    assert [i.key["kind"] for i in answer.selected] == ["few"]
    assert answer.items[0].certified.right == 18


def test_plans_that_are_there_twice(store: ReplyStore) -> None:
    adapter = Knows(by_number)
    twice = Toys(union([MANY, MANY]))
    answer = put(TopK(k=5, worst=True, by="kind"), store, 150, adapter=adapter, bench=twice)
    assert answer.ledger["calls"] == len({r.call_id for r in adapter.asked}) == 150
    assert {i.plans for i in answer.items} == {120}


def test_infeasible_plans_cost_nothing(store: ReplyStore) -> None:
    def odd(plan: Plan) -> str | None:
        if plan["kind"] == "k3":
            return "no-such-thing"
        return "odd" if int(plan["size"]) % 2 else None

    adapter = Knows(by_number)
    answer = put(
        TopK(k=2, by="kind"), store, 120, adapter=adapter, bench=Toys(MANY, infeasible=odd)
    )
    assert len(adapter.asked) == answer.ledger["calls"] == 120
    assert set(answer.ledger["infeasible"]) == {"no-such-thing", "odd"}
    nothing = Toys(MANY, infeasible=lambda p: "never")
    empty = put(TopK(k=2, by="kind"), store, 60, bench=nothing, adapter=adapter)
    assert (empty.ledger["calls"], empty.selected, len(empty.items)) == (0, [], 40)


def test_comparisons_are_confirmed_on_fresh_pairs(store: ReplyStore) -> None:
    better = Knows(lambda p: by_number(p) or int(p["kind"][1:]) in (36, 37, 38), lanes=3)
    worse = Knows(by_number, batch=4)
    models = [model(better, "a"), model(worse, "b")]
    answer: Any = run_query(
        Compare(margin=0.1, by="kind"), models=models, bench=Toys(MANY), store=store, budget=2400,
        approximate="active",
    )  # fmt: skip
    assert {(r.call_id, r.prompt) for r in better.asked} == {
        (r.call_id, r.prompt) for r in worse.asked
    }
    assert len(better.asked) + len(worse.asked) == answer.ledger["calls"] <= 2400
    claimed = [i for i in answer.items if i.membership == "in"]
    assert {i.key["kind"] for i in claimed} == {"k36", "k37", "k38"}
    assert all(i.versus[0].q_value <= 0.05 for i in claimed)
    untested = [i for i in answer.items if i.versus[0].p_value is None]
    assert len(untested) >= 30
    assert "in" not in {i.membership for i in untested}
    few = run_query(
        Compare(by="kind"), models=models, bench=Toys(MANY), store=store, budget=90,
        approximate="active",
    )  # fmt: skip
    assert few.approximate == "random"


def test_choosing_ends_when_the_answer_is_certain(store: ReplyStore) -> None:
    question = TopK(k=20, worst=True, by="kind")

    def clear(plan: dict[str, Any]) -> bool:
        return int(plan["kind"][1:]) < 20

    spent = {}
    for certain in (False, True):
        answer = put(question, store, 1500, adapter=Knows(clear), certain=certain, indifference=0.1)
        assert {int(i.key["kind"][1:]) for i in answer.selected} == set(range(20, 40))
        spent[certain] = answer.ledger["tasks"]
    assert spent[True] < 0.75 * spent[False] == 0.75 * 1500


def test_no_batch_begins_when_the_time_is_up(store: ReplyStore) -> None:
    answer = put(TopK(k=2, by="kind"), store, 500, minutes=1e-9)
    assert (answer.complete, answer.ledger["calls"]) == (False, 0)
    passive = put(TopK(k=2, by="kind"), store, 500, minutes=1e-9, approximate="random")
    assert (passive.complete, passive.ledger["calls"]) == (False, 0)


@pytest.mark.parametrize("cap", ["tokens", "minutes"])
def test_a_cap_of_nothing_is_refused(store: ReplyStore, cap: str) -> None:
    with pytest.raises(QueryError, match=f"a budget of 0 {cap} pays for no call"):
        put(TopK(k=2, by="kind"), store, 500, **{cap: 0})


class Metered(Knows):
    """Takes 100 tokens a call."""

    async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
        usage = {"input_tokens": 90, "output_tokens": 10}
        return [replace(r, usage=usage) for r in await super().reply(requests)]


@pytest.mark.parametrize("approximate", ["active", "random"])
def test_money_is_a_hard_budget_with_a_part_for_certifying(
    store: ReplyStore, approximate: str
) -> None:
    terms = Terms(usd_per_million_input=100.0, usd_per_million_output=100.0)
    asked = [replace(model(Metered(by_number)), terms=terms)]
    put_it: Any = {"models": asked, "bench": Toys(MANY), "store": store}
    put_it["approximate"] = approximate
    answer = run_query(TopK(k=3, by="kind"), usd=1.205, **put_it)
    ledger = answer.ledger
    assert (ledger["calls"], ledger["stopped"], answer.complete) == (120, "usd", False)
    assert ledger["usd"] == pytest.approx(1.2)
    if approximate == "active":
        fresh = [i.certified.answered for i in answer.selected if i.certified]
        assert len(fresh) == 3
        assert max(fresh) - 1 <= min(fresh) >= 4
    again = run_query(TopK(k=3, by="kind"), usd=1.205, **put_it)
    assert (again.ledger["calls"], again.ledger["reused"]) == (0, 120)
    assert [i.estimate for i in again.items] == [i.estimate for i in answer.items]
    more = run_query(TopK(k=3, by="kind"), tokens=14_050, budget=500, seed=1, **put_it)
    assert more.ledger["stopped"] == "tokens"
    assert more.ledger["calls"] + more.ledger["reused"] == 140
    with pytest.raises(ConfigError, match="needs a price for m"):
        run_query(TopK(k=3, by="kind"), usd=1.2, **{**put_it, "models": [model(Knows(by_number))]})


def test_queries_from_python(tmp_path: Path) -> None:
    answer = tma.query(  # type: ignore[operator]
        TopK(k=2, worst=True, by="count"), models=["simulated?seed=1"],
        tasks=["grid2d/how-many"], where=["grid=3"], budget=60, store=tmp_path / "r.sqlite",
    )  # fmt: skip
    assert (answer.approximate, len(answer.selected), answer.ledger["calls"]) == ("active", 2, 60)


# -- patterns -----------------------------------------------------------------------------------


def test_debug_explores_zooms_and_confirms(store: ReplyStore) -> None:
    def right(plan: dict[str, Any]) -> bool:
        planted = (plan["shade"] == "dark" and plan["size"] in (3, 4)) or plan["kind"] == "k7"
        return not planted and hash_of(plan) % 8 != 0

    def ask(seed: int) -> Any:
        return run_query(
            Debug(), models=[model(Knows(right))], bench=Toys(MANY), store=store, budget=900,
            approximate="active", seed=seed,
        )  # fmt: skip

    answer = ask(1)
    assert answer.ledger["calls"] == 900
    assert answer.tested >= len(answer.patterns) >= 2
    found = [dict(p.fields) for p in answer.patterns]
    assert {"kind": "k7"} in found
    assert {"size": 3, "shade": "dark"} in found
    for pattern in answer.patterns:
        assert pattern.q_value <= 0.05
        assert pattern.rate - 0.15 > 0.2
        assert pattern.low <= pattern.rate <= pattern.high
        assert pattern.odds_ratio > pattern.lift > 1
        assert "generator" not in pattern.fields
        plan = pattern.examples[0]["plan"]
        assert all(plan.get(f) == v for f, v in pattern.fields.items())
        assert not right(plan)
    again = ask(1)
    assert (again.ledger["calls"], again.ledger["reused"]) == (0, 900)
    assert again.as_json()["patterns"] == answer.as_json()["patterns"]


def hash_of(plan: dict[str, Any]) -> int:
    return int(digest(dict(plan))[:8], 16)


def test_a_model_without_a_pattern_has_none_reported(store: ReplyStore) -> None:
    reports = 0
    for seed in range(4):
        answer = run_query(
            Debug(), models=[model(Knows(lambda p: hash_of(p) % 3 > 0))], bench=Toys(MANY),
            store=store, budget=300, approximate="active", seed=seed,
        )  # fmt: skip
        assert answer.ledger["calls"] <= 300
        reports += len(answer.patterns)
    assert reports <= 1


@pytest.mark.parametrize("text", ["hm", None])
def test_debugging_replies_that_say_nothing(store: ReplyStore, text: str | None) -> None:
    adapter = Says(text) if text else Fails(low_kinds)
    run = QueryRun(
        Debug(), models=[model(adapter)], bench=Toys(MANY), store=store, budget=100,
        approximate="active",
    )  # fmt: skip
    with nullcontext() if text else pytest.raises(ModelError, match="answered none"):
        run.run()
    answer = run.answer()
    assert (answer.patterns, answer.tested) == ([], 0)
    assert answer.ledger["calls"] <= 100
