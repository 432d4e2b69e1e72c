"""The asset sources `rendered-scenes` and `rendered-videos`."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, Field

from tma import Asset, AssetError, AssetSource, Inventory, SceneGraph, VideoGraph
from tma_plugins.rendered import studio

_ORIGIN = "made by tma_plugins.rendered"
_LICENCE = "CC0-1.0"


class SceneSettings(BaseModel):
    """Settings of `rendered-scenes`.

    Attributes:
        count: how many pictures there are. More change none that there were.
        seed: another one makes other pictures.
        width, height: of a picture in pixels; the height is 1/2 to 1 times the width.
        renderer: `auto` draws with OpenGL where it can be used, else by ray casting.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    count: int = Field(default=120, ge=1, le=1_000_000)
    seed: int = Field(default=0, ge=0)
    width: int = Field(default=640, ge=160, le=2048)
    height: int = Field(default=480, ge=120, le=2048)
    renderer: studio.Choice = "auto"


class VideoSettings(BaseModel):
    """Settings of `rendered-videos`.

    Attributes:
        count: how many videos there are. More change none that there were.
        seed: another one makes other videos.
        width, height: of a frame in pixels, even numbers.
        fps: frames a second.
        renderer: `auto` draws with OpenGL where it can be used, else by ray casting.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    count: int = Field(default=40, ge=1, le=1_000_000)
    seed: int = Field(default=0, ge=0)
    width: int = Field(default=352, ge=128, le=1280, multiple_of=2)
    height: int = Field(default=264, ge=96, le=1280, multiple_of=2)
    fps: float = Field(default=8.0, ge=4, le=30)
    renderer: studio.Choice = "auto"


class RenderedScenes(AssetSource):
    """Pictures of furnished rooms of which everything is known. Their ids are `scene-NUMBER`."""

    def __init__(self, settings: SceneSettings) -> None:
        self._settings = settings

    def inventory(self) -> Inventory:
        """The vocabularies; no scene is made."""
        from tma_plugins.rendered.catalog import attribute_types, categories, in_use
        from tma_plugins.rendered.relations import TYPES

        return Inventory(
            categories=categories(in_use()),
            attribute_types=attribute_types(),
            relation_types=TYPES,
            licence=_LICENCE,
            origin=_ORIGIN,
        )

    def graphs(self) -> Iterator[SceneGraph]:
        """The pictures' graphs, without drawing any."""
        from tma_plugins.rendered.compose import composed
        from tma_plugins.rendered.facts import scene_graph

        s = self._settings
        for number in range(s.count):
            scene = composed(s.seed, number, s.width, s.height)
            yield scene_graph(f"scene-{number:05}", scene)

    def graphs_stamp(self) -> str:
        """Names settings and code."""
        return f"{self._settings.model_dump(exclude={'renderer'})} {studio.geometry_stamp()}"

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        """A PNG.

        Raises:
            AssetError: there is no such picture.
            MediaError: it can't be drawn.
        """
        from tma_plugins.rendered.compose import composed

        s = self._settings
        number = _number(asset.id, "scene", s.count)
        return studio.draw(composed(s.seed, number, s.width, s.height).scene(), s.renderer)

    def fingerprint(self, asset: Asset, form: str, name: str) -> str:
        """Names the picture, and what draws it."""
        own = self._settings.model_dump(exclude={"count", "renderer"})
        return f"{asset.id} {own} {studio.drawing_stamp(self._settings.renderer)}"


class RenderedVideos(AssetSource):
    """Videos of a person who does things, of which everything is known. Ids: `video-NUMBER`."""

    def __init__(self, settings: VideoSettings) -> None:
        self._settings = settings

    def inventory(self) -> Inventory:
        """The vocabularies; no video is made."""
        from tma_plugins.rendered.catalog import attribute_types
        from tma_plugins.rendered.telling import ACTIONS, RELATIONS, categories

        return Inventory(
            categories=categories(),
            attribute_types=attribute_types(),
            relation_types=RELATIONS,
            action_types=ACTIONS,
            licence=_LICENCE,
            origin=_ORIGIN,
        )

    def graphs(self) -> Iterator[VideoGraph]:
        """The videos' graphs, without drawing any."""
        from tma_plugins.rendered.film import filmed
        from tma_plugins.rendered.telling import video_graph

        s = self._settings
        for number in range(s.count):
            film = filmed(s.seed, number, s.width, s.height, s.fps)
            yield video_graph(f"video-{number:05}", film)

    def graphs_stamp(self) -> str:
        """Names settings and code."""
        return f"{self._settings.model_dump(exclude={'renderer'})} {studio.geometry_stamp()}"

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        """An MP4.

        Raises:
            AssetError: there is no such video.
            MediaError: it can't be drawn.
        """
        from tma_plugins.rendered.film import filmed

        s = self._settings
        number = _number(asset.id, "video", s.count)
        film = filmed(s.seed, number, s.width, s.height, s.fps)
        return studio.draw(film.scene(), s.renderer)

    def fingerprint(self, asset: Asset, form: str, name: str) -> str:
        """Names the video, and what draws it."""
        own = self._settings.model_dump(exclude={"count", "renderer"})
        return f"{asset.id} {own} {studio.drawing_stamp(self._settings.renderer)}"


def _number(asset_id: str, kind: str, count: int) -> int:
    """The number in an id. Raises AssetError."""
    name, _, number = asset_id.rpartition("-")
    if name != kind or not number.isdecimal() or int(number) >= count:
        raise AssetError(f"{asset_id}: no such {kind}; there are {count}, from {kind}-00000 on")
    return int(number)
