"""OBJ, PLY and STL files as GLB."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import numpy as np
import trimesh
from trimesh.resolvers import Resolver

from tma import AssetError
from tma_plugins.tabletop.meshes import Limits

_SMOOTH = np.radians(40)
"""Faces of files without normals look smooth where they meet at less than this angle."""
_MAPS = (b"map_", b"bump", b"disp", b"decal", b"refl", b"norm")


class Inside(Resolver):  # type: ignore[misc]
    """Gives a mesh the files that it names, if they lie in its pack's folder.

    Args:
        root: the pack's folder.
        folder: the mesh's own, where names start.
        limit: bytes of a file at most.

    Attributes:
        refused: names that led outside, or to too large files.
    """

    def __init__(self, root: Path, folder: Path, limit: int) -> None:
        self._root, self._folder, self._limit = root.resolve(), folder, limit
        self.refused: list[str] = []

    def get(self, key: str) -> bytes:
        """A file's bytes. Raises FileNotFoundError, also for what is refused."""
        return self.find(key).read_bytes()

    def named_in(self, obj: bytes) -> list[Path]:
        """The files that an OBJ file and its MTL files name, as far as they may be read; sorted.

        By their statements `mtllib`, `map_...`, `bump`, `disp`, `decal`, `refl` and `norm`
        (Wavefront Technologies, Advanced Visualizer, appendix B1).
        """
        found: set[Path] = set()
        for library in self._named(obj, (b"mtllib",)):
            found.add(library)
            found.update(self._named(library.read_bytes(), _MAPS))
        return sorted(found)

    def _named(self, data: bytes, statements: tuple[bytes, ...]) -> Iterator[Path]:
        for line in data.splitlines():
            words = line.split()
            if len(words) > 1 and words[0].lower().startswith(statements):
                for first in range(1, len(words)):  # options come first, and names hold spaces
                    name = line.split(maxsplit=first)[first]
                    with suppress(FileNotFoundError, OSError, ValueError):
                        yield self.find(name.decode(errors="replace"))

    def find(self, key: str) -> Path:
        """Where a file lies. Raises FileNotFoundError, also for what is refused."""
        name = str(key).strip().replace("\\", "/")
        path = (self._folder / name).resolve()
        if PurePosixPath(name).is_absolute() or not path.is_relative_to(self._root):
            self.refused.append(name)
            raise FileNotFoundError(name)
        if not path.is_file():
            raise FileNotFoundError(name)
        if path.stat().st_size > self._limit:
            self.refused.append(name)
            raise FileNotFoundError(name)
        return path

    def write(self, name: str, data: object) -> None:
        """Nothing is ever written. Raises PermissionError."""
        raise PermissionError(name)

    def namespaced(self, namespace: str) -> Inside:
        """The same for names below a folder."""
        return Inside(self._root, self._folder / namespace, self._limit)

    def keys(self) -> list[str]:
        """No names are known beforehand."""
        return []


def to_glb(
    data: bytes, path: Path, root: Path, up: Literal["y", "z"], limits: Limits | None = None
) -> bytes:
    """A GLB, OBJ, PLY or STL file as GLB with y up; GLB files are given back as they are.

    Colours of OBJ and PLY files count as sRGB, as the programs that write them mean it; files
    without normals are smoothed except at edges.

    Args:
        data: the file's bytes; they are distrusted.
        path: the file; its suffix says the format, and errors name it.
        root: the folder that files which it names must lie in.
        up: the file's axis that points up; if z, its front looks along -y.
        limits: on bytes and faces.

    Raises:
        AssetError: the file is broken, too large, or refers to files outside `root`.
    """
    limits = limits or Limits()
    if len(data) > limits.bytes:
        raise AssetError(f"{path}: has {len(data)} bytes; at most {limits.bytes} are read")
    if path.suffix.lower() == ".glb" and up == "y":
        return data
    inside = Inside(root, path.parent, limits.bytes)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a broken file's follies are refused below
            scene = trimesh.load_scene(
                BytesIO(data), file_type=path.suffix[1:].lower(), resolver=inside
            )
            meshes = [m for m in scene.dump() if isinstance(m, trimesh.Trimesh) and len(m.faces)]
    except Exception as error:
        # Its parsers raise whatever comes of odd bytes.
        cause = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise AssetError(f"{path}: is a broken {path.suffix[1:].upper()} file: {cause}") from None
    if inside.refused:
        raise AssetError(
            f"{path}: refers to {inside.refused[0]!r}, outside {root} or too large",
            hint="put the files that a mesh needs into its folder",
        )
    if not meshes:
        raise AssetError(f"{path}: has no faces")
    if sum(len(m.faces) for m in meshes) > limits.faces:
        raise AssetError(f"{path}: has more than {limits.faces} faces")
    return _exported(meshes, path, up, _has_normals(data, path))


def _has_normals(data: bytes, path: Path) -> bool:
    match path.suffix.lower():
        case ".obj":
            return b"\nvn " in data
        case ".ply":
            return b" nx" in data[: data.find(b"end_header")]
        case suffix:
            return suffix == ".glb"


def _exported(meshes: list[Any], path: Path, up: Literal["y", "z"], normals: bool) -> bytes:
    result: Any = trimesh.Scene()
    # From z up to y up: a quarter turn about x.
    upright = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]], np.float64)
    for number, mesh in enumerate(meshes):
        if not np.isfinite(mesh.vertices).all():
            raise AssetError(f"{path}: has coordinates that are not finite numbers")
        if not normals:
            mesh = trimesh.graph.smooth_shade(mesh, angle=_SMOOTH, facet_minarea=None)
        if path.suffix.lower() != ".glb":
            _linearise(mesh)
        if up == "z":
            mesh.apply_transform(upright)
        result.add_geometry(mesh, geom_name=f"part{number}", node_name=f"part{number}")
    exported = result.export(file_type="glb", include_normals=True)
    assert isinstance(exported, bytes)
    return exported


def _linearise(mesh: Any) -> None:
    """Turn sRGB colours into the linear factors that glTF wants; textures stay as they are."""
    visual = mesh.visual
    if visual.kind == "texture":
        material = visual.material
        if hasattr(material, "to_pbr"):
            material = material.to_pbr()
        factor = material.baseColorFactor
        if factor is not None:
            share = np.array(factor, np.float64)
            share /= 255 if np.asarray(factor).dtype == np.uint8 else 1
            share[:3] = _linear(share[:3])
            material.baseColorFactor = share
        material.metallicFactor = 0.0
        visual.material = material
    elif visual.kind is not None:
        colors = np.array(visual.vertex_colors, np.float64) / 255
        colors[:, :3] = _linear(colors[:, :3])
        visual.vertex_colors = np.round(colors * 255).astype(np.uint8)


def _linear(value: Any) -> Any:
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
