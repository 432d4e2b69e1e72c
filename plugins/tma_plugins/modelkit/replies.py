"""Replies of models that score options instead of writing."""

from __future__ import annotations

from collections.abc import Sequence

import tma


def scored(scores: Sequence[float]) -> tma.Reply:
    """The letter of the best option; a tie for the best names none, and reads as no answer."""
    best = max(scores)
    leaders = [place for place, score in enumerate(scores) if score == best]
    text = chr(ord("A") + leaders[0]) if len(leaders) == 1 else ""
    return tma.Reply(text=text, option_scores=tuple(scores))
