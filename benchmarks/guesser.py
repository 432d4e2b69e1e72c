"""Guess answers from the text alone, without the picture: nobody should do better than chance.

Fits guessers on one set of tasks and scores them on another. Each sees the question, the options
in their order, and nothing else:

- `option`: how often a text was right when it was offered;
- `option|generator`: the same, for each generator apart;
- `bayes`: words of the question beside the option (naive Bayes);
- `odd-one-out`: the option that differs most from the others, or the one most like them,
  whichever paid on the first set;
- `out-of-order`: the option whose removal leaves the others in the order that wrong ones keep;
- `logistic`, `boosting`: scikit-learn on the option's text, length, place, rank and likeness.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import LogisticRegression

Floats = NDArray[np.float64]
CHANCE_PRIOR = 4.0


@dataclass(frozen=True)
class Item:
    """What a guesser reads, and (for fitting and scoring) which option is right."""

    generator: str
    question: str
    options: tuple[str, ...]
    answer: int

    @property
    def words(self) -> list[str]:
        return re.findall(r"[a-z0-9]+", self.question.casefold())


def read(folder: Path, limit: int | None) -> list[Item]:
    items = []
    for line in (folder / "tasks.jsonl").read_text(encoding="utf-8").splitlines()[:limit]:
        t: dict[str, Any] = json.loads(line)
        items.append(Item(t["generator"], t["question"], tuple(t["options"]), t["answer_index"]))
    return items


Guesser = Callable[[Sequence[Item]], list[Floats]]
"""Scores of the options of each item; the highest is the guess."""


def by_option(train: Sequence[Item], key: Callable[[Item, str], Any]) -> Guesser:
    """P(right | offered) of what `key` makes of an option, shrunk to chance where rare."""
    offered: Counter[Any] = Counter()
    right: Counter[Any] = Counter()
    for item in train:
        for place, option in enumerate(item.options):
            offered[key(item, option)] += 1
            right[key(item, option)] += place == item.answer

    def score(item: Item, option: str) -> float:
        k = key(item, option)
        return (right[k] + CHANCE_PRIOR / len(item.options)) / (offered[k] + CHANCE_PRIOR)

    return lambda items: [np.array([score(i, o) for o in i.options]) for i in items]


def bayes(train: Sequence[Item]) -> Guesser:
    """Log odds that an option is right, plus those of each word of the question beside it."""
    counts: dict[bool, Counter[tuple[str, str]]] = {True: Counter(), False: Counter()}
    totals: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for item in train:
        for place, option in enumerate(item.options):
            truth = place == item.answer
            totals[truth][option] += 1
            counts[truth].update((option, w) for w in set(item.words))

    def score(item: Item, option: str) -> float:
        yes, no = totals[True][option], totals[False][option]
        total = math.log((yes + 1) / (no + 3))
        for word in set(item.words):
            with_yes = (counts[True][option, word] + 1) / (yes + 4)
            with_no = (counts[False][option, word] + 1) / (no + 4)
            total += math.log(with_yes / with_no)
        return total

    return lambda items: [np.array([score(i, o) for o in i.options]) for i in items]


def likeness(options: Sequence[str]) -> Floats:
    """For each option the mean share of words, letters and length that it has in common."""
    parts = [(set(o.split()), set(o), len(o)) for o in options]
    scores = []
    for i, (words, letters, length) in enumerate(parts):
        others = [p for j, p in enumerate(parts) if j != i]
        values = [
            len(words & w) / max(len(words | w), 1)
            + len(letters & x) / max(len(letters | x), 1)
            - abs(length - n) / 20
            for w, x, n in others
        ]
        scores.append(sum(values) / max(len(values), 1))
    return np.array(scores)


def odd_one_out(train: Sequence[Item]) -> Guesser:
    """The most or the least usual option of a task, by generator whichever was right more often."""
    wins: defaultdict[str, int] = defaultdict(int)
    for item in train:
        score = likeness(item.options)
        wins[item.generator] += int(score.argmax() == item.answer)
        wins[item.generator] -= int(score.argmin() == item.answer)
    return lambda items: [
        likeness(i.options) * (1 if wins[i.generator] >= 0 else -1) for i in items
    ]


def out_of_order(train: Sequence[Item]) -> Guesser:
    """How well the other options keep the order in which wrong ones stood on the first set."""
    before: Counter[tuple[str, str, str]] = Counter()
    for item in train:
        wrong = [o for p, o in enumerate(item.options) if p != item.answer]
        before.update((item.generator, a, b) for a, b in combinations(wrong, 2))

    def score(item: Item, place: int) -> float:
        rest = [o for p, o in enumerate(item.options) if p != place]
        pairs = [((item.generator, a, b), (item.generator, b, a)) for a, b in combinations(rest, 2)]
        return sum(math.log((before[x] + 1) / (before[x] + before[y] + 2)) for x, y in pairs)

    return lambda items: [np.array([score(i, p) for p in range(len(i.options))]) for i in items]


def number(text: str) -> float:
    return float(text) if text.isdigit() else -1.0


def dense(item: Item) -> Floats:
    """(options, features): place, length, ranks, likeness, words in common with the question."""
    lengths = np.array([len(o) for o in item.options], dtype=float)
    numbers = np.array([number(o) for o in item.options])
    asked = set(item.words)
    common = np.array([len(asked & set(o.casefold().split())) for o in item.options], dtype=float)
    alike = likeness(item.options)
    columns = [
        np.arange(len(item.options), dtype=float),
        lengths,
        lengths.argsort().argsort().astype(float),
        numbers,
        numbers.argsort().argsort().astype(float),
        alike,
        alike.argsort().argsort().astype(float),
        common,
    ]
    return np.stack(columns, axis=1)


def hashed(items: Sequence[Item]) -> Any:
    """Sparse rows: the option's text, the others beside it, its words, and what `dense` says."""
    rows = []
    for item in items:
        for option, numbers in zip(item.options, dense(item).tolist(), strict=True):
            texts = [option, f"{item.generator}|{option}", *option.split()]
            texts += [f"{option}|{o}" for o in item.options if o != option]
            row = [(text, 1.0) for text in texts]
            row += [(f"{item.generator}#{i}", n / 10) for i, n in enumerate(numbers)]
            rows.append(row)
    return FeatureHasher(2**16, input_type="pair", alternate_sign=False).transform(rows)


def labels(items: Sequence[Item]) -> NDArray[np.int64]:
    return np.array([p == i.answer for i in items for p in range(len(i.options))], dtype=np.int64)


def split(flat: Floats, items: Sequence[Item]) -> list[Floats]:
    ends = np.cumsum([len(i.options) for i in items])[:-1]
    return list(np.split(flat, ends))


def logistic(train: Sequence[Item]) -> Guesser:
    model = LogisticRegression(C=0.1, max_iter=300).fit(hashed(train), labels(train))
    return lambda items: split(model.decision_function(hashed(items)), items)


def boosting(train: Sequence[Item]) -> Guesser:
    """Trees over what the rates of one half of the tasks say of the other half."""
    first, second = train[::2], train[1::2]
    rate = by_option(first, lambda i, o: o)
    narrow = by_option(first, lambda i, o: (i.generator, o))
    names = sorted({i.generator for i in train})

    def features(items: Sequence[Item]) -> Floats:
        blocks = [
            np.column_stack(
                [dense(item), wide, near, np.full(len(wide), float(names.index(item.generator)))]
            )
            for item, wide, near in zip(items, rate(items), narrow(items), strict=True)
        ]
        return np.concatenate(blocks)

    model = HistGradientBoostingClassifier(max_iter=80, max_depth=4, random_state=0)
    model.fit(features(second), labels(second))
    return lambda items: split(model.decision_function(features(items)), items)


FITS: dict[str, Callable[[Sequence[Item]], Guesser]] = {
    "option": lambda train: by_option(train, lambda i, o: o),
    "option|generator": lambda train: by_option(train, lambda i, o: (i.generator, o)),
    "bayes": bayes,
    "odd-one-out": odd_one_out,
    "out-of-order": out_of_order,
    "logistic": logistic,
    "boosting": boosting,
}


def hits(scores: Sequence[Floats], items: Sequence[Item]) -> Floats:
    """Each item's expected hit: ties are guessed at random."""
    best = [np.flatnonzero(s >= s.max() - 1e-12) for s in scores]
    return np.array([float(i.answer in b) / len(b) for b, i in zip(best, items, strict=True)])


def wilson(share: float, n: int) -> tuple[float, float]:
    z = 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - half, middle + half


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("train", type=Path, help="folder of tasks to fit on")
    parser.add_argument("test", type=Path, help="folder of other tasks to score on")
    parser.add_argument("-n", type=int, default=5000, help="how many of each to use")
    options = parser.parse_args()
    train, test = read(options.train, options.n), read(options.test, options.n)
    generators = sorted({i.generator for i in test})
    place = np.array([i.generator for i in test])
    chance = np.array([1 / len(i.options) for i in test])
    print(f"fitted on {len(train):,} tasks, scored on {len(test):,}; % right [95 % interval]")
    print(f"{'':18}" + "".join(f"{g.split('/')[-1]:>21}" for g in (*generators, "all")))
    masks = [*(place == g for g in generators), np.ones(len(test), dtype=bool)]
    print(f"{'chance':18}" + "".join(f"{chance[m].mean():21.1%}" for m in masks))
    for name, fit in FITS.items():
        scored = hits(fit(train)(test), test)
        line = f"{name:18}"
        for mask in masks:
            share, n = float(scored[mask].mean()), int(mask.sum())
            low, high = wilson(share, n)
            line += f"{f'{share:.1%} [{low:.1%}, {high:.1%}]':>21}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
