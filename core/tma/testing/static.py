"""Checks of a plugin as a whole that need no class of it: its files, its entry point, its hooks."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from importlib.machinery import PathFinder
from pathlib import Path

from tma.discovery import Plugin
from tma.hookspecs import KIND_OF_HOOK
from tma.testing.checking import Finding
from tma.testing.laboratory import Lab, PackageFolder

Lack = tuple[str, str, str]
"""What is wrong, where, and how to mend it."""

_HOOKS = ("tma_plugin_info", *KIND_OF_HOOK)
_HEAVY = ("numpy", "PIL", "torch", "trimesh", "pyrender", "imageio", "scipy", "sqlalchemy")
_STATES: dict[str, tuple[str, ...]] = {
    "asset-source": ("makes",),
    "task-generator": ("makes",),
    "renderer": ("consumes", "makes"),
    "model-adapter": (),
}


def static_findings(lab: Lab, plugin: Plugin, folder: PackageFolder | None) -> Iterator[Finding]:
    """What is found of one plugin without importing a class of it.

    Args:
        lab: where the plugin is.
        plugin: its row.
        folder: its package's source folder, if it is checked by that.
    """
    module = source_of(plugin.target)
    steps: list[tuple[str, Callable[[], Iterator[Lack]]]] = [
        ("module-is-there", lambda: _absent(plugin, module)),
        ("hooks-and-targets-exist", lambda: _wrong_names(plugin, module)),
        ("plugin-loads", lambda: _status(plugin, module)),
        ("contributions-say-what-they-are", lambda: _vague(plugin)),
        ("module-is-light", lambda: _heavy(plugin.target, lab.recipe.path)),
    ]
    if folder is not None:
        steps.insert(0, ("project-is-complete", lambda: _project_lacks(folder)))
    for name, lacks in steps:
        lack = next(lacks(), None)
        if lack is not None:
            yield Finding(name, "static", plugin.name, "failed", *lack)
            return
        yield Finding(name, "static", plugin.name, "ok")


def _absent(plugin: Plugin, module: Path | None) -> Iterator[Lack]:
    if module is None:
        mend = "let the entry point name a module of the package"
        yield f"there is no module {plugin.target!r}", "", mend


def _wrong_names(plugin: Plugin, module: Path | None) -> Iterator[Lack]:
    if module is not None and module.suffix == ".py":
        yield from _misnamed(module)
        yield from _missing_targets(module, plugin.target.split(".")[0])


def _status(plugin: Plugin, module: Path | None) -> Iterator[Lack]:
    if plugin.status != "ok" or not plugin.contributions:
        cause = plugin.cause or "it offers nothing"
        yield f"{plugin.status}: {cause}", str(module), _mend(plugin)


def _mend(plugin: Plugin) -> str:
    return {
        "disabled": "enable it: see `tma plugins list`",
        "conflict": "choose another name for the entry point",
        "incompatible": "write it for the contract that is installed",
    }.get(plugin.status, "mark functions that return tma.Contribution lists with @tma.hookimpl")


def _project_lacks(folder: PackageFolder) -> Iterator[Lack]:
    file = str(folder.folder / "pyproject.toml")
    project = folder.project
    needs = [str(d).replace("_", "-").lower() for d in project.get("dependencies", ())]
    if not any(d.startswith("task-me-anything") for d in needs):
        yield "it does not depend on task-me-anything", file, 'dependencies = ["task-me-anything"]'
    for field in ("name", "version"):
        if field not in project and field not in project.get("dynamic", ()):
            yield f"project.{field} is missing", file, f"state project.{field}"


def source_of(module: str) -> Path | None:
    """The file of a module, found without importing anything."""
    path: list[str] | None = None
    name = ""
    spec = None
    for part in module.split("."):
        name = f"{name}.{part}" if name else part
        spec = PathFinder.find_spec(name, path)
        if spec is None:
            return None
        path = list(spec.submodule_search_locations or ())
    return Path(spec.origin) if spec is not None and spec.origin else None


def _misnamed(module: Path) -> Iterator[Lack]:
    """Functions marked as hooks that no hook is called."""
    try:
        tree = ast.parse(module.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError) as error:
        line = getattr(error, "lineno", 1)
        yield f"{type(error).__name__}: {error}", f"{module}:{line}", "mend the syntax"
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(map(_is_hookimpl, node.decorator_list)):
            if node.name not in _HOOKS:
                near = get_close_matches(node.name, _HOOKS, n=1)
                mend = f"did you mean {near[0]}?" if near else f"hooks: {', '.join(_HOOKS)}"
                yield f"there is no hook {node.name}", f"{module}:{node.lineno}", mend
        elif isinstance(node, ast.FunctionDef) and node.name in _HOOKS:
            yield (
                f"{node.name} is not marked as a hook",
                f"{module}:{node.lineno}",
                "write @tma.hookimpl above it",
            )


def _is_hookimpl(node: ast.expr) -> bool:
    called = node.func if isinstance(node, ast.Call) else node
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name == "hookimpl" and not _optional(node)


def _optional(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and any(k.arg == "optionalhook" for k in node.keywords)


def _missing_targets(module: Path, package: str) -> Iterator[Lack]:
    """Texts `package.module:Class` of the module that lead nowhere in its own package."""
    try:
        tree = ast.parse(module.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError):
        return
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            continue
        target, colon, name = node.value.partition(":")
        if not colon or not name.isidentifier() or target.split(".")[0] != package:
            continue
        where = f"{module}:{node.lineno}"
        file = source_of(target)
        if file is None:
            yield f"there is no module {target!r}", where, "name the module of the class"
        elif file.suffix == ".py" and name not in _names(file):
            near = get_close_matches(name, _names(file), n=1)
            mend = f"did you mean {near[0]}?" if near else "name a class of that module"
            yield f"{target} has no {name}", where, mend


def _names(file: Path) -> list[str]:
    """What a module defines or imports at its top."""
    found: list[str] = []
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found += [a.asname or a.name for a in node.names]
        elif isinstance(node, ast.Assign):
            found += [t.id for t in node.targets if isinstance(t, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.append(node.target.id)
    return found


def _vague(plugin: Plugin) -> Iterator[Lack]:
    for kind, item in plugin.contributions:
        if not item.summary:
            yield f"{item.name} has no summary", "", "give tma.Contribution a summary of one line"
        for field in _STATES.get(kind, ()):
            if not getattr(item, field):
                yield f"{item.name} does not say what it {field}", "", f"give it {field}=(...)"


def _heavy(module: str, path: tuple[str, ...]) -> Iterator[Lack]:
    """Heavy modules that a fresh process has imported after the plugin's module."""
    program = (
        f"import sys; sys.path[:] = {list(path)!r}; import {module}; "
        f"print(*[m for m in {_HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    heavy = (done.stdout.splitlines() or [""])[-1].split()
    if done.returncode == 0 and heavy:
        yield (
            f"importing {module} imports {', '.join(heavy)}",
            str(source_of(module)),
            "let tma.Contribution name the class, and import it in no module on the way there",
        )
