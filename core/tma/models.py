"""Models ready to be asked: an adapter with the identity that its replies are stored under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel, Secret, SecretBytes, SecretStr
from pydantic_core import to_jsonable_python

from tma.contract.models import ModelAdapter
from tma.errors import ModelError, PluginError, TmaError
from tma.keysafe import remember, scrub
from tma.registry import Registry
from tma.seeds import canonical_json, digest
from tma.spec import Spec
from tma.terms import PLAIN, Terms, terms_of

_SECRETS = (Secret, SecretStr, SecretBytes)


@dataclass(frozen=True)
class Who:
    """A model that is not asked: its adapter's id, what people read, and its settings."""

    id: str
    label: str
    config: Mapping[str, Any]


@dataclass(frozen=True)
class LoadedModel:
    """An adapter and who it is.

    Attributes:
        adapter: what is asked.
        id: `plugin/name@version` of the adapter.
        label: what people read: the specification, short and without secrets.
        config: the validated settings as JSON values, without secrets.
        consumes: media types that the adapter looks at; none if it looks at no media.
        terms: prices and limits.
    """

    adapter: ModelAdapter
    id: str
    label: str
    config: Mapping[str, Any]
    consumes: tuple[str, ...] = ()
    terms: Terms = PLAIN

    @cached_property
    def config_digest(self) -> str:
        """A hash of the settings: with `id` the model's identity."""
        return digest(dict(self.config))

    @cached_property
    def config_json(self) -> str:
        """The settings as canonical JSON."""
        return canonical_json(dict(self.config))


def load_model(registry: Registry, text: str, **limits: Any) -> LoadedModel:
    """The model that a specification such as `simulated?seed=1` names.

    Its secrets are kept out of all that is stored or shown from now on.

    Args:
        registry: where it is looked up.
        text: the specification.
        limits: fields of `tma.terms.Terms` that come before those of `tma.toml`.

    Raises:
        SpecError, ConfigError, PluginError: see `Registry.find`, `config` and `make`.
        ModelError: the adapter can't be made with these settings.
    """
    spec = Spec.parse(text)
    entry = registry.find("model-adapter", spec.name)
    config = registry.config(entry, spec)
    remember(_secrets_in(config))
    label = _label(spec, config)
    terms = terms_of(registry.settings, label, **limits)
    try:
        adapter = registry.make(entry, spec, base=ModelAdapter)
    except TmaError:
        raise
    except Exception as error:
        line = scrub(f"{entry.short_id}: {type(error).__name__}: {error}")
        raise ModelError(line) from error
    remember(adapter.secrets)
    for name in ("batch_size", "concurrency"):
        value = getattr(adapter, name)
        if not isinstance(value, int) or value < 1:
            raise PluginError(f"{entry.id}: {name} is {value!r}, not a whole number of at least 1")
    consumes = entry.contribution.consumes
    return LoadedModel(adapter, entry.id, label, public(config), consumes, terms)


def _secrets_in(value: Any) -> Iterator[str]:
    """Every secret within settings, whatever it lies in."""
    if isinstance(value, _SECRETS):
        secret = value.get_secret_value()
        yield secret.decode(errors="replace") if isinstance(secret, bytes) else str(secret)
    elif isinstance(value, BaseModel):
        yield from _secrets_in(vars(value))
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _secrets_in(part)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from _secrets_in(part)


def public(config: BaseModel | None) -> dict[str, Any]:
    """The settings as JSON values, every secret left out, whatever it lies in."""
    if config is None:
        return {}
    shown: dict[str, Any] = to_jsonable_python(_without_secrets(config.model_dump()))
    return shown


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        kept = {k: v for k, v in value.items() if not isinstance(v, _SECRETS)}
        return {k: _without_secrets(v) for k, v in kept.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_secrets(v) for v in value if not isinstance(v, _SECRETS)]
    return value


def _label(spec: Spec, config: BaseModel | None) -> str:
    shown = public(config)
    settings = {k: v for k, v in spec.settings.items() if k in shown}
    return str(Spec(spec.name, spec.variant, settings))
