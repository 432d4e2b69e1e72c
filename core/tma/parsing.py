"""Reading a model's reply: which option does it name?

One pure function, `parse_reply`, over stages that go from what is plain (a letter and nothing else)
to what has to be found in prose. A reply that names no option, or two, is never turned into one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tma.mentions import OptionTexts, bare_letter, letters_in
from tma.replytext import boxed_parts, clean, json_answers, squeeze, without_thoughts

PARSER_VERSION = "2"
"""Changes when the same reply may be read differently."""

_LONGEST = 20_000
_REACH = 400
_IN_PROSE = ("line", "letter", "text")
Outcome = Literal["option", "unparsed", "ambiguous", "refused"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a reply says.

    Attributes:
        outcome: `option` (it names one), `ambiguous` (it names several), `refused` (it declines
            to answer) or `unparsed` (none of these).
        index: the named option's place in the options as shown, from 0; None unless the outcome
            is `option`.
        rule: the stage that decided (`bare`, `json`, `boxed`, `stated`, `line`, `letter`,
            `refusal`, `text`, `none`). The first four read what the reply declares to be its
            answer; `line`, `letter` and `text` look for it in prose.
    """

    outcome: Outcome
    index: int | None = None
    rule: str = "none"

    @property
    def strict(self) -> Parsed:
        """The strict reading: what was found in prose does not count, and is `unparsed`."""
        return Parsed("unparsed", rule=self.rule) if self.rule in _IN_PROSE else self


def parse_reply(text: str | None, options: Sequence[str]) -> Parsed:
    """Read which option a reply names.

    Args:
        text: the reply; None and blank text are `unparsed`.
        options: 2 to 26 option texts as shown; the i-th is lettered chr(65 + i).

    Returns:
        The outcome. Letters come before option texts, a declared answer comes before a mention,
        and among texts that contain one another the longest counts.
    """
    if not 1 <= len(options) <= 26:
        raise ValueError(f"{len(options)} options: expected 1 to 26")
    reply = without_thoughts(text or "")
    if len(reply) > _LONGEST:  # answers stand at either end
        reply = reply[: _LONGEST // 4] + "\n...\n" + reply[-_LONGEST * 3 // 4 :]
    texts = OptionTexts(options)
    for stage in (_json, _boxed, _bare, _stated, _lines):
        found = stage(reply, texts)
        if found is not None:
            return found
    return _prose(_without_echo(clean(reply), texts), texts)


def _settle(named: set[int], rule: str) -> Parsed | None:
    if not named:
        return None
    if len(named) > 1:
        return Parsed("ambiguous", rule=rule)
    index = named.pop()
    # a letter beyond the options (-1) is an answer, but not one of these
    return Parsed("option", index, rule) if index >= 0 else Parsed("unparsed", rule=rule)


def _json(reply: str, texts: OptionTexts) -> Parsed | None:
    named: set[int] = set()
    for value in json_answers(reply):
        part = clean(value)
        found = _value(part, texts) or _declared(part, texts) or _value_in(part, texts)
        named |= found or set()
    return _settle(named, "json")


def _boxed(reply: str, texts: OptionTexts) -> Parsed | None:
    parts = boxed_parts(reply)
    if not parts:
        return None
    found = _value(clean(parts[-1]), texts)
    return _settle(found, "boxed") if found else None


def _bare(reply: str, texts: OptionTexts) -> Parsed | None:
    found = _value(squeeze(clean(reply)), texts)
    return _settle(found, "bare") if found else None


_LABELLED = re.compile(
    r"""(?:option|choice|answer)?\s*
        (?:\((?P<a>[A-Za-z])\)|\[(?P<b>[A-Za-z])\]|(?P<c>[A-Za-z])(?=\s*[).:\]=-]|\s+\())
        \s*[).:\]=-]*\s*(?P<text>\S.*)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def _value(part: str, texts: OptionTexts) -> set[int] | None:
    """What a piece of text names if it is nothing but a letter, an option text, or both."""
    exact = texts.equal(part)
    letter = bare_letter(part, texts.count)
    if letter is not None:
        # options that are letters themselves: both readings must agree
        return {letter} | exact
    if exact:
        return exact
    match = _LABELLED.fullmatch(part)
    if match is not None:
        letter = bare_letter(match["a"] or match["b"] or match["c"], texts.count)
        own = texts.equal(match["text"].strip(" ()[]\"'"))
        if letter is not None and own:
            return {letter} | own if letter not in own else {letter}
    return None


def _value_in(part: str, texts: OptionTexts) -> set[int]:
    """Letters in a short declared value, else option texts in it."""
    return letters_in(part, texts.count) or texts.mentioned(part)


_CUE = re.compile(
    r"""(?:\b(?:answer|choice|selection|response|conclusion|pick)\b[^\n.:;=?!]{0,60}?
            (?:\bis\b|\bwould\ be\b|\bshould\ be\b|\bmust\ be\b|\bwill\ be\b|[:=>\u2192]|\s-\s)
          |\b(?:option|choice)\b\s*[:=]
          |\banswer\b(?=\s+\(?[A-Z]\b(?!\s+[a-z]))
          |\b(?:i|we)(?:'ll|\ will|\ would)?[ ]
            (?:choose|pick|select|answer(?:\ with)?|go\ (?:with|for))\b
          |选[择项]?|選(?:択肢|擇|項)?
          |(?:答案|正确答案|正解|答え|回答|정답|答)\s*(?:是|为|は|:|은|는)*
          |\b(?:antwort|lösung|réponse|respuesta|risposta|resposta|odpowiedź|ответ|svar|cevap)\b
            [^\n.:;=?!]{0,30}?(?:\b(?:ist|est|es|è|é|to|är|er)\b|[:=-])
         )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_NOT = re.compile(r"(?:not|isn't|n't|never|cannot be|can't be|neither)\b", re.IGNORECASE)
_TARGET = re.compile(
    r"""(?:is|be|:|=)?\s*(?:(?:definitely|clearly|probably|likely|most\ likely|simply|therefore|
        indeed|actually|the|option|choice|letter|answer|number|labell?ed)\s+)*[\s"'(\[:]*
        (?P<letter>[A-Za-z])(?P<close>[)\]"']*)(?![A-Za-z0-9_'])""",
    re.VERBOSE | re.IGNORECASE,
)
_MORE = re.compile(
    r"\s*(?:,|/|&|\bor\b|\band\b)+\s*(?:option\s+)?[\"'(\[]*([A-Z])[\"')\]]*(?![\w'])(?!\s+[a-z])"
)
_REVISED = re.compile(r"\b(?:wait|actually|correction|no,|hold on|let me re|scratch that|final)\b")


def _stated(reply: str, texts: OptionTexts) -> Parsed | None:
    found = _declared(clean(reply), texts)
    return _settle(found, "stated") if found else None


def _declared(part: str, texts: OptionTexts) -> set[int]:
    """What the statements "the answer is ..." name; a later one replaces one that it revises."""
    named: set[int] = set()
    end = 0
    for cue in _CUE.finditer(part):
        found = _named_after(part[cue.end() : cue.end() + _REACH], texts)
        if found:
            between = part[end : cue.end()].casefold()
            named = found if _REVISED.search(between) else named | found
            end = cue.end()
    return named


def _named_after(rest: str, texts: OptionTexts) -> set[int]:
    """What is named right after a cue, on its line."""
    line = rest.lstrip().split("\n", 1)[0]
    if _NOT.match(line):
        return set()
    clause = re.split(r"(?<=[^\d])[.;!](?:\s|$)", line, maxsplit=1)[0]
    whole = _value(squeeze(clause), texts)
    if whole:
        return whole
    match = _TARGET.match(line)
    if match and _is_letter(match, line, texts):
        named = {_place(match["letter"], texts)}
        position = match.end()
        while more := _MORE.match(line, position):
            named.add(_place(more[1], texts))
            position = more.end()
        return named
    return texts.mentioned(clause)


_VERBLIKE = re.compile(
    r"\s+(?:is|was|because|since|as|and|or|are|would|seems?|matches|fits|for|given|based|in|with)\b"
)


def _is_letter(match: re.Match[str], line: str, texts: OptionTexts) -> bool:
    """Whether a single letter after a cue is a letter, not the article of "a dog"."""
    letter, after = match["letter"], line[match.end() :]
    if match["close"] or not re.match(r"\s*\w", after) or not after[0].isascii():
        return True  # scripts such as Hangul put their endings right behind a letter
    if letter not in ("A", "I"):
        return letter.isupper()
    return bool(_VERBLIKE.match(after))


def _place(letter: str, texts: OptionTexts) -> int:
    index = ord(letter.upper()) - ord("A")
    return index if index < texts.count else -1


def _without_echo(reply: str, texts: OptionTexts) -> str:
    """The reply without the list of all options that some models repeat before they answer."""
    lines = [s for s in reply.splitlines() if s.strip()]
    for start in range(len(lines) - texts.count):
        listed = lines[start : start + texts.count]
        if all(_value(squeeze(s), texts) == {i} for i, s in enumerate(listed)):
            return "\n".join(lines[:start] + lines[start + texts.count :])
    return reply


def _lines(reply: str, texts: OptionTexts) -> Parsed | None:
    """A first or last line that is nothing but an answer."""
    lines = [squeeze(s) for s in _without_echo(clean(reply), texts).splitlines() if s.strip()]
    if not lines:
        return None
    named: set[int] = set()
    for line in (lines[0], lines[-1]):
        named |= _value(line, texts) or set()
    listed = sum(1 for line in lines if _value(line, texts))
    if listed > 1 and len(named) != 1:
        return None  # the reply repeats the options: lines are no statement
    return _settle(named, "line")


_REFUSAL = re.compile(
    r"""\b(?:i|we)\s?(?:'m|\ am|\ are)?\s?(?:really\ |truly\ )?(?:sorry|apologi[sz]e)
       |\b(?:i|we)\b[^.\n]{0,30}?\b(?:can't|cannot|can\ not|couldn't|could\ not|won't|will\ not
          |(?:am|'m|are|'re)\ (?:un|not\ )able|don't\ see\ any?\ (?:image|picture|video))
       |\bas\ an\ ai\b|\bunable\ to\ (?:determine|answer|assist|help|view|see|identify|provide)
       |\b(?:can't|cannot|could\ not|can\ not)\ be\ determined
       |\bno\ (?:image|picture|video|photo)\b[^.\n]{0,30}
          (?:provided|attached|included|visible|given)
       |(?:\bnot|n't)\ (?:enough|sufficient)\ information|\binsufficient\ information
       |\b(?:i|we)\ (?:don't|do\ not)\ know\b
       |抱歉|无法(?:回答|确定|判断)""",
    re.VERBOSE | re.IGNORECASE,
)


def _prose(reply: str, texts: OptionTexts) -> Parsed:
    """Letters that stand alone, then refusals, then option texts."""
    letters = letters_in(reply, texts.count)
    if len(letters) == 1:
        return Parsed("option", letters.pop(), "letter")
    if _REFUSAL.search(reply):
        return Parsed("refused", rule="refusal")
    if letters:
        return Parsed("ambiguous", rule="letter")
    return _settle(texts.mentioned(reply), "text") or Parsed("unparsed")
