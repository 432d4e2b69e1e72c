"""Draws frames with OpenGL: shadows, colours, and who owns which pixel."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tma_plugins.glrender.canvas import Canvas, Ledger, Rows, ShadeMap
from tma_plugins.glrender.compat import (
    GlError,
    ShaderProgramCache,
    abandon,
    gl,
    open_context,
    release,
)
from tma_plugins.glrender.gpu import TINT, UV, Model, Part, Shelf
from tma_plugins.glrender.optics import Floats, Lamps

_SHADERS = Path(__file__).with_name("shaders")
_KEPT_BYTES = 512 * 2**20
_SKIN = 0
"""Texture unit of what is drawn; the shadow maps' are the next ones."""


class Item(NamedTuple):
    """A model in a frame.

    Attributes:
        model: what.
        place: from its mesh to the scene.
        number: what `owners` calls it, from 1; 0 if it owns nothing.
        depth: distance by which models are sorted.
    """

    model: Model
    place: Floats
    number: int
    depth: float


class View(NamedTuple):
    """How a frame is seen: the matrix, and where the eye is."""

    matrix: Floats
    eye: Floats


class Painter:
    """The OpenGL context of a process, and what is kept in it.

    Attributes:
        shelf: models and textures; trimmed after each scene.
    """

    def __init__(self) -> None:
        self._context = open_context()  # it ends with this object
        self._programs = ShaderProgramCache(str(_SHADERS))
        self.shelf = Shelf(_KEPT_BYTES)
        self._canvas: Canvas | None = None
        self._ledgers: dict[str, Ledger] = {}
        self._maps: list[ShadeMap] = []

    def wake(self) -> None:
        """Make its context the current one."""
        self._context._platform.make_current()
        gl.glEnable(gl.GL_DEPTH_TEST)
        gl.glDepthFunc(gl.GL_LESS)
        gl.glDepthMask(gl.GL_TRUE)
        gl.glDisable(gl.GL_BLEND)
        gl.glDisable(gl.GL_CULL_FACE)
        gl.glDisable(gl.GL_SCISSOR_TEST)
        gl.glVertexAttrib2f(UV, 0, 0)
        gl.glVertexAttrib4f(TINT, 1, 1, 1, 1)

    def abandon(self) -> None:
        """Forget its context, which is dead."""
        abandon(self._context)

    def sleep(self) -> None:
        """Let go of the context, so that another thread can take it."""
        release(self._context)

    # -- colours ------------------------------------------------------------------------------

    def shades(self, lamps: Lamps, items: Sequence[Item], side: int) -> None:
        """Draw what the lamps with shadows see: solid things, and apart from them clear ones."""
        layers = [False, True] if _any_clear(items) else [False]
        wanted = len(lamps.shades) * len(layers)
        if self._maps and self._maps[0].side != side:
            while self._maps:
                self._maps.pop().free()
        while len(self._maps) < wanted:
            self._maps.append(ShadeMap(side))
        gl.glEnable(gl.GL_POLYGON_OFFSET_FILL)
        gl.glPolygonOffset(1.5, 2.0)
        at = 0
        for clear in layers:
            for shade in lamps.shades:
                self._maps[at].use()
                at += 1
                self._depths(shade.view, items, clear)
        gl.glDisable(gl.GL_POLYGON_OFFSET_FILL)

    def _depths(self, matrix: Floats, items: Sequence[Item], clear: bool) -> None:
        """Draw nothing but the depths of solid or of clear parts."""
        for item, part in _parts(items):
            if (part.alpha == "BLEND") == clear:
                program = self._program("depth.frag", part, {"MASK_USED": "MASK"})
                _set(program, view=matrix, place=item.place)
                _coat(program, part)
                part.draw()

    def picture(
        self,
        view: View,
        size: tuple[int, int],
        items: Sequence[Item],
        light: tuple[Lamps, float, bool],
        backdrop: Rows,
    ) -> NDArray[np.uint8]:
        """A frame's colours, (h, w, 3) sRGB.

        Args:
            view: from where.
            size: (width, height) in pixels.
            items: what there is, the table too; those that throw shadows were given to `shades`.
            light: lamps, light from everywhere, and whether shadows are soft.
            backdrop: behind everything.
        """
        if self._canvas is None or self._canvas.size != size:
            if self._canvas is not None:
                self._canvas.free()
            self._canvas = None  # if the next one can't be had
            self._canvas = Canvas(*size)
        self._canvas.use()
        gl.glEnable(gl.GL_FRAMEBUFFER_SRGB)
        self._behind(backdrop)
        gl.glClear(gl.GL_DEPTH_BUFFER_BIT)
        draw = _Colours(self, view, light, _any_clear(items))
        for item, part in _parts(sorted(items, key=lambda i: (i.depth, i.number))):
            if part.alpha != "BLEND":
                (gl.glEnable if part.closed else gl.glDisable)(gl.GL_CULL_FACE)
                draw(item, part)
        gl.glDisable(gl.GL_CULL_FACE)
        self._blend(draw, sorted(items, key=lambda i: (-i.depth, i.number)))
        pixels = self._canvas.read()
        gl.glDisable(gl.GL_FRAMEBUFFER_SRGB)
        return pixels

    def _behind(self, backdrop: Rows) -> None:
        program = self.program("backdrop.vert", "backdrop.frag", {})
        program._bind()
        gl.glActiveTexture(gl.GL_TEXTURE0)
        gl.glBindTexture(gl.GL_TEXTURE_2D, backdrop.texture)
        _set(program, rows=0)
        gl.glDepthMask(gl.GL_FALSE)
        gl.glDisable(gl.GL_DEPTH_TEST)
        gl.glBindVertexArray(program._vao_id)
        gl.glDrawArrays(gl.GL_TRIANGLES, 0, 3)
        gl.glEnable(gl.GL_DEPTH_TEST)
        gl.glDepthMask(gl.GL_TRUE)

    def _blend(self, draw: _Colours, items: Sequence[Item]) -> None:
        """Clear things from the farthest to the nearest."""
        gl.glEnable(gl.GL_BLEND)
        gl.glBlendFunc(gl.GL_SRC_ALPHA, gl.GL_ONE_MINUS_SRC_ALPHA)
        gl.glDepthMask(gl.GL_FALSE)
        for item, part in _parts(items):
            if part.alpha == "BLEND":
                part.sort((np.linalg.inv(item.place) @ [*draw.eye, 1])[:3])
                draw(item, part)
        gl.glDepthMask(gl.GL_TRUE)
        gl.glDisable(gl.GL_BLEND)

    # -- who is seen ----------------------------------------------------------------------------

    def owners(self, view: View, size: tuple[int, int], items: Sequence[Item]) -> NDArray[Any]:
        """The number of the item that is seen at each pixel's centre, (h, w).

        Args:
            view: of a picture three times as wide and high, of which this one is the middle.
            size: (width, height) in pixels.
            items: what there is.
        """
        ledger = self.ledger("owners", *size)
        ledger.use()
        width, height = size
        gl.glViewport(-width, -height, 3 * width, 3 * height)
        for item in items:
            self.mark(view, item)
        return ledger.read()[::-1]

    def ledger(self, use: str, width: int, height: int) -> Ledger:
        """The ledger kept for some use, of this size."""
        if use not in self._ledgers or self._ledgers[use].size != (width, height):
            if use in self._ledgers:
                self._ledgers.pop(use).free()
            self._ledgers[use] = Ledger(width, height)
        return self._ledgers[use]

    def mark(self, view: View, item: Item) -> None:
        """Draw an item's number into the ledger in use."""
        for part in item.model.parts:
            program = self._program(
                "number.frag", part, {"MASK_USED": "MASK"}, also={"ALPHA_USED": part.alpha}
            )
            _set(program, view=view.matrix, place=item.place, eye=view.eye, number=item.number)
            _coat(program, part)
            part.draw()

    # -- programs -------------------------------------------------------------------------------

    def _program(
        self, fragment: str, part: Part, modes: dict[str, str], also: dict[str, str] | None = None
    ) -> Any:
        """The bound program that fits a part: one define for a texture, one for each mode."""
        defines = {name: 1 for name, mode in modes.items() if part.alpha == mode}
        if also and part.alpha != "OPAQUE":
            defines |= dict.fromkeys(also, 1)
        if part.skin:
            defines["SKIN_USED"] = 1
        program = self.program("scene.vert", fragment, defines)
        program._bind()
        return program

    def program(self, vertex: str, fragment: str, defines: dict[str, int]) -> Any:
        """A compiled program, not bound."""
        program = self._programs.get_program(vertex, fragment, defines=defines)
        if not program._in_context():
            program._add_to_context()
        return program

    @property
    def maps(self) -> Sequence[ShadeMap]:
        """What `shades` drew: of all lamps the solid things, then of all the clear ones."""
        return self._maps


class _Colours:
    """Draws parts in their colours; what holds for a whole frame is set once a program."""

    def __init__(
        self, painter: Painter, view: View, light: tuple[Lamps, float, bool], clear: bool
    ) -> None:
        self._painter, self._view, self._light = painter, view, light
        lamps, _, soft = light
        self._defines = {}
        if lamps.shades:
            self._defines = {"SHADES_USED": len(lamps.shades), "STRIDE_USED": 1 if soft else 2}
            if clear:
                self._defines["CLEAR_USED"] = 1
            if soft:
                self._defines["SOFT_USED"] = 1
        self._ready: set[int] = set()
        self._bind_maps(clear)

    @property
    def eye(self) -> Floats:
        """From where the frame is seen."""
        return self._view.eye

    def _bind_maps(self, clear: bool) -> None:
        count = len(self._light[0].shades) * (2 if clear else 1)
        for unit, shade_map in enumerate(self._painter.maps[:count], 1):
            gl.glActiveTexture(gl.GL_TEXTURE0 + unit)
            gl.glBindTexture(gl.GL_TEXTURE_2D, shade_map.texture)

    def __call__(self, item: Item, part: Part) -> None:
        """Draw one part."""
        defines = dict(self._defines)
        if part.skin:
            defines["SKIN_USED"] = 1
        if part.alpha != "OPAQUE":
            defines[f"{part.alpha}_USED"] = 1
        program = self._painter.program("scene.vert", "scene.frag", defines)
        program._bind()
        if id(program) not in self._ready:
            self._ready.add(id(program))
            self._prepare(program)
        _set(program, place=item.place, metallic=part.metallic, roughness=part.roughness)
        _coat(program, part)
        part.draw()

    def _prepare(self, program: Any) -> None:
        lamps, ambient, _ = self._light
        count = len(lamps.place)
        _set(program, view=self._view.matrix, eye=self._view.eye, ambient=ambient, lamp_count=count)
        for name, values in zip(("place", "beam", "power"), lamps[:3], strict=True):
            where = gl.glGetUniformLocation(program._program_id, f"lamp_{name}")
            if where >= 0 and count:
                gl.glUniform4fv(where, count, values)
        for n, shade in enumerate(lamps.shades):
            program.set_uniform(f"shade_view[{n}]", shade.view)
            program.set_uniform(f"shade_lens[{n}]", shade.lens)
            program.set_uniform(f"shade_solid[{n}]", 1 + n)
            program.set_uniform(f"shade_clear[{n}]", 1 + len(lamps.shades) + n)


def _set(program: Any, **values: Any) -> None:
    for name, value in values.items():
        program.set_uniform(name, value)


def _coat(program: Any, part: Part) -> None:
    _set(program, base=part.color, cutoff=part.cutoff)
    if part.skin:
        gl.glActiveTexture(gl.GL_TEXTURE0 + _SKIN)
        gl.glBindTexture(gl.GL_TEXTURE_2D, part.skin)
        _set(program, skin=_SKIN)


def _parts(items: Sequence[Item]) -> Iterator[tuple[Item, Part]]:
    for item in items:
        for part in item.model.parts:
            yield item, part


def _any_clear(items: Sequence[Item]) -> bool:
    return any(part.alpha == "BLEND" for _, part in _parts(items))


_LOCK = threading.RLock()
_PAINTERS: dict[int, Painter] = {}


@contextmanager
def painting() -> Iterator[Painter]:
    """The process's painter, its context current and for nobody else until done.

    Raises:
        MediaError: there is no OpenGL context to be had.
    """
    with _LOCK:
        number = os.getpid()  # a context does not survive a fork
        if number not in _PAINTERS:
            _PAINTERS[number] = Painter()
        painter = _PAINTERS[number]
        try:
            painter.wake()
        except (GlError, AssertionError):
            # whoever else used the display, such as pyrender itself, has ended it for all
            _PAINTERS.pop(number).abandon()
            painter = _PAINTERS[number] = Painter()
            painter.wake()
        try:
            yield painter
        finally:
            painter.shelf.trim()
            painter.sleep()
