"""The tabletop3d generators: the questions about cells, and those about sizes and distances."""

from __future__ import annotations

from tma_plugins.cells import counting, what, where
from tma_plugins.tabletop3d.distances import Distant
from tma_plugins.tabletop3d.scenes import TabletopCells
from tma_plugins.tabletop3d.sizes import Sized


class What(TabletopCells, what.What):
    """`tabletop3d/what`."""


class Where(TabletopCells, where.Where):
    """`tabletop3d/where`."""


class WhatAttribute(TabletopCells, what.WhatAttribute):
    """`tabletop3d/what-attribute`."""


class WhereAttribute(TabletopCells, where.WhereAttribute):
    """`tabletop3d/where-attribute`."""


class HowMany(TabletopCells, counting.HowMany):
    """`tabletop3d/how-many`."""


class WhatSize(Sized, what.What):
    """`tabletop3d/what-size`."""

    question = "what-size"


class WhatAttributeSize(Sized, what.WhatAttribute):
    """`tabletop3d/what-attribute-size`."""

    question = "what-attribute-size"
    obligatory = True


class WhereSize(Sized, where.Where):
    """`tabletop3d/where-size`."""

    question = "where-size"
    referred = True


class WhatDistance(Distant, what.What):
    """`tabletop3d/what-distance`."""

    question = "what-distance"
    balance = (*what.What.balance, "distance")


class WhatAttributeDistance(Distant, what.WhatAttribute):
    """`tabletop3d/what-attribute-distance`."""

    question = "what-attribute-distance"
    obligatory = True
    balance = (*what.WhatAttribute.balance, "distance")


class WhereDistance(Distant, where.Where):
    """`tabletop3d/where-distance`."""

    question = "where-distance"
    balance = (*where.Where.balance, "distance")
