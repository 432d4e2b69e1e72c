"""Parts of the search: what is chosen, what is certain, how plans are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from tma.query.acquisition import Beyond, Extremes, best_set, pick
from tma.query.certify import above_p_value, beats_p_value, clopper_pearson
from tma.query.search import Search, Settings
from tma.query.surrogate import Belief
from tma.query.units import GroupUnits, PlanUnits

from .test_query import KINDS, SPACE
from .test_query_active import MANY


def test_a_batch_is_chosen_for_what_it_takes_off_the_variance() -> None:
    rng = np.random.default_rng(3)
    root = rng.normal(size=(12, 9))
    whole = root @ root.T
    units, own = whole[4:, :4], whole[4:, 4:]
    weights = rng.random(4)
    chosen = pick(units, own, weights, 0.5, 3)

    def left(places: list[int]) -> float:
        noisy = own[np.ix_(places, places)] + 0.5 * np.eye(len(places))
        taken = units[places].T @ np.linalg.solve(noisy, units[places])
        return float(weights @ (np.diag(whole[:4, :4]) - np.diag(taken)))

    for step in range(3):
        before = chosen[:step]
        best = min((left([*before, c]), c) for c in range(8) if c not in before)[1]
        assert chosen[step] == best


def test_chances_of_membership() -> None:
    covariance = np.diag([0.01, 0.01, 1e-8])
    belief = Belief(np.array([0.2, 0.25, 0.9]), covariance, np.diag(covariance))
    rng = np.random.default_rng(1)
    worst = Extremes(1, worst=True).chances(belief, rng)
    assert worst.sum() == pytest.approx(1)
    assert worst[0] == pytest.approx(0.638, abs=0.08)
    assert Beyond(0.3, below=True).chances(belief, rng) == pytest.approx(
        [0.8413, 0.6915, 0], abs=1e-3
    )
    assert Beyond(0.3, below=False).chances(belief, rng)[2] == pytest.approx(1)


def test_the_set_of_the_largest_expected_f1() -> None:
    assert best_set(np.array([0.1, 0.9, 0.99, 0.02])).tolist() == [2, 1]
    assert best_set(np.array([0.3, 0.3, 0.2])).tolist() == [0, 1]
    assert best_set(np.array([0.01, 0.02])).tolist() == []


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.97])
@pytest.mark.parametrize("n", [1, 5, 24, 60])
def test_certified_intervals_cover_at_least_as_promised(share: float, n: int) -> None:
    from scipy.stats import binom

    inside = [low <= share <= high for low, high in (clopper_pearson(r, n) for r in range(n + 1))]
    assert binom.pmf(np.arange(n + 1), n, share)[inside].sum() >= 0.95
    assert above_p_value(0, n, share) == pytest.approx(1)
    assert above_p_value(n, n, share) == pytest.approx(share**n)


def test_plans_of_groups_are_drawn_uniformly() -> None:
    units = GroupUnits(SPACE, ["kind"])
    drawn = units.draw(2, 4000, np.random.default_rng(5))
    plans = SPACE.plans(drawn)
    assert {p["kind"] for p in plans} == {KINDS[2]}
    counts = np.bincount(np.unique(drawn, return_inverse=True)[1], minlength=80)
    assert counts.min() > 15
    assert counts.max() < 100
    assert units.owners(drawn[:5]) == [2] * 5


def test_single_plans_have_effects_of_their_own() -> None:
    units = PlanUnits(SPACE)
    assert len(units.plans) == 480
    rows = units.rows(units.plans[3:5])
    assert rows[-1].toarray().argmax(axis=1).tolist() == [3, 4]
    assert units.draw(7, 3, np.random.default_rng(1)) == [units.plans[7]] * 3


def test_the_same_answers_give_the_same_search() -> None:
    def asked(seed: int) -> list[int]:
        search = Search(GroupUnits(MANY, ["kind"]), Extremes(3, worst=True), Settings(90), seed)
        found = []
        while picks := search.propose():
            found += [p.plan for p in picks]
            search.learn(picks, [float(p.plan % 3 == 0) for p in picks])
        return found

    assert asked(1) == asked(1) != asked(2)


def test_p_values_of_paired_comparisons() -> None:
    assert beats_p_value(3, 3, 20) == beats_p_value(0, 4, 20) == 1
    assert beats_p_value(5, 0, 9) == pytest.approx(1 / 32)
    assert beats_p_value(9, 1, 20, 0.1) > beats_p_value(9, 1, 20)
    rng = np.random.default_rng(4)
    drawn = rng.choice(3, size=(4000, 30), p=[0.7, 0.2, 0.1])  # a difference of 0.1
    wins, losses = (drawn == 1).sum(axis=1), (drawn == 2).sum(axis=1)
    small = [beats_p_value(w, x, 30, 0.1) <= 0.05 for w, x in zip(wins, losses, strict=True)]
    assert np.mean(small) <= 0.07  # the score test is asymptotic
