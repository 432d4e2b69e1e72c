"""The source: key frames from pickles or JSON, actions with their times, videos as MP4 files.

Two layouts are read.

Action Genome with Charades: `object_bbox_and_relationship.pkl` maps `VIDEO.mp4/FRAME.png` to the
objects there, each with `class`, `visible`, `attention_relationship`, `spatial_relationship`,
`contacting_relationship`; `Charades_v1_train.csv` and `_test.csv` say when which action is done,
and `Charades_v1_classes.txt` how it is called. A frame's number counts the video's frames from 1.

AGQA: `*_stsgs.pkl` or `.json` maps each video to its key frames, each with `spatial`, `contact` and
`attention` (relation -> object or objects) and `actions`; `names.json` gives names for ids.
"""

from __future__ import annotations

import csv
import io
import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tma import (
    Asset,
    AssetError,
    AssetSource,
    Inventory,
    Skipped,
    VideoGraph,
    open_regular,
    read_regular,
)
from tma_plugins.actiongenome.plainpickle import load_plain
from tma_plugins.actiongenome.words import (
    OPPOSITE,
    SKIPPED,
    action_types,
    categories,
    known_object,
    known_relation,
    relation_types,
)
from tma_plugins.codestamp import code_of
from tma_plugins.scenegraph.files import Files, stamp

_FRAMES = "object_bbox_and_relationship.pkl"
_CLASSES = "Charades_v1_classes.txt"
_KINDS = ("attention", "spatial", "contact")
Frames = Mapping[str, Any]


class ActionGenomeConfig(BaseModel):
    """Settings of the source.

    Attributes:
        root: folder with the annotations, see the module.
        videos: folder or zip file with VIDEO.mp4 files; `videos` in `root` by default.
        spatial: which way `above`, `beneath`, `in front of` and `behind` are read. The annotations
            don't say; evaluation code of the field (STTran, Cong et al., 2021) reads them as the
            object's, contacts as the person's, while others read both as the person's. `unsure`
            asks nothing about them, and takes neither for false; `person` takes them as the
            person's.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    root: Path
    videos: Path | None = None
    spatial: Literal["unsure", "person"] = "unsure"


class _Moment(BaseModel):
    """One key frame as it is published; other fields are let be."""

    model_config = ConfigDict(extra="ignore")

    number: int = Field(ge=0)
    relations: list[tuple[str, str]]
    actions: list[str]


class ActionGenomeSource(AssetSource):
    """See the module."""

    def __init__(self, config: ActionGenomeConfig) -> None:
        self._root = config.root
        self._unsure = frozenset() if config.spatial == "person" else frozenset(OPPOSITE)
        self._videos = Files(config.videos or config.root / "videos")

    @cached_property
    def _annotations(self) -> list[Path]:
        if not self._root.is_dir():
            raise AssetError(f"{self._root}: no such folder", hint="set root to the annotations")
        if (self._root / _FRAMES).is_file():
            return [self._root / _FRAMES]
        found = sorted(p for e in ("pkl", "json") for p in self._root.glob(f"*_stsgs.{e}"))
        if not found:
            raise AssetError(
                f"{self._root}: holds neither {_FRAMES} nor *_stsgs.pkl or .json",
                hint="see docs/scene-graphs.md",
            )
        return found

    @cached_property
    def _tables(self) -> list[Path]:
        return sorted(p for p in self._root.glob("Charades_v1_*") if p.suffix in (".csv", ".txt"))

    @cached_property
    def _names(self) -> dict[str, str]:
        """Names of ids: `c016` -> `Holding a book`, `o4` -> `book`."""
        names, classes = self._root / "names.json", self._root / _CLASSES
        found: dict[str, str] = {}
        try:
            if classes.is_file():
                lines = classes.read_text(encoding="utf-8").splitlines()
                split = (line.split(" ", 1) for line in lines if " " in line)
                found |= {code.strip(): name.strip() for code, name in split}
            if names.is_file():
                table = json.loads(names.read_text(encoding="utf-8"))
                found |= {str(k): str(v) for k, v in table.items()}
        except (OSError, ValueError, AttributeError) as error:
            raise AssetError(f"{names}: is no table of names: {error}") from None
        return found

    def inventory(self) -> Inventory:
        """The classes, relations and actions."""
        actions = {k: v for k, v in self._names.items() if k[:1] == "c" and k[1:].isdigit()}
        return Inventory(
            categories=categories(),
            relation_types=relation_types(),
            action_types=action_types(actions),
            licence="NOASSERTION",
            origin="https://www.actiongenome.org",
        )

    def graphs_stamp(self) -> str:
        """Names, sizes and times of all files that are read."""
        files = [*self._annotations, *self._tables, self._root / "names.json", self._videos.place]
        made = code_of("actiongenome", "scenegraph"), *sorted(self._unsure)
        return " ".join([*made, *map(stamp, files)])

    def graphs(self) -> Iterator[VideoGraph | Skipped]:
        """The videos, in the order of their ids."""
        for file in self._annotations:
            where = f"{file.name}: video"
            for key, moments in sorted(self._by_video(file).items()):
                try:
                    yield self._graph(key, moments)
                except _WrongError as wrong:
                    yield Skipped(f"{where} {key}", wrong.reason, wrong.detail)
                except ValidationError as error:
                    cause = error.errors()[0]["msg"]
                    yield Skipped(f"{where} {key}", "the graph is not valid", cause)

    # -- annotations ------------------------------------------------------------------------

    def _by_video(self, file: Path) -> dict[str, Any]:
        data = _load(file)
        if not isinstance(data, dict):
            raise AssetError(f"{file}: holds {type(data).__name__}, not a table of videos")
        if file.name != _FRAMES:
            return {str(k): v for k, v in data.items()}
        found: dict[str, dict[str, Any]] = {}
        for place, objects in data.items():
            video, slash, frame = str(place).partition("/")
            if not slash:
                raise AssetError(f"{file}: {place!r} is not of the form VIDEO.mp4/FRAME.png")
            found.setdefault(video.removesuffix(".mp4"), {})[frame.removesuffix(".png")] = objects
        return dict(found)

    def _moments(self, frames: object) -> list[_Moment]:
        if not isinstance(frames, dict):
            raise _WrongError("a video's key frames are no table", type(frames).__name__)
        found = []
        for number, content in frames.items():
            if isinstance(content, dict) and content.get("type", "frame") != "frame":
                continue  # AGQA lists objects and relations beside the frames
            digits = str(number)
            if not digits.isdigit():
                raise _WrongError("a key frame has no number", f"{number!r}")
            relations = list(self._relations(content))
            actions = content.get("actions", ()) if isinstance(content, dict) else ()
            found.append(_Moment(number=int(digits), relations=relations, actions=_ids(actions)))
        return sorted(found, key=lambda m: m.number)

    def _relations(self, content: object) -> Iterator[tuple[str, str]]:
        """(relation, object) as published."""
        if isinstance(content, list):
            for thing in content:
                if not isinstance(thing, dict) or not isinstance(thing.get("class"), str):
                    raise _WrongError("an object has no class", f"{thing!r:.60}")
                if not thing.get("visible", True):
                    continue
                for kind in ("attention", "spatial", "contacting"):
                    for relation in thing.get(f"{kind}_relationship") or ():
                        yield str(relation), thing["class"]
        elif isinstance(content, dict):
            for kind in _KINDS:
                table = content.get(kind) or {}
                if not isinstance(table, dict):
                    raise _WrongError(f"{kind} is no table", f"{table!r:.60}")
                for relation, objects in table.items():
                    yield from ((str(relation), o) for o in _ids(objects))
        else:
            raise _WrongError("a key frame is no table", f"{content!r:.60}")

    @cached_property
    def _spans(self) -> dict[str, list[tuple[str, float, float]]]:
        """Video -> (action, start, end) in seconds, as Charades lists them."""
        found: dict[str, list[tuple[str, float, float]]] = {}
        for table in (t for t in self._tables if t.suffix == ".csv"):
            with io.TextIOWrapper(open_regular(table), encoding="utf-8", newline="") as lines:
                for number, row in enumerate(csv.DictReader(lines), start=2):
                    try:
                        found[row["id"]] = [
                            (code, float(start), float(end))
                            for code, start, end in (
                                part.split() for part in row["actions"].split(";") if part
                            )
                        ]
                    except (KeyError, ValueError, AttributeError, TypeError) as error:
                        raise AssetError(
                            f"{table}:{number}: actions: expected CODE START END;..., {error}"
                        ) from None
        return found

    # -- graphs -----------------------------------------------------------------------------

    def _graph(self, key: str, frames: object) -> VideoGraph:
        moments = self._moments(frames)
        if not moments:
            raise _WrongError("a video has no key frame")
        rate, seconds, width, height = self._facts(key)
        spans = self._spans.get(key, [])
        objects: dict[str, dict[str, Any]] = {
            "person": {"id": "person", "category": "person", "name": "person"}
        }
        made: list[dict[str, Any]] = []
        for moment in moments:
            time = max(moment.number - 1, 0) / rate
            if time > seconds:
                raise _WrongError(
                    "a key frame lies after the end", f"frame {moment.number}, {seconds:.2f} s"
                )
            relations: list[dict[str, Any]] = []
            for stated, other in moment.relations:
                name, thing = self._named(stated), self._named(other)
                category, relation = known_object(thing), known_relation(name)
                if thing.casefold() == "person" or name.replace("_", " ").casefold() in SKIPPED:
                    continue
                objects.setdefault(thing, {"id": thing, "category": category, "name": thing})
                if category is not None:
                    objects[thing]["name"] = ""
                if relation is None:
                    raise _WrongError("a relation is unknown", name)
                links: list[dict[str, Any]] = [{"name": relation, "object": thing}]
                if relation in self._unsure:
                    links = [
                        {"name": name, "object": thing, "certain": False}
                        for name in (relation, OPPOSITE[relation])
                    ]
                relations += [link for link in links if link not in relations]
            running = [code for code, start, end in spans if start <= time <= end]
            actions = dict.fromkeys([*moment.actions, *running])
            made.append(
                {"time": time, "relations": relations, "actions": [{"name": a} for a in actions]}
            )
        _add_unseen(made, spans)
        for code in (a["name"] for frame in made for a in frame["actions"]):
            if code not in self._names:
                raise _WrongError("an action is unknown", code)
        return VideoGraph.model_validate(
            {
                "id": key,
                "media": f"{key}.mp4",
                "width": width,
                "height": height,
                "seconds": seconds,
                "actor": "person",
                "objects": list(objects.values()),
                "frames": made,
            }
        )

    def _named(self, key: str) -> str:
        return self._names.get(key, key)

    def _facts(self, key: str) -> tuple[float, float, int, int]:
        """Frames a second, seconds, width and height of a video."""
        import av

        name = self._videos.names.get(f"{key}.mp4")
        if name is None:
            raise _WrongError("the video is missing", f"{key}.mp4")
        try:
            with av.open(_source(self._videos, name)) as container:
                stream = container.streams.video[0]
                rate = float(stream.average_rate or 0)
                length = stream.duration * stream.time_base if stream.duration else None
                seconds = float(length if length else (container.duration or 0) / 1_000_000)
                width, height = stream.codec_context.width, stream.codec_context.height
        except (OSError, ValueError, IndexError, av.FFmpegError) as error:
            raise _WrongError("the video can't be read", f"{key}.mp4: {error}") from None
        if rate <= 0 or seconds <= 0:
            raise _WrongError("the video has no length", f"{key}.mp4")
        return rate, seconds, width, height

    def read(self, asset: Asset, form: str, name: str) -> bytes:
        """A video. Raises AssetError."""
        found = self._videos.names.get(name)
        if found is None:
            raise AssetError(f"{self._videos.place}: no video {name!r}")
        return self._videos.read(found)


def _add_unseen(frames: list[dict[str, Any]], spans: Iterable[tuple[str, float, float]]) -> None:
    """What is done between two key frames only, as borderline at both: it is not never done."""
    times = [frame["time"] for frame in frames]
    for code, start, end in spans:
        place = bisect_left(times, start)
        if place < len(times) and times[place] <= end:
            continue
        for frame in frames[max(place - 1, 0) : place + 1]:
            if all(action["name"] != code for action in frame["actions"]):
                frame["actions"].append({"name": code, "certain": False})


class _WrongError(Exception):
    """What is wrong with a video's graph."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def _load(file: Path) -> Any:
    if file.suffix == ".pkl":
        return load_plain(file)
    try:
        return json.loads(read_regular(file))
    except (OSError, ValueError) as error:
        raise AssetError(f"{file}: {error}", hint="is the download complete?") from None


def _ids(value: object) -> list[str]:
    """One id or several; AGQA keeps them as `{"vertices": [...]}` too."""
    if isinstance(value, dict):
        value = value.get("vertices", ())
    if isinstance(value, str):
        return [value]
    if not isinstance(value, Iterable):
        raise _WrongError("a list of ids is none", f"{value!r:.60}")
    return [str(v) for v in value]


def _source(files: Files, name: str) -> Any:
    import io

    path = files.place / name
    return str(path) if path.is_file() else io.BytesIO(files.read(name))
