"""Pictures and videos handed through."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from tests.plugins.clips import write_clip

from tma import (
    ClipScene,
    GraphObject,
    KeyFrame,
    MediaError,
    PhotoScene,
    SceneGraph,
    Stickers,
    VideoGraph,
)
from tma_plugins.footage.renderers import ClipRenderer, PhotoConfig, PhotoRenderer


class Held:
    """Assets whose bytes are given."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, asset_id: str, form: str, name: str) -> bytes:
        return self.data

    def sha256(self, asset_id: str, form: str, name: str) -> str:
        raise AssertionError("not needed")

    derived = sha256


def photo(width: int = 80, height: int = 60) -> PhotoScene:
    thing = GraphObject(id="1", category="cat")
    graph = SceneGraph(id="g", media="g.jpg", width=width, height=height, objects=(thing,))
    return PhotoScene(width=width, height=height, graph=graph)


def file(kind: str, size: tuple[int, int] = (80, 60)) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, (200, 10, 0)).save(data, kind)
    return data.getvalue()


@pytest.mark.parametrize(("kind", "made"), [("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp")])
def test_a_picture_comes_through_as_it_is(kind: str, made: str) -> None:
    media = PhotoRenderer().render(photo(), Held(file(kind)))  # type: ignore[arg-type]
    assert (media.data, media.media_type) == (file(kind), f"image/{made}")


def test_other_formats_and_large_pictures_become_png() -> None:
    media = PhotoRenderer().render(photo(), Held(file("BMP")))  # type: ignore[arg-type]
    assert media.media_type == "image/png"
    smaller = PhotoRenderer(PhotoConfig(longest=40))
    media = smaller.render(photo(), Held(file("JPEG")))  # type: ignore[arg-type]
    assert Image.open(io.BytesIO(media.data)).size == (40, 30)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not an image file"),
        (file("PNG")[:60], "picture 'g.jpg' of 'g'"),
        (file("PNG", (60, 80)), "is 60 x 80, but its scene graph is of one that is 80 x 60"),
    ],
)
def test_wrong_pictures_are_named(data: bytes, message: str) -> None:
    with pytest.raises(MediaError, match=message):
        PhotoRenderer().render(photo(), Held(data))  # type: ignore[arg-type]


def test_pictures_may_be_of_another_size_but_not_of_another_shape() -> None:
    media = PhotoRenderer().render(photo(), Held(file("PNG", (40, 30))))  # type: ignore[arg-type]
    assert media.media_type == "image/png"


def clip() -> ClipScene:
    graph = VideoGraph(
        id="v",
        width=64,
        height=48,
        objects=(GraphObject(id="who", category="person"),),
        seconds=1,
        actor="who",
        frames=(KeyFrame(time=0),),
    )
    return ClipScene(width=64, height=48, graph=graph)


def test_a_video_comes_through_as_it_is(tmp_path: Path) -> None:
    write_clip(tmp_path / "v.mp4", frames=4, rate=4)
    data = (tmp_path / "v.mp4").read_bytes()
    media = ClipRenderer().render(clip(), Held(data))  # type: ignore[arg-type]
    assert (media.data, media.media_type) == (data, "video/mp4")
    with pytest.raises(MediaError, match="is no MP4 file"):
        ClipRenderer().render(clip(), Held(b"no video"))  # type: ignore[arg-type]


@pytest.mark.parametrize("renderer", [PhotoRenderer(), ClipRenderer()])
def test_other_scenes_are_refused(renderer: PhotoRenderer | ClipRenderer) -> None:
    with pytest.raises(MediaError, match="with a scene graph: Stickers"):
        renderer.render(Stickers(grid=1, cells=()), Held(b""))  # type: ignore[arg-type]
