"""Texts from outside on their way to a file, a screen or a message, without what must not be there.

That is secrets that this process knows, and characters that can't be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHORTEST = 4
"""Shorter texts are no keys, and stand in ordinary words."""

_known: set[str] = set()
_UNFIT = re.compile("[\0\ud800-\udfff]")
"""Lone surrogates have no UTF-8; readers of SQLite and of HTML end or drop a text at a NUL."""


def remember(secrets: Iterable[str]) -> None:
    """From now on `scrub` hides these texts."""
    _known.update(s for s in secrets if len(s) >= _SHORTEST)


def scrub(text: str) -> str:
    """The text as it may be kept and shown.

    `***` stands in the place of every secret that is known, U+FFFD in that of lone surrogates
    (JSON can bring them) and of NUL characters.
    """
    # the longest first: one secret may hold another
    for secret in sorted((s for s in _known if s in text), key=len, reverse=True):
        text = text.replace(secret, "***")
    return _UNFIT.sub("\ufffd", text)
