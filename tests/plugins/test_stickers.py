from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tma import AssetError, AssetReader, Background, MediaError, Scene, Sticker, Stickers
from tma_plugins.bytecache import ByteCache
from tma_plugins.stickers.layout import fit, grid_boxes
from tma_plugins.stickers.png import encode
from tma_plugins.stickers.prepared import Prepared, from_bytes, prepare, room_for, to_bytes
from tma_plugins.stickers.renderer import StickersConfig, StickersRenderer

RED = (220, 20, 30, 255)


def png(size: tuple[int, int], colour: tuple[int, int, int, int] = RED, border: int = 0) -> bytes:
    image = Image.new("RGBA", (size[0] + 2 * border, size[1] + 2 * border))
    image.paste(colour, (border, border, border + size[0], border + size[1]))
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


class Reader(AssetReader):
    def __init__(self, **files: bytes) -> None:
        self.files = files
        self.reads = 0

    def read(self, asset_id: str, form: str, name: str) -> bytes:
        assert (form, name) == ("sticker", "0")
        self.reads += 1
        return self.files[asset_id]

    def sha256(self, asset_id: str, form: str, name: str) -> str:
        return hashlib.sha256(self.files[asset_id]).hexdigest()


def one(
    row: int = 0,
    column: int = 0,
    asset: str = "a",
    size: float = 0.9,
    shift: tuple[float, float] = (0.0, 0.0),
) -> Sticker:
    return Sticker(row=row, column=column, asset=asset, view="0", size=size, shift=shift)


def scene(*cells: Sticker, grid: int = 2, background: Background | None = None) -> Stickers:
    return Stickers(grid=grid, cells=cells, background=background or Background())


def pixels(data: bytes) -> np.ndarray:
    with Image.open(BytesIO(data)) as image:
        assert (image.format, image.mode) == ("PNG", "RGB")
        return np.asarray(image)


def test_the_visible_object_has_the_stated_size_and_place() -> None:
    reader = Reader(a=png((40, 20), border=30))
    media = StickersRenderer().render(scene(one(1, 0, size=0.5, shift=(0.25, 0.0))), reader)
    assert media.media_type == "image/png"
    assert media.report == {"boxes": {"1,0": [128, 352, 256, 416]}}
    picture = pixels(media.data)
    assert picture.shape == (512, 512, 3)
    red = np.argwhere((picture == RED[:3]).all(axis=2))
    assert (red.min(axis=0) == (352, 128)).all()
    assert (red.max(axis=0) == (415, 255)).all()
    assert (picture[:350] == 255).all()


def test_same_scene_same_bytes_cached_or_not() -> None:
    reader = Reader(a=png((40, 20)), b=png((10, 99), (0, 90, 200, 255)))
    drawn = scene(one(), one(2, 1, "b", 0.63), grid=3)
    renderer = StickersRenderer()
    first = renderer.render(drawn, reader)
    assert renderer.render(drawn, reader) == first
    assert reader.reads == 2
    assert StickersRenderer().render(drawn, reader) == first


class KeepingReader(Reader):
    """A reader with a cache of what is derived."""

    def __init__(self, **files: bytes) -> None:
        super().__init__(**files)
        self.kept: dict[tuple[str, str], bytes] = {}

    def derived(
        self, asset_id: str, form: str, name: str, how: str, make: Callable[[bytes], bytes]
    ) -> bytes:
        if (asset_id, how) not in self.kept:
            self.kept[asset_id, how] = make(self.read(asset_id, form, name))
        return self.kept[asset_id, how]


def noise(width: int, height: int) -> bytes:
    values = np.random.default_rng(1).integers(0, 256, (height, width, 4), dtype=np.uint8)
    values[height // 2 :, : width // 2] = 0
    file = BytesIO()
    Image.fromarray(values).save(file, "PNG")
    return file.getvalue()


def test_large_pictures_are_scaled_once_and_kept() -> None:
    files = {"a": noise(400, 500), "b": png((300, 200))}
    drawn = scene(one(0, 0, "a"), one(0, 1, "b"), one(1, 1, "a", 0.5))
    plain = StickersRenderer().render(drawn, Reader(**files))
    keeping = KeepingReader(**files)
    assert StickersRenderer().render(drawn, keeping) == plain
    assert [asset for asset, _ in keeping.kept] == ["a"]
    made = dict(keeping.kept)
    assert StickersRenderer().render(drawn, keeping) == plain
    assert keeping.kept == made
    larger = drawn.model_copy(update={"width": 1200, "height": 1200})
    assert StickersRenderer().render(larger, keeping).report != plain.report
    assert keeping.kept == made  # it takes all pixels that there are


@pytest.mark.parametrize("damage", [b"", b"x", b"x" * 99])
def test_a_damaged_cache_changes_nothing(damage: bytes) -> None:
    reader = KeepingReader(a=noise(400, 500))
    plain = StickersRenderer().render(scene(one()), reader)
    for damaged in (damage, *(k[:-9] for k in reader.kept.values())):
        reader.kept = dict.fromkeys(reader.kept, damaged)
        assert StickersRenderer().render(scene(one()), reader) == plain


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 9))
def test_what_is_kept_is_read_back(width: int, height: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    image = Image.fromarray(rng.integers(0, 256, (height, width, 4), dtype=np.uint8))
    kept = Prepared((70, 80), image.convert("RGBa"))
    back = from_bytes(to_bytes(kept))
    assert (back.size, back.image.mode) == ((70, 80), "RGBa")
    assert back.image.tobytes() == kept.image.tobytes()


def test_one_prepared_picture_serves_all_sizes_of_a_scene() -> None:
    assert [room_for(longer) for longer in (1, 129, 235, 256, 257, 512)] == [320] * 4 + [640] * 2
    whole = prepare(noise(400, 500), 500)
    assert (whole.size, whole.image.size) == ((400, 500), (400, 500))
    less = prepare(noise(400, 500), 320)
    assert (less.size, less.image.size) == ((400, 500), (256, 320))


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ((one(0, 2),), r"cells\[0\]: row 0, column 2 lies outside the 2 x 2 grid"),
        ((one(), one()), r"cells\[1\]: row 0, column 0 holds two stickers"),
        ((one(shift=(0.1, 0)),), "would leave its cell"),
        ((one(shift=(0, float("nan"))),), "would leave its cell"),
    ],
)
def test_scenes_that_make_no_sense(cells: tuple[Sticker, ...], message: str) -> None:
    with pytest.raises(MediaError, match=message):
        StickersRenderer().render(scene(*cells), Reader(a=png((20, 20))))


def test_other_scene_kinds_are_refused() -> None:
    with pytest.raises(MediaError, match="kind 'table'"):
        StickersRenderer().render(Scene(kind="table"), Reader())


def _header(width: int, height: int) -> bytes:
    body = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + body + struct.pack(">I", zlib.crc32(b"IHDR" + body))
    return b"\x89PNG\r\n\x1a\n" + chunk


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not a PNG"),
        (b"GIF89a" + bytes(60), "is not a PNG"),
        (_header(30_000, 10), "is 30000 x 10 pixels; at most 16384 a side"),
        (_header(12_000, 12_000), "is 12000 x 12000 pixels"),
        (_header(0, 0), "is a damaged PNG"),
        (_header(20, 20), "is a damaged PNG"),
        (png((400, 300))[:150], "is a damaged PNG"),
        (png((30, 30), (9, 9, 9, 0)), "is fully transparent"),
    ],
)
def test_bad_stickers_are_named(data: bytes, message: str) -> None:
    with pytest.raises(AssetError, match=f"asset a: sticker '0' {message}"):
        StickersRenderer().render(scene(one()), Reader(a=data))


@pytest.mark.parametrize("mode", ["RGB", "L", "LA", "P", "1", "I;16"])
def test_any_kind_of_png_is_read(mode: str) -> None:
    file = BytesIO()
    Image.new(mode, (8, 8)).save(file, "PNG")
    data = file.getvalue()
    if mode == "LA":
        data = png((8, 8))
    assert StickersRenderer().render(scene(one()), Reader(a=data)).data


def test_backgrounds(tmp_path: Path) -> None:
    Image.new("RGB", (60, 30), (10, 200, 90)).save(tmp_path / "meadow.png")
    renderer = StickersRenderer(StickersConfig(backgrounds=tmp_path))

    def draw(**given: object) -> np.ndarray:
        background = Background.model_validate(given)
        return pixels(renderer.render(scene(background=background), Reader()).data)

    assert (draw(kind="plain", colors=((1, 2, 3),)) == (1, 2, 3)).all()
    gradient = draw(kind="gradient", colors=((0, 0, 0), (200, 100, 0)))
    assert (gradient[0] == 0).all()
    assert (gradient[-1] == (200, 100, 0)).all()
    assert (np.diff(gradient[:, 0, 0].astype(int)) >= 0).all()
    assert (draw(kind="photo", photo="meadow.png") == (10, 200, 90)).all()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"kind": "photo"}, "must name a file"),
        ({"kind": "photo", "photo": "x.png"}, "x.png: no such background photo"),
        ({"kind": "photo", "photo": "../x.png"}, "without a folder"),
        ({"kind": "photo", "photo": "text.png"}, "text.png: background photo can't be read"),
        ({"kind": "gradient"}, "a gradient background needs 2, not 1"),
        ({"kind": "plain", "colors": ((0, 0, 300),)}, r"\[0, 0, 300\] is not within 0 to 255"),
    ],
)
def test_bad_backgrounds(given: dict[str, object], message: str, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    renderer = StickersRenderer(StickersConfig(backgrounds=tmp_path))
    with pytest.raises(MediaError, match=message):
        renderer.render(scene(background=Background.model_validate(given)), Reader())


def test_photos_need_a_folder() -> None:
    with pytest.raises(MediaError, match="no folder of backgrounds"):
        StickersRenderer().render(
            scene(background=Background(kind="photo", photo="a.png")), Reader()
        )


@given(
    grid=st.integers(1, 16),
    width=st.integers(1, 3000),
    height=st.integers(1, 3000),
    size=st.floats(0.01, 1),
    share=st.tuples(st.floats(-1, 1), st.floats(-1, 1)),
)
def test_what_fits_stays_inside_its_cell(
    grid: int, width: int, height: int, size: float, share: tuple[float, float]
) -> None:
    free = (1 - size) / 2
    sticker = one(grid - 1, grid // 2, size=size, shift=(share[0] * free, share[1] * free))
    (cell,) = grid_boxes(scene(sticker, grid=grid))
    left, top, right, bottom = fit(sticker, cell, (width, height))
    assert cell[0] <= left < right <= cell[2]
    assert cell[1] <= top < bottom <= cell[3]
    side = min(cell[2] - cell[0], cell[3] - cell[1])
    assert abs(max(right - left, bottom - top) - max(1, size * side)) <= 1


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([3, 4]), st.integers(0, 9))
def test_encoding_loses_nothing(width: int, height: int, bands: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 256, (height, width, bands), dtype=np.uint8)
    with Image.open(BytesIO(encode(Image.fromarray(values)))) as image:
        assert (np.asarray(image) == values).all()


def test_zlib_would_pack_to_the_same_bytes() -> None:
    rng = np.random.default_rng(3)
    values = rng.integers(0, 256, (300, 200, 3), dtype=np.uint8)
    values[40:200, 30:] = values[40, 30]
    data = encode(Image.fromarray(values))
    (packed,) = [data[i + 4 : i + 4 + n] for n, i in _chunks(data) if data[i : i + 4] == b"IDAT"]
    packer = zlib.compressobj(1, zlib.DEFLATED, 15, 9, zlib.Z_RLE)
    assert packer.compress(zlib.decompress(packed)) + packer.flush() == packed


def _chunks(data: bytes) -> Iterator[tuple[int, int]]:
    """Length of each chunk's body, and where its name starts."""
    start = 8
    while start < len(data):
        length = int.from_bytes(data[start : start + 4])
        yield length, start + 4
        start += length + 12


def test_the_cache_keeps_what_is_recent_and_within_its_bytes() -> None:
    cache: ByteCache[str, bytes] = ByteCache(10, len)
    made = []

    def get(key: str, size: int = 4) -> None:
        def make() -> bytes:
            made.append(key)
            return bytes(size)

        cache.get(key, make)

    for key in "ababcab":
        get(key)
    assert made == ["a", "b", "c", "a", "b"]
    get("huge", 11)
    assert len(cache) == 2
    assert cache.held == 8
