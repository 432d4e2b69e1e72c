import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tma import (
    Asset,
    Catalogue,
    Category,
    Infeasible,
    Inventory,
    MediaFile,
    ModelAdapter,
    Plan,
    PlanSpace,
    Reply,
    Request,
    Task,
    product,
    union,
)
from tma.errors import ModelError, QueryError
from tma.models import LoadedModel
from tma.query import (
    Answer,
    Compare,
    Debug,
    QueryRun,
    Question,
    Threshold,
    TopK,
    ask,
    run_query,
)
from tma.query.patterns import odds_ratio
from tma.query.saved import Asked, SavedQueries
from tma.store import ReplyStore

KINDS = [f"k{n}" for n in range(6)]
SPACE = product(kind=KINDS, size=range(40), shade=["light", "dark"]).with_constant(
    "generator", "t/x"
)


class Toys:
    """A bench of toy tasks; a plan is infeasible where the function says so."""

    def __init__(
        self, space: PlanSpace = SPACE, infeasible: Callable[[Plan], str | None] = lambda p: None
    ) -> None:
        self.space = space
        self._infeasible = infeasible
        self.made: list[Plan] = []
        self.catalogue = Catalogue(
            Inventory(
                categories=(Category(id="k1", name="kettle"),),
                assets=(Asset(id="a", categories=("k1",)),),
            )
        )

    def instance(self, plan: Plan, seed: int) -> Task:
        reason = self._infeasible(plan)
        if reason:
            raise Infeasible(reason)
        self.made.append(plan)
        place = seed % 4
        return Task(
            id=f"{plan.id[:10]}{seed % 16**6:06x}",
            generator=plan.generator,
            plan=plan.as_dict(),
            plan_id=plan.id,
            seed=seed,
            question="?",
            options=("w", "x", "y", "z"),
            option_keys=("w", "x", "y", "z"),
            answer="wxyz"[place],
            answer_index=place,
            scene={},
        )

    def shown(self, plan: Plan, seed: int) -> tuple[Task, MediaFile | None]:
        return self.instance(plan, seed), None

    def media_file(self, task: Task) -> MediaFile | None:
        raise AssertionError("these models look at nothing")

    def media_types(self, generator: str) -> frozenset[str]:
        return frozenset({"image/png"})


class Knows(ModelAdapter):
    """Right on the plans that a function picks; answers out of order."""

    sees_task = True

    def __init__(
        self, right: Callable[[dict[str, Any]], bool], batch: int = 1, lanes: int = 1
    ) -> None:
        self.right = right
        self.batch_size = batch
        self.concurrency = lanes
        self.asked: list[Request] = []

    async def reply(self, requests: Sequence[Request]) -> Sequence[Reply]:
        self.asked += requests
        for _ in range(requests[0].task.seed % 5):
            await asyncio.sleep(0)
        return [Reply(text=self.say(r)) for r in requests]

    def say(self, request: Request) -> str:
        step = 0 if self.right(dict(request.task.plan)) else 1
        return "ABCD"[(request.order.index(request.task.answer_index) + step) % 4]


def model(adapter: ModelAdapter, name: str = "m") -> LoadedModel:
    return LoadedModel(adapter, f"toy/{name}@1.0", name, {})


def low_kinds(plan: dict[str, Any]) -> bool:
    """Accuracy n / 6 in kind kn, the more sizes the better."""
    return bool(plan["size"] % 6 < int(plan["kind"][1:]))


def untimed(answer: Answer) -> dict[str, Any]:
    """An answer as JSON, without what the clock has a say in."""
    shown = answer.as_json()
    del shown["ledger"]["seconds"]
    return shown


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReplyStore]:
    with ReplyStore(tmp_path / "r.sqlite") as opened:
        yield opened


def put(question: Question, store: ReplyStore, budget: int, **more: Any) -> Any:
    adapter = more.pop("adapter", None) or Knows(low_kinds)
    models = more.pop("models", None) or [model(adapter)]
    bench = more.pop("bench", None) or Toys()
    return run_query(question, models=models, bench=bench, store=store, budget=budget, **more)


# -- drawing ------------------------------------------------------------------------------------


def test_the_budget_is_shared_evenly_and_plans_differ(store: ReplyStore) -> None:
    bench = Toys()
    answer = put(TopK(k=2, by="kind"), store, 100, bench=bench)
    assert sorted(i.tasks for i in answer.items) == [16, 16, 17, 17, 17, 17]
    assert len(set(bench.made)) == len(bench.made) == 100
    assert Counter(p["kind"] for p in bench.made).keys() == set(KINDS)


def test_a_larger_budget_extends_the_sample(store: ReplyStore) -> None:
    put(TopK(k=2, by="kind"), store, 60)
    answer = put(TopK(k=2, by="kind"), store, 100)
    assert (answer.ledger["calls"], answer.ledger["reused"]) == (40, 60)
    other = put(TopK(k=2, by="kind"), store, 60, seed=1)
    assert other.ledger["reused"] < 30


def test_small_groups_leave_their_share_to_others(store: ReplyStore) -> None:
    space = union(
        [product(kind=["few"], size=range(3)), product(kind=["many"], size=range(5000))]
    ).with_constant("generator", "t/x")
    answer = put(TopK(k=1, by="kind"), store, 50, bench=Toys(space), adapter=Knows(lambda p: True))
    assert {i.key["kind"]: i.tasks for i in answer.items} == {"few": 3, "many": 47}


def test_infeasible_plans_are_counted_and_replaced(store: ReplyStore) -> None:
    def odd(plan: Plan) -> str | None:
        if plan["kind"] == "k3":
            return "no-such-thing"
        return "odd" if int(plan["size"]) % 2 else None

    answer = put(Threshold(below=0.5, by="kind"), store, 60, bench=Toys(infeasible=odd))
    tasks = {i.key["kind"]: i.tasks for i in answer.items}
    assert tasks == {"k0": 12, "k1": 12, "k2": 12, "k3": 0, "k4": 12, "k5": 12}
    nothing = next(i for i in answer.items if i.key["kind"] == "k3")
    assert (nothing.estimate, nothing.membership, nothing.selected) == (None, "undecided", False)
    assert nothing.infeasible == 50  # bounded tries
    assert answer.items[-1] is nothing
    assert answer.ledger["infeasible"]["no-such-thing"] == 50
    assert answer.ledger["infeasible"]["odd"] == sum(
        i.infeasible for i in answer.items if i is not nothing
    )
    assert answer.ledger["calls"] == 60


@settings(max_examples=25)
@given(
    budget=st.integers(6, 60),
    batch=st.integers(1, 9),
    lanes=st.integers(1, 5),
    baselines=st.integers(0, 2),
    known=st.integers(0, 30),
)
def test_no_budget_is_ever_overspent(
    tmp_path_factory: pytest.TempPathFactory,
    budget: int,
    batch: int,
    lanes: int,
    baselines: int,
    known: int,
) -> None:
    adapters = [Knows(low_kinds, batch, lanes) for _ in range(1 + baselines)]
    models = [model(a, f"m{n}") for n, a in enumerate(adapters)]
    question: Question = Compare() if baselines else TopK(k=1)
    with ReplyStore(tmp_path_factory.mktemp("query") / "r.sqlite") as store:
        if known:
            put(TopK(k=1), store, known, models=models[:1])
        before = len(adapters[0].asked)
        answer = put(question, store, budget, models=models)
    made = sum(len(a.asked) for a in adapters) - before
    assert made == answer.ledger["calls"] <= budget
    assert made + answer.ledger["reused"] == budget // len(models) * len(models)


# -- answers ------------------------------------------------------------------------------------


def test_exact_asks_every_plan_once(store: ReplyStore) -> None:
    adapter = Knows(low_kinds, batch=7, lanes=3)
    answer = put(TopK(k=2, worst=True, by="kind"), store, 480, adapter=adapter)
    assert (answer.approximate, answer.interval) == ("exact", "exact")
    assert len(adapter.asked) == len({r.task.plan_id for r in adapter.asked}) == 480
    assert [i.key["kind"] for i in answer.selected] == ["k0", "k1"]
    assert [i.membership for i in answer.items] == ["in"] * 2 + ["out"] * 4
    truth = sum(s % 6 < 1 for s in range(40)) / 40
    one = answer.items[1]
    assert (one.estimate, one.low, one.high) == (truth, truth, truth)
    assert one.names == {}


def test_exact_says_what_is_missing(store: ReplyStore) -> None:
    class Mumbles(Knows):
        def say(self, request: Request) -> str:
            dark = request.task.plan["shade"] == "dark"
            return "perhaps" if dark else super().say(request)

    answer = put(TopK(k=1, by="kind"), store, 500, adapter=Mumbles(lambda p: True))
    assert all((i.low, i.high, i.answered, i.tasks) == (0.5, 1, 40, 80) for i in answer.items)
    assert {i.membership for i in answer.items} == {"undecided"}
    assert answer.models[0]["unparsed"] == 240


def test_a_clear_top_k_is_settled_by_sampling(store: ReplyStore) -> None:
    answer = put(TopK(k=1, worst=True, by="kind"), store, 420)
    assert answer.approximate == "random"
    first = answer.items[0]
    assert (first.key, first.membership, first.estimate) == ({"kind": "k0"}, "in", 0)
    assert all(i.membership == "out" for i in answer.items[2:])
    best = put(TopK(k=1, by="kind"), store, 420)
    assert best.items[-1].key == {"kind": "k0"}
    assert best.ledger["calls"] == 0


def test_thresholds(store: ReplyStore) -> None:
    low = put(Threshold(below=0.5, by="kind"), store, 420)
    assert {"k0", "k1"} <= {i.key["kind"] for i in low.items if i.membership == "in"}
    assert {"k5"} <= {i.key["kind"] for i in low.items if i.membership == "out"}
    high = put(Threshold(above=0.5, by="kind", confidence=0.8), store, 420)
    assert {i.key["kind"] for i in high.items if i.membership == "in"} >= {"k5"}
    assert high.items[0].key["kind"] == "k5"
    assert high.query == {"kind": "threshold", "by": ["kind"], "below": None, "above": 0.5}


def test_models_are_compared_on_the_same_calls(store: ReplyStore) -> None:
    better = Knows(lambda p: low_kinds(p) or p["kind"] == "k0", lanes=3)
    worse = Knows(low_kinds, batch=4)
    zero = Knows(lambda p: False)
    models = [model(a, n) for a, n in ((better, "a"), (worse, "b"), (zero, "c"))]
    answer = put(Compare(margin=0.1, by="kind"), store, 450, models=models[:2])
    one = {(r.call_id, r.prompt) for r in better.asked}
    assert one == {(r.call_id, r.prompt) for r in worse.asked}
    assert [i.key["kind"] for i in answer.selected] == ["k0"]
    first = answer.items[0]
    assert (first.membership, first.versus[0].estimate, first.versus[0].second_only) == ("in", 1, 0)
    assert all(i.versus[0].estimate == 0 for i in answer.items[1:])
    both = put(Compare(margin=0.1, by="kind"), store, 1500, models=models)
    assert both.approximate == "exact"
    assert [len(i.versus) for i in both.items] == [2] * 6
    # it beats c in k1 and up, but not b
    assert {i.key["kind"]: i.membership for i in both.items} == {
        "k0": "in", "k1": "out", "k2": "out", "k3": "out", "k4": "out", "k5": "out"
    }  # fmt: skip


def test_models_that_look_are_shown_the_same_pictures(store: ReplyStore, tmp_path: Path) -> None:
    class Pictures(Toys):
        def media_file(self, task: Task) -> MediaFile | None:
            return MediaFile(tmp_path / f"{task.id}.png", "image/png", task.id.rjust(64, "0"))

    adapters = [Knows(low_kinds), Knows(lambda p: True)]
    models = [
        LoadedModel(a, f"toy/m{n}@1", f"m{n}", {}, ("image",)) for n, a in enumerate(adapters)
    ]
    put(Compare(by="kind"), store, 40, models=models, bench=Pictures())
    first, second = ({(r.task.id, r.media) for r in a.asked} for a in adapters)
    assert first == second
    assert None not in {media for _, media in first}


def test_debug_finds_what_failures_share(store: ReplyStore) -> None:
    def right(plan: dict[str, Any]) -> bool:
        planted = plan["kind"] == "k2" and plan["shade"] == "dark"
        return not planted and plan["size"] % 10 != 7

    answer = put(Debug(), store, 300, adapter=Knows(right))
    found = [tuple(p.fields.items()) for p in answer.patterns]
    assert (("kind", "k2"), ("shade", "dark")) in [tuple(sorted(f)) for f in found]
    for pattern in answer.patterns:
        assert "generator" not in pattern.fields
        assert pattern.lift > 1
        assert pattern.q_value <= 0.05
        assert pattern.low <= pattern.rate <= pattern.high
        assert pattern.examples[0]["plan"]["kind"]
    assert answer.items == []
    assert json.loads(json.dumps(answer.as_json()))["tested"] > 10


def test_single_plans_are_items_without_a_grouping(store: ReplyStore) -> None:
    answer = put(TopK(k=3), store, 20)
    assert len(answer.items) == 20
    assert len(answer.selected) == 3
    assert all(i.plans == i.tasks == 1 for i in answer.items)
    assert set(answer.items[0].key) == {"generator", "kind", "size", "shade"}


def test_groups_by_two_fields_and_names(store: ReplyStore) -> None:
    space = product(target_category=["k1", "k9"], shade=["light", "dark"], n=range(9))
    bench = Toys(space.with_constant("generator", "t/x"))
    answer = put(
        TopK(k=2, by="target_category,shade"), store, 20, bench=bench, adapter=Knows(lambda p: True)
    )
    assert len(answer.items) == 4
    assert {i.key["target_category"]: i.names for i in answer.items} == {
        "k1": {"target_category": "kettle"},
        "k9": {},
    }


def test_plans_without_the_field_are_a_group(store: ReplyStore) -> None:
    space = union([product(kind=["k1"], n=range(9)), product(n=range(9))])
    bench = Toys(space.with_constant("generator", "t/x"))
    answer = put(TopK(k=1, by="kind"), store, 10, bench=bench, adapter=Knows(lambda p: True))
    assert {i.key["kind"]: i.plans for i in answer.items} == {"k1": 9, None: 9}


def test_a_space_of_one_plan(store: ReplyStore) -> None:
    bench = Toys(SPACE.where(kind="k5", size=3, shade="dark"))
    answer = put(TopK(k=1, by="kind"), store, 5, bench=bench)
    (item,) = answer.items
    assert (item.plans, item.calls, item.membership, answer.ledger["calls"]) == (1, 1, "in", 1)


def test_the_answer_depends_on_no_order_of_replies(store: ReplyStore, tmp_path: Path) -> None:
    one = put(TopK(k=2, by="kind"), store, 90, adapter=Knows(low_kinds))
    with ReplyStore(tmp_path / "other.sqlite") as other:
        two = put(TopK(k=2, by="kind"), other, 90, adapter=Knows(low_kinds, 4, 5))
    assert untimed(one) == untimed(two)


def test_intervals_cover_the_truth(store: ReplyStore) -> None:
    """Over groups and seeds, against the share that the model knows of each group."""
    inside = total = 0
    for seed in range(6):
        answer = put(TopK(k=1, by="kind"), store, 180, seed=seed)
        for item in answer.items:
            kind = item.key["kind"]
            truth = sum(low_kinds({"kind": kind, "size": s}) for s in range(40)) / 40
            inside += item.low <= truth <= item.high
            total += 1
    assert inside / total >= 0.93


# -- stops and starts ---------------------------------------------------------------------------


def runs(store: ReplyStore, adapter: Knows, **more: Any) -> QueryRun:
    return QueryRun(
        TopK(k=2, by="kind"), models=[model(adapter)], bench=Toys(), store=store, budget=90, **more
    )


def test_an_interrupted_query_goes_on_to_the_same_answer(store: ReplyStore, tmp_path: Path) -> None:
    def stop(run: QueryRun) -> None:
        if run.done == 25:
            raise KeyboardInterrupt

    run = runs(store, Knows(low_kinds), on_progress=stop)
    with pytest.raises(KeyboardInterrupt):
        run.run()
    so_far = run.answer()
    assert not so_far.complete
    assert so_far.ledger["tasks"] == so_far.ledger["calls"] == 25
    adapter = Knows(low_kinds)
    resumed = runs(store, adapter)
    resumed.run()
    assert len(adapter.asked) == resumed.calls == 65
    with ReplyStore(tmp_path / "fresh.sqlite") as other:
        fresh = runs(other, Knows(low_kinds))
        fresh.run()
        want, have = fresh.answer().as_json(), resumed.answer().as_json()
    for part in (want, have):
        part.pop("ledger"), part.pop("models")
        for item in part["items"]:
            item.pop("calls"), item.pop("reused")
    assert have == want


def test_a_model_that_dies_leaves_the_answer_so_far(store: ReplyStore) -> None:
    class Dies(Knows):
        def say(self, request: Request) -> str:
            if len(self.asked) > 30:
                raise ModelError("no credit left")
            return super().say(request)

    run = runs(store, Dies(low_kinds))
    with pytest.raises(ModelError, match="no credit left"):
        run.run()
    answer = run.answer()
    assert not answer.complete
    assert answer.error is not None
    assert "no credit left" in answer.error
    assert answer.models[0]["option"] == 30
    assert answer.models[0]["failed"] == 1


def test_replies_that_say_nothing_are_not_wrong(store: ReplyStore) -> None:
    class Silent(Knows):
        def say(self, request: Request) -> str:
            return "hm"

    answer = put(Threshold(below=0.5, by="kind"), store, 60, adapter=Silent(low_kinds))
    assert answer.selected == []
    assert {(i.low, i.high, i.membership) for i in answer.items} == {(0, 1, "undecided")}
    assert put(Debug(), store, 60, adapter=Silent(low_kinds)).patterns == []


# -- mistakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "more", "message"),
    [
        (TopK(k=1, by="kin"), {}, r"field 'kin'.*did you mean kind"),
        (TopK(k=7, by="kind"), {}, r"k is 7, there are only 6 groups by kind"),
        (TopK(k=60), {}, r"k is 60, there are only 50 plans that the budget pays for"),
        (TopK(k=1, by="size"), {"budget": 39}, r"budget of 39 calls.*40 groups by size"),
        (TopK(k=1, by="kind"), {"approximate": "exact"}, r"480 plans.*480 calls; the budget is 50"),
        (
            TopK(k=1, by="kind"),
            {"approximate": "magic"},
            r"'magic': random or fit or active",
        ),
        (TopK(k=1, by="kind"), {"budget": 49, "approximate": "active"}, r"49 calls.*warm-up of 50"),
        (TopK(k=1), {"budget": 0}, r"budget of 0 calls is too small"),
        (TopK(k=1), {"space": SPACE.where(kind="k77")}, r"no plan is left.*--where"),
        (Compare(), {}, r"a model and at least one baseline, not 1 models"),
        (TopK(k=1), {"models": 2}, r"exactly one model, not 2"),
        (Compare(), {"models": 2}, r"compared with itself"),
        (TopK(k=1), {"consumes": ("video",)}, r"m looks at video, t/x show image/png.*--tasks"),
        (Compare(by="kind"), {"models": 1, "warm_start": True}, r"a model and at least one"),
        (Debug(), {"warm_start": True}, r"warm start helps with top-k and threshold"),
    ],
)
def test_what_makes_no_sense_is_said(
    question: Question, more: dict[str, Any], message: str, store: ReplyStore
) -> None:
    count = more.pop("models", 1)
    adapter = Knows(low_kinds)
    asked = LoadedModel(adapter, "toy/m@1.0", "m", {}, more.pop("consumes", ()))
    with pytest.raises(QueryError, match=message):
        put(question, store, more.pop("budget", 50), models=[asked] * count, **more)
    assert adapter.asked == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: TopK(k=0),
        lambda: TopK(k=1, confidence=1.0),
        lambda: TopK(k=1, by=["a", "a"]),
        lambda: TopK(k=1, by="a,,b"),
        lambda: Threshold(),
        lambda: Threshold(below=0.1, above=0.2),
        lambda: Threshold(below=40),
        lambda: Compare(margin=1.0),
        lambda: Debug(min_support=1),
    ],
)
def test_questions_check_themselves(make: Callable[[], Question]) -> None:
    with pytest.raises(QueryError):
        make()


# -- types and ranges ---------------------------------------------------------------------------

NAN, INFINITY = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        (TopK, "k", NAN),
        (TopK, "k", 1.5),
        (TopK, "k", "x"),
        (TopK, "k", True),
        (TopK, "worst", "yes"),
        (TopK, "by", [3]),
        (TopK, "confidence", NAN),
        (Threshold, "below", NAN),
        (Threshold, "above", "a"),
        (Compare, "margin", INFINITY),
        (Compare, "by", 3),
        (Debug, "confidence", "a"),
        (Debug, "min_support", NAN),
    ],
)
def test_questions_are_of_numbers_that_json_has(kind: Any, field: str, value: object) -> None:
    needed = {"k": 1} if kind is TopK else {}
    with pytest.raises(QueryError, match=f"^{field}: "):
        kind(**{**needed, field: value})


def test_numbers_of_numpy_are_numbers() -> None:
    question = TopK(k=np.int64(3), confidence=np.float32(0.5))  # type: ignore[arg-type]
    assert question == TopK(k=3, confidence=0.5)
    assert type(question.k) is int


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("confirm", NAN),
        ("confirm", 0.95),
        ("confirm", -0.1),
        ("certain", "yes"),
        ("indifference", INFINITY),
        ("indifference", 2.0),
        ("tokens", NAN),
        ("usd", INFINITY),
        ("minutes", NAN),
        ("warm_start", 1),
        ("seed", "x"),
        ("seed", NAN),
    ],
)
def test_ways_are_of_numbers_that_json_has(store: ReplyStore, field: str, value: object) -> None:
    adapter = Knows(low_kinds)
    with pytest.raises(QueryError, match=f"^{field}: "):
        put(TopK(k=1, by="kind"), store, 60, adapter=adapter, **{field: value})
    assert not adapter.asked


@pytest.mark.parametrize(
    ("field", "value"),
    [("models", "random"), ("models", [5]), ("tasks", "grid2d/*"), ("where", [3]), ("assets", 3)],
)
def test_what_is_asked_of_whom_is_given_as_texts(
    store: ReplyStore, field: str, value: object
) -> None:
    given: dict[str, Any] = {"models": ["random"], field: value}
    with pytest.raises(QueryError, match=f"^{field}: "):
        ask(Debug(), store=store, **given)


@pytest.mark.parametrize("value", [NAN, INFINITY, -INFINITY])
def test_stored_queries_are_json(tmp_path: Path, value: float) -> None:
    saved = SavedQueries(tmp_path / "r.sqlite")
    with pytest.raises(ValueError, match="not JSON compliant"):
        saved.save(Asked({"kind": "debug"}, ["m"], {"confirm": value}), None)
    assert not saved.folder.exists()


def test_an_odds_ratio_against_nothing_is_none() -> None:
    assert odds_ratio(3, 8, 0.0) is None
    assert odds_ratio(3, 8, 0.5) == pytest.approx(3.5 / 5.5)
