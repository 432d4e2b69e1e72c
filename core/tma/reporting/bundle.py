"""The library that draws charts: as a script for pages, and here for pictures."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from tma.config import cache_dir
from tma.errors import ConfigError
from tma.mediacache import write_whole
from tma.reporting.charts import series_of, specification, states_of
from tma.reporting.content import Chart, Dots

if TYPE_CHECKING:
    from types import ModuleType

_WIDTH = 760
_PRINTED: dict[str, Any] = {
    "background": "white",
    "font": "sans-serif",
    "view": {"stroke": None},
    "axis": {"gridColor": "#d3d9df", "domainColor": "#d3d9df", "tickColor": "#d3d9df"},
    "axisY": {"labelLimit": 300},
    "padding": 12,
}
_LEGEND = {"title": None, "orient": "bottom", "columns": 2, "labelLimit": 320}


def converter() -> ModuleType:
    """The module `vl_convert`.

    Raises:
        ConfigError: the extra `report` is not installed.
    """
    try:
        import vl_convert
    except ImportError:
        raise ConfigError(
            "charts need the extra 'report'", hint="pip install 'task-me-anything[report]'"
        ) from None
    found: ModuleType = vl_convert
    return found


@cache
def versions() -> dict[str, str]:
    """Of Vega and Vega-Lite. Raises ConfigError."""
    found = converter()
    newest = found.get_vegalite_versions()[-1]
    return {"Vega": found.get_vega_version(), "Vega-Lite": newest}


def bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script; made once and kept in the cache.

    Raises:
        ConfigError: the extra `report` is not installed.
    """
    found = converter()
    path = cache_dir() / "scripts" / f"vega-{found.__version__}.js"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        text: str = found.javascript_bundle()
        write_whole(path, text.encode())
        return text


def png(chart: Chart) -> bytes:
    """A chart as a PNG, on white. Raises ConfigError."""
    made: bytes = converter().vegalite_to_png(_printed(chart), scale=2)
    return made


def svg(chart: Chart) -> bytes:
    """A chart as an SVG, on white. Raises ConfigError."""
    made: str = converter().vegalite_to_svg(_printed(chart))
    return made.encode()


def _title(chart: Chart) -> dict[str, Any]:
    below = []
    if isinstance(chart, Dots):
        below.append(f"{chart.axis}; intervals: {chart.interval}")
        if chart.rule_label:
            below.append(f"dashed line: {chart.rule_label}")
        if any(m.certified for m in chart.marks):
            below.append("dotted: certified by fresh replies")
    return {"text": chart.title, "subtitle": below + ([chart.note] if chart.note else [])}


def _printed(chart: Chart) -> str:
    made = specification(chart)
    if isinstance(chart, Dots) and (series_of(chart) or states_of(chart)):
        # pages have legends of their own
        for encoding in (layer["encoding"] for layer in made["layer"]):
            if "field" in encoding.get("color", {}):
                encoding["color"] = {**encoding["color"], "legend": _LEGEND}
    return json.dumps({**made, "width": _WIDTH, "config": _PRINTED, "title": _title(chart)})
