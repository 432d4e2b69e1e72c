"""The plugin `toys`: a toy shop, one kind of question about it, and a flat renderer.

It is no entry point: a registry of `tma.testing` holds it beside the plugin that is tested.
"""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Toys for tests of plugins")


@tma.hookimpl
def tma_asset_sources() -> list[tma.Contribution]:
    """One source: `shop`."""
    return [
        tma.Contribution(
            "shop",
            "tma.testing.shop:Shop",
            "Fifteen toys with every trap that assets can set",
            makes=("sticker", "mesh"),
        )
    ]


@tma.hookimpl
def tma_task_generators() -> list[tma.Contribution]:
    """One generator: `what`."""
    return [
        tma.Contribution(
            "what",
            "tma.testing.what:What",
            "Name the one thing in the picture",
            consumes=("sticker",),
            makes=("stickers",),
        )
    ]


@tma.hookimpl
def tma_renderers() -> list[tma.Contribution]:
    """One renderer: `flat`."""
    return [
        tma.Contribution(
            "flat",
            "tma.testing.flat:Flat",
            "Flat pictures in a millisecond: grids, and tables as discs",
            consumes=("stickers", "tabletop"),
            makes=("image/png",),
        )
    ]


@tma.hookimpl
def tma_model_adapters() -> list[tma.Contribution]:
    """Two models: `oracle` and `echo`."""
    return [
        tma.Contribution("oracle", "tma.testing.speakers:Oracle", "Always says the right letter"),
        tma.Contribution(
            "echo",
            "tma.testing.speakers:Echo",
            "Says what it is asked",
            consumes=("image", "video"),
        ),
    ]
