"""Task family: object pictures in the cells of a 2 x 2 or 3 x 3 grid."""

import tma

_SUMMARIES = {
    "what": "Name the object in a cell, or beside a reference",
    "where": "Find the cell of an object, or its position relative to a reference",
    "what-attribute": "Name an attribute of the object in a cell or beside a reference",
    "where-attribute": "Find the object with a given colour, material, ...",
    "how-many": "Count the objects of a kind, with an attribute, or both",
}


@tma.hookimpl
def tma_task_generators() -> list[tma.Contribution]:
    """The five generators."""
    return [
        tma.Contribution(
            name,
            f"tma_plugins.grid2d.tasks:{''.join(part.title() for part in name.split('-'))}",
            summary=summary,
            consumes=("sticker",),
            makes=("stickers",),
            config="tma_plugins.grid2d.tasks:GridConfig",
        )
        for name, summary in _SUMMARIES.items()
    ]
