"""Plugin specifications as users type them: `name[:variant][?key=value&...]`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

from tma.errors import SpecError


@dataclass(frozen=True)
class Spec:
    """A contribution by name, with settings.

    Attributes:
        name: `contribution`, `plugin/contribution`, or either with `@version`.
        variant: what follows a colon, such as a model's name; None if nothing does.
        settings: the `key=value` pairs, as text.
    """

    name: str
    variant: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Spec:
        """Read a specification.

        `%XX` escapes are undone in values, so that `&` can be written `%26`.

        Raises:
            SpecError: no name, a setting without `=`, or a key given twice.
        """
        head, _, query = text.partition("?")
        name, colon, variant = head.partition(":")
        if not name.strip() or (colon and not variant):
            raise SpecError(
                f"can't read {text!r} as a plugin with settings",
                hint="write name[:variant][?key=value&...]",
            )
        if "&" in head and "=" in head:
            raise SpecError(
                f"can't read {text!r} as a plugin with settings: the first one follows a '?'",
                hint="write name[:variant][?key=value&...]",
            )
        try:
            # '+' stands for itself here: paths and model names contain it
            pairs = parse_qsl(
                query.replace("+", "%2B"), keep_blank_values=True, strict_parsing=bool(query)
            )
        except ValueError as error:
            raise SpecError(
                f"can't read the settings of {text!r}: {error}", hint="write ?key=value&key=value"
            ) from None
        settings = dict(pairs)
        if "" in settings:
            raise SpecError(f"{text!r} has a setting without a name", hint="write ?key=value")
        if len(settings) != len(pairs):
            raise SpecError(f"{text!r} gives a setting twice")
        return cls(name.strip(), variant or None, settings)

    def __str__(self) -> str:
        variant = f":{self.variant}" if self.variant else ""
        ordered = sorted(self.settings.items())
        pairs = "&".join(f"{k}={quote(v, safe='/:.,~+ ')}" for k, v in ordered)
        return f"{self.name}{variant}{'?' + pairs if pairs else ''}"
