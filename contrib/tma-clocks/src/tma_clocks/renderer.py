"""The renderer of `dials` scenes."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

import tma
from tma_clocks.faces import clock_face, gauge_face
from tma_clocks.paper import Color
from tma_clocks.scene import Clock, Dials, Gauge


class DialsRenderer(tma.Renderer):
    """Draws clock faces and gauges with Pillow, as PNG.

    The report's `boxes` gives each dial's square as [left, top, right, bottom] in pixels, right and
    bottom exclusive.
    """

    def render(self, scene: tma.Scene, assets: tma.AssetReader) -> tma.Media:
        """Draw one scene. Raises MediaError if it is of another kind."""
        if not isinstance(scene, Dials):
            raise tma.MediaError(f"the dials renderer can't draw a scene of kind {scene.kind!r}")
        picture = Image.new("RGB", (scene.width, scene.height), scene.wall)
        rows = -(-len(scene.dials) // scene.columns)
        cell = scene.width // scene.columns, scene.height // rows
        side = min(cell)
        boxes = []
        for number, dial in enumerate(scene.dials):
            row, column = divmod(number, scene.columns)
            left = column * cell[0] + (cell[0] - side) // 2
            top = row * cell[1] + (cell[1] - side) // 2
            picture.paste(_face(dial, side, scene.wall), (left, top))
            boxes.append([left, top, left + side, top + side])
        data = BytesIO()
        picture.save(data, "PNG")
        return tma.Media(data.getvalue(), "image/png", {"boxes": boxes})


def _face(dial: Clock | Gauge, side: int, wall: Color) -> Image.Image:
    if isinstance(dial, Clock):
        return clock_face(dial, side, wall)
    return gauge_face(dial, side, wall)
