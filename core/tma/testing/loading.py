"""Checks that a contribution can be imported and made."""

from __future__ import annotations

from pydantic import BaseModel

from tma.contract.assets import AssetSource
from tma.contract.exports import Exporter
from tma.contract.media import Renderer
from tma.contract.models import ModelAdapter
from tma.contract.tasks import TaskGenerator
from tma.errors import PluginError, TmaError
from tma.testing.checking import CheckFailure, NotChecked, Subject, check

_BASES: dict[str, type] = {
    "asset-source": AssetSource,
    "task-generator": TaskGenerator,
    "renderer": Renderer,
    "model-adapter": ModelAdapter,
    "exporter": Exporter,
}
_ALL = tuple(_BASES)


@check("import", *_ALL)
def settings_are_a_model(subject: Subject) -> None:
    """Its settings, if it has any, are a pydantic model that refuses unknown fields."""
    target = subject.entry.contribution.config
    if target is None:
        return
    model = subject.lab.load(subject.entry, target)
    mend = "derive it from pydantic.BaseModel with model_config = ConfigDict(extra='forbid')"
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        raise CheckFailure(f"{target} is no pydantic model", mend=mend)
    if model.model_config.get("extra") != "forbid":
        raise CheckFailure(f"{target} takes settings that it does not know", mend=mend)


@check("import", *_ALL)
def class_can_be_made(subject: Subject) -> str | None:
    """The class is imported, is of its kind, and is made with its settings."""
    base = _BASES[subject.entry.kind]
    try:
        subject.lab.make(subject.entry, subject.spec, base=base)
    except PluginError:
        raise
    except TmaError as error:  # its own words: it lacks a setting, a file, a program
        raise NotChecked(str(error)) from None
    if lack := subject.lab.lacking(subject.entry):
        raise NotChecked(f"can't run here: {lack}")
    return None
