"""Running one contribution on its natural job, with something left to look at."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tma.asking import Asker, ask_all, run_blocking
from tma.assets import OpenAssets
from tma.calls import Answer, make_call
from tma.contract.media import EXTENSIONS, Renderer
from tma.contract.tasks import Task
from tma.errors import PluginError
from tma.export import Wish, export
from tma.generate import Order, generate
from tma.mediacache import write_whole
from tma.models import load_model
from tma.pages import write_page
from tma.pages.plain import Card, Section, plain_page, task_card
from tma.registry import Entry, Registry
from tma.sheet import contact_sheet
from tma.spec import Spec
from tma.store import ReplyStore
from tma.taskset import TaskSet, new_folder
from tma.workbench import Workbench

Findings = dict[str, Any]
"""Facts by name: plain values, counts by name, or lists of rows."""

_PICTURES_A_STEP = 10
_SHOWN = 60


@dataclass(frozen=True)
class Trial:
    """What to try, on what, and where to leave the results."""

    registry: Registry
    entry: Entry
    spec: Spec
    seed: int
    limit: int
    assets: str | None
    out: Path


def try_out(
    registry: Registry,
    text: str,
    *,
    seed: int = 0,
    limit: int = 12,
    assets: str | None = None,
    out: Path | None = None,
) -> Findings:
    """Run one contribution: an asset source, task generator, renderer, model adapter or exporter.

    Args:
        registry: where it is looked up.
        text: its specification.
        seed: of all chance.
        limit: how many tasks; ten times as many pictures of an asset source.
        assets: specification of the assets to try it on, if it is no asset source.
        out: a new or empty folder; by default `tma-run-NAME` here.

    Returns:
        What was found, `id`, `kind` and `out` among it.

    Raises:
        TmaError: whatever is wrong with it.
    """
    spec = Spec.parse(text)
    entry = registry.find(None, spec.name)
    folder = out or Path(f"tma-run-{entry.contribution.name}")
    trial = Trial(registry, entry, spec, seed, limit, assets, folder)
    kinds: dict[str, Callable[[Trial], Findings]] = {
        "asset-source": _assets,
        "task-generator": _tasks,
        "renderer": _renderer,
        "model-adapter": _model,
        "exporter": _exporter,
    }
    found = kinds[entry.kind](trial)
    return {"id": entry.id, "kind": entry.kind, "out": str(folder), **found}


def _assets(trial: Trial) -> Findings:
    """Inventory, counts, and a contact sheet of the assets that have pictures."""
    assets = OpenAssets(trial.registry, str(trial.spec))
    catalogue = assets.catalogue()
    forms = Counter(form for asset in catalogue.assets for form in asset.forms)
    sizes = {catalogue.name(c): len(catalogue.assets_in(c)) for c in catalogue.categories}
    found: Findings = {
        "assets": len(catalogue.assets),
        "categories": len(catalogue.categories),
        "licence": assets.inventory.licence,
        "forms": dict(sorted(forms.items())),
        "assets by category": dict(sorted(sizes.items(), key=lambda item: -item[1])),
        "attributes": {
            f"{kind}: {value}": len(catalogue.having(kind, value))
            for kind, value in catalogue.attribute_values
        },
    }
    with new_folder(trial.out) as folder:
        inventory = assets.inventory.model_dump_json(indent=1, exclude_defaults=True)
        (folder / "inventory.json").write_text(inventory, encoding="utf-8")
        if forms.get("sticker") or assets.graphs:
            count = trial.limit * _PICTURES_A_STEP
            shown = contact_sheet(assets, folder / "sheet.png", n=count, seed=trial.seed)
            found |= {"sheet": str(trial.out / "sheet.png"), "shown": shown}
    return found


def _tasks(trial: Trial) -> Findings:
    """Tasks with pictures on a page that says of each option whether it is true."""
    name = trial.entry.short_id
    order = Order(trial.assets, (str(trial.spec),), n=trial.limit, seed=trial.seed)
    summary = generate(order, trial.out, trial.registry, workers=1)
    bench = order.bench(trial.registry)
    tasks = list(TaskSet.open(trial.out).tasks())
    verdicts = {task.id: _verdicts(bench, task) for task in tasks}
    cards = [task_card(task, verdicts=verdicts[task.id]) for task in tasks]
    section = Section(lines=[f"{len(tasks)} tasks, seed {trial.seed}"], cards=cards)
    write_page(trial.out / "index.html", plain_page(name, [section]))
    return {
        "tasks": sum(summary.made.values()),
        "page": str(trial.out / "index.html"),
        "infeasible": dict(summary.infeasible.get(name, {})),
        "examples": [
            {
                "question": task.question,
                "options": "; ".join(
                    f"{o}: {v}" for o, v in zip(task.options, verdicts[task.id], strict=True)
                ),
            }
            for task in tasks
        ],
    }


def _verdicts(bench: Workbench, task: Task) -> list[str]:
    """`true`, `false` or `perhaps` for each option, by the scene; else as the draft stated."""
    truth = bench.truth(task)
    if truth is None:
        return [("false", "true")[i == task.answer_index] for i in range(len(task.options))]
    return [
        "true" if key in truth.true else "perhaps" if key in truth.possible else "false"
        for key in task.option_keys
    ]


def _renderer(trial: Trial) -> Findings:
    """Scenes of generators that make a kind it draws, rendered and timed."""
    kinds = set(trial.entry.contribution.consumes)
    generators = tuple(
        e.short_id
        for e in trial.registry.of_kind("task-generator")
        if kinds & set(e.contribution.makes)
    )
    if not generators:
        raise PluginError(
            f"no task generator makes scenes of kind {', '.join(sorted(kinds))}",
            hint="install one, or see `tma plugins list`",
        )
    order = Order(trial.assets, generators, n=trial.limit, seed=trial.seed, media=False)
    rows = []
    with new_folder(trial.out) as folder:
        generate(order, folder / "tasks", trial.registry, workers=1)
        bench = order.bench(trial.registry)
        renderer = trial.registry.make(trial.entry, trial.spec, base=Renderer)
        for task in TaskSet.open(folder / "tasks").tasks():
            start = time.perf_counter()
            media = renderer.render(bench.scene(task), bench.assets)
            seconds = time.perf_counter() - start
            name = f"{task.id}{EXTENSIONS.get(media.media_type, '.bin')}"
            write_whole(folder / name, media.data)
            rows.append({"file": name, "bytes": len(media.data), "seconds": round(seconds, 4)})
        lines = [(str(r["file"]), f"{r['seconds']} s, {r['bytes']:,} bytes") for r in rows]
        section = Section(cards=[Card(media=name, lines=[line]) for name, line in lines])
        text = plain_page(trial.entry.short_id, [section])
        write_page(folder / "index.html", text)
    return {"rendered": len(rows), "scenes": rows}


def _model(trial: Trial) -> Findings:
    """A few tasks, with the model's replies and how they were read."""
    model = load_model(trial.registry, str(trial.spec))
    order = Order(trial.assets, n=trial.limit, seed=trial.seed, media=bool(model.consumes))
    generate(order, trial.out, trial.registry, workers=1)
    tasks = TaskSet.open(trial.out)
    rows: list[Findings] = []

    def add(answer: Answer) -> None:
        row = store.get([keys[answer.task.id]])[keys[answer.task.id]]
        reply = row.text if row.text is not None else row.failure
        right = {True: "right", False: "wrong", None: answer.outcome}[answer.correct]
        shown = " ".join((reply or "").split())[:_SHOWN]
        rows.append({"question": answer.task.question, "reply": shown, "read as": right})

    plain = [tuple(range(len(t.options))) for t in tasks.tasks()]
    calls = [
        make_call(task, model, own, 0, tasks.media_file)
        for task, own in zip(tasks.tasks(), plain, strict=True)
    ]
    keys = {c.request.task.id: c.key for c in calls}
    with ReplyStore(trial.out / "replies.sqlite") as store:
        run_blocking(ask_all(Asker(model, store, add), calls))
    outcomes = Counter(str(row["read as"]) for row in rows)
    columns = ("question", "reply", "read as")
    listed = [[row[c] for c in columns] for row in rows]
    sections = [
        Section(heading="replies", table=(columns, listed)),
        Section(heading="tasks", cards=[task_card(task) for task in tasks.tasks()]),
    ]
    write_page(trial.out / "index.html", plain_page(model.label, sections))
    return {"model": model.label, "outcomes": dict(sorted(outcomes.items())), "replies": rows}


def _exporter(trial: Trial) -> Findings:
    """A few tasks, and what the exporter makes of them."""
    order = Order(trial.assets, n=trial.limit, seed=trial.seed)
    with new_folder(trial.out) as folder:
        generate(order, folder / "tasks", trial.registry, workers=1)
        tasks = TaskSet.open(folder / "tasks")
        done = export(tasks, str(trial.spec), folder / "exported", trial.registry, Wish())
        files = [p for p in (folder / "exported").rglob("*") if p.is_file()]
        files.sort(key=lambda p: (len(p.parts), p))  # what explains the rest lies on top
        rows = [
            {"file": str(p.relative_to(folder)), "bytes": p.stat().st_size}
            for p in files[: trial.limit]
        ]
    found: Findings = {"tasks": trial.limit, "items": done.items, "files": len(files)}
    return found | {"written": rows, "notes": [{"note": note} for note in done.notes]}
