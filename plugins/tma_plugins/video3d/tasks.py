"""The video3d generators: one of the questions about cells, of one that moves or turns."""

from __future__ import annotations

from tma_plugins.cells import what, where
from tma_plugins.video3d.film import VideoConfig as VideoConfig
from tma_plugins.video3d.moving import Moving
from tma_plugins.video3d.rotating import Turning


class WhatMove(Moving, what.What):
    """`video3d/what-move`."""

    question = "what-move"


class WhereMove(Moving, where.Where):
    """`video3d/where-move`."""

    question = "where-move"


class WhatAttributeMove(Moving, what.WhatAttribute):
    """`video3d/what-attribute-move`."""

    question = "what-attribute-move"
    obligatory = True


class WhatRotate(Turning, what.What):
    """`video3d/what-rotate`."""

    question = "what-rotate"


class WhereRotate(Turning, where.Where):
    """`video3d/where-rotate`."""

    question = "where-rotate"
    referred = True


class WhatAttributeRotate(Turning, what.WhatAttribute):
    """`video3d/what-attribute-rotate`."""

    question = "what-attribute-rotate"
    obligatory = True
