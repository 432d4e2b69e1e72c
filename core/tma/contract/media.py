"""What a renderer gives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tma.contract.assets import AssetReader
from tma.contract.scene import Scene


@dataclass(frozen=True, slots=True)
class Media:
    """A rendered picture or video.

    Attributes:
        data: the file's bytes; equal for equal scenes, assets and renderer.
        media_type: `image/png`, `video/mp4`, ...
        report: what the renderer saw, by name (pixels per object, ...); JSON values.
    """

    data: bytes
    media_type: str
    report: Mapping[str, object] = field(default_factory=dict)


EXTENSIONS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "video/mp4": ".mp4"}


class Renderer(ABC):
    """A plugin that draws the scene kinds that its contribution lists under `consumes`.

    Called with its config model if it has one. One instance serves one process; it may cache
    decoded assets, and must not let that change a byte of the result.
    """

    @abstractmethod
    def render(self, scene: Scene, assets: AssetReader) -> Media:
        """Draw one scene.

        Raises:
            MediaError: the scene can't be drawn.
            AssetError: an asset's bytes are missing or broken.
        """

    def environment(self) -> Sequence[str]:
        """What else the bytes depend on, a line each: a driver, a library with its version.

        None by default; this distribution, numpy and Pillow need not be named. The lines are part
        of the keys under which media are kept, and are recorded with them: of media that can't be
        rendered again to the byte `tma verify` says so where these lines are other ones. Asked
        for before kept media are looked up, so it should take no time.

        Raises:
            MediaError: it can't be told.
        """
        return ()
