"""Model adapter for `tma`: offline batch inference through vLLM, in this process."""

from __future__ import annotations

from importlib.util import find_spec

import tma


def lacking() -> str:
    """What this machine lacks, as far as a glance can tell."""
    return "" if find_spec("vllm") else "vllm is not installed"


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Open models by vLLM, in batches, without a server")


@tma.hookimpl
def tma_model_adapters() -> list[tma.Contribution]:
    """One adapter: `vllm:MODEL`."""
    return [
        tma.Contribution(
            "vllm",
            "tma_vllm.adapter:VllmAdapter",
            summary="vllm:MODEL, any chat model that vLLM runs: ?max_tokens=N&frames=N&engine=JSON",
            consumes=("image", "video"),
            extra="tma-vllm[vllm]",
            needs="tma_vllm:lacking",
            config="tma_vllm.adapter:VllmConfig",
        )
    ]
