"""Framebuffers that are drawn into, and read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tma import MediaError
from tma_plugins.glrender.compat import gl


class _Target:
    """A framebuffer with one colour buffer and, if need be, one of depths."""

    def __init__(self, width: int, height: int, kind: int, samples: int, depth: bool) -> None:
        self._buffers: list[int] = []
        self.name = int(gl.glGenFramebuffers(1))
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, self.name)
        self._attach(gl.GL_COLOR_ATTACHMENT0, kind, samples, width, height)
        if depth:
            self._attach(gl.GL_DEPTH_ATTACHMENT, gl.GL_DEPTH_COMPONENT24, samples, width, height)
        if gl.glCheckFramebufferStatus(gl.GL_FRAMEBUFFER) != gl.GL_FRAMEBUFFER_COMPLETE:
            raise MediaError(
                f"OpenGL gives no framebuffer of {width} x {height} pixels",
                hint="a smaller picture, or --renderer raycast",
            )

    def _attach(self, where: int, kind: int, samples: int, width: int, height: int) -> None:
        name = int(gl.glGenRenderbuffers(1))
        self._buffers.append(name)
        gl.glBindRenderbuffer(gl.GL_RENDERBUFFER, name)
        gl.glRenderbufferStorageMultisample(gl.GL_RENDERBUFFER, samples, kind, width, height)
        gl.glFramebufferRenderbuffer(gl.GL_FRAMEBUFFER, where, gl.GL_RENDERBUFFER, name)

    def free(self) -> None:
        gl.glDeleteFramebuffers(1, [self.name])
        gl.glDeleteRenderbuffers(len(self._buffers), self._buffers)


class Canvas:
    """Colours, smooth at edges: what is drawn is linear light, what is read sRGB.

    Args:
        width, height: in pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self.size = width, height
        self._drawn = _Target(width, height, gl.GL_SRGB8_ALPHA8, 4, True)
        self._shown = _Target(width, height, gl.GL_SRGB8_ALPHA8, 0, False)

    def use(self) -> None:
        """Draw here from now on."""
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, self._drawn.name)
        gl.glViewport(0, 0, *self.size)

    def read(self) -> NDArray[np.uint8]:
        """(h, w, 3) sRGB of what was drawn."""
        width, height = self.size
        gl.glBindFramebuffer(gl.GL_READ_FRAMEBUFFER, self._drawn.name)
        gl.glBindFramebuffer(gl.GL_DRAW_FRAMEBUFFER, self._shown.name)
        box = 0, 0, width, height
        gl.glBlitFramebuffer(*box, *box, gl.GL_COLOR_BUFFER_BIT, gl.GL_NEAREST)
        gl.glBindFramebuffer(gl.GL_READ_FRAMEBUFFER, self._shown.name)
        data = gl.glReadPixels(*box, gl.GL_RGBA, gl.GL_UNSIGNED_BYTE)
        pixels = np.frombuffer(data, np.uint8).reshape(height, width, 4)
        return np.ascontiguousarray(pixels[::-1, :, :3])

    def free(self) -> None:
        """Give its memory back."""
        self._drawn.free()
        self._shown.free()


class Ledger:
    """Whole numbers, one a pixel, of what is seen at its centre; 0 is nothing.

    Args:
        width, height: in pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self.size = width, height
        self._target = _Target(width, height, gl.GL_R16UI, 0, True)

    def use(self) -> None:
        """Draw here from now on; what was drawn is wiped off."""
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, self._target.name)
        gl.glDisable(gl.GL_SCISSOR_TEST)
        gl.glClearBufferuiv(gl.GL_COLOR, 0, np.zeros(4, np.uint32))
        gl.glClear(gl.GL_DEPTH_BUFFER_BIT)

    def read(self, rows: int | None = None) -> NDArray[np.uint16]:
        """(h, w), or the lowest rows of it; the first row is the lowest."""
        width, height = self.size[0], rows or self.size[1]
        gl.glBindFramebuffer(gl.GL_READ_FRAMEBUFFER, self._target.name)
        gl.glPixelStorei(gl.GL_PACK_ALIGNMENT, 2)
        data = gl.glReadPixels(0, 0, width, height, gl.GL_RED_INTEGER, gl.GL_UNSIGNED_SHORT)
        gl.glPixelStorei(gl.GL_PACK_ALIGNMENT, 4)
        return np.frombuffer(data, np.uint16).reshape(height, width)

    def free(self) -> None:
        """Give its memory back."""
        self._target.free()


class ShadeMap:
    """Depths as a lamp sees them.

    Args:
        side: pixels on a side.
    """

    def __init__(self, side: int) -> None:
        self.side = side
        self.nbytes = 4 * side * side
        self.texture = int(gl.glGenTextures(1))
        gl.glBindTexture(gl.GL_TEXTURE_2D, self.texture)
        gl.glTexImage2D(
            gl.GL_TEXTURE_2D, 0, gl.GL_DEPTH_COMPONENT24, side, side, 0,
            gl.GL_DEPTH_COMPONENT, gl.GL_FLOAT, None,
        )  # fmt: skip
        for setting, value in (
            (gl.GL_TEXTURE_MAG_FILTER, gl.GL_NEAREST),
            (gl.GL_TEXTURE_MIN_FILTER, gl.GL_NEAREST),
            (gl.GL_TEXTURE_WRAP_S, gl.GL_CLAMP_TO_EDGE),
            (gl.GL_TEXTURE_WRAP_T, gl.GL_CLAMP_TO_EDGE),
        ):
            gl.glTexParameteri(gl.GL_TEXTURE_2D, setting, value)
        self._name = int(gl.glGenFramebuffers(1))
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, self._name)
        gl.glFramebufferTexture2D(
            gl.GL_FRAMEBUFFER, gl.GL_DEPTH_ATTACHMENT, gl.GL_TEXTURE_2D, self.texture, 0
        )
        gl.glDrawBuffer(gl.GL_NONE)
        gl.glReadBuffer(gl.GL_NONE)

    def use(self) -> None:
        """Draw here from now on; what was drawn is wiped off."""
        gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, self._name)
        gl.glViewport(0, 0, self.side, self.side)
        gl.glClear(gl.GL_DEPTH_BUFFER_BIT)

    def free(self) -> None:
        """Give its memory back."""
        gl.glDeleteFramebuffers(1, [self._name])
        gl.glDeleteTextures([self.texture])


class Rows:
    """The backdrop: a colour for each row of a picture.

    Args:
        colors: (h, 3) linear light, the first row is the lowest.
    """

    def __init__(self, colors: NDArray[np.float32]) -> None:
        self.texture = int(gl.glGenTextures(1))
        gl.glBindTexture(gl.GL_TEXTURE_2D, self.texture)
        data: NDArray[Any] = np.ascontiguousarray(colors, np.float32)
        gl.glTexImage2D(
            gl.GL_TEXTURE_2D, 0, gl.GL_RGB32F, 1, len(data), 0, gl.GL_RGB, gl.GL_FLOAT, data
        )
        for setting in (gl.GL_TEXTURE_MAG_FILTER, gl.GL_TEXTURE_MIN_FILTER):
            gl.glTexParameteri(gl.GL_TEXTURE_2D, setting, gl.GL_NEAREST)

    def free(self) -> None:
        """Give its memory back."""
        gl.glDeleteTextures([self.texture])
