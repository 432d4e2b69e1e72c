"""Meshes and textures in the graphics card's memory, which must be freed by name."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from tma_plugins.glrender.closed import closed
from tma_plugins.glrender.compat import gl
from tma_plugins.tabletop.meshes import Mesh, Surface

POSITION, NORMAL, UV, TINT = range(4)
"""Attribute locations in all shaders."""


class Freed(Protocol):
    """What is kept on the card."""

    nbytes: int

    def free(self) -> None:
        """Give its memory back; it can't be used any more."""


V = TypeVar("V", bound=Freed)


class Shelf:
    """Keeps what was used last, up to so many bytes; more only while one scene needs more.

    Args:
        limit: bytes.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._values: OrderedDict[Hashable, Any] = OrderedDict()

    @property
    def held(self) -> int:
        """Bytes of what is kept now."""
        return self._held

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value kept for a key, or the one that `make` gives now."""
        if key in self._values:
            self._values.move_to_end(key)
        else:
            self._values[key] = value = make()
            self._held += value.nbytes
        found: V = self._values[key]
        return found

    def trim(self) -> None:
        """Free what was not used for longest, until the limit is kept to."""
        while self._held > self._limit:
            _, dropped = self._values.popitem(last=False)
            self._held -= dropped.nbytes
            dropped.free()


class Texture:
    """A picture on the card, with its mipmaps, repeating.

    Args:
        pixels: (h, w, 3 or 4) uint8; its first row is at v = 0.
    """

    def __init__(self, pixels: NDArray[np.uint8]) -> None:
        high, wide = pixels.shape[:2]
        # Four channels, since rows of three need not end on the four bytes that GL expects.
        full = np.full((high, wide, 4), 255, np.uint8)
        full[..., : pixels.shape[2]] = pixels
        self.nbytes = full.nbytes * 4 // 3
        self.name = int(gl.glGenTextures(1))
        gl.glBindTexture(gl.GL_TEXTURE_2D, self.name)
        gl.glTexImage2D(
            gl.GL_TEXTURE_2D, 0, gl.GL_RGBA8, wide, high, 0, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE, full
        )
        gl.glGenerateMipmap(gl.GL_TEXTURE_2D)
        for setting, value in (
            (gl.GL_TEXTURE_MAG_FILTER, gl.GL_LINEAR),
            (gl.GL_TEXTURE_MIN_FILTER, gl.GL_LINEAR_MIPMAP_LINEAR),
            (gl.GL_TEXTURE_WRAP_S, gl.GL_REPEAT),
            (gl.GL_TEXTURE_WRAP_T, gl.GL_REPEAT),
        ):
            gl.glTexParameteri(gl.GL_TEXTURE_2D, setting, value)

    def free(self) -> None:
        """Give its memory back."""
        gl.glDeleteTextures([self.name])


class Part:
    """A surface on the card.

    Attributes:
        skin: name of its texture, 0 without.
        closed: whether it is never seen from behind.
        color, metallic, roughness, alpha, cutoff: as of `Surface`.
    """

    def __init__(self, surface: Surface, skin: int, closed: bool = False) -> None:
        self.closed = closed
        self.skin = skin
        self.color = np.array(surface.color, np.float32)
        self.metallic, self.roughness = surface.metallic, surface.roughness
        self.alpha, self.cutoff = surface.alpha, surface.cutoff
        self._count = int(surface.faces.size)
        self._array = int(gl.glGenVertexArrays(1))
        self._buffers: list[int] = []
        gl.glBindVertexArray(self._array)
        self._attribute(POSITION, surface.vertices)
        self._attribute(NORMAL, surface.normals)
        self._attribute(UV, surface.uv)
        self._attribute(TINT, surface.colors)
        self._order = self._buffer(gl.GL_ELEMENT_ARRAY_BUFFER, surface.faces.astype(np.uint32))
        gl.glBindVertexArray(0)
        clear = surface.alpha == "BLEND"
        self._clear = _Triangles(surface) if clear else None

    def _buffer(self, target: int, values: NDArray[Any]) -> int:
        name = int(gl.glGenBuffers(1))
        self._buffers.append(name)
        gl.glBindBuffer(target, name)
        data = np.ascontiguousarray(values)
        gl.glBufferData(target, data.nbytes, data, gl.GL_STATIC_DRAW)
        return name

    def _attribute(self, location: int, values: NDArray[np.float32] | None) -> None:
        if values is None:
            return
        self._buffer(gl.GL_ARRAY_BUFFER, values)
        gl.glVertexAttribPointer(location, values.shape[1], gl.GL_FLOAT, gl.GL_FALSE, 0, None)
        gl.glEnableVertexAttribArray(location)

    def draw(self) -> None:
        """Draw its triangles with the program in use."""
        gl.glBindVertexArray(self._array)
        gl.glDrawElements(gl.GL_TRIANGLES, self._count, gl.GL_UNSIGNED_INT, None)

    def sort(self, eye: NDArray[np.float64]) -> None:
        """Draw a clear part's triangles from the farthest to the nearest, from now on.

        Args:
            eye: (3,) from where it is seen, in its own frame.
        """
        if self._clear is not None:
            gl.glBindVertexArray(0)
            gl.glBindBuffer(gl.GL_ARRAY_BUFFER, self._order)
            faces = self._clear.sorted(eye)
            gl.glBufferSubData(gl.GL_ARRAY_BUFFER, 0, faces.nbytes, faces)

    def free(self) -> None:
        """Give its memory back, but for the texture's."""
        gl.glDeleteVertexArrays(1, [self._array])
        gl.glDeleteBuffers(len(self._buffers), self._buffers)


class _Triangles:
    """Triangles that must be drawn in the order of their distance."""

    def __init__(self, surface: Surface) -> None:
        self._faces = surface.faces.astype(np.uint32)
        self._middles = surface.vertices[surface.faces].mean(axis=1)

    def sorted(self, eye: NDArray[np.float64]) -> NDArray[np.uint32]:
        away = self._middles - eye
        square = np.einsum("ij,ij->i", away, away)
        return np.ascontiguousarray(self._faces[np.argsort(-square, kind="stable")])


class Model:
    """A mesh on the card.

    Args:
        surfaces: of the mesh.
        skin: a texture for all of them, which stays somebody else's; if None, they have their own.

    Attributes:
        parts: its surfaces.
        corners: (8, 3) of the box around it.
        own: (4, 4) from it to its file's own frame and units.
        nbytes: on the card.
    """

    own: NDArray[np.float64] = np.eye(4)

    def __init__(self, surfaces: Iterable[Surface], skin: Texture | None = None) -> None:
        surfaces = tuple(surfaces)
        self._textures: dict[int, Texture] = {}
        self.parts = [
            Part(s, skin.name if skin else self._skin(s), shut)
            for s, shut in zip(surfaces, closed(surfaces), strict=True)
        ]
        self.nbytes = sum(s.nbytes - _bytes_of(s.texture) for s in surfaces)
        self.nbytes += sum(t.nbytes for t in self._textures.values())
        low = np.min([s.vertices.min(axis=0) for s in surfaces], axis=0)
        high = np.max([s.vertices.max(axis=0) for s in surfaces], axis=0)
        which = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, -1).T
        self.corners = np.where(which, high, low)

    @classmethod
    def of(cls, mesh: Mesh) -> Model:
        """A mesh's."""
        model = cls(mesh.surfaces)
        model.own = mesh.own
        return model

    def _skin(self, surface: Surface) -> int:
        if surface.texture is None:
            return 0
        key = id(surface.texture)  # several surfaces may share one
        if key not in self._textures:
            self._textures[key] = Texture(surface.texture)
        return self._textures[key].name

    def free(self) -> None:
        """Give its memory back."""
        for part in self.parts:
            part.free()
        for texture in self._textures.values():
            texture.free()


def _bytes_of(array: NDArray[Any] | None) -> int:
    return 0 if array is None else array.nbytes
