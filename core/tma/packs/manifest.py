"""What a pack says of itself: `pack.json`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationError

from tma.contract.assets import Inventory
from tma.contract.records import Record
from tma.errors import AssetError
from tma.files import read_regular

FORMAT = 1
MANIFEST, MEDIA = "pack.json", "media"


def _inside(path: str) -> str:
    """A path that can't lead out of the folder that it is relative to. Raises ValueError."""
    parts = path.split("/")
    odd = "\\" in path or any(ord(c) < 32 for c in path)
    if odd or PurePosixPath(path).is_absolute() or not set(parts).isdisjoint(("", ".", "..")):
        raise ValueError(f"{path!r} is not a plain path inside the pack")
    return path


class PackFile(Record):
    """One file of a pack.

    Attributes:
        path: below `media/` of the pack, or below its root.
        sha256: of its bytes, 64 hex digits.
        bytes: how many there are.
        outside: whether it lies at the root rather than in the pack.
    """

    path: Annotated[str, AfterValidator(_inside)]
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)
    outside: bool = False


class Pack(Record):
    """All of `pack.json`.

    Attributes:
        format: of this file.
        name: the asset source's.
        root: where files outside lie unless the settings say otherwise: a folder or a URL.
        inventory: categories, assets and vocabularies.
        files: every file once.
        variants: asset id -> form -> variant's name -> place in `files`, from 0.
    """

    format: int = Field(default=FORMAT, ge=FORMAT, le=FORMAT)
    name: str
    root: str | None = None
    inventory: Inventory
    files: tuple[PackFile, ...]
    variants: Mapping[str, Mapping[str, Mapping[str, Annotated[int, Field(ge=0)]]]]

    def file(self, asset: str, form: str, name: str) -> PackFile:
        """The file of one variant. Raises AssetError if there is none."""
        try:
            return self.files[self.variants[asset][form][name]]
        except (KeyError, IndexError):
            raise AssetError(f"{self.name}: asset {asset!r} has no {form} {name!r}") from None


def read_pack(folder: Path) -> Pack:
    """The manifest of the pack in a folder.

    Raises:
        AssetError: it is missing, damaged, or of another format; names file and field.
    """
    path = folder / MANIFEST
    try:
        return Pack.model_validate_json(read_regular(path))
    except OSError as error:
        raise AssetError(f"{path}: {error.strerror or error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise AssetError(f"{path}: {where}: {first['msg']}") from None
