"""The one place where what adapters and other tools say comes in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from numbers import Real
from typing import Any

from tma.contract.models import Reply
from tma.keysafe import scrub

_MOST = 2**53
"""Of a count; beyond it JSON readers lose digits, and sums leave the range of floats."""


def received(reply: Reply) -> Reply:
    """A reply as it is read, kept and shown; nothing that a model says breaks the store.

    Texts are scrubbed (see `tma.keysafe.scrub`) before they are parsed, so a stored text read
    anew gives the same answer. Counts that are no number from 0 to 2**53 are left out; seconds
    that are not finite, or below 0, are not known, and so are scores of which one is not finite.
    """
    scores, wait = reply.option_scores, reply.retry_after
    counts: Mapping[str, Any] = reply.usage
    return replace(
        reply,
        text=None if reply.text is None else scrub(reply.text),
        failure=None if reply.failure is None else scrub(reply.failure),
        retry_after=None if wait is None or math.isnan(wait) else max(0.0, wait),
        option_scores=scores if scores is not None and all(map(math.isfinite, scores)) else None,
        seconds=reply.seconds if 0 <= reply.seconds < math.inf else 0.0,
        usage={
            scrub(name): int(count)
            for name, count in counts.items()
            if _is_number(count) and 0 <= count <= _MOST
        },
    )


def _is_number(value: object) -> bool:
    """Whether it is one, be it NumPy's."""
    return isinstance(value, Real)
