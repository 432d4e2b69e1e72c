"""Made for contract 1.7, which has a hook for translators: its task generator works here."""

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    return tma.PluginInfo(hook_api=(1, 7), summary="Made for a newer tma")


@tma.hookimpl
def tma_translators() -> None:
    raise AssertionError("nobody calls a hook that is not known")


@tma.hookimpl
def tma_task_generators() -> list[tma.Contribution]:
    return [
        tma.Contribution(
            "yes",
            "tma_future.tasks:Yes",
            "Is there anything?",
            consumes=("sticker",),
            makes=("stickers",),
        )
    ]
