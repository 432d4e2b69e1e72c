"""The `blender` renderer."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from tma import AssetReader, Media, MediaError, Renderer, Scene, Standing, Tabletop, TabletopVideo
from tma_blender import PYTHON
from tma_blender.process import Blender
from tma_plugins.stickers.png import encode
from tma_plugins.tabletop.meshes import MeshCache, Surface
from tma_plugins.tabletop.seen import Alone, Frame, report
from tma_plugins.tabletop.stage import (
    SPOT_INNER,
    SPOT_OUTER,
    backdrop_rows,
    table_surface,
)
from tma_plugins.tabletop.surfaces import surface_texture
from tma_plugins.tabletop.video import encode_mp4

_SURFACE_SIZE = 1024


class BlenderConfig(BaseModel):
    """Settings of the `blender` renderer.

    Attributes:
        python: an interpreter that can `import bpy`; $TMA_BLENDER_PYTHON by default.
        samples: paths a pixel; the picture is denoised.
        seconds: the longest that a picture or a video may take.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    python: Path | None = None
    samples: int = Field(default=16, ge=1, le=4096)
    seconds: float = Field(default=900.0, gt=0)


class BlenderRenderer(Renderer):
    """Draws `tma.Tabletop` scenes as PNG and `tma.TabletopVideo` scenes as MP4 with Cycles.

    The report is a `tma.View` of masks that Blender renders of the same geometry.
    """

    def __init__(self, config: BlenderConfig) -> None:
        python = config.python or os.environ.get(PYTHON)
        if not python:
            raise MediaError(
                "no Python with Blender is named",
                hint=f"set {PYTHON}, or blender?python=FILE; see the README of tma-blender",
            )
        self._samples = config.samples
        self._blender = Blender(Path(python), config.seconds)
        self._meshes = MeshCache()

    def render(self, scene: Scene, assets: AssetReader) -> Media:
        """Draw one scene.

        Raises:
            MediaError: no tabletop scene, or Blender fails.
            AssetError: a mesh is missing or broken.
        """
        if not isinstance(scene, Tabletop | TabletopVideo):
            raise MediaError(f"the blender renderer can't draw a scene of kind {scene.kind!r}")
        moments = [0.0] if isinstance(scene, Tabletop) else scene.progress()
        with tempfile.TemporaryDirectory(prefix="tma-blender-") as folder:
            job = _Job(scene, moments, Path(folder))
            for standing in scene.objects:
                job.add(standing, self._mesh(standing, assets))
            self._blender.ask(job.request(self._samples))
            frames = job.frames()
        if isinstance(scene, Tabletop):
            data, media_type = encode(Image.fromarray(frames[0].colors, "RGB")), "image/png"
        else:
            data, media_type = encode_mp4((f.colors for f in frames), scene.fps), "video/mp4"
        return Media(data, media_type, report(frames).model_dump(mode="json"))

    def _mesh(self, standing: Standing, assets: AssetReader) -> tuple[Surface, ...]:
        where = standing.asset, "mesh", standing.mesh
        name = f"asset {standing.asset}: mesh {standing.mesh!r}"
        return self._meshes.get(assets.sha256(*where), lambda: assets.read(*where), name).surfaces


class _Job:
    """A scene as files that Blender reads, and the files that it writes."""

    def __init__(self, scene: Tabletop | TabletopVideo, moments: list[float], folder: Path) -> None:
        self._scene, self._moments, self._folder = scene, moments, folder
        self._objects: list[dict[str, Any]] = []
        texture = surface_texture(scene.table.surface, scene.table.seed, _SURFACE_SIZE)
        self._table = self._save("table", table_surface(scene.table, texture))
        rows = backdrop_rows(scene.backdrop, scene.height)
        np.save(folder / "backdrop.npy", rows)

    def add(self, standing: Standing, surfaces: tuple[Surface, ...]) -> None:
        """Add the next object."""
        number = len(self._objects)
        self._objects.append(
            {
                "size": standing.size,
                "poses": [list(standing.pose(m)) for m in self._moments],
                "parts": [self._save(f"{number}-{i}", s) for i, s in enumerate(surfaces)],
            }
        )

    def _save(self, name: str, surface: Surface) -> dict[str, Any]:
        """Write a surface's arrays, and say what they don't."""
        arrays = {"vertices": surface.vertices, "faces": surface.faces, "normals": surface.normals}
        if surface.uv is not None:
            arrays["uv"] = surface.uv
        if surface.colors is not None:
            arrays["colors"] = surface.colors
        np.savez(self._folder / f"{name}.npz", allow_pickle=False, **arrays)
        if surface.texture is not None:
            Image.fromarray(surface.texture).save(self._folder / f"{name}.png")
        return {
            "name": name,
            "texture": surface.texture is not None,
            "color": list(surface.color),
            "metallic": surface.metallic,
            "roughness": surface.roughness,
            "alpha": surface.alpha,
            "cutoff": surface.cutoff,
        }

    def request(self, samples: int) -> dict[str, Any]:
        """What Blender is asked."""
        scene = self._scene
        camera = scene.camera
        return {
            "folder": str(self._folder),
            "width": scene.width,
            "height": scene.height,
            "samples": samples,
            "camera": {
                "position": list(camera.position),
                "elevation": camera.elevation,
                "fov": camera.fov,
            },
            "lights": [light.model_dump(mode="json") for light in scene.lights],
            "spot": [SPOT_INNER, SPOT_OUTER],
            "ambient": scene.ambient,
            "table": self._table,
            "objects": self._objects,
            "frames": len(self._moments),
        }

    def frames(self) -> list[Frame]:
        """What Blender drew. Raises MediaError if something is missing."""
        try:
            return [self._frame(number) for number in range(len(self._moments))]
        except (OSError, ValueError, KeyError) as error:
            raise MediaError(f"Blender left an incomplete picture: {error}") from None

    def _frame(self, number: int) -> Frame:
        with Image.open(self._folder / f"frame-{number}.png") as image:
            colors: NDArray[np.uint8] = np.asarray(image.convert("RGB"))
        seen = np.load(self._folder / f"frame-{number}.npz", allow_pickle=False)
        alone = [Alone(float(i), float(t)) for i, t in seen["alone"].tolist()]
        return Frame(seen["owners"], colors, alone)
