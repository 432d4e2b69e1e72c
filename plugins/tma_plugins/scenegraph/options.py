"""Wrong options: which could be taken, how soon each is, and choosing among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from tma import Infeasible, stands_in

Judge = Callable[[str, str], bool]


@dataclass(frozen=True)
class Asking:
    """A question about a picture or video, before its wrong options are chosen.

    Attributes:
        question: the text.
        answer: the right option's key.
        answers: what options are, see `tma.Draft.answers`.
        cues: what the text tells beside the options: `relation holding`, `when before`, ...
        options: keys of false options -> weight, more than 0: how soon each is taken, other
            things being equal.
        here: what occurs in the picture or video.
        label: the text of a key.
    """

    question: str
    answer: str
    answers: str
    cues: tuple[str, ...]
    options: Mapping[str, float]
    here: frozenset[str]
    label: Callable[[str], str]


def named(keys: Iterable[str], label: Callable[[str], str], question: str) -> frozenset[str]:
    """Options that stand in the question: no answer does, so none of them would be believed."""
    return frozenset(k for k in keys if stands_in(label(k), question))


def choose(
    count: int,
    weights: Mapping[str, float],
    apart: Judge,
    rng: np.random.Generator,
    beside: Mapping[str, Mapping[str, float]] = MappingProxyType({}),
) -> list[str]:
    """Distractors: one after the other in proportion to the weights of those that are left.

    Args:
        count: how many.
        weights: logarithms of the weights of the false options.
        apart: whether two can be options of one question.
        rng: the source of chance.
        beside: one that is chosen -> what is added to the others' weights.

    Raises:
        Infeasible: there are not enough.
    """
    # whoever has the largest sum of weight and Gumbel noise is drawn in proportion (Gumbel, 1954)
    noise = rng.gumbel(size=len(weights)).tolist()
    scores = {o: w + n for (o, w), n in zip(weights.items(), noise, strict=True)}
    chosen: list[str] = []
    while scores and len(chosen) < count:
        best = max(scores, key=scores.__getitem__)
        chosen.append(best)
        more = beside.get(best, {})
        scores = {
            o: s + more.get(o, 0.0) for o, s in scores.items() if o != best and apart(best, o)
        }
    if len(chosen) < count:
        raise Infeasible("too-few-distractors", f"{len(chosen)} of {count} false options")
    return chosen
