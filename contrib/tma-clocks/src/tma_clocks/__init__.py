"""Task family for `tma`: reading analogue clocks and gauges. Brings its own scenes and renderer."""

from __future__ import annotations

import tma

_GENERATORS = (
    ("what-time", "WhatTime", "Read one clock"),
    ("which-clock", "WhichClock", "Find the clock that shows a given time"),
    ("earliest-latest", "EarliestLatest", "Find the clock with the earliest or the latest time"),
    ("how-long", "HowLong", "Read two clocks and tell how long it took"),
    ("gauge", "ReadGauge", "Read a gauge: pressure, temperature, speed, voltage"),
)


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="Reading analogue clocks and gauges")


@tma.hookimpl
def tma_task_generators() -> list[tma.Contribution]:
    """The five generators; they need no assets."""
    return [
        tma.Contribution(
            name,
            f"tma_clocks.tasks:{target}",
            summary=summary,
            makes=("dials",),
        )
        for name, target, summary in _GENERATORS
    ]


@tma.hookimpl
def tma_renderers() -> list[tma.Contribution]:
    """One renderer: `dials`."""
    return [
        tma.Contribution(
            "dials",
            "tma_clocks.renderer:DialsRenderer",
            summary="Clock faces and gauges, as PNG",
            consumes=("dials",),
            makes=("image/png",),
        )
    ]
