"""A renderer for tests: flat colours, no light, and exact reports."""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tma.contract.assets import AssetReader
from tma.contract.media import Media, Renderer
from tma.contract.scene import Scene, Sticker, Stickers
from tma.contract.tabletop import Pose, Seen, Standing, Tabletop, View
from tma.errors import MediaError

Mask = NDArray[np.bool_]
_PAPER = (250, 250, 250)
_CLOTH = (206, 196, 180)


class Flat(Renderer):
    """Draws stickers without smoothing, and things on a table as discs of their size.

    A disc's colour comes from the mesh's bytes. The report of a `tma.Stickers` scene holds
    `boxes`, that of a `tma.Tabletop` is a `tma.View`, as renderers of these scenes give them.
    """

    def render(self, scene: Scene, assets: AssetReader) -> Media:
        """Draw one scene. Raises MediaError: it is of another kind; AssetError."""
        if isinstance(scene, Stickers):
            return _grid(scene, assets)
        if isinstance(scene, Tabletop):
            return _table(scene, assets)
        raise MediaError(f"the flat renderer can't draw a scene of kind {scene.kind!r}")


def _grid(scene: Stickers, assets: AssetReader) -> Media:
    canvas = Image.new("RGB", (scene.width, scene.height), _PAPER)
    boxes: dict[str, list[int]] = {}
    for sticker in scene.cells:
        data = assets.read(sticker.asset, "sticker", sticker.view)
        with Image.open(io.BytesIO(data)) as opened:
            picture = opened.convert("RGBA")
        seen = picture.crop(picture.getchannel("A").getbbox())
        box = _box_of(sticker, scene, seen.size)
        small = seen.resize((box[2] - box[0], box[3] - box[1]), Image.Resampling.NEAREST)
        canvas.paste(small, (box[0], box[1]), small)
        boxes[f"{sticker.row},{sticker.column}"] = box
    return Media(_png(canvas), "image/png", {"boxes": boxes})


def _box_of(sticker: Sticker, scene: Stickers, size: tuple[int, int]) -> list[int]:
    """(left, top, right, bottom) of a picture of `size` in its cell."""
    width, height = scene.width / scene.grid, scene.height / scene.grid
    side = min(width, height)
    scale = sticker.size * side / max(size)
    own = [max(1, round(length * scale)) for length in size]
    left = round((sticker.column + 0.5) * width + sticker.shift[0] * side - own[0] / 2)
    top = round((sticker.row + 0.5) * height + sticker.shift[1] * side - own[1] / 2)
    return [left, top, left + own[0], top + own[1]]


def _table(scene: Tabletop, assets: AssetReader) -> Media:
    discs = [_Disc(scene, thing) for thing in scene.objects]
    owners = np.full((scene.height, scene.width), -1)
    colors = np.empty((scene.height, scene.width, 3), dtype=np.uint8)
    colors[:] = _CLOTH
    for number in sorted(range(len(discs)), key=lambda i: -discs[i].depth):
        mask = discs[number].mask
        owners[mask] = number
        colors[mask] = _color(assets.sha256(*scene.uses()[number]))
    seen = tuple(disc.seen(owners == number) for number, disc in enumerate(discs))
    report = View(objects=seen).model_dump(mode="json")
    return Media(_png(Image.fromarray(colors)), "image/png", report)


class _Disc:
    """A thing on the table as it is seen alone."""

    def __init__(self, scene: Tabletop, thing: Standing) -> None:
        pose: Pose = thing.pose()
        right, down, self.depth = scene.camera.project((pose.x, pose.y, thing.size / 2))
        tall = math.tan(math.radians(scene.camera.fov) / 2)
        self.radius = scene.height * thing.size / 4 / tall / self.depth
        x = scene.width / 2 + right * scene.height
        y = scene.height / 2 + down * scene.height
        rows, columns = np.ogrid[: scene.height, : scene.width]
        self.mask: Mask = np.hypot(columns + 0.5 - x, rows + 0.5 - y) <= self.radius

    def seen(self, shown: Mask) -> Seen:
        inside, pixels = int(self.mask.sum()), int(shown.sum())
        whole = max(math.pi * self.radius**2, 1.0)
        return Seen(
            pixels=(pixels,),
            hidden=(1 - pixels / inside if inside else 0.0,),
            cut=(min(max(1 - inside / whole, 0.0), 1.0),),
            box=(_box(shown),),
        )


def _box(shown: Mask) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    if not len(rows):
        return (0, 0, 0, 0)
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _color(sha256: str) -> tuple[int, int, int]:
    red, green, blue = (bytes.fromhex(sha256[i : i + 2])[0] * 3 // 4 for i in (0, 2, 4))
    return red, green, blue


def _png(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "PNG", compress_level=1)
    return data.getvalue()
