"""Speed and memory of the renderers of tabletop scenes, as ratios in one run.

The bare renderer is `pyrender.OffscreenRenderer.render` with spot shadows on the same scene: its
picture alone, with no report, no PNG, and nothing to load.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from tma import Camera, Motion, Standing, Tabletop, TabletopVideo
from tma.assets import OpenAssets
from tma.config import cache_dir
from tma.registry import Registry
from tma.workbench import Workbench
from tma_plugins.glrender.compat import open_context
from tma_plugins.glrender.optics import lamps_of
from tma_plugins.glrender.painter import Item, painting
from tma_plugins.glrender.renderer import GlRenderer
from tma_plugins.raycast.renderer import RaycastRenderer
from tma_plugins.tabletop.meshes import Surface, load_mesh
from tma_plugins.tabletop.props import standing_place
from tma_plugins.tabletop.seen import report
from tma_plugins.tabletop.stage import table_surface
from tma_plugins.tabletop.staging import draw_stage
from tma_plugins.tabletop.surfaces import surface_texture
from tma_plugins.tabletop.video import encode_mp4

CYCLES = 7.1
"""Seconds of Blender's Cycles for such a picture at 16 samples, as in the design notes."""
PUBLISHED_VIDEO = 60.0
"""Seconds of the published engine for a video, as in the design notes."""


class Cost(NamedTuple):
    """Medians of seconds: by the clock, and of all the process's threads."""

    wall: float
    cpu: float


def measure(work: Callable[[], object], times: int = 7) -> Cost:
    """What some work costs after it was done once."""
    work()
    walls, cpus = [], []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Cost(median(walls), median(cpus))


def say(what: str, cost: Cost, against: str = "") -> None:
    """Print a line of the table."""
    print(f"{what:<46} {cost.wall:7.3f} s  {cost.cpu:7.3f} s CPU  {against}", flush=True)


# -- scenes -----------------------------------------------------------------------------------


def open_assets(source: str | None) -> OpenAssets:
    """The assets of a specification, with the user's cache."""
    return OpenAssets(Registry(), source, cache_dir())


def scene_of(assets: OpenAssets, seed: int, kind: type, grid: int, side: int, **more: Any) -> Any:
    """A full grid of random objects, dressed as tasks dress theirs."""
    rng = np.random.default_rng(seed)
    choice = [a for a in assets.inventory.assets if a.forms.get("mesh")]
    objects = []
    for n in range(grid * grid):
        asset = choice[int(rng.integers(len(choice)))]
        x, y = n % grid - (grid - 1) / 2, (grid - 1) / 2 - n // grid
        moves = Motion(turn=180.0) if n % 2 else Motion(shift=(0.3, 0.3))
        objects.append(
            Standing(
                row=n // grid,
                column=n % grid,
                asset=asset.id,
                mesh=asset.forms["mesh"][0],
                position=(x, y),
                size=float(rng.uniform(0.6, 0.8)),
                yaw=float(rng.uniform(-40, 40)),
                motion=moves if kind is TabletopVideo else None,
            )
        )
    camera = Camera(elevation=34, distance=2.6 + 1.2 * grid, fov=34)
    stage = draw_stage(rng, camera)._asdict()
    return kind(grid=grid, objects=objects, width=side, height=side, **stage, **more)


# -- the bare renderer ------------------------------------------------------------------------


def bare_scene(scene: Tabletop, assets: OpenAssets) -> Any:
    """The same scene as pyrender's own."""
    import pyrender

    found = pyrender.Scene(ambient_light=[scene.ambient] * 3, bg_color=[0.9, 0.9, 0.95, 1.0])
    for standing in scene.objects:
        mesh = load_mesh(assets.read(standing.asset, "mesh", standing.mesh), standing.asset)
        primitives = [_primitive(s) for s in mesh.surfaces]
        found.add(pyrender.Mesh(primitives), pose=standing_place(standing, 0.0))
    texture = surface_texture(scene.table.surface, scene.table.seed, 512)
    found.add(pyrender.Mesh([_primitive(table_surface(scene.table, texture))]))
    for light in scene.lights:
        kinds = {
            "spot": pyrender.SpotLight,
            "point": pyrender.PointLight,
            "sun": pyrender.DirectionalLight,
        }
        away = np.array(light.position) - np.array(light.target)
        reach = float(np.linalg.norm(away)) if light.kind != "sun" else 1.0
        lamp = kinds[light.kind](intensity=light.intensity * np.pi * reach**2)
        found.add(lamp, pose=_pose(np.array(light.position), away))
    camera = scene.camera
    angle = np.radians(camera.elevation)
    backwards = np.array([0, -np.cos(angle), np.sin(angle)])
    seen = pyrender.PerspectiveCamera(yfov=np.radians(camera.fov), znear=0.05, zfar=200.0)
    found.add(seen, pose=_pose(np.array(camera.position), backwards))
    return found


def _primitive(surface: Surface) -> Any:
    import pyrender

    texture: Any = None
    uv: Any = surface.uv
    if surface.texture is not None and uv is not None:
        full = np.full((*surface.texture.shape[:2], 4), 255, np.uint8)
        full[..., : surface.texture.shape[2]] = surface.texture
        texture = pyrender.Texture(source=full, source_channels="RGBA")
        uv = uv * [1, -1] + [0, 1]
    material = pyrender.MetallicRoughnessMaterial(
        baseColorFactor=np.array(surface.color),
        metallicFactor=surface.metallic,
        roughnessFactor=surface.roughness,
        baseColorTexture=texture,
        alphaMode=surface.alpha,
    )
    return pyrender.Primitive(
        positions=surface.vertices,
        normals=surface.normals,
        texcoord_0=uv,
        color_0=surface.colors,
        indices=surface.faces,
        material=material,
    )


def _pose(place: Any, backwards: Any) -> Any:
    pose = np.eye(4)
    back = backwards / np.linalg.norm(backwards)
    side = np.cross((0, 0, 1) if abs(back[2]) < 0.95 else (0, 1, 0), back)
    side /= np.linalg.norm(side)
    pose[:3, 0], pose[:3, 1], pose[:3, 2], pose[:3, 3] = side, np.cross(back, side), back, place
    return pose


# -- what is measured -------------------------------------------------------------------------


def pictures(assets: OpenAssets, seed: int) -> None:
    """A picture by each renderer, beside the bare one."""
    import pyrender

    scene = scene_of(assets, seed, Tabletop, 3, 512)
    bare, found = open_context(), bare_scene(scene, assets)
    bare.viewport_width = bare.viewport_height = 512

    def plain() -> None:
        bare.render(found, pyrender.RenderFlags.SHADOWS_SPOT)

    ours, rays = GlRenderer(), RaycastRenderer()
    print("picture, 512 x 512, 9 objects, shadows")
    base = measure(plain)
    say("  bare OffscreenRenderer.render", base)
    cost = measure(lambda: ours.render(scene, assets))
    say("  pyrender: picture, report, PNG", cost, f"{cost.cpu / base.cpu:.2f}x bare (at most 2)")
    print(f"{'':<46} Cycles' {CYCLES} s: {CYCLES / cost.wall:.0f}x faster (at least 25)")
    cost = measure(lambda: rays.render(scene, assets), 3)
    say("  raycast: picture, report, PNG", cost, f"{cost.cpu / base.cpu:.1f}x bare")
    bare.delete()


def videos(assets: OpenAssets, seed: int) -> None:
    """A video by each renderer, and what its encoding costs."""
    film = scene_of(assets, seed, TabletopVideo, 2, 224)
    print("video, 224 x 224, 16 frames, 4 moving objects, shadows")
    ours = GlRenderer()
    cost = measure(lambda: ours.render(film, assets), 5)
    say(
        "  pyrender: frames, report, MP4", cost, f"{PUBLISHED_VIDEO / cost.wall:.0f}x the published"
    )
    noise = [np.random.default_rng(n).integers(0, 255, (28, 28, 3), np.uint8) for n in range(16)]
    frames = [np.kron(f, np.ones((8, 8, 1), np.uint8)) for f in noise]
    say("  of it, about: encode_mp4", measure(lambda: encode_mp4(frames, 4.0)))
    cost = measure(lambda: RaycastRenderer().render(film, assets), 1)
    say("  raycast: frames, report, MP4", cost)


_HELD: dict[str, Any] = {}


def _open(source: str | None) -> None:
    _HELD["assets"] = open_assets(source)
    _HELD["renderer"] = GlRenderer()
    _draw(0)


def _draw(seed: int) -> tuple[str, float]:
    scene = scene_of(_HELD["assets"], seed % 8, Tabletop, 3, 512)
    start = time.process_time()
    data = _HELD["renderer"].render(scene, _HELD["assets"]).data
    return hashlib.sha256(data).hexdigest(), time.process_time() - start


def workers(source: str | None, count: int) -> None:
    """Pictures a second by one and by two processes, which are warm.

    On a busy machine the ratio says little; that a picture costs no more processor time in two
    processes than in one says that they don't hinder each other.
    """
    print("workers, 512 x 512, 9 objects")
    rates: dict[int, float] = {}
    results: list[list[tuple[str, float]]] = []
    for number in (1, 2):
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(number, context, _open, (source,)) as pool:
            list(pool.map(_draw, range(8 * number)))  # everybody is awake
            start = time.perf_counter()
            results.append(list(pool.map(_draw, range(count))))
            rates[number] = count / (time.perf_counter() - start)
        ratio = f"{rates[number] / rates[1]:.2f}x one (at least 1.7)" if number > 1 else ""
        each = sum(cpu for _, cpu in results[-1]) / count
        print(
            f"  {number} process(es): {rates[number]:.2f} pictures a second, "
            f"{each:.3f} s CPU each  {ratio}",
            flush=True,
        )
    one, two = ([name for name, _ in found] for found in results)
    print(f"  the same bytes: {'yes' if one == two else 'NO'}")


def leaks(assets: OpenAssets, count: int) -> None:
    """Memory in the course of many pictures of ever other objects."""
    print(f"memory in the course of {count} pictures, 128 x 128, and a video in ten of them")
    ours = GlRenderer()
    with painting() as painter:
        painter.shelf._limit = 64 * 2**20  # so that eviction is the rule
    for done in range(1, count + 1):
        ours.render(scene_of(assets, done, Tabletop, 2, 128 + 16 * (done % 3)), assets)
        if done % 10 == 0:
            film = scene_of(assets, done, TabletopVideo, 2, 64, frames=4)
            ours.render(film, assets)
        if done % (count // 8) == 0:
            with painting() as painter:
                held = painter.shelf.held / 2**20
            print(
                f"  after {done:>5}: {_resident():6.0f} MB, {held:.0f} MB of them kept", flush=True
            )


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def replay(source: str | None, count: int) -> None:
    """The same tasks again, from the media cache."""
    with tempfile.TemporaryDirectory() as folder:
        rates = []
        for _ in range(2):
            bench = Workbench(Registry(), assets=source, tasks=["tabletop3d/*"], cache=Path(folder))
            tasks = _tasks(bench, count)
            wall, cpu = time.perf_counter(), time.process_time()
            for task in tasks:
                bench.media_file(task)
            rates.append(
                (count / (time.perf_counter() - wall), count / (time.process_time() - cpu))
            )
    (first, _), (again, unhindered) = rates
    print(
        f"{count} tasks' pictures: {first:.1f} a second, again {again:.0f} a second, "
        f"{unhindered:.0f} a second of processor time (at least 500)"
    )


def _tasks(bench: Workbench, count: int) -> Sequence[Any]:
    from tma.errors import Infeasible

    rng = np.random.default_rng(0)
    found: list[Any] = []
    while len(found) < count:
        plan = bench.space[int(rng.integers(bench.space.size))]
        try:
            found.append(bench.instance(plan, 0))
        except Infeasible:
            continue
    return found


def parts(assets: OpenAssets, seed: int) -> None:
    """What the parts of a picture cost."""
    from tma_plugins.glrender.alone import count_alone
    from tma_plugins.glrender.renderer import _Show
    from tma_plugins.glrender.settings import GlSettings

    scene = scene_of(assets, seed, Tabletop, 3, 512)
    size = 512, 512
    with painting() as painter:
        show = _Show(painter, scene, assets, GlSettings())
        items = [show._item(p, m, 0) for p, m in zip(show._props, show._models, strict=True)]
        assert show._slab is not None
        everything = [*items, Item(show._slab, np.eye(4), 0, np.inf)]
        light = lamps_of(scene, True), scene.ambient, True
        say("  shadow maps", measure(lambda: painter.shades(light[0], items, 1024)))
        draw = lambda: painter.picture(show._view, size, everything, light, show._rows)  # noqa: E731
        say("  colours", measure(draw))
        say("  owners", measure(lambda: painter.owners(show._wide, size, everything)))
        say(
            "  alone", measure(lambda: count_alone(painter, show._wide, size, [[i] for i in items]))
        )
        frame = show.frame(0)
        say("  report", measure(lambda: report([frame])))
        show.close()


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", help="asset source with meshes; the embedded one by default")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--pictures", type=int, default=2000, help="of the leak test")
    parser.add_argument(
        "--only", choices=("pictures", "videos", "parts", "workers", "leaks", "replay")
    )
    asked = parser.parse_args()
    assets = open_assets(asked.assets)
    work: dict[str, Callable[[], None]] = {
        "pictures": lambda: pictures(assets, asked.seed),
        "parts": lambda: parts(assets, asked.seed),
        "videos": lambda: videos(assets, asked.seed),
        "workers": lambda: workers(asked.assets, 48),
        "replay": lambda: replay(asked.assets, 100),
        "leaks": lambda: leaks(assets, asked.pictures),
    }
    for name, run in work.items():
        if asked.only in (None, name):
            run()


if __name__ == "__main__":
    main()
