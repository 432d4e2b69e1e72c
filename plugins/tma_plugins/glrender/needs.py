"""What this machine lacks to draw by OpenGL; imports nothing that is slow or needs it."""

from __future__ import annotations

import ctypes
import os

from tma_plugins.glrender import devices

PACKAGES = "libegl1 libgl1"
"""Debian packages that have the libraries."""

_LIBRARIES = (devices.LIBRARY, "libGL.so.1")


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
    return "" if devices.numbers() else f"EGL finds no device (apt-get install {PACKAGES})"
