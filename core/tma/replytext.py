"""Replies as text: thoughts, mark-up, LaTeX and JSON taken off before anything is read."""

from __future__ import annotations

import json
import re
import unicodedata

_THOUGHT = re.compile(
    r"<(think|thinking|reasoning|thought|scratchpad)>.*?</\1>", re.DOTALL | re.IGNORECASE
)
_THOUGHT_END = re.compile(r"</(?:think|thinking|reasoning|thought|scratchpad)>", re.IGNORECASE)
_THOUGHT_START = re.compile(r"<(?:think|thinking|reasoning|thought|scratchpad)>", re.IGNORECASE)
_SPECIAL = re.compile(r"<\|[^|<>]*\|>|</?s>|<(?:eos|pad|end_of_turn|image|video)>", re.IGNORECASE)


def without_thoughts(text: str) -> str:
    """The reply without its reasoning blocks and special tokens.

    What stands before a lone closing tag is thought as well (chat templates that open the block
    themselves); a block that never ends leaves no answer.
    """
    rest = _THOUGHT.sub(" ", text)
    ends = list(_THOUGHT_END.finditer(rest))
    if ends:
        rest = rest[ends[-1].end() :]
    rest = _THOUGHT_START.split(rest, maxsplit=1)[0]
    return _SPECIAL.sub(" ", rest)


_LATEX_WRAP = re.compile(
    r"\\(?:text|mathrm|mathbf|textbf|textit|mathit|rm|bf|boxed)\s*\{([^{}]*)\}"
)
_TAG = re.compile(r"</?(?:answer|b|i|em|strong|u|p|span|final|final_answer|option)\s*/?>", re.I)
_HYPHEN = re.compile(r"(?<=[^\W\d_]{2})[-\u2010\u2011](?=[^\W\d_])")
_QUOTES = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "`": "", "*": ""}
)


def clean(text: str) -> str:
    """The text without mark-up: compatibility forms folded, quotes straight, hyphens as spaces.

    Line breaks are kept, as they separate statements.
    """
    folded = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    for _ in range(3):  # \boxed{\text{B}} nests
        folded = _LATEX_WRAP.sub(r" \1 ", folded)
    folded = _TAG.sub(" ", folded.replace("$", " ").replace("\\(", " ").replace("\\)", " "))
    folded = re.sub(r"(?<!\w)_+|_+(?!\w)|^\s*#+\s*|^\s*>+\s*", " ", folded, flags=re.MULTILINE)
    folded = _HYPHEN.sub(" ", folded)
    return re.sub(r"[^\S\n]+", " ", folded).strip()


def squeeze(text: str) -> str:
    """One line, without the punctuation and brackets around it."""
    line = " ".join(text.split())
    return line.strip(" .,;:!?\"'\u3002\uff0e\u3001-")


def boxed_parts(text: str) -> list[str]:
    r"""The contents of every `\boxed{...}`, braces balanced."""
    parts = []
    for start in re.finditer(r"\\boxed\s*\{", text):
        depth, position = 1, start.end()
        while position < len(text) and depth:
            depth += {"{": 1, "}": -1}.get(text[position], 0)
            position += 1
        parts.append(text[start.end() : position - (depth == 0)])
    return parts


_ANSWER_KEYS = (
    "answer",
    "final_answer",
    "finalanswer",
    "option",
    "choice",
    "letter",
    "selected_option",
    "correct_option",
    "correct_answer",
    "selection",
    "prediction",
    "response",
    "result",
)


def json_answers(text: str) -> list[str]:
    """The values under answer-like keys of the JSON objects in the text, as text."""
    decoder = json.JSONDecoder()
    found: list[str] = []
    position = text.find("{")
    while position >= 0:
        try:
            value, end = decoder.raw_decode(text, position)
        except (json.JSONDecodeError, RecursionError):
            position = text.find("{", position + 1)
            continue
        found += _answers_of(value)
        position = text.find("{", end)
    return found


def _answers_of(value: object) -> list[str]:
    if not isinstance(value, dict):
        return []
    named = {
        str(k).strip().lower().replace(" ", "_").replace("-", "_"): v for k, v in value.items()
    }
    for key in _ANSWER_KEYS:
        answer = named.get(key)
        if isinstance(answer, dict):
            return _answers_of(answer)
        if isinstance(answer, str | int) and not isinstance(answer, bool):
            return [str(answer)]
    return []
