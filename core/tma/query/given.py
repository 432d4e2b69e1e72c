"""Types and ranges of what a query is given: by a caller, by a file, by what was stored before."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, get_type_hints

import numpy as np
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from tma.errors import QueryError

STRICT = ConfigDict(strict=True, allow_inf_nan=False)
"""A text is no number, true is no 1, and neither infinity nor NaN are numbers: JSON has none."""
_TABLE = "Input should be a valid dictionary"
Confirm = Annotated[float, Field(ge=0, le=0.9)]
Indifference = Annotated[float, Field(ge=0, le=1)]


def check_given(types: type | Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Check values by name.

    Args:
        types: annotations by name, or a class that has them.
        given: the values; each name has a type.

    Returns:
        The values as given, but for numbers of numpy, which become Python's.

    Raises:
        QueryError: a value is of another type or out of its range; names it.
    """
    known = _hints(types) if isinstance(types, type) else types
    plain = {k: v.item() if isinstance(v, np.generic) else v for k, v in given.items()}
    for name, value in plain.items():
        try:
            TypeAdapter(known[name], config=STRICT).validate_python(value)
        except ValidationError as error:
            raise QueryError(f"{name}: {error.errors()[0]['msg']}") from None
    return plain


@cache
def _hints(of: type) -> dict[str, Any]:
    return get_type_hints(of, include_extras=True)


def flaw_of(error: ValidationError) -> str:
    """Where the first flaw is and what it is, in one line."""
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    # pydantic names the class, which says nothing to who wrote the file
    said = _TABLE if first["type"] in ("model_type", "dataclass_type") else str(first["msg"])
    return f"{where}: {said}" if where else said
