"""Filters on plan fields as users type them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches

from tma.catalogue import Catalogue
from tma.contract.plan import Value
from tma.errors import AssetError, SpaceError
from tma.space import PlanSpace

Test = Callable[[Value | None], bool]

_UNDER = re.compile(r"\s*([\w-]+)\s+under\s+(.+)", re.DOTALL)
_RANGE = re.compile(r"(-?[0-9]{1,18})?\.\.(-?[0-9]{1,18})?")


def parse_where(texts: Sequence[str], space: PlanSpace, catalogue: Catalogue) -> dict[str, Test]:
    """Conditions for `PlanSpace.where`, from texts of these forms.

    `field=value`, `field=a,b` (one of them), `field=1..4` (integers from 1 to 4, either end may
    be left out), `field=` (the field does not apply), `field under category` (at or below it).
    Categories may be given by id, name or synonym. Conditions on one field must all hold.

    Raises:
        SpaceError: a text has none of these forms, or names a field or value that no plan has.
        AssetError: a category's name is unknown or not unique.
    """
    tests: dict[str, Test] = {}
    for text in texts:
        field, test = _parse(text, space, catalogue)
        earlier = tests.get(field)
        tests[field] = test if earlier is None else _both(earlier, test)
    return tests


def _both(first: Test, second: Test) -> Test:
    return lambda value: first(value) and second(value)


def check_field(field: str, space: PlanSpace) -> str:
    """Return `field` if some plan has it. Raises SpaceError with near names."""
    if field not in space.fields:
        near = get_close_matches(field, space.fields, n=1)
        hint = f"did you mean {near[0]}?" if near else f"fields: {', '.join(space.fields)}"
        raise SpaceError(f"no plan has a field {field!r}", hint=hint)
    return field


def _parse(text: str, space: PlanSpace, catalogue: Catalogue) -> tuple[str, Test]:
    under = _UNDER.fullmatch(text)
    if under and "=" not in under[1]:
        field = check_field(under[1], space)
        inside = catalogue.below(catalogue.find_category(under[2].strip()))
        return field, lambda value: value in inside
    field, equals, wanted = text.partition("=")
    if not equals:
        raise SpaceError(
            f"can't read the filter {text!r}",
            hint="write FIELD=VALUE, FIELD=A,B, FIELD=1..4 or FIELD under CATEGORY",
        )
    field = check_field(field.strip(), space)
    if not wanted:
        return field, lambda value: value is None
    bounds = _RANGE.fullmatch(wanted)
    if bounds:
        low = int(bounds[1]) if bounds[1] else None
        high = int(bounds[2]) if bounds[2] else None
        return (
            field,
            lambda value: (
                isinstance(value, int)
                and (low is None or value >= low)
                and (high is None or value <= high)
            ),
        )
    present = space.domains[field].values
    chosen = {_value(part.strip(), field, present, catalogue) for part in wanted.split(",")}
    return field, lambda value: value in chosen


def _value(text: str, field: str, present: Sequence[Value], catalogue: Catalogue) -> Value:
    by_text = {str(v): v for v in present}
    if text in by_text:
        return by_text[text]
    if field.endswith("category"):
        try:
            found = catalogue.find_category(text)
        except AssetError as error:
            raise SpaceError(f"filter on {field}: {error.message}", hint=error.hint) from None
        if found in by_text:
            return found
    near = get_close_matches(text, by_text, n=3, cutoff=0.5)
    listed = ", ".join(list(by_text)[:12])
    hint = f"did you mean {' or '.join(near)}?" if near else f"values: {listed}"
    raise SpaceError(f"no plan has {field}={text}", hint=hint)
