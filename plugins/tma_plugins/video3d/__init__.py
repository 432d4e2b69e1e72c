"""Task family: videos of objects that move or turn on a table."""

import tma

_SUMMARIES = {
    "what-move": "Name the object that moves in a direction",
    "where-move": "Find where the object that moves in a direction is at the start",
    "what-attribute-move": "Name an attribute of the object that moves in a direction",
    "what-rotate": "Name the object that turns clockwise or counterclockwise",
    "where-rotate": "Find the object that turns, in a cell or relative to a reference",
    "what-attribute-rotate": "Name an attribute of the object that turns",
}


@tma.hookimpl
def tma_task_generators() -> list[tma.Contribution]:
    """The six generators."""
    return [
        tma.Contribution(
            name,
            f"tma_plugins.video3d.tasks:{''.join(part.title() for part in name.split('-'))}",
            summary=summary,
            consumes=("mesh",),
            makes=("tabletop-video",),
            config="tma_plugins.video3d.tasks:VideoConfig",
        )
        for name, summary in _SUMMARIES.items()
    ]
