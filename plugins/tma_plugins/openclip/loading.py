"""Loading a CLIP, its picture transform and its tokenizer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tma
from tma_plugins.modelkit.device import device_of, in_memory
from tma_plugins.modelkit.torchvision import mend_torchvision
from tma_plugins.openclip.settings import UNTRAINED, ClipConfig

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor


@dataclass(frozen=True)
class Loaded:
    """A model ready to be asked.

    Attributes:
        model: in evaluation mode, on its device.
        transform: makes a tensor of a picture.
        tokenizer: makes token numbers of texts.
        device: where the model is.
        dtype: of the pictures that the model takes.
        length: the most tokens that it reads.
    """

    model: Any
    transform: Any
    tokenizer: Any
    device: Any
    dtype: Any
    length: int

    def pictures(self, images: Sequence[Image]) -> Tensor:
        """Unit vectors of pictures: (pictures, dimensions), in single precision."""
        import torch

        batch = torch.stack([self.transform(image) for image in images])
        with torch.inference_mode():
            found = self.model.encode_image(batch.to(self.device, self.dtype), normalize=True)
        return found.float().cpu()

    def texts(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors of texts: (texts, dimensions), in single precision."""
        import torch

        with torch.inference_mode():
            found = self.model.encode_text(
                self.tokenizer(list(texts)).to(self.device), normalize=True
            )
        return found.float().cpu()

    def fits(self, text: str) -> bool:
        """Whether the model reads the whole of a text."""
        if hasattr(self.tokenizer, "encode"):
            return len(self.tokenizer.encode(text)) + 2 <= self.length
        return len(self.tokenizer.tokenizer(text)["input_ids"]) <= self.length


def check(config: ClipConfig) -> None:
    """See that weights are named, and that files that are named are there.

    Raises:
        ModelError: they are not.
    """
    name = config.variant
    if name.startswith("local-dir:") and not Path(name.removeprefix("local-dir:")).is_dir():
        raise tma.ModelError(f"{name}: no such folder")
    if name.endswith(".json") and not Path(name).is_file():
        raise tma.ModelError(f"{name}: no such file")
    if config.has_weights:
        return
    if not config.pretrained:
        hint = f"add ?pretrained=FILE or a tag; ?pretrained={UNTRAINED} for random weights"
        raise tma.ModelError(f"{name} is an architecture without weights", hint=hint)
    path = Path(config.pretrained).expanduser()
    looks_like_one = path.suffix or len(path.parts) > 1
    if looks_like_one and not path.is_file():
        raise tma.ModelError(f"{config.pretrained}: no such file", hint="name the checkpoint")


def load(config: ClipConfig) -> Loaded:
    """The model that the settings name.

    Raises:
        ModelError: there is no such architecture, tag or device, or the weights don't fit.
    """
    mend_torchvision()
    import open_clip
    import torch

    name = config.variant
    if name.endswith(".json"):
        open_clip.add_model_config(name)
        name = Path(name).stem
    device = device_of(config.device)
    weights = None
    if not config.has_weights and config.pretrained != UNTRAINED:
        path = Path(config.pretrained).expanduser()
        weights = str(path) if path.is_file() else config.pretrained
    fits = in_memory(name, "precision=fp16, or device=cpu")
    try:
        with fits, torch.random.fork_rng():
            torch.manual_seed(config.seed)
            model, _, transform = open_clip.create_model_and_transforms(
                name, pretrained=weights, precision=config.precision, device=device
            )
        tokenizer = open_clip.get_tokenizer(name)
    except tma.ModelError:
        raise
    except Exception as error:  # it has no errors of its own
        line = " ".join(f"{error}".split())[:300] or type(error).__name__
        raise tma.ModelError(f"{config.variant} can't be loaded: {line}") from error
    length = int(getattr(tokenizer, "context_length", None) or 77)
    # in half precision some parameters stay in single
    dtype = open_clip.get_input_dtype(config.precision) or torch.float32
    return Loaded(model.eval(), transform, tokenizer, device, dtype, length)
