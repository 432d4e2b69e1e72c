"""Reports as somebody meets them, in a browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tma.query.answer import Answer
from tma.reporting import Report, Wish, make_report, write_report
from tma.reporting.content import Heat

from ..browser import PHONE, Viewer
from ..core import toys
from ..core.galleries import EVIL, toy_set
from ..core.reportable import first, red_is_hard, stored, unless

ANSWER = Path(__file__).parent / "data" / "threshold.json"


@pytest.fixture(scope="module", name="report")
def _report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Three models, and two of them with names and replies full of mark-up."""
    folder = tmp_path_factory.mktemp("report")
    tasks = toy_set(folder / "set")
    replies = [("good", unless(red_is_hard)), (EVIL, first), ("odd", lambda request: EVIL)]
    store = stored(tasks, folder / "r.sqlite", replies)
    return make_report([tasks.path], Wish(examples=2), store=store, registry=toys.registry())


@pytest.fixture(name="page")
def _page(report: Report, viewer: Viewer, tmp_path: Path) -> Page:
    write_report(report, tmp_path / "report.html")
    return drawn(viewer.open(tmp_path / "report.html"))


def drawn(page: Page) -> Page:
    page.locator("html.drawn").wait_for(state="attached")
    return page


def test_anybody_can_use_it(page: Page, viewer: Viewer) -> None:
    viewer.check()


def test_every_chart_is_drawn_and_told(page: Page, report: Report) -> None:
    charts = report.charts()
    expect(page.locator(".chart svg")).to_have_count(len(charts))
    for place, (_, chart) in enumerate(charts):
        figure = page.locator("figure").nth(place)
        expect(figure.locator("strong")).to_have_text(chart.title)
        expect(figure.locator(".chart")).to_have_attribute("role", "img")
        figure.locator("summary").click()
        expect(figure.locator("tbody tr")).to_have_count(len(chart.table()[1]))
        figure.locator("summary").click()


def test_rows_of_a_map_stand_in_their_order(page: Page, report: Report) -> None:
    charts = [chart for _, chart in report.charts()]
    place = next(i for i, c in enumerate(charts) if c.name == "by-count")
    heat = charts[place]
    assert isinstance(heat, Heat)
    assert len(heat.rows) > 3
    drawn_rows = page.locator("figure").nth(place).locator(".role-axis-label").last.locator("text")
    assert drawn_rows.all_text_contents() == heat.rows


def test_strangers_words_are_words(page: Page) -> None:
    """Nothing of them ran, or the viewer would tell; they stand there as they are."""
    assert page.evaluate("document.querySelectorAll('img[src=x]').length") == 0
    expect(page.get_by_text(EVIL).first).to_be_visible()
    assert "%3Cscript" in str(page.locator(".chart svg").first.text_content())


def test_charts_follow_the_colours_of_the_page(page: Page) -> None:
    def label() -> str:
        found = page.locator(".chart svg text").first
        return str(found.get_attribute("fill"))

    light = label()
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "before => document.querySelector('.chart svg text').getAttribute('fill') !== before",
        arg=light,
    )
    assert label() != light


def test_a_mark_tells_its_figures(page: Page) -> None:
    page.locator(".chart").first.locator(".mark-symbol path").first.hover()
    told = page.locator("#vg-tooltip-element")
    expect(told).to_be_visible()
    expect(told).to_contain_text("accuracy")


def test_on_paper(page: Page) -> None:
    """Tables are open, and everything is dark on white."""
    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


def test_a_query_on_a_phone(viewer: Viewer, tmp_path: Path) -> None:
    answer = Answer.from_json(json.loads(ANSWER.read_text(encoding="utf-8")))
    report = make_report([answer, answer], store=tmp_path / "r.sqlite")
    write_report(report, tmp_path / "report.html")
    page = drawn(viewer.open(tmp_path / "report.html", width=PHONE))
    viewer.check()
    for state in ("in", "undecided", "out", "certified by fresh replies"):
        expect(page.locator(".legend li", has_text=state).first).to_be_visible()
    page.get_by_role("navigation").get_by_role("link").nth(1).click()
    assert page.url.endswith("#part-2")
