"""Numbers on the command line: every option takes only what work can be made of."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from tma.cli import cli
from tma.cli.numbers import MOST, Amount, Whole


def options(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Path, name and kind of number of every option that takes a number."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from options(found, (*path, name))
    for option in command.params:
        if isinstance(option.type, click.types.IntParamType | click.types.FloatParamType):
            yield *path, option.opts[-1], type(option.type).__name__


NUMBERS = sorted(options(cli))


def test_every_option_is_of_a_kind_that_is_checked() -> None:
    plain = {(*path, name) for *path, name, kind in NUMBERS if kind not in ("Amount", "Whole")}
    # these are of any size, and checked where they are used
    assert {name for *_, name in plain} == {"--seed", "number"}
    assert len(NUMBERS) > 40


@click.command()
@click.option("--many", type=Whole(min=1))
@click.option("--much", type=Amount(0, 5, min_open=True))
def command(many: int | None, much: float | None) -> None:
    click.echo(f"{many} {much}")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--many 3", "3 None"),
        (f"--many {MOST}", f"{MOST} None"),
        (f"--many {MOST + 1}", "1000000001 is too many: 1,000,000,000 at most."),
        ("--many 0", "0 is not in the range x>=1."),
        ("--many 1.5", "'1.5' is not a valid integer range."),
        ("--much 5", "None 5.0"),
        ("--much 0", "0.0 is not in the range 0<x<=5."),
        ("--much nan", "nan is no finite number."),
        ("--much inf", "inf is not in the range 0<x<=5."),
    ],
)
def test_what_is_taken(words: str, said: str) -> None:
    result = CliRunner().invoke(command, words.split())
    assert result.output.strip().endswith(said)
    assert result.exit_code == (2 if "is" in said else 0)


@pytest.mark.parametrize(
    "words",
    [
        "eval tasks --model random --budget-usd nan",
        "eval tasks --model random --confidence nan",
        "eval tasks --model random --limit 99999999999999999999",
        "eval tasks --model random --orders 99999999999999999999",
        "export tasks --to hf --out there --shard-size nan",
        "gallery tasks --out page.html --limit 99999999999999999999",
        "generate -n 99999999999999999999999 --out there",
        "plans sample -n 10000000000000000",
        "query top-k --model random --budget-usd inf",
        "query top-k --model random --confirm nan",
        "query top-k --model random --budget-minutes nan",
        "report tasks --out page.html --confidence nan",
    ],
)
def test_slips_are_told(words: str) -> None:
    result = CliRunner().invoke(cli, words.split())
    assert result.exit_code == 2
    assert "Invalid value for" in result.output
