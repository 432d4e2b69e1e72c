"""The algebra of plan spaces, held against plans that are drawn from them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from math import sqrt

import numpy as np

from tma.contract.plan import Plan, Value
from tma.space import PlanSpace
from tma.testing.checking import CheckFailure, NotChecked

_MEND = "make it of tma.product, tma.joint and tma.union; override nothing of tma.PlanSpace"
_LISTED = 2000
_SIGMAS = 7.0


def check_space(space: PlanSpace, examples: int = 30) -> None:
    """A plan space obeys its algebra: length, numbers, filters, groups, uniform samples.

    Looks at examples that hypothesis chooses; a space of up to 2,000 plans is listed besides.

    Raises:
        CheckFailure: it does not.
        NotChecked: hypothesis is not installed.
    """
    if not isinstance(space, PlanSpace):
        raise CheckFailure(f"space gave {type(space).__name__}, not tma.PlanSpace", mend=_MEND)
    if len(space) != space.size or bool(space) != bool(space.size):
        raise CheckFailure(f"its length is {len(space)}, its size {space.size}", mend=_MEND)
    if not space:
        return
    _fields(space)
    for test in (_round_trip, _filter):
        _over_numbers(space, examples, test)
    _groups(space)
    _uniform(space)
    if space.size <= _LISTED:
        space.check_disjoint()


def _over_numbers(space: PlanSpace, examples: int, test: Callable[[PlanSpace, int], None]) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from hypothesis import Phase, given, settings
            from hypothesis import strategies as st
    except ImportError:
        raise NotChecked("needs hypothesis: pip install 'task-me-anything[testing]'") from None

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
    )
    @given(st.integers(0, space.size - 1))
    def run(number: int) -> None:
        test(space, number)

    run()


def _fields(space: PlanSpace) -> None:
    if "generator" in space.fields:
        raise CheckFailure(
            "its plans have a field 'generator'", mend="leave it out: the kernel adds it"
        )


def _round_trip(space: PlanSpace, number: int) -> None:
    plan = space[number]
    if not isinstance(plan, Plan) or plan not in space:
        raise CheckFailure(f"plan {number} is not in the space: {plan!r}", mend=_MEND)
    if (found := space.index(plan)) != number:
        raise CheckFailure(f"plan {number} has the number {found} when looked up", mend=_MEND)


def _filter(space: PlanSpace, number: int) -> None:
    plan = space[number]
    field = space.fields[number % len(space.fields)]
    value: Value | None = plan.get(field)
    part = space.where({field: value})
    rest = space.where({field: lambda v: v != value or type(v) is not type(value)})
    if plan not in part or plan in rest:
        raise CheckFailure(f"where({field}={value!r}) does not keep {plan!r}", mend=_MEND)
    if part.size + rest.size != space.size:
        raise CheckFailure(
            f"where({field}={value!r}) and its contrary keep {part.size} and {rest.size} plans "
            f"of {space.size}",
            mend=_MEND,
        )


def _groups(space: PlanSpace) -> None:
    for field in space.fields:
        groups = space.groups(field)
        if sum(groups.values()) != space.size:
            raise CheckFailure(
                f"the groups of {field!r} hold {sum(groups.values())} plans of {space.size}",
                mend=_MEND,
            )
        for value in list(groups)[:3]:
            if (size := space.where({field: value}).size) != groups[value]:
                raise CheckFailure(
                    f"group {field}={value!r} counts {groups[value]} plans, where keeps {size}",
                    mend=_MEND,
                )


def _uniform(space: PlanSpace, draws: int = 2000) -> None:
    """Shares of sampled values against those of the groups, to within seven sigmas."""
    plans = space.sample(draws, np.random.default_rng(0))
    for field in space.fields:
        groups = space.groups(field)
        for value in sorted(groups, key=lambda v: (-groups[v], str(v)))[:5]:
            share = groups[value] / space.size
            seen = sum(p.get(field) == value for p in plans)
            slack = _SIGMAS * sqrt(draws * share * (1 - share)) + 1
            if abs(seen - draws * share) > slack:
                raise CheckFailure(
                    f"{field}={value!r} has {share:.1%} of the plans and {seen / draws:.1%} of "
                    f"{draws} samples",
                    mend=_MEND,
                )
