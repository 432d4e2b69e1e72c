"""The mending of a torchvision that was built for another torch, in processes of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

CODE = """
import sys
from tma_plugins.modelkit import torchvision as mending
mending.mend_torchvision()
mending.mend_torchvision()
import torch, torchvision
from torchvision.transforms import functional
assert functional.resize(torch.zeros(3, 8, 8), [4, 4]).shape == (3, 4, 4)
assert sys.modules["torchvision"] is torchvision
print(torch.ops.torchvision.nms)
"""


def run(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_imports_whatever_torch_it_was_built_for() -> None:
    done = run(CODE)
    assert done.returncode == 0, done.stderr
    assert "nms" in done.stdout


def test_what_else_is_wrong_with_it_is_not_hidden() -> None:
    broken = "mending.import_module = lambda name: (_ for _ in ()).throw(RuntimeError('other'))"
    done = run(CODE.replace("mending.mend", f"{broken}\nmending.mend", 1))
    assert done.returncode == 1
    assert "RuntimeError: other" in done.stderr
