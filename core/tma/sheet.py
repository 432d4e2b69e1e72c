"""Contact sheets: many assets' pictures on one, with their names."""

from __future__ import annotations

import io
import math
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from tma.assets import OpenAssets
from tma.contract.assets import Asset
from tma.errors import AssetError
from tma.graphsheet import graph_sheet
from tma.mediacache import write_whole
from tma.pictures import open_picture
from tma.redaction import Redaction
from tma.seeds import check_seed, derive_rng

_TILE, _TEXT, _COLUMNS = 112, 16, 10
_FORM = "sticker"
_BLANK = Image.new("RGBA", (_TILE - 8, _TILE - 8), (215, 215, 210, 255))


def contact_sheet(
    assets: OpenAssets,
    path: Path,
    *,
    n: int,
    category: str | None = None,
    seed: int = 0,
    redaction: Redaction | None = None,
) -> int:
    """Draw up to `n` assets onto a PNG, one a category in turn, and return how many.

    Of a source with scene graphs, pictures and first frames of videos with what is annotated.

    Args:
        assets: the source.
        path: the file to write, `*.png`; it is replaced if it is there.
        n: the most pictures.
        category: id or name; only assets at or below it.
        seed: which assets, if there are more.
        redaction: what is not to be shown: tokens stand for its pictures and names.

    Raises:
        AssetError: no asset has a picture, a picture is missing or broken, or `path` is no name
            of a PNG.
    """
    if path.suffix.lower() != ".png" or path.is_dir():
        raise AssetError(f"{path} can't be a contact sheet", hint="name a file: sheet.png")
    hidden = redaction if redaction is not None and redaction.hides(assets.entry.id) else None
    if assets.graphs and category is None and hidden is None:
        sheet, count = graph_sheet(assets, n=n, seed=seed)
        _save(sheet, path)
        return count
    chosen = _choose(assets, n, category, seed)
    if not chosen:
        raise AssetError(f"{assets.entry.short_id} has no asset in the form {_FORM!r} to show")
    columns = min(_COLUMNS, len(chosen))
    rows = math.ceil(len(chosen) / columns)
    sheet = Image.new("RGB", (columns * _TILE, rows * (_TILE + _TEXT)), (250, 250, 248))
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(11)
    catalogue = assets.catalogue()
    for place, asset in enumerate(chosen):
        left, top = place % columns * _TILE, place // columns * (_TILE + _TEXT)
        picture = _picture(assets, asset) if hidden is None else _BLANK
        offset = (left + (_TILE - picture.width) // 2, top + (_TILE - picture.height) // 2)
        sheet.paste(picture, offset, picture)
        name = catalogue.name(asset.categories[0])
        name = name if hidden is None else hidden.token(name)
        while font.getlength(name) > _TILE - 4:
            name = name[:-2] + "…"
        draw.text((left + _TILE / 2, top + _TILE + 2), name, (40, 40, 40), font, anchor="ma")
    _save(sheet, path)
    return len(chosen)


def _save(sheet: Image.Image, path: Path) -> None:
    data = io.BytesIO()
    sheet.save(data, "PNG")
    write_whole(path, data.getvalue())


def _choose(assets: OpenAssets, n: int, category: str | None, seed: int) -> list[Asset]:
    """One asset of each category in turn, until there are n; sorted by category."""
    catalogue = assets.catalogue()
    members = catalogue.everything
    if category is not None:
        members = catalogue.assets_in(catalogue.find_category(category))
    rng = derive_rng("sheet", check_seed(seed))
    queues: dict[str, list[Asset]] = {}
    for number in rng.permutation(members.numbers()).tolist():
        asset = catalogue.assets[number]
        if asset.forms.get(_FORM):
            queues.setdefault(asset.categories[0], []).append(asset)
    rounds = [(turn, c, a) for c, queue in queues.items() for turn, a in enumerate(queue)]
    rounds.sort(key=lambda item: (item[0], catalogue.name(item[1]), item[2].id))
    return sorted(
        (a for _, _, a in rounds[:n]), key=lambda a: (catalogue.name(a.categories[0]), a.id)
    )


def _picture(assets: OpenAssets, asset: Asset) -> Image.Image:
    name = asset.forms[_FORM][0]
    data = assets.read(asset.id, _FORM, name)
    try:
        picture = open_picture(data).convert("RGBA")
    except ValueError as error:
        raise AssetError(f"asset {asset.id!r}: {_FORM} {name!r} is no picture: {error}") from None
    picture.thumbnail((_TILE - 8, _TILE - 8), Image.Resampling.LANCZOS)
    return picture
