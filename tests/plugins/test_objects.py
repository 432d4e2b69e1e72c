from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from collections import Counter, defaultdict

import numpy as np
import pytest
import trimesh
from PIL import Image

from tma import Asset, AssetError, Inventory
from tma_plugins.objects.build import build
from tma_plugins.objects.kit import MATERIALS, PATTERNS, Kind
from tma_plugins.objects.library import kinds
from tma_plugins.objects.palette import COLOURS
from tma_plugins.objects.source import VIEWS, ObjectsSource, Settings, mesh
from tma_plugins.objects.textures import FINISHES
from tma_plugins.objects.variants import _UNCLEAR, look, maker
from tma_plugins.raycast.stills import render_cutout

_MOST_FACES = 10_000
_MOST_DRAWS = 4
_KINDS = {kind.id: kind for kind in kinds()}


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return ObjectsSource(Settings()).inventory()


def _asset(inventory: Inventory, asset_id: str) -> Asset:
    return next(asset for asset in inventory.assets if asset.id == asset_id)


def test_it_holds_what_is_promised(inventory: Inventory) -> None:
    parents = {parent for category in inventory.categories for parent in category.parents}
    types = {kind.name: kind.values for kind in inventory.attribute_types}
    assert len(_KINDS) >= 80
    assert len(parents) >= 15
    assert len(inventory.assets) == 12 * len(_KINDS)
    assert types["color"] == tuple(COLOURS)
    assert types["material"] == MATERIALS
    assert types["pattern"] == PATTERNS
    assert len(types["shape"]) >= 4
    assert inventory.licence == "CC0-1.0"
    several = [c for c in inventory.categories if len(c.parents) > 1]
    assert len(several) >= 10


def test_references_resolve_and_names_are_unique(inventory: Inventory) -> None:
    known = {category.id for category in inventory.categories}
    names = Counter(n.casefold() for c in inventory.categories for n in (c.name, *c.synonyms))
    assert len(known) == len(inventory.categories)
    assert not [name for name, count in names.items() if count > 1]
    for category in inventory.categories:
        assert {*category.parents, *category.lookalikes} <= known, category.id
        assert category.id not in category.lookalikes
    assert len({asset.id for asset in inventory.assets}) == len(inventory.assets)
    types = {kind.name: set(kind.values) for kind in inventory.attribute_types}
    for asset in inventory.assets:
        assert set(asset.categories) <= known
        assert all(set(values) <= types[kind] for kind, values in asset.attributes.items())


def test_every_parent_is_general_and_says_enough(inventory: Inventory) -> None:
    below: dict[str, set[str]] = defaultdict(set)
    for category in inventory.categories:
        for parent in category.parents:
            below[parent].add(category.id)
    assert not [parent for parent, children in below.items() if len(children) < 2]


@pytest.mark.parametrize("kind", _KINDS.values(), ids=_KINDS)
def test_values_are_spread_evenly_and_make_sense(kind: Kind) -> None:
    seen = [look(kind, number) for number in range(2 * len(kind.colors))]
    assert set(Counter(s.color for s in seen).values()) == {2}
    assert {s.material for s in seen} <= {*kind.materials, ""}
    assert bool(kind.materials) == all(s.material for s in seen)
    for s in seen:
        assert (s.color, s.material) not in _UNCLEAR
        assert s.pattern in (kind.patterns or ("plain",))
        assert s.pattern == "plain" or not FINISHES[s.material].plain
    assert set(kind.views) <= set(VIEWS)
    assert set(kind.materials) <= set(MATERIALS)
    assert set(kind.patterns) <= set(PATTERNS)
    assert set(kind.colors) <= set(COLOURS)


def test_materials_and_patterns_are_spread_over_the_library(inventory: Inventory) -> None:
    for name, values in (("material", MATERIALS), ("pattern", PATTERNS), ("color", COLOURS)):
        counts = Counter(v for asset in inventory.assets for v in asset.attributes.get(name, ()))
        assert set(counts) == set(values)
        assert min(counts.values()) >= 20, counts


def test_more_variants_change_none_that_there_were() -> None:
    few, many = (ObjectsSource(Settings(variants=n)).inventory() for n in (3, 30))
    by_id = {asset.id: asset for asset in many.assets}
    assert all(by_id[asset.id] == asset for asset in few.assets)


@pytest.mark.parametrize("kind", _KINDS.values(), ids=_KINDS)
def test_objects_are_sound(kind: Kind) -> None:
    for number in (0, 5):
        seen = look(kind, number)
        parts = list(kind.make(maker(kind, number, seen)))
        assert any(part.role == "body" for part in parts)
        for place, part in enumerate(parts):
            closed = trimesh.Trimesh(part.vertices, part.faces, process=False)
            if part.solid:
                assert closed.is_watertight, (place, part.role)
                assert closed.volume > 0, (place, part.role)
        assert sum(len(part.faces) for part in parts) < _MOST_FACES


@pytest.mark.parametrize("kind", _KINDS.values(), ids=_KINDS)
def test_meshes_are_normalised_files(kind: Kind) -> None:
    data = mesh(kind, 1)
    assert len(data) < 500_000
    scene = trimesh.load_scene(io.BytesIO(data), file_type="glb", process=False)
    assert 1 <= len(scene.geometry) <= _MOST_DRAWS
    points = np.concatenate([g.vertices for g in scene.geometry.values()])
    low, high = points.min(axis=0), points.max(axis=0)
    assert low[1] == pytest.approx(0, abs=1e-6)
    assert (low + high)[[0, 2]] == pytest.approx([0, 0], abs=1e-6)
    across = 2 * np.hypot(points[:, 0], points[:, 2]).max()
    assert max(high[1], across) == pytest.approx(1, abs=1e-5)
    for geometry in scene.geometry.values():
        normals, uv = geometry.vertex_normals, geometry.visual.uv
        assert np.isfinite(normals).all()
        assert np.isfinite(uv).all()
        assert np.linalg.norm(normals, axis=1) == pytest.approx(1, abs=1e-4)
        of_faces = normals[geometry.faces].sum(axis=1)
        outward = (of_faces * geometry.face_normals).sum(axis=1)
        assert (outward > 0).mean() > 0.99


@pytest.mark.parametrize("name", [name for name, kind in _KINDS.items() if kind.symmetry == 0])
def test_what_is_said_to_be_round_is_round(name: str) -> None:
    kind = _KINDS[name]
    parts = kind.make(maker(kind, 2, look(kind, 2)))
    points = np.concatenate([part.vertices for part in parts if part.role == "body"])
    low, high = points.min(axis=0), points.max(axis=0)
    size = np.ptp(points, axis=0).max()
    assert high[0] - low[0] == pytest.approx(high[2] - low[2], rel=0.1)
    assert (low + high)[[0, 2]] / size == pytest.approx([0, 0], abs=0.1)


def test_the_inventory_makes_no_mesh(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> bytes:
        raise AssertionError("a mesh was made")

    monkeypatch.setattr("tma_plugins.objects.source.build", never)
    ObjectsSource(Settings()).inventory()


_PROBE = """
import hashlib, sys
from tma_plugins.objects.library import kinds
from tma_plugins.objects.source import ObjectsSource, Settings, mesh
source = ObjectsSource(Settings())
print(hashlib.sha256(source.inventory().model_dump_json().encode()).hexdigest())
by_id = {kind.id: kind for kind in kinds()}
for kind in list(by_id.values())[::9]:
    print(kind.id, hashlib.sha256(mesh(kind, 3)).hexdigest())
assert "trimesh" not in sys.modules
"""


def test_bytes_are_equal_in_every_process() -> None:
    def run(seed: str) -> str:
        env = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.run(
            [sys.executable, "-c", _PROBE], env=env, capture_output=True, text=True, check=True
        ).stdout

    there = run("1")
    assert there == run("2")
    here = ObjectsSource(Settings()).inventory().model_dump_json().encode()
    assert hashlib.sha256(here).hexdigest() == there.splitlines()[0]
    first = next(iter(_KINDS.values()))
    assert hashlib.sha256(mesh(first, 3)).hexdigest() == there.splitlines()[1].split()[1]


def test_variants_of_a_category_differ_in_shape() -> None:
    for kind in list(_KINDS.values())[::7]:
        shapes = set()
        for number in range(4):
            parts = list(kind.make(maker(kind, number, look(kind, 0))))
            shapes.add(np.concatenate([p.vertices for p in parts]).round(6).tobytes())
        assert len(shapes) == 4, kind.id


def test_stickers_are_cut_out(inventory: Inventory) -> None:
    source = ObjectsSource(Settings())
    asset = _asset(inventory, "mug-2")
    for view in asset.forms["sticker"]:
        data = source.read(asset, "sticker", view)
        assert data == source.read(asset, "sticker", view)
        image = Image.open(io.BytesIO(data))
        alpha = np.asarray(image)[..., 3]
        assert max(image.size) == 224
        assert 0.2 < (alpha > 200).mean() < 0.95
        assert alpha.min() == 0
    assert len({source.read(asset, "sticker", v) for v in asset.forms["sticker"]}) == 2


def test_fingerprints_tell_apart_what_is_made(inventory: Inventory) -> None:
    source = ObjectsSource(Settings())
    uses = [
        (asset, form, name)
        for asset in inventory.assets[:24]
        for form, names in asset.forms.items()
        for name in names
    ]
    assert len({source.fingerprint(*use) for use in uses}) == len(uses)


def test_what_there_is_not_is_refused(inventory: Inventory) -> None:
    source = ObjectsSource(Settings())
    asset = inventory.assets[0]
    with pytest.raises(AssetError, match="has no sticker 'below'"):
        source.read(asset, "sticker", "below")
    stranger = asset.model_copy(update={"id": "gizmo-1"})
    with pytest.raises(AssetError, match="makes no such object"):
        source.read(stranger, "mesh", "mesh")


@pytest.mark.parametrize("kind", _KINDS.values(), ids=_KINDS)
def test_most_of_what_is_seen_has_the_colour_that_is_stated(kind: Kind) -> None:
    """Painted red where the asset's colour goes and blue elsewhere, an object looks red."""
    seen = look(kind, 0)
    parts = [
        part.paint("#ff0000" if part.role in ("body", "trim", "accent") else "#0000ff")
        for part in kind.make(maker(kind, 0, seen))
    ]
    yaw, elevation = VIEWS[kind.views[0]]
    data = render_cutout(build(parts, seen), yaw=yaw, elevation=elevation, size=64)
    red, _, blue, alpha = np.moveaxis(np.asarray(Image.open(io.BytesIO(data)), dtype=float), 2, 0)
    assert (red > blue)[alpha > 128].mean() > 0.5


def test_streaks_and_specks_are_not_said_to_be_plain(inventory: Inventory) -> None:
    glass = [a for a in inventory.assets if a.attributes.get("material") == ("glass",)]
    vessels = [a for a in glass if a.categories[0] in ("mug", "vase", "bowl", "bottle", "jar")]
    assert vessels
    for asset in vessels:
        assert "pattern" not in asset.attributes
        assert asset.not_attributes == {"pattern": ("dotted", "checked")}
