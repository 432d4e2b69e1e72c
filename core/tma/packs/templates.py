"""The files around a pack that make it an installable package."""

from __future__ import annotations

PROJECT = """\
[build-system]
requires = ["hatchling>=1.26"]
build-backend = "hatchling.build"

[project]
name = "$distribution"
version = "$version"
description = "$summary"
readme = "README.md"
requires-python = ">=3.11"
license = { text = $licence }
dependencies = ["$requirement"]
# no package index takes an upload with this line: remove it to publish
classifiers = ["Private :: Do Not Upload"]

[project.entry-points.tma]
$plugin = "$module"

[tool.hatch.build.targets.wheel]
packages = ["src/$module"]

[tool.hatch.build.targets.sdist]
include = ["src", "tests", "README.md", "CHANGELOG.md", "LICENSE*"]

[tool.pytest.ini_options]
testpaths = ["tests"]
filterwarnings = ["error"]
"""

PLUGIN = '''\
"""Asset source for `tma`: $summary."""

from __future__ import annotations

import tma


@tma.hookimpl
def tma_plugin_info() -> tma.PluginInfo:
    """What this plugin says of itself."""
    return tma.PluginInfo(summary="$summary")


@tma.hookimpl
def tma_asset_sources() -> list[tma.Contribution]:
    """One source: `$plugin`."""
    return [
        tma.Contribution(
            "$plugin",
            "$module.source:Source",
            summary="$summary",
            version="$version",
            makes=$forms,
            config="tma:PackConfig",
        )
    ]
'''

SOURCE = '''\
"""The asset source; `pack/pack.json` says what it holds."""

from __future__ import annotations

from pathlib import Path

import tma


class Source(tma.AssetPack):
    """$summary."""

    folder = Path(__file__).parent / "pack"
'''

README = """\
# $distribution

$summary, an asset source for `tma`: $assets assets in $categories categories. Written by
`tma assets pack`.

```text
pip install .
tma assets show $plugin
tma generate --assets $plugin -n 20 --out tasks
```

Licence of the assets: $licences.
$outside"""

OUTSIDE = """
$count files lie outside the package, at `$root`. Another place, a folder or a URL, is set in
`tma.toml`:

```toml
[plugins.$plugin]
root = "$root"
```
"""

CHANGELOG = """\
# Changelog

## $version

- $assets assets in $categories categories.
"""

TEST = '''\
"""What was packed is what is read."""

from __future__ import annotations

import pytest

import tma
from $module.source import Source


@pytest.fixture(scope="session", name="source")
def _source() -> Source:
    return Source()


def test_the_taxonomy_holds(source: Source) -> None:
    inventory = source.inventory()
    assert len(tma.Catalogue(inventory).assets) == $assets
    assert inventory.licence != "NOASSERTION" or all(a.licence for a in inventory.assets)


def test_files_are_those_that_were_packed(source: Source) -> None:
    """Reading checks size and hash. Delete this where media outside can't be reached."""
    for asset in source.inventory().assets:
        for form, names in asset.forms.items():
            for name in names:
                assert source.read(asset, form, name)
'''

CONFTEST = '''\
"""Where the package is not installed, test its source."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

if find_spec("$module") is None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
'''
