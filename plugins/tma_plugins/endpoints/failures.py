"""What went wrong with a call: an outcome of this request, or the end of all asking."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import tma
from tma_plugins.endpoints.reading import code_of, message_of
from tma_plugins.endpoints.settings import EndpointConfig

_TRANSIENT = {
    408: "time-out",
    409: "overloaded",
    425: "overloaded",
    429: "rate limit",
    503: "overloaded",
    529: "overloaded",
}


def of_status(
    status: int, headers: Mapping[str, str], body: Any, config: EndpointConfig, *, answered: bool
) -> tma.Reply:
    """The failure that an HTTP status other than 200 is.

    Args:
        status: 300 to 599.
        headers: of the response, looked up in lower case.
        body: decoded JSON, or text.
        config: whose endpoint it is.
        answered: whether a call has succeeded before; then 403 and 404 concern this request.

    Raises:
        ModelError: no other call can succeed: wrong key, no such model, nothing left to spend.
    """
    said = f"{status} {message_of(body)}".strip()
    code = code_of(body)
    hopeless = status in (401, 402) or "insufficient_quota" in code
    if hopeless or (status in (403, 404) and not answered):
        raise tma.ModelError(f"{config.base_url} says {said}", hint=_hint(status, config))
    if status in _TRANSIENT or status >= 500:
        cause = _TRANSIENT.get(status, "server error")
        wait = retry_after(headers)
        return tma.Reply(text=None, failure=f"{cause}: {said}", transient=True, retry_after=wait)
    if "content_filter" in code or "content_policy" in code:
        cause = "content filter"
    elif status == 413 or "context_length" in code:
        cause = "too large"
    else:
        cause = "bad request"
    return tma.Reply(text=None, failure=f"{cause}: {said}")


def _hint(status: int, config: EndpointConfig) -> str:
    if status in (401, 403):
        source = config.key_source
        if config.key() is None:
            return "set key_env=NAME to the environment variable that holds the key"
        return f"is the key in {source} right?" if source else "is the key right?"
    if status == 404:
        return f"is {config.variant!r} served there, and is base_url right (often it ends in /v1)?"
    return "see the account's plan and billing"


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait, by `retry-after-ms` or `Retry-After` (seconds or a date, RFC 9110)."""
    try:
        return max(0.0, float(headers["retry-after-ms"]) / 1000)
    except (KeyError, ValueError):
        pass
    value = headers.get("retry-after")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    then = then if then.tzinfo is not None else then.replace(tzinfo=UTC)
    return max(0.0, (then - (now or datetime.now(UTC))).total_seconds())
