"""Replies to a set of tasks that are in the results database. Nobody is asked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tma.calls import Answer, call_id_of, read_row, reply_key
from tma.contract.plan import Value
from tma.contract.tasks import AssetRecord, MediaRecord, Task
from tma.errors import ModelError, TaskError, TmaError
from tma.evaluate import Asking
from tma.ledger import Ledger
from tma.models import public
from tma.prompts import Prompt
from tma.registry import Registry
from tma.seeds import digest
from tma.spec import Spec
from tma.store import ReplyStore
from tma.taskset import TASKS, TaskSet

_COLUMNS = (
    "key",
    "model",
    "config_digest",
    "prompt_version",
    "media_sha256",
    "call_id",
    "task_id",
    "prompt_digest",
    "repetition",
    "outcome",
    "strict_outcome",
    "order",
    "option_index",
    "text",
    "parser",
    "failure",
    "usage",
    "usd",
    "seconds",
    "attempts",
)


class Row(NamedTuple):
    """A row of the store, but for what a report does not read; see `StoredReply`."""

    key: str
    model: str
    config_digest: str
    prompt_version: str
    media_sha256: str
    call_id: str
    task_id: str
    prompt_digest: str
    repetition: int
    outcome: str
    strict_outcome: str
    order: Sequence[int]
    option_index: int | None
    text: str | None
    parser: str
    failure: str | None
    usage: Mapping[str, int]
    usd: float | None
    seconds: float
    attempts: int


class _Brief(BaseModel):
    """The fields of a task that a report reads: the others are most of the line."""

    model_config = ConfigDict(extra="ignore")
    id: str
    generator: str
    plan: dict[str, Value]
    plan_id: str
    seed: int = 0
    question: str
    options: tuple[str, ...] = Field(min_length=2, max_length=26)
    option_keys: tuple[str, ...] = ()
    answer: str
    answer_index: int = Field(ge=0)
    names: dict[str, str] = {}
    media: MediaRecord | None = None
    assets: tuple[AssetRecord, ...] = ()
    versions: dict[str, str] = {}


def read_tasks(tasks: TaskSet, limit: int | None = None) -> list[Task]:
    """A set's tasks without their scenes.

    Raises:
        TaskError: naming the line and the field that is wrong.
    """
    found: list[Task] = []
    file = tasks.path / TASKS
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                brief = _Brief.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(map(str, first["loc"])) or "line"
                raise TaskError(f"{file}:{number}: {where}: {first['msg']}") from None
            if brief.answer_index >= len(brief.options):
                raise TaskError(f"{file}:{number}: answer_index: there is no such option")
            found.append(Task.model_construct(**dict(brief), scene={}))
            if len(found) == limit:
                break
    return found


@dataclass
class Respondent:
    """A model with replies in the store.

    Attributes:
        id: the adapter's, with version.
        config: its settings.
        label: what people read.
        asking: in which orders it was asked.
        answers: its replies to the set's tasks.
        texts: call id -> what it said, or why the call failed.
        ledger: what the replies took when they were made.
    """

    id: str
    config: Mapping[str, Any]
    label: str
    asking: Asking
    answers: list[Answer] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)


def respondents(
    tasks: Sequence[Task],
    store: ReplyStore,
    registry: Registry,
    *,
    models: Sequence[str] = (),
    prompt: Prompt,
    orders: int | None = None,
    circular: bool = False,
) -> list[Respondent]:
    """Who replied to some tasks, and what.

    Args:
        tasks: the tasks.
        store: the results database.
        registry: where labels and settings of models are looked up; no adapter is made.
        models: whose replies are wanted; of all by default.
        prompt: the style in which they were asked.
        orders: option orders a task; as many as are stored by default.
        circular: all rotations instead.

    Raises:
        ModelError: a model has no reply here.
        StoreError: the store can't be read.
    """
    by_id = {task.id: task for task in tasks}
    rows: dict[tuple[str, str], dict[str, Row]] = {}
    other_prompts: Counter[str] = Counter()
    for values in store.some(_COLUMNS, "task_id", by_id):
        row = Row(*values)
        if row.prompt_version != prompt.version:
            other_prompts[row.prompt_version] += 1
        elif row.media_sha256 in ("", _sha256(by_id[row.task_id])):
            rows.setdefault((row.model, row.config_digest), {})[row.call_id] = row
    configs = _configs(store, rows)
    labels = _labels(registry, {who: configs[who] for who in rows})
    chosen = _choose(list(rows), labels, models, other_prompts, registry)
    found = []
    for who in chosen:
        direct = rows[who]
        asking = _asking(direct, by_id, prompt, orders, circular=circular)
        one = Respondent(who[0], json.loads(configs[who]), labels[who], asking)
        _fill(one, who, direct, tasks, store)
        found.append(one)
    return found


def _sha256(task: Task) -> str | None:
    return task.media.sha256 if task.media is not None else None


def _configs(
    store: ReplyStore, rows: Mapping[tuple[str, str], Mapping[str, Row]]
) -> dict[tuple[str, str], str]:
    """The settings of each model as JSON."""
    keys = {next(iter(found.values())).key: who for who, found in rows.items()}
    return {keys[key]: config for key, config in store.some(("key", "config"), "key", keys)}


def _choose(
    known: Sequence[tuple[str, str]],
    labels: Mapping[tuple[str, str], str],
    models: Sequence[str],
    other_prompts: Mapping[str, int],
    registry: Registry,
) -> list[tuple[str, str]]:
    """The models that are wanted, in that order; all of them by label."""
    if not known:
        styles = ", ".join(other_prompts)
        raise ModelError(
            "no model's replies to these tasks are in the results database"
            + (f" with this prompt; there are some with {styles}" if styles else ""),
            hint="choose another --prompt" if styles else "run `tma eval`, or name another --store",
        )
    if not models:
        return sorted(known, key=lambda who: labels[who])
    chosen: list[tuple[str, str]] = []
    for text in dict.fromkeys(models):
        who = _resolve(text, known, labels, registry)
        if who is None:
            listed = sorted(labels[k] for k in known)
            near = get_close_matches(text, listed, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are those of {', '.join(listed)}"
            raise ModelError(f"no reply of {text} to these tasks is stored", hint=hint)
        chosen.append(who)
    return list(dict.fromkeys(chosen))


def _resolve(
    text: str,
    known: Sequence[tuple[str, str]],
    labels: Mapping[tuple[str, str], str],
    registry: Registry,
) -> tuple[str, str] | None:
    """Which model a specification names: by its label, else by its settings."""
    for who in known:
        if text == labels[who]:
            return who
    try:
        spec = Spec.parse(text)
        entry = registry.find("model-adapter", spec.name)
        who = entry.id, digest(public(registry.config(entry, spec)))
    except TmaError:
        return None
    return who if who in known else None


def _labels(
    registry: Registry, configs: Mapping[tuple[str, str], str]
) -> dict[tuple[str, str], str]:
    """What people read for each model; ids with versions where that would be the same."""
    short = {who: _label(registry, who[0], json.loads(text)) for who, text in configs.items()}
    often = Counter(short.values())
    return {
        who: label if often[label] == 1 else f"{who[0]} {configs[who]}"
        for who, label in short.items()
    }


def _label(registry: Registry, model: str, config: Mapping[str, Any]) -> str:
    """A specification that gives a model with these settings: those that are no default."""
    name = model.partition("@")[0].rpartition("/")[2]
    defaults: Mapping[str, Any] = {}
    try:
        entry = registry.find("model-adapter", model)
        if (path := entry.contribution.config) is not None:
            fields = registry.load(entry, path).model_fields
            defaults = {n: f.get_default(call_default_factory=True) for n, f in fields.items()}
    except TmaError:
        pass  # not installed here: all settings are shown
    own = {k: v for k, v in config.items() if k not in defaults or defaults[k] != v}
    variant = own.pop("variant", None)
    settings = {k: v if isinstance(v, str) else json.dumps(v) for k, v in own.items()}
    return str(Spec(name, None if variant is None else str(variant), settings))


def _asking(
    rows: Mapping[str, Row],
    by_id: Mapping[str, Task],
    prompt: Prompt,
    orders: int | None,
    *,
    circular: bool,
) -> Asking:
    """In which orders a model was asked: all rotations, if some task was, or so many."""
    if circular or orders is not None:
        return Asking(orders or 1, circular, prompt)
    most = Counter(row.task_id for row in rows.values())
    if not most or max(most.values()) == 1:
        return Asking(1, prompt=prompt)
    rounds = Asking(circular=True, prompt=prompt)
    shuffles = Asking(max(most.values()), prompt=prompt)

    def held(asking: Asking) -> int:
        calls = ((t, *o) for t in most for o in asking.orders_of(by_id[t]))
        return sum(call_id_of(*call) in rows for call in calls)

    for task_id, count in most.items():
        task = by_id[task_id]
        if count >= len(task.options) and all(
            call_id_of(task.id, order, n) in rows for order, n in rounds.orders_of(task)
        ):
            # shuffles of few options may be all rotations: what explains more replies was asked
            return rounds if held(rounds) >= held(shuffles) else shuffles
    return shuffles


def _fill(
    one: Respondent,
    who: tuple[str, str],
    direct: Mapping[str, Row],
    tasks: Sequence[Task],
    store: ReplyStore,
) -> None:
    """Take in the replies to all tasks; of those that lack one, what was sent for another task."""
    calls = [(t, *o, call_id_of(t.id, *o)) for t in tasks for o in one.asking.orders_of(t)]
    lacking = [call for call in calls if call[3] not in direct]
    twins = dict(_twins(one, who, direct, lacking, store)) if lacking else {}
    used: dict[str, Row] = {}
    for task, order, _, call_id in calls:
        row = direct.get(call_id) or twins.get(call_id)
        if row is None:
            continue
        one.answers.append(read_row(task, order, call_id, row, reused=True))
        one.texts[call_id] = (row.failure if row.text is None else row.text) or ""
        used[row.key] = row
    one.ledger = _spent(used.values())


def _twins(
    one: Respondent,
    who: tuple[str, str],
    direct: Mapping[str, Row],
    lacking: Sequence[tuple[Task, tuple[int, ...], int, str]],
    store: ReplyStore,
) -> Iterator[tuple[str, Row]]:
    """Replies to the same text and media, that are stored under another task's id."""
    row = next(iter(direct.values()))
    if row.key != reply_key(who, row.prompt_digest, row.media_sha256, row.repetition):
        return  # a model that sees the task is asked about each
    keys: dict[str, list[str]] = {}
    for task, order, repetition, call_id in lacking:
        media = task.media if row.media_sha256 else None
        kind = None if media is None else media.media_type
        text = one.asking.prompt.fill(task.question, [task.options[i] for i in order], kind)
        sha256 = "" if media is None else media.sha256 or ""
        keys.setdefault(reply_key(who, digest(text), sha256, repetition), []).append(call_id)
    for values in store.some(_COLUMNS, "key", keys):
        found = Row(*values)
        for call_id in keys[found.key]:
            yield call_id, found


def _spent(rows: Collection[Row]) -> Ledger:
    tokens = [(r.usage.get("input_tokens", 0), r.usage.get("output_tokens", 0)) for r in rows]
    prices = [r.usd for r in rows if r.usd is not None]
    return Ledger(
        calls=len(rows),
        failed=sum(r.outcome == "failed" for r in rows),
        retries=sum(max(0, r.attempts - 1) for r in rows),
        input_tokens=sum(t for t, _ in tokens),
        output_tokens=sum(t for _, t in tokens),
        unmetered=sum(not any(t) for t in tokens),
        seconds=sum(r.seconds for r in rows),
        usd=sum(prices) if prices else None,
    )
