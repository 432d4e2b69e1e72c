"""The mending of a torchvision that was built for another torch."""

from __future__ import annotations

import sys

import pytest

from tma_plugins.modelkit import torchvision as mending


@pytest.mark.slow
def test_its_transforms_work_whatever_torch_it_was_built_for() -> None:
    mending.mend_torchvision()
    mending.mend_torchvision()
    import torch
    from torchvision.transforms import functional

    assert functional.resize(torch.zeros(3, 8, 8), [4, 4]).shape == (3, 4, 4)
    assert torch.ops.torchvision.nms is not None


def test_what_else_is_wrong_with_it_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise RuntimeError("something else")

    monkeypatch.setattr(mending, "import_module", fail)
    monkeypatch.delitem(sys.modules, "torchvision", raising=False)
    with pytest.raises(RuntimeError, match="something else"):
        mending.mend_torchvision()
