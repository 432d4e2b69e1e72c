"""Secrets that this process knows: they never reach a file, a screen or a message."""

from __future__ import annotations

from collections.abc import Iterable

_SHORTEST = 4
"""Shorter texts are no keys, and stand in ordinary words."""

_known: set[str] = set()


def remember(secrets: Iterable[str]) -> None:
    """From now on `scrub` hides these texts."""
    _known.update(s for s in secrets if len(s) >= _SHORTEST)


def scrub(text: str) -> str:
    """The text with `***` in the place of every secret that is known."""
    # the longest first: one secret may hold another
    for secret in sorted((s for s in _known if s in text), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
