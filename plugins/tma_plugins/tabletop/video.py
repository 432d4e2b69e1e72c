"""Frames as an MP4 file."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tma import MediaError

_OPTIONS = {
    "crf": "18",
    "preset": "medium",
    "bf": "0",
    # x264's macroblock tree reads past its tables: what is there decides on the last macroblock
    "x264-params": "mbtree=0",
}
_INDEX_BYTES, _INDEX_BYTES_A_FRAME = 2048, 32


def encode_mp4(frames: Iterable[NDArray[np.uint8]], fps: float) -> bytes:
    """H.264 in MP4, its index first; equal frames give equal bytes.

    Args:
        frames: (h, w, 3) RGB, at least one, all of one size with an even width and height.
        fps: pictures a second.

    Raises:
        MediaError: there is no frame, or one has an odd or another size.
    """
    import av

    frames = list(frames)
    stream: Any = None
    size: tuple[int, ...] = ()
    out = BytesIO()
    # Room for the index before the frames, so that players can begin with what has arrived.
    room = {"moov_size": str(_INDEX_BYTES + _INDEX_BYTES_A_FRAME * len(frames))}
    with av.open(out, "w", format="mp4", container_options=room) as container:
        for pixels in frames:
            if stream is None:
                size = pixels.shape
                if size[0] % 2 or size[1] % 2:
                    raise MediaError(
                        f"a video of {size[1]} x {size[0]} pixels can't be encoded",
                        hint="H.264 wants an even width and height",
                    )
                stream = container.add_stream("libx264", rate=Fraction(fps).limit_denominator(1000))
                stream.width, stream.height = size[1], size[0]
                stream.pix_fmt, stream.options = "yuv420p", dict(_OPTIONS)
                # Several threads would decide by their speed how many slices there are.
                stream.thread_count = 1
            if pixels.shape != size:
                raise MediaError("a video's frames must all be of one size")
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                container.mux(packet)
        if stream is None:
            raise MediaError("a video needs at least one frame")
        for packet in stream.encode():
            container.mux(packet)
    return out.getvalue()
