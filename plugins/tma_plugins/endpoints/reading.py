"""Reading what an endpoint answered: the body of a chat completion, and of an error."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import tma

_USAGE = {"prompt_tokens": "input_tokens", "completion_tokens": "output_tokens"}
_PARTS = {
    ("prompt_tokens_details", "cached_tokens"): "cached_tokens",
    ("completion_tokens_details", "reasoning_tokens"): "reasoning_tokens",
}
_AROUND_A_LETTER = " \t\n\r.,:;()[]*\"'`\u2581\u0120"
"""What tokenizers and models put around a letter; the last two stand for a leading space."""
_ROUNDING = 1e-3


def read_completion(body: Any, options: int) -> tma.Reply:
    """A reply, or the failure to give one, from a body with status 200.

    Args:
        body: decoded JSON.
        options: how many option letters to look for among the alternatives of the first token.
    """
    if not isinstance(body, dict):
        return bad_reply(f"{type(body).__name__} instead of an object")
    if body.get("error"):
        return bad_reply(f"an error with status 200: {message_of(body)}")
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices:
        return bad_reply("no choices")
    choice = choices[0]
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        return bad_reply("a choice without a message")
    usage = _usage(body.get("usage"))
    text = _text(message)
    if text is None:
        if choice.get("finish_reason") == "content_filter":
            return tma.Reply(text=None, failure="content filter: no text was let out", usage=usage)
        text = ""  # the model said nothing, for it used up its tokens
    return tma.Reply(text=text, usage=usage, option_scores=_scores(choice, options))


def cut_short(body: Any, text: str) -> bool:
    """Whether a reply that was read of a body ended at its most tokens before it said anything.

    That is what becomes of a model that thinks for longer.
    """
    if body["choices"][0].get("finish_reason") != "length":
        return False
    return not text.strip() or ("<think>" in text and "</think>" not in text)


def bad_reply(what: str) -> tma.Reply:
    """The failure of an answer that can't be read; another try may give a good one."""
    return tma.Reply(text=None, failure=f"bad reply: {what}", transient=True)


def message_of(body: Any) -> str:
    """What an error's body says, in one line of at most 300 characters."""
    error = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(error, dict):
        error = error.get("message") or error.get("detail") or error
    return " ".join(str(error).split())[:300]


def code_of(body: Any) -> str:
    """The code and type of an error's body, as far as it has any."""
    error = body.get("error", body) if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return ""
    return f"{error.get('code') or ''} {error.get('type') or ''}".strip()


def _text(message: Mapping[str, Any]) -> str | None:
    content = message.get("content")
    if isinstance(content, list):
        parts = [p.get("text") for p in content if isinstance(p, dict)]
        content = "".join(p for p in parts if isinstance(p, str))
    if isinstance(content, str) and content:
        return content
    refusal = message.get("refusal")
    return refusal if isinstance(refusal, str) and refusal else None


def _usage(usage: Any) -> dict[str, int]:
    if not isinstance(usage, dict):
        return {}
    found = {ours: usage.get(theirs) for theirs, ours in _USAGE.items()}
    for (group, theirs), ours in _PARTS.items():
        part = usage.get(group)
        found[ours] = part.get(theirs) if isinstance(part, dict) else None
    return {name: n for name, n in found.items() if type(n) is int and n >= 0}


def _scores(choice: Mapping[str, Any], options: int) -> tuple[float, ...] | None:
    """Log-probabilities of the option letters as the first token that is one.

    A letter may be several tokens ("A", " A", "(A"): their probabilities add up. One that is not
    among the alternatives gets the lowest of them, which it can't exceed.
    """
    logprobs = choice.get("logprobs")
    tokens = logprobs.get("content") if isinstance(logprobs, dict) else None
    if not isinstance(tokens, list):
        return None
    for token in tokens:
        if not isinstance(token, dict) or _letter(token.get("token"), options) is None:
            continue
        alternatives = token.get("top_logprobs")
        if isinstance(alternatives, list) and alternatives:
            return _by_letter(alternatives, options)
    return None


def _letter(token: Any, options: int) -> int | None:
    text = token.strip(_AROUND_A_LETTER) if isinstance(token, str) else ""
    place = ord(text) - ord("A") if len(text) == 1 else -1
    return place if 0 <= place < options else None


def _is_logprob(value: Any) -> bool:
    """Finite, and above 0 by no more than rounding."""
    return isinstance(value, int | float) and -math.inf < value < _ROUNDING


def _by_letter(alternatives: Sequence[Any], options: int) -> tuple[float, ...] | None:
    known = [
        (a.get("token"), min(0.0, a["logprob"]))
        for a in alternatives
        if isinstance(a, dict) and _is_logprob(a.get("logprob"))
    ]
    if not known:
        return None
    shares = [0.0] * options
    for token, logprob in known:
        place = _letter(token, options)
        if place is not None:
            shares[place] += math.exp(logprob)
    lowest = min(logprob for _, logprob in known)
    return tuple(math.log(s) if s > 0 else lowest for s in shares)
