"""`tma assets`: look at what an asset source holds, check it, make a package of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tma.cli.common import json_option, print_json, print_table, redact_option, seed_option
from tma.cli.numbers import Whole
from tma.errors import AssetError

if TYPE_CHECKING:
    from tma.catalogue import Catalogue
    from tma.graphimport import Import


@click.group("assets")
def command() -> None:
    """Look at what an asset source holds, check it, make a package of it."""


@command.command("list")
@click.argument("spec", required=False)
@json_option
def list_(spec: str | None, as_json: bool) -> None:
    """List the categories of a source, with the assets at or below each.

    SPEC is a source with its settings; the embedded one by default.
    """
    from tma.assets import OpenAssets
    from tma.registry import default_registry

    catalogue = OpenAssets(default_registry(), spec).catalogue()
    rows = [
        {
            "id": c,
            "name": catalogue.name(c),
            "parents": list(catalogue.taxonomy.node(c).parents),
            "assets": len(catalogue.assets_in(c)),
            "values": len(catalogue.values(c)),
            **{form: s.objects.get(c, 0) for form, s in catalogue.graph_sets.items()},
        }
        for c in catalogue.categories
    ]
    if as_json:
        for row in rows:
            print_json(row, indent=None)
        return
    print_table(
        ("category", "name", "below", "assets", "attribute values"),
        [
            (r["id"], r["name"], _names(r["parents"], catalogue), r["assets"], r["values"])
            for r in rows
        ],
    )


def _names(categories: object, catalogue: Catalogue) -> str:
    assert isinstance(categories, list)
    return ", ".join(catalogue.name(c) for c in categories if c in catalogue.taxonomy.code) or "-"


@command.command("show")
@click.argument("spec", required=False)
@click.option(
    "--sheet",
    type=click.Path(path_type=Path),
    default=None,
    metavar="PNG",
    help="Write a contact sheet of pictures here.",
)
@click.option(
    "-n",
    "n",
    type=Whole(min=1, max=2000),
    default=120,
    show_default=True,
    help="Most pictures on the sheet.",
)
@click.option(
    "--category", default=None, metavar="ID|NAME", help="Only assets at or below this category."
)
@seed_option
@redact_option
@json_option
def show(
    spec: str | None,
    sheet: Path | None,
    n: int,
    category: str | None,
    seed: int,
    redact: tuple[str, ...],
    as_json: bool,
) -> None:
    """Sum up a source: assets, categories, attributes; and draw a contact sheet of it."""
    from tma.assets import OpenAssets
    from tma.redaction import redaction
    from tma.registry import default_registry

    assets = OpenAssets(default_registry(), spec)
    catalogue = assets.catalogue()
    if category is not None:
        catalogue.find_category(category)  # a slip is told of, whether it matters or not
    hidden = redaction(redact, assets.fingerprint, assets.registry)
    facts: dict[str, object] = {
        "source": assets.entry.id,
        "assets": len(catalogue.assets),
        "categories": len(catalogue.categories),
        "licence": assets.inventory.licence,
        "origin": assets.inventory.origin,
        "forms": sorted(assets.forms),
        "attributes": {
            f"{kind}: {value}": len(catalogue.having(kind, value))
            + sum(s.values.get((kind, value), 0) for s in catalogue.graph_sets.values())
            for kind, value in catalogue.attribute_values
        },
    }
    if assets.imported is not None:
        facts |= _graph_facts(assets.imported)
    if sheet is not None:
        from tma.sheet import contact_sheet

        facts["sheet"] = str(sheet)
        facts["shown"] = contact_sheet(
            assets, sheet, n=n, category=category, seed=seed, redaction=hidden
        )
    if hidden is not None and hidden.hides(assets.entry.id):
        for field in ("attributes", "origin"):
            del facts[field]
    if as_json:
        print_json(facts)
        return
    attributes = facts.pop("attributes", {})
    print_table(
        ("", ""), [(k, ", ".join(v) if isinstance(v, list) else v) for k, v in facts.items()]
    )
    assert isinstance(attributes, dict)
    if attributes:
        print_table(("attribute", "assets known to have it"), attributes.items())


def _graph_facts(found: Import) -> dict[str, object]:
    """What there is to say of scene graphs: how many, of what, and what was left out."""
    facts: dict[str, object] = {f"{form}s": len(s) for form, s in found.sets.items()}
    for form, graphs in found.sets.items():
        facts[f"objects in {form}s"] = sum(graphs.objects.values())
        facts[f"of them outside the taxonomy ({form}s)"] = graphs.objects.get("", 0)
        facts[f"relations in {form}s"] = sum(graphs.relations.values())
        if graphs.actions:
            facts[f"actions in {form}s"] = sum(graphs.actions.values())
    facts |= {f"left out: {reason}": n for reason, n in found.skipped.items()}
    return facts


@command.command("validate")
@click.argument("spec", required=False, metavar="[SPEC|PATH]")
@json_option
def validate(spec: str | None, as_json: bool) -> None:
    """Look for all that is wrong with a source: taxonomy, licences, every picture and mesh.

    SPEC is a source with its settings, or the path of a file or folder that a source opens; the
    embedded source by default. Ends with 1 if anything is wrong.
    """
    from tma import validate as room
    from tma.assets import OpenAssets
    from tma.cli.late import LateProgress
    from tma.registry import default_registry

    assets = OpenAssets(default_registry(), spec)
    with LateProgress("reading", None) as bar:
        found = room.validate(assets, bar.update)
    if as_json:
        print_json({"source": str(assets.spec), **vars(found)})
    else:
        for flaw in found.flaws:
            click.echo(flaw)
        seen = f"{found.assets:,} assets, {found.categories:,} categories, {found.variants:,} files"
        click.echo(f"{seen}: {f'{len(found.flaws)} flaws' if found.flaws else 'all is well'}")
    if found.flaws:
        raise SystemExit(1)


@command.command("pack")
@click.argument("spec", metavar="DIR|SPEC")
@click.option("--name", default=None, help="Of the plugin and the source; default: the folder's.")
@click.option("--version", default="1.0", show_default=True, help="Of the package.")
@click.option("--summary", default="", help="One line for `tma plugins list`.")
@click.option(
    "--root",
    default=None,
    metavar="FOLDER|URL",
    help="Leave the folder's own files out of the package: they will lie here, unchanged.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), default=None, help="New folder; default: tma-NAME."
)
@json_option
def pack(
    spec: str,
    name: str | None,
    version: str,
    summary: str,
    root: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Make an installable package of a folder, or of any source of meshes and pictures.

    Everything is validated first. The package holds a manifest with a SHA-256 for every file; media
    may stay outside (--root), and are then fetched when needed and checked by their hash.
    """
    from tma.assets import OpenAssets
    from tma.cli.late import LateProgress
    from tma.packs.build import Order, write_package
    from tma.registry import default_registry
    from tma.validate import validate as look

    folder = Path(spec).expanduser()
    plain = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")
    order = Order(name or plain.removeprefix("tma-"), version, summary, root)
    assets = OpenAssets(default_registry(), spec)
    own = folder if folder.is_dir() else None
    with LateProgress("reading", None) as bar:
        found = look(assets, bar.update)
        if found.flaws:
            raise AssetError(
                f"{spec}: {len(found.flaws)} flaws, the first: {found.flaws[0]}",
                hint="all of them: `tma assets validate`",
            )
        packed = write_package(
            assets, order, out or Path(f"tma-{order.name}"), folder=own, on_progress=bar.update
        )
    if as_json:
        print_json({**vars(packed), "folder": str(packed.folder)})
        return
    print_table(("", ""), [(k, _plain(v)) for k, v in vars(packed).items()])
    where = packed.folder if packed.folder.is_absolute() else f"./{packed.folder}"
    click.echo(f"install it: pip install {where}")


def _plain(value: object) -> object:
    return ", ".join(f"{v} {k}" for k, v in value.items()) if isinstance(value, dict) else value


@command.command("taxonomy")
@click.argument("spec", required=False)
def taxonomy(spec: str | None) -> None:
    """Print a source's categories as JSON, to place those of a folder among them.

    Saved as taxonomy.json in a folder of meshes and pictures, it lets assets.toml name them.
    """
    from tma.assets import OpenAssets
    from tma.registry import default_registry

    inventory = OpenAssets(default_registry(), spec).inventory
    rows = {
        c.id: c.model_dump(mode="json", exclude={"id"}, exclude_defaults=True)
        for c in inventory.categories
    }
    print_json({"categories": rows})
