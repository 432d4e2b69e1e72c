"""Packages to begin with: `tma plugins new` writes one that offers one thing and works."""

from __future__ import annotations

import io
import keyword
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template

from tma.config import normalise
from tma.errors import PluginError
from tma.registry import Registry, default_registry
from tma.taskset import new_folder

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


@dataclass(frozen=True)
class _Kind:
    """What differs from kind to kind.

    Attributes:
        file: the module of its class.
        summary: of the package.
        more: further dependencies.
        extras: modules besides that of the class.
    """

    file: str
    summary: str
    more: str = ""
    extras: tuple[str, ...] = ()


_KINDS: Mapping[str, _Kind] = {
    "asset-source": _Kind("source", "Shapes in three colours"),
    "task-generator": _Kind("tasks", "Name the one thing in the picture"),
    "renderer": _Kind("renderer", "Stickers on coloured paper", ', "pillow>=11"', ("settings",)),
    "model-adapter": _Kind("model", "Answers by how dark it is", ', "pillow>=11"', ("settings",)),
    "exporter": _Kind("table", "A table of questions, with the pictures beside it"),
}
_COLORS = {"blue": (50, 90, 200), "green": (40, 150, 70), "red": (210, 50, 50)}
_SIDE = 96


@dataclass(frozen=True)
class Made:
    """A package that was written.

    Attributes:
        folder: where it is.
        files: its files, relative to that.
        steps: command lines to go on with.
    """

    folder: Path
    files: tuple[str, ...]
    steps: tuple[str, ...]


def scaffold(
    name: str, kind: str, folder: Path | None = None, registry: Registry | None = None
) -> Made:
    """Write a package that offers one thing of a kind.

    Args:
        name: of the plugin; a leading `tma-` is dropped.
        kind: `asset-source`, `task-generator`, `renderer`, `model-adapter` or `exporter`.
        folder: a folder that is missing or empty; `tma-NAME` here by default.
        registry: whose plugins' names are taken; the installed ones by default.

    Raises:
        PluginError: the name can't be a plugin's, or is one's.
        TaskError: the folder can't be written anew.
    """
    own = normalise(name).removeprefix("tma-")
    if not _NAME.match(own) or keyword.iskeyword(own):
        raise PluginError(
            f"{name!r} can't be a plugin's name", hint="use lower-case words and hyphens"
        )
    for plugin in (registry or default_registry()).plugins:
        if normalise(plugin.name) == own:
            raise PluginError(
                f"plugin name {own!r} is taken by {plugin.distribution}", hint="choose another"
            )
    out = folder or Path(f"tma-{own}")
    written: list[str] = []
    with new_folder(out) as scratch:
        for path, data in _files(own, kind):
            target = scratch / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            written.append(path)
    steps = (
        f"pip install -e '{out}[test]'",
        f"tma plugins info {own}/{own}",
        f"tma plugins run {own}/{own}",
        f"tma plugins check {out}",
        f"python -m pytest {out}",
    )
    return Made(out, tuple(written), steps)


def _files(name: str, kind: str) -> Iterator[tuple[str, bytes]]:
    about = _KINDS[kind]
    module = f"tma_{name.replace('-', '_')}"
    words = {
        "name": name,
        "module": module,
        "cls": "".join(part.capitalize() for part in name.split("-")),
        "file": about.file,
        "summary": about.summary,
        "more": about.more,
    }

    def fill(template: str) -> str:
        text = (files(__package__) / "templates" / f"{template}.tmpl").read_text(encoding="utf-8")
        return Template(text).substitute(words)

    words["test"] = fill(f"{kind}/test.py").rstrip("\n")
    for path, template in (
        ("pyproject.toml", "common/pyproject.toml"),
        ("README.md", "common/README.md"),
        (".gitignore", "common/gitignore"),
        (".github/workflows/ci.yml", "common/ci.yml"),
        (f"tests/test_{module}.py", "common/test.py"),
        *(
            (f"src/{module}/{part}.py", f"{kind}/{part}.py")
            for part in ("__init__", about.file, *about.extras)
        ),
    ):
        yield path, fill(template).encode()
    if kind == "asset-source":
        for shape, draw in _SHAPES.items():
            for color, rgb in _COLORS.items():
                yield f"src/{module}/pictures/{shape}/{color}.png", _png(draw, rgb)


Points = list[tuple[float, float]]


def _ring(corners: int, radii: tuple[float, ...], turn: float = 0.0) -> Points:
    """Points around the middle of the unit square, at radii that take turns."""
    found = []
    for i in range(corners):
        angle = math.tau * (i / corners - 0.25) + turn
        radius = radii[i % len(radii)]
        found.append((0.5 + radius * math.cos(angle), 0.5 + radius * math.sin(angle)))
    return found


_CROSS = [(0.35, 0.05), (0.65, 0.05), (0.65, 0.35), (0.95, 0.35), (0.95, 0.65), (0.65, 0.65)]
_SHAPES: Mapping[str, Callable[[], Points]] = {
    "circle": lambda: _ring(72, (0.45,)),
    "triangle": lambda: _ring(3, (0.48,)),
    "square": lambda: _ring(4, (0.5,), math.pi / 4),
    "star": lambda: _ring(10, (0.48, 0.2)),
    "cross": lambda: [*_CROSS, *((1 - x, 1 - y) for x, y in _CROSS)],
    "arrow": lambda: [
        *((0.05, 0.38), (0.55, 0.38), (0.55, 0.15), (0.95, 0.5)),
        *((0.55, 0.85), (0.55, 0.62), (0.05, 0.62)),
    ],
}


def _png(shape: Callable[[], Points], rgb: tuple[int, int, int]) -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("RGBA", (_SIDE, _SIDE))
    points = [(x * _SIDE, y * _SIDE) for x, y in shape()]
    ImageDraw.Draw(image).polygon(points, fill=(*rgb, 255))
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()
