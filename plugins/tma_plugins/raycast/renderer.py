"""The `raycast` renderer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tma import (
    AssetReader,
    Bodies,
    Camera,
    Media,
    MediaError,
    Renderer,
    Scene,
    Table,
    Tabletop,
    TabletopVideo,
)
from tma_plugins.bytecache import ByteCache
from tma_plugins.raycast.mipmap import Mipmap
from tma_plugins.raycast.shading import Lamp, linear, unit
from tma_plugins.raycast.sights import looking, pixel_width
from tma_plugins.raycast.tracing import Light, Sight, owners, picture
from tma_plugins.raycast.world import NOTHING, Array, Placed, World
from tma_plugins.stickers.png import encode
from tma_plugins.tabletop.meshes import Mesh, MeshCache, Surface
from tma_plugins.tabletop.props import Drawable, Prop, frames_of, props_of, things_in
from tma_plugins.tabletop.seen import Alone, Frame, report
from tma_plugins.tabletop.stage import SPOT_INNER, SPOT_OUTER, backdrop_rows, table_surface
from tma_plugins.tabletop.surfaces import surface_texture
from tma_plugins.tabletop.video import encode_mp4

_MESH_BYTES = 384 * 2**20
_MIPMAP_BYTES = 256 * 2**20
_SURFACE_BYTES = 64 * 2**20
_SURFACE_SIZE = 1024
_LAMP_SIZE = 0.14
"""Radius of a lamp in table units."""
_SUN_SIZE = 0.03
"""Radius of the sun at distance 1."""
_NEAR = 0.05
"""Depth, in table units, nearer than which an object counts as all around the camera."""


class RaycastRenderer(Renderer):
    """Draws `tma.Tabletop` and `tma.Bodies` scenes as PNG, their videos as MP4, by ray casting.

    The report is a `tma.View`: pixels are counted by rays through their centres.
    """

    def __init__(self) -> None:
        self._meshes = MeshCache(_MESH_BYTES)
        self._mipmaps: ByteCache[tuple[str, int], Mipmap] = ByteCache(
            _MIPMAP_BYTES, lambda mipmap: mipmap.nbytes
        )
        self._tables: ByteCache[tuple[str, int], tuple[NDArray[np.uint8], Mipmap]] = ByteCache(
            _SURFACE_BYTES, lambda made: made[0].nbytes + made[1].nbytes
        )

    def environment(self) -> tuple[str, ...]:
        """The ray caster, and the encoder of videos."""
        return tuple(f"{name} {version(name)}" for name in ("embreex", "av"))

    def render(self, scene: Scene, assets: AssetReader) -> Media:
        """Draw one scene.

        Raises:
            MediaError: no scene of solid objects, or a surface of the table that nobody knows.
            AssetError: a mesh is missing or broken.
        """
        if not isinstance(scene, Drawable):
            raise MediaError(f"the raycast renderer can't draw a scene of kind {scene.kind!r}")
        stage = _Stage(scene, *self._loaded(scene, assets))
        frames = [stage.frame(number) for number in range(frames_of(scene))]
        if isinstance(scene, Tabletop | Bodies):
            data, media_type = encode(Image.fromarray(frames[0].colors, "RGB")), "image/png"
        else:
            data, media_type = encode_mp4((f.colors for f in frames), scene.fps), "video/mp4"
        return Media(data, media_type, report(frames).model_dump(mode="json"))

    def _loaded(
        self, scene: Drawable, assets: AssetReader
    ) -> tuple[list[tuple[Prop, Mesh, list[Mipmap | None]]], Placed | None]:
        """The scene's meshes, and its table if it has one."""
        props = []
        for prop in props_of(scene):
            where = prop.asset, "mesh", prop.mesh
            read = partial(assets.read, *where)
            mesh = self._meshes.get(assets.sha256(*where), read, prop.name)
            mipmaps = [self._mipmap(mesh, i, s) for i, s in enumerate(mesh.surfaces)]
            props.append((prop, mesh, mipmaps))
        table = scene.table if isinstance(scene, Tabletop | TabletopVideo) else None
        return props, None if table is None else self._table(table)

    def _mipmap(self, mesh: Mesh, index: int, surface: Surface) -> Mipmap | None:
        texture = surface.texture
        if texture is None:
            return None
        return self._mipmaps.get((mesh.sha256, index), lambda: Mipmap(texture))

    def _table(self, table: Table) -> Placed:
        def make() -> tuple[NDArray[np.uint8], Mipmap]:
            texture = surface_texture(table.surface, table.seed, _SURFACE_SIZE)
            return texture, Mipmap(texture)

        texture, mipmap = self._tables.get((table.surface, table.seed), make)
        return Placed(table_surface(table, texture), NOTHING, np.eye(4), mipmap)


class _Stage:
    """A scene whose meshes are loaded.

    Args:
        scene: what is shown.
        props: its meshes, with their textures.
        table: its table, if it has one.
    """

    def __init__(
        self,
        scene: Drawable,
        props: Sequence[tuple[Prop, Mesh, list[Mipmap | None]]],
        table: Placed | None,
    ) -> None:
        self._scene, self._props, self._table = scene, props, table
        self._eye = np.array(scene.camera.position, np.float32)
        self._light = Light(lamps(scene), scene.ambient)
        self._backdrop = backdrop_rows(scene.backdrop, scene.height)
        self._alone: dict[tuple[int, bytes], Alone] = {}
        self._pixel = 1 / scene.height
        self._sight = _sight(scene.camera, scene.width, scene.height)

    def _placed(self, frame: int) -> list[Placed]:
        found = []
        for prop, mesh, mipmaps in self._props:
            place = prop.place(frame) @ mesh.own if prop.own else prop.place(frame)
            owner = NOTHING if prop.thing is None else prop.thing
            for surface, mipmap in zip(mesh.surfaces, mipmaps, strict=True):
                found.append(Placed(surface, owner, place, mipmap, prop.shadow))
        return found

    def _world(self, placed: list[Placed]) -> World:
        return World(placed if self._table is None else [*placed, self._table])

    def frame(self, number: int) -> Frame:
        """The picture of a frame, by its number from 0."""
        scene = self._scene
        placed = self._placed(number)
        shown = picture(
            self._world(placed),
            self._light,
            self._eye,
            self._sight,
            (scene.width, scene.height),
            pixel=pixel_width(scene.camera.fov, self._pixel),
            backdrop=self._backdrop,
        )
        colors = (shown.color.clip(0, 1) * 255 + 0.5).astype(np.uint8)
        return Frame(shown.owner, colors, self._seen_alone(placed))

    def _seen_alone(self, placed: Sequence[Placed]) -> list[Alone]:
        found = []
        for thing in range(things_in(self._scene)):
            parts = [p for p in placed if p.owner == thing]
            key = thing, b"".join(p.place.tobytes() for p in parts)
            if key not in self._alone:
                self._alone[key] = self._count(parts) if parts else Alone(0, 0)
            found.append(self._alone[key])
        return found

    def _count(self, parts: Sequence[Placed]) -> Alone:
        world = World(parts)
        width, height = self._scene.width, self._scene.height
        left, top, right, bottom = _pixels(world.vertices, self._scene.camera, width, height)
        across, down = np.meshgrid(
            np.arange(left, right, dtype=np.float32) + np.float32(0.5),
            np.arange(top, bottom, dtype=np.float32) + np.float32(0.5),
        )
        xs, ys = across.reshape(-1), down.reshape(-1)
        met = owners(world, self._eye, (self._sight, xs, ys)) != NOTHING
        inside = met & (xs > 0) & (xs < width) & (ys > 0) & (ys < height)
        return Alone(int(inside.sum()), int(met.sum()))


def lamps(scene: Drawable) -> list[Lamp]:
    """The scene's lights; in videos, whose frames are small, their shadows are sharp.

    Raises:
        MediaError: a light has no direction.
    """
    found = []
    soft = isinstance(scene, Tabletop | Bodies)
    for light in scene.lights:
        position = np.array(light.position, np.float32)
        ray = np.array(light.target, np.float32) - position
        reach = float(np.linalg.norm(ray))
        if reach == 0:
            raise MediaError("a light stands at the place that it points at")
        cone = None
        if light.kind == "spot":
            cone = float(np.cos(np.radians(SPOT_INNER))), float(np.cos(np.radians(SPOT_OUTER)))
        power = linear(light.color) * np.float32(light.intensity)
        beam = unit(ray[None])[0]
        if light.kind == "sun":
            found.append(Lamp(position, beam, power, None, None, light.shadows, soft * _SUN_SIZE))
        else:
            found.append(Lamp(position, beam, power, reach, cone, light.shadows, soft * _LAMP_SIZE))
    return found


def _sight(camera: Camera, width: int, height: int) -> Sight:
    left, top = -width / height / 2, -0.5
    return looking(camera.elevation, camera.fov, left, top, 1 / height)


def _pixels(points: Array, camera: Camera, width: int, height: int) -> tuple[int, int, int, int]:
    """The pixels that may show points, at most a picture's size beyond each edge."""
    limits = -width, -height, 2 * width, 2 * height
    right, down, depth = camera.project(tuple(points.T.astype(np.float64)))
    if np.min(depth) < _NEAR:
        return limits
    xs = np.asarray(right) * height + width / 2
    ys = np.asarray(down) * height + height / 2
    return (
        max(limits[0], int(np.floor(xs.min()))),
        max(limits[1], int(np.floor(ys.min()))),
        min(limits[2], int(np.ceil(xs.max()))),
        min(limits[3], int(np.ceil(ys.max()))),
    )
