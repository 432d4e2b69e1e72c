"""Task family: pictures of objects on a table, in the cells of a 2 x 2 or 3 x 3 grid."""

import tma

_SUMMARIES = {
    "what": "Name the object in a cell of the table, or beside a reference",
    "where": "Find the cell of an object, or its position relative to a reference",
    "what-attribute": "Name an attribute of the object in a cell or beside a reference",
    "where-attribute": "Find the object with a given colour, material, ...",
    "how-many": "Count the objects of a kind, with an attribute, or both",
    "what-size": "Name the largest or the smallest object",
    "what-attribute-size": "Name an attribute of the largest or the smallest object",
    "where-size": "Find the largest or the smallest object, or how it and a reference stand",
    "what-distance": "Name the object farthest from, or closest to, a reference",
    "what-attribute-distance": "Name an attribute of the object farthest from, or closest to",
    "where-distance": "Find where the object farthest from, or closest to, a reference stands",
}


@tma.hookimpl
def tma_task_generators() -> list[tma.Contribution]:
    """The eleven generators."""
    return [
        tma.Contribution(
            name,
            f"tma_plugins.tabletop3d.tasks:{''.join(part.title() for part in name.split('-'))}",
            summary=summary,
            consumes=("mesh",),
            makes=("tabletop",),
            config="tma_plugins.tabletop3d.scenes:TabletopConfig",
        )
        for name, summary in _SUMMARIES.items()
    ]
