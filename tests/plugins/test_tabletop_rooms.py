"""What renderers of tabletop scenes share: surfaces, the table, the backdrop, and reports."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

from tma import Backdrop, MediaError, Table
from tma_plugins.tabletop.seen import Alone, Frame, report
from tma_plugins.tabletop.stage import SUNK, THICKNESS, TILE, backdrop_rows, table_surface
from tma_plugins.tabletop.surfaces import SURFACES, surface_texture

# Surfaces


def test_there_are_enough_surfaces() -> None:
    assert len(SURFACES) >= 12


@pytest.mark.parametrize("name", SURFACES)
def test_a_surface_repeats_without_a_seam(name: str) -> None:
    texture = surface_texture(name, 1, 128).astype(int)
    assert texture.shape == (128, 128, 3)
    for axis in (0, 1):
        steps = np.abs(np.diff(texture, axis=axis)).mean(axis=(1 - axis, 2))
        seam = np.abs(texture.take(0, axis) - texture.take(-1, axis)).mean()
        assert seam <= max(steps) + 1
    assert texture.std(axis=(0, 1)).max() > 1
    assert (surface_texture(name, 1, 128) == texture).all()
    assert (surface_texture(name, 2, 128) != texture).any()


def test_surfaces_are_the_same_in_every_process() -> None:
    script = (
        "import sys, hashlib; from tma_plugins.tabletop.surfaces import *\n"
        "print(hashlib.sha256(surface_texture('oak', 3, 64).tobytes()).hexdigest())"
    )
    here = hashlib.sha256(surface_texture("oak", 3, 64).tobytes()).hexdigest()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert done.stdout.strip() == here


def test_unknown_surfaces_name_the_known() -> None:
    with pytest.raises(MediaError, match="no surface 'cheese'") as error:
        surface_texture("cheese", 0, 64)
    assert error.value.hint is not None
    assert "marble" in error.value.hint


# Table and backdrop


def test_the_table_is_a_closed_slab_whose_sides_face_outwards() -> None:
    surface = table_surface(Table(width=4, depth=2), np.zeros((8, 8, 3), np.uint8))
    low, high = surface.vertices.min(axis=0), surface.vertices.max(axis=0)
    assert low == pytest.approx([-2, -1, -THICKNESS - SUNK])
    assert high == pytest.approx([2, 1, -SUNK])
    a, b, c = (surface.vertices[surface.faces[:, i]] for i in range(3))
    normals = np.cross(b - a, c - a)
    stated = surface.normals[surface.faces[:, 0]]
    assert (np.einsum("ij,ij->i", normals, stated) > 0).all()
    top = surface.faces[stated[:, 2] > 0.5].reshape(-1)
    assert surface.uv is not None
    assert np.ptp(surface.uv[top], axis=0) == pytest.approx([4 / TILE, 2 / TILE])


def test_the_backdrop_runs_from_top_to_bottom() -> None:
    rows = backdrop_rows(Backdrop(colors=((255, 0, 0), (0, 255, 0), (0, 0, 255))), 101)
    assert rows.shape == (101, 3)
    assert rows[0] == pytest.approx([1, 0, 0], abs=0.02)
    assert rows[50] == pytest.approx([0, 1, 0], abs=0.02)
    assert rows[-1] == pytest.approx([0, 0, 1], abs=0.02)
    assert backdrop_rows(Backdrop(colors=((51, 51, 51),)), 3) == pytest.approx(0.2)


# Reports


def _frame(owners: list[list[int]], grey: int, *alone: tuple[int, int]) -> Frame:
    array = np.array(owners)
    colors = np.full((*array.shape, 3), grey, np.uint8)
    return Frame(array, colors, [Alone(*a) for a in alone])


def test_a_report_counts() -> None:
    first = _frame([[0, 0, -1, -1], [0, 1, 1, -1]], 100, (4, 8), (2, 2))
    second = _frame([[-1, -1, -1, -1], [0, 1, 1, -1]], 110, (2, 2), (2, 2))
    one, other = report([first, second]).objects
    assert one.pixels == (3, 1)
    assert one.hidden == (0.25, 0.5)
    assert one.cut == (0.5, 0.0)
    assert one.box == ((0, 0, 2, 2), (0, 1, 1, 2))
    assert one.change == (0.0, 10.0)
    assert other.hidden == other.cut == (0.0, 0.0)
    assert other.box[0] == (1, 1, 3, 2)


def test_what_is_never_seen_is_hidden_and_cut() -> None:
    frames = [_frame([[-1, -1]], grey, (0, 0)) for grey in (0, 255)]
    (seen,) = report(frames).objects
    assert seen.pixels == (0, 0)
    assert (seen.hidden, seen.cut) == ((1.0, 1.0), (1.0, 1.0))
    assert seen.box == ((0, 0, 0, 0),) * 2
    assert seen.change == (0.0, 0.0)


def test_grey_weighs_colours_as_television_does() -> None:
    red = Frame(np.zeros((1, 1), int), np.array([[[100, 0, 0]]], np.uint8), [Alone(1, 1)])
    blue = Frame(np.zeros((1, 1), int), np.array([[[0, 0, 100]]], np.uint8), [Alone(1, 1)])
    assert report([red, blue]).objects[0].change[1] == pytest.approx(29.9 - 11.4, abs=0.01)
