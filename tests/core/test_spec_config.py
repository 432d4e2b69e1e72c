"""Specifications as users type them, and settings from files and the environment."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tma.config import Limits, Settings, cache_dir, normalise, store_path
from tma.errors import ConfigError, SpecError
from tma.spec import Spec

READ = {
    "shapes": Spec("shapes"),
    " shapes ": Spec("shapes"),
    "objaverse?root=../shared/data": Spec("objaverse", None, {"root": "../shared/data"}),
    "openai:gpt-4o": Spec("openai", "gpt-4o"),
    "openai:org/model:tag": Spec("openai", "org/model:tag"),
    "hf/local@2.0:a/b?device=cpu&x=1": Spec("hf/local@2.0", "a/b", {"device": "cpu", "x": "1"}),
    "x?root=/a b/c+d": Spec("x", None, {"root": "/a b/c+d"}),
    "x?root=a%26b%3Dc%25": Spec("x", None, {"root": "a&b=c%"}),
    "x?url=http://host:80/?q": Spec("x", None, {"url": "http://host:80/?q"}),
    "x?a=b=c": Spec("x", None, {"a": "b=c"}),
    "x?a=": Spec("x", None, {"a": ""}),
    "x?": Spec("x"),
    "x?name=Größe": Spec("x", None, {"name": "Größe"}),
}


@pytest.mark.parametrize("text", READ)
def test_specifications(text: str) -> None:
    assert Spec.parse(text) == READ[text]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "can't read ''"),
        ("   ", "can't read"),
        ("?root=x", "write name"),
        (":gpt", "write name"),
        ("x:", "write name"),
        ("x?root", "write ?key=value&key=value"),
        ("x?a=1&b", "write ?key=value&key=value"),
        ("x?=1", "a setting without a name"),
        ("x?a=1&a=2", "gives a setting twice"),
    ],
)
def test_specifications_that_can_not_be_read(text: str, says: str) -> None:
    with pytest.raises(SpecError) as caught:
        Spec.parse(text)
    assert says in str(caught.value)


NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,8}(/[a-z]{1,5})?(@[0-9.]{1,4})?", fullmatch=True)
VARIANTS = st.none() | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="?"), min_size=1
)
SETTINGS = st.dictionaries(
    st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(st.characters(exclude_categories=["Cs"]))
)


@given(NAMES, VARIANTS, SETTINGS)
def test_a_specification_reads_back(
    name: str, variant: str | None, settings: dict[str, str]
) -> None:
    spec = Spec(name, variant, settings)
    assert Spec.parse(str(spec)) == spec


# -- settings -----------------------------------------------------------------------------------


def test_a_setting_after_the_wrong_sign_is_no_name() -> None:
    """It would be taken for a part of the model's name, and the model be asked elsewhere."""
    with pytest.raises(SpecError, match=r"the first one follows a '\?'"):
        Spec.parse("openai:m&base_url=http://host/v1")
    assert Spec.parse("openai:a=b").variant == "a=b"
    assert Spec.parse("openai:a&b").variant == "a&b"


def test_no_file_no_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for environ in ({}, {"TMA_CONFIG": ""}):
        settings = Settings.load(environ)
        assert settings.plugins == {}
        assert settings.origin is None
        assert not settings.strict


def test_the_file_in_the_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tma.toml").write_text("[plugins.My_Plugin]\nroot = 'x'\n")
    settings = Settings.load({})
    assert settings.origin == Path("tma.toml")
    assert settings.plugins == {"my-plugin": {"root": "x"}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[plugins", "Expected"),
        ("plugins = 3", "[plugins] must hold one table a plugin"),
        ("[plugins]\nshapes = true", "[plugins] must hold one table a plugin"),
        ("[plugins.a-b]\n[plugins.a_b]", "a-b"),
        ("\udcff", "utf-8"),
        ("[modelz.'random*']", "unknown table [modelz] (did you mean models?)"),
        ("[limit]", "unknown table [limit] (did you mean limits?)"),
        ("x = 3", "unknown field 'x' (tables: plugins, models, limits)"),
        ("[plugins.a]\nenabled = 'false'", "plugins.a.enabled: 'false' is neither true nor false"),
        ("[plugins.a]\nenabled = 0", "plugins.a.enabled: 0 is neither true nor false"),
    ],
)
def test_files_that_can_not_be_read(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ConfigError) as caught:
        Settings.load({"TMA_CONFIG": str(path)})
    assert str(path) in str(caught.value)
    assert says in str(caught.value)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unset TMA_CONFIG"):
        Settings.load({"TMA_CONFIG": str(tmp_path / "none.toml")})


def test_limits_come_from_the_file_and_then_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Limits.current() == Limits()
    Path("tma.toml").write_text("[limits]\npixels = 5\nfaces = 6\n")
    assert Settings.load({"TMA_LIMITS_FACES": "1_000"}).limits == Limits(pixels=5, faces=1000)
    monkeypatch.setenv("TMA_LIMITS_SIDE", "7")
    assert Limits.current() == Limits(pixels=5, faces=6, side=7)


@pytest.mark.parametrize(
    ("text", "environ", "says"),
    [
        ("limits = 3", {}, "[limits] must be a table"),
        ("[limits]\npixel = 3", {}, "no setting 'pixel' (did you mean pixels?)"),
        ("[limits]\npixels = 0", {}, "tma.toml: limits.pixels: 0 is no whole number above 0"),
        ("[limits]\npixels = true", {}, "limits.pixels: True"),
        ("", {"TMA_LIMITS_FACE": "3"}, "TMA_LIMITS_FACE sets no limit (did you mean TMA_LIMITS_F"),
        ("", {"TMA_LIMITS_FACES": "many"}, "TMA_LIMITS_FACES: 'many' is no whole number"),
        ("", {"TMA_LIMITS_FACES": "-1"}, "TMA_LIMITS_FACES: '-1' is no whole number"),
    ],
)
def test_limits_that_are_none(
    tmp_path: Path, text: str, environ: dict[str, str], says: str
) -> None:
    path = tmp_path / "tma.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        Settings.load({"TMA_CONFIG": str(path), **environ})
    assert says in str(caught.value)


def test_settings_of_a_contribution() -> None:
    settings = Settings(
        {"my-plugin": {"root": "a", "depth": 1, "other": 2, "Small_One": {"depth": 3, "odd": 4}}},
        {"TMA_MY_PLUGIN_ROOT": "b", "TMA_MY_PLUGIN_WIDE": "5"},
    )
    fields = {"root": None, "depth": None}
    found = settings.for_contribution("My_Plugin", "small-one", fields)
    assert found == {"root": "b", "depth": 3, "odd": 4}
    assert settings.for_contribution("my-plugin", "else", fields) == {"root": "b", "depth": 1}
    assert settings.for_contribution("unknown", "x", fields) == {}


def test_switching_plugins_off() -> None:
    settings = Settings({"a-b": {"enabled": False}}, {"TMA_DISABLE_PLUGINS": "c, D_e ,"})
    assert [settings.enabled(n) for n in ("a_b", "c", "d-e", "f")] == [False, False, False, True]


@pytest.mark.parametrize(
    ("value", "strict"), [("1", True), ("yes", True), ("0", False), ("", False)]
)
def test_strict(value: str, strict: bool) -> None:
    assert Settings.load({"TMA_STRICT_PLUGINS": value}).strict is strict


def test_strict_is_yes_or_no() -> None:
    with pytest.raises(ConfigError, match="TMA_STRICT_PLUGINS: 'banana' is neither 1 nor 0"):
        Settings.load({"TMA_STRICT_PLUGINS": "banana"})


def test_names_are_normalised() -> None:
    assert normalise(" My_Plug-In ") == "my-plug-in"


def test_where_files_live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TMA_CACHE", "TMA_STORE", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_dir() == tmp_path / ".cache" / "tma"
    assert store_path() == tmp_path / ".local" / "share" / "tma" / "replies.sqlite"
    monkeypatch.setenv("XDG_CACHE_HOME", "/c")
    monkeypatch.setenv("XDG_DATA_HOME", "/d")
    assert (cache_dir(), store_path()) == (Path("/c/tma"), Path("/d/tma/replies.sqlite"))
    monkeypatch.setenv("TMA_CACHE", "/e")
    monkeypatch.setenv("TMA_STORE", "/f.sqlite")
    assert (cache_dir(), store_path()) == (Path("/e"), Path("/f.sqlite"))
