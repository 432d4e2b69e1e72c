"""Wrong options are evened out: what is never right is not offered, and the rest as it is right."""

from __future__ import annotations

from collections import Counter

import numpy as np

from tma_plugins.scenegraph.evening import NONE, Evening, fit
from tma_plugins.scenegraph.options import Asking, choose

ASKED = ("on", "near", "under", "by", "with", "at", "in", "over")
OPTIONS = (*ASKED, "eaten by", "worn by")
"""The last two are never right."""


def asking(answer: str, cue: str) -> Asking:
    return Asking(
        question=f"{cue} ...",
        answer=answer,
        answers="relation",
        cues=(cue,),
        options=dict.fromkeys((o for o in OPTIONS if o != answer), 1.0),
        here=frozenset(),
        label=str,
    )


def askings(count: int, seed: int) -> list[Asking]:
    """In the kitchen it is mostly the first half of the answers, elsewhere the second."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        kitchen = rng.random() < 0.5
        share = np.array([4 if (i < 4) == kitchen else 1 for i in range(8)])
        answer = ASKED[rng.choice(8, p=share / share.sum())]
        found.append(asking(answer, "kitchen" if kitchen else "garden"))
    return found


def together(one: str, other: str) -> bool:
    return one != other


def offered(evening: Evening, cue: str) -> dict[str, float]:
    """Option -> how often it is wrong for each time that it is right."""
    rng = np.random.default_rng(3)
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for case in askings(4000, 2):
        if cue in case.cues:
            right[case.answer] += 1
            wrong.update(choose(3, evening.weights(case), together, rng, evening.beside))
    return {o: wrong[o] / max(right[o], 1) for o in OPTIONS}


def test_options_are_wrong_three_times_as_often_as_right_beside_each_cue() -> None:
    evening = fit(askings(2000, 1), together, 3, np.random.default_rng(0))
    for cue in ("kitchen", "garden"):
        found = offered(evening, cue)
        assert all(2.0 < found[o] < 4.8 for o in ASKED), found
    plain = offered(NONE, "kitchen")
    assert max(plain[o] for o in ASKED) > 6  # so it is the fit that does it


def test_what_is_never_right_is_hardly_offered() -> None:
    evening = fit(askings(2000, 1), together, 3, np.random.default_rng(0))
    found = offered(evening, "kitchen")
    assert found["eaten by"] + found["worn by"] < 60  # of 6,000; all alike would be 1,300
    assert offered(NONE, "kitchen")["worn by"] > 400


def test_fitting_again_gives_the_same() -> None:
    one, other = (fit(askings(300, 1), together, 3, np.random.default_rng(0)) for _ in range(2))
    assert one == other
    assert fit([], together, 3, np.random.default_rng(0)) == NONE
