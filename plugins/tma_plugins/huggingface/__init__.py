"""Vision-language models that `transformers` loads, on this machine."""

import tma


@tma.hookimpl
def tma_model_adapters() -> list[tma.Contribution]:
    """The adapter."""
    return [
        tma.Contribution(
            "transformers",
            "tma_plugins.huggingface.adapter:LocalModel",
            summary="A Hugging Face vision-language model: transformers:FOLDER_OR_HUB_ID",
            consumes=("image", "video"),
            extra="task-me-anything[transformers]",
            config="tma_plugins.huggingface.settings:LocalConfig",
        )
    ]
