"""Reports: what queries and evaluations found, for somebody who was not there.

    from tma.reporting import Wish, make_report, write_report

    report = make_report(["tasks"], Wish(examples=2))
    print(report.parts[0].answer)
    write_report(report, Path("report.html"))

`tma.reporting.content` says what a report holds; `docs/formats.md` its JSON.
"""

from __future__ import annotations

from tma.reporting.content import Report
from tma.reporting.make import Wish, json_of, make_report, write_report

__all__ = ["Report", "Wish", "json_of", "make_report", "write_report"]
