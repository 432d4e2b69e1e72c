"""Run by Blender's Python, not by `tma`: draws the scenes that it is sent in lines of JSON.

Imports nothing of `tma`, which does not run there: Blender's Python has a version and packages of
its own. A request names a folder with arrays and textures; pictures and masks are left there.
"""

from __future__ import annotations

import json
import math
import os
import sys
from pathlib import Path
from typing import Any

import bpy
import numpy as np

_MASK_WIDTH = 0.01  # of the pixel filter: a mask's pixel shows what its centre shows
_WIDER = 2.0  # how much more than the frame is looked at for what the frame cuts off


def main() -> None:
    """Answer requests until there are no more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what Blender prints must not come between the answers

    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    say({"ready": True, "blender": bpy.app.version_string})
    for line in sys.stdin:
        try:
            draw(json.loads(line))
        except Exception as error:
            say({"error": f"{type(error).__name__}: {error}"})
        else:
            say({"done": True})


def draw(job: dict[str, Any]) -> None:
    """Draw all frames of a scene, with their masks."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    owners = [_group(job, thing, number) for number, thing in enumerate(job["objects"])]
    table = _part(job, job["table"])
    _camera(scene, job)
    lamps = [_lamp(job, light) for light in job["lights"]]
    _world(scene, job["ambient"])
    still = None
    for frame in range(job["frames"]):
        for owner, thing in zip(owners, job["objects"], strict=True):
            _place(owner, thing["poses"][frame], thing["size"])
        _cycles(scene, job)
        path = _file(job, f"frame-{frame}.png")
        _picture(scene, job, path)
        poses = [thing["poses"][frame] for thing in job["objects"]]
        _flat(scene, job, lamps)
        shown = _masks(scene, job, owners, table)
        still = _alone(scene, job, owners, table, poses, still)
        np.savez(path.replace(".png", ".npz"), owners=shown, alone=np.array(still[1]))
        _restore(owners, table, lamps)


def _file(job: dict[str, Any], name: str) -> str:
    """A file in the job's folder; Blender takes no path objects."""
    return str(Path(job["folder"]) / name)


# -- things ---------------------------------------------------------------------------------


def _group(job: dict[str, Any], thing: dict[str, Any], number: int) -> Any:
    """An empty with the object's parts below it."""
    empty = bpy.data.objects.new(f"thing-{number}", None)
    bpy.context.collection.objects.link(empty)
    for part in thing["parts"]:
        _part(job, part).parent = empty
    return empty


def _place(owner: Any, pose: list[float], size: float) -> None:
    x, y, yaw = pose
    owner.location = (x, y, 0)
    owner.rotation_euler = (0, 0, math.radians(yaw))
    owner.scale = (size, size, size)


def _part(job: dict[str, Any], part: dict[str, Any]) -> Any:
    arrays = np.load(_file(job, part["name"] + ".npz"), allow_pickle=False)
    faces = arrays["faces"]
    mesh = bpy.data.meshes.new(part["name"])
    mesh.from_pydata(arrays["vertices"].tolist(), [], faces.tolist())
    mesh.polygons.foreach_set("use_smooth", np.ones(len(mesh.polygons), bool))
    corners = np.array([i for p in mesh.polygons for i in p.vertices])
    if "uv" in arrays:
        uv = arrays["uv"].copy()
        uv[:, 1] = 1 - uv[:, 1]  # Blender counts from the lower edge
        layer = mesh.uv_layers.new(name="uv")
        layer.data.foreach_set("uv", uv[corners].ravel())
    if "colors" in arrays:
        layer = mesh.color_attributes.new("tint", "FLOAT_COLOR", "POINT")
        layer.data.foreach_set("color", arrays["colors"].ravel())
    mesh.normals_split_custom_set_from_vertices(arrays["normals"].tolist())
    mesh.materials.append(_material(job, part, "colors" in arrays))
    made = bpy.data.objects.new(part["name"], mesh)
    bpy.context.collection.objects.link(made)
    return made


def _material(job: dict[str, Any], part: dict[str, Any], tinted: bool) -> Any:
    """Base colour = texture x factor x tint, as glTF has it."""
    material = bpy.data.materials.new(part["name"])
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    shader = nodes["Principled BSDF"]
    shader.inputs["Metallic"].default_value = part["metallic"]
    shader.inputs["Roughness"].default_value = max(0.08, part["roughness"])
    factor = part["color"]
    shader.inputs["Base Color"].default_value = factor
    if part["alpha"] == "BLEND":
        shader.inputs["Alpha"].default_value = factor[3]
    if not part["texture"] and not tinted:
        return material
    color = alpha = None
    if part["texture"]:
        image = nodes.new("ShaderNodeTexImage")
        image.image = bpy.data.images.load(_file(job, part["name"] + ".png"))
        color, alpha = image.outputs["Color"], image.outputs["Alpha"]
    if tinted:
        tint = nodes.new("ShaderNodeVertexColor")
        tint.layer_name = "tint"
        color = tint.outputs["Color"] if color is None else _times(nodes, links, color, tint)
    scaled = nodes.new("ShaderNodeMix")
    scaled.data_type, scaled.blend_type = "RGBA", "MULTIPLY"
    scaled.inputs["Factor"].default_value = 1.0
    colors = [i for i in scaled.inputs if i.type == "RGBA"]
    links.new(color, colors[0])
    colors[1].default_value = factor
    links.new(next(o for o in scaled.outputs if o.type == "RGBA"), shader.inputs["Base Color"])
    if alpha is not None and part["alpha"] != "OPAQUE":
        math_node = nodes.new("ShaderNodeMath")
        if part["alpha"] == "MASK":
            math_node.operation = "GREATER_THAN"
            math_node.inputs[1].default_value = part["cutoff"] - 1e-6
        else:
            math_node.operation = "MULTIPLY"
            math_node.inputs[1].default_value = factor[3]
        links.new(alpha, math_node.inputs[0])
        links.new(math_node.outputs[0], shader.inputs["Alpha"])
    return material


def _times(nodes: Any, links: Any, color: Any, tint: Any) -> Any:
    node = nodes.new("ShaderNodeMix")
    node.data_type, node.blend_type = "RGBA", "MULTIPLY"
    node.inputs["Factor"].default_value = 1.0
    colors = [i for i in node.inputs if i.type == "RGBA"]
    links.new(color, colors[0])
    links.new(tint.outputs["Color"], colors[1])
    return next(o for o in node.outputs if o.type == "RGBA")


# -- light and camera -----------------------------------------------------------------------


def _camera(scene: Any, job: dict[str, Any]) -> None:
    data = bpy.data.cameras.new("camera")
    data.sensor_fit = "VERTICAL"
    data.angle_y = math.radians(job["camera"]["fov"])
    camera = bpy.data.objects.new("camera", data)
    camera.location = job["camera"]["position"]
    camera.rotation_euler = (math.radians(90 - job["camera"]["elevation"]), 0, 0)
    bpy.context.collection.objects.link(camera)
    scene.camera = camera


def _lamp(job: dict[str, Any], light: dict[str, Any]) -> Any:
    """A lamp that lights a white surface at its target as brightly as the scene says."""
    kind = light["kind"]
    data = bpy.data.lights.new("lamp", {"spot": "SPOT", "point": "POINT", "sun": "SUN"}[kind])
    ray = np.array(light["target"]) - np.array(light["position"])
    reach = float(np.linalg.norm(ray))
    data.color = [_linear(c / 255) for c in light["color"]]
    data.use_shadow = light["shadows"]
    # A white surface reflects E / pi; a sun's strength is E, a lamp of P watts gives
    # E = P / (4 pi reach^2), of which Cycles counts 1 / pi (Cycles' unit is radiant flux).
    if kind == "sun":
        data.energy, data.angle = light["intensity"] * math.pi, 0.06
    else:
        data.energy = light["intensity"] * math.pi * 4 * math.pi * reach * reach
        data.shadow_soft_size = 0.14
    if kind == "spot":
        inner, outer = (math.cos(math.radians(a)) for a in job["spot"])
        data.spot_size = 2 * math.radians(job["spot"][1])
        data.spot_blend = min(1.0, (inner - outer) / (1 - outer))
    made = bpy.data.objects.new("lamp", data)
    made.location = light["position"]
    made.rotation_euler = _towards(ray)
    bpy.context.collection.objects.link(made)
    return made


def _towards(ray: np.ndarray) -> tuple[float, float, float]:
    """Euler angles by which -z points along the ray."""
    from mathutils import Vector

    return tuple(Vector(ray.tolist()).to_track_quat("-Z", "Y").to_euler())


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _world(scene: Any, ambient: float) -> None:
    world = bpy.data.worlds.new("world")
    world.use_nodes = True
    background = world.node_tree.nodes["Background"]
    background.inputs["Color"].default_value = (1, 1, 1, 1)
    background.inputs["Strength"].default_value = ambient
    scene.world = world


# -- pictures -------------------------------------------------------------------------------


def _cycles(scene: Any, job: dict[str, Any]) -> None:
    scene.render.engine = "CYCLES"
    scene.cycles.samples = job["samples"]
    scene.cycles.use_adaptive_sampling = False
    scene.cycles.use_denoising = True
    scene.cycles.seed = 0
    scene.cycles.pixel_filter_type = "BLACKMAN_HARRIS"
    scene.cycles.filter_width = 1.5
    scene.cycles.max_bounces = 6
    scene.render.film_transparent = True
    scene.render.use_persistent_data = True
    scene.view_settings.view_transform = "Standard"
    scene.render.dither_intensity = 0.0
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGBA"
    scene.render.resolution_percentage = 100
    scene.render.resolution_x, scene.render.resolution_y = job["width"], job["height"]
    scene.camera.data.angle_y = math.radians(job["camera"]["fov"])


def _picture(scene: Any, job: dict[str, Any], path: str) -> None:
    """Render, and put the backdrop behind."""
    pixels = _rendered(scene, path)
    behind = np.load(_file(job, "backdrop.npy"))[:, None, :]
    alpha = pixels[..., 3:]
    mixed = pixels[..., :3] * alpha + behind * (1 - alpha)
    _write(path, mixed)


def _rendered(scene: Any, path: str) -> np.ndarray:
    """(h, w, 4) as saved, 0 to 1, alpha not premultiplied; row 0 is the upper edge."""
    scene.render.filepath = path
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(path)
    image.colorspace_settings.name = "Non-Color"
    image.alpha_mode = "CHANNEL_PACKED"
    width, height = image.size
    flat = np.empty(width * height * 4, np.float32)
    image.pixels.foreach_get(flat)
    bpy.data.images.remove(image)
    return flat.reshape(height, width, 4)[::-1]


def _write(path: str, colors: np.ndarray) -> None:
    height, width, _ = colors.shape
    image = bpy.data.images.new("out", width, height)
    image.colorspace_settings.name = "Non-Color"
    full = np.ones((height, width, 4), np.float32)
    full[..., :3] = colors
    image.pixels.foreach_set(full[::-1].ravel())
    image.filepath_raw, image.file_format = path, "PNG"
    image.save()
    bpy.data.images.remove(image)


# -- masks ----------------------------------------------------------------------------------


def _flat(scene: Any, job: dict[str, Any], lamps: list[Any]) -> None:
    """Settings in which a pixel shows the colour of what its centre meets, and nothing else."""
    for lamp in lamps:
        lamp.hide_render = True
    scene.cycles.samples = 1
    scene.cycles.use_denoising = False
    scene.cycles.pixel_filter_type = "BOX"
    scene.cycles.filter_width = _MASK_WIDTH
    scene.cycles.max_bounces = 0
    scene.cycles.transparent_max_bounces = 8
    scene.view_settings.view_transform = "Raw"
    scene.render.dither_intensity = 0.0


def _masks(scene: Any, job: dict[str, Any], owners: list[Any], table: Any) -> np.ndarray:
    for number, owner in enumerate(owners):
        for part in owner.children:
            _paint(part, number + 1)
    _paint(table, 0)
    return _numbers(scene, job) - 1


def _numbers(scene: Any, job: dict[str, Any]) -> np.ndarray:
    """(h, w) int32: what was painted on what is seen; 0 where nothing was."""
    pixels = _rendered(scene, _file(job, "mask.png"))
    return np.where(pixels[..., 3] > 0.5, np.rint(pixels[..., 0] * 255), 0).astype(np.int32)


def _alone(
    scene: Any,
    job: dict[str, Any],
    owners: list[Any],
    table: Any,
    poses: list[list[float]],
    before: Any,
) -> tuple[list[list[float]], list[list[float]]]:
    """(poses, how much of each object would be seen: in the frame, and beyond it too).

    Rendered with a wider angle; objects that have not moved are as before.
    """
    width, height = job["width"], job["height"]
    scene.render.resolution_x = round(width * _WIDER)
    scene.render.resolution_y = round(height * _WIDER)
    angle = math.radians(job["camera"]["fov"])
    scene.camera.data.angle_y = 2 * math.atan(_WIDER * math.tan(angle / 2))
    table.hide_render = True
    found = []
    for number, owner in enumerate(owners):
        if before is not None and before[0][number] == poses[number]:
            found.append(before[1][number])
            continue
        for other in owners:
            for part in other.children:
                part.hide_render = other is not owner
        mask = _numbers(scene, job) == number + 1
        rows, columns = mask.shape
        top, left = round(rows * (1 - 1 / _WIDER) / 2), round(columns * (1 - 1 / _WIDER) / 2)
        inside = mask[top : rows - top, left : columns - left].sum()
        found.append([float(inside), float(mask.sum())])
    return poses, found


def _paint(part: Any, number: int) -> None:
    """Show a part in the flat colour of a number, keeping its material aside."""
    name = f"number-{number}"
    material = bpy.data.materials.get(name)
    if material is None:
        material = bpy.data.materials.new(name)
        material.use_nodes = True
        nodes = material.node_tree.nodes
        nodes.clear()
        glow, out = nodes.new("ShaderNodeEmission"), nodes.new("ShaderNodeOutputMaterial")
        glow.inputs["Color"].default_value = (number / 255, 0, 0, 1)
        material.node_tree.links.new(glow.outputs[0], out.inputs[0])
    part["own"] = part.data.materials[0].name
    part.data.materials[0] = material


def _restore(owners: list[Any], table: Any, lamps: list[Any]) -> None:
    for part in [table, *(p for owner in owners for p in owner.children)]:
        part.data.materials[0] = bpy.data.materials[part["own"]]
        part.hide_render = False
    for lamp in lamps:
        lamp.hide_render = False


if __name__ == "__main__":
    main()
