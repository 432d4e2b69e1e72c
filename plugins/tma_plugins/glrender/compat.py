"""The one place that imports pyrender and OpenGL, which want an environment of their own.

Import this module before either, and only where something is drawn: it takes more than a second.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import warnings
from typing import Any

import numpy as np

from tma import MediaError
from tma_plugins.glrender import devices
from tma_plugins.glrender.needs import PACKAGES

HINT = f"apt-get install {PACKAGES}, or draw without OpenGL: --renderer raycast"

# pyrender imports pyglet, which looks for an X server, and PyOpenGL chooses GLX, unless told.
os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
os.environ.setdefault("PYGLET_HEADLESS", "1")
_BY_REFERENCE = type(ctypes.byref(ctypes.c_int()))
if not hasattr(np, "infty"):
    np.infty = np.inf  # type: ignore[attr-defined]  # of NumPy 1, which pyrender was written for

try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of outdated idioms in what is imported
        handlers: Any = importlib.import_module("OpenGL.plugins").FormatHandler
        # pyrender wants a PyOpenGL that looks for it among the built-ins, where it was to 3.11
        handlers.by_name("ctypesparameter").check.append(f"{_BY_REFERENCE.__module__}.CArgObject")
        import pyrender

        gl: Any = importlib.import_module("OpenGL.GL")
        GlError: type[Exception] = importlib.import_module("OpenGL.error").Error
        from pyrender.platforms import egl
        from pyrender.shader_program import ShaderProgramCache
# PyOpenGL fails in its own ways where a library is missing or lacks a function.
except (ImportError, OSError, AttributeError, TypeError, RuntimeError) as error:
    raise MediaError(f"OpenGL can't be used here: {error}", hint=HINT) from error

__all__ = [
    "GlError",
    "ShaderProgramCache",
    "abandon",
    "egl",
    "gl",
    "in_one_line",
    "open_context",
    "release",
]


def open_context() -> Any:
    """A `pyrender.OffscreenRenderer` whose context is current: on a GPU if there is one.

    `EGL_DEVICE_ID` in the environment names the device, by its number.

    Raises:
        MediaError: no device gives a context.
    """
    if "EGL_DEVICE_ID" in os.environ:
        return _opened(os.environ["EGL_DEVICE_ID"])
    problem: MediaError | None = None
    for number in devices.numbers() or [0]:
        try:
            return _opened(str(number))
        except MediaError as error:
            problem = error
    raise problem or MediaError("OpenGL can't be used here: no EGL device", hint=HINT)


def in_one_line(error: Exception) -> str:
    """What an error of OpenGL says, over many lines and at length as it comes."""
    return " ".join(str(error).split())[:160] or type(error).__name__


def release(context: Any) -> None:
    """Make a context of `open_context` nobody's."""
    display = context._platform._egl_display
    none = egl.egl.EGL_NO_SURFACE, egl.egl.EGL_NO_SURFACE, egl.egl.EGL_NO_CONTEXT
    egl.egl.eglMakeCurrent(display, *none)


def abandon(context: Any) -> None:
    """Forget a context that is dead: to delete it would end the display of those that live."""
    context._platform._egl_display = None
    context._platform = None


def _opened(device: str) -> Any:
    before = os.environ.get("EGL_DEVICE_ID")
    os.environ["EGL_DEVICE_ID"] = device  # the only way to tell pyrender
    try:
        renderer = pyrender.OffscreenRenderer(16, 16)
        gl.glGetString(gl.GL_VERSION)
        return renderer
    # Of EGL: failed calls, failed `assert`s, null contexts.
    except (GlError, AssertionError, ValueError, RuntimeError, AttributeError) as error:
        cause = in_one_line(error)
        raise MediaError(f"no OpenGL context on EGL device {device}: {cause}", hint=HINT) from None
    finally:
        if before is None:
            del os.environ["EGL_DEVICE_ID"]
        else:
            os.environ["EGL_DEVICE_ID"] = before
