"""What becomes of plugins: a row with a status for each, whatever they do."""

from __future__ import annotations

import pytest

from tma.config import Settings
from tma.discovery import OWN_DISTRIBUTION, discover
from tma.errors import PluginError

from .conftest import PluginShelf

GOOD = """
    import tma

    @tma.hookimpl
    def tma_task_generators():
        return [tma.Contribution("how-much", "coins_tasks:HowMuch", summary="Add up coins")]
"""


def test_a_good_plugin(shelf: PluginShelf) -> None:
    shelf.add("tma-coins", "coins", GOOD)
    row = shelf.discover()["coins"]
    assert (row.status, row.cause) == ("ok", "")
    assert (row.distribution, row.version) == ("tma-coins", "1.2")
    assert not row.builtin
    assert [(k, c.name) for k, c in row.contributions] == [("task-generator", "how-much")]


BROKEN = {
    "a missing import": ("import no_such_module", "ModuleNotFoundError: No module named"),
    "an exit": ("import sys\nsys.exit('bye')", "SystemExit: bye"),
    "an error of many lines": ("raise ValueError('one\\ntwo')", "ValueError: one"),
    "an error without words": ("raise ValueError", "ValueError"),
    "an error of an object somewhere in memory": (
        "raise ValueError(f'{object()} is odd')",
        "ValueError: <object object at 0x...> is odd",
    ),
    "an error that can't be printed": (
        "class E(Exception):\n    def __str__(self): raise RuntimeError\nraise E",
        "E",
    ),
    "a syntax error": ("def f(:", "SyntaxError: invalid syntax"),
    "a wrong target": (
        "import tma\n@tma.hookimpl\ndef tma_renderers(): return [tma.Contribution('x', 'nowhere')]",
        "ValueError: x: 'nowhere' is not of the form 'package.module:Class'",
    ),
    "a wrong name": (
        "import tma\n@tma.hookimpl\ndef tma_renderers(): return [tma.Contribution('A b', 'm:C')]",
        "ValueError: contribution name 'A b'",
    ),
    "nothing returned": (
        "import tma\n@tma.hookimpl\ndef tma_renderers(): pass",
        "PluginError: tma_renderers gave NoneType, not a list of tma.Contribution",
    ),
    "one contribution instead of a list": (
        "import tma\n@tma.hookimpl\ndef tma_renderers(): return tma.Contribution('x', 'm:C')",
        "PluginError: tma_renderers gave Contribution, not a list of tma.Contribution",
    ),
    "a text": (
        "import tma\n@tma.hookimpl\ndef tma_renderers(): return 'm:C'",
        "PluginError: tma_renderers gave str, not a list of tma.Contribution",
    ),
    "classes": (
        "import tma\nclass C: pass\n@tma.hookimpl\ndef tma_renderers(): return [C]",
        "PluginError: tma_renderers gave a type, not a tma.Contribution",
    ),
    "a name twice": (
        "import tma\n@tma.hookimpl\n"
        "def tma_renderers(): return [tma.Contribution('x', 'm:C'), tma.Contribution('x', 'm:D')]",
        "PluginError: offers two contributions named 'x'",
    ),
    "a hook that fails": (
        "import tma\n@tma.hookimpl\ndef tma_renderers(): 1 / 0",
        "ZeroDivisionError: division by zero",
    ),
    "a hook with an unknown argument": (
        "import tma\n@tma.hookimpl\ndef tma_renderers(catalogue): return []",
        "PluginValidationError",
    ),
    "an unknown hook": (
        "import tma\n@tma.hookimpl\ndef tma_render(): return []",
        "PluginError: implements unknown hooks tma_render",
    ),
    "information of a wrong type": (
        "import tma\n@tma.hookimpl\ndef tma_plugin_info(): return {'hook_api': (1, 0)}",
        "PluginError: tma_plugin_info gave dict, not tma.PluginInfo",
    ),
    "a version of a wrong type": (
        "import tma\n@tma.hookimpl\ndef tma_plugin_info(): return tma.PluginInfo(hook_api='1.0')",
        "PluginError: tma_plugin_info: hook_api is '1.0', not (major, minor)",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_plugin_is_a_row(shelf: PluginShelf, what: str) -> None:
    source, cause = BROKEN[what]
    shelf.add("tma-bad", "bad", source)
    shelf.add("tma-coins", "coins", GOOD)
    rows = shelf.discover()
    assert rows["bad"].status == "broken"
    assert rows["bad"].cause.startswith(cause)
    assert "\n" not in rows["bad"].cause
    assert rows["bad"].contributions == ()
    assert rows["coins"].status == "ok"


def test_a_missing_module_is_a_row(shelf: PluginShelf) -> None:
    shelf.add("tma-gone", "gone", "")
    next(shelf.root.glob("made_up_*.py")).unlink()
    assert shelf.discover()["gone"].status == "broken"


def test_interrupts_are_not_swallowed(shelf: PluginShelf) -> None:
    shelf.add("tma-slow", "slow", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        shelf.discover()


def test_a_plugin_without_hooks_is_told_so(shelf: PluginShelf) -> None:
    shelf.add("tma-shy", "shy", "def tma_renderers(): return []  # the decorator is missing")
    row = shelf.discover()["shy"]
    assert row.status == "ok"
    assert row.cause == "implements no hook: mark its functions with @tma.hookimpl"


def test_an_optional_unknown_hook_is_fine(shelf: PluginShelf) -> None:
    source = "import tma\n@tma.hookimpl(optionalhook=True)\ndef tma_sorcerers(): return []"
    shelf.add("tma-ahead", "ahead", source)
    assert shelf.discover()["ahead"].status == "ok"


# -- versions of the contract -------------------------------------------------------------------


def info(version: str, more: str = "") -> str:
    return (
        "import tma\n@tma.hookimpl\n"
        f"def tma_plugin_info(): return tma.PluginInfo(hook_api={version})\n{more}"
    )


def test_a_newer_minor_version_warns(shelf: PluginShelf) -> None:
    shelf.add("tma-new", "new", info("(1, 7)", "@tma.hookimpl\ndef tma_sorcerers(): return []\n"))
    row = shelf.discover()["new"]
    assert row.status == "ok"
    assert row.cause == (
        "made for plugin contract 1.7, newer than 1.0, works without tma_sorcerers"
    )
    assert row.info.hook_api == (1, 7)


@pytest.mark.parametrize(("version", "advice"), [("(2, 0)", "a newer"), ("(0, 9)", "an older")])
def test_another_major_version_is_incompatible(
    shelf: PluginShelf, version: str, advice: str
) -> None:
    shelf.add("tma-other", "other", info(version))
    row = shelf.discover()["other"]
    assert row.status == "incompatible"
    assert f"install {advice} task-me-anything or another version of tma-other" in row.cause


# -- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", ["coins", "Coins", "COINS"])
def test_two_packages_with_one_name_are_both_in_conflict(shelf: PluginShelf, variant: str) -> None:
    shelf.add("tma-coins", "coins", GOOD)
    shelf.add("tma-money", variant, GOOD)
    rows = discover(Settings(), shelf.points())
    assert [r.status for r in rows] == ["conflict", "conflict"]
    for row, other in zip(rows, reversed(rows), strict=True):
        assert row.distribution in row.cause
        assert other.distribution in row.cause
        assert f"TMA_DISABLE_PLUGINS={row.distribution}" in row.cause


@pytest.mark.parametrize("variant", ["two-coins", "two_coins", "Two_Coins", "TWO-COINS"])
def test_hyphens_underscores_and_case_make_no_other_name(shelf: PluginShelf, variant: str) -> None:
    shelf.add("tma-coins", "two-coins", GOOD)
    shelf.add("tma-money", variant, GOOD)
    rows = discover(Settings(), shelf.points())
    assert {r.distribution: r.status for r in rows} == {
        "tma-coins": "conflict",
        "tma-money": "conflict",
    }
    settings = Settings({"two-coins": {"enabled": False}})
    assert {r.status for r in discover(settings, shelf.points())} == {"disabled"}
    off = Settings({"tma-money": {"enabled": False}})
    assert [r.status for r in discover(off, shelf.points()) if r.distribution == "tma-coins"] == [
        "ok"
    ]


def test_two_packages_with_one_name_and_one_module(shelf: PluginShelf) -> None:
    shelf.add("tma-coins", "coins", GOOD, module="made_up_coins")
    shelf.add("tma-coins-fork", "coins", GOOD, module="made_up_coins")
    rows = discover(Settings(), shelf.points())
    assert [r.distribution for r in rows] == ["tma-coins", "tma-coins-fork"]
    assert {r.status for r in rows} == {"conflict"}


def test_disabling_one_package_ends_the_conflict(shelf: PluginShelf) -> None:
    shelf.add("tma-coins", "coins", GOOD)
    shelf.add("tma-money", "coins", GOOD)
    settings = Settings(environ={"TMA_DISABLE_PLUGINS": "tma-money"})
    rows = {r.distribution: r.status for r in discover(settings, shelf.points())}
    assert rows == {"tma-coins": "ok", "tma-money": "disabled"}


def test_nobody_takes_a_builtin_name(shelf: PluginShelf) -> None:
    shelf.add("tma-shapes-plus", "shapes", GOOD)
    rows = discover(Settings(), shelf.points(builtins=True))
    status = {r.distribution: r.status for r in rows if r.name == "shapes"}
    assert status["tma-shapes-plus"] == "conflict"
    assert status[OWN_DISTRIBUTION] != "conflict"
    stranger = next(r for r in rows if r.distribution == "tma-shapes-plus")
    assert OWN_DISTRIBUTION in stranger.cause


def test_a_name_is_free_when_the_builtins_are_off(shelf: PluginShelf) -> None:
    shelf.add("tma-shapes-plus", "shapes", GOOD)
    settings = Settings(environ={"TMA_DISABLE_PLUGINS": OWN_DISTRIBUTION})
    rows = discover(settings, shelf.points(builtins=True))
    assert {r.status for r in rows if r.builtin} == {"disabled"}
    assert [r.status for r in rows if not r.builtin] == ["ok"]


# -- switches -----------------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["coins", "Coins", " coins ", "tma-coins", "tma_coins"])
def test_disabled_plugins_are_not_imported(shelf: PluginShelf, named: str) -> None:
    shelf.add("tma-coins", "coins", "raise RuntimeError('imported')")
    row = shelf.discover({"TMA_DISABLE_PLUGINS": f"other,{named}"})["coins"]
    assert (row.status, row.cause) == ("disabled", "switched off by settings")


def test_load_plugins_lists_the_third_parties_to_load(shelf: PluginShelf) -> None:
    shelf.add("tma-coins", "coins", GOOD)
    shelf.add("tma-bad", "bad", "raise RuntimeError('imported')")
    for listed in ("coins", "COINS,other", "tma-coins"):
        rows = shelf.discover({"TMA_LOAD_PLUGINS": listed})
        assert rows["coins"].status == "ok", listed
        assert rows["bad"].status == "disabled"
        assert rows["bad"].cause == "not listed in TMA_LOAD_PLUGINS"
    nothing = shelf.discover({"TMA_LOAD_PLUGINS": ""})
    assert {r.status for r in nothing.values()} == {"disabled"}


def test_load_plugins_ends_a_conflict(shelf: PluginShelf) -> None:
    shelf.add("tma-coins", "coins", GOOD)
    shelf.add("tma-money", "coins", GOOD)
    rows = discover(Settings(environ={"TMA_LOAD_PLUGINS": "tma-money"}), shelf.points())
    assert {r.distribution: r.status for r in rows} == {
        "tma-coins": "disabled",
        "tma-money": "ok",
    }


def test_load_plugins_leaves_the_builtins_alone(shelf: PluginShelf) -> None:
    rows = discover(Settings(environ={"TMA_LOAD_PLUGINS": ""}), shelf.points(builtins=True))
    assert rows
    assert not any(r.status == "disabled" for r in rows)


def test_strict_mode_raises_and_names_all(shelf: PluginShelf) -> None:
    shelf.add("tma-bad", "bad", "raise RuntimeError('oh')")
    shelf.add("tma-old", "old", info("(0, 1)"))
    with pytest.raises(PluginError, match="TMA_STRICT_PLUGINS") as caught:
        shelf.discover({"TMA_STRICT_PLUGINS": "1"})
    assert "plugin bad of tma-bad is broken: RuntimeError: oh" in str(caught.value)
    assert "plugin old of tma-old is incompatible" in str(caught.value)
    assert shelf.discover({"TMA_STRICT_PLUGINS": "0"})["bad"].status == "broken"


def test_strict_mode_lets_disabled_plugins_be(shelf: PluginShelf) -> None:
    shelf.add("tma-bad", "bad", "raise RuntimeError('oh')")
    environ = {"TMA_STRICT_PLUGINS": "1", "TMA_DISABLE_PLUGINS": "bad"}
    assert shelf.discover(environ)["bad"].status == "disabled"


def test_rows_come_in_the_order_of_names(shelf: PluginShelf) -> None:
    for name in ("zebra", "Apple", "mole"):
        shelf.add(f"tma-{name.lower()}", name, "")
    assert [r.name for r in discover(Settings(), shelf.points())] == ["Apple", "mole", "zebra"]
