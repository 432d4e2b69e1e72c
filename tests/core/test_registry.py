"""From what a user types to an instance, and what is said when that fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tma.config import Settings
from tma.contract.media import Renderer
from tma.errors import AssetError, ConfigError, PluginError, TmaWarning
from tma.registry import Registry
from tma.settingscheck import warn_of_absent
from tma.spec import Spec

from .conftest import PluginShelf

TOYS = """
    import tma

    @tma.hookimpl
    def tma_renderers():
        here = "made_up_toys_classes"
        return [
            tma.Contribution("plain", f"{here}:Plain"),
            tma.Contribution("set-up", f"{here}:SetUp", config=f"{here}:Config", version="2.1"),
            tma.Contribution("stranger", f"{here}:Stranger"),
            tma.Contribution("abstract", f"{here}:Abstract"),
            tma.Contribution("misspelt", f"{here}:Plian"),
            tma.Contribution("heavy", "made_up_toys_heavy:Heavy", extra="tma-toys[heavy]"),
            tma.Contribution("later", f"{here}:Later", extra="tma-toys[later]"),
            tma.Contribution("quitter", "made_up_toys_quitter:Quitter"),
            tma.Contribution("failing", f"{here}:Failing"),
            tma.Contribution("picky", f"{here}:Picky"),
            tma.Contribution("moody", f"{here}:SetUp", config=f"{here}:Moody"),
        ]

    @tma.hookimpl
    def tma_model_adapters():
        return [tma.Contribution("parrot", "made_up_toys_classes:Plain")]
"""

CLASSES = """
    from pathlib import Path

    import tma
    from pydantic import BaseModel, ConfigDict, Field, field_validator

    class Plain(tma.Renderer):
        def render(self, scene, assets):
            return tma.Media(b"", "image/png")

    class Config(BaseModel):
        model_config = ConfigDict(extra="forbid")
        size: int = Field(default=1, ge=1)
        root: Path = Path("here")
        variant: str = "usual"

    class SetUp(Plain):
        def __init__(self, config):
            self.config = config

    class Moody(BaseModel):
        size: int = 1
        mood: int = 0

        @field_validator("size")
        @classmethod
        def check(cls, value):
            raise OSError("disk on fire")

    class Stranger:
        pass

    class Abstract(tma.Renderer):
        pass

    class Later(Plain):
        def __init__(self):
            import no_such_heavy_module

    class Failing(Plain):
        def __init__(self):
            1 / 0

    class Picky(Plain):
        def __init__(self):
            raise tma.AssetError("no file", hint="fetch it")
"""


@pytest.fixture
def toys(shelf: PluginShelf) -> PluginShelf:
    shelf.add("tma-toys", "toys", TOYS)
    sources = {"classes": CLASSES, "heavy": "import no_such_heavy_module", "quitter": "exit(3)"}
    for name, source in sources.items():
        text = "\n".join(line[4:] if name == "classes" else line for line in source.split("\n"))
        (shelf.root / f"made_up_toys_{name}.py").write_text(text, encoding="utf-8")
    return shelf


def make(registry: Registry, text: str) -> Any:
    spec = Spec.parse(text)
    return registry.make(registry.find("renderer", spec.name), spec, base=Renderer)


# -- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["set-up", "set_up", "SET-UP", "toys/set-up", "Toys/Set_Up", "toys/set-up@2.1", "set-up@2.1"],
)
def test_a_name_in_any_spelling(toys: PluginShelf, name: str) -> None:
    entry = toys.registry().find("renderer", name)
    assert (entry.short_id, entry.id) == ("toys/set-up", "toys/set-up@2.1")


def test_listing_imports_no_class(toys: PluginShelf) -> None:
    import sys

    assert len(toys.registry().of_kind("renderer")) == 11
    assert "made_up_toys_classes" not in sys.modules


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("plian", "did you mean plain"),
        ("toys/plane", "did you mean toys/plain"),
        ("set-up@1.0", "toys/set-up@2.1"),
        ("zzzzzz", "see `tma plugins list`"),
        ("parrot", "'toys/parrot' is a model adapter"),
    ],
)
def test_unknown_names_come_with_a_hint(toys: PluginShelf, name: str, hint: str) -> None:
    with pytest.raises(PluginError, match=f"no renderer is called '{name}'") as caught:
        toys.registry().find("renderer", name)
    assert hint in str(caught.value)


def test_short_names_that_several_have(toys: PluginShelf) -> None:
    toys.add("tma-paint", "paint", TOYS)
    registry = toys.registry()
    with pytest.raises(PluginError) as caught:
        registry.find("renderer", "plain")
    assert str(caught.value) == (
        "'plain' names several: paint/plain (tma-paint), toys/plain (tma-toys) "
        "(type one of these ids)"
    )
    assert registry.find("renderer", "paint/plain").plugin.distribution == "tma-paint"


def test_a_plugin_that_is_not_usable_says_why(toys: PluginShelf) -> None:
    toys.add("tma-bad", "bad", "raise RuntimeError('oh')")
    with pytest.raises(PluginError, match="plugin 'bad' of tma-bad is broken: RuntimeError: oh"):
        toys.registry().find("renderer", "bad/thing")


def test_patterns(toys: PluginShelf) -> None:
    registry = toys.registry()

    def names(*patterns: str) -> list[str]:
        return [e.contribution.name for e in registry.match("renderer", patterns)]

    assert names("toys/*") == [e.contribution.name for e in registry.of_kind("renderer")]
    assert names("set-up", "toys/pl*", "plain") == ["plain", "set-up"]
    assert names("toys/set-up@2.1", "TOYS/SET_UP") == ["set-up"]
    assert names("Toys/P*") == ["plain", "picky"]
    with pytest.raises(PluginError, match=r"no renderer is called 'coins/\*'"):
        names("plain", "coins/*")


# -- instances ----------------------------------------------------------------------------------


def test_settings_in_their_order(toys: PluginShelf, tmp_path: Path) -> None:
    path = tmp_path / "tma.toml"

    def size(environ: dict[str, str], text: str = "set-up") -> int:
        settings = Settings.load({"TMA_CONFIG": str(path), **environ})
        made: int = make(toys.registry(settings), text).config.size
        return made

    path.write_text("[plugins.toys]\nsize = 2\nmood = 5\n")
    assert size({}) == 2
    path.write_text("[plugins.Toys]\nsize = 2\n[plugins.Toys.set_up]\nsize = 3\n")
    assert size({}) == 3
    assert size({"TMA_TOYS_SIZE": "4"}) == 4
    assert size({"TMA_TOYS_SIZE": "4"}, "set-up?size=5") == 5
    path.write_text("[plugins.toys.set-up]\nsiez = 3\n")
    path.write_text("[plugins.toys]\nenabled = false\n")
    with pytest.raises(PluginError, match="plugin 'toys' of tma-toys is disabled"):
        size({}, "toys/set-up")


MISSPELT = {
    "[plugins.toys]\nsiez = 2": "plugins.toys.siez: plugin 'toys' has no setting 'siez' "
    "(did you mean size?)",
    "[plugins.toys.set_up]\nsiez = 2": "plugins.toys.set-up.siez: toys/set-up has no setting "
    "'siez' (did you mean size?)",
    "[plugins.toys.set-pu]\nsize = 2": "[plugins.toys.set-pu]: plugin 'toys' has no contribution "
    "'set-pu' (did you mean set-up?)",
    "[plugins.toys]\nset-up = 2": "plugins.toys.set-up: plugin 'toys' has no setting 'set-up'",
    "[plugins.toys]\nsize = 'big'": "toys/set-up: size: Input should be a valid integer",
    "[plugins.tma-toys]\nsize = 2": "plugins.tma-toys.size: package 'tma-toys' can be switched "
    "off, but has no setting 'size' (settings: enabled)",
}


@pytest.mark.parametrize("text", MISSPELT)
def test_misspelt_settings_of_the_file(toys: PluginShelf, tmp_path: Path, text: str) -> None:
    path = tmp_path / "tma.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        make(toys.registry(Settings.load({"TMA_CONFIG": str(path)})), "set-up")
    assert str(caught.value).startswith(f"{path}: {MISSPELT[text]}")


def test_a_variable_that_is_not_valid_is_named(toys: PluginShelf) -> None:
    registry = toys.registry(Settings(environ={"TMA_TOYS_SIZE": "big"}))
    with pytest.raises(ConfigError, match=r"^TMA_TOYS_SIZE: toys/set-up: size: "):
        make(registry, "set-up")


@pytest.mark.parametrize("name", ["set-up", "plain"])
def test_a_misspelt_variable_is_an_error(toys: PluginShelf, name: str) -> None:
    registry = toys.registry(Settings(environ={"TMA_TOYS_SIEZ": "2"}))
    says = r"^TMA_TOYS_SIEZ: plugin 'toys' has no such setting \(did you mean TMA_TOYS_SIZE\?\)"
    with pytest.raises(ConfigError, match=says):
        make(registry, name)


def test_variables_of_others_are_left_to_them(toys: PluginShelf) -> None:
    environ = {"TMA_TOYS_SIZE": "2", "TMA_TOYSHOP_OPEN": "1", "TMA_CACHE": "x", "TOYS_SIEZ": "3"}
    environ |= {"TMA_TOYS_CLIP_SIZE": "4"}  # of a plugin `toys-clip` that another machine has
    made = make(toys.registry(Settings(environ=environ)), "plain")  # a sister's settings are known
    assert made is not None


@pytest.mark.parametrize("variable", ["TMA_TOYS_SET_SIEZ", "TMA_TOYS_SIEZ"])
def test_what_may_be_one_of_two_plugins_is_refused_by_neither(
    shelf: PluginShelf, toys: PluginShelf, variable: str
) -> None:
    source = toys.root / "made_up_tma_toys_toys.py"
    shelf.add("tma-toys-set", "toys-set", source.read_text())
    registry = toys.registry(Settings(environ={variable: "2"}))
    if variable == "TMA_TOYS_SIEZ":
        with pytest.raises(ConfigError, match="did you mean TMA_TOYS_SIZE"):
            make(registry, "toys/plain")
    else:
        make(registry, "toys/plain")
    make(registry, "toys-set/plain")


def test_settings_that_a_contribution_without_any_is_given(toys: PluginShelf) -> None:
    registry = toys.registry(Settings({"toys": {"plain": {"size": 3}}}))
    with pytest.raises(ConfigError, match=r"toys/plain has no setting 'size' \(settings: none\)"):
        make(registry, "plain")


@pytest.mark.parametrize(
    ("plugins", "environ", "says"),
    [
        ({"tyos": {"size": 3}}, {}, r"\[plugins.tyos\]: .* \(did you mean toys\?\)"),
        ({}, {"TMA_DISABLE_PLUGINS": "tma_toys, nosuch"}, "TMA_DISABLE_PLUGINS: nosuch: no such"),
        ({}, {"TMA_LOAD_PLUGINS": "toys,nosuch"}, "TMA_LOAD_PLUGINS: nosuch: no such plugin"),
    ],
)
def test_settings_of_plugins_that_are_absent_are_told(
    toys: PluginShelf, plugins: dict[str, dict[str, int]], environ: dict[str, str], says: str
) -> None:
    registry = toys.registry(Settings(plugins, environ))
    with pytest.warns(TmaWarning, match=says) as told:
        warn_of_absent(registry)
    assert len(told) == 1


def test_settings_of_plugins_that_are_there_are_not_told(toys: PluginShelf) -> None:
    environ = {"TMA_DISABLE_PLUGINS": "toys,", "TMA_LOAD_PLUGINS": "tma-toys"}
    warn_of_absent(toys.registry(Settings({"toys": {"any": 3}, "tma-toys": {}}, environ)))


def test_a_variant_is_a_setting(toys: PluginShelf) -> None:
    registry = toys.registry()
    assert make(registry, "set-up:odd:one?size=2").config.variant == "odd:one"
    assert make(registry, "set-up?variant=odd").config.variant == "odd"
    assert make(registry, "set-up").config.variant == "usual"
    with pytest.raises(ConfigError, match="the variant twice"):
        make(registry, "set-up:odd?variant=even")


BAD_SETTINGS = {
    "set-up?siez=2": "toys/set-up has no setting 'siez' (did you mean size?)",
    "set-up?colour=2": "toys/set-up has no setting 'colour' (settings: size, root, variant)",
    "set-up?size=two": "toys/set-up: size: Input should be a valid integer",
    "set-up?size=0": "toys/set-up: size: Input should be greater than or equal to 1",
    "plain?size=1": "toys/plain has no settings: size",
    "plain:variant": "toys/plain has no settings: variant",
}


@pytest.mark.parametrize("text", BAD_SETTINGS)
def test_bad_settings(toys: PluginShelf, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        make(toys.registry(), text)
    assert str(caught.value).startswith(BAD_SETTINGS[text])
    assert "\n" not in str(caught.value)


FAILURES = {
    "stranger": "toys/stranger@1.0: made_up_toys_classes:Stranger is no Renderer",
    "abstract": "toys/abstract@1.0 can't be made: TypeError: Can't instantiate abstract class",
    "misspelt": "toys/misspelt@1.0: made_up_toys_classes:Plian failed to load: AttributeError",
    "heavy": "toys/heavy@1.0 can't be imported: No module named 'no_such_heavy_module' "
    "(pip install 'tma-toys[heavy]')",
    "later": "toys/later@1.0 can't be imported: No module named 'no_such_heavy_module' "
    "(pip install 'tma-toys[later]')",
    "quitter": "toys/quitter@1.0: made_up_toys_quitter:Quitter failed to load: SystemExit: 3",
    "failing": "toys/failing@1.0 can't be made: ZeroDivisionError: division by zero",
    "moody": "toys/moody@1.0: its settings can't be read: OSError: disk on fire",
}


@pytest.mark.parametrize("name", FAILURES)
def test_what_can_not_be_made(toys: PluginShelf, name: str) -> None:
    with pytest.raises(PluginError) as caught:
        make(toys.registry(), f"{name}?size=2" if name == "moody" else name)
    assert str(caught.value).startswith(FAILURES[name])
    assert "\n" not in str(caught.value)


def test_errors_for_the_user_pass_through(toys: PluginShelf) -> None:
    with pytest.raises(AssetError, match="no file"):
        make(toys.registry(), "picky")


def test_the_builtins_come_through_entry_points_like_everyone(shelf: PluginShelf) -> None:
    rows = Registry(Settings()).plugins
    assert {r.name for r in rows if r.builtin} >= {"grid2d", "objaverse", "shapes", "stickers"}
    assert {r.status for r in rows if r.builtin} == {"ok"}


@pytest.mark.parametrize("wrong", ["entry", "kind"])
def test_what_the_registry_finds_is_of_its_kind(toys: PluginShelf, wrong: str) -> None:
    registry = toys.registry()
    find: Callable[[], object] = (
        (lambda: registry.find("asset-source", "plain"))
        if wrong == "kind"
        else (lambda: registry.find(None, "no-such"))
    )
    with pytest.raises(PluginError, match=r"no (asset source|contribution) is called"):
        find()
