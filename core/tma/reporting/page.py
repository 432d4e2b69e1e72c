"""A report as one HTML page that needs nothing besides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tma.pages import render, source
from tma.reporting.bundle import bundle, versions
from tma.reporting.charts import series_of, specification, states_of
from tma.reporting.content import FEW, Chart, Dots, Report


def page_of(report: Report) -> str:
    """The page.

    Raises:
        ConfigError: the extra `report` is not installed.
    """
    ids: list[list[str]] = []
    specs: dict[str, Any] = {}
    legends: dict[str, Any] = {}
    for number, part in enumerate(report.parts, start=1):
        charts: Sequence[Chart] = [*part.answers, *part.details]
        ids.append([f"chart-{number}-{place}" for place in range(len(charts))])
        for name, chart in zip(ids[-1], charts, strict=True):
            specs[name] = specification(chart)
            if isinstance(chart, Dots):
                legends[name] = _legend(chart)
    return render(
        "report.html.j2",
        title=report.title,
        styles=[source("report.css")],
        scripts=[bundle(), source("report.js")],
        data={"charts": specs},
        report=report,
        versions={**report.versions, **versions()},
        ids=ids,
        legends=legends,
        few=FEW,
    )


def _legend(chart: Dots) -> dict[str, Any]:
    return {
        "states": states_of(chart),
        "series": [name for name, _ in series_of(chart)],
        "certified": any(m.certified for m in chart.marks),
    }
