"""Models behind OpenAI-compatible endpoints, hosted or on this machine."""

import tma


@tma.hookimpl
def tma_model_adapters() -> list[tma.Contribution]:
    """The adapter."""
    return [
        tma.Contribution(
            "openai",
            "tma_plugins.endpoints.adapter:Endpoint",
            summary="Any OpenAI-compatible endpoint: openai:MODEL?base_url=http://HOST/v1",
            consumes=("image", "video"),
            extra="task-me-anything[openai]",
            config="tma_plugins.endpoints.settings:EndpointConfig",
        )
    ]
