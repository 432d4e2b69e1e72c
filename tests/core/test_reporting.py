"""What reports say of evaluations and queries; how they look is tests/e2e/test_report.py."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import altair
import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from tma import Reply
from tma.calls import Answer
from tma.cli import cli
from tma.errors import ConfigError, ModelError, QueryError, TaskError, TmaError
from tma.evaluate import Asking
from tma.generate import Order, generate
from tma.models import Who
from tma.query.saved import SavedQueries
from tma.registry import default_registry
from tma.reporting import Report, Wish, json_of, make_report, write_report
from tma.reporting.charts import specification
from tma.reporting.content import Dots, Heat
from tma.reporting.examples import thumbnail
from tma.reporting.page import page_of
from tma.reporting.stored import read_tasks, respondents
from tma.scores import Evaluation, differences
from tma.store import ReplyStore
from tma.taskset import TaskSet

from . import toys
from .galleries import EVIL, add_media, task, toy_set, write_set
from .reportable import first, keep, model, red_is_hard, stored, unless


@pytest.fixture(scope="module", name="tasks")
def _tasks(tmp_path_factory: pytest.TempPathFactory) -> TaskSet:
    return toy_set(tmp_path_factory.mktemp("toys") / "set")


@pytest.fixture(scope="module", name="store")
def _store(tmp_path_factory: pytest.TempPathFactory, tasks: TaskSet) -> Path:
    path = tmp_path_factory.mktemp("store") / "r.sqlite"
    return stored(tasks, path, [("good", unless(red_is_hard)), ("lazy", first)])


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(w) for w in words])


def made(sources: Sequence[Any], store: Path, **wish: Any) -> Report:
    return make_report(sources, Wish(**wish), store=store, registry=toys.registry())


# -- evaluations --------------------------------------------------------------------------------


def test_figures_are_those_of_an_evaluation(tasks: TaskSet, store: Path) -> None:
    (part,) = made([tasks.path], store).parts
    with ReplyStore(store) as opened:
        found = _asked_again(tasks, opened)
    accuracy, versus = part.answers
    assert isinstance(accuracy, Dots)
    assert isinstance(versus, Dots)
    assert [m.label for m in accuracy.marks] == ["m?name=good", "m?name=lazy"]
    for mark in accuracy.marks:
        expected = found[mark.label].accuracy
        assert (mark.estimate, mark.low, mark.high, mark.answered) == (
            expected.estimate,
            expected.low,
            expected.high,
            expected.answered,
        )
    (pair,) = differences([found["m?name=good"], found["m?name=lazy"]])
    (mark,) = versus.marks
    assert (mark.estimate, mark.low, mark.high, mark.p) == (
        pair.estimate,
        pair.low,
        pair.high,
        pair.p,
    )
    assert "m?name=good gets 75" in part.answer
    assert "is settled" in part.answer


def _asked_again(tasks: TaskSet, store: ReplyStore) -> dict[str, Evaluation]:
    """Evaluations of the store's rows by their call ids: another way to the same figures."""
    found: dict[str, Evaluation] = {}
    by_id = {t.id: t for t in tasks.tasks()}
    for row in store.replies():
        label = f"m?name={json.loads(row.config)['name']}"
        own = by_id[row.task_id]
        who = Who(row.model, label, {})
        answer = Answer(
            own, row.call_id, row.outcome, row.option_index, row.correct, True, row.strict_outcome
        )
        found.setdefault(label, Evaluation(who)).add(answer)
    return found


def test_maps_count_each_field(tasks: TaskSet, store: Path) -> None:
    (part,) = made([tasks.path], store).parts
    maps = {c.name: c for c in part.details if isinstance(c, Heat)}
    colours = {(f.row, f.column): f for f in maps["by-attribute-value"].fields}
    known = [t for t in tasks.tasks() if t.plan.get("attribute_value") == "red"]
    assert colours["red", "m?name=good"].estimate == 0.0
    assert colours["red", "m?name=good"].answered == len(known)
    assert colours["blue", "m?name=good"].estimate == 1.0
    assert set(maps["by-generator"].rows) == {"toys/a", "toys/b"}


def test_patterns_and_tasks_that_show_them(tasks: TaskSet, store: Path) -> None:
    (part,) = made([tasks.path], store, models=["m?name=good"], examples=2).parts
    (chart,) = [c for c in part.details if c.name == "failures"]
    assert isinstance(chart, Dots)
    assert chart.marks[0].label == "attribute value red"
    group = part.groups[0]
    assert group.title == "attribute value red"
    assert len(group.wrong) == 2
    assert not group.right
    (said,) = group.wrong[0].replies
    assert (said.correct, said.model) == (False, "m?name=good")
    assert str(group.wrong[0].picture).startswith("data:image/webp;base64,")
    assert made([tasks.path], store, examples=0).parts[0].groups == []


@pytest.mark.parametrize(
    "asking", [Asking(orders=3), Asking(circular=True), Asking()], ids=["3", "circular", "1"]
)
def test_orders_are_as_stored(tasks: TaskSet, tmp_path: Path, asking: Asking) -> None:
    with ReplyStore(tmp_path / "r.sqlite") as store:
        keep(tasks, store, model("x"), first, asking)
        read = read_tasks(tasks)
        (found,) = respondents(read, store, toys.registry(), prompt=asking.prompt)
        assert (found.asking.orders, found.asking.circular) == (asking.orders, asking.circular)
        assert len(found.answers) == sum(len(asking.orders_of(t)) for t in read)
        (few,) = respondents(read, store, toys.registry(), prompt=asking.prompt, orders=1)
        assert len(few.answers) == len(read)
        (part,) = make_report([tasks.path], store=store, registry=toys.registry()).parts
    assert [c.name for c in part.answers][1:] == (
        ["accuracy-in-every-rotation"] if asking.circular else []
    )


def test_replies_are_shared_by_tasks_that_send_the_same(tmp_path: Path) -> None:
    """A model that looks at no picture was asked once about two tasks of equal words."""
    twins = [task(n, None, question="What is it?", options=("a", "b")) for n in (0, 4, 8)]
    twins = [t.model_copy(update={"answer": "a", "answer_index": 0}) for t in twins]
    tasks = write_set(tmp_path, twins)
    with ReplyStore(tmp_path / "r.sqlite") as store:
        keep(tasks, store, model("blind", sees_task=False), first)
        assert len(store.replies()) == 1
        keep(tasks, store, model("sees"), first, most=1)
        read = read_tasks(tasks)
        blind, sees = respondents(read, store, toys.registry(), prompt=Asking().prompt)
    assert [a.task.id for a in blind.answers] == [t.id for t in twins]
    assert blind.ledger.calls == 1
    assert len(sees.answers) == 1


def test_what_is_not_counted_is_said(tasks: TaskSet, tmp_path: Path) -> None:
    def says(request: Any) -> Reply | str:
        if request.task.seed % 3 == 0:
            return Reply(text=None, failure="timeout: slow")
        return "no idea" if request.task.seed % 3 == 1 else "A"

    with ReplyStore(tmp_path / "r.sqlite") as store:
        keep(tasks, store, model("odd"), says, most=30)
        (part,) = make_report([tasks.path], store=store, registry=toys.registry()).parts
    assert part.cautions == [
        "Not counted for m?name=odd: 10 unparsed, 10 failed.",
        "m?name=odd replied to 30 of 40 tasks.",
    ]


@pytest.mark.parametrize(
    ("wish", "error", "said"),
    [
        ({"models": ["m?name=godo"]}, ModelError, "did you mean m[?]name=good"),
        ({"models": ["zzz"]}, ModelError, "there are those of m[?]name=good, m[?]name=lazy"),
        ({"prompt": "detailed"}, ModelError, "there are some with succinct@1"),
        ({"redact": ["zoo"]}, TmaError, "no asset source is called 'zoo'"),
    ],
)
def test_wishes_that_can_not_be_met(
    tasks: TaskSet, store: Path, wish: dict[str, Any], error: type[TmaError], said: str
) -> None:
    with pytest.raises(error, match=said):
        made([tasks.path], store, **wish)


def test_evaluations_as_they_were_printed(tasks: TaskSet, store: Path, tmp_path: Path) -> None:
    with ReplyStore(store) as opened:
        found = list(_asked_again(tasks, opened).values())
    shown = {
        "confidence": 0.95,
        "models": [e.as_json() for e in found],
        "differences": [d.as_json() for d in differences(found)],
    }
    path = tmp_path / "eval.json"
    path.write_text(json.dumps(shown))
    (part,), (whole,) = made([path], store).parts, made([tasks.path], store).parts
    assert part.answers == whole.answers
    assert part.answer == whole.answer
    path.write_text(json.dumps({"models": [{"model": "x"}], "differences": []}))
    with pytest.raises(TaskError, match="is no evaluation as `tma eval --json` prints it"):
        made([path], store)


# -- what is named --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sett", "did you mean .*set"),
        ("some.json", "is neither an answer of"),
        ("broken.json", "can't be read as JSON"),
        ("empty", "holds no set of tasks"),
        ("elsewhere/x", "is no file, no folder of tasks and no query's id"),
    ],
)
def test_names_of_nothing(store: Path, tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "some.json").write_text("[1]")
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises((QueryError, TaskError), match=said):
        made([tmp_path / name], store)


# -- queries --------------------------------------------------------------------------------------

SHARED = ("--assets", "shapes", "--tasks", "grid2d/*", "--budget", 90)


@pytest.fixture(scope="module", name="asked")
def _asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a query of each kind."""
    store = tmp_path_factory.mktemp("asked") / "r.sqlite"
    saved = store.parent / "debug.json"
    ours = ("--model", "simulated?seed=1", *SHARED, "--store", store)
    for words in (
        ("top-k", *ours, "--by", "attribute_value", "-k", 2, "--worst"),
        ("threshold", *ours, "--by", "grid,generator", "--below", 0.5, "--approximate", "random"),
        ("compare", *ours, "--baseline", "random", "--by", "generator"),
        ("debug", *ours, "--approximate", "random", "--save", saved),
    ):
        done = run("query", *words)
        assert done.exit_code == 0, done.output
    return store


def ids(store: Path) -> dict[str, str]:
    return {str(a.question["kind"]): a.id for a, _ in SavedQueries(store).all()}


@pytest.mark.parametrize("kind", ["top-k", "threshold", "compare", "debug"])
def test_a_query_of_each_kind(asked: Path, kind: str) -> None:
    name = ids(asked)[kind]
    (part,) = make_report([name[:6]], Wish(examples=1), store=asked).parts
    saved, answer = SavedQueries(asked).load(name)
    assert answer is not None
    assert part.source == name
    assert "simulated?seed=1" in part.question
    told = SavedQueries(asked).told(saved)
    assert sum(len([r for r in t.replies if r]) for t in told) == 90
    if kind == "debug":
        return
    (chart,) = part.answers
    assert isinstance(chart, Dots)
    assert len(chart.marks) == len(answer["items"]) - chart.left_out
    first_item, first_mark = answer["items"][0], chart.marks[0]
    expected = first_item["versus"][0] if kind == "compare" else first_item
    assert (first_mark.estimate, first_mark.low, first_mark.high) == (
        expected["estimate"],
        expected["low"],
        expected["high"],
    )
    assert first_mark.membership == first_item["membership"]
    by_generator = next(c for c in part.details if c.name == "by-generator")
    assert isinstance(by_generator, Heat)
    share = sum(
        (f.estimate or 0) * f.answered for f in by_generator.fields if f.column == part.models[0]
    )
    assert round(share) == answer["overall"]["right"]
    shown = [e for g in part.groups for e in (*g.wrong, *g.right)]
    assert shown
    assert all(e.picture for e in shown)
    verdicts = {t.task: t.replies[0] and t.replies[0].correct for t in told}
    assert all(verdicts[e.task] is False for g in part.groups for e in g.wrong)


def test_an_answer_by_itself(asked: Path, tmp_path: Path) -> None:
    """A file tells as much as the id where the query is stored, and else what it holds."""
    path = asked.parent / "debug.json"
    whole = make_report([ids(asked)["debug"]], Wish(examples=1), store=asked)
    assert make_report([path], Wish(examples=1), store=asked) == whole
    (alone,) = make_report([path], store=tmp_path / "other.sqlite").parts
    assert "The file holds the answer alone" in alone.cautions[0]
    assert alone.answers == whole.parts[0].answers


def test_commands_give_the_query_again(asked: Path) -> None:
    (part,) = make_report([ids(asked)["top-k"]], Wish(examples=0), store=asked).parts
    words = re.findall(r"'[^']*'|\S+", part.commands[0])
    done = run(*(w.strip("'") for w in words[1:]), "--store", asked, "--json")
    again = json.loads(done.output)
    assert (again["ledger"]["calls"], again["ledger"]["reused"]) == (0, 90)


# -- strangers' words and private names ------------------------------------------------------------


class Elements(HTMLParser):
    """Names of elements, and of attributes that run something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.live: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.live += [f"{k}={v}" for k, v in attrs if k.startswith("on") or k == "srcdoc"]
        self.live += [str(v) for _, v in attrs if str(v).strip().lower().startswith("javascript:")]


def evil(tasks: TaskSet, path: Path) -> Path:
    """Scripts in names of models, in replies and in causes of failures."""
    with ReplyStore(path) as store:
        keep(tasks, store, model(EVIL), unless(red_is_hard))
        keep(tasks, store, model("</script>" + EVIL), lambda request: f"{EVIL} I refuse")
        keep(tasks, store, model("x"), lambda request: Reply(text=None, failure=f"{EVIL}: {EVIL}"))
    return path


def test_nothing_that_strangers_say_is_live(tasks: TaskSet, asked: Path, tmp_path: Path) -> None:
    report = made([tasks.path], evil(tasks, tmp_path / "r.sqlite"))
    answer = json.loads((asked.parent / "debug.json").read_text())
    answer["patterns"] = [
        {
            **dict.fromkeys(("support", "failures"), 9),
            **dict.fromkeys(
                ("rate", "lift", "odds_ratio", "low", "high", "p_value", "q_value"), 0.5
            ),
            "fields": {EVIL: EVIL, "x": "y"},
            "names": {"x": EVIL},
            "examples": [],
        }
    ]
    answer["error"] = answer["models"][0]["model"] = EVIL
    answer["complete"] = False
    answer["ledger"]["infeasible"] = {EVIL: 1}
    path = tmp_path / f"{EVIL.replace('/', '')}.json"
    path.write_text(json.dumps(answer))
    parts = [*report.parts, *made([path], tmp_path / "r.sqlite").parts]
    text = page_of(Report(title=EVIL, parts=parts, versions={EVIL: EVIL}))
    found = Elements(text)
    assert not found.live
    assert found.names.count("script") == 3  # data, Vega, and what draws
    assert text.count(EVIL) == 0
    pictures = re.findall(r'<img src="([^"]{11})', _shown(text))
    assert pictures
    assert set(pictures) == {"data:image/"}
    assert "&lt;script&gt;alert(1)" in text


def _private(folder: Path) -> Path:
    """Things whose names begin with `zq`."""
    words = ("Apple", "Pear", "Quince", "Medlar", "Cherry", "Walnut")
    for number, word in enumerate(words):
        path = folder / f"Zq{word}" / f"Zq{word}-file.png"
        path.parent.mkdir(parents=True)
        Image.new("RGBA", (16, 16), (40 * number, 90, 90, 255)).save(path)
    return folder


def test_names_of_a_redacted_source_stay_here(tmp_path: Path) -> None:
    assets, store = _private(tmp_path / "zqsecret"), tmp_path / "r.sqlite"
    ours = ("--assets", assets, "--tasks", "grid2d/what", "--store", store)
    where = ("--where", "target_category=ZqApple,ZqPear")
    words = ("--model", "simulated?seed=1", "--by", "target_category", "-k", 1, "--budget", 60)
    assert run("query", "top-k", *ours, *where, *words).exit_code == 0
    order = Order(str(assets), ("grid2d/what",), n=12)
    generate(order, tmp_path / "set", default_registry(), workers=1)
    eval_ = ("--model", "simulated?seed=1", "--model", "random", "--store", store)
    assert run("eval", tmp_path / "set", *eval_).exit_code == 0
    (name,) = ids(store).values()
    for source in (name, tmp_path / "set"):
        plain = make_report([source], store=store)
        assert "zqapple" in json_of(plain).lower()
        assert "zq" in _shown(page_of(plain))
        hidden = make_report([source], Wish(redact=["meshes"]), store=store)
        assert "zq" not in json_of(hidden).lower()
        assert "zq" not in _shown(page_of(hidden))
        assert "<img" not in _shown(page_of(hidden))
        assert "#" in json_of(hidden)
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps(SavedQueries(store).load(name)[1]))
    with pytest.raises(ConfigError, match="names can't be redacted without the assets"):
        make_report([answer], Wish(redact=["meshes"]), store=tmp_path / "other.sqlite")


def _shown(page: str) -> str:
    """A page without its scripts' code, in which there may be anything."""
    return re.sub(r"<script>.*?</script>", "", page, flags=re.S).lower()


# -- pages and files ------------------------------------------------------------------------------


def test_charts_keep_to_the_language(tasks: TaskSet, store: Path, asked: Path) -> None:
    sources = [tasks.path, *ids(asked).values()]
    parts = [
        p for s in sources for p in made([s], store if s is tasks.path else asked, examples=0).parts
    ]
    charts = [c for p in parts for c in (*p.answers, *p.details)]
    assert {c.kind for c in charts} == {"dots", "heat"}
    for chart in charts:
        altair.Chart.from_dict(specification(chart))  # validates
        columns, rows = chart.table()
        assert all(len(row) == len(columns) for row in rows)


@pytest.mark.parametrize("form", ["png", "svg"])
def test_charts_as_files(tasks: TaskSet, store: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / "charts"
    done = run("report", tasks.path, "--format", form, "--out", out, "--store", store)
    assert done.output == f"look at {out}\n"
    head = {"png": b"\x89PNG", "svg": b"<svg"}[form]
    files = sorted(out.iterdir())
    assert {"accuracy", "differences", "by-generator", "failures"} <= {f.stem for f in files}
    assert all(f.read_bytes().startswith(head) for f in files)


def test_json_is_printed_or_written(tasks: TaskSet, store: Path, tmp_path: Path) -> None:
    words = ("report", tasks.path, "--format", "json", "--store", store)
    printed = run(*words)
    shown = json.loads(printed.output)
    assert shown["format"] == 1
    assert shown["parts"][0]["models"] == ["m?name=good", "m?name=lazy"]
    assert "picture" not in shown["parts"][0]["groups"][0]["wrong"][0]
    assert run(*words, "--out", tmp_path / "r.json").exit_code == 0
    assert (tmp_path / "r.json").read_text(encoding="utf-8") == printed.output


def test_the_same_bytes_every_time(tasks: TaskSet, store: Path, tmp_path: Path) -> None:
    pages = [tmp_path / "1.html", tmp_path / "2.html"]
    for page in pages:
        assert run("report", tasks.path, "--out", page, "--store", store).exit_code == 0
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_without_the_extra(
    tasks: TaskSet, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(ConfigError, match=r"pip install 'task-me-anything\[report\]'"):
        write_report(made([tasks.path], store), tmp_path / "r.html")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_five_hundred_examples_are_under_five_megabytes(tmp_path: Path) -> None:
    """Of photographs' grain, which compresses worst."""
    rng = np.random.default_rng(0)
    names = []
    for _ in range(20):
        coarse = rng.integers(0, 255, (48, 48, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize((384, 384), Image.Resampling.BICUBIC)
        file = io.BytesIO()
        image.save(file, "PNG")
        names.append(add_media(tmp_path, file.getvalue(), ".png"))
    some = [task(n, names[n % 20], plan={"generator": "toys/a"}) for n in range(500)]
    tasks = write_set(tmp_path, some)
    store = stored(tasks, tmp_path / "r.sqlite", [("a", unless(lambda r: r.task.seed % 2 == 0))])
    report = made([tasks.path], store, examples=250)
    groups = report.parts[0].groups
    assert sum(len(g.wrong) + len(g.right) for g in groups) == 500
    page = page_of(report)
    assert page.count("data:image/webp") == 500
    assert len(page.encode()) < 5e6


def test_thumbnails_of_a_video_show_a_frame(tasks: TaskSet) -> None:
    file = tasks.media_file(next(iter(tasks.tasks())))
    assert file is not None
    assert file.media_type == "video/mp4"
    assert thumbnail(file).startswith("data:image/webp;base64,")
