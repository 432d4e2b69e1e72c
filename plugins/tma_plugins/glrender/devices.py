"""The EGL devices of this machine and their drivers; asked of EGL itself, for that takes 30 ms.

The numbers are those of `EGL_DEVICE_ID`, in which pyrender counts too.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

LIBRARY = "libEGL.so.1"

# Mesa's software would start a thread a core in each of as many processes as there are cores.
os.environ.setdefault("LP_NUM_THREADS", "0")

_SOFTWARE = b"EGL_MESA_device_software"
_EXTENSIONS = 0x3055
_PLATFORM_DEVICE = 0x313F
_OPENGL = 0x30A2
_END = 0x3038
# What pyrender asks for: what can't give it that is passed over here as there.
_CONFIG = (
    *(0x3033, 1),  # pixel buffers
    *(0x3022, 8, 0x3023, 8, 0x3024, 8),  # bits of blue, green, red
    *(0x3025, 24),  # bits of depth
    *(0x303F, 0x308E),  # RGB
    *(0x3040, 8, 0x3042, 8),  # for OpenGL, conformant
    _END,
)
_CONTEXT = (0x3098, 4, 0x30FB, 1, 0x30FD, 1, _END)  # 4.1, core profile
_STRINGS = (0x1F00, 0x1F01, 0x1F02)  # GL_VENDOR, GL_RENDERER, GL_VERSION


def numbers() -> list[int]:
    """Numbers of the devices, those that draw in software last. Empty without EGL."""
    found = _devices()
    return sorted(range(len(found)), key=lambda n: (is_software(_extensions(found[n])), n))


def is_software(extensions: bytes) -> bool:
    """Whether a device with these extensions is a program, not a graphics card."""
    return _SOFTWARE in extensions.split()


def driver() -> str:
    """Vendor, renderer and version of the OpenGL that draws here; empty if it can't be told.

    Of the device that `EGL_DEVICE_ID` names, else of the first in order that gives a context.
    """
    return _driver(os.environ.get("EGL_DEVICE_ID"))


@cache
def _driver(chosen: str | None) -> str:
    found = _devices()
    order = numbers() if chosen is None else [int(chosen)] if chosen.isdecimal() else []
    for number in order:
        if number < len(found):
            with _context(found[number]) as current:
                if current:
                    ask = _function("glGetString", ctypes.c_char_p, ctypes.c_uint)
                    return ", ".join((ask(s) or b"").decode() for s in _STRINGS)
    return ""


@contextmanager
def _context(device: int) -> Iterator[bool]:
    """Whether the device gives an OpenGL context, which is then this thread's current one.

    The display stays open: it is shared with whoever draws in this process.
    """
    pointer, integer, flag = ctypes.c_void_p, ctypes.c_int, ctypes.c_uint
    integers = ctypes.POINTER(integer)
    display = _function("eglGetPlatformDisplayEXT", pointer, integer, pointer, integers)(
        _PLATFORM_DEVICE, device, None
    )
    ready = display and _function("eglInitialize", flag, pointer, integers, integers)(
        display, None, None
    )
    if not ready:
        yield False
        return
    config, count = pointer(), integer(0)
    choose = _function(
        "eglChooseConfig", flag, pointer, integers, ctypes.POINTER(pointer), integer, integers
    )
    choose(display, _list(_CONFIG), config, 1, count)
    _function("eglBindAPI", flag, flag)(_OPENGL)
    create = _function("eglCreateContext", pointer, pointer, pointer, pointer, integers)
    context = create(display, config, None, _list(_CONTEXT)) if count.value else None
    make_current = _function("eglMakeCurrent", flag, pointer, pointer, pointer, pointer)
    try:
        yield bool(context and make_current(display, None, None, context))
    finally:
        if context:
            make_current(display, None, None, None)
            _function("eglDestroyContext", flag, pointer, pointer)(display, context)


def _list(values: tuple[int, ...]) -> Any:
    return (ctypes.c_int * len(values))(*values)


def _devices() -> list[int]:
    """Handles of the devices; none if there is no EGL, or one that can't list them."""
    try:
        query = _function(
            "eglQueryDevicesEXT",
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.POINTER(ctypes.c_void_p),
            ctypes.POINTER(ctypes.c_int),
        )
    except (OSError, AttributeError):
        return []
    count = ctypes.c_int(0)
    if not query(0, None, count):
        return []
    handles = (ctypes.c_void_p * count.value)()
    query(count.value, handles, count)
    return [h for h in handles[: count.value] if h]


def _extensions(device: int) -> bytes:
    ask = _function("eglQueryDeviceStringEXT", ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int)
    return ask(device, _EXTENSIONS) or b""


def _function(name: str, result: Any, *arguments: Any) -> Any:
    """A function of EGL or OpenGL. Raises OSError, AttributeError: there is none."""
    find = ctypes.CDLL(LIBRARY).eglGetProcAddress
    find.restype = ctypes.c_void_p
    address = find(name.encode())
    if not address:
        raise AttributeError(name)
    return ctypes.CFUNCTYPE(result, *arguments)(address)
