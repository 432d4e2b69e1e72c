"""Types of settings that are typed into a specification as text."""

from __future__ import annotations

import json
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator


def _from_json(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


def _none(value: object) -> object:
    return None if isinstance(value, str) and value.strip().lower() in ("", "none") else value


def _plain(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an http:// or https:// address is needed")
    if parts.username or parts.password or parts.query or parts.fragment:
        # it is stored and shown, and these are where people put keys
        raise ValueError("leave out user, password and ?query; keys belong in the environment")
    return value.rstrip("/")


JsonObject = Annotated[dict[str, Any], BeforeValidator(_from_json)]
"""An object; as text, its JSON."""

PlainUrl = Annotated[str, AfterValidator(_plain)]
"""An address without anything secret, and without a slash at its end."""

NoneAsText = BeforeValidator(_none)
"""Lets `none` and an empty text stand for None."""
