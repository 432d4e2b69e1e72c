"""Asset source for `tma`: stickers of nameable things from the Noto Color Emoji font."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(
        summary="Noto Color Emoji as stickers: animals, plants, food, places, vehicles, things"
    )


@tma.hookimpl
def tma_asset_sources() -> list[tma.Contribution]:
    """One source: `emoji`, or `emoji?font=FILE`."""
    return [
        tma.Contribution(
            "emoji",
            "tma_emoji.source:EmojiSource",
            summary="Nameable things from the Noto Color Emoji font: ?font=FILE",
            makes=("sticker",),
            config="tma_emoji.source:EmojiConfig",
        )
    ]
