"""Types of settings that are typed into a specification as text."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BeforeValidator


def _from_json(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


def _none(value: object) -> object:
    return None if isinstance(value, str) and value.strip().lower() in ("", "none") else value


JsonObject = Annotated[dict[str, Any], BeforeValidator(_from_json)]
"""An object; as text, its JSON."""

NoneAsText = BeforeValidator(_none)
"""Lets `none` and an empty text stand for None."""
