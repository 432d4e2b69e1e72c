"""Write the generated parts of docs/, or check with `--check` that they are up to date.

A generated part stands between `<!-- generated: NAME -->` and `<!-- end -->`; the words around it
are written by hand. Hooks, contracts and formats come from signatures and docstrings, the command
line from click, the built-in plugins from the registry.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pydantic

import tma
from tma import hookspecs
from tma.cli import cli
from tma.config import Settings
from tma.contract.tasks import AssetRecord, MediaRecord
from tma.discovery import OWN_DISTRIBUTION
from tma.registry import NOUNS, Registry
from tma.releases.record import Balance, Chosen, Making, Release
from tma.store import StoredReply
from tma.terms import Terms
from tma.testing.checking import checks_of

REPOSITORY = Path(__file__).resolve().parent.parent
PART = re.compile(r"<!-- generated: (?P<name>[\w-]+) -->\n.*?<!-- end -->", re.DOTALL)
SECTION = re.compile(r"^(Attributes|Args|Raises):$")
ITEM = re.compile(r"^    (\S[^:]*): (.*)$")

CLASS_OF_HOOK: Mapping[str, type] = {
    "tma_asset_sources": tma.AssetSource,
    "tma_task_generators": tma.TaskGenerator,
    "tma_renderers": tma.Renderer,
    "tma_model_adapters": tma.ModelAdapter,
    "tma_exporters": tma.Exporter,
}
RECORDS_OF: Mapping[type, tuple[type, ...]] = {
    tma.AssetSource: (
        tma.Inventory,
        tma.Category,
        tma.AttributeType,
        tma.RelationType,
        tma.ActionType,
        tma.Asset,
    ),
    tma.TaskGenerator: (tma.Draft, tma.TruthSet),
    tma.Renderer: (tma.Media, tma.View, tma.Seen, tma.AssetReader),
    tma.ModelAdapter: (tma.Request, tma.MediaFile, tma.Reply),
    tma.Exporter: (tma.Bundle, tma.BundleSummary, tma.BundleItem, tma.Exported, tma.ReturnedReply),
}


# -- docstrings -----------------------------------------------------------------------------


def split(doc: str | None) -> tuple[str, dict[str, dict[str, str]]]:
    """A docstring's prose, and its sections as name -> text."""
    prose: list[str] = []
    sections: dict[str, dict[str, str]] = {}
    items: dict[str, str] | None = None
    last = ""
    for line in inspect.cleandoc(doc or "").splitlines():
        if title := SECTION.match(line):
            items = sections.setdefault(title[1], {})
        elif items is not None and (item := ITEM.match(line)):
            last = item[1]
            items[last] = item[2]
        elif items is not None and line.startswith("        "):
            items[last] += " " + line.strip()
        elif items is not None and line and not line.startswith(" "):
            items = None
            prose += ["", line]
        elif items is None:
            prose.append(line)
    return "\n".join(prose).strip(), sections


def meaning(cls: type) -> dict[str, str]:
    """Attribute -> text, of a class and its bases."""
    found: dict[str, str] = {}
    for base in (b for b in reversed(cls.__mro__) if b.__module__.startswith("tma.")):
        items = split(base.__doc__)[1].get("Attributes", {})
        for names, text in items.items():
            found.update(dict.fromkeys(names.split(", "), text))
    return found


def type_name(annotation: Any) -> str:
    """A type as it is written, without module names."""
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Z])", "", text).replace("typing.", "")


def signature(function: Callable[..., Any]) -> str:
    """`name(parameters) -> result`, without `self`, types as written."""
    made = inspect.signature(function)
    kept = [p for p in made.parameters.values() if p.name != "self"]
    shown = ", ".join(type_name(str(p)) for p in kept).replace("'", "")
    prefix = "async " if inspect.iscoroutinefunction(function) else ""
    return f"{prefix}{function.__name__}({shown}) -> {type_name(made.return_annotation)}"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Lines of a Markdown table."""
    titles = list(head)
    yield f"| {' | '.join(titles)} |"
    yield "|" + " --- |" * len(titles)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


# -- parts ----------------------------------------------------------------------------------


def hooks() -> Iterator[str]:
    """The hooks with their docstrings."""
    for name in ("tma_plugin_info", *hookspecs.KIND_OF_HOOK):
        function: Callable[..., Any] = getattr(hookspecs, name)
        yield from (f"### `{name}`", "", "```text", signature(function), "```", "")
        yield from (split(function.__doc__)[0], "")
        if cls := CLASS_OF_HOOK.get(name):
            link = f"[`tma.{cls.__name__}`](#tma{cls.__name__.lower()})"
            yield from (f"The class's contract: {link}.", "")


def fields(cls: type) -> Iterator[str]:
    """A table of a record's fields."""
    yield from table(("field", "meaning"), ((f"`{n}`", t) for n, t in meaning(cls).items()))


def contribution() -> Iterator[str]:
    """What the hooks return."""
    for cls in (hookspecs.Contribution, hookspecs.PluginInfo):
        yield from (f"### `tma.{cls.__name__}`", "", split(cls.__doc__)[0], "", *fields(cls))


def classes() -> Iterator[str]:
    """The five base classes: methods, attributes and the records that they deal in."""
    for cls, records in RECORDS_OF.items():
        yield from (f"### `tma.{cls.__name__}`", "", split(cls.__doc__)[0], "")
        if meaning(cls):
            yield from fields(cls)
        for function in _methods(cls):
            yield from _method(function)
        for record in records:
            yield from (f"#### `tma.{record.__name__}`", "", split(record.__doc__)[0], "")
            if meaning(record):
                yield from fields(record)
            for function in _methods(record) if record in (tma.AssetReader, tma.Bundle) else ():
                yield from _method(function)


def _methods(cls: type) -> list[Callable[..., Any]]:
    return [f for n, f in vars(cls).items() if inspect.isfunction(f) and not n.startswith("_")]


def _method(function: Callable[..., Any]) -> Iterator[str]:
    prose, sections = split(function.__doc__)
    yield from ("```text", signature(function), "```", "", prose, "")
    for title, items in sections.items():
        yield from (f"{title}:", "", *(f"- `{n}`: {t}" for n, t in items.items()), "")


def builtins() -> Iterator[str]:
    """The contributions of the built-in plugins."""
    found = Registry(Settings(environ={"TMA_LOAD_PLUGINS": ""})).entries
    own = [e for e in found if e.plugin.distribution == OWN_DISTRIBUTION]
    rows = sorted((NOUNS[e.kind], f"`{e.short_id}`", e.contribution.summary) for e in own)
    yield from table(("kind", "id", "what it does"), rows)


def plugins() -> Iterator[str]:
    """The built-in plugins, a line each."""
    found = Registry(Settings(environ={"TMA_LOAD_PLUGINS": ""}))
    rows = []
    for plugin in found.plugins:
        if plugin.distribution == OWN_DISTRIBUTION:
            kinds = [NOUNS[kind] for kind, _ in plugin.contributions]
            counted = ", ".join(_counted(k, kinds.count(k)) for k in dict.fromkeys(kinds))
            doc = inspect.getdoc(importlib.import_module(plugin.target)) or ""
            rows.append((f"`{plugin.name}`", counted, doc.splitlines()[0]))
    yield from table(("plugin", "offers", "what it is"), sorted(rows))


def _counted(noun: str, number: int) -> str:
    return noun if number == 1 else f"{number} {noun}s"


def contrib() -> Iterator[str]:
    """The packages of contrib/ as their project files describe them."""
    rows = []
    for path in sorted((REPOSITORY / "contrib").glob("*/pyproject.toml")):
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        name, link = project["name"], f"../contrib/{path.parent.name}/README.md"
        rows.append((f"[{name}]({link})", project["version"], project["description"]))
    yield from table(("package", "version", "what it is"), rows)


def formats() -> Iterator[str]:
    """The fields of `tasks.jsonl`."""
    titles: dict[type[pydantic.BaseModel], str] = {
        tma.Task: "A line of `tasks.jsonl`",
        MediaRecord: "`media`",
        AssetRecord: "An element of `assets`",
        tma.Scene: "`scene`, whatever its kind",
        tma.Stickers: "`scene` of kind `stickers`",
        tma.Sticker: "An element of `scene.cells`",
        tma.Background: "`scene.background`",
        tma.Tabletop: "`scene` of kind `tabletop`",
        tma.TabletopVideo: "`scene` of kind `tabletop-video`",
        tma.Standing: "An element of `scene.objects` on a table",
        tma.Motion: "An element of `motions`",
        tma.Camera: "`scene.camera`",
        tma.Light: "An element of `scene.lights`",
        tma.Table: "`scene.table`",
        tma.Backdrop: "`scene.backdrop`",
        tma.PhotoScene: "`scene` of kind `photo`",
        tma.ClipScene: "`scene` of kind `clip`",
        tma.SceneGraph: "`scene.graph` of a picture",
        tma.VideoGraph: "`scene.graph` of a video",
        tma.GraphObject: "An element of `scene.graph.objects`",
        tma.Relation: "An element of `relations`",
        tma.KeyFrame: "An element of `scene.graph.frames`",
        tma.Action: "An element of `actions`",
    }
    for model, title in titles.items():
        yield from (f"### {title}", "", *record(model))


def release_record() -> Iterator[str]:
    """The fields of `release.json`."""
    titles: dict[type[pydantic.BaseModel], str] = {
        Release: "`release.json`",
        Making: "`making`",
        Balance: "An element of `balance`",
        Chosen: "An element of `plans`",
    }
    for model, title in titles.items():
        yield from (f"### {title}", "", *record(model))


def record(model: type[pydantic.BaseModel]) -> Iterator[str]:
    """A table of a model's fields with types and meaning."""
    texts = meaning(model)
    rows = [
        (f"`{n}`", f"`{type_name(f.annotation)}`", texts.get(n, ""))
        for n, f in model.model_fields.items()
    ]
    yield from (split(model.__doc__)[0], "", *table(("field", "type", "meaning"), rows))


def replies() -> Iterator[str]:
    """The columns of the results database."""
    yield from fields(StoredReply)


def terms() -> Iterator[str]:
    """What a table `[models."PATTERN"]` may hold."""
    yield from fields(Terms)


def commands() -> Iterator[str]:
    """The help of every command."""
    yield from _command(cli, _context(cli, "tma", None))


def _context(command: click.Command, name: str, parent: click.Context | None) -> click.Context:
    # a fixed width: the page must not depend on who makes it
    width = {"terminal_width": 88, "max_content_width": 88}
    settings = {**command.context_settings, **width}
    return click.Context(command, info_name=name, parent=parent, **settings)


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    text = command.get_help(context)
    yield from (f"## `{context.command_path}`", "", "```text", text.rstrip(), "```", "")
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            part = command.get_command(context, name)
            if part is not None:
                yield from _command(part, _context(part, name, context))


def checks() -> Iterator[str]:
    """What `tma.testing` checks, by kind."""
    rows = [
        (noun, one.level, f"`{one.name}`", one.says)
        for kind, noun in NOUNS.items()
        for one in checks_of(kind, ("contract", "property"))
    ]
    yield from table(("kind", "level", "check", "what holds"), rows)


def rooms() -> Iterator[str]:
    """The kernel's modules by the first line of their docstrings."""
    rows = []
    for path in sorted((REPOSITORY / "core" / "tma").rglob("*.py")):
        doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        parts = path.relative_to(REPOSITORY / "core").with_suffix("").parts
        name = ".".join(p for p in parts if p != "__init__")
        if "cli" not in parts[:-1]:
            rows.append((f"`{name}`", (doc or "").split("\n\n")[0].replace("\n", " ")))
    yield from table(("module", "what it is for"), rows)


PARTS: Mapping[str, Callable[[], Iterator[str]]] = {
    "hooks": hooks,
    "contribution": contribution,
    "classes": classes,
    "builtins": builtins,
    "contrib": contrib,
    "plugins": plugins,
    "checks": checks,
    "rooms": rooms,
    "formats": formats,
    "release_record": release_record,
    "replies": replies,
    "terms": terms,
    "commands": commands,
}


# -- pages ----------------------------------------------------------------------------------


def renewed(text: str) -> str:
    """A page with its generated parts written anew."""

    def part(match: re.Match[str]) -> str:
        name = match["name"]
        lines = "\n".join(line.rstrip() for line in "\n".join(PARTS[name]()).splitlines())
        return f"<!-- generated: {name} -->\n{lines.strip()}\n<!-- end -->"

    return PART.sub(part, text)


def main(arguments: list[str]) -> int:
    """Write the pages, or compare them; 1 if one is out of date."""
    stale = []
    for page in sorted((REPOSITORY / "docs").rglob("*.md")):
        before = page.read_text(encoding="utf-8")
        after = renewed(before)
        if before != after:
            stale.append(page.name)
            if "--check" not in arguments:
                page.write_text(after, encoding="utf-8")
    if stale and "--check" in arguments:
        print(f"out of date: {', '.join(stale)}; run `make docs`", file=sys.stderr)
        return 1
    print(f"docs: {', '.join(stale) + ' written' if stale else 'up to date'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
