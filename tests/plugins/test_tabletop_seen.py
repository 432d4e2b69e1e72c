"""Reports on random buffers, beside a count pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest

from tma_plugins.tabletop.seen import Alone, Frame, report

COUNT = 4


def _random(rng: np.random.Generator, shape: tuple[int, int]) -> Frame:
    owners = rng.integers(-1, COUNT - 1, shape)  # the last one is never seen
    colors = rng.integers(0, 256, (*shape, 3)).astype(np.uint8)
    alone = []
    for number in range(COUNT):
        inside = int((owners == number).sum()) + int(rng.integers(4))
        alone.append(Alone(inside, inside + int(rng.integers(5))))
    return Frame(owners, colors, alone)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", [np.int16, np.int32, np.int64])
def test_reports_agree_with_counting_one_by_one(seed: int, kind: type) -> None:
    rng = np.random.default_rng(seed)
    shape = int(rng.integers(1, 7)), int(rng.integers(1, 7))
    frames = [_random(rng, shape) for _ in range(3)]
    frames = [f._replace(owners=f.owners.astype(kind)) for f in frames]
    view = report(frames)
    assert len(view.objects) == COUNT
    for number, seen in enumerate(view.objects):
        for n, frame in enumerate(frames):
            own = [tuple(map(int, at)) for at in np.argwhere(frame.owners == number)]
            assert seen.pixels[n] == len(own)
            inside, total = frame.alone[number]
            hidden = 1 - len(own) / inside if inside else 1.0
            assert seen.hidden[n] == pytest.approx(hidden, abs=1e-4)
            assert seen.cut[n] == pytest.approx(1 - inside / total if total else 1.0, abs=1e-4)
            rows, columns = {r for r, _ in own}, {c for _, c in own}
            box = (min(columns), min(rows), max(columns) + 1, max(rows) + 1) if own else (0,) * 4
            assert seen.box[n] == box
            assert seen.change[n] == pytest.approx(_change(frames, n, number), abs=2e-3)


def _change(frames: list[Frame], n: int, number: int) -> float:
    if n == 0:
        return 0.0
    now, before = frames[n], frames[n - 1]
    steps = []
    for at in np.ndindex(now.owners.shape):
        if number in (now.owners[at], before.owners[at]):
            one, other = (
                float(np.dot(f.colors[at].astype(float), (0.299, 0.587, 0.114)))
                for f in (now, before)
            )
            steps.append(abs(one - other))
    return sum(steps) / len(steps) if steps else 0.0


def test_reports_are_json() -> None:
    rng = np.random.default_rng(0)
    view = report([_random(rng, (5, 4)), _random(rng, (5, 4))])
    assert type(view).model_validate_json(view.model_dump_json()) == view
