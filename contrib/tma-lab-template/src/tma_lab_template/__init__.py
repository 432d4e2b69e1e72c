"""Asset source for `tma`: Machine parts: a worked example of a private asset pack."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Machine parts: a worked example of a private asset pack")


@tma.hookimpl
def tma_asset_sources() -> list[tma.Contribution]:
    """One source: `lab-template`."""
    return [
        tma.Contribution(
            "lab-template",
            "tma_lab_template.source:Source",
            summary="Machine parts: a worked example of a private asset pack",
            version="1.0",
            makes=("mesh", "sticker"),
            config="tma:PackConfig",
        )
    ]
