"""The surrogate against dense formulas and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct, WhiteKernel

from tma.query import learner
from tma.query.primal import PrimalSurrogate
from tma.query.surrogate import Surrogate, fit_variances, log_likelihood
from tma.query.units import GroupUnits

from .test_query_active import MANY

Floats = NDArray[np.float64]


def one_hot(codes: NDArray[np.int64], size: int) -> csr_array:
    return csr_array((np.ones(len(codes)), (np.arange(len(codes)), codes)), (len(codes), size))


def world(seed: int, n: int, sizes: tuple[int, ...] = (5, 8)) -> list[csr_array]:
    rng = np.random.default_rng(seed)
    return [one_hot(rng.integers(size, size=n), size) for size in sizes]


def dense(rows: list[csr_array], variances: Floats) -> Floats:
    return np.asarray(sum(v * (r @ r.T).toarray() for v, r in zip(variances, rows, strict=True)))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 30), st.lists(st.integers(1, 9), max_size=3))
def test_the_posterior_is_the_dense_formula(seed: int, n: int, more: list[int]) -> None:
    rng = np.random.default_rng(seed)
    variances = np.array([0.05, 0.02, 0.2])
    batches = [world(seed + i, size) for i, size in enumerate([n, *more])]
    answers = [rng.integers(2, size=b[0].shape[0]).astype(float) for b in batches]
    model = Surrogate(variances)
    for batch, y in zip(batches, answers, strict=True):
        model.add(batch, y)
    asked = world(seed + 99, 7)
    belief = model.believe(asked)

    stacked = [csr_array(np.vstack([b[i].toarray() for b in batches])) for i in range(2)]
    y = np.concatenate(answers)
    inverse = np.linalg.inv(dense(stacked, variances[:2]) + 0.2 * np.eye(len(y)))
    ones = np.ones(len(y))
    mean = ones @ inverse @ y / (ones @ inverse @ ones)
    between = sum(
        v * (a @ b.T).toarray() for v, a, b in zip(variances[:2], asked, stacked, strict=True)
    )
    expected = mean + between @ inverse @ (y - mean)
    free = 1 - between @ inverse @ ones
    covariance = (
        dense(asked, variances[:2])
        - between @ inverse @ between.T
        + np.outer(free, free) / (ones @ inverse @ ones)
    )
    assert model.mean == pytest.approx(mean, abs=1e-9)
    np.testing.assert_allclose(belief.mean, expected, atol=1e-8)
    np.testing.assert_allclose(belief.covariance, covariance, atol=1e-8)
    np.testing.assert_allclose(model.covariance(asked, asked), covariance, atol=1e-8)


def test_full_and_sparse_rows_are_watched_alike() -> None:
    rng = np.random.default_rng(4)
    full = rng.random((30, 40)) * (rng.random((30, 40)) < 0.9)
    thin = rng.random((30, 500)) * (rng.random((30, 500)) < 0.01)
    rows = [csr_array(full), csr_array(thin), csr_array(full[:, :7])]
    variances = np.array([0.3, 0.2, 0.0, 0.1])  # the last block is of no use
    joint = Surrogate(variances).watch(rows).joint
    assert joint is not None
    assert np.allclose(joint, dense(rows, variances[:3]), rtol=0, atol=1e-12)
    nothing = Surrogate(np.array([0.0, 0.0, 0.0, 0.1])).watch(rows).joint
    assert nothing is not None
    assert not nothing.any()


def test_the_posterior_is_scikit_learns() -> None:
    """A flat prior of the mean is the limit of a very wide one, which a constant kernel has."""
    rows = world(4, 60)
    variances = np.array([0.06, 0.03, 0.15])
    y = np.random.default_rng(5).integers(2, size=60).astype(float)
    model = Surrogate(variances)
    model.add(rows, y)

    def features(blocks: list[csr_array]) -> Floats:
        scaled = [
            np.sqrt(v) * b.toarray() for v, b in zip(variances[:2].tolist(), blocks, strict=True)
        ]
        return np.hstack(scaled)

    wide = 1e5
    kernel = (
        DotProduct(sigma_0=0.0, sigma_0_bounds="fixed")
        + ConstantKernel(wide, constant_value_bounds="fixed")
        + WhiteKernel(0.15, noise_level_bounds="fixed")
    )
    reference = GaussianProcessRegressor(kernel, alpha=0.0, optimizer=None)
    reference.fit(features(rows), y)
    asked = world(6, 12)
    mean, covariance = reference.predict(features(asked), return_cov=True)
    belief = model.believe(asked)
    np.testing.assert_allclose(belief.mean, mean, atol=1e-6)
    np.testing.assert_allclose(belief.covariance, covariance - 0.15 * np.eye(12), atol=1e-5)


def test_group_means_are_rows_like_others() -> None:
    rows, variances = world(1, 40), np.array([0.04, 0.03, 0.2])
    model = Surrogate(variances)
    model.add(rows, np.random.default_rng(2).integers(2, size=40).astype(float))
    plans = world(3, 30)
    shares = np.full(30, 1 / 30)
    group = [csr_array((shares @ p.toarray()).reshape(1, -1)) for p in plans]
    each, together = model.believe(plans), model.believe(group)
    assert together.mean[0] == pytest.approx(each.mean.mean())
    assert together.covariance[0, 0] == pytest.approx(each.covariance.mean())


def test_useful_blocks_are_told_from_useless_ones() -> None:
    rng = np.random.default_rng(8)
    rows = world(7, 600, (12, 12))
    effects = rng.normal(0, 0.3, 12)
    y = 0.5 + rows[0] @ effects + rng.normal(0, 0.2, 600)
    useful, useless, noise = fit_variances(rows, y).tolist()
    assert useful == pytest.approx(np.var(effects, ddof=1), rel=0.25)
    assert useless < useful / 50
    assert noise == pytest.approx(0.04, rel=0.2)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_answers_that_are_all_alike(value: float) -> None:
    rows, y = world(9, 50), np.full(50, value)
    model = Surrogate(fit_variances(rows, y))
    model.add(rows, y)
    belief = model.believe(world(10, 5))
    np.testing.assert_allclose(belief.mean, value, atol=1e-6)
    assert np.all(np.diag(belief.covariance) > 0)


def test_before_the_first_answer() -> None:
    with pytest.raises(ValueError, match="no answers yet"):
        Surrogate(np.array([0.1, 0.1, 0.2])).believe(world(1, 2))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.integers(1, 40), min_size=1, max_size=4))
def test_keeping_effects_gives_the_same_posterior(seed: int, batches: list[int]) -> None:
    rng = np.random.default_rng(seed)
    variances = np.array([0.05, 0.02, 0.2])
    asked, watched = world(seed + 99, 7), world(seed + 98, 4)
    dual, primal = Surrogate(variances), PrimalSurrogate(variances, [5, 8])
    watches = dual.watch(watched), primal.watch(watched)
    for place, size in enumerate(batches):
        rows, y = world(seed + place, size), rng.integers(2, size=size).astype(float)
        dual.add(rows, y)
        primal.add(rows, y)
    assert primal.mean == pytest.approx(dual.mean, abs=1e-9)
    one, two = (w.believe() for w in watches)
    np.testing.assert_allclose(one.mean, two.mean, atol=1e-9)
    np.testing.assert_allclose(one.covariance, two.covariance, atol=1e-9)
    for left, right in zip(*(w.against(asked) for w in watches), strict=True):
        np.testing.assert_allclose(left, right, atol=1e-9)
    np.testing.assert_allclose(primal.predict(asked), dual.believe(asked).mean, atol=1e-9)
    np.testing.assert_allclose(dual.predict(asked), dual.believe(asked).mean, atol=1e-9)


def test_the_restricted_likelihood_is_the_dense_formula() -> None:
    rows, variances = world(3, 12), np.array([0.05, 0.02, 0.2])
    y = np.random.default_rng(3).integers(2, size=12).astype(float)
    root = np.linalg.qr(np.column_stack([np.ones(12), np.eye(12)[:, 1:]]))[0][:, 1:]
    apart = root.T @ y  # contrasts free of the mean: Harville 1974, Biometrika 61: 383-385
    whole = root.T @ (dense(rows, variances[:2]) + 0.2 * np.eye(12)) @ root
    wanted = -np.linalg.slogdet(whole)[1] / 2 - apart @ np.linalg.solve(whole, apart) / 2
    other = variances * np.array([0.1, 3.0, 1.5])
    whole = root.T @ (dense(rows, other[:2]) + 0.3 * np.eye(12)) @ root
    wanted -= -np.linalg.slogdet(whole)[1] / 2 - apart @ np.linalg.solve(whole, apart) / 2
    found = log_likelihood(rows, y, variances) - log_likelihood(rows, y, other)
    assert found == pytest.approx(wanted, abs=1e-9)


def test_blocks_that_are_not_kept_are_noise() -> None:
    model = PrimalSurrogate(np.array([0.05, 0.02, 0.2]), [5, 8], most=6)
    assert model.noise == pytest.approx(0.22)
    assert model.covariance.shape == (5, 5)
    model.add(world(1, 50), np.ones(50))
    assert model.watch(world(2, 3)).believe().mean == pytest.approx(np.ones(3))


def test_many_answers_change_the_form_and_not_the_belief(monkeypatch: pytest.MonkeyPatch) -> None:
    units = GroupUnits(MANY, ["kind"])
    plans = np.random.default_rng(4).integers(MANY.size, size=90).tolist()
    found = []
    for most in (10_000, 60):
        monkeypatch.setattr(learner, "_PRIMAL", most)
        known = learner.Learner(units)
        for start in range(0, 90, 30):
            some = plans[start : start + 30]
            known.learn(some, [float(p % 7 > 2) for p in some])
            belief = known.model()[1].believe()
        found.append(belief)
    np.testing.assert_allclose(found[0].mean, found[1].mean, atol=1e-8)
    np.testing.assert_allclose(found[0].covariance, found[1].covariance, atol=1e-8)
