"""What `assets.toml` and `taxonomy.toml`, or the same as JSON, say of a folder's files."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from tma import AssetError, read_regular

FILES = ("assets.toml", "assets.json")
TAXONOMY_FILES = ("taxonomy.toml", "taxonomy.json")
Text = Annotated[str, Field(min_length=1)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


M = TypeVar("M", bound=_Entry)


class CategoryEntry(_Entry):
    """A category: a folder with files, or one that stands above such.

    Attributes:
        name: what questions call it; by default the folder's name.
        synonyms, lookalikes, description: as of `tma.Category`.
        parents: ids of more general categories; by default the folder above.
    """

    name: Text | None = None
    synonyms: tuple[Text, ...] = ()
    parents: tuple[Text, ...] | None = None
    lookalikes: tuple[Text, ...] = ()
    description: str = ""


class AttributeEntry(_Entry):
    """An attribute type's vocabulary.

    Attributes:
        values: every value that an asset may state.
        overlaps: pairs of values that may both be said of one thing.
    """

    values: tuple[Text, ...] = Field(min_length=1)
    overlaps: tuple[tuple[Text, Text], ...] = ()


class FileEntry(_Entry):
    """A file that is an asset.

    Attributes:
        categories: ids of its categories; by default its folder's.
        attributes, not_attributes, licence: as of `tma.Asset`.
    """

    categories: tuple[Text, ...] | None = Field(default=None, min_length=1)
    attributes: Mapping[Text, tuple[Text, ...]] = Field(default_factory=dict)
    not_attributes: Mapping[Text, tuple[Text, ...]] = Field(default_factory=dict)
    licence: Text | None = None


class MeshEntry(FileEntry):
    """A mesh file.

    Attributes:
        yaws, symmetry: as of `tma.Solid`.
        up: the file's axis that points up; by default y, for PLY and STL files z.
        stickers: PNG files that show it, instead of pictures drawn from it.
    """

    yaws: tuple[FiniteFloat, ...] = Field(default=(0.0,), min_length=1)
    symmetry: int | None = Field(default=None, ge=0)
    up: Literal["y", "z"] | None = None
    stickers: tuple[Text, ...] = ()


class Manifest(_Entry):
    """All that a folder's `assets.toml` or `assets.json` says.

    Attributes:
        licence: SPDX expression of all files that state none of their own.
        origin: where a stranger finds the files.
        categories: by id: a folder's path below the root, or a word of your own.
        attributes: by attribute type.
        meshes, stickers: by a file's path below the root.
    """

    licence: Text = "NOASSERTION"
    origin: str = ""
    categories: Mapping[Text, CategoryEntry] = Field(default_factory=dict)
    attributes: Mapping[Text, AttributeEntry] = Field(default_factory=dict)
    meshes: Mapping[Text, MeshEntry] = Field(default_factory=dict)
    stickers: Mapping[Text, FileEntry] = Field(default_factory=dict)


class Taxonomy(_Entry):
    """All that `taxonomy.toml` or `taxonomy.json` says: categories that others stand below.

    Attributes:
        categories: by id. Those above the folder's own belong to its inventory.
    """

    categories: Mapping[Text, CategoryEntry] = Field(default_factory=dict)


def read_manifest(root: Path) -> tuple[Path, Manifest]:
    """The manifest of a folder and its path; an empty one if there is none.

    Raises:
        AssetError: there are two, or one is unreadable or wrong; names file and field.
    """
    return _read(root, FILES, Manifest)


def read_taxonomy(root: Path) -> Taxonomy:
    """The shared categories that lie in a folder; none if there is no such file.

    Raises:
        AssetError: as of `read_manifest`.
    """
    return _read(root, TAXONOMY_FILES, Taxonomy)[1]


def _read(root: Path, names: tuple[str, ...], model: type[M]) -> tuple[Path, M]:
    found = [root / name for name in names if (root / name).exists()]
    if len(found) > 1:
        raise AssetError(f"{root}: holds both {' and '.join(names)}", hint="keep one of them")
    if not found:
        return root / names[0], model()
    (path,) = found
    try:
        text = read_regular(path).decode()
        values = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        # Both formats' errors, and those of the encoding, are ValueErrors.
        raise AssetError(f"{path}: {str(error) or type(error).__name__}") from None
    try:
        return path, model.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise AssetError(f"{path}: {where}: {first['msg']}") from None
