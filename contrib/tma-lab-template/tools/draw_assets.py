"""Draw the pictures and meshes of assets/: machine parts in plain colours. Needs trimesh."""

from __future__ import annotations

import sys
from math import cos, pi, sin
from pathlib import Path

import trimesh
from PIL import Image, ImageDraw, ImageFilter

SIDE, FINE = 192, 4
COLORS = {"red": (204, 52, 46), "blue": (48, 98, 196), "yellow": (240, 190, 40)}
Point = tuple[float, float]


def ring(radius: float, count: int, turn: float = 0.0) -> list[Point]:
    """Corners of a regular polygon."""
    return [
        (radius * cos(2 * pi * i / count + turn), radius * sin(2 * pi * i / count + turn))
        for i in range(count)
    ]


def gear() -> tuple[list[list[Point]], list[list[Point]]]:
    """Twelve teeth, a hole, and six smaller ones."""
    teeth = [
        (r * cos(a), r * sin(a))
        for tooth in range(12)
        for r, a in (
            (0.72, 2 * pi * (tooth - 0.28) / 12),
            (0.95, 2 * pi * (tooth - 0.17) / 12),
            (0.95, 2 * pi * (tooth + 0.17) / 12),
            (0.72, 2 * pi * (tooth + 0.28) / 12),
        )
    ]
    small = [[(x + dx, y + dy) for x, y in ring(0.11, 40)] for dx, dy in ring(0.46, 6)]
    return [teeth], [ring(0.2, 60), *small]


def hex_nut() -> tuple[list[list[Point]], list[list[Point]]]:
    """A hexagon with a round hole."""
    return [ring(0.92, 6)], [ring(0.45, 80)]


def washer() -> tuple[list[list[Point]], list[list[Point]]]:
    """A flat ring."""
    return [ring(0.85, 120)], [ring(0.38, 80)]


def bolt() -> tuple[list[list[Point]], list[list[Point]]]:
    """A head on a threaded shaft, from the side."""
    head = [(-0.5, -0.9), (0.5, -0.9), (0.58, -0.8), (0.58, -0.5), (-0.58, -0.5), (-0.58, -0.8)]
    right = [(0.26 - 0.06 * (i % 2), -0.2 + 0.1 * i) for i in range(12)]
    left = [(-x, y) for x, y in reversed(right)]
    return [head, [(-0.26, -0.52), (0.26, -0.52), *right, *left]], []


def bracket() -> tuple[list[list[Point]], list[list[Point]]]:
    """An angle with four holes."""
    angle = [(-0.85, -0.9), (-0.4, -0.9), (-0.4, 0.4), (0.9, 0.4), (0.9, 0.85), (-0.85, 0.85)]
    places = ((-0.62, -0.65), (-0.62, -0.15), (0.15, 0.62), (0.65, 0.62))
    return [angle], [[(x + dx, y + dy) for x, y in ring(0.11, 40)] for dx, dy in places]


def wing_nut() -> tuple[list[list[Point]], list[list[Point]]]:
    """A nut with two ears."""
    ears = [[(x * 0.8 + dx, y - 0.2) for x, y in ring(0.42, 60)] for dx in (-0.58, 0.58)]
    body = [(-0.4, 0.55), (0.4, 0.55), (0.3, -0.25), (-0.3, -0.25)]
    return [*ears, body], [[(x + dx, y - 0.2) for x, y in ring(0.16, 40)] for dx in (-0.6, 0.6)]


PARTS = {
    "gear": gear,
    "hex-nut": hex_nut,
    "washer": washer,
    "bolt": bolt,
    "bracket": bracket,
    "wing-nut": wing_nut,
}


def picture(part: str, color: tuple[int, int, int]) -> Image.Image:
    """A part, lit from the top left."""
    side = SIDE * FINE
    mask = Image.new("L", (side, side))
    draw = ImageDraw.Draw(mask)
    solid, holes = PARTS[part]()
    for shapes, value in ((solid, 255), (holes, 0)):
        for shape in shapes:
            draw.polygon(
                [((x * 0.92 + 1) * side / 2, (y * 0.92 + 1) * side / 2) for x, y in shape], value
            )
    soft = mask.filter(ImageFilter.GaussianBlur(5 * FINE))
    light = Image.new("L", mask.size, 128)
    light.paste(soft, (3 * FINE, 3 * FINE))
    shade = Image.blend(
        Image.new("L", mask.size, 128), Image.eval(light, lambda v: 255 - v // 2), 0.6
    )
    flat = Image.new("RGB", mask.size, color)
    dark = Image.new("RGB", mask.size, tuple(c // 3 for c in color))
    lit = Image.composite(flat, dark, Image.eval(shade, lambda v: min(255, 90 + v)))
    lit.putalpha(mask)
    return lit.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def main(folder: Path) -> None:
    """Write all of them."""
    for part in PARTS:
        (folder / part).mkdir(parents=True, exist_ok=True)
        for name, color in COLORS.items():
            picture(part, color).save(folder / part / f"{name}.png", optimize=True)
    (folder / "o-ring").mkdir(exist_ok=True)
    mesh = trimesh.creation.torus(0.5, 0.11, major_sections=36, minor_sections=14)
    mesh.visual = trimesh.visual.TextureVisuals(
        material=trimesh.visual.material.PBRMaterial(
            baseColorFactor=(0.03, 0.03, 0.035, 1), metallicFactor=0, roughnessFactor=0.5
        )
    )
    mesh.apply_transform(trimesh.transformations.rotation_matrix(-pi / 2, (1, 0, 0)))
    (folder / "o-ring" / "black.glb").write_bytes(
        trimesh.Scene([mesh]).export(file_type="glb", include_normals=True)
    )


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "assets"))
