"""`tma plans`: count, sample and show task plans."""

from __future__ import annotations

import click

from tma.cli.common import (
    assets_option,
    json_option,
    print_json,
    print_table,
    seed_option,
    tasks_option,
    where_option,
)
from tma.cli.numbers import Whole


@click.group("plans")
def command() -> None:
    """Count, sample and show task plans: what can be asked, without listing it."""


@command.command("count")
@assets_option
@tasks_option
@where_option
@click.option("--by", multiple=True, metavar="FIELD", help="Count by a field; repeatable.")
@json_option
def count(
    assets: str | None,
    tasks: tuple[str, ...],
    where: tuple[str, ...],
    by: tuple[str, ...],
    as_json: bool,
) -> None:
    """Count the plans of each task generator, or of each group, exactly."""
    from tma.filters import check_field
    from tma.generate import filtered_spaces
    from tma.registry import default_registry
    from tma.space import union
    from tma.workbench import Workbench

    bench = Workbench(default_registry(), assets=assets, tasks=tasks)
    spaces = filtered_spaces(bench, where) if where else bench.spaces
    if not by:
        counts = {name: space.size for name, space in spaces.items()}
        total = sum(counts.values())
        if as_json:
            print_json({"generators": counts, "total": total}, indent=None)
        else:
            print_table(("generator", "plans"), [*counts.items(), ("total", total)])
        return
    whole = union(spaces.values())
    groups = whole.groups([check_field(f, whole) for f in by])
    if as_json:
        for key, size in groups.items():
            print_json({**dict(zip(by, key, strict=True)), "plans": size}, indent=None)
        return
    names = bench.catalogue
    rows = [
        [*(_named(v, f, names) for f, v in zip(by, k, strict=True)), n] for k, n in groups.items()
    ]
    print_table((*by, "plans"), rows)


def _named(value: object, field: str, catalogue: object) -> str:
    from tma.catalogue import Catalogue

    if value is None:
        return "-"
    known = isinstance(catalogue, Catalogue) and value in catalogue.taxonomy.code
    if field.endswith("category") and known:
        assert isinstance(catalogue, Catalogue)
        return f"{value} ({catalogue.name(str(value))})"
    return str(value)


@command.command("sample")
@assets_option
@tasks_option
@where_option
@click.option("-n", "n", type=Whole(min=1), default=10, show_default=True, help="How many plans.")
@click.option(
    "--strata",
    multiple=True,
    metavar="FIELD",
    help="Sample evenly over the groups of a field; repeatable.",
)
@seed_option
@json_option
def sample(
    assets: str | None,
    tasks: tuple[str, ...],
    where: tuple[str, ...],
    n: int,
    strata: tuple[str, ...],
    seed: int,
    as_json: bool,
) -> None:
    """Sample plans uniformly; prints a JSON object a line with --json."""
    from tma.filters import check_field
    from tma.generate import filtered_spaces
    from tma.registry import default_registry
    from tma.seeds import check_seed, derive_rng
    from tma.space import union
    from tma.workbench import Workbench

    bench = Workbench(default_registry(), assets=assets, tasks=tasks)
    whole = union(filtered_spaces(bench, where).values())
    fields = [check_field(f, whole) for f in strata]
    plans = whole.sample(n, derive_rng("plans sample", check_seed(seed)), strata=fields or None)
    if as_json:
        for plan in plans:
            print_json({"id": plan.id, **plan.as_dict()}, indent=None)
        return
    shown = [f for f in whole.fields if any(f in p for p in plans)]
    rows = [[_named(p.get(f), f, bench.catalogue) for f in shown] for p in plans]
    print_table(shown, rows)


@command.command("show")
@click.argument("number", type=int)
@assets_option
@tasks_option
@where_option
@seed_option
@json_option
def show(
    number: int,
    assets: str | None,
    tasks: tuple[str, ...],
    where: tuple[str, ...],
    seed: int,
    as_json: bool,
) -> None:
    """Show plan NUMBER of the space, counted from 0, and a task of it."""
    from tma.errors import Infeasible, SpaceError
    from tma.generate import filtered_spaces
    from tma.registry import default_registry
    from tma.seeds import check_seed
    from tma.space import union
    from tma.workbench import Workbench

    bench = Workbench(default_registry(), assets=assets, tasks=tasks)
    whole = union(filtered_spaces(bench, where).values())
    if not 0 <= number < whole.size:
        raise SpaceError(f"there is no plan {number}", hint=f"use 0 to {whole.size - 1}")
    plan = whole[number]
    try:
        task = bench.instance(plan, check_seed(seed))
        record = task.model_dump(mode="json", exclude_none=True)
    except Infeasible as error:
        record = {"infeasible": error.reason, "detail": error.detail}
    if as_json:
        print_json({"number": number, "id": plan.id, "plan": plan.as_dict(), "task": record})
        return
    print_table(
        ("field", "value"),
        [(f, _named(v, f, bench.catalogue)) for f, v in plan.items()],
        title=f"plan {number} of {whole.size:,}, id {plan.id}",
    )
    if "infeasible" in record:
        click.echo(f"infeasible: {record['infeasible']} ({record['detail']})")
        return
    click.echo(record["question"])
    for letter, option in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", record["options"], strict=False):
        mark = "*" if option == record["answer"] else " "
        click.echo(f" {mark} {letter}. {option}")
