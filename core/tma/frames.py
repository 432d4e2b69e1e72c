"""Videos as frames: arrays for adapters and analyses, PNGs to look at."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tma.errors import MediaError


@dataclass(frozen=True)
class Clip:
    """Frames of a video.

    Attributes:
        frames: (frames, height, width, 3) RGB.
        places: where each stood in the video, from 0.
        rate: frames a second of the whole video.
    """

    frames: NDArray[np.uint8]
    places: tuple[int, ...]
    rate: float


def read_clip(video: Path | bytes, count: int | None = None, name: object = None) -> Clip:
    """Read a video.

    Args:
        video: an MP4 file, or any that PyAV reads; or the bytes of one.
        count: as many frames, evenly spaced, with the first and the last among them; all if
            None, or if the video has no more.
        name: what messages call bytes, such as the path that they came from.

    Raises:
        MediaError: the file can't be read or holds no frame, or fewer than 1 are asked for.
    """
    import av

    if count is not None and count < 1:
        raise MediaError(f"can't take {count} frames", hint="ask for 1 or more")
    name = name or ("the video" if isinstance(video, bytes) else video)
    source = BytesIO(video) if isinstance(video, bytes) else str(video)
    try:
        with av.open(source, "r") as container:
            rate = container.streams.video[0].average_rate
            frames = [f.to_ndarray(format="rgb24") for f in container.decode(video=0)]
    except (OSError, ValueError, IndexError, av.FFmpegError) as error:
        raise MediaError(f"{name}: can't be read as a video: {error}") from None
    if not frames:
        raise MediaError(f"{name}: holds no frame")
    wanted = len(frames) if count is None else min(count, len(frames))
    places = np.linspace(0, len(frames) - 1, wanted).round().astype(int).tolist()
    return Clip(np.stack([frames[i] for i in places]), tuple(places), float(rate or 1))


def read_frames(video: Path | bytes, count: int | None = None) -> NDArray[np.uint8]:
    """The frames of a video, as `read_clip` reads them: (frames, height, width, 3) RGB."""
    return read_clip(video, count).frames


def write_frames(video: Path, out: Path, count: int | None = None) -> list[Path]:
    """Write the frames of a video as PNGs `000.png`, `001.png`, ... into a folder.

    Args:
        video: as of `read_frames`.
        out: made if it is missing.
        count: as of `read_frames`.

    Raises:
        MediaError: as of `read_frames`, or the folder can't be written.
    """
    from PIL import Image

    written = []
    frames = read_frames(video, count)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for number, frame in enumerate(frames):
            path = out / f"{number:03}.png"
            Image.fromarray(frame).save(path)
            written.append(path)
    except OSError as error:
        raise MediaError(f"can't write to {out}: {error.strerror or error}") from None
    return written
