"""What leaves the house without telling of private assets: ids, and nothing else."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256

from tma.assets import source_spec
from tma.config import normalise
from tma.contract.plan import Value
from tma.contract.tasks import AssetRecord, MediaRecord, Task
from tma.registry import Registry

HIDDEN = "(redacted)"
_KEPT = frozenset({"generator"})
"""Plan fields whose values say nothing of assets."""


class Redaction:
    """Takes media and names of some asset sources out of what is exported or reported.

    Names become tokens: equal names give equal tokens, so that groups can still be told apart and
    compared, and only who has the key can tell which token a name has. Ids of tasks and plans stay,
    so that results can be traced back; they are hashes without a key, so that who guesses a whole
    plan, its names among it, can confirm the guess.

    Args:
        sources: names of asset sources, as of `--redact`.
        key: what outsiders don't know: the fingerprint of the sources' inventory
            (`OpenAssets.fingerprint`).
    """

    def __init__(self, sources: Collection[str], key: str) -> None:
        self._sources = frozenset(map(_plain, sources))
        self._key = key.encode()

    def hides(self, source: str) -> bool:
        """Whether the source of this name, id or specification is one of those."""
        return _plain(source) in self._sources

    def concerns(self, task: Task) -> bool:
        """Whether a task was made of such a source's assets, or with its taxonomy."""
        used = [asset.source for asset in task.assets]
        return any(self.hides(source) for source in (*used, task.versions.get("source", "")))

    def token(self, text: str) -> str:
        """What stands for a name: 12 hex digits after `#`."""
        return "#" + hmac.new(self._key, text.encode(), sha256).hexdigest()[:12]

    def fields(self, fields: Mapping[str, Value]) -> dict[str, Value]:
        """Plan fields, or the key of a group, with tokens for texts; numbers stay."""
        return {
            field: value if field in _KEPT or not isinstance(value, str) else self.token(value)
            for field, value in fields.items()
        }

    def task(self, task: Task) -> Task:
        """The task without question, options, names, scene and media; as it is if none is hidden.

        What stays: ids, seed, numbers among the plan's fields, which option is right, versions, and
        tokens for the rest.
        """
        if not self.concerns(task):
            return task
        options = tuple(self.token(key) for key in task.option_keys)
        media = task.media
        return task.model_copy(
            update={
                "plan": self.fields(task.plan),
                "question": HIDDEN,
                "options": options,
                "option_keys": options,
                "answer": options[task.answer_index],
                "answers": self._answers(task.answers),
                "names": {},
                "media": media and MediaRecord(key=media.key, renderer=media.renderer),
                "scene": {k: v for k, v in task.scene.items() if k in ("kind", "width", "height")},
                "assets": tuple(self._asset(asset) for asset in task.assets),
            }
        )

    def _answers(self, answers: str) -> str:
        kind, colon, name = answers.partition(":")
        return f"{kind}:{self.token(name)}" if colon else answers

    def _asset(self, asset: AssetRecord) -> AssetRecord:
        return AssetRecord(
            source=asset.source,
            asset=self.token(asset.asset),
            form=asset.form,
            name=self.token(asset.name),
            licence=asset.licence,
        )


def redaction(
    sources: Iterable[str], key: str, registry: Registry | None = None
) -> Redaction | None:
    """What `--redact SOURCE`, given any number of times, asks for; None if it was not given.

    Raises:
        PluginError: a name is that of no installed asset source, if a registry is given: a
            misspelt one would hide nothing.
    """
    names = list(sources)
    if registry is not None:
        names = [source_spec(registry, name).name for name in names]
        for name in names:
            registry.find("asset-source", name)
    return Redaction(names, key) if names else None


def _plain(source: str) -> str:
    """A source's own name: without plugin, version and settings."""
    name = source.partition("?")[0].partition("@")[0]
    return normalise(name.rpartition("/")[2])
