"""What is said of an evaluation: from a set's stored replies, or from `tma eval --json`."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from tma.calls import Answer
from tma.contract.tasks import Task
from tma.errors import TaskError
from tma.ledger import Ledger
from tma.models import Who
from tma.prompts import SUCCINCT
from tma.redaction import Redaction
from tma.reporting.content import Cell, Chart, Field, Heat, Part
from tma.reporting.examples import Gallery
from tma.reporting.failures import failure_dots, failure_groups, find_failures
from tma.reporting.records import Record, heat_maps
from tma.reporting.stored import Respondent
from tma.reporting.versus import accuracy_dots, difference_dots, mark_of
from tma.reporting.words import level, percent, points, signed
from tma.reproduce import command_of
from tma.scores import Accuracy, Difference, Evaluation, differences
from tma.taskset import TaskSet

SPENT = ("model", "calls", "failed", "retries", "tokens in", "tokens out", "seconds", "US dollars")
_UNREAD = ("unparsed", "ambiguous", "refused", "failed")


def evaluation_part(
    source: str,
    tasks: TaskSet,
    read: Sequence[Task],
    found: Sequence[Respondent],
    *,
    confidence: float,
    hidden: Redaction | None,
    examples: int,
) -> Part:
    """What is said of a set's tasks and the replies to them.

    Args:
        source: what was named.
        tasks: the set.
        read: its tasks.
        found: who replied, and what.
        confidence: of all intervals.
        hidden: what is not to be shown.
        examples: how many of each kind.
    """
    by_model = {one.label: _evaluation(one, confidence) for one in found}
    found = sorted(found, key=lambda one: -(by_model[one.label].share or 0.0))
    evaluations = [by_model[one.label] for one in found]
    records = [_record(one.label, a, hidden) for one in found for a in one.answers]
    labels = [one.label for one in found]
    failures = find_failures(labels, records, confidence)
    gallery = Gallery(tasks.media_file, hidden)
    groups = failure_groups(found, failures, gallery, examples)
    cautions = [line for e in evaluations for line in _cautions(_counts(e), len(read))]
    if len({_orders(e) for e in evaluations}) > 1:
        cautions.append("The models were asked in different orders of options.")
    if gallery.lacking:
        cautions.append(f"Some pictures are left out: {gallery.lacking}")
    pairs = differences(evaluations)
    return Part(
        kind="evaluation",
        source=source,
        question=_question(labels, len(read)),
        answer=_answer([(e.model.label, e.accuracy) for e in evaluations], pairs),
        models=labels,
        cautions=cautions,
        facts=[
            ("tasks", f"{len(read):,}"),
            ("kinds of question", f"{len({t.generator for t in read}):,}"),
            ("replies", f"{sum(len(one.answers) for one in found):,}"),
            ("orders of options", _orders(evaluations[0])),
        ],
        answers=_charts(evaluations, pairs, confidence),
        details=[
            *heat_maps(records, labels, confidence),
            *failure_dots(failures, confidence, len(labels)),
        ],
        groups_title="Wrong and right answers",
        groups=groups,
        spent=(SPENT, [_spent(one.label, one.ledger) for one in found]),
        how=_how(evaluations, found[0].asking.prompt.version, confidence),
        commands=_commands(tasks, found, hidden, source),
    )


def _evaluation(one: Respondent, confidence: float) -> Evaluation:
    who = Who(one.id, one.label, one.config)
    evaluation = Evaluation(who, one.asking.orders, confidence, circular=one.asking.circular)
    for answer in one.answers:
        evaluation.add(answer)
    return evaluation


def _record(model: str, answer: Answer, hidden: Redaction | None) -> Record:
    task = answer.task
    # sets of others may leave the generator out of the plan: every task names it besides
    plan = {"generator": task.generator, **task.plan}
    if hidden is not None and hidden.concerns(task):
        return Record(model, hidden.fields(plan), task.plan_id, answer.correct)
    return Record(model, plan, task.plan_id, answer.correct, task.names)


def _charts(
    evaluations: Sequence[Evaluation], pairs: Sequence[Difference], confidence: float
) -> list[Chart]:
    marks = [mark_of(e.model.label, e.accuracy) for e in evaluations]
    charts: list[Chart] = [accuracy_dots(marks, confidence)]
    turned = [e for e in evaluations if e.circular]
    if turned:
        marks = [mark_of(e.model.label, e.circular_tally.accuracy(confidence)) for e in turned]
        charts.append(accuracy_dots(marks, confidence, circular=True))
    shares = {e.model.label: e.accuracy.estimate for e in evaluations}
    return [*charts, *difference_dots(pairs, confidence, shares)]


# -- words ------------------------------------------------------------------------------------


def _question(labels: Sequence[str], tasks: int) -> str:
    if len(labels) == 1:
        return f"How many of {tasks:,} tasks does {labels[0]} get right?"
    return f"Which of {len(labels)} models gets most of {tasks:,} tasks right?"


def _answer(found: Sequence[tuple[str, Accuracy]], pairs: Sequence[Difference]) -> str:
    known = [(-a.estimate, label, a) for label, a in found if a.estimate is not None]
    if not known:
        return "No reply names an option."
    (_, label, best), *others = sorted(known, key=lambda entry: entry[:2])
    bounds = f"{percent(best.low)} to {percent(best.high)}"
    said = f"{label} gets {percent(best.estimate)} right ({bounds})"
    if not others:
        return f"{said}."
    _, other, second = others[0]
    said += f"; next is {other} with {percent(second.estimate)}."
    for pair in pairs:
        if {pair.first, pair.second} == {label, other} and pair.estimate is not None:
            sign = 1 if pair.first == label else -1
            low, high = sorted((sign * pair.low, sign * pair.high))
            settled = "is settled" if low > 0 or high < 0 else "is not settled and may be chance"
            difference = f"{points(sign * pair.estimate)} ({signed(low)} to {signed(high)})"
            said += f" On the same tasks the difference of {difference} {settled}."
    return said


def _counts(e: Evaluation) -> dict[str, Any]:
    return {"model": e.model.label, "tasks": e.tasks, **{o: e.outcomes[o] for o in _UNREAD}}


def _cautions(counts: Mapping[str, Any], tasks: int) -> list[str]:
    said = []
    if unread := {o: counts[o] for o in _UNREAD if counts[o]}:
        listed = ", ".join(f"{n:,} {o}" for o, n in unread.items())
        said.append(f"Not counted for {counts['model']}: {listed}.")
    if counts["tasks"] < tasks:
        said.append(f"{counts['model']} replied to {counts['tasks']:,} of {tasks:,} tasks.")
    return said


def _orders(evaluation: Evaluation) -> str:
    return "all rotations" if evaluation.circular else f"{evaluation.orders:,}"


def _how(evaluations: Sequence[Evaluation], prompt: str, confidence: float) -> list[str]:
    said = [
        "Accuracies are shares of the replies that name an option, with Wilson's intervals at "
        f"{level(confidence)}; replies about one plan count as a cluster."
    ]
    if any(e.circular for e in evaluations):
        said.append("Right in every rotation is a task that was answered right in all rotations.")
    if len(evaluations) > 1:
        said.append(
            "Models are compared on the same tasks in the same orders of options: Tango's "
            "intervals of the paired difference, p by McNemar's test, neither adjusted for the "
            "number of pairs."
        )
    return [
        *said,
        "Patterns are values of one or two plan fields at which a model fails more often than "
        f"elsewhere, by Fisher's test with q at most {1 - confidence:.2g} (Benjamini and Hochberg, "
        "over all that were tested). They were found on these very replies, the first to each "
        "plan: tma query debug confirms with fresh ones.",
        f"Prompt {prompt}. No model was asked for this report.",
    ]


def _spent(label: str, ledger: Ledger) -> list[Cell]:
    counts: list[Cell] = [label, ledger.calls, ledger.failed, ledger.retries]
    return [*counts, ledger.input_tokens, ledger.output_tokens, ledger.seconds, ledger.usd]


def _commands(
    tasks: TaskSet, found: Sequence[Respondent], hidden: Redaction | None, source: str
) -> list[str]:
    asking = found[0].asking
    words = ["tma", "eval", source]
    for one in found:
        words += ["--model", one.label]
    words += ["--circular"] if asking.circular else []
    words += ["--orders", str(asking.orders)] if asking.orders > 1 else []
    words += ["--prompt", asking.prompt.name] if asking.prompt != SUCCINCT else []
    made = f"{command_of(tasks.run, hidden)} --out {shlex.quote(source)}"
    return [made, shlex.join(words)]


# -- what `tma eval --json` printed -------------------------------------------------------------


def evaluation_file_part(source: str, shown: Mapping[str, Any]) -> Part:
    """What is said of the JSON of an evaluation: it has no single tasks.

    Raises:
        TaskError: it is not of this form.
    """
    try:
        return _file_part(source, shown)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        cause = f"{type(error).__name__}: {error}"
        raise TaskError(
            f"{source} is no evaluation as `tma eval --json` prints it: {cause}",
            hint="name the folder of tasks instead",
        ) from None


def _file_part(source: str, shown: Mapping[str, Any]) -> Part:
    models, confidence = shown["models"], float(shown.get("confidence", 0.95))
    labels = [str(m["model"]) for m in models]
    accuracies = [Accuracy(**m["accuracy"]) for m in models]
    pairs = [Difference(**d) for d in shown["differences"]]
    most = max(int(m["tasks"]) for m in models)
    charts: list[Chart] = [
        accuracy_dots(list(map(mark_of, labels, accuracies)), confidence),
    ]
    turned = [m for m in models if "circular" in m]
    if turned:
        marks = [mark_of(m["model"], Accuracy(**m["circular"]["accuracy"])) for m in turned]
        charts.append(accuracy_dots(marks, confidence, circular=True))
    shares = {label: a.estimate for label, a in zip(labels, accuracies, strict=True)}
    words = ["tma", "eval", str(shown.get("tasks", "DIR"))]
    for label in labels:
        words += ["--model", label]
    return Part(
        kind="evaluation",
        source=source,
        question=_question(labels, most),
        answer=_answer(list(zip(labels, accuracies, strict=True)), pairs),
        models=labels,
        cautions=[line for m in models for line in _cautions(m, most)],
        facts=[("tasks", f"{most:,}"), ("orders of options", str(models[0]["orders"]))],
        answers=[*charts, *difference_dots(pairs, confidence, shares)],
        details=_generators(models),
        spent=(SPENT, [_spent(m["model"], Ledger(**m["ledger"])) for m in models]),
        how=[
            "From the figures that `tma eval --json` printed, which has no single tasks.",
            f"Wilson's intervals at {level(confidence)}; Tango's of paired differences.",
        ],
        commands=[shlex.join(words)],
    )


def _generators(models: Sequence[Mapping[str, Any]]) -> list[Heat]:
    fields = []
    for m in models:
        for generator, accuracy in m["generators"].items():
            bounds = {n: accuracy[n] for n in ("estimate", "low", "high", "answered")}
            fields.append(Field(row=generator, column=str(m["model"]), **bounds))
    rows, columns = sorted({f.row for f in fields}), [str(m["model"]) for m in models]
    title = "Accuracy by kind of question"
    heat = Heat(name="by-generator", title=title, rows=rows, columns=columns, fields=fields)
    return [heat] if fields else []
