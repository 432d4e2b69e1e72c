"""Parts of cards that several kinds of releases have, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import fill
from typing import Any

from tma.cards import markdown_table, plain
from tma.spec import Spec


def filled(*sentences: str) -> str:
    """A paragraph, in lines of bearable length."""
    text = " ".join(s for s in sentences if s)
    return fill(text, 100, break_long_words=False, break_on_hyphens=False)


def models_part(told: Mapping[str, Any]) -> str:
    """How well the tasks tell models apart, as Markdown."""
    rows = [
        (label, percent(a["estimate"]), interval(a["low"], a["high"]), a["answered"])
        for label, a in told["models"].items()
    ]
    lines = [
        "## How well the tasks tell models apart\n",
        filled(
            "Accuracy over replies that name an option, with 95 % intervals (Wilson's, plans as",
            "clusters):",
        )
        + "\n",
        markdown_table(("model", "accuracy", "95 % interval", "answers"), rows),
    ]
    if told["spread"] is not None:
        stability = told["stability"]
        lines += [
            f"- Spread: {100 * told['spread']:.1f} points between the best and the worst model, "
            f"standard deviation {100 * told['deviation']:.1f} points.",
            f"- {told['apart']} of {told['pairs']} pairs of models are told apart, each by "
            "itself: the 95 % interval of their paired difference excludes zero.",
            f"- Ranks in {stability['resamples']:,} resamples of the plans: the whole order holds "
            f"in {percent(stability['holds'])}, mean Kendall's tau {stability['tau']:.2f}.",
            *_neighbours(stability),
        ]
    if told["shared"] and len(rows) > 1:
        lines.append(
            f"- Of {told['shared']:,} tasks that all models answered, all are right on "
            f"{percent(told['all_right'] / told['shared'])} and none is right on "
            f"{percent(told['none_right'] / told['shared'])}: these tell no two models apart."
        )
    return "\n".join(lines) + "\n"


def _neighbours(stability: Mapping[str, Any]) -> Iterator[str]:
    order = [plain(label) for label in stability["order"]]
    pairs = zip(order, order[1:], stability["neighbours"], strict=False)
    for better, worse, holds in pairs:
        yield f"  - {better} before {worse} in {percent(holds)}"


def blind_part(told: Mapping[str, Any]) -> str:
    """What the tasks give away to who reads only the text, as Markdown."""
    rows = [("chance", percent(told["chance"]), "-")]
    learnt = {
        "others": f"learnt from {told['learnt']:,} other tasks of these kinds",
        "halves": "learnt from one half of these, asked the other",
    }
    for name, label in learnt.items():
        if (found := told[name]) is not None:
            low, high = found["low"], found["high"]
            rows.append((label, percent(found["estimate"]), interval(low, high)))
    lines = [
        "## What a guesser without eyes gets right\n",
        filled(
            f"The guesser (`{Spec.parse(told['guesser']).name}`) reads question and options alone,",
            "and knows how often each option was right in the tasks that it has learnt from.",
        )
        + "\n",
        markdown_table(("guesser", "accuracy", "95 % interval"), rows),
    ]
    if told["halves"] is not None:
        lines.append(
            filled(
                "Where answers are spread evenly, what was right in one half is rarer in the",
                "other, and the last line comes out below chance.",
            )
        )
    return "\n".join(lines) + "\n"


def percent(share: float | None) -> str:
    """A share for people."""
    return "-" if share is None else f"{share:.1%}"


def interval(low: float, high: float) -> str:
    """Bounds for people."""
    return f"{low:.1%} to {high:.1%}"
