"""Galleries as somebody meets them, in a browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tma.calls import make_call
from tma.config import Settings
from tma.gallery import Showing, write_gallery
from tma.importing import import_replies, read_json_lines
from tma.models import load_model
from tma.registry import Registry
from tma.store import ReplyStore
from tma.taskset import TaskSet

from ..browser import PHONE, Viewer
from ..core.galleries import EVIL, picture, task, toy_set, write_set


@pytest.fixture(scope="module", name="toys")
def _toys(tmp_path_factory: pytest.TempPathFactory) -> TaskSet:
    return toy_set(tmp_path_factory.mktemp("toys") / "set")


@pytest.fixture(name="page")
def _page(viewer: Viewer, toys: TaskSet, tmp_path: Path) -> Page:
    write_gallery(toys, tmp_path / "page.html", Showing())
    return viewer.open(tmp_path / "page.html")


def facet(page: Page, field: str) -> Locator:
    """The filter of a field; its values are there once it is open."""
    summary = page.locator("summary", has_text=re.compile("^" + re.escape(field)))
    found = page.locator(".facet", has=summary)
    if found.get_attribute("open") is None:
        found.locator("summary").click()
    return found


def line(page: Page, field: str, value: str) -> Locator:
    return facet(page, field).locator("li", has=page.get_by_text(value, exact=True))


def tick(page: Page, field: str, *values: str) -> None:
    for value in values:
        line(page, field, value).locator("input").check()


def ids(page: Page) -> list[int]:
    """Numbers of the tasks whose cards are there."""
    return [int(text, 16) for text in page.locator(".card small a").all_text_contents()]


@pytest.mark.parametrize("embed", [None, 64])
def test_everybody_can_use_it(
    viewer: Viewer, toys: TaskSet, tmp_path: Path, embed: int | None
) -> None:
    write_gallery(toys, tmp_path / "page.html", Showing(embed=embed, limit=6))
    page = viewer.open(tmp_path / "page.html")
    expect(page.locator("#count")).to_have_text("6 tasks")
    tick(page, "generator", "toys/b")
    page.locator(".options button").nth(2).click()
    viewer.check()
    page.get_by_label("Show answers").check()
    viewer.check_accessible()
    assert page.locator("img").first.evaluate("e => e.decode().then(() => e.naturalWidth)") == 64


def test_more_cards_come_as_they_are_wanted(page: Page) -> None:
    expect(page.locator("#count")).to_have_text("40 tasks")
    shown = ids(page)
    assert shown == list(range(len(shown)))
    page.wait_for_function(
        "() => { scrollTo(0, 1e6); return document.querySelectorAll('.card').length === 40; }"
    )
    expect(page.get_by_text("Show more")).to_be_hidden()
    assert ids(page) == list(range(40))


def test_filters_and_search(page: Page, toys: TaskSet) -> None:
    plans = {n: t.plan for n, t in enumerate(toys.tasks()) if n != 2}
    tick(page, "attribute value", "red", "gray")
    red = [n for n, p in plans.items() if p["attribute_value"] in ("red", "gray")]
    expect(page.locator("#count")).to_have_text(f"{len(red)} of 40 tasks")
    tick(page, "target category", "ball")
    both = [n for n in red if plans[n]["target_category"] == "ball-1"]
    expect(page.locator("#count")).to_have_text(f"{len(both)} of 40 tasks")
    assert ids(page) == both
    # how many there would be if another colour were chosen
    blue = [n for n, p in plans.items() if (p["attribute_value"], n % 3) == ("blue", 1)]
    count = line(page, "attribute value", "blue").locator(".number")
    expect(count).to_have_text(str(len(blue)))
    # and all that is chosen can be taken back
    page.get_by_role("button", name="Remove attribute value: gray").click()
    assert ids(page) == [n for n in both if plans[n]["attribute_value"] == "red"]
    page.get_by_role("button", name="Clear all filters").click()
    expect(page.locator("#count")).to_have_text("40 tasks")

    page.get_by_label("Search", exact=True).fill("KEY  red")
    expect(page.locator("#count")).to_have_text("12 of 40 tasks")  # red is an option of all
    assert all(n % 3 == 2 for n in ids(page))
    page.get_by_label("Search", exact=True).fill("no such thing")
    expect(page.get_by_text("No task passes these filters.")).to_be_visible()
    page.get_by_label("Search", exact=True).fill("")
    tick(page, "count", "10")
    assert ids(page) == [9, 19, 29, 39]


def test_what_is_shown_is_in_the_address(viewer: Viewer, page: Page) -> None:
    tick(page, "attribute value", "red", "blue")
    tick(page, "medium", "image")
    page.get_by_label("Shuffle").check()
    page.get_by_label("Search", exact=True).fill("cup")
    shown = ids(page)
    assert len(shown) > 3
    assert shown != sorted(shown)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    assert ids(page) == shown
    assert page.get_by_label("Shuffle").is_checked()
    page.evaluate("() => { location.hash = '.attribute_value=blue&.gone=1&.count=none'; }")
    expect(page.locator("#count")).to_have_text("10 of 40 tasks")
    assert not page.get_by_label("Shuffle").is_checked()
    page.locator(".card small a").nth(1).click()
    expect(page.locator("#count")).to_have_text("1 of 40 tasks")
    assert ids(page) == [5]


def test_answers_are_marked_on_click(page: Page) -> None:
    expect(page.locator(".right, .wrong")).to_have_count(0)
    expect(page.get_by_text("attribute value", exact=True)).to_have_count(1)  # no card tells it
    cards = page.locator(".card")
    cards.nth(4).get_by_role("button", name="A red").click()
    expect(cards.nth(4).locator(".right")).to_have_text("A red ✓ your answer")
    expect(cards.nth(4).locator(".wrong")).to_have_count(0)
    expect(cards.nth(4).locator("dl")).to_contain_text("attribute valuered")
    cards.nth(5).get_by_role("button", name="D gray").click()
    expect(cards.nth(5).locator(".wrong")).to_have_text("D gray ✗ your answer")
    expect(cards.nth(5).locator(".right")).to_have_text("B blue ✓ right")
    expect(page.locator("#said")).to_have_text("Wrong: right is B blue")
    cards.nth(5).get_by_role("button", name="B blue").dispatch_event("click")  # too late
    said = "You have 1 of 2 right, 50 % (9 % to 91 % at 95 % confidence); guessing gives 25 %."
    expect(page.locator("#sum")).to_have_text(said)
    page.get_by_text("By generator").click()
    expect(page.locator("#shares tr")).to_have_text(["toys/a11100 %", "toys/b100 %"])
    page.reload()
    expect(page.locator("#sum")).to_have_text(said)
    expect(page.locator(".wrong")).to_have_count(1)
    page.get_by_label("Show answers").check()
    expect(page.locator(".right")).to_have_count(page.locator(".card").count())
    cards.nth(6).locator("button").last.dispatch_event("click")  # what is shown can't be answered
    page.get_by_label("Show answers").uncheck()
    expect(page.locator("#sum")).to_have_text(said)
    page.get_by_text("By generator").click()
    page.get_by_role("button", name="Start again").click()
    expect(page.locator("#sum")).to_have_text("You have answered none yet.")
    expect(page.locator(".right, .wrong")).to_have_count(0)


def test_answers_can_be_saved_and_are_those_of_a_model(
    page: Page, toys: TaskSet, tmp_path: Path
) -> None:
    for number, option in ((3, 3), (4, 0), (5, 3)):
        page.locator(".card").nth(number).locator(".options button").nth(option).click()
    page.get_by_text("By generator").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save answers").click()
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    registry = Registry(Settings(environ={}))
    model, tasks = load_model(registry, "person:ann"), list(toys.tasks())
    with ReplyStore(tmp_path / "replies.sqlite") as store:
        found = import_replies(read_json_lines(file), toys, model, store)
        assert (found.kept, dict(found.passed)) == (3, {})
        calls = [make_call(t, model, (0, 1, 2, 3), 0, toys.media_file) for t in tasks[3:6]]
        known = store.get(call.key for call in calls)
        assert [known[call.key].option_index for call in calls] == [3, 0, 3]


def test_answers_by_keyboard(page: Page) -> None:
    cards = page.locator(".card")
    cards.nth(3).locator(".options button").first.focus()
    page.keyboard.press("d")
    expect(cards.nth(3).locator(".right")).to_have_text("D gray ✓ your answer")
    expect(cards.nth(3).locator(".options button").last).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(cards.nth(4).locator(".options button").first).to_be_focused()
    page.keyboard.press("z")
    expect(page.locator("#sum")).to_contain_text("1 of 1 right")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(cards.nth(4).locator(".wrong")).to_have_text("B blue ✗ your answer")
    page.keyboard.press("ArrowLeft")
    expect(cards.nth(3).locator(".options button").first).to_be_focused()
    expect(cards.nth(13)).to_be_attached()  # cards come by and by
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(cards.nth(13).locator(".options button").first).to_be_focused()


@pytest.mark.parametrize("embed", [None, 64])
def test_videos_play(viewer: Viewer, toys: TaskSet, tmp_path: Path, embed: int | None) -> None:
    write_gallery(toys, tmp_path / "page.html", Showing(embed=embed))
    page = viewer.open(tmp_path / "page.html", ".%40medium=video")
    assert ids(page) == [0]
    video = page.locator("video")
    assert video.evaluate("v => [v.controls, v.muted, v.loop, v.paused]") == [
        True,
        True,
        True,
        True,
    ]
    video.evaluate("v => v.play()")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.2")
    assert video.evaluate("v => [v.videoWidth, v.error]") == [64, None]


def test_pictures_can_be_enlarged(page: Page) -> None:
    page.get_by_label(f"Enlarge the picture of task {3:016x}").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.locator("#full").evaluate("e => e.decode().then(() => e.naturalWidth)") == 64
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_what_is_planted_stays_text(viewer: Viewer, page: Page) -> None:
    card = page.locator(".card").nth(2)
    expect(card.locator(".question")).to_have_text(EVIL)
    expect(card.locator(".options button").nth(2)).to_have_text("C </script>")
    page.get_by_label("Show answers").check()
    assert EVIL in card.locator("dt").all_text_contents()
    tick(page, EVIL, EVIL)
    assert ids(page) == [2]
    assert page.locator("script").count() == 5
    viewer.check_fits()


def test_a_picture_that_can_not_be_shown(viewer: Viewer, tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "half.png").write_bytes(picture("red")[:40])
    write_gallery(
        write_set(tmp_path, [task(1, "media/half.png")]), tmp_path / "page.html", Showing()
    )
    page = viewer.open(tmp_path / "page.html")
    expect(page.get_by_text("The picture can't be shown.")).to_be_visible()


def test_fields_with_many_values(viewer: Viewer, tmp_path: Path) -> None:
    tasks = [
        task(n, None).model_copy(update={"plan": {"generator": "far/off", "a_word": f"w{n}"}})
        for n in range(500)
    ]
    write_gallery(write_set(tmp_path, tasks), tmp_path / "page.html", Showing())
    page = viewer.open(tmp_path / "page.html", width=PHONE)
    page.get_by_text("Search and filters").click()
    page.locator("summary", has_text="a word").click()
    expect(page.locator(".facet li")).to_have_count(60)
    expect(page.get_by_text("440 more: type to find them")).to_be_visible()
    page.get_by_label("Find a value of a word").fill("w49")
    expect(page.locator(".facet li")).to_have_count(11)
    tick(page, "a word", "w499")
    assert ids(page) == [499]
    viewer.check_fits()
