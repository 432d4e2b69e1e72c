"""`tma frames`: a video's frames as pictures."""

from __future__ import annotations

from pathlib import Path

import click

from tma.cli.common import json_option, print_json
from tma.cli.numbers import Whole


@click.command("frames")
@click.argument("video", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the PNGs.")
@click.option("--count", type=Whole(min=1), help="As many, evenly spaced; all by default.")
@json_option
def command(video: Path, out: Path, count: int | None, as_json: bool) -> None:
    """Write the frames of VIDEO as PNGs 000.png, 001.png, ..."""
    from tma.frames import write_frames

    written = write_frames(video, out, count)
    if as_json:
        print_json({"frames": [str(path) for path in written]})
        return
    click.echo(f"{len(written)} frames in {out}")
