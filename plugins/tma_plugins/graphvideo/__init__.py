"""Task family: real videos with scene graphs of their key frames."""

import tma

_SUMMARIES = {
    "what-object": "Name what the person deals with before, after or while doing something",
    "what-relation": "Say how the person relates to an object before, after or during an action",
    "what-action": "Say what the person does before, after or while doing something else",
}


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Questions about videos with scene graphs")


@tma.hookimpl
def tma_task_generators() -> list[tma.Contribution]:
    """The three generators."""
    return [
        tma.Contribution(
            name,
            f"tma_plugins.graphvideo.tasks:{''.join(part.title() for part in name.split('-'))}",
            summary=summary,
            consumes=("clip",),
            makes=("clip",),
            config="tma_plugins.graphvideo.config:VideoConfig",
        )
        for name, summary in _SUMMARIES.items()
    ]
