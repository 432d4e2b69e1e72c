"""The text that a model is sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tma.errors import ConfigError
from tma.seeds import digest_texts

_PLACES = re.compile(r"\{(question|options|media)\}")
_NEEDED = ("question", "options")


@dataclass(frozen=True)
class Prompt:
    """A template for the text that goes with a picture or video.

    Attributes:
        name: of a built-in style, or the file that it was read from.
        template: `{question}` and `{options}` stand for the question and the lettered options,
            `{media}` for "picture", "video" or, where the model is shown neither, "scene".
        number: of a built-in style; grows with each change of its words.
    """

    name: str
    template: str
    number: int | None = None

    @cached_property
    def version(self) -> str:
        """`name@number`, for a file `name@` and the first digits of its content's hash."""
        return f"{self.name}@{self.number or digest_texts(self.template)[:8]}"

    def fill(self, question: str, options: Sequence[str], media_type: str | None = None) -> str:
        """The text to send: options are listed one a line, with letters A, B, ..."""
        listed = "\n".join(f"{letter(i)}. {text}" for i, text in enumerate(options))
        kinds = {"image": "picture", "video": "video"}
        shown = kinds.get((media_type or "").split("/")[0], "scene")
        parts = {"question": question, "options": listed, "media": shown}
        # in one pass and without str.format: a question or an option may hold braces
        return _PLACES.sub(lambda match: parts[match[1]], self.template)


SUCCINCT = Prompt(
    "succinct", "{question}\n{options}\nAnswer with the letter of the right option only.", 1
)
DETAILED = Prompt(
    "detailed",
    "Look closely at the {media}, then answer the question about it. Exactly one of the options "
    "is right. Rely on what can be seen, not on what is usual.\n\n"
    "Question: {question}\n"
    "Options:\n{options}\n\n"
    "Say in a sentence or two what you see that settles it. Choose one of the options above and "
    "nothing else, also if you are not sure. End with a line that holds the letter of your "
    "choice alone, in the form\n"
    "Answer: <letter>",
    1,
)
STYLES = {style.name: style for style in (SUCCINCT, DETAILED)}


def letter(index: int) -> str:
    """The letter of an option by its place: A for 0, up to Z for 25."""
    return chr(ord("A") + index)


def find_prompt(name: str) -> Prompt:
    """A built-in style by its name, or the template in a file.

    Raises:
        ConfigError: it is neither, or the file lacks `{question}` or `{options}`.
    """
    if name in STYLES:
        return STYLES[name]
    path = Path(name)
    try:
        template = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
        raise ConfigError(
            f"no prompt is called {name!r}, and as a file: {cause}",
            hint=f"styles: {', '.join(STYLES)}, or a file with {{question}} and {{options}}",
        ) from None
    found = {match[1] for match in _PLACES.finditer(template)}
    if lacking := [place for place in _NEEDED if place not in found]:
        raise ConfigError(f"{path}: the template lacks {{{lacking[0]}}}")
    return Prompt(path.name, template.rstrip("\n"))
