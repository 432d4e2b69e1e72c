"""Writes binary glTF 2.0 files, https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_FLOAT, _USHORT = 5126, 5123


@dataclass(frozen=True)
class Surface:
    """One draw call: triangles of one material.

    Attributes:
        vertices, normals: (n, 3); uv: (n, 2), v upwards from the picture's lower edge.
        faces: (m, 3) places in them; n is at most 65,535.
        image: PNG file with the base colour; it repeats.
        metallic, roughness: 0 to 1.
        alpha: 1 for opaque.
    """

    vertices: NDArray[np.float64]
    normals: NDArray[np.float64]
    uv: NDArray[np.float64]
    faces: NDArray[np.int64]
    image: bytes
    metallic: float
    roughness: float
    alpha: float = 1.0


def write(surfaces: Sequence[Surface]) -> bytes:
    """A file with one mesh, a primitive a surface. Equal surfaces give equal bytes."""
    body = _Body()
    primitives, materials = [], []
    for number, s in enumerate(surfaces):
        position = s.vertices.astype("<f4")
        uv = np.stack([s.uv[:, 0], 1 - s.uv[:, 1]], axis=1)  # glTF's v runs down
        attributes = {
            "POSITION": body.array(position, _FLOAT, "VEC3", bounds=True),
            "NORMAL": body.array(s.normals.astype("<f4"), _FLOAT, "VEC3"),
            "TEXCOORD_0": body.array(uv.astype("<f4"), _FLOAT, "VEC2"),
        }
        indices = body.array(s.faces.astype("<u2").reshape(-1), _USHORT, "SCALAR")
        primitives.append({"attributes": attributes, "indices": indices, "material": number})
        materials.append(_material(s, body.image(s.image)))
    document = {
        "asset": {"version": "2.0", "generator": "tma"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": primitives}],
        "materials": materials,
        "textures": [{"source": i, "sampler": 0} for i in range(len(body.images))],
        "images": body.images,
        "samplers": [{"magFilter": 9729, "minFilter": 9987, "wrapS": 10497, "wrapT": 10497}],
        "accessors": body.accessors,
        "bufferViews": body.views,
        "buffers": [{"byteLength": len(body.data)}],
    }
    text = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text
    chunks += struct.pack("<II", len(body.data), 0x004E4942) + bytes(body.data)
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def _material(surface: Surface, texture: int) -> dict[str, object]:
    material: dict[str, object] = {
        "pbrMetallicRoughness": {
            "baseColorTexture": {"index": texture},
            "baseColorFactor": [1.0, 1.0, 1.0, surface.alpha],
            "metallicFactor": surface.metallic,
            "roughnessFactor": surface.roughness,
        }
    }
    if surface.alpha < 1:
        material |= {"alphaMode": "BLEND", "doubleSided": False}
    return material


class _Body:
    def __init__(self) -> None:
        self.data = bytearray()
        self.views: list[dict[str, int]] = []
        self.accessors: list[dict[str, object]] = []
        self.images: list[dict[str, object]] = []
        self._seen: dict[bytes, int] = {}

    def array(
        self, values: NDArray[np.generic], kind: int, shape: str, bounds: bool = False
    ) -> int:
        accessor: dict[str, object] = {
            "bufferView": self._view(values.tobytes()),
            "componentType": kind,
            "count": len(values),
            "type": shape,
        }
        if bounds:
            accessor |= {
                "min": [float(v) for v in values.min(axis=0)],
                "max": [float(v) for v in values.max(axis=0)],
            }
        self.accessors.append(accessor)
        return len(self.accessors) - 1

    def image(self, data: bytes) -> int:
        if data not in self._seen:
            self._seen[data] = len(self.images)
            self.images.append({"bufferView": self._view(data), "mimeType": "image/png"})
        return self._seen[data]

    def _view(self, data: bytes) -> int:
        self.views.append({"buffer": 0, "byteOffset": len(self.data), "byteLength": len(data)})
        self.data += data + bytes(-len(data) % 4)
        return len(self.views) - 1
