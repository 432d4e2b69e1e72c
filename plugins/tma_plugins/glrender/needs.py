"""What this machine lacks to draw by OpenGL; imports nothing that is slow or needs it."""

from __future__ import annotations

import ctypes
import os

PACKAGES = "libegl1 libgl1"
"""Debian packages that have the libraries."""

_LIBRARIES = ("libEGL.so.1", "libGL.so.1")


def lacking() -> str:
    """What is missing, in a few words; empty if OpenGL can be expected to work."""
    missing = []
    for name in _LIBRARIES:
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    if missing:
        return f"no {' and no '.join(missing)} (apt-get install {PACKAGES})"
    platform = os.environ.get("PYOPENGL_PLATFORM", "egl")
    if platform != "egl":
        return f"PYOPENGL_PLATFORM is {platform!r}, not 'egl'"
    return "" if _devices() else f"EGL finds no device (apt-get install {PACKAGES})"


def _devices() -> int:
    """How many EGL devices there are, Mesa's software among them."""
    egl = ctypes.CDLL(_LIBRARIES[0])
    egl.eglGetProcAddress.restype = ctypes.c_void_p
    address = egl.eglGetProcAddress(b"eglQueryDevicesEXT")
    if not address:
        return 0
    query = ctypes.CFUNCTYPE(
        ctypes.c_uint, ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_int)
    )(address)
    count = ctypes.c_int(0)
    return count.value if query(0, None, ctypes.byref(count)) else 0
