"""Does a question make sense for this space, these models and this budget?"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import cast, get_args

from tma.errors import QueryError
from tma.models import LoadedModel
from tma.query.questions import Approximate, Compare, Question, Threshold, TopK
from tma.query.sample import Bench
from tma.query.units import MOST_SINGLE
from tma.space import PlanSpace

MODELLED = ("fit", "active")
WARM_UP = 50


def check_models(
    question: Question, models: Sequence[LoadedModel], bench: Bench, space: PlanSpace
) -> None:
    """Check that there are as many as needed, different ones, who can look at the tasks.

    Raises:
        QueryError: one of these does not hold.
    """
    compares = isinstance(question, Compare)
    need = "a model and at least one baseline" if compares else "exactly one model"
    if (len(models) < 2) if compares else (len(models) != 1):
        raise QueryError(f"this question is about {need}, not {len(models)} models")
    who = [(m.id, m.config_digest) for m in models]
    if len(set(who)) < len(who):
        raise QueryError("a model is compared with itself: give another baseline")
    named = space.domains.get("generator")
    generators = [] if named is None else [str(g) for g in named.values]
    for model in models:
        unseen = [g for g in generators if not _sees(model, bench.media_types(g))]
        if model.consumes and unseen:
            some = ", ".join(unseen[:3]) + (" and others" if len(unseen) > 3 else "")
            made = " or ".join(sorted(bench.media_types(unseen[0]))) or "nothing"
            raise QueryError(
                f"{model.label} looks at {' or '.join(model.consumes)}, {some} show {made}",
                hint="choose others with --tasks or --where generator=...",
            )


def _sees(model: LoadedModel, media: frozenset[str]) -> bool:
    return bool((media | {m.split("/")[0] for m in media}) & set(model.consumes))


def way_of(
    question: Question, approximate: str, space: PlanSpace, models: int, budget: int
) -> Approximate:
    """How plans are chosen in the end.

    Raises:
        QueryError: there is no such way, nothing to ask about, or too small a budget.
    """
    if approximate not in get_args(Approximate):
        ways = " or ".join(get_args(Approximate))
        raise QueryError(f"no way to answer is called {approximate!r}: {ways}")
    if not space.size:
        raise QueryError("no plan is left to ask about", hint="loosen --where or --tasks")
    if budget < models:
        raise QueryError(f"a budget of {budget} calls is too small for {models} models")
    wanted = space.size * models
    if approximate == "exact" and wanted > budget:
        raise QueryError(
            f"exact asks each of {space.size:,} plans of each model, {wanted:,} calls; "
            f"the budget is {budget:,}",
            hint="raise --budget, narrow the plans with --where, or use --approximate random",
        )
    if wanted <= budget:
        return "exact"
    small = budget // models < WARM_UP or not question.fields
    if approximate in MODELLED and isinstance(question, Compare) and small:
        return "random"
    if approximate in MODELLED and budget < WARM_UP:
        raise QueryError(
            f"a budget of {budget} calls is smaller than the warm-up of {WARM_UP}",
            hint="raise --budget or use --approximate random",
        )
    return cast(Approximate, approximate)


def check_groups(
    question: Question, way: Approximate, space: PlanSpace, models: int, budget: int
) -> None:
    """Check that the grouping's fields are there, and that groups and budget suffice.

    Raises:
        QueryError: they are not, or don't.
    """
    fields = question.fields
    for field in fields:
        if field not in space.fields:
            near = get_close_matches(field, space.fields, n=1)
            listed = "fields: " + ", ".join(space.fields)
            hint = f"did you mean {near[0]}?" if near else listed
            raise QueryError(f"no plan has a field {field!r} to group by", hint=hint)
    size = budget // models
    if fields:
        count, noun = len(space.groups(fields)), f"groups by {', '.join(fields)}"
        if count > size and way not in MODELLED:
            raise QueryError(
                f"a budget of {budget:,} calls is smaller than the {count:,} {noun} "
                f"times {models} model(s)",
                hint=f"raise --budget to {count * models:,} or more, make fewer "
                "groups with --where or --by, or use --approximate active",
            )
    else:
        count, noun = min(space.size, size), "plans that the budget pays for"
        if way in MODELLED:
            count, noun = min(space.size, MOST_SINGLE), "plans that are judged"
    if isinstance(question, TopK) and question.k > count:
        raise QueryError(f"k is {question.k}, there are only {count:,} {noun}")


def check_warm_start(question: Question) -> None:
    """Check that a warm start can help. Raises QueryError if not."""
    if not isinstance(question, TopK | Threshold):
        raise QueryError("a warm start helps with top-k and threshold only")
