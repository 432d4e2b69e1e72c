"""The `pyrender` renderer."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tma import (
    AssetReader,
    Bodies,
    Media,
    MediaError,
    Renderer,
    Scene,
    Tabletop,
    TabletopVideo,
)
from tma_plugins.glrender import devices
from tma_plugins.glrender.alone import count_alone
from tma_plugins.glrender.canvas import Rows
from tma_plugins.glrender.compat import HINT, GlError, in_one_line
from tma_plugins.glrender.gpu import Model, Texture
from tma_plugins.glrender.optics import Lamps, lamps_of, linear, seen_from
from tma_plugins.glrender.painter import Item, Painter, View, painting
from tma_plugins.glrender.settings import GlSettings
from tma_plugins.stickers.png import encode
from tma_plugins.tabletop.meshes import load_mesh
from tma_plugins.tabletop.props import Drawable, Prop, frames_of, props_of, things_in
from tma_plugins.tabletop.seen import Alone, Frame, report
from tma_plugins.tabletop.stage import backdrop_rows, table_surface
from tma_plugins.tabletop.surfaces import surface_texture
from tma_plugins.tabletop.video import encode_mp4

_SURFACE_SIZE = 512
_ANY = np.zeros((1, 1, 3), np.uint8)
"""The table's texture is not its slab's: many tables share it."""


class GlRenderer(Renderer):
    """Draws `tma.Tabletop` and `tma.Bodies` scenes as PNG, their videos as MP4, by OpenGL.

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
            MediaError: no scene of solid objects, a surface of the table that nobody knows,
                more lights than can be drawn, or OpenGL fails.
            AssetError: a mesh is missing or broken.
        """
        if not isinstance(scene, Drawable):
            raise MediaError(f"the pyrender renderer can't draw a scene of kind {scene.kind!r}")
        try:
            with painting() as painter:
                show = _Show(painter, scene, assets, self._settings)
                try:
                    frames = [show.frame(n) for n in range(frames_of(scene))]
                finally:
                    show.close()
        except GlError as error:
            raise MediaError(f"OpenGL failed: {in_one_line(error)}", hint=HINT) from error
        seen = report(frames).model_dump(mode="json")
        if isinstance(scene, Tabletop | Bodies):
            return Media(encode(Image.fromarray(frames[0].colors, "RGB")), "image/png", seen)
        return Media(encode_mp4((f.colors for f in frames), scene.fps), "video/mp4", seen)


class _Show:
    """A scene whose models are on the card."""

    def __init__(
        self, painter: Painter, scene: Drawable, assets: AssetReader, settings: GlSettings
    ) -> None:
        self._painter, self._scene, self._settings = painter, scene, settings
        self._props = props_of(scene)
        self._lamps: Lamps = lamps_of(scene, settings.shadows)
        self._models = [self._model(prop, assets) for prop in self._props]
        aspect = scene.width / scene.height
        eye = np.array(scene.camera.position)
        self._view = View(seen_from(scene.camera, aspect), eye)
        self._wide = View(seen_from(scene.camera, aspect, widen=3.0), eye)
        self._alone: dict[tuple[int, bytes], Alone] = {}
        self._slab = self._table()
        rows = backdrop_rows(scene.backdrop, scene.height * settings.supersample)
        self._rows = Rows(linear(rows[::-1]).astype(np.float32))  # type: ignore[arg-type]

    def close(self) -> None:
        """Free what is not kept."""
        self._rows.free()
        if self._slab is not None:
            self._slab.free()

    def _model(self, prop: Prop, assets: AssetReader) -> Model:
        where = prop.asset, "mesh", prop.mesh
        make: Callable[[], Model] = lambda: Model.of(load_mesh(assets.read(*where), prop.name))  # noqa: E731
        return self._painter.shelf.get(assets.sha256(*where), make)

    def _table(self) -> Model | None:
        if not isinstance(self._scene, Tabletop | TabletopVideo):
            return None
        table = self._scene.table
        texture = self._painter.shelf.get(
            (table.surface, table.seed),
            lambda: Texture(surface_texture(table.surface, table.seed, _SURFACE_SIZE)),
        )
        return Model([table_surface(table, _ANY)], texture)

    def frame(self, number: int) -> Frame:
        """A frame, by its number from 0."""
        scene, painter = self._scene, self._painter
        items = [self._item(p, m, number) for p, m in zip(self._props, self._models, strict=True)]
        things: list[list[Item]] = [[] for _ in range(things_in(scene))]
        for prop, item in zip(self._props, items, strict=True):
            if prop.thing is not None:
                things[prop.thing].append(item)
        casting = [i for p, i in zip(self._props, items, strict=True) if p.shadow]
        if self._slab is not None:
            items.append(Item(self._slab, np.eye(4), 0, np.inf))
        colors = self._colors(items, casting)
        size = scene.width, scene.height
        owners = painter.owners(self._wide, size, items).astype(np.int32) - 1
        return Frame(owners, colors, self._seen_alone(things))

    def _item(self, prop: Prop, model: Model, frame: int) -> Item:
        place = prop.place(frame)
        middle = place[:3, 3] if prop.own else place[:3] @ (0, 0, 0.5, 1)
        depth = self._scene.camera.project(tuple(middle))[2]
        number = 0 if prop.thing is None else prop.thing + 1
        return Item(model, place @ model.own if prop.own else place, number, depth)

    def _colors(self, items: list[Item], casting: list[Item]) -> NDArray[np.uint8]:
        scene, times = self._scene, self._settings.supersample
        size = scene.width * times, scene.height * times
        soft = isinstance(scene, Tabletop | Bodies)
        self._painter.shades(self._lamps, casting, 1024 if max(size) > 256 else 512)
        light = self._lamps, scene.ambient, soft
        return _reduced(self._painter.picture(self._view, size, items, light, self._rows), times)

    def _seen_alone(self, things: list[list[Item]]) -> list[Alone]:
        keys = [(n, b"".join(i.place.tobytes() for i in t)) for n, t in enumerate(things)]
        fresh = [n for n, key in enumerate(keys) if key not in self._alone]
        size = self._scene.width, self._scene.height
        counted = count_alone(self._painter, self._wide, size, [things[n] for n in fresh])
        self._alone.update(zip((keys[n] for n in fresh), counted, strict=True))
        return [self._alone[key] for key in keys]


def _reduced(pixels: NDArray[np.uint8], times: int) -> NDArray[np.uint8]:
    if times == 1:
        return pixels
    high, wide = pixels.shape[:2]
    blocks = pixels.reshape(high // times, times, wide // times, times, 3)
    return np.asarray(blocks.mean(axis=(1, 3)) + 0.5).astype(np.uint8)
