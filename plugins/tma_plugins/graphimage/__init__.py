"""Task family: real pictures with scene graphs."""

import tma

_SUMMARIES = {
    "what-object": "Name the object that a description singles out in a picture",
    "what-attribute": "Name the colour, material, ... of the object that is described",
    "what-relation": "Say how two objects that are described stand to each other",
}


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Questions about pictures with scene graphs")


@tma.hookimpl
def tma_task_generators() -> list[tma.Contribution]:
    """The three generators."""
    return [
        tma.Contribution(
            name,
            f"tma_plugins.graphimage.tasks:{''.join(part.title() for part in name.split('-'))}",
            summary=summary,
            consumes=("photo",),
            makes=("photo",),
            config="tma_plugins.graphimage.config:GraphConfig",
        )
        for name, summary in _SUMMARIES.items()
    ]
