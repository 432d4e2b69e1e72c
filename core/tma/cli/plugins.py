"""`tma plugins`: list, describe, try, check and begin plugins."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tma.cli.common import json_option, print_json, print_table
from tma.cli.numbers import Whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic.fields import FieldInfo

    from tma.registry import Entry, Registry

_MOST_ROWS = 30
_KINDS = ("asset-source", "task-generator", "renderer", "model-adapter", "exporter")


@click.group("plugins")
def command() -> None:
    """List, describe, try, check and begin plugins: assets, task generators, renderers, models."""


@command.command("list")
@click.option("--kind", type=click.Choice(_KINDS), default=None, help="Only this kind.")
@click.option("--broken", is_flag=True, help="Only plugins that don't work.")
@json_option
def list_(kind: str | None, broken: bool, as_json: bool) -> None:
    """List what is installed, whether it works, and why not."""
    from tma.registry import default_registry

    rows = _rows(default_registry())
    chosen = [
        r
        for r in rows
        if (kind is None or r["kind"] == kind) and (not broken or r["status"] != "ok")
    ]
    if as_json:
        print_json(chosen)
        return
    columns = ("id", "kind", "distribution", "version", "status", "what")
    print_table(
        columns,
        [
            [
                r["id"],
                r["kind"],
                r["distribution"],
                r["version"],
                r["status"],
                r["cause"] or r["summary"],
            ]
            for r in chosen
        ],
    )


def _rows(registry: Registry) -> list[dict[str, Any]]:
    """One row a contribution; one for a plugin that offers none."""
    rows = []
    for plugin in registry.plugins:
        common = {
            "plugin": plugin.name,
            "distribution": plugin.distribution,
            "version": plugin.version,
            "status": plugin.status,
            "cause": plugin.cause,
        }
        entries = [e for e in registry.entries if e.plugin is plugin]
        for entry in entries:
            item = entry.contribution
            rows.append({"id": entry.id, "kind": entry.kind, **common, "summary": item.summary})
        if not entries:
            rows.append({"id": plugin.name, "kind": "plugin", **common, "summary": ""})
    return rows


@command.command("info")
@click.argument("name")
@json_option
def info(name: str, as_json: bool) -> None:
    """Describe one contribution: where it comes from, its settings, how to use it."""
    from tma.registry import default_registry

    registry = default_registry()
    entry = registry.find(None, name)
    item = entry.contribution
    facts: dict[str, Any] = {
        "id": entry.id,
        "kind": entry.kind,
        "summary": item.summary,
        "distribution": f"{entry.plugin.distribution} {entry.plugin.version}",
        "class": item.target,
        "source": _source(item.target),
        "consumes": list(item.consumes),
        "makes": list(item.makes),
        "extra": item.extra,
        "lacks": registry.lacking(entry),
        "settings": _settings(registry, entry),
        "example": _example(entry),
    }
    if as_json:
        print_json(facts)
        return
    settings = facts.pop("settings")
    print_table(
        ("", entry.short_id),
        [(k, ", ".join(v) if isinstance(v, list) else v) for k, v in facts.items() if v],
    )
    if settings:
        columns = ("setting", "type", "value", "default", "meaning")
        print_table(columns, [[s[c] for c in columns] for s in settings])


def _settings(registry: Registry, entry: Entry) -> list[dict[str, Any]]:
    """Fields of the config model, with secrets masked as pydantic masks them."""
    if entry.contribution.config is None:
        return []
    from tma.errors import ConfigError
    from tma.spec import Spec

    model = registry.load(entry, entry.contribution.config)
    try:
        current = registry.config(entry, Spec(entry.short_id))
    except ConfigError:
        current = None  # a required setting has no value yet
    stored = registry.settings.for_contribution(
        entry.plugin.name, entry.contribution.name, model.model_fields
    )
    meanings = _meanings(model.__doc__ or "")
    rows = []
    for field, about in model.model_fields.items():
        kind = getattr(about.annotation, "__name__", None) or str(about.annotation)
        rows.append(
            {
                "setting": field,
                "type": kind if "[" not in str(about.annotation) else str(about.annotation),
                "value": str(getattr(current, field)) if current else _stored(stored, field, about),
                "default": "required" if about.is_required() else str(_default(about)),
                "meaning": about.description or meanings.get(field, ""),
            }
        )
    return rows


def _stored(stored: Mapping[str, object], field: str, about: FieldInfo) -> str:
    """A setting's value where another one is missing; secrets are masked."""
    if field in stored:
        return "**********" if "Secret" in str(about.annotation) else str(stored[field])
    return "-" if about.is_required() else str(_default(about))


def _default(about: FieldInfo) -> object:
    return about.get_default(call_default_factory=True)


def _meanings(doc: str) -> dict[str, str]:
    """What a docstring's `Attributes:` says of each, for fields without a description."""
    _, _, listed = inspect.cleandoc(doc).partition("Attributes:\n")
    found: dict[str, str] = {}
    names: list[str] = []
    for line in listed.splitlines():
        if item := re.match(r"    (\w[\w, ]*): (.*)", line):
            names = item[1].split(", ")
            found |= dict.fromkeys(names, item[2])
        elif line.startswith("        ") and names:
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
        else:
            names = []
    return found


def _source(target: str) -> str | None:
    """The file of a class's module, found without importing it."""
    from tma.testing.static import source_of

    file = source_of(target.partition(":")[0])
    return None if file is None else str(file)


def _example(entry: Entry) -> str:
    name = entry.contribution.name
    return {
        "asset-source": f"tma assets show {name} --sheet sheet.png",
        "task-generator": f"tma generate --tasks {entry.short_id} -n 20 --out tasks",
        "renderer": f"tma generate --renderer {name} -n 20 --out tasks",
        "model-adapter": f"tma eval tasks --model {name}",
        "exporter": f"tma export tasks --to {name} --out exported",
    }[entry.kind]


@command.command("run")
@click.argument("spec")
@click.option("--seed", type=int, default=0, show_default=True, help="Of all chance.")
@click.option(
    "--limit",
    type=Whole(min=1),
    default=12,
    show_default=True,
    help="How many tasks or, for an asset source, pictures (times ten).",
)
@click.option("--assets", metavar="SPEC", default=None, help="Assets to try it on.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=None,
    help="A new or empty folder for what it makes; default: tma-run-NAME.",
)
@json_option
def run(
    spec: str, seed: int, limit: int, assets: str | None, out: Path | None, as_json: bool
) -> None:
    """Run one contribution on its natural job and leave something to look at."""
    from tma.registry import default_registry
    from tma.tryout import try_out

    found = try_out(default_registry(), spec, seed=seed, limit=limit, assets=assets, out=out)
    if as_json:
        print_json(found)
        return
    lines = {k: v for k, v in found.items() if not isinstance(v, list | dict)}
    print_table(("", str(found["id"])), [(k, v) for k, v in lines.items() if k != "id"])
    for title, part in found.items():
        if isinstance(part, dict) and part:
            print_table((title, "count"), list(part.items())[:_MOST_ROWS])
            if len(part) > _MOST_ROWS:
                click.echo(f"and {len(part) - _MOST_ROWS:,} more: see --json")
        if isinstance(part, list) and part:
            columns = list(part[0])
            print_table(columns, [[row[c] for c in columns] for row in part], title=title)


@command.command("check")
@click.argument("target", metavar="ID|PATH")
@click.option("--full", is_flag=True, help="Look at many examples instead of few.")
@click.option("--assets", metavar="SPEC", default=None, help="Assets to try generators on.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of all chance.")
@json_option
def check(target: str, full: bool, assets: str | None, seed: int, as_json: bool) -> None:
    """Check that a plugin keeps to its contract.

    ID is a plugin or a contribution, with settings if need be; PATH the folder of a package, which
    need not be installed. First its files are read, then it is imported, then it is used, then
    what it promises is tried on examples. Says of each failure what, where, and how to mend it,
    and exits with 1 if there is any.
    """
    from dataclasses import asdict

    from tma.cli.late import LateProgress
    from tma.testing.whole import check_target

    found = []
    with LateProgress("checking", None) as bar:
        for finding in check_target(target, assets=assets, full=full, seed=seed):
            found.append(finding)
            bar.update(len(found), f"{finding.about}: {finding.check}")
    failed = [f for f in found if f.outcome == "failed"]
    if as_json:
        print_json([asdict(f) for f in found])
    else:
        columns = ("level", "of", "check", "outcome", "")
        notes = [f.what if f.outcome != "failed" else "see below" for f in found]
        print_table(
            columns,
            [
                (f.level, f.about, f.check, f.outcome, note)
                for f, note in zip(found, notes, strict=True)
            ],
        )
        for f in failed:
            click.echo(f"\n{f.about}: {f.check} failed\n  what:  {f.what}")
            click.echo(f"  where: {f.where or f.about}\n  mend:  {f.mend}")
        skipped = sum(f.outcome == "skipped" for f in found)
        click.echo(f"\n{len(found)} checks: {len(failed)} failed, {skipped} skipped")
    if failed:
        raise SystemExit(1)


@command.command("new")
@click.argument("name")
@click.option("--kind", type=click.Choice(_KINDS), required=True, help="What it shall offer.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default=None,
    help="A new or empty folder; default: tma-NAME.",
)
def new(name: str, kind: str, folder: Path | None) -> None:
    """Write a package that offers one thing and works: files, tests, and a CI job.

    NAME becomes the plugin's name, tma-NAME the package's.
    """
    from tma.scaffold import scaffold

    made = scaffold(name, kind, folder)
    click.echo(f"made {made.folder} ({len(made.files)} files)")
    click.echo("try it:")
    for line in made.steps:
        click.echo(f"  {line}")
