"""How a query was done, in sentences, and how to put it again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from tma.query.answer import Answer
from tma.query.saved import Asked
from tma.reporting.words import level

_WAYS = {
    "exact": "Every plan was asked once: intervals are bounds, apart only as far as replies are "
    "missing.",
    "random": "Plans were drawn evenly over the groups, and uniformly within each.",
    "fit": "Plans were drawn evenly over the groups, and a statistical model was fitted to the "
    "replies.",
    "active": "A statistical model of the replies chose which plans to ask next.",
}
_INTERVALS = {
    "model": "The model's intervals use what it learned from other groups, and are as good as the "
    "model. Certified ones are of fresh tasks, drawn after a group had been chosen (Clopper and "
    "Pearson): they assume no model.",
    "wilson": "Intervals are Wilson's, each at {} for its own group.",
    "exact": "",
}
_DEFAULTS: dict[str, object] = {"approximate": "active", "indifference": 0.05, "seed": 0}


def how_of(answer: Answer) -> list[str]:
    """A sentence each on choice, intervals, tests and what was sent."""
    kind, confidence = answer.query["kind"], level(answer.confidence)
    said = [_WAYS[answer.approximate]]
    modelled = answer.approximate in ("fit", "active")
    if kind == "compare":
        said = [
            "All models were asked the same tasks with the same pictures. Differences are paired; "
            f"intervals are Tango's at {confidence}."
        ]
        fresh = " of fresh tasks alone" if modelled else ""
        said.append(
            f"A group is in the answer if a test{fresh} says so with a q-value of at most "
            f"{1 - answer.confidence:.2g} (Benjamini and Hochberg, over the groups)."
        )
    elif kind == "debug" and modelled:
        said = [
            "Patterns were looked for in stages and then confirmed with fresh tasks: the counts "
            f"are of those alone. Of the patterns reported, at most {level(1 - answer.confidence)} "
            "are expected to be false discoveries."
        ]
    elif kind == "debug":
        said.append(
            "Patterns are values of one or two fields at which the model fails more often than "
            "elsewhere: Fisher's test, corrected for the number tested (Benjamini and Hochberg)."
        )
    else:
        said.append(_INTERVALS[answer.interval].format(confidence))
        said.append(
            "Undecided are groups for which the replies do not settle whether they belong to the "
            f"answer. Each statement holds at {confidence} by itself, not all at once."
        )
    if answer.warm_start:
        said.append("Replies of earlier models were used as a hint.")
    said.append(
        f"Seed {answer.seed}. Replies that name no option count neither as right nor wrong."
    )
    return [line for line in said if line]


def commands_of(answer: Answer, asked: Asked | None) -> list[str]:
    """What to type: the query with all its options."""
    words = ["tma", "query", str(answer.query["kind"])]
    first, *others = (str(m["model"]) for m in answer.models)
    words += ["--model", first]
    for other in others:
        words += ["--baseline", other]
    words += _question(answer)
    settings: dict[str, Any] = dict(asked.settings) if asked is not None else {}
    settings |= {"seed": answer.seed, "approximate": answer.approximate, "budget": answer.budget}
    return [shlex.join([*words, *options_of(settings)])]


def _question(answer: Answer) -> list[str]:
    words = []
    for name, value in answer.query.items():
        if name == "kind" or value in (None, [], ()):
            continue
        if name == "worst":
            words += ["--worst"] if value else ["--best"]
        elif name == "k":
            words += ["-k", str(value)]
        elif name == "by":
            words += ["--by", ",".join(value)]
        else:
            words += [f"--{name.replace('_', '-')}", str(value)]
    if answer.confidence != 0.95:
        words += ["--confidence", str(answer.confidence)]
    return words


def options_of(settings: Mapping[str, Any]) -> list[str]:
    """Settings as options, but for those that are not given or have their default."""
    words: list[str] = []
    for name, value in settings.items():
        option = f"--{name.replace('_', '-')}"
        if value is None or value is False or value in ([], ()) or _DEFAULTS.get(name) == value:
            continue
        if value is True:
            words.append(option)
        elif isinstance(value, list | tuple):
            words += [word for v in value for word in (option, str(v))]
        else:
            words += [option, str(value)]
    return words
