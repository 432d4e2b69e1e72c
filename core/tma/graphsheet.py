"""Contact sheets of scene graphs: pictures with the boxes and names that are annotated."""

from __future__ import annotations

from itertools import islice

from PIL import Image, ImageDraw, ImageFont

from tma.assets import OpenAssets
from tma.contract.graphs import GraphObject, SceneGraph
from tma.errors import AssetError
from tma.frames import read_frames
from tma.graphset import Graph
from tma.pictures import open_picture
from tma.seeds import check_seed, derive_rng

MOST = 24
"""Pictures on a sheet: some sources draw each when it is asked for."""

_WIDTH, _HEIGHT, _TEXT, _COLUMNS = 320, 240, 18, 4
_COLORS = ("#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#008080", "#9a6324", "#808000")


def graph_sheet(assets: OpenAssets, *, n: int, seed: int) -> tuple[Image.Image, int]:
    """Up to `n` pictures, and first frames of videos, and how many they are.

    Args:
        assets: a source with scene graphs.
        n: the most pictures, at most `MOST` in any case.
        seed: which, if there are more.

    Raises:
        AssetError: there is no graph, or a picture or video is missing or broken.
    """
    rng = derive_rng("graph-sheet", check_seed(seed))
    numbers = [(form, i) for form, graphs in assets.graphs.items() for i in range(len(graphs))]
    chosen = sorted(rng.permutation(len(numbers))[: min(n, MOST)].tolist())
    if not chosen:
        raise AssetError(f"{assets.entry.short_id} has no picture or video to show")
    rows = -(-len(chosen) // _COLUMNS)
    sheet = Image.new(
        "RGB", (min(_COLUMNS, len(chosen)) * _WIDTH, rows * (_HEIGHT + _TEXT)), (250, 250, 248)
    )
    for place, (form, number) in enumerate(numbers[i] for i in chosen):
        tile = _tile(assets, form, assets.graphs[form][number])
        left, top = place % _COLUMNS * _WIDTH, place // _COLUMNS * (_HEIGHT + _TEXT)
        sheet.paste(tile, (left, top))
    return sheet, len(chosen)


def _tile(assets: OpenAssets, form: str, graph: Graph) -> Image.Image:
    """A picture above its id; objects in boxes, or by name where no box is known."""
    tile = Image.new("RGB", (_WIDTH, _HEIGHT + _TEXT), (250, 250, 248))
    picture = _picture(assets, form, graph)
    picture.thumbnail((_WIDTH - 8, _HEIGHT - 8), Image.Resampling.LANCZOS)
    corner = ((_WIDTH - picture.width) // 2, (_HEIGHT - picture.height) // 2)
    tile.paste(picture, corner)
    draw, font = ImageDraw.Draw(tile), ImageFont.load_default(11)
    scale = picture.width / graph.width
    unplaced = []
    for number, thing in enumerate(graph.objects):
        color = _COLORS[number % len(_COLORS)]
        if thing.box is None or not isinstance(graph, SceneGraph):
            unplaced.append((_name(thing), color))
            continue
        box = [corner[i % 2] + scale * side for i, side in enumerate(thing.box)]
        draw.rectangle(box, outline=color, width=2)
        _label(draw, (box[0] + 2, box[1] + 1), _name(thing), color, font)
    for line, (name, color) in enumerate(islice(unplaced, _HEIGHT // 14)):
        _label(draw, (corner[0] + 4, corner[1] + 4 + 14 * line), name, color, font)
    draw.text((_WIDTH / 2, _HEIGHT + 2), graph.id, (40, 40, 40), font, anchor="ma")
    return tile


def _label(
    draw: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    color: str,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> None:
    draw.rectangle(draw.textbbox(at, text, font), fill="white")
    draw.text(at, text, color, font)


def _name(thing: GraphObject) -> str:
    return thing.name or thing.category or thing.id


def _picture(assets: OpenAssets, form: str, graph: Graph) -> Image.Image:
    data = assets.read(graph.id, form, graph.media)
    if form == "clip":
        return Image.fromarray(read_frames(data, 1)[0])
    try:
        return open_picture(data).convert("RGB")
    except ValueError as error:
        raise AssetError(f"picture {graph.media!r} of {graph.id!r} {error}") from None
