"""Where the package is not installed, test its source."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

if find_spec("tma_lab_template") is None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
