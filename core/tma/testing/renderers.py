"""Checks of renderers.

What a renderer reports of each object is held against its own pictures: where the picture changes
when the object is left out, there it was seen. Tables are lit from everywhere for that, so that no
shadow changes with it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tma.assets import OpenAssets
from tma.contract.assets import AssetReader
from tma.contract.media import EXTENSIONS, Media, Renderer
from tma.contract.scene import Scene, Sticker, Stickers
from tma.contract.tabletop import Motion, Standing, Tabletop, TabletopVideo, View
from tma.errors import AssetError, MediaError, PluginError
from tma.seeds import digest
from tma.testing.checking import CheckFailure, NotChecked, Subject, check
from tma.testing.elsewhere import compare, compare_elsewhere, pictures
from tma.testing.shop import ASSETS
from tma.workbench import Workbench

_KIND = "renderer"
_SHOP = "toys/shop"
_SIDE = 192
_CHANGED = 6
"""Sum of the changes of the three channels from which a pixel counts as changed."""
_CHANCE = "take nothing but the scene and the assets' bytes; let no cache change a byte"

Shown = tuple[str, Scene, AssetReader]
Mask = NDArray[np.bool_]


def renderer(subject: Subject) -> Renderer:
    """The renderer, made anew."""
    return subject.lab.make(subject.entry, subject.spec, base=Renderer)


def _drawing(subject: Subject) -> Renderer:
    """One renderer for all that a check draws."""
    if lack := subject.lab.lacking(subject.entry):
        raise NotChecked(f"can't run here: {lack}")
    return renderer(subject)


def render(subject: Subject, scene: Scene, assets: AssetReader) -> Media:
    """The scene, drawn by a renderer that has drawn nothing before."""
    return _drawing(subject).render(scene, assets)


def scenes(subject: Subject) -> list[Shown]:
    """Sample scenes of the kinds that it draws, each with where its assets are read.

    Raises:
        NotChecked: there are none at hand.
    """
    found: list[Shown] = []
    for kind in subject.entry.contribution.consumes:
        found += _toy_scenes(subject, kind) or _generated(subject, kind)
    if not found:
        kinds = ", ".join(subject.entry.contribution.consumes) or "no kind"
        raise NotChecked(f"no scenes at hand of what it draws ({kinds})")
    return found


def _toy_scenes(subject: Subject, kind: str) -> list[Shown]:
    """Scenes of the kernel's own kinds, made of toys."""
    makers = {"stickers": _grid, "tabletop": _table, "tabletop-video": _film}
    if kind not in makers:
        return []
    toys = OpenAssets(subject.lab, _SHOP)
    numbers = range(2 if kind == "tabletop-video" else min(subject.n, 4))
    return [(f"{kind} scene {i}", makers[kind](i), toys) for i in numbers]


def _grid(number: int) -> Stickers:
    places = [(0, 0), (0, 2), (1, 1), (2, 0)][: 2 + number % 3]
    cells = []
    for place, (row, column) in enumerate(places):
        toy = ASSETS[(number * 3 + place) % len(ASSETS)]
        view = toy.forms["sticker"][0]
        size = 0.5 + 0.1 * place
        cells.append(Sticker(row=row, column=column, asset=toy.id, view=view, size=size))
    return Stickers(width=_SIDE, height=_SIDE, grid=3, cells=tuple(cells))


def _things(number: int) -> tuple[Standing, ...]:
    """Four things; one stands half before another."""
    places = [(-1.0, 0.8), (0.0, 0.3), (0.25, -0.6), (1.2, 0.0)]
    return tuple(
        Standing(
            row=1,
            column=place % 3,
            asset=ASSETS[(number * 4 + place) % len(ASSETS)].id,
            mesh="mesh",
            position=position,
            size=0.6 + 0.1 * place,
            yaw=10.0 * number,
        )
        for place, position in enumerate(places)
    )


def _table(number: int) -> Tabletop:
    things = _things(number)
    return Tabletop(width=_SIDE, height=_SIDE, grid=3, objects=things, ambient=1.0)


def _film(number: int) -> TabletopVideo:
    first, *others = _things(number)
    moving = first.model_copy(update={"motion": Motion(shift=(0.4, -0.2), turn=60.0)})
    return TabletopVideo(
        width=_SIDE, height=_SIDE, grid=3, objects=(moving, *others), frames=4, ambient=1.0
    )


def _generated(subject: Subject, kind: str) -> list[Shown]:
    """Scenes of a kind of a plugin's own, by the first generator that makes any at hand."""
    for entry in subject.lab.of_kind("task-generator"):
        if kind not in entry.contribution.makes:
            continue
        for assets in [subject.assets] if subject.assets else [_SHOP, "objects"]:
            try:
                bench = Workbench(subject.lab, assets=assets, tasks=[entry.short_id], strict=True)
            except (PluginError, AssetError):
                continue
            drawn = (scene for scene in _drawn(bench, subject) if scene.kind == kind)
            found: list[Shown] = [
                (f"{kind} scene {number} of {entry.short_id}", scene, bench.assets)
                for number, scene in enumerate(drawn)
            ]
            if found:
                return found
    return []


def _drawn(bench: Workbench, subject: Subject) -> Iterator[Scene]:
    """The scenes of some plans, without those that the generator can't make."""
    for plan in bench.space.sample(subject.n, np.random.default_rng(subject.seed)):
        with suppress(Exception):  # what a generator can't make is not the renderer's matter
            yield bench.scene(bench.instance(plan, subject.seed))


# -- contract -------------------------------------------------------------------------------


@check("contract", _KIND)
def media_are_declared(subject: Subject) -> str:
    """What it gives is of a media type that it declares, of the scene's size, and readable."""
    drawing = _drawing(subject)
    declared = subject.entry.contribution.makes
    listed = scenes(subject)
    for label, scene, assets in listed:
        media: object = drawing.render(scene, assets)
        if not isinstance(media, Media):
            raise CheckFailure(
                f"render gave {type(media).__name__} for {label}", mend="give tma.Media"
            )
        if media.media_type not in declared or media.media_type not in EXTENSIONS:
            raise CheckFailure(
                f"{label} became {media.media_type!r}, declared is {', '.join(declared) or 'none'}",
                mend=f"declare it under makes; known types: {', '.join(EXTENSIONS)}",
            )
        size = _frames(media)[0].shape[1::-1]
        if size != (scene.width, scene.height):
            raise CheckFailure(
                f"{label} is {size[0]} x {size[1]} pixels instead of {scene.width} x "
                f"{scene.height}",
                mend="draw as many pixels as the scene says",
            )
    return f"{len(listed)} scenes"


def _frames(media: Media) -> list[NDArray[np.uint8]]:
    """The picture, or the frames of a video, each (h, w, 3)."""
    if media.media_type.startswith("video/"):
        from tma.frames import read_frames

        return list(read_frames(media.data))
    from PIL import Image

    try:
        with Image.open(io.BytesIO(media.data)) as image:
            return [np.asarray(image.convert("RGB"))]
    except Exception as error:
        raise CheckFailure(f"a picture can't be read: {error}", mend="encode it whole") from None


@check("contract", _KIND)
def other_scenes_are_refused(subject: Subject) -> None:
    """A scene of a kind that it does not draw raises tma.MediaError, no other error."""
    scene = Scene(kind="no-such-kind")
    try:
        _drawing(subject).render(scene, OpenAssets(subject.lab, _SHOP))
    except MediaError:
        return
    except Exception as error:
        raise CheckFailure(
            f"a scene of an unknown kind raises {type(error).__name__}",
            mend="raise tma.MediaError that names the kind",
        ) from error
    raise CheckFailure("a scene of an unknown kind is drawn", mend="raise tma.MediaError")


# -- properties -----------------------------------------------------------------------------


@check("property", _KIND)
def same_again(subject: Subject) -> None:
    """The same scene gives identical bytes and reports, from a used renderer and from a new one."""
    first = pictures(subject)
    used = _drawing(subject)
    for label, scene, assets in [*scenes(subject)[::-1], *scenes(subject)]:
        media = used.render(scene, assets)
        now = {"bytes": hashlib.sha256(media.data).hexdigest(), "report": digest(media.report)}
        compare({label: first[label]}, {label: now}, "when it has drawn others before", _CHANCE)


@check("property", _KIND)
def same_elsewhere(subject: Subject) -> None:
    """Another process with another PYTHONHASHSEED gives identical bytes and reports."""
    compare_elsewhere(subject, "pictures", _CHANCE)


@check("property", _KIND)
def report_agrees_with_picture(subject: Subject) -> str:
    """What it reports of each object agrees with where the picture changes without it."""
    drawing = _drawing(subject)
    judged = 0
    for label, scene, assets in scenes(subject):
        if isinstance(scene, Stickers):
            judged += _check_boxes(drawing, label, scene, assets)
        elif isinstance(scene, Tabletop):
            judged += _check_view(drawing, label, scene, assets)
    if not judged:
        raise NotChecked("of such scenes nothing is known that a report must say")
    return f"{judged} objects"


def _changed(one: Media, other: Media) -> Mask:
    first, second = _frames(one)[0].astype(int), _frames(other)[0].astype(int)
    changed: Mask = np.abs(first - second).sum(axis=2) >= _CHANGED
    return changed


def _without(items: Sequence[Any], place: int) -> tuple[Any, ...]:
    return tuple(item for i, item in enumerate(items) if i != place)


def _check_boxes(drawing: Renderer, label: str, scene: Stickers, assets: AssetReader) -> int:
    """Reported boxes of stickers; a report without any says nothing, and need not."""
    whole = drawing.render(scene, assets)
    boxes = whole.report.get("boxes")
    if boxes is None:
        return 0
    assert isinstance(boxes, dict)
    for place, sticker in enumerate(scene.cells):
        key = f"{sticker.row},{sticker.column}"
        rest = drawing.render(
            scene.model_copy(update={"cells": _without(scene.cells, place)}), assets
        )
        seen = _box(_changed(whole, rest))
        told = boxes.get(key)
        if told is None or max(abs(a - b) for a, b in zip(told, seen, strict=True)) > 2:
            raise CheckFailure(
                f"{label}: the sticker in cell {key} is reported at {told}, seen at {list(seen)}",
                mend="report `boxes` as {'row,column': [left, top, right, bottom]} in pixels",
            )
    return len(scene.cells)


def _check_view(drawing: Renderer, label: str, scene: Tabletop, assets: AssetReader) -> int:
    mend = "report tma.View(objects=...).model_dump(mode='json'), counted from a segmentation"
    whole = drawing.render(scene, assets)
    try:
        view = View.model_validate(whole.report)
    except ValueError as error:
        raise CheckFailure(
            f"{label}: its report is no tma.View: {' '.join(str(error).split())[:160]}", mend=mend
        ) from None
    if len(view.objects) != len(scene.objects):
        raise CheckFailure(f"{label}: {len(view.objects)} objects are reported", mend=mend)
    empty = drawing.render(scene.model_copy(update={"objects": ()}), assets)
    for place, told in enumerate(view.objects):
        without = scene.model_copy(update={"objects": _without(scene.objects, place)})
        alone = scene.model_copy(update={"objects": (scene.objects[place],)})
        shown = _changed(whole, drawing.render(without, assets))
        full = int(_changed(empty, drawing.render(alone, assets)).sum())
        pixels = int(shown.sum())
        edge = 8 * np.sqrt(full) + 8  # pixels at its outline may count or not
        about = f"{label}: object {place}"
        if abs(told.pixels[0] - pixels) > edge:
            raise CheckFailure(
                f"{about} is reported on {told.pixels[0]} pixels, seen on {pixels}", mend=mend
            )
        hidden = 1 - pixels / full if full else 0.0
        if full and abs(told.hidden[0] - hidden) > 2 * edge / full:
            raise CheckFailure(
                f"{about} is reported as hidden by {told.hidden[0]:.0%}, is by {hidden:.0%}",
                mend=mend,
            )
        gaps = [abs(a - b) for a, b in zip(told.box[0], _box(shown), strict=True)]
        if pixels and max(gaps) > 4:
            raise CheckFailure(
                f"{about} is reported at {told.box[0]}, seen at {_box(shown)}", mend=mend
            )
    return len(view.objects)


def _box(shown: Mask) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    if not len(rows):
        return (0, 0, 0, 0)
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
