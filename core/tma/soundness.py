"""The one place that says whether a question's options are sound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from tma.catalogue import Catalogue
from tma.contract.tasks import TruthSet


def barred_by(answers: str, answer: str, truth: TruthSet, catalogue: Catalogue) -> frozenset[str]:
    """Keys that can't be distractors of `answer`.

    Everything that is or may be true, and whatever a person could take for the answer: for
    categories their ancestors, descendants, synonyms and look-alikes; for attribute values
    those that overlap; for relations those that imply each other or look alike. Keys that the
    catalogue does not know are taken as plain text.

    Args:
        answers: what keys are, see `tma.Draft`.
        answer: the right option's key.
        truth: the truth set on this scene.
        catalogue: where relations between keys come from.
    """
    barred = truth.true | truth.possible
    if answers == "category" and answer in catalogue.taxonomy.code:
        barred |= catalogue.confusable(answer)
    kind = answers.removeprefix("attribute:")
    if kind != answers and answer in catalogue.values_of_type(kind):
        barred |= catalogue.overlapping(kind, answer)
    if answers == "relation" and answer in catalogue.relations:
        barred |= catalogue.relations.confusable(answer)
    return barred - {answer}


def problems(
    answer: str,
    distractors: Collection[str],
    texts: Sequence[str],
    answers: str,
    truth: TruthSet,
    catalogue: Catalogue,
) -> list[str]:
    """What is wrong with a task, one line each; empty if it is sound.

    Args:
        answer: the right option's key.
        distractors: keys of the wrong options.
        texts: all option texts.
        answers: what keys are, see `tma.Draft`.
        truth: the truth set, derived from the scene.
        catalogue: the assets.
    """
    found = []
    if truth.ambiguous:
        found.append(f"ambiguous: {truth.ambiguous}")
    if answer not in truth.true:
        found.append(f"the answer {answer!r} is not true of the scene")
    barred = barred_by(answers, answer, truth, catalogue)
    found += [f"distractor {d!r} is or may be right" for d in distractors if d in barred]
    if answer in distractors:
        found.append(f"the answer {answer!r} stands twice")
    twice = sorted(d for d, times in Counter(distractors).items() if times > 1)
    found += [f"distractor {d!r} stands twice" for d in twice]
    folded = [" ".join(t.split()).casefold() for t in texts]
    if len(set(folded)) != len(folded):
        found.append(f"options stand twice: {sorted(folded)}")
    if not all(folded):
        found.append("an option has no text")
    return found
