"""Asset sources over a folder of pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from tma.contract.assets import Asset, AssetSource, AttributeType, Category, Inventory
from tma.errors import AssetError
from tma.files import check_name, read_regular


class FolderConfig(BaseModel):
    """Settings of a `FolderSource`.

    Attributes:
        root: the folder, instead of the one that the class names.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    root: Path | None = None


class FolderSource(AssetSource):
    """PNGs of a folder as stickers: a sub-folder is a category, a picture in it an asset.

    Deeper folders are more special categories. An asset's id is its path below the root. Derive
    from it, and say what is true of all: the rest can stay. A contribution that names
    `tma:FolderConfig` as its config lets users give another folder, `?root=DIR`.

    Attributes:
        root: the folder; `Path(__file__).parent / "pictures"` for one beside the class.
        licence: SPDX expression for all of them.
        origin: where a stranger finds them.
    """

    root: ClassVar[Path | None] = None
    licence: ClassVar[str] = "NOASSERTION"
    origin: ClassVar[str] = ""

    def __init__(self, config: FolderConfig | None = None) -> None:
        self._folder = (config.root if config is not None else None) or self.root

    def name(self, category: str) -> str:
        """What questions call a category; by default the folder's name as words."""
        return " ".join(category.rpartition("/")[2].replace("-", " ").replace("_", " ").split())

    def attributes(self, path: str) -> Mapping[str, tuple[str, ...]]:
        """What is known of a picture, by its path below the root; see `Asset.attributes`."""
        return {}

    def lookalikes(self, category: str) -> tuple[str, ...]:
        """Categories that a person might say of a picture of this one; see `Category`."""
        return ()

    def inventory(self) -> Inventory:
        """The pictures in the order of their paths.

        Raises:
            AssetError: there is no such folder, no picture in it, one outside any sub-folder, or
                one whose path is not UTF-8.
        """
        paths = self._paths()
        assets = []
        for path in paths:
            folder = path.rpartition("/")[0]
            if not folder:
                raise AssetError(f"{path} lies in no category's folder", hint="move it into one")
            known = dict(self.attributes(path))
            assets.append(
                Asset(id=path, categories=(folder,), attributes=known, forms={"sticker": ("0",)})
            )
        values: dict[str, set[str]] = {}
        for asset in assets:
            for kind, stated in asset.attributes.items():
                values.setdefault(kind, set()).update(stated)
        return Inventory(
            categories=tuple(self._categories(assets)),
            assets=tuple(assets),
            attribute_types=tuple(
                AttributeType(name=k, values=tuple(sorted(v))) for k, v in sorted(values.items())
            ),
            licence=self.licence,
            origin=self.origin,
        )

    def _categories(self, assets: list[Asset]) -> list[Category]:
        parts = [a.categories[0].split("/") for a in assets]
        ids = sorted({"/".join(p[:end]) for p in parts for end in range(1, len(p) + 1)})
        return [
            Category(
                id=c,
                name=self.name(c),
                parents=(c.rpartition("/")[0],) if "/" in c else (),
                lookalikes=self.lookalikes(c),
            )
            for c in ids
        ]

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        """A picture's bytes. Raises AssetError: it is gone, or leads out of the folder."""
        path = self._root() / asset.id
        if not path.resolve().is_relative_to(self._root().resolve()):
            raise AssetError(f"{path} leads out of {self._root()}")
        try:
            return read_regular(path)
        except OSError as error:
            raise AssetError(f"{path}: {error.strerror or error}") from None

    def _root(self) -> Path:
        if self._folder is None:
            raise AssetError(
                f"{type(self).__name__} has no folder", hint="give it: ?root=DIR, or set `root`"
            )
        return self._folder.expanduser()

    def _paths(self) -> list[str]:
        root = self._root()
        if not root.is_dir():
            raise AssetError(f"{root}: no such folder", hint="name a folder of pictures")
        found = [p.relative_to(root) for p in root.rglob("*.png")]
        paths = sorted(p.as_posix() for p in found if not any(x.startswith(".") for x in p.parts))
        for path in paths:
            check_name(root, path)
        if not paths:
            raise AssetError(f"{root}: holds no PNG", hint="put them into a folder a category")
        return paths
