"""Models of the providers that `inspect_ai` knows."""

import tma


@tma.hookimpl
def tma_model_adapters() -> list[tma.Contribution]:
    """The adapter."""
    return [
        tma.Contribution(
            "inspect",
            "tma_plugins.inspectai.adapter:InspectModel",
            summary="A model of inspect_ai's providers: inspect:PROVIDER/MODEL; pictures only",
            consumes=("image",),
            extra="task-me-anything[inspect]",
            config="tma_plugins.inspectai.settings:InspectConfig",
        )
    ]
