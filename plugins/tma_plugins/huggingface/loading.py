"""Loading a model and its processor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import tma
from tma_plugins.huggingface.settings import LocalConfig
from tma_plugins.modelkit.device import device_of, in_memory
from tma_plugins.modelkit.torchvision import mend_torchvision


@dataclass(frozen=True)
class Loaded:
    """A model ready to be asked.

    Attributes:
        model: in evaluation mode, on its device.
        processor: makes inputs of texts, pictures and videos; pads on the left.
        kind: its `model_type`, such as `qwen2_vl`.
    """

    model: Any
    processor: Any
    kind: str

    @property
    def tokenizer(self) -> Any:
        """The processor's tokenizer."""
        return self.processor.tokenizer

    @property
    def knows_videos(self) -> bool:
        """Whether a video can be given as one."""
        return getattr(self.processor, "video_processor", None) is not None


def check_folder(config: LocalConfig) -> None:
    """See that a folder that is named holds a model.

    Raises:
        ModelError: it does not.
    """
    folder = config.folder
    if folder is None:
        return
    if not folder.is_dir():
        raise tma.ModelError(f"{folder}: no such folder", hint="give a folder or a hub name")
    if not (folder / "config.json").is_file():
        raise tma.ModelError(
            f"{folder} holds no config.json",
            hint="give the folder that save_pretrained or `hf download` wrote",
        )


def load(config: LocalConfig) -> Loaded:
    """The model that the settings name.

    Raises:
        ModelError: it can't be found, is of no kind that looks at pictures, does not load, or
            does not fit on its device.
    """
    mend_torchvision()
    import transformers

    name = str(config.folder or config.variant)
    common = {"revision": config.revision, "trust_remote_code": config.trust_remote_code}
    device = device_of(config.device)
    fits = in_memory(config.variant, "dtype=bfloat16, or spread it: device_map=auto")
    try:
        with _quiet(transformers), fits:
            processor = transformers.AutoProcessor.from_pretrained(name, **common)
            auto = transformers.AutoModelForImageTextToText
            model = auto.from_pretrained(
                name,
                dtype=config.dtype,
                device_map=config.device_map,
                attn_implementation=config.attention or None,
                **common,
            )
            if config.device_map is None:
                model = model.to(device)
    except (OSError, ValueError, ImportError, RuntimeError, KeyError) as error:
        raise _unloadable(config, error) from error
    tokenizer = getattr(processor, "tokenizer", None)
    if tokenizer is None or getattr(processor, "image_processor", None) is None:
        raise tma.ModelError(f"{config.variant}: {type(processor).__name__} takes no pictures")
    tokenizer.padding_side = "left"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return Loaded(model.eval(), processor, model.config.model_type)


def _unloadable(config: LocalConfig, error: Exception) -> tma.ModelError:
    line = " ".join(str(error).split())[:300]
    if isinstance(error, ImportError):
        return tma.ModelError(f"{config.variant}: {line}", hint="install what it names")
    hint = "is it a model for pictures and text, and are all its files there?"
    if config.folder is None:
        hint = "a name that is no folder is looked for on the hub; give a folder to load from disk"
    return tma.ModelError(f"{config.variant} can't be loaded: {line}", hint=hint)


@contextmanager
def _quiet(transformers: Any) -> Iterator[None]:
    """Without the progress bars of loading, which would disturb those of the run."""
    bars = transformers.utils.logging
    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()
