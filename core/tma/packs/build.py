"""From an opened asset source to a package that can be built and installed."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from pydantic import ValidationError

from tma import __version__
from tma.assets import OpenAssets
from tma.config import normalise
from tma.errors import AssetError, ConfigError
from tma.packs import templates
from tma.packs.manifest import MANIFEST, MEDIA, Pack, PackFile
from tma.taskset import new_folder

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_VERSION = re.compile(r"\d+(\.\d+)*((a|b|rc)\d+)?(\.dev\d+)?\Z")
_LICENCE_FILES = ("LICEN[SC]E*", "COPYING*", "NOTICE*")
_SUFFIXES = {b"\x89PNG": ".png", b"glTF": ".glb", b"\xff\xd8\xff": ".jpg", b"RIFF": ".webp"}


@dataclass(frozen=True)
class Order:
    """How to pack.

    Attributes:
        name: the plugin's and the asset source's: lower-case words and hyphens.
        version: of the package.
        summary: one line.
        root: where the folder's own files will lie, a folder or a URL; None to put all files into
            the package.
    """

    name: str
    version: str = "1.0"
    summary: str = ""
    root: str | None = None

    def __post_init__(self) -> None:
        if not _NAME.match(self.name):
            raise ConfigError(
                f"{self.name!r} is no name for a pack", hint="use lower-case words and hyphens"
            )
        if not _VERSION.match(self.version):
            raise ConfigError(f"{self.version!r} is no version", hint="write one such as 1.0")
        if re.search(r"[\\\"\n]", self.summary):
            raise ConfigError("a summary is one line without quotes and backslashes")
        place = Path(self.root or "/").expanduser()
        if not place.is_absolute() and "://" not in str(self.root):
            raise ConfigError(
                f"root {self.root!r} depends on where a command is run",
                hint="give a whole path or a URL",
            )


@dataclass
class Packed:
    """What was written.

    Attributes:
        folder: of the package.
        assets, categories: how many.
        inside, outside: bytes of media in the package, and of those at its root.
        forms: assets by form.
    """

    folder: Path
    assets: int = 0
    categories: int = 0
    inside: int = 0
    outside: int = 0
    forms: dict[str, int] = field(default_factory=dict)


def write_package(
    assets: OpenAssets,
    order: Order,
    out: Path,
    *,
    folder: Path | None = None,
    on_progress: Callable[[int], None] = lambda variants: None,
) -> Packed:
    """Write a package with a manifest, media and a test; the same for the same assets.

    Args:
        assets: what to pack; validate it first.
        order: how.
        out: a missing or empty folder; written at once or not at all.
        folder: where the source's own files lie, if it has any: their paths are kept, their
            licence files taken along, and with `order.root` they stay outside.
        on_progress: called with the number of variants read so far.

    Raises:
        ConfigError: the name is another plugin's.
        AssetError: there is nothing to pack, more than a pack can hold, or something can't be read.
        TaskError: `out` can't be written.
    """
    _check_free(assets, order.name)
    if assets.graphs:
        raise AssetError(f"{assets.spec}: has scene graphs, and a pack can't hold any")
    if not assets.inventory.assets:
        raise AssetError(f"{assets.spec}: holds no assets to pack")
    module = f"tma_{order.name.replace('-', '_')}"
    with new_folder(out) as scratch:
        inner = scratch / "src" / module
        (inner / "pack" / MEDIA).mkdir(parents=True)
        pack = _write_media(assets, order, inner / "pack" / MEDIA, folder, on_progress)
        (inner / "pack" / MANIFEST).write_text(_json(pack), encoding="utf-8")
        (inner / "py.typed").touch()
        _write_around(scratch, inner, _words(assets, order, module, pack))
        for path in _licence_files(folder):
            shutil.copyfile(path, scratch / path.name)
    return Packed(
        folder=out,
        assets=len(pack.inventory.assets),
        categories=len(assets.catalogue().categories),
        inside=sum(f.bytes for f in pack.files if not f.outside),
        outside=sum(f.bytes for f in pack.files if f.outside),
        forms=dict(sorted(Counter(f for a in pack.inventory.assets for f in a.forms).items())),
    )


def _check_free(assets: OpenAssets, name: str) -> None:
    for plugin in assets.registry.plugins:
        if normalise(plugin.name) == name and plugin.builtin:
            raise ConfigError(f"{name!r} is a built-in plugin's name", hint="give another: --name")


def _json(pack: Pack) -> str:
    shown = pack.model_dump(mode="json", exclude_defaults=True) | {"format": pack.format}
    return json.dumps(shown, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


# -- media ----------------------------------------------------------------------------------


def _write_media(
    assets: OpenAssets,
    order: Order,
    target: Path,
    folder: Path | None,
    on_progress: Callable[[int], None],
) -> Pack:
    """Every variant's bytes as a file, each file once, and the manifest of them."""
    own = _files_by_hash(folder)
    files: dict[str, PackFile] = {}
    places: dict[str, int] = {}
    variants: dict[str, dict[str, dict[str, int]]] = {}
    for number, (asset, form, name) in enumerate(_variants(assets), start=1):
        data = assets.read(asset, form, name)
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 not in files:
            path = own.get(sha256) or f"made/{sha256[:16]}{_suffix(data)}"
            outside = order.root is not None and sha256 in own
            files[sha256] = _file(path, sha256, len(data), outside)
            places[sha256] = len(places)
            if not outside:
                (target / path).parent.mkdir(parents=True, exist_ok=True)
                (target / path).write_bytes(data)
        variants.setdefault(asset, {}).setdefault(form, {})[name] = places[sha256]
        on_progress(number)
    return Pack(
        name=order.name,
        root=order.root,
        inventory=assets.inventory,
        files=tuple(files.values()),
        variants=variants,
    )


def _file(path: str, sha256: str, size: int, outside: bool) -> PackFile:
    try:
        return PackFile(path=path, sha256=sha256, bytes=size, outside=outside)
    except ValidationError as error:
        raise AssetError(error.errors()[0]["msg"], hint="rename the file") from None


def _variants(assets: OpenAssets) -> Iterator[tuple[str, str, str]]:
    for asset in assets.inventory.assets:
        for form, names in asset.forms.items():
            yield from ((asset.id, form, name) for name in names)


def _files_by_hash(folder: Path | None) -> dict[str, str]:
    """The paths of a folder's files by their hash; the first where several are equal."""
    found: dict[str, str] = {}
    if folder is not None:
        for path in sorted(folder.rglob("*")):
            hidden = any(p.startswith(".") for p in path.relative_to(folder).parts)
            if path.is_file() and not path.is_symlink() and not hidden:
                with path.open("rb") as file:
                    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
                found.setdefault(sha256, path.relative_to(folder).as_posix())
    return found


def _suffix(data: bytes) -> str:
    return next((s for start, s in _SUFFIXES.items() if data.startswith(start)), ".bin")


# -- the package around them ----------------------------------------------------------------


def _words(assets: OpenAssets, order: Order, module: str, pack: Pack) -> Mapping[str, str]:
    """What the templates need to know."""
    inventory = pack.inventory
    licences = sorted({a.licence or inventory.licence for a in inventory.assets})
    words = {
        "plugin": order.name,
        "module": module,
        "distribution": f"tma-{order.name}",
        "version": order.version,
        "summary": order.summary or f"The assets of {order.name}",
        "requirement": f"task-me-anything{'[remote]' if _far(order.root) else ''}>={__version__}",
        "licence": json.dumps(" AND ".join(map(_bracketed, licences))),
        "licences": ", ".join(licences),
        "assets": str(len(inventory.assets)),
        "categories": str(len(assets.catalogue().categories)),
        "forms": _tuple({form for asset in inventory.assets for form in asset.forms}),
        "root": order.root or "",
        "count": str(sum(f.outside for f in pack.files)),
    }
    outside = Template(templates.OUTSIDE).substitute(words) if order.root else ""
    return words | {"outside": outside}


def _bracketed(licence: str) -> str:
    """An SPDX expression as a part of another one, where AND binds closer than OR."""
    return f"({licence})" if " OR " in licence else licence


def _tuple(words: Iterable[str]) -> str:
    """Words as Python source."""
    listed = ", ".join(json.dumps(word) for word in sorted(words))
    return f"({listed})" if ", " in listed else f"({listed},)"


def _far(root: str | None) -> bool:
    return root is not None and "://" in root and not root.startswith("file://")


def _write_around(scratch: Path, inner: Path, words: Mapping[str, str]) -> None:
    (scratch / "tests").mkdir()
    for path, text in (
        (scratch / "pyproject.toml", templates.PROJECT),
        (scratch / "README.md", templates.README),
        (scratch / "CHANGELOG.md", templates.CHANGELOG),
        (scratch / "tests" / "conftest.py", templates.CONFTEST),
        (scratch / "tests" / f"test_{words['module']}.py", templates.TEST),
        (inner / "__init__.py", templates.PLUGIN),
        (inner / "source.py", templates.SOURCE),
    ):
        path.write_text(Template(text).substitute(words), encoding="utf-8")


def _licence_files(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    found = {p for pattern in _LICENCE_FILES for p in folder.glob(pattern) if p.is_file()}
    return sorted(found)
