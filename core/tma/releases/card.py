"""The card of a release: `README.md`, with the YAML head that the Hugging Face Hub reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tma import __version__
from tma.cards import card_head, front_matter, markdown_table, plain
from tma.releases.cardparts import blind_part, filled, models_part
from tma.releases.evidence import evidence_part
from tma.releases.files import TABLE, Contents
from tma.releases.record import Balance, Release
from tma.reproduce import REPLAY

_RULES = {"even": "even", "shares": "the generator's shares"}


def card_of(release: Release, contents: Contents) -> str:
    """The card's text; it depends on nothing but what is given."""
    head = card_head(
        release.name, contents.licences, contents.tasks, contents.kinds, _configs(contents)
    )
    return front_matter(head) + "\n" + "\n".join(_parts(release, contents))


def _configs(contents: Contents) -> list[dict[str, Any]]:
    if not contents.table:
        return []
    media = [f"media/**/*{suffix}" for suffix in sorted(contents.suffixes)]
    files = [{"split": "test", "path": [TABLE, *media]}]
    return [{"config_name": "default", "data_files": files}]


def _parts(release: Release, contents: Contents) -> Iterator[str]:
    yield _about(release, contents)
    yield _use(release, contents)
    if release.evidence is not None:
        yield evidence_part(release.evidence)
    yield _choice(release)
    if release.models is not None:
        yield models_part(release.models)
    if release.blind is not None:
        yield blind_part(release.blind)
    yield _checks(release, contents)
    yield _provenance(contents)
    yield _reproduction(release)


def _about(release: Release, contents: Contents) -> str:
    names = {"image": "pictures", "video": "videos"}
    shown = " and ".join(names[kind] for kind in sorted(contents.kinds))
    what = {
        "random": "chosen at random, even over what they are about",
        "hard": "chosen as those that models are expected to fail on, and judged by fresh replies",
    }[release.kind]
    about = filled(
        f"{release.size:,} multiple-choice questions {f'about {shown}' if shown else 'as text'},",
        f"{what}. Made by program with task-me-anything: each answer is right by construction, and",
        "each wrong option is known to be wrong.",
    )
    rows = [*release.made.items(), ("in all", release.size)]
    return f"# {release.name}\n\n{about}\n\n{markdown_table(('kind of question', 'tasks'), rows)}"


def _use(release: Release, contents: Contents) -> str:
    parts = [
        "## Use\n",
        "With `pip install task-me-anything`:\n",
        "```sh\n"
        "tma eval FOLDER --model SPEC        # ask a model\n"
        "tma export FOLDER --to inspect --out FOR_INSPECT    # or vlmevalkit, lmms-eval, hf\n"
        "tma verify FOLDER                   # check every task once more\n"
        "sha256sum -c SHA256SUMS             # are all files as they were released?\n"
        "```\n",
    ]
    if contents.table:
        parts += [
            "With `datasets`, from the Hub or from the folder:\n",
            "```python\nfrom datasets import load_dataset\n\n"
            'tasks = load_dataset("FOLDER_OR_NAME", split="test")\n```\n',
        ]
    if not release.making.media:
        parts.append(
            filled(
                "This release holds no pictures: the media of the assets were not at hand, or are",
                "not to be given away. Questions, options and scene records are complete. Who has",
                "the media draws the pictures from the plans and seeds in `tasks.jsonl`.",
            )
            + "\n"
        )
    parts.append(
        filled(
            "`tasks.jsonl` has a task a line, with question, options, `answer_index`, the plan",
            "(what the question is about), the scene record and the assets. Report accuracies",
            "with intervals that treat the answers to one `plan_id` as a cluster.",
        )
    )
    return "\n".join(parts) + "\n"


def _choice(release: Release) -> str:
    making = release.making
    text = {
        "random": (
            "They were drawn at random, and exchanged until the values of each dimension occur as",
            "evenly as the plans that there are allow. *Even*: as many tasks for each value; plans",
            "that lack the fields apart. *The generator's shares*: as often as is needed for the",
            "options not to tell which is right. A plan that turned out infeasible was replaced by",
            "one with the same values, or with others in one dimension.",
        ),
        "hard": (
            "They are those of the candidates with the lowest expected accuracy. Candidates were",
            "drawn at random, even over the values of each dimension; what was chosen of them need",
            "not be:",
        ),
    }[release.kind]
    rows = [_row(name, b) for name, found in release.balance.items() for b in found]
    columns = ("kind of question", "fields", "rule", "values", "tasks a value", "wanted", "lacking")
    lines = [
        "## How the tasks were chosen\n",
        filled(
            f"Up to {making.per_generator:,} plans of each kind of question, all different, seed",
            f"{making.seed}.",
            *text,
        )
        + "\n",
        markdown_table(columns, rows),
        filled(
            "*Tasks a value*: the least and the most; *wanted*: how many it should have;",
            "*lacking*: values without a task. All counts are in `release.json`.",
        ),
        *_shortfalls(release),
    ]
    return "\n".join(lines) + "\n"


def _row(name: str, balance: Balance) -> tuple[object, ...]:
    """One dimension; plans without the fields are left out where others have them."""
    present = [c for c in balance.counts if any(v is not None for v in c[0])] or balance.counts
    counts, wanted = [c[1] for c in present], [c[2] for c in present]
    return (
        name,
        ", ".join(balance.fields),
        _RULES.get(balance.rule, balance.rule),
        len(present),
        _range(counts),
        _range([round(w, 1) for w in wanted]),
        sum(c == 0 for c in counts),
    )


def _range(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _shortfalls(release: Release) -> Iterator[str]:
    if release.lost:
        yield "\nSome kinds of question have fewer feasible plans than were wanted:\n"
        rows = [(n, release.made.get(n, 0), lost) for n, lost in sorted(release.lost.items())]
        yield markdown_table(("kind of question", "tasks", "fewer than wanted"), rows)
    if release.moved:
        yield "\nFor want of feasible plans these have other values than was meant:\n"
        yield markdown_table(("kind of question", "tasks"), sorted(release.moved.items()))
    for title, passed in (("infeasible", release.infeasible), ("failed", release.failed)):
        found = [(g, reason, n) for g, reasons in passed.items() for reason, n in reasons.items()]
        if found:
            yield f"\nPlans that were passed over and replaced ({title}):\n"
            yield markdown_table(("kind of question", "reason", "plans"), found)


def _checks(release: Release, contents: Contents) -> str:
    media = "; media were hashed" if contents.kinds else ""
    again = f", and {release.rendered:,} were rendered again, byte for byte the same"
    again = again if media and release.rendered else ""
    text = filled(
        f"All {release.size:,} tasks were checked when the release was made, as `tma verify` does:",
        "the answer is true of the scene and no other option is or may be; each task was drawn",
        f"again alike from its plan and seed{media}{again}.",
    )
    return f"## Checks\n\n{text}\n"


def _provenance(contents: Contents) -> str:
    text = filled(
        f"`assets.jsonl` lists the {contents.assets:,} variants of assets that are shown, each",
        "with the hash of its bytes (if they were read), its licence, and how many tasks show it.",
        "Questions and options are generated text.",
    )
    licences = markdown_table(("licence", "uses of assets"), sorted(contents.licences.items()))
    sources = markdown_table(("asset source", "uses of assets"), sorted(contents.sources.items()))
    return f"## Assets and licences\n\n{licences}\n{sources}\n{text}\n"


def _reproduction(release: Release) -> str:
    own = f"task-me-anything {__version__}"
    made_with = dict.fromkeys((own, *release.versions, *release.environment))
    asked = release.models is not None or release.kind == "hard"
    both = filled(
        "Both give this folder again, byte for byte"
        + (" (the first as far as the models reply alike)" if asked else "")
        + ", with any number of workers, if they run with",
    )
    listed = "\n".join(f"- {plain(line)}" for line in made_with)
    otherwise = "Other versions may draw pictures and videos a little differently."
    return f"""## Reproduction

The command that chose the tasks:

    {release.command}

From the plans and seeds in `release.json`, without asking any model:

    {REPLAY} --out AGAIN

{both}

{listed}

{otherwise}
"""
