"""What asking costs: calls, tokens, time and money, and the caps on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from tma.contract.models import Request
from tma.errors import ConfigError
from tma.models import LoadedModel
from tma.terms import Terms

_CHARACTERS_A_TOKEN = 4
_TOKENS_OF_MEDIA = {"image": 800, "video": 6000}
_TOKENS_OF_A_REPLY = 40
_ROUNDING = 1e-9


@dataclass(slots=True)
class Ledger:
    """Sums over calls that were made. Replies from the store cost nothing, and are not in it.

    Attributes:
        calls: requests that were answered or have failed, however many attempts each took.
        failed: those of them that failed.
        retries: attempts beyond each call's first.
        input_tokens, output_tokens: as the endpoint reports them, of all attempts.
        unmetered: calls whose endpoint reported no tokens.
        seconds: waited for attempts, summed over calls that were under way at the same time.
        usd: US dollars; None if no price is known for any call.
    """

    calls: int = 0
    failed: int = 0
    retries: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    unmetered: int = 0
    seconds: float = 0.0
    usd: float | None = None

    @property
    def tokens(self) -> int:
        """In and out."""
        return self.input_tokens + self.output_tokens

    def add(self, other: Ledger) -> None:
        """Add another ledger's sums."""
        for name in (f.name for f in fields(self) if f.name != "usd"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        if other.usd is not None:
            self.usd = (self.usd or 0.0) + other.usd

    def as_json(self) -> dict[str, Any]:
        """Its attributes by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def guess_usage(request: Request) -> dict[str, float]:
    """About how many tokens a call takes, before anything is known of the model."""
    media = () if request.media is None else (request.media.media_type.split("/")[0],)
    return guess_tokens(media, len(request.prompt))


def guess_tokens(media: Iterable[str], characters: int = 240) -> dict[str, float]:
    """About how many tokens a call takes that shows some media.

    Four characters a token, 800 tokens a picture, 6,000 a video, 40 for the reply: the order of
    magnitude of what vision-language models count.

    Args:
        media: `image`, `video`; of several only one is shown, the least.
        characters: of the prompt.
    """
    sizes = [_TOKENS_OF_MEDIA[m] for m in media if m in _TOKENS_OF_MEDIA]
    return {
        "input_tokens": characters / _CHARACTERS_A_TOKEN + min(sizes, default=0),
        "output_tokens": _TOKENS_OF_A_REPLY,
    }


@dataclass(frozen=True, slots=True)
class Expected:
    """What a call is expected to take: tokens in and out, and US dollars (0 without a price).

    `guessed` if nothing is known yet of the model: such a call is granted to find out.
    """

    tokens: float = 0.0
    usd: float = 0.0
    guessed: bool = False


_NOTHING = Expected()


def expected_of(request: Request, so_far: Ledger, terms: Terms) -> Expected:
    """What a call is expected to take: the mean so far, or a guess before there is any."""
    usage = guess_usage(request)
    measured = so_far.calls - so_far.failed - so_far.unmetered
    if measured > 0:
        usage = {
            "input_tokens": so_far.input_tokens / measured,
            "output_tokens": so_far.output_tokens / measured,
        }
    return Expected(sum(usage.values()), terms.usd(usage) or 0.0, measured <= 0)


class Budget:
    """What may be spent; shared by all that spend from it.

    Tokens and money are known when a reply is there. For calls under way their mean so far is
    set aside, so a cap is overshot by no more than those calls are dearer than the mean. Of a
    call whose endpoint reports no tokens, what was expected counts as spent.

    Args:
        limit: calls in all; None for any number.
        tokens: tokens in and out.
        usd: US dollars.

    Attributes:
        spent: calls begun.
        ledger: of all that spend from it.
        reached: the cap that a call was refused for (`calls`, `tokens` or `usd`); None so far.

    Raises:
        ConfigError: a cap is negative.
    """

    def __init__(
        self, limit: int | None = None, *, tokens: int | None = None, usd: float | None = None
    ) -> None:
        caps = {"calls": limit, "tokens": tokens, "usd": usd}
        if low := [name for name, cap in caps.items() if cap is not None and cap < 0]:
            raise ConfigError(f"a budget of {caps[low[0]]} {low[0]} is no budget")
        self.limit = limit
        self.tokens = tokens
        self.usd = usd
        self.spent = 0
        self.ledger = Ledger()
        self.reached: str | None = None
        self._tokens_aside = self._usd_aside = 0.0
        self._unreported_tokens = self._unreported_usd = 0.0

    @property
    def meters(self) -> bool:
        """Whether tokens or money are capped."""
        return self.tokens is not None or self.usd is not None

    def check(self, models: Iterable[LoadedModel]) -> None:
        """Refuse a cap on money if a model's price is not known.

        Raises:
            ConfigError: naming the model.
        """
        for model in models:
            if self.usd is not None and not model.terms.priced:
                raise ConfigError(
                    f"a budget in dollars needs a price for {model.label}",
                    hint=f'give usd_per_call, usd_per_million_input or _output under [models."'
                    f'{model.label.partition("?")[0]}"] in tma.toml',
                )

    def take(self, wanted: int, each: Expected = _NOTHING) -> int:
        """Spend up to `wanted` calls; returns how many were left to spend.

        Args:
            wanted: calls.
            each: what is set aside for each until `settle`.

        Returns:
            The number granted. If it is smaller and `reached` is None, more may be granted once
            calls under way are settled.
        """
        for granted in range(wanted):
            if not self._grants(each):
                return granted
            self.spent += 1
            self._tokens_aside += each.tokens
            self._usd_aside += each.usd
        return wanted

    def _grants(self, each: Expected) -> bool:
        if self.limit is not None and self.spent >= self.limit:
            self.reached = "calls"
        tokens = self.ledger.tokens + self._unreported_tokens
        usd = (self.ledger.usd or 0.0) + self._unreported_usd
        for name, cap, used, aside, more in (
            ("tokens", self.tokens, tokens, self._tokens_aside, each.tokens),
            ("usd", self.usd, usd, self._usd_aside, each.usd),
        ):
            if cap is None or used + aside + more <= cap + _ROUNDING:
                continue
            if used < cap and aside > _ROUNDING:
                return False  # what is set aside may turn out to be less
            if used >= cap or not each.guessed:
                self.reached = name
        return self.reached is None

    def lower(self, tokens: int, usd: float) -> None:
        """Lower the caps on tokens and money by what was spent on the same job before."""
        if self.tokens is not None:
            self.tokens -= tokens
        if self.usd is not None:
            self.usd -= usd

    def settle(self, entry: Ledger, expected: Expected = _NOTHING) -> None:
        """Enter a call that is over in the ledger, and free what was set aside for it.

        What was expected stands for what a call took whose endpoint reports no tokens.
        """
        self.ledger.add(entry)
        self.release(expected)
        if entry.unmetered:
            self._unreported_tokens += expected.tokens
            self._unreported_usd += max(0.0, expected.usd - (entry.usd or 0.0))

    def release(self, expected: Expected) -> None:
        """Free what was set aside for a call that never came to an end."""
        self._tokens_aside -= expected.tokens
        self._usd_aside -= expected.usd

    def as_json(self) -> dict[str, Any]:
        """The caps that are set, by name."""
        caps = {"calls": self.limit, "tokens": self.tokens, "usd": self.usd}
        return {name: cap for name, cap in caps.items() if cap is not None}
