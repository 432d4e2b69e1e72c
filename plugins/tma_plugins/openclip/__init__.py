"""Contrastive picture and text models, asked without any training for the questions."""

import tma


@tma.hookimpl
def tma_model_adapters() -> list[tma.Contribution]:
    """The adapter."""
    return [
        tma.Contribution(
            "open-clip",
            "tma_plugins.openclip.adapter:ZeroShot",
            summary="A CLIP, zero-shot: open-clip:ARCHITECTURE?pretrained=FILE",
            consumes=("image", "video"),
            extra="task-me-anything[clip]",
            config="tma_plugins.openclip.settings:ClipConfig",
        )
    ]
