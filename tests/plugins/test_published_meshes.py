"""The families about tables on the published catalogue, with a stand-in for each object's mesh."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tma.generate import Order, generate
from tma.registry import default_registry
from tma.taskset import TaskSet
from tma.verify import verify
from tma_plugins.objaverse.layout import load
from tma_plugins.objects.source import ObjectsSource, Settings

FAMILIES = ("tabletop3d/*?width=192&height=192", "video3d/*?frames=8&width=128&height=128")


@pytest.fixture(scope="module", name="published")
def _published(annotations: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published annotations beside meshes: a teapot, a car, ... by any other name."""
    root = tmp_path_factory.mktemp("published")
    for file in annotations.iterdir():
        (root / file.name).symlink_to(file)
    folder = root / "3d_assets" / "objects"
    folder.mkdir(parents=True)
    source = ObjectsSource(Settings(variants=1))
    meshes = {a.id: a for a in source.inventory().assets}
    models = []
    for name in ("teapot-0", "car-0", "telephone-0", "boot-0", "alarm-clock-0", "treasure-chest-0"):
        models.append(root / f"{name}.glb")
        models[-1].write_bytes(source.read(meshes[name], "mesh", meshes[name].forms["mesh"][0]))
    for number, thing in enumerate(load(annotations).things):
        (folder / f"{thing.id}.glb").symlink_to(models[number % len(models)])
    return root


@pytest.mark.slow
def test_every_kind_of_question_is_shown(published: Path, tmp_path: Path) -> None:
    registry = default_registry()
    order = Order(f"objaverse?root={published}", FAMILIES, n=34, seed=2)
    summary = generate(order, tmp_path / "set", registry, workers=1)
    assert set(summary.made.values()) == {2}
    assert len(summary.made) == 17
    tasks = TaskSet.open(tmp_path / "set")
    shown = Counter(t.media.media_type for t in tasks.tasks() if t.media is not None)
    assert shown == {"image/png": 22, "video/mp4": 12}
    report = verify(tasks, order.bench(registry), render=4)
    assert report.ok, (report.unsound, report.irreproducible)
    assert report.rendered == 4
