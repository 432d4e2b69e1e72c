"""Where a text names options, by letter or by their texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from tma.replytext import clean, squeeze

_BARE = re.compile(
    r"(?:option|choice|answer|letter)?\s*[:=]?\s*[\[(<{\"']*([A-Za-z])[\])>}\"'.:,]*", re.IGNORECASE
)
_WORDS = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty",
)


def bare_letter(part: str, count: int) -> int | None:
    """The option that a text names by a lone letter in any brackets and case.

    Returns -1 for a letter beyond the `count` options, None if the text is anything else.
    """
    match = _BARE.fullmatch(part.strip())
    if match is None:
        return None
    index = ord(match[1].upper()) - ord("A")
    return index if index < count else -1


_ALONE = re.compile(
    r"(?<![\w'&+-])(?<!\w\.)(?<![^A-Z]/)"
    r"(?:[(\[{]([A-Za-z])[)\]}]|([A-Z])(?![\w'&+]|-\w|\.[A-Za-z](?!\w)|/[^A-Z]))"
)
_ARTICLE = re.compile(r"\s+[^\W\d_]")
_AFTER_LETTER = re.compile(
    r"\s+(?:is|was|because|since|and|or|are|would|seems?|matches|fits|can|cannot|looks|appears|has)\b"
)
_DENIED_BEFORE = re.compile(
    r"(?:\bnot|\bno|n't|\bnor|\bneither|rather than|instead of|rule out|ruling out|eliminates?|"
    r"eliminating|except|exclude)\s+(?:be\s+|option\s+|choice\s+|an?\s+|the\s+|in\s+the\s+)*[\"'(\[]*$",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"[)\]\"']*\s+(?:is|are|was|seems?|looks|would be)(?:\s+\w+)?\s+(?:not|wrong|incorrect|false|"
    r"ruled out|eliminated)\b|[)\]\"']*\s+(?:isn't|aren't|can't|cannot|doesn't|does not)\b",
    re.IGNORECASE,
)


def letters_in(text: str, count: int) -> set[int]:
    """The options named by letters that stand alone in prose, denied ones apart.

    Capital letters, or any letter in brackets. The article "A" and the pronoun "I" are told
    from letters by the word that follows.
    """
    named: set[int] = set()
    for match in _ALONE.finditer(text):
        letter = match[1] or match[2]
        wordlike = match[2] in ("A", "I") and _ARTICLE.match(text, match.end())
        if wordlike and not _AFTER_LETTER.match(text, match.end()):
            continue
        index = ord(letter.upper()) - ord("A")
        if index < count and not _denied(text, match.start(), match.end()):
            named.add(index)
    return named


def _denied(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 40) : start]
    return bool(_DENIED_BEFORE.search(before) or _DENIED_AFTER.match(text[end : end + 40]))


def _spaced(character: str) -> bool:
    """Whether the character is of a script that separates words, so that it can cut one."""
    if not (character.isalnum() or character == "_"):
        return False
    name = unicodedata.name(character, "")
    unspaced = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "HANGUL")
    return not name.startswith(unspaced)


@lru_cache(4096)  # the same texts are options of many tasks
def _plain(option: str) -> str:
    return squeeze(clean(option)).casefold()


class OptionTexts:
    """The option texts, to be found in replies.

    Args:
        options: as shown; compared without case, mark-up, hyphens and runs of spaces.
    """

    def __init__(self, options: Sequence[str]) -> None:
        self.count = len(options)
        self._texts = [_plain(option) for option in options]
        self._numeric = all(t.isdigit() for t in self._texts)

    def equal(self, part: str) -> set[int]:
        """Options whose text is the whole part, an article before it apart."""
        wanted = squeeze(part).casefold()
        if not wanted:
            return set()
        forms = {wanted, re.sub(r"^(?:an?|the|in the|at the|on the)\s+", "", wanted)}
        if self._numeric and wanted in _WORDS:
            forms.add(str(_WORDS.index(wanted)))
        return {i for i, t in enumerate(self._texts) if t in forms}

    def mentioned(self, text: str) -> set[int]:
        """Options whose texts occur in the text as whole words, denied mentions apart.

        A mention inside a longer option's mention is the longer option's.
        """
        folded = text.casefold()
        spans = [
            (start, end, index)
            for index, wanted in enumerate(self._texts)
            for form in self._forms(wanted)
            for start, end in _occurrences(form, folded)
        ]
        return {
            index
            for start, end, index in spans
            if not _denied(folded, start, end)
            and not any(s <= start and end <= e and (e - s) > (end - start) for s, e, _ in spans)
        }

    def _forms(self, wanted: str) -> list[str]:
        if not wanted:
            return []
        # "one" is a pronoun more often than a number
        words = self._numeric and 1 != int(wanted) < len(_WORDS)
        return [wanted, _WORDS[int(wanted)]] if words else [wanted]


def _occurrences(wanted: str, text: str) -> list[tuple[int, int]]:
    pattern = r"\s+".join(map(re.escape, wanted.split()))
    if wanted.isdigit():
        pattern = rf"(?<![\d.,\u2212-]){pattern}(?![\d]|[.,]\d)"
    if _spaced(wanted[0]):
        pattern = r"(?<![^\W_])" + pattern if wanted[0].isascii() else r"(?<!\w)" + pattern
    if _spaced(wanted[-1]):
        pattern += r"(?!\w)"
    return [m.span() for m in re.finditer(pattern, text)]
