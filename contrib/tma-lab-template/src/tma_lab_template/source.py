"""The asset source; `pack/pack.json` says what it holds."""

from __future__ import annotations

from pathlib import Path

import tma


class Source(tma.AssetPack):
    """Machine parts: a worked example of a private asset pack."""

    folder = Path(__file__).parent / "pack"
