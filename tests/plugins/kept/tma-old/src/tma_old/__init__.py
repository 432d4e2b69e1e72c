"""A plugin as they were made for contract 0.9: one hook, which was given a registry."""

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    return tma.PluginInfo(hook_api=(0, 9), summary="Made for an older tma")


@tma.hookimpl
def tma_register() -> dict[str, list[str]]:
    return {"tasks": ["tma_old.tasks:Portrait"]}
