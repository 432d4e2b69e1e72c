"""From a plan and a seed to a checked task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tma.catalogue import Catalogue
from tma.contract.plan import Plan
from tma.contract.scene import Scene
from tma.contract.tasks import Draft, Task, TaskGenerator, TruthSet
from tma.errors import Infeasible, TaskError, UnsoundTaskError
from tma.seeds import check_seed, derive_rng, digest, digest_texts
from tma.soundness import barred_by, problems


@dataclass(frozen=True)
class Origin:
    """What a task records about where it came from.

    Attributes:
        source: specification of the asset source.
        licence: of assets that state none of their own.
        renderer_of: scene kind -> renderer id and the hash of its settings.
        versions: names and versions of generators, source and libraries.
    """

    source: str
    licence: str
    renderer_of: Mapping[str, tuple[str, str]]
    versions: Mapping[str, str]


def make_task(
    name: str,
    generator: TaskGenerator,
    plan: Plan,
    seed: int,
    catalogue: Catalogue,
    origin: Origin,
    redraw: int = 0,
) -> Task:
    """Draw, check and complete one task; no media are made.

    Args:
        name: the generator's short id.
        generator: draws the scene and states what is true of it.
        plan: of the generator's space.
        seed: of the instance.
        catalogue: what is known of the assets.
        origin: what is recorded of where the task came from.
        redraw: 0 for the first scene of plan and seed, 1 for the next, ...

    Raises:
        Infeasible: the catalogue can't make this plan soundly.
        UnsoundTaskError: the generator drafted a task that its truth set does not support.
        TaskError: the draft does not keep to the contract.
    """
    again = (redraw,) if redraw else ()
    rng = derive_rng("draw", plan.id, check_seed(seed), *again)
    draft = generator.draw(plan, catalogue, rng)
    if not isinstance(draft, Draft):
        raise TaskError(f"{name}: draw gave {type(draft).__name__}, not tma.Draft")
    truth = state_truth(name, generator, plan, draft.scene, draft.truths, catalogue)
    chosen = _choose(name, draft, truth, catalogue, generator.option_count - 1, rng)
    texts = {k: _text(k, draft, catalogue) for k in (draft.answer, *chosen)}
    wrong = problems(draft.answer, chosen, list(texts.values()), draft.answers, truth, catalogue)
    if wrong:
        raise UnsoundTaskError(
            f"{name} drafted an unsound task for {plan!r} with seed {seed}: {'; '.join(wrong)}",
            hint="this is a bug of the generator",
        )
    keys = [list(texts)[i] for i in rng.permutation(len(texts)).tolist()]
    return _complete(
        name, plan, seed, draft, {k: texts[k] for k in keys}, catalogue, origin, redraw
    )


def state_truth(
    name: str,
    generator: TaskGenerator,
    plan: Plan,
    scene: Scene,
    stated: TruthSet | None,
    catalogue: Catalogue,
) -> TruthSet:
    """The generator's truth set on a scene: derived by `truths`, or else as the draft states.

    Raises:
        TaskError: there is neither.
    """
    derived = generator.truths(plan, scene, catalogue)
    truth = stated if derived is None else derived
    if truth is None:
        raise TaskError(f"{name} states no truth set: define `truths`, or set Draft.truths")
    return truth


def _choose(
    name: str,
    draft: Draft,
    truth: TruthSet,
    catalogue: Catalogue,
    count: int,
    rng: np.random.Generator,
) -> list[str]:
    """As many distractors as needed, out of the draft's candidates that are false."""
    candidates = list(dict.fromkeys(draft.distractors))
    if len(candidates) == count:
        return candidates  # the generator has chosen: the soundness check judges its choice
    barred = barred_by(draft.answers, draft.answer, truth, catalogue) | {draft.answer}
    sound = [c for c in candidates if c not in barred]
    if len(sound) < count:
        raise Infeasible("too-few-distractors", f"{name}: {len(sound)} of {count} false options")
    return [sound[i] for i in rng.permutation(len(sound))[:count].tolist()]


def _text(key: str, draft: Draft, catalogue: Catalogue) -> str:
    if key in draft.labels:
        return draft.labels[key]
    known = draft.answers == "category" and key in catalogue.taxonomy.code
    return catalogue.name(key) if known else key


def _complete(
    name: str,
    plan: Plan,
    seed: int,
    draft: Draft,
    options: Mapping[str, str],
    catalogue: Catalogue,
    origin: Origin,
    redraw: int,
) -> Task:
    """The task's record. Built by one validation call: a record an object is twice as slow."""
    renderer, settings = origin.renderer_of.get(draft.scene.kind, ("", ""))
    scene = draft.scene.model_dump(mode="json", exclude_none=True)
    shown = draft.scene.model_dump_json(exclude_none=True)
    key = digest_texts(shown, renderer, settings, origin.source)
    texts = tuple(options.values())
    place = list(options).index(draft.answer)
    names = dict(draft.names)
    if draft.answers == "category":
        names |= options
    made_by = origin.versions.get("generator", "")
    identity = [plan.id, seed, draft.question, texts, place, key, made_by]
    return Task.model_validate(
        {
            "id": digest(identity)[:16],
            "generator": name,
            "plan": plan.as_dict(),
            "plan_id": plan.id,
            "seed": seed,
            "redraws": redraw,
            "question": draft.question,
            "options": texts,
            "option_keys": tuple(options),
            "answer": texts[place],
            "answer_index": place,
            "answers": draft.answers,
            "names": dict(sorted(names.items())),
            "media": {"key": key, "renderer": renderer} if renderer else None,
            "scene": scene,
            "assumption": draft.assumption,
            "assets": _assets(draft, catalogue, origin),
            "versions": origin.versions,
        }
    )


def _assets(draft: Draft, catalogue: Catalogue, origin: Origin) -> list[dict[str, str]]:
    found = []
    for use in dict.fromkeys(draft.scene.uses()):
        try:
            asset = catalogue.asset(use.asset)
        except KeyError:
            raise TaskError(f"the scene uses an unknown asset {use.asset!r}") from None
        if use.name not in asset.forms.get(use.form, ()):
            raise TaskError(f"the scene uses an unknown {use.form} {use.name!r} of {use.asset!r}")
        found.append(
            {
                "source": origin.source,
                "asset": use.asset,
                "form": use.form,
                "name": use.name,
                "licence": asset.licence or origin.licence,
            }
        )
    return found
