"""The parts of a binary glTF 2.0 file (GLB) that a picture needs, checked before they are used.

Nothing outside the bytes is ever read: buffers and pictures lie in the file or in `data:` URIs.
Fields are those of the specification, https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html.
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError
from pydantic.alias_generators import to_camel

Index = Annotated[int, Field(ge=0)]
Triple = tuple[FiniteFloat, FiniteFloat, FiniteFloat]
Quad = tuple[FiniteFloat, FiniteFloat, FiniteFloat, FiniteFloat]
Raw = NDArray[Any]

Part = TypeVar("Part")
Many = Annotated[list[Part], Field(max_length=100_000)]
"""A list no longer than any sensible file's, so that a small file can't fill the memory."""

_UNDERSTOOD = (
    "KHR_materials_",
    "KHR_texture_transform",
    "KHR_mesh_quantization",
    "KHR_lights_punctual",
    "EXT_texture_webp",
)
_JSON, _BIN = 0x4E4F534A, 0x004E4942
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_KINDS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class Buffer(_Part):
    """Bytes: those of the file's binary chunk unless `uri` holds them."""

    byte_length: Index
    uri: str | None = None


class BufferView(_Part):
    """A range of a buffer."""

    buffer: Index
    byte_offset: Index = 0
    byte_length: Index
    byte_stride: Annotated[int, Field(ge=1, le=252)] | None = None


class Accessor(_Part):
    """An array in a buffer view."""

    buffer_view: Index | None = None
    byte_offset: Index = 0
    component_type: int
    normalized: bool = False
    count: Index
    type: str
    sparse: dict[str, Any] | None = None


class Primitive(_Part):
    """Triangles (modes 4 to 6), or lines and points."""

    attributes: dict[str, Index]
    indices: Index | None = None
    material: Index | None = None
    mode: int = 4


class MeshPart(_Part):
    """What a node shows."""

    primitives: Many[Primitive]


class Node(_Part):
    """A frame of the scene graph."""

    children: Many[Index] = []
    mesh: Index | None = None
    skin: Index | None = None
    matrix: Annotated[list[FiniteFloat], Field(min_length=16, max_length=16)] | None = None
    translation: Triple = (0, 0, 0)
    rotation: Quad = (0, 0, 0, 1)
    scale: Triple = (1, 1, 1)

    def local(self) -> NDArray[np.float64]:
        """The (4, 4) matrix from this frame to its parent's."""
        if self.matrix is not None:
            return np.array(self.matrix, dtype=np.float64).reshape(4, 4).T
        x, y, z, w = np.array(self.rotation) / (np.linalg.norm(self.rotation) or 1.0)
        turn = np.array(
            [
                [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
            ]
        )
        result = np.eye(4)
        result[:3, :3] = turn * np.array(self.scale)
        result[:3, 3] = self.translation
        return result


class Skin(_Part):
    """Joints that a mesh follows."""

    joints: Many[Index]
    inverse_bind_matrices: Index | None = None


class SceneRoots(_Part):
    """The nodes at the top of a scene."""

    nodes: Many[Index] = []


class Image(_Part):
    """A picture file."""

    uri: str | None = None
    buffer_view: Index | None = None


class Texture(_Part):
    """Which picture a texture shows; an extension may hold a better one."""

    source: Index | None = None
    extensions: dict[str, Any] = {}

    def image(self) -> int | None:
        """Index of its picture, None if there is none that can be read."""
        webp = self.extensions.get("EXT_texture_webp", {}).get("source")
        return webp if isinstance(webp, int) else self.source


class TextureInfo(_Part):
    """A texture as a material uses it."""

    index: Index
    tex_coord: Index = 0
    extensions: dict[str, Any] = {}


class Metallic(_Part):
    """Metallic-roughness shading."""

    base_color_factor: Quad = (1, 1, 1, 1)
    base_color_texture: TextureInfo | None = None
    metallic_factor: FiniteFloat = 1.0
    roughness_factor: FiniteFloat = 1.0
    metallic_roughness_texture: TextureInfo | None = None


class Glossy(_Part):
    """The older specular-glossiness shading (KHR_materials_pbrSpecularGlossiness)."""

    diffuse_factor: Quad = (1, 1, 1, 1)
    diffuse_texture: TextureInfo | None = None
    glossiness_factor: FiniteFloat = 1.0


class Material(_Part):
    """How a primitive looks."""

    pbr_metallic_roughness: Metallic = Metallic()
    alpha_mode: Literal["OPAQUE", "MASK", "BLEND"] = "OPAQUE"
    alpha_cutoff: FiniteFloat = 0.5
    extensions: dict[str, Any] = {}

    def glossy(self) -> Glossy | None:
        """Its specular-glossiness shading, if it has one."""
        found = self.extensions.get("KHR_materials_pbrSpecularGlossiness")
        return None if found is None else Glossy.model_validate(found)


class Document(_Part):
    """The file's JSON."""

    scene: Index = 0
    scenes: Many[SceneRoots] = []
    nodes: Many[Node] = []
    meshes: Many[MeshPart] = []
    skins: Many[Skin] = []
    buffers: Many[Buffer] = []
    buffer_views: Many[BufferView] = []
    accessors: Many[Accessor] = []
    images: Many[Image] = []
    textures: Many[Texture] = []
    materials: Many[Material] = []
    extensions_required: list[str] = []


class Glb:
    """A GLB's document with its arrays and files.

    Every method raises ValueError, IndexError or KeyError where the file contradicts itself.
    """

    def __init__(self, data: bytes) -> None:
        chunks = _chunks(data)
        if not chunks or chunks[0][0] != _JSON:
            raise ValueError("has no JSON chunk")
        try:
            self.document = Document.model_validate_json(bytes(chunks[0][1]))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "JSON"
            raise ValueError(f"{where}: {first['msg']}") from None
        for name in self.document.extensions_required:
            if not name.startswith(_UNDERSTOOD):
                raise ValueError(f"needs the glTF extension {name}, which is not supported")
        own = next((body for kind, body in chunks[1:] if kind == _BIN), memoryview(b""))
        self._buffers = [_buffer(i, b, own) for i, b in enumerate(self.document.buffers)]

    def array(self, index: int) -> Raw:
        """An accessor's values, (count, width); normalised integers become floats."""
        accessor = self.document.accessors[index]
        if accessor.sparse is not None or accessor.buffer_view is None:
            raise ValueError(f"accessors.{index}: sparse accessors are not supported")
        kind, width = np.dtype(_KINDS[accessor.component_type]), _WIDTHS[accessor.type]
        view = self.document.buffer_views[accessor.buffer_view]
        stride = view.byte_stride or kind.itemsize * width
        data = self._range(view)[accessor.byte_offset :]
        if accessor.count == 0:
            return np.zeros((0, width), kind)
        if stride < kind.itemsize * width or (
            (accessor.count - 1) * stride + kind.itemsize * width > len(data)
        ):
            raise ValueError(f"accessors.{index}: reaches past the end of its buffer view")
        values = np.ndarray((accessor.count, width), kind, data, 0, (stride, kind.itemsize))
        if accessor.normalized and kind.kind in "iu":
            return np.maximum(values.astype(np.float32) / np.iinfo(kind).max, -1.0)
        return values

    def image(self, index: int) -> bytes:
        """A picture's file."""
        image = self.document.images[index]
        if image.uri is not None:
            return _data_uri(f"images.{index}", image.uri)
        if image.buffer_view is None:
            raise ValueError(f"images.{index}: has neither uri nor bufferView")
        return bytes(self._range(self.document.buffer_views[image.buffer_view]))

    def roots(self) -> Sequence[int]:
        """Nodes at the top: those of the scene to show, else all that are no node's child."""
        document = self.document
        if document.scenes:
            return document.scenes[document.scene].nodes
        below = {child for node in document.nodes for child in node.children}
        return [i for i in range(len(document.nodes)) if i not in below]

    def _range(self, view: BufferView) -> memoryview:
        data = self._buffers[view.buffer][view.byte_offset :][: view.byte_length]
        if len(data) != view.byte_length:
            raise ValueError("a buffer view reaches past the end of its buffer")
        return data


def _chunks(data: bytes) -> list[tuple[int, memoryview]]:
    if len(data) < 12 or data[:4] != b"glTF":
        raise ValueError("is not a GLB file")
    version, length = struct.unpack_from("<II", data, 4)
    if version != 2:
        raise ValueError(f"is glTF version {version}; only version 2 is read")
    if length > len(data):
        raise ValueError(f"is truncated: {len(data)} of {length} bytes")
    found, at, view = [], 12, memoryview(data)[:length]
    while at + 8 <= length:
        size, kind = struct.unpack_from("<II", view, at)
        body = view[at + 8 : at + 8 + size]
        if len(body) != size:
            raise ValueError("has a chunk that reaches past the end of the file")
        found.append((kind, body))
        at += 8 + size
    return found


def _buffer(index: int, buffer: Buffer, own: memoryview) -> memoryview:
    if buffer.uri is None:
        if index:
            raise ValueError(f"buffers.{index}: has no bytes")
        return own
    return memoryview(_data_uri(f"buffers.{index}", buffer.uri))


def _data_uri(field: str, uri: str) -> bytes:
    head, comma, body = uri.partition(",")
    if not head.startswith("data:") or not comma:
        raise ValueError(f"{field}: refers to another file ({uri[:60]!r}); embed it")
    if not head.endswith(";base64"):
        raise ValueError(f"{field}: is a data URI that is not base64")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise ValueError(f"{field}: is a damaged data URI: {error}") from None
