"""Charts as Vega-Lite specifications.

They are written out as JSON, as the language's reference has them: to build them with Altair takes
a second or two more a report. Text of plugins and models stands in the data alone, never as a
field's name or in an expression.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tma.query.membership import Membership
from tma.reporting.content import FEW, Chart, Dots, Heat, Mark

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
Spec = dict[str, Any]

STATES: tuple[Membership, ...] = ("in", "undecided", "out")
# middle tones that stand out from white and from black alike, also to the colour-blind
COLOURS = {"in": "#1f77c9", "out": "#7f8791", "undecided": "#d9730d", "": "#1f77c9"}
SHAPES = {"in": "circle", "out": "square", "undecided": "diamond", "": "circle"}
SERIES = ("#1f77c9", "#d9730d", "#2a9d76", "#a05fc4", "#7f8791", "#c9517a")
CERTIFIED = "#0f8a7e"
_STEP = 26
_SERIES_STEP = 15
# light enough for dark figures everywhere
_HEAT = ("#e98d78", "#f3d28b", "#a9d0ee", "#6fa8dc")
_LABEL = "split(slice(datum.value, 5), '\\n')"
"""A label without its place; a page may part it into lines."""
_ROOMY = 16
"""Figures of more columns are small."""
_ACROSS = 30
"""Names of columns that take more letters together stand aslant."""


def specification(chart: Chart) -> Spec:
    """A chart's Vega-Lite specification with its data, as wide as what contains it."""
    made = _dots(chart) if isinstance(chart, Dots) else _heat(chart)
    size = {"width": "container", "autosize": {"type": "fit-x", "contains": "padding"}}
    return {"$schema": SCHEMA, **size, **made}


# -- dot plots --------------------------------------------------------------------------------


def _dots(chart: Dots) -> Spec:
    series = list(dict.fromkeys(m.series for m in chart.marks if m.series))
    x = {
        "field": "low",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": _domain(chart), "nice": False, "clamp": True},
        "axis": {"format": ".0%", "orient": "top", "tickCount": 5, "labelPadding": 8},
    }
    encoding: Spec = {
        "y": {
            "field": "line",
            "type": "nominal",
            "title": None,
            "sort": None,
            "axis": {
                "labelExpr": _LABEL,
                "ticks": False,
                "domain": False,
                "grid": True,
            },
        },
        "tooltip": _tooltip(chart),
    }
    if series:
        encoding["yOffset"] = {"field": "series", "type": "nominal", "sort": series}
    colour = _colour(chart, series)
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.65},
            "encoding": {"x": x, "x2": {"field": "high"}, "color": colour},
        },
        {
            "mark": {"type": "point", "size": 75, "opacity": 1, "strokeWidth": 2},
            "encoding": {
                "x": {"field": "estimate", "type": "quantitative"},
                "color": colour,
                "shape": _shape(chart),
                "fill": {"condition": {"test": "datum.chosen", **colour}, "value": "transparent"},
            },
        },
    ]
    if any(m.certified for m in chart.marks):
        layers += _certified()
    for layer in layers:
        layer["encoding"] = {**encoding, **layer["encoding"]}
    if chart.rule is not None:
        layers.insert(0, _rule(chart.rule))  # which has no line of its own
    step = max(_STEP, _SERIES_STEP * len(series) + 6)
    lines = len({(m.label if series else i) for i, m in enumerate(chart.marks)})
    return {
        "height": step * lines,
        "data": {"values": [_row(place, m, chart) for place, m in enumerate(chart.marks)]},
        "layer": layers,
    }


def _certified() -> list[Spec]:
    """A second interval below the first."""
    known = [{"filter": "isValid(datum.sure_low)"}]
    low = {"field": "sure_low", "type": "quantitative"}
    below = {"color": CERTIFIED, "yOffset": 8}
    return [
        {
            "transform": known,
            "mark": {"type": "rule", "strokeWidth": 2, "strokeDash": [2, 2], **below},
            "encoding": {"x": low, "x2": {"field": "sure_high"}},
        },
        {
            "transform": known,
            "mark": {"type": "tick", "thickness": 3, "size": 9, **below},
            "encoding": {"x": {"field": "sure_estimate", "type": "quantitative"}},
        },
    ]


def _rule(value: float) -> Spec:
    return {
        "data": {"values": [{"at": value}]},
        "mark": {"type": "rule", "strokeDash": [5, 4], "strokeWidth": 1.5},
        "encoding": {"x": {"field": "at", "type": "quantitative"}},
    }


def _row(place: int, mark: Mark, chart: Dots) -> Spec:
    """A line's data. Its name begins with its place: lines of one name stay apart."""
    labels = list(dict.fromkeys(m.label for m in chart.marks))
    number = labels.index(mark.label) if mark.series else place
    sure = mark.certified
    return {
        "line": _line(number, mark.label),
        "label": mark.label,
        "series": mark.series,
        "estimate": mark.estimate,
        "low": mark.low,
        "high": mark.high,
        "answered": mark.answered,
        "state": mark.membership or "",
        "chosen": mark.selected or mark.membership is None,
        "sure_low": sure.low if sure else None,
        "sure_high": sure.high if sure else None,
        "sure_estimate": sure.estimate if sure else None,
        "p": mark.p,
    }


def _line(place: int, label: str) -> str:
    return f"{place:04d} {' '.join(label.split())}"


def _domain(chart: Dots) -> list[float]:
    """Shares from 0 to 1; differences about 0, so that nothing looks larger than it is."""
    if not chart.signed:
        return [0, 1]
    ends = [abs(b) for m in chart.marks for b in (m.low, m.high)] + [abs(chart.rule or 0.0)]
    most = min(1.0, max(0.1, *ends) * 1.05)
    return [-most, most]


def states_of(chart: Dots) -> list[Membership]:
    """The memberships among a plot's lines, for its legend."""
    return [s for s in STATES if any(m.membership == s for m in chart.marks)]


def series_of(chart: Dots) -> list[tuple[str, str]]:
    """The series of a plot with their colours, for its legend."""
    found = dict.fromkeys(m.series for m in chart.marks if m.series)
    return [(name, SERIES[i % len(SERIES)]) for i, name in enumerate(found)]


def _colour(chart: Dots, series: Sequence[str]) -> Spec:
    if series:
        scale = {"domain": series, "range": list(SERIES)}
        return {"field": "series", "type": "nominal", "scale": scale, "legend": None}
    states: list[str] = [*states_of(chart)] or [""]
    scale = {"domain": states, "range": [COLOURS[s] for s in states]}
    return {"field": "state", "type": "nominal", "scale": scale, "legend": None}


def _shape(chart: Dots) -> Spec:
    states: list[str] = [*states_of(chart)] or [""]
    scale = {"domain": states, "range": [SHAPES[s] for s in states]}
    return {"field": "state", "type": "nominal", "scale": scale, "legend": None}


def _told(field: str, title: str, form: str = "") -> Spec:
    kind = {"type": "quantitative", "format": form} if form else {"type": "nominal"}
    return {"field": field, "title": title, **kind}


def _tooltip(chart: Dots) -> list[Spec]:
    form, marks = "+.1%" if chart.signed else ".1%", chart.marks
    shown = [_told("label", "of")]
    if any(m.series for m in marks):
        shown.append(_told("series", "model"))
    shown += [_told(f, t, form) for f, t in (("estimate", chart.axis), *_ENDS)]
    shown.append(_told("answered", "pairs" if chart.signed else "answered", ","))
    if any(m.certified for m in marks):
        shown += [_told(f"sure_{f}", f"certified {t}", form) for f, t in _ENDS]
    if any(m.membership for m in marks):
        shown.append(_told("state", "membership"))
    if any(m.p is not None for m in marks):
        shown.append(_told("p", chart.p_label, ".2g"))
    return shown


_ENDS = (("low", "low"), ("high", "high"))


# -- heat maps --------------------------------------------------------------------------------


def _heat(chart: Heat) -> Spec:
    columns = {c: _line(i, c) for i, c in enumerate(chart.columns)}
    lines = {r: _line(i, r) for i, r in enumerate(chart.rows)}
    rows = [
        {
            "line": lines[f.row],
            "column": columns[f.column],
            "row_label": f.row,
            "column_label": f.column,
            "estimate": f.estimate,
            "low": f.low,
            "high": f.high,
            "answered": f.answered,
        }
        for f in chart.fields
        if f.row in lines and f.column in columns
    ]
    axis = {"labelExpr": _LABEL, "ticks": False, "domain": False, "grid": False}
    named = {"type": "nominal", "title": None}
    aslant = len(columns) * max(map(len, columns), default=0) > _ACROSS
    across = {**axis, "orient": "top", "labelAngle": -45 if aslant else 0, "labelLimit": 150}
    rows.sort(key=lambda row: str(row["line"]))
    scale = {"domain": [0, 0.33, 0.67, 1], "range": list(_HEAT), "interpolate": "lab"}
    known: list[Spec] = [{"filter": f"datum.answered >= {FEW}"}]
    few: list[Spec] = [{"filter": f"datum.answered < {FEW}"}]
    text = {"field": "estimate", "type": "quantitative", "format": ".0%"}
    size = 12 if len(columns) <= _ROOMY else 9
    ends = [_told(f, t, ".1%") for f, t in (("estimate", "accuracy"), *_ENDS)]
    return {
        "height": _STEP * len(lines),
        **({"padding": {"left": 5, "top": 5, "bottom": 5, "right": 80}} if aslant else {}),
        "data": {"values": rows},
        "encoding": {
            "y": {
                "field": "line",
                "sort": list(lines.values()),
                "axis": axis,
                **named,
            },
            "x": {
                "field": "column",
                "sort": list(columns.values()),
                "axis": across if len(columns) > 1 else None,
                **named,
            },
            "tooltip": [
                _told("row_label", "of"),
                _told("column_label", "for"),
                *ends,
                _told("answered", "answered", ","),
            ],
        },
        "layer": [
            {
                "transform": known,
                "mark": {"type": "rect"},
                "encoding": {
                    "color": {
                        "field": "estimate",
                        "type": "quantitative",
                        "scale": scale,
                        "legend": None,
                    }
                },
            },
            {
                "transform": known,
                "mark": {"type": "text", "fontSize": size},
                "encoding": {"text": text, "color": {"value": "#111111"}},
            },
            {
                "transform": few,
                "mark": {"type": "text", "fontSize": size, "fontStyle": "italic"},
                "encoding": {"text": text},
            },
        ],
    }
