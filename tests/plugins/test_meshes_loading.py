"""The loader that all renderers of tabletop scenes share."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
import trimesh
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from trimesh.visual.material import PBRMaterial

from tma import AssetError
from tma_plugins.tabletop.circle import smallest_circle
from tma_plugins.tabletop.meshes import Limits, Mesh, MeshCache, load_mesh

CORNERS = np.array([[0, 0, 0], [2, 0, 0], [0, 4, 0], [0, 0, 2]], np.float32)
FACES = np.array([[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]], np.uint16)

Document = dict[str, Any]


def pack(document: Document, data: bytes) -> bytes:
    """A GLB of a document and its binary chunk."""
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    data += b"\0" * (-len(data) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text
    chunks += struct.pack("<II", len(data), 0x004E4942) + data
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def tetrahedron(
    corners: Any = CORNERS, faces: Any = FACES, **changes: object
) -> tuple[Document, bytes]:
    """A document of one node with one mesh, and its bytes."""
    points, order = np.asarray(corners, np.float32), np.asarray(faces, np.uint16)
    data = points.tobytes() + order.tobytes()
    document: Document = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "buffers": [{"byteLength": len(data)}],
        "bufferViews": [
            {"buffer": 0, "byteLength": points.nbytes},
            {"buffer": 0, "byteOffset": points.nbytes, "byteLength": order.nbytes},
        ],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": len(points), "type": "VEC3"},
            {"bufferView": 1, "componentType": 5123, "count": order.size, "type": "SCALAR"},
        ],
        **changes,
    }
    return document, data


def boxes(*meshes: Any, **changes: Any) -> bytes:
    data = trimesh.Scene(list(meshes)).export(file_type="glb", **changes)
    assert isinstance(data, bytes)
    return data


def textured(picture: Image.Image, **material: Any) -> bytes:
    ball = trimesh.creation.icosphere(2)
    uv = ball.vertices[:, :2] / 2 + 0.5
    ball.visual = trimesh.visual.TextureVisuals(
        uv=uv, material=PBRMaterial(baseColorTexture=picture, **material)
    )
    return boxes(ball)


def points_of(mesh: Mesh) -> np.ndarray[Any, Any]:
    return np.concatenate([s.vertices for s in mesh.surfaces])


# Shape and frame


def test_a_mesh_is_upright_and_of_unit_size() -> None:
    # glTF's axes: 2 wide, 4 high, 1 from front to back, and far from the origin
    box = trimesh.creation.box((2, 4, 1))
    box.apply_translation((10, -7, 3))
    mesh = load_mesh(boxes(box), "box")
    points = points_of(mesh)
    assert points.min(axis=0) == pytest.approx([-0.25, -0.125, 0], abs=1e-6)
    assert points.max(axis=0) == pytest.approx([0.25, 0.125, 1], abs=1e-6)
    assert mesh.height == pytest.approx(1)
    assert mesh.diameter == pytest.approx(np.hypot(0.5, 0.25))
    assert mesh.faces == 12


def test_the_diameter_counts_where_it_is_greater() -> None:
    plate = trimesh.creation.cylinder(radius=5, height=0.5, sections=64)
    plate.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, (1, 0, 0)))
    mesh = load_mesh(boxes(plate), "plate")
    assert mesh.diameter == pytest.approx(1, rel=1e-3)
    assert mesh.height == pytest.approx(0.05, rel=1e-3)


def test_the_front_faces_the_viewer() -> None:
    nose = trimesh.creation.box((0.1, 0.1, 1))
    nose.apply_translation((0.2, 0, 1))  # sticks out towards +z, a little to the right
    points = points_of(load_mesh(boxes(trimesh.creation.box((1, 1, 1)), nose), "head"))
    assert points[points[:, 1].argmin(), 0] > 0
    assert -points[:, 1].min() == pytest.approx(points[:, 1].max(), rel=0.2)


def test_normals_are_unit_and_point_outwards() -> None:
    ball = trimesh.creation.icosphere(3)
    for data in (boxes(ball, include_normals=True), boxes(ball, include_normals=False)):
        (surface,) = load_mesh(data, "ball").surfaces
        assert np.linalg.norm(surface.normals, axis=1) == pytest.approx(1, abs=1e-5)
        outward = surface.vertices - np.array([0, 0, 0.5])
        assert (np.einsum("ij,ij->i", surface.normals, outward) > 0.4).all()
        a, b, c = (surface.vertices[surface.faces[:, i]] for i in range(3))
        assert (np.einsum("ij,ij->i", np.cross(b - a, c - a), a - [0, 0, 0.5]) > 0).all()


def test_the_scene_graph_is_flattened() -> None:
    document, data = tetrahedron(
        nodes=[
            {"children": [1, 2], "translation": [0, 10, 0]},
            {"mesh": 0},
            {"children": [3], "scale": [2, 2, 2], "rotation": [0, 0.70710678, 0, 0.70710678]},
            {"mesh": 0, "matrix": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 0, 0, 1]},
        ]
    )
    mesh = load_mesh(pack(document, data), "two")
    assert mesh.faces == 8
    points = points_of(mesh)
    # the second is 8 high and 10 away along glTF's -z, our +y
    sides = np.ptp(points, axis=0)
    assert sides / sides[2] == pytest.approx([4 / 8, (2 + 14 - 2) / 8 - 0 / 8, 1], abs=0.3)
    assert sides[1] / sides[2] == pytest.approx(16 / 8, abs=1e-4)


@pytest.mark.parametrize("scale", [(-1, 1, 1), (2, -3, 1), (-1, -1, -1), (1, 2, 3)])
@pytest.mark.parametrize("normals", [True, False])
def test_mirrors_keep_outsides_outside(scale: tuple[float, ...], normals: bool) -> None:
    scene = trimesh.Scene()
    scene.add_geometry(trimesh.creation.icosphere(3), transform=np.diag([*scale, 1.0]))
    data = scene.export(file_type="glb", include_normals=normals)
    (surface,) = load_mesh(data, "ball").surfaces
    outward = surface.vertices - surface.vertices.mean(axis=0)
    assert (np.einsum("ij,ij->i", surface.normals, outward) > 0).all()
    a, b, c = (surface.vertices[surface.faces[:, i]] for i in range(3))
    facing = np.einsum("ij,ij->i", np.cross(b - a, c - a), outward[surface.faces[:, 0]])
    assert (facing > 0).all()


def test_strips_and_fans_are_triangles() -> None:
    for mode, order in ((5, [0, 1, 2, 3, 0, 1]), (6, [0, 1, 2, 3, 1])):
        document, data = tetrahedron(faces=np.array(order))
        document["meshes"][0]["primitives"][0]["mode"] = mode
        assert load_mesh(pack(document, data), "strip").faces == len(order) - 2


def test_lines_and_points_are_left_out() -> None:
    document, data = tetrahedron()
    primitives = document["meshes"][0]["primitives"]
    primitives.append({**primitives[0], "mode": 1})
    primitives.append({**primitives[0], "mode": 0})
    assert load_mesh(pack(document, data), "edges").faces == 4


def test_quantised_positions_are_read() -> None:
    document, _ = tetrahedron(extensionsRequired=["KHR_mesh_quantization"])
    points = np.zeros((4, 4), np.int16)  # padded to 8 bytes a vertex
    points[:, :3] = CORNERS / 4 * 32767
    data = points.tobytes() + FACES.tobytes()
    document["bufferViews"] = [
        {"buffer": 0, "byteLength": 32, "byteStride": 8},
        {"buffer": 0, "byteOffset": 32, "byteLength": 24},
    ]
    document["buffers"] = [{"byteLength": len(data)}]
    document["accessors"][0] |= {"componentType": 5122, "normalized": True}
    plain = load_mesh(pack(*tetrahedron()), "plain")
    short = load_mesh(pack(document, data), "short")
    assert points_of(short) == pytest.approx(points_of(plain), abs=1e-4)


def test_skins_are_posed_at_rest() -> None:
    document, data = tetrahedron()
    plain = load_mesh(pack(document, data), "plain")
    moved = np.eye(4, dtype=np.float32)
    moved[3, 1] = 4.0  # a joint whose rest pose stretches away what it holds
    weights = np.array([[1, 0, 0, 0]] * 3 + [[0, 1, 0, 0]], np.float32)
    joints = np.array([[0, 1, 0, 0]] * 4, np.uint8)
    extra = weights.tobytes() + joints.tobytes() + np.eye(4, dtype=np.float32).tobytes()
    extra += moved.tobytes()
    start = len(data)
    document["buffers"][0]["byteLength"] += len(extra)
    for offset, size in ((0, 64), (64, 16), (80, 128)):
        view = {"buffer": 0, "byteOffset": start + offset, "byteLength": size}
        document["bufferViews"].append(view)
    document["accessors"] += [
        {"bufferView": 2, "componentType": 5126, "count": 4, "type": "VEC4"},
        {"bufferView": 3, "componentType": 5121, "count": 4, "type": "VEC4"},
        {"bufferView": 4, "componentType": 5126, "count": 2, "type": "MAT4"},
    ]
    document["nodes"] = [{"mesh": 0, "skin": 0, "translation": [9, 9, 9]}, {}, {}]
    document["scenes"] = [{"nodes": [0, 1, 2]}]
    document["skins"] = [{"joints": [1, 2], "inverseBindMatrices": 4}]
    document["meshes"][0]["primitives"][0]["attributes"] |= {"WEIGHTS_0": 2, "JOINTS_0": 3}
    posed = load_mesh(pack(document, data + extra), "posed")
    assert posed.height == pytest.approx(1)
    assert not np.allclose(np.sort(points_of(posed)[:, 2]), np.sort(points_of(plain)[:, 2]))


# Looks


def test_materials_keep_their_colour_and_gloss() -> None:
    ball = trimesh.creation.icosphere(2)
    material = PBRMaterial(baseColorFactor=[51, 102, 255, 128], metallicFactor=0.5,
                           roughnessFactor=0.25, alphaMode="BLEND")  # fmt: skip
    ball.visual = trimesh.visual.TextureVisuals(material=material)
    (surface,) = load_mesh(boxes(ball), "ball").surfaces
    assert surface.color == pytest.approx((0.2, 0.4, 1, 128 / 255), abs=0.01)
    assert (surface.metallic, surface.roughness) == (0.5, 0.25)
    assert surface.alpha == "BLEND"
    assert surface.texture is None
    assert surface.uv is None


def test_what_hides_all_behind_it_does_not_blend() -> None:
    solid, clear = Image.new("RGB", (4, 4)), Image.new("RGBA", (4, 4), (0, 0, 0, 90))
    for picture, alpha in ((solid, "OPAQUE"), (clear, "BLEND")):
        (surface,) = load_mesh(textured(picture, alphaMode="BLEND"), "ball").surfaces
        assert surface.alpha == alpha


def test_many_plain_colours_become_one_surface() -> None:
    balls = []
    for number in range(6):
        ball = trimesh.creation.icosphere(1)
        ball.apply_translation((3 * number, 0, 0))
        color = [40 * number, 0, 0, 255]
        ball.visual = trimesh.visual.TextureVisuals(
            material=PBRMaterial(baseColorFactor=color, metallicFactor=0, roughnessFactor=1)
        )
        balls.append(ball)
    (surface,) = load_mesh(boxes(*balls), "row").surfaces
    assert surface.color == pytest.approx((1, 1, 1, 1))
    assert surface.colors is not None
    left, right = surface.vertices[:, 0].argmin(), surface.vertices[:, 0].argmax()
    assert surface.colors[left] == pytest.approx([0, 0, 0, 1])
    assert surface.colors[right] == pytest.approx([200 / 255, 0, 0, 1], abs=0.01)


def test_vertex_colours_are_read() -> None:
    ball = trimesh.creation.icosphere(2)
    ball.visual.vertex_colors = np.where(
        ball.vertices[:, 1:2] > 0, [255, 0, 0, 255], [0, 0, 255, 255]
    )
    (surface,) = load_mesh(boxes(ball), "ball").surfaces
    assert surface.colors is not None
    assert surface.colors[surface.vertices[:, 2].argmax()] == pytest.approx([1, 0, 0, 1])
    assert surface.colors[surface.vertices[:, 2].argmin()] == pytest.approx([0, 0, 1, 1])


def test_textures_are_read_and_reduced() -> None:
    picture = Image.new("RGB", (64, 32), (10, 200, 30))
    (surface,) = load_mesh(textured(picture), "ball").surfaces
    assert surface.texture is not None
    assert surface.uv is not None
    assert surface.texture.shape == (32, 64, 3)
    assert surface.texture[0, 0].tolist() == [10, 200, 30]
    (small,) = load_mesh(textured(picture), "ball", limits=Limits(side=16)).surfaces
    assert small.texture is not None
    assert small.texture.shape == (8, 16, 3)


def test_textures_keep_alpha_only_if_there_is_any() -> None:
    opaque = Image.new("RGBA", (8, 8), (1, 2, 3, 255))
    (surface,) = load_mesh(textured(opaque), "ball").surfaces
    assert surface.texture is not None
    assert surface.texture.shape == (8, 8, 3)
    opaque.putpixel((0, 0), (1, 2, 3, 0))
    (surface,) = load_mesh(textured(opaque, alphaMode="MASK", alphaCutoff=0.3), "b").surfaces
    assert surface.texture is not None
    assert surface.texture.shape == (8, 8, 4)
    assert surface.alpha == "MASK"
    assert surface.cutoff == pytest.approx(0.3)


def test_roughness_textures_give_their_mean() -> None:
    rough = Image.new("RGB", (8, 8), (0, 128, 51))
    data = textured(Image.new("RGB", (4, 4)), metallicRoughnessTexture=rough, metallicFactor=1.0,
                    roughnessFactor=1.0)  # fmt: skip
    (surface,) = load_mesh(data, "ball").surfaces
    assert surface.metallic == pytest.approx(0.2, abs=0.01)
    assert surface.roughness == pytest.approx(0.5, abs=0.01)


def test_arrays_are_sealed_and_bytes_counted() -> None:
    mesh = load_mesh(textured(Image.new("RGB", (4, 4))), "ball")
    with pytest.raises(ValueError, match="read-only"):
        mesh.surfaces[0].vertices[0] = 0
    assert mesh.nbytes > mesh.surfaces[0].vertices.nbytes


def test_loading_is_repeatable() -> None:
    data = textured(Image.effect_mandelbrot((32, 32), (-2, -1, 1, 1), 20).convert("RGB"))
    one, other = load_mesh(data, "a"), load_mesh(data, "b")
    assert one.sha256 == other.sha256
    for mine, theirs in zip(one.surfaces, other.surfaces, strict=True):
        assert mine.vertices.tobytes() == theirs.vertices.tobytes()
        assert mine.normals.tobytes() == theirs.normals.tobytes()


def test_the_cache_keeps_what_fits() -> None:
    data = boxes(trimesh.creation.box((1, 1, 1)))
    reads: list[str] = []

    def read(name: str) -> Callable[[], bytes]:
        def made() -> bytes:
            reads.append(name)
            return data

        return made

    roomy, tight = MeshCache(2**20), MeshCache(1)
    for cache in (roomy, tight):
        first = cache.get("a", read("a"), "a")
        again = cache.get("a", read("a"), "a")
        assert (first is again) == (cache is roomy)
    assert reads == ["a"] * 3


# Distrust


def _changed(**changes: object) -> bytes:
    return pack(*tetrahedron(**changes))


def _with(change: Callable[[Document], object]) -> bytes:
    document, data = tetrahedron()
    change(document)
    return pack(document, data)


def _buffer_uri(uri: str) -> bytes:
    return _with(lambda d: d["buffers"][0].update(uri=uri))


def _image_uri(uri: str) -> bytes:
    def change(document: Document) -> None:
        document["images"] = [{"uri": uri}]
        document["textures"] = [{"source": 0}]
        look = {"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}}
        document["materials"] = [look]
        primitive = document["meshes"][0]["primitives"][0]
        primitive["material"] = 0
        primitive["attributes"]["TEXCOORD_0"] = 2
        document["accessors"].append(
            {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC2"}
        )

    return _with(change)


def _picture(size: tuple[int, int]) -> str:
    stream = BytesIO()
    Image.new("1", size).save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def _nan() -> Any:
    corners = CORNERS.copy()
    corners[1, 1] = np.nan
    return corners


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is not a GLB file"),
    "text": (b"solid cube\n" * 9, "is not a GLB file"),
    "truncated": (_changed()[:-20], "is truncated: "),
    "version 1": (struct.pack("<4sII", b"glTF", 1, 12), "is glTF version 1"),
    "no chunk": (struct.pack("<4sII", b"glTF", 2, 12), "has no JSON chunk"),
    "chunk too long": (
        struct.pack("<4sIIII", b"glTF", 2, 20, 99, 0x4E4F534A), "past the end of the file"
    ),
    "no JSON": (
        struct.pack("<4sIIII4s", b"glTF", 2, 24, 4, 0x4E4F534A, b"{{{{"), "JSON: Invalid JSON"
    ),
    "not finite": (pack(*tetrahedron(corners=_nan())), "not finite numbers"),
    "infinite": (_changed(nodes=[{"mesh": 0, "scale": [1e308, 1e308, 1e308]}]), "finite|volume"),
    "no faces": (pack(*tetrahedron(faces=np.zeros((0, 3)))), "has no faces"),
    "no nodes": (_changed(scenes=[{"nodes": []}]), "has no faces"),
    "a point": (pack(*tetrahedron(corners=np.ones((4, 3)))), "has no size"),
    "flat": (pack(*tetrahedron(corners=CORNERS * [1, 1, 0])), "has no volume: it is flat along z"),
    "no such vertex": (pack(*tetrahedron(faces=[[0, 1, 9]])), "vertex that does not exist"),
    "cycle": (_changed(nodes=[{"mesh": 0, "children": [0]}]), "twice or below itself"),
    "two parents": (
        _changed(nodes=[{"children": [1, 1]}, {"mesh": 0}]), "nodes.1: stands in the scene twice"
    ),
    "no such node": (_changed(scenes=[{"nodes": [7]}]), "is a broken GLB file: IndexError"),
    "negative node": (_changed(scenes=[{"nodes": [-1]}]), "scenes.0.nodes.0: .* greater than or"),
    "no such mesh": (_changed(nodes=[{"mesh": 3}]), "is a broken GLB file: IndexError"),
    "not a list": (_changed(nodes={}), "nodes: Input should be a valid array"),
    "too many nodes": (_changed(nodes=[{}] * 100_001), "nodes: List should have at most 100000"),
    "NaN in the graph": (_changed(nodes=[{"mesh": 0, "scale": [1, 1, "NaN"]}]), "nodes.0.scale.2"),
    "too long an array": (
        _with(lambda d: d["accessors"][0].update(count=4_000_000)), "past the end of its buffer"
    ),
    "offset outside": (
        _with(lambda d: d["bufferViews"][0].update(byteOffset=2**40)), "past the end of its buffer"
    ),
    "sparse": (_with(lambda d: d["accessors"][0].update(sparse={})), "sparse accessors"),
    "unknown type": (_with(lambda d: d["accessors"][0].update(type="VEC9")), "KeyError: 'VEC9'"),
    "draco": (
        _changed(extensionsRequired=["KHR_draco_mesh_compression"]),
        "needs the glTF extension KHR_draco_mesh_compression",
    ),
    "buffer on disk": (_buffer_uri("/etc/passwd"), r"buffers.0: refers to another file \('/etc/p"),
    "buffer beside": (_buffer_uri("../../mesh.bin"), "buffers.0: refers to another file"),
    "buffer on the net": (_buffer_uri("https://example.org/mesh.bin"), "refers to another file"),
    "damaged data URI": (_buffer_uri("data:;base64,A"), "buffers.0: is a damaged data URI"),
    "image on disk": (_image_uri("file:///etc/passwd"), "images.0: refers to another file"),
    "no image": (_image_uri("data:image/png;base64,AAAA"), "a texture that can't be read"),
    "huge image": (_image_uri(_picture((9000, 9000))), "9000 x 9000 pixels; at most 67108864"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "message"), BAD.values(), ids=BAD.keys())
def test_bad_files_are_one_line_with_the_name(data: bytes, message: str) -> None:
    with pytest.raises(AssetError, match=message) as error:
        load_mesh(data, "pack/thing.glb")
    assert error.value.message.startswith("pack/thing.glb: ")
    assert "\n" not in str(error.value)


def test_sizes_are_limited() -> None:
    data = boxes(trimesh.creation.icosphere(3))
    with pytest.raises(AssetError, match=r"ball: has \d+ bytes; at most 100 are read"):
        load_mesh(data, "ball", limits=Limits(bytes=100))
    with pytest.raises(AssetError, match="ball: has too many faces"):
        load_mesh(data, "ball", limits=Limits(faces=1279))
    assert load_mesh(data, "ball", limits=Limits(faces=1280)).faces == 1280
    with pytest.raises(AssetError, match="ball: has too many vertices"):
        load_mesh(data, "ball", limits=Limits(vertices=641))
    assert load_mesh(data, "ball", limits=Limits(vertices=642)).faces == 1280


def test_settings_can_raise_and_lower_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    data = boxes(trimesh.creation.icosphere(3))
    monkeypatch.setenv("TMA_LIMITS_FACES", "1279")
    with pytest.raises(AssetError, match="ball: has too many faces"):
        load_mesh(data, "ball")
    monkeypatch.setenv("TMA_LIMITS_FACES", "1280")
    assert load_mesh(data, "ball").faces == 1280


def test_copies_count_as_faces_each() -> None:
    nodes: list[Document] = [{"children": list(range(1, 1001))}]
    document, data = tetrahedron(nodes=nodes + [{"mesh": 0}] * 1000)
    with pytest.raises(AssetError, match="has too many faces"):
        load_mesh(pack(document, data), "many", limits=Limits(faces=3999))


@given(st.data())
def test_no_flipped_byte_gets_past_the_loader(data: st.DataObject) -> None:
    good = bytearray(_image_uri(_picture((4, 4))))
    for _ in range(data.draw(st.integers(1, 4))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    message = ""
    try:
        assert np.isfinite(points_of(load_mesh(bytes(good), "flipped"))).all()
    except AssetError as error:
        message = str(error)
    assert "\n" not in message


# The smallest circle


@given(st.lists(st.tuples(*[st.floats(-1, 1, width=32)] * 2), min_size=1, max_size=40))
def test_the_smallest_circle_holds_all_and_is_small(points: list[tuple[float, float]]) -> None:
    array = np.array(points, np.float64)
    x, y, radius = smallest_circle(array)
    away = np.hypot(array[:, 0] - x, array[:, 1] - y)
    assert away.max() <= radius * (1 + 1e-6) + 1e-12
    # Jung's theorem: no smaller than half, no larger than 1/sqrt(3) of the farthest pair
    farthest = max(np.hypot(*(array - p).T).max() for p in array)
    assert farthest / 2 * (1 - 1e-6) <= radius <= farthest / 3**0.5 * (1 + 1e-6) + 1e-12


def test_turning_keeps_the_axis() -> None:
    rng = np.random.default_rng(3)
    points = rng.normal(size=(500, 2))
    x, y, radius = smallest_circle(points)
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    a, b, again = smallest_circle(points @ turn.T)
    assert (a, b) == pytest.approx(turn @ (x, y))
    assert again == pytest.approx(radius)
