"""What the engine is measured against.

- `random`: plans drawn evenly over the groups; a group's share of right answers;
- `shrinkage`: the same answers, group means shrunk to the overall one (empirical Bayes, with the
  between-group variance by moments);
- `published-fit`, `published-active`: the published engine restated on scikit-learn: a Gaussian
  process with one RBF kernel over sentence embeddings of plans, alpha from a grid of 20 values by
  the marginal likelihood, refitted for each batch; 15 calls a plan (5 instances in 3 orders),
  or one; `active` takes the plans with the lowest predicted means next. The sentence embedding is
  restated by a hashed bag of words and character n-grams in 384 dimensions, of unit length;
- `repaired`: random plans, one call each, amplitude x RBF + white noise, all three by the marginal
  likelihood (on at most 400 plans, for it costs the cube).

Each gives the groups' scores: predicted means, nan for what nothing is known of.
"""

from __future__ import annotations

import warnings
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

from query.worlds import FIELDS, SIZES, Floats, Ints, World

ALPHAS = np.logspace(-10, 1, 20)
INSTANCES, ORDERS = 5, 3


@lru_cache(maxsize=1)
def embed(world: World) -> NDArray[np.float32]:
    """(plans, 384) embeddings of the plans' texts: the mean of their fields' embeddings."""
    hashing = HashingVectorizer(n_features=384, analyzer="char_wb", ngram_range=(2, 5))
    words = HashingVectorizer(n_features=384)
    total = np.zeros((world.size, 384), dtype=np.float32)
    for place, (name, size) in enumerate(zip(FIELDS, SIZES, strict=True)):
        texts = [f"{name}: {name}{i}" for i in range(size)]
        table = (hashing.transform(texts) + words.transform(texts)).toarray().astype(np.float32)
        total += table[world.codes[:, place]]
    norms = np.linalg.norm(total, axis=1, keepdims=True)
    return np.asarray(total / norms)


def stratified(group: Ints, count: int, rng: np.random.Generator) -> Ints:
    """Numbers of plans: even over the groups, uniform within, none twice."""
    order = rng.permutation(len(group))
    own = group[order]
    by_group = np.argsort(own, kind="stable")
    starts = np.r_[0, np.flatnonzero(np.diff(own[by_group])) + 1]
    place = np.arange(len(own)) - np.repeat(starts, np.diff(np.r_[starts, len(own)]))
    turn = np.empty(len(own), dtype=np.int64)
    turn[by_group] = place
    return np.asarray(order[np.lexsort((rng.random(len(own)), turn))][:count])


def random(world: World, group: Ints, budget: int, seed: int) -> tuple[Floats, Floats]:
    """Groups' answered calls and right answers."""
    rng = np.random.default_rng([7, seed])
    plans = stratified(group, budget, rng)
    y = world.evaluate(plans, np.zeros(len(plans), dtype=np.int64))
    count = int(group.max()) + 1
    return (
        np.bincount(group[plans], minlength=count).astype(float),
        np.asarray(np.bincount(group[plans], y, minlength=count), dtype=np.float64),
    )


def shrinkage(asked: Floats, right: Floats) -> tuple[Floats, Floats]:
    """Posterior means and standard deviations of the groups."""
    total = asked.sum()
    mean = right.sum() / total
    noise = max(mean * (1 - mean), 1e-4)
    seen = asked > 0
    share = right[seen] / asked[seen]
    excess = np.sum(asked[seen] * (share - mean) ** 2) - (seen.sum() - 1) * noise
    between = max(excess / (total - np.sum(asked[seen] ** 2) / total), 1e-5)
    weight = asked * between / (asked * between + noise)
    safe = np.maximum(asked, 1)
    return mean + weight * (right / safe - mean), np.sqrt(between * (1 - weight))


def _labels(world: World, plans: Ints, calls: int) -> Floats:
    if calls == 1:
        return world.evaluate(plans, np.zeros(len(plans), dtype=np.int64))
    total = np.zeros(len(plans))
    for instance in range(INSTANCES):
        for order in range(ORDERS):
            total += world.evaluate(plans, np.full(len(plans), instance), order)
    return total / (INSTANCES * ORDERS)


def _published_gp(x: NDArray[np.float32], y: Floats) -> GaussianProcessRegressor:
    best, most = None, -np.inf
    for alpha in ALPHAS:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model = GaussianProcessRegressor(RBF(), alpha=alpha, optimizer=None).fit(x, y)
        except np.linalg.LinAlgError:
            continue
        if model.log_marginal_likelihood_value_ > most:
            best, most = model, model.log_marginal_likelihood_value_
    assert best is not None
    return best


def _predict(model: GaussianProcessRegressor, x: NDArray[np.float32]) -> Floats:
    parts = [model.predict(x[i : i + 20_000]) for i in range(0, len(x), 20_000)]
    return np.concatenate(parts)


def published(
    world: World, group: Ints, budget: int, seed: int, *, active: bool, calls: int = 15
) -> Floats:
    """Scores by the published engine."""
    rng = np.random.default_rng([8, seed])
    plans = budget // calls
    x = embed(world)
    order = rng.permutation(world.size)
    if not active:
        chosen = order[:plans]
        y = _labels(world, chosen, calls)
        predicted = _predict(_published_gp(x[chosen], y), x)
        predicted[chosen] = y
        return _means(group, predicted)
    batch = max(plans // 10, 1)
    chosen = order[:batch]
    y = _labels(world, chosen, calls)
    while True:
        predicted = _predict(_published_gp(x[chosen], y), x)
        if len(chosen) >= plans:
            predicted[chosen] = y
            return _means(group, predicted)
        open_ = predicted.copy()
        open_[chosen] = np.inf
        more = np.argsort(open_, kind="stable")[: min(batch, plans - len(chosen))]
        y = np.concatenate([y, _labels(world, more, calls)])
        chosen = np.concatenate([chosen, more])


def repaired(world: World, group: Ints, budget: int, seed: int) -> Floats:
    """Scores by the repaired kernel on random plans."""
    rng = np.random.default_rng([8, seed])
    x = embed(world)
    chosen = rng.permutation(world.size)[:budget]
    y = _labels(world, chosen, 1)
    mean = float(y.mean())
    kernel = ConstantKernel(0.05, (1e-4, 1)) * RBF(0.5, (0.05, 10)) + WhiteKernel(0.2, (0.01, 1))
    some = chosen[:400]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = GaussianProcessRegressor(kernel, alpha=1e-8).fit(x[some], y[:400] - mean)
        model = GaussianProcessRegressor(fitted.kernel_, alpha=1e-8, optimizer=None)
        model.fit(x[chosen], y - mean)
    return _means(group, mean + _predict(model, x))


def _means(group: Ints, values: Floats) -> Floats:
    return np.asarray(np.bincount(group, values) / np.bincount(group))
