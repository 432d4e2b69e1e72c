"""The asset source that a packed folder becomes."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from tma.config import cache_dir
from tma.contract.assets import Asset, AssetSource, Inventory
from tma.packs.manifest import Pack, read_pack
from tma.packs.media import PackMedia


class PackConfig(BaseModel):
    """Settings of an asset pack.

    Attributes:
        root: where the media lie that are not in the package: a folder, or any URL that fsspec
            knows (`s3://bucket/parts`). Fetched when needed, kept in the cache, checked by hash.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: str | None = Field(default=None, description="folder or URL of media not in the package")


class AssetPack(AssetSource):
    """Base of the asset sources that `tma assets pack` writes.

    Attributes:
        folder: where `pack.json` and `media/` are.
    """

    folder: ClassVar[Path]

    def __init__(self, config: PackConfig | None = None) -> None:
        self._config = config or PackConfig()

    @cached_property
    def _pack(self) -> Pack:
        return read_pack(self.folder)

    @cached_property
    def _media(self) -> PackMedia:
        root = self._config.root or self._pack.root
        return PackMedia(self._pack.name, self.folder, root, cache_dir() / "packs")

    def inventory(self) -> Inventory:
        """As packed. Raises AssetError."""
        return self._pack.inventory

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        """The bytes that were packed, checked by their hash. Raises AssetError."""
        return self._media.read(self._pack.file(asset.id, form, name))
