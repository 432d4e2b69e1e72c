"""The text that a model is sent."""

from __future__ import annotations

import re
from collections.abc import Sequence

SUCCINCT = "{question}\n{options}\nAnswer with the letter of the right option only."
"""A template: `{question}` and `{options}` stand for the question and the lettered options."""


def letter(index: int) -> str:
    """The letter of an option by its place: A for 0, up to Z for 25."""
    return chr(ord("A") + index)


def build_prompt(question: str, options: Sequence[str], template: str = SUCCINCT) -> str:
    """The question, the options with letters A, B, ..., and the instruction."""
    listed = "\n".join(f"{letter(i)}. {text}" for i, text in enumerate(options))
    # in one pass and without str.format: a question or an option may hold braces
    parts = {"{question}": question, "{options}": listed}
    return re.sub(r"\{(?:question|options)\}", lambda m: parts[m[0]], template)
