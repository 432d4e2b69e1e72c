"""The `pyrender` renderer."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tma import AssetReader, Media, MediaError, Renderer, Scene, Standing, Tabletop, TabletopVideo
from tma_plugins.glrender import devices
from tma_plugins.glrender.alone import count_alone
from tma_plugins.glrender.canvas import Rows
from tma_plugins.glrender.compat import HINT, GlError, in_one_line
from tma_plugins.glrender.gpu import Model, Texture
from tma_plugins.glrender.optics import Lamps, lamps_of, linear, placed, seen_from
from tma_plugins.glrender.painter import Item, Painter, View, painting
from tma_plugins.glrender.settings import GlSettings
from tma_plugins.stickers.png import encode
from tma_plugins.tabletop.meshes import load_mesh
from tma_plugins.tabletop.seen import Alone, Frame, report
from tma_plugins.tabletop.stage import backdrop_rows, table_surface
from tma_plugins.tabletop.surfaces import surface_texture
from tma_plugins.tabletop.video import encode_mp4

_SURFACE_SIZE = 512
_ANY = np.zeros((1, 1, 3), np.uint8)
"""The table's texture is not its slab's: many tables share it."""


class GlRenderer(Renderer):
    """Draws `tma.Tabletop` scenes as PNG and `tma.TabletopVideo` scenes as MP4, by OpenGL.

    The report is a `tma.View`: pixels are counted by what is at their centres.
    """

    def __init__(self, settings: GlSettings | None = None) -> None:
        self._settings = settings or GlSettings()

    def environment(self) -> tuple[str, ...]:
        """The driver, and the encoder of videos."""
        return f"OpenGL by {devices.driver() or 'an unknown driver'}", f"av {version('av')}"

    def render(self, scene: Scene, assets: AssetReader) -> Media:
        """Draw one scene.

        Raises:
            MediaError: no tabletop scene, a surface of the table that nobody knows, more lights
                than can be drawn, or OpenGL fails.
            AssetError: a mesh is missing or broken.
        """
        if not isinstance(scene, Tabletop | TabletopVideo):
            raise MediaError(f"the pyrender renderer can't draw a scene of kind {scene.kind!r}")
        try:
            with painting() as painter:
                show = _Show(painter, scene, assets, self._settings)
                try:
                    frames = [show.frame(p) for p in show.progress]
                finally:
                    show.close()
        except GlError as error:
            raise MediaError(f"OpenGL failed: {in_one_line(error)}", hint=HINT) from error
        seen = report(frames).model_dump(mode="json")
        if isinstance(scene, Tabletop):
            return Media(encode(Image.fromarray(frames[0].colors, "RGB")), "image/png", seen)
        return Media(encode_mp4((f.colors for f in frames), scene.fps), "video/mp4", seen)


class _Show:
    """A scene whose models are on the card."""

    def __init__(
        self,
        painter: Painter,
        scene: Tabletop | TabletopVideo,
        assets: AssetReader,
        settings: GlSettings,
    ) -> None:
        self._painter, self._scene, self._settings = painter, scene, settings
        self.progress = scene.progress() if isinstance(scene, TabletopVideo) else [0.0]
        self._lamps: Lamps = lamps_of(scene, settings.shadows)
        self._models = [self._model(o, assets) for o in scene.objects]
        aspect = scene.width / scene.height
        eye = np.array(scene.camera.position)
        self._view = View(seen_from(scene.camera, aspect), eye)
        self._wide = View(seen_from(scene.camera, aspect, widen=3.0), eye)
        self._alone: dict[tuple[int, object], Alone] = {}
        texture = self._surface()
        self._slab = Model([table_surface(scene.table, _ANY)], texture)
        self._table = Item(self._slab, np.eye(4), 0, np.inf)
        rows = backdrop_rows(scene.backdrop, scene.height * settings.supersample)
        self._rows = Rows(linear(rows[::-1]).astype(np.float32))  # type: ignore[arg-type]

    def close(self) -> None:
        """Free what is not kept."""
        self._rows.free()
        self._slab.free()

    def _model(self, standing: Standing, assets: AssetReader) -> Model:
        where = standing.asset, "mesh", standing.mesh
        name = f"asset {standing.asset}: mesh {standing.mesh!r}"
        make: Callable[[], Model] = lambda: Model.of(load_mesh(assets.read(*where), name))  # noqa: E731
        return self._painter.shelf.get(assets.sha256(*where), make)

    def _surface(self) -> Texture:
        table = self._scene.table
        return self._painter.shelf.get(
            (table.surface, table.seed),
            lambda: Texture(surface_texture(table.surface, table.seed, _SURFACE_SIZE)),
        )

    def frame(self, progress: float) -> Frame:
        """The picture when a share of the video has passed."""
        scene, painter = self._scene, self._painter
        items = [
            self._item(number, standing, model, progress)
            for number, (standing, model) in enumerate(
                zip(scene.objects, self._models, strict=True), 1
            )
        ]
        size = scene.width, scene.height
        colors = self._colors(items)
        owners = painter.owners(self._wide, size, [*items, self._table]).astype(np.int32) - 1
        return Frame(owners, colors, self._seen_alone(items, progress))

    def _item(self, number: int, standing: Standing, model: Model, progress: float) -> Item:
        pose = standing.pose(progress)
        depth = self._scene.camera.project((pose.x, pose.y, standing.size / 2))[2]
        return Item(model, placed(standing, progress), number, depth)

    def _colors(self, items: list[Item]) -> NDArray[np.uint8]:
        scene, times = self._scene, self._settings.supersample
        size = scene.width * times, scene.height * times
        soft = scene.kind == "tabletop"
        self._painter.shades(self._lamps, items, 1024 if max(size) > 256 else 512)
        light = self._lamps, scene.ambient, soft
        everything = [*items, self._table]
        return _reduced(
            self._painter.picture(self._view, size, everything, light, self._rows), times
        )

    def _seen_alone(self, items: list[Item], progress: float) -> list[Alone]:
        scene = self._scene
        keys = [(n, o.pose(progress)) for n, o in enumerate(scene.objects)]
        fresh = [n for n, key in enumerate(keys) if key not in self._alone]
        size = scene.width, scene.height
        counted = count_alone(self._painter, self._wide, size, [items[n] for n in fresh])
        self._alone.update(zip((keys[n] for n in fresh), counted, strict=True))
        return [self._alone[key] for key in keys]


def _reduced(pixels: NDArray[np.uint8], times: int) -> NDArray[np.uint8]:
    if times == 1:
        return pixels
    high, wide = pixels.shape[:2]
    blocks = pixels.reshape(high // times, times, wide // times, times, 3)
    return np.asarray(blocks.mean(axis=(1, 3)) + 0.5).astype(np.uint8)
