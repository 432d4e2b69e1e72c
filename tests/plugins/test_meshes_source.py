"""The `meshes` asset source: a folder of meshes in four formats."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from PIL import Image

from tma import Asset, AssetError, Inventory
from tma_plugins.meshes.source import MeshesConfig, MeshesSource
from tma_plugins.tabletop.meshes import Mesh, load_mesh

MANIFEST = """
licence = "CC-BY-4.0"
origin = "https://example.org/pack"

[categories.container]
name = "container"

[categories."kitchen/coffee_mug"]
name = "mug"
synonyms = ["cup"]
parents = ["container", "kitchen"]

[attributes.color]
values = ["red", "blue", "crimson"]
overlaps = [["red", "crimson"]]

[meshes."kitchen/coffee_mug/a.glb"]
attributes = { color = ["red"], material = ["clay"] }
not_attributes = { material = ["wood"] }
yaws = [0, 90.5, 0]
symmetry = 1
licence = "CC0-1.0"

[meshes."b.stl"]
categories = ["container"]
symmetry = 0
"""


def source(root: Path, **settings: Any) -> MeshesSource:
    return MeshesSource(MeshesConfig(root=root, **settings))


def put(path: Path, mesh: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    mesh.export(path)
    return path


def box() -> Any:
    """1 wide, 2 along y, 3 along z."""
    return trimesh.creation.box((1, 2, 3))


@pytest.fixture(name="pack")
def _pack(tmp_path: Path) -> Path:
    root = tmp_path / "pack"
    put(root / "kitchen" / "coffee_mug" / "a.glb", box())
    put(root / "toy" / "ball.ply", trimesh.creation.icosphere(2))
    put(root / "toy" / "brick.obj", box())
    put(root / "b.stl", box())
    put(root / ".hidden" / "x.glb", box())
    (root / "toy" / "README.txt").write_text("not a mesh")
    (root / "assets.toml").write_text(MANIFEST)
    return root


@pytest.fixture(name="inventory")
def _inventory(pack: Path) -> Inventory:
    return source(pack).inventory()


def asset(inventory: Inventory, name: str) -> Asset:
    return next(a for a in inventory.assets if a.id == name)


# What there is


def test_folders_are_categories(inventory: Inventory) -> None:
    found = {c.id: (c.name, c.parents) for c in inventory.categories}
    assert found == {
        "container": ("container", ()),
        "kitchen": ("kitchen", ()),
        "kitchen/coffee_mug": ("mug", ("container", "kitchen")),
        "toy": ("toy", ()),
    }


def test_names_come_from_folders_where_nothing_is_said(tmp_path: Path) -> None:
    put(tmp_path / "garden_things" / "watering-can" / "1.glb", box())
    found = source(tmp_path).inventory()
    assert [(c.name, c.parents) for c in found.categories] == [
        ("garden things", ()),
        ("watering can", ("garden_things",)),
    ]
    assert found.assets[0].categories == ("garden_things/watering-can",)
    assert found.assets[0].solid.yaws == (0.0,)
    assert found.licence == "NOASSERTION"


def test_the_manifest_says_more(inventory: Inventory) -> None:
    assert [a.id for a in inventory.assets] == [
        "b.stl",
        "kitchen/coffee_mug/a.glb",
        "toy/ball.ply",
        "toy/brick.obj",
    ]
    mug = asset(inventory, "kitchen/coffee_mug/a.glb")
    assert mug.attributes == {"color": ("red",), "material": ("clay",)}
    assert mug.not_attributes == {"material": ("wood",)}
    assert (mug.solid.yaws, mug.solid.symmetry) == ((0.0, 90.5), 1)
    assert mug.forms == {"mesh": ("mesh",), "sticker": ("yaw0", "yaw90.5")}
    assert mug.licence == "CC0-1.0"
    assert asset(inventory, "b.stl").categories == ("container",)
    assert {t.name: t.values for t in inventory.attribute_types} == {
        "color": ("red", "blue", "crimson"),
        "material": ("clay", "wood"),
    }
    assert inventory.licence == "CC-BY-4.0"
    assert inventory.origin == "https://example.org/pack"


def test_the_same_in_json(pack: Path, inventory: Inventory) -> None:
    import tomllib

    (pack / "assets.json").write_text(json.dumps(tomllib.loads(MANIFEST)))
    with pytest.raises(AssetError, match=r"holds both assets.toml and assets.json"):
        source(pack).inventory()
    (pack / "assets.toml").unlink()
    assert source(pack).inventory() == inventory


# What is read


def _sides(mesh: Mesh) -> np.ndarray[Any, Any]:
    points = np.concatenate([s.vertices for s in mesh.surfaces])
    sides = np.ptp(points, axis=0)
    return np.asarray(sides / sides[0])


@pytest.mark.parametrize(
    ("name", "sides"),
    [
        ("kitchen/coffee_mug/a.glb", (1, 3, 2)),  # y up
        ("toy/brick.obj", (1, 3, 2)),
        ("b.stl", (1, 2, 3)),  # z up
    ],
)
def test_every_format_stands_upright(
    pack: Path, inventory: Inventory, name: str, sides: tuple[float, ...]
) -> None:
    mesh = load_mesh(source(pack).read(asset(inventory, name), "mesh", "mesh"), name)
    assert _sides(mesh) == pytest.approx(sides, abs=1e-5)
    assert mesh.faces == 12


def test_up_can_be_said(tmp_path: Path) -> None:
    for name in ("a.glb", "b.stl"):
        put(tmp_path / "box" / name, box())
    (tmp_path / "assets.toml").write_text(
        '[meshes]\n"box/a.glb" = { up = "z" }\n"box/b.stl" = { up = "y" }\n'
    )
    given = source(tmp_path)
    sides = [
        _sides(load_mesh(given.read(a, "mesh", "mesh"), a.id)) for a in given.inventory().assets
    ]
    assert sides[0] == pytest.approx([1, 2, 3], abs=1e-5)
    assert sides[1] == pytest.approx([1, 3, 2], abs=1e-5)


def test_files_without_normals_are_smooth_but_at_edges(pack: Path, inventory: Inventory) -> None:
    (ball,) = load_mesh(
        source(pack).read(asset(inventory, "toy/ball.ply"), "mesh", "mesh"), "ball"
    ).surfaces
    outward = ball.vertices - np.array([0, 0, 0.5])
    outward /= np.linalg.norm(outward, axis=1)[:, None]
    assert (np.einsum("ij,ij->i", ball.normals, outward) > 0.99).all()
    (brick,) = load_mesh(
        source(pack).read(asset(inventory, "b.stl"), "mesh", "mesh"), "brick"
    ).surfaces
    assert np.abs(brick.normals).max(axis=1) == pytest.approx(1, abs=1e-5)


def test_an_obj_brings_its_material_and_texture(tmp_path: Path) -> None:
    folder = tmp_path / "pack" / "cube"
    folder.mkdir(parents=True)
    Image.new("RGB", (4, 4), (200, 100, 50)).save(folder / "wood.png")
    (folder / "looks.mtl").write_text("newmtl a\nKd 1 1 1\nmap_Kd wood.png\nnewmtl b\nKd 0.5 0 0\n")
    (folder / "cube.obj").write_text(
        "mtllib looks.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nvt 0 0\nvt 1 0\nvt 0 1\n"
        "usemtl a\nf 1/1 2/2 3/3\nf 1/1 3/3 4/2\nusemtl b\nf 2/1 3/2 4/3\nf 1/1 2/2 4/3\n"
    )
    given = source(tmp_path / "pack")
    (cube,) = given.inventory().assets
    before = given.fingerprint(cube, "mesh", "mesh")
    surfaces = load_mesh(given.read(cube, "mesh", "mesh"), "cube").surfaces
    pictures = [s.texture for s in surfaces if s.texture is not None]
    assert [p[0, 0].tolist() for p in pictures] == [[200, 100, 50]]
    plain = next(s for s in surfaces if s.texture is None)
    assert plain.color[0] == pytest.approx(0.214, abs=0.01)  # 0.5 sRGB in linear light
    (folder / "notes.txt").write_text("of no mesh")
    (folder / "elsewhere.md").symlink_to(__file__)
    assert given.fingerprint(cube, "mesh", "mesh") == before
    Image.new("RGB", (4, 4), (0, 0, 0)).save(folder / "wood.png")
    textured = given.fingerprint(cube, "mesh", "mesh")
    assert textured != before
    with (folder / "looks.mtl").open("a") as file:
        file.write("bump -bm 0.2 ../bumps of wood.png\n")
    named = given.fingerprint(cube, "mesh", "mesh")
    Image.new("RGB", (4, 4)).save(tmp_path / "pack" / "bumps of wood.png")
    assert named != textured
    assert given.fingerprint(cube, "mesh", "mesh") != named
    (folder / "looks.mtl").write_text("map_Kd /etc/passwd\nmap_Kd ../../outside.png\nmap_Kd\n")
    (tmp_path / "outside.png").write_bytes(b"x")
    assert given.fingerprint(cube, "mesh", "mesh") != named


def test_stickers_are_cutouts_of_each_yaw(pack: Path, inventory: Inventory) -> None:
    mug = asset(inventory, "kitchen/coffee_mug/a.glb")
    given = source(pack, size=64)
    pictures = []
    for name in mug.forms["sticker"]:
        with Image.open(BytesIO(given.read(mug, "sticker", name))) as image:
            assert image.mode == "RGBA"
            assert max(image.size) == 64
            pictures.append(image.size)
    assert pictures[0] != pictures[1]
    assert given.fingerprint(mug, "mesh", "mesh") is None
    assert given.fingerprint(mug, "sticker", "yaw0") != given.fingerprint(mug, "sticker", "yaw90.5")
    with pytest.raises(AssetError, match="has no sticker 'yaw7'"):
        given.read(mug, "sticker", "yaw7")


def test_bytes_are_the_same_in_every_process(pack: Path) -> None:
    script = (
        "import hashlib, sys; from pathlib import Path\n"
        "from tma_plugins.meshes.source import *\n"
        "source = MeshesSource(MeshesConfig(root=Path(sys.argv[1]), size=48))\n"
        "for a in source.inventory().assets:\n"
        "    for form, names in a.forms.items():\n"
        "        for name in names:\n"
        "            print(a.id, name, hashlib.sha256(source.read(a, form, name)).hexdigest())\n"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", script, str(pack)],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) == 9


# Distrust


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("licence = 3", "assets.toml: licence: Input should be a valid string"),
        ("licence = ", "assets.toml: "),
        ("colour = 1", "assets.toml: colour: Extra inputs are not permitted"),
        ('[meshes."toy/ball.ply"]\nsymmetry = -1', "meshes.toy/ball.ply.symmetry: Input should be"),
        ('[meshes."toy/ball.ply"]\nyaws = [nan]', "meshes.toy/ball.ply.yaws.0: Input should be a"),
        ('[meshes."toy/ball.ply"]\nyaws = []', "meshes.toy/ball.ply.yaws: .* at least 1 item"),
        ('[meshes."toy/no.ply"]\nyaws = [0]', "assets.toml: meshes.toy/no.ply: no such file in"),
        ('[categories.toy]\nparents = ["thing"]', "categories.toy.parents: unknown category 'thi"),
        (
            '[meshes."toy/ball.ply"]\ncategories = ["ball"]',
            "meshes.toy/ball.ply.categories: unknown category 'ball'",
        ),
        (
            '[attributes.color]\nvalues = ["red"]\n[meshes."toy/ball.ply"]\n'
            'attributes.color = ["blue"]',
            "meshes.toy/ball.ply: 'blue' is not in attributes.color",
        ),
    ],
)
def test_a_wrong_manifest_is_one_line_with_file_and_field(
    pack: Path, text: str, message: str
) -> None:
    (pack / "b.stl").unlink()
    (pack / "assets.toml").write_text(text)
    with pytest.raises(AssetError, match=message) as error:
        source(pack).inventory()
    assert error.value.message.startswith(str(pack))
    assert "\n" not in str(error.value)


def test_folders_without_sense(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="nowhere: no such folder"):
        source(tmp_path / "nowhere").inventory()
    with pytest.raises(AssetError, match="holds no mesh"):
        source(tmp_path).inventory()
    put(tmp_path / "stray.glb", box())
    with pytest.raises(AssetError, match=r"stray\.glb: lies in no category's folder"):
        source(tmp_path).inventory()


def _flat() -> Any:
    return trimesh.Trimesh([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 2]])


def _write(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "make", "message"),
    [
        ("a.glb", _write(b""), "is not a GLB file"),
        ("a.stl", _write(b""), "is a broken STL file|has no faces"),
        ("a.ply", _write(b"ply\nformat ascii 1.0\n"), "is a broken PLY file"),
        ("a.obj", _write(b"nothing here\n"), "has no faces"),
        ("a.obj", _write(b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9\n"), "is a broken OBJ file"),
        ("a.obj", _write(b"v 0 0 0\nv nan 0 0\nv 0 1 0\nf 1 2 3\n"), "not finite|no faces"),
        ("a.obj", lambda path: _flat().export(path), "has no volume: it is flat along"),
        ("a.stl", lambda path: _flat().export(path), "has no volume: it is flat along"),
        (
            "a.obj",
            _write(b"mtllib ../../../secret.mtl\nv 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\n"
                   b"f 1 2 3\nf 1 2 4\nf 2 3 4\n"),
            r"refers to '../../../secret.mtl', outside",
        ),
        (
            "a.obj",
            _write(b"mtllib /etc/passwd\nv 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\n"
                   b"f 1 2 3\nf 1 2 4\nf 2 3 4\n"),
            r"refers to '/etc/passwd', outside",
        ),
    ],
)  # fmt: skip
def test_bad_meshes_are_one_line_with_the_file(
    tmp_path: Path, name: str, make: Callable[[Path], object], message: str
) -> None:
    (tmp_path / "secret.mtl").write_text("newmtl a\n")
    path = tmp_path / "pack" / "thing" / name
    path.parent.mkdir(parents=True)
    make(path)
    given = source(tmp_path / "pack")
    (thing,) = given.inventory().assets
    with pytest.raises(AssetError, match=message) as error:
        given.read(thing, "mesh", "mesh")
    assert error.value.message.startswith(str(path))
    assert "\n" not in str(error.value)


def test_links_do_not_lead_out(tmp_path: Path) -> None:
    outside = put(tmp_path / "outside.glb", box())
    folder = tmp_path / "pack" / "thing"
    folder.mkdir(parents=True)
    (folder / "a.glb").symlink_to(outside)
    given = source(tmp_path / "pack")
    with pytest.raises(AssetError, match=r"a.glb: leads out of"):
        given.read(given.inventory().assets[0], "mesh", "mesh")


def test_missing_files_are_named(pack: Path, inventory: Inventory) -> None:
    (pack / "toy" / "ball.ply").unlink()
    with pytest.raises(AssetError, match=r"toy/ball.ply: No such file"):
        source(pack).read(asset(inventory, "toy/ball.ply"), "mesh", "mesh")


# Pictures, and a taxonomy of more than the folder


def picture(path: Path, size: tuple[int, int] = (8, 8)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGBA", size, (200, 30, 30, 255)).save(path)
    return path


def test_pngs_are_assets_of_one_picture(tmp_path: Path) -> None:
    file = picture(tmp_path / "toy" / "ball" / "1.png")
    found = source(tmp_path)
    (ball,) = found.inventory().assets
    assert (ball.id, ball.categories) == ("toy/ball/1.png", ("toy/ball",))
    assert ball.forms == {"sticker": ("picture",)}
    assert found.read(ball, "sticker", "picture") == file.read_bytes()
    assert found.fingerprint(ball, "sticker", "picture") is None


def test_pictures_that_belong_to_something_else_are_no_assets(tmp_path: Path) -> None:
    """Textures beside an OBJ file, the stickers of a mesh, a contact sheet at the top."""
    put(tmp_path / "toy" / "brick.obj", box())
    picture(tmp_path / "toy" / "wood.png")
    put(tmp_path / "cup" / "1.glb", box())
    shown = picture(tmp_path / "cup" / "1.png")
    picture(tmp_path / "cup" / "2.png")
    picture(tmp_path / "sheet.png")
    (tmp_path / "assets.toml").write_text('[meshes."cup/1.glb"]\nstickers = ["cup/1.png"]')
    found = source(tmp_path)
    inventory = found.inventory()
    assert [a.id for a in inventory.assets] == ["cup/1.glb", "cup/2.png", "toy/brick.obj"]
    cup = inventory.assets[0]
    assert cup.forms == {"mesh": ("mesh",), "sticker": ("cup/1.png",)}
    assert found.read(cup, "sticker", "cup/1.png") == shown.read_bytes()
    (tmp_path / "assets.toml").write_text(
        '[stickers."toy/wood.png"]\nattributes = { material = ["wood"] }'
    )
    wood = asset(source(tmp_path).inventory(), "toy/wood.png")
    assert wood.attributes == {"material": ("wood",)}


TAXONOMY = """
[categories.tool]
lookalikes = ["toy"]
[categories.hammer]
parents = ["tool"]
synonyms = ["mallet"]
[categories.toy]
[categories.unused]
"""


def test_categories_are_placed_in_a_taxonomy(tmp_path: Path) -> None:
    """What stands above comes with them, what does not is left out."""
    picture(tmp_path / "hammer" / "1.png")
    picture(tmp_path / "bolts" / "1.png")
    (tmp_path / "taxonomy.toml").write_text(TAXONOMY)
    (tmp_path / "assets.toml").write_text('[categories.bolts]\nname = "bolt"\nparents = ["tool"]')
    found = {c.id: c for c in source(tmp_path).inventory().categories}
    assert list(found) == ["bolts", "hammer", "tool"]
    assert (found["bolts"].name, found["bolts"].parents) == ("bolt", ("tool",))
    assert (found["hammer"].synonyms, found["hammer"].parents) == (("mallet",), ("tool",))
    assert found["tool"].lookalikes == ()


def test_a_file_may_name_a_category_of_the_taxonomy(tmp_path: Path) -> None:
    picture(tmp_path / "a" / "1.png")
    (tmp_path / "taxonomy.json").write_text('{"categories": {"hammer": {"name": "claw hammer"}}}')
    (tmp_path / "assets.toml").write_text('[stickers."a/1.png"]\ncategories = ["hammer"]')
    found = source(tmp_path).inventory()
    assert {c.id: c.name for c in found.categories} == {"a": "a", "hammer": "claw hammer"}
    assert found.assets[0].categories == ("hammer",)


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ('[stickers."a/2.png"]', "stickers.a/2.png: no such file in"),
        ('[stickers."../b.png"]', r"stickers.\.\./b.png: no such file in"),
        ('[meshes."a/1.glb"]\nstickers = ["/etc/x.png"]', "meshes.a/1.glb.stickers: no such file"),
        ('[stickers."a/1.png"]\nyaws = [0]', "stickers.a/1.png.yaws: Extra inputs"),
        ('[stickers."a/1.png"]\ncategories = ["c"]', "stickers.a/1.png.categories: unknown"),
    ],
)
def test_wrong_words_about_pictures(tmp_path: Path, manifest: str, message: str) -> None:
    picture(tmp_path / "a" / "1.png")
    picture(tmp_path / "b.png")
    put(tmp_path / "a" / "1.glb", box())
    (tmp_path / "assets.toml").write_text(manifest)
    with pytest.raises(AssetError, match=f"assets.toml: {message}"):
        source(tmp_path).inventory()


def test_bad_pictures_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.png").write_bytes(b"GIF89a")
    picture(tmp_path / "a" / "2.png", (70, 60))
    secret = picture(tmp_path.parent / f"{tmp_path.name}.png")
    (tmp_path / "a" / "3.png").symlink_to(secret)
    found = source(tmp_path)
    one, two, three = found.inventory().assets

    def refused(asset: Asset, why: str) -> None:
        with pytest.raises(AssetError, match=why):
            found.read(asset, "sticker", "picture")

    refused(one, "1.png: is not a PNG")
    refused(three, "3.png: leads out of")
    monkeypatch.setenv("TMA_LIMITS_SIDE", "69")
    refused(two, "2.png: is 70 x 60 pixels; at most 69 a side")
    monkeypatch.setenv("TMA_LIMITS_SIDE", "70")
    assert found.read(two, "sticker", "picture")
    monkeypatch.setenv("TMA_LIMITS_BYTES", "20")
    refused(two, r"2.png: has \d+ bytes; at most 20 are read")
