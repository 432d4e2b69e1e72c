"""Each check of `tma.testing` passes what is right, and fails on a mutant that is wrong so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from textwrap import dedent, indent
from typing import Any

import numpy as np
import pytest

from tma.contract.plan import Plan
from tma.space import PlanSpace, joint, product
from tma.testing import CheckFailure, Finding, Subject, check_space, lab
from tma.testing import generators as generator_checks
from tma.testing.checking import LEVELS, checks_of

from .conftest import PluginShelf

TARGETS = {
    "task-generator": ("tma_task_generators", "tma.testing.what:What"),
    "asset-source": ("tma_asset_sources", "tma.testing.shop:Shop"),
    "renderer": ("tma_renderers", "tma.testing.flat:Flat"),
    "model-adapter": ("tma_model_adapters", "tma.testing.speakers:Echo"),
    "exporter": ("tma_exporters", "tma_plugins.exports.imagefolder:ImageFolder"),
}
FIELDS: dict[str, dict[str, Any]] = {
    "task-generator": {"consumes": ("sticker",), "makes": ("stickers",)},
    "asset-source": {"makes": ("sticker", "mesh")},
    "renderer": {"consumes": ("stickers", "tabletop"), "makes": ("image/png",)},
    "model-adapter": {"consumes": ("image",)},
    "exporter": {},
}


@dataclass(frozen=True)
class Mutant:
    """What it does wrong: the body of a class derived from the good one, and its contribution."""

    kind: str
    check: str
    body: str
    says: str
    fields: str = "{}"


def generator(check: str, says: str, body: str, **fields: Any) -> Mutant:
    return Mutant("task-generator", check, body, says, repr(fields))


def source(check: str, says: str, body: str, **fields: Any) -> Mutant:
    return Mutant("asset-source", check, body, says, repr(fields))


def renderer(check: str, says: str, body: str, **fields: Any) -> Mutant:
    return Mutant("renderer", check, body, says, repr(fields))


def adapter(check: str, says: str, body: str, **fields: Any) -> Mutant:
    return Mutant("model-adapter", check, body, says, repr(fields))


def exporter(check: str, says: str, body: str, **fields: Any) -> Mutant:
    return Mutant("exporter", check, body, says, repr(fields))


DRAW = "def draw(self, plan, catalogue, rng):\n    "
READ = "def read(self, asset, form, name):\n    "
STOCK = "def inventory(self):\n    "
RENDER = "def render(self, scene, assets):\n    "
REPLY = "async def reply(self, requests):\n    "
EXPORT = "def export(self, bundle, out):\n    done = super().export(bundle, out)\n    "
DRAFT = "import dataclasses\n    draft = super().draw(plan, catalogue, rng)\n    "

MUTANTS = {
    # -- loading
    "a class that can't be made": generator(
        "class-can-be-made", "ZeroDivisionError", "def __init__(self): 1 / 0"
    ),
    "settings that take anything": generator(
        "settings-are-a-model",
        "takes settings that it does not know",
        "import pydantic\nclass Config(pydantic.BaseModel): pass",
        config="made_up_mutant:Loose",
    ),
    # -- task generators
    "nothing feasible": generator(
        "makes-tasks", "none of ", DRAW + "raise tma.Infeasible('never')"
    ),
    "draw fails": generator("makes-tasks", "ZeroDivisionError", DRAW + "1 / 0"),
    "no plans": generator(
        "makes-tasks", "it has no plans", "def space(self, catalogue): return tma.product(a=[])"
    ),
    "a lie": generator(
        "makes-tasks",
        "is not true of the scene",
        "def truths(self, plan, scene, catalogue): return tma.TruthSet(frozenset({'lie'}))",
    ),
    "another scene kind": generator(
        "scenes-are-declared", "of kind 'stickers', declared is tabletop", "", makes=("tabletop",)
    ),
    "any scene type": generator(
        "scenes-are-declared", "can't be read back", "scene_type = tma.Scene"
    ),
    "a wrong scene type": generator(
        "scenes-are-declared", "can't be read back", "scene_type = tma.Tabletop"
    ),
    "scenes that nobody draws": generator(
        "scenes-are-drawn",
        "no renderer draws scenes of kind 'odd'",
        DRAW + DRAFT + "return dataclasses.replace(draft, scene=Odd(), truths=self.t(plan))\n"
        "def t(self, plan): return tma.TruthSet(frozenset({plan['category']}))\n"
        "def truths(self, plan, scene, catalogue): return None\nscene_type = Odd",
        makes=("odd",),
    ),
    "truth from memory": generator(
        "truth-is-sound",
        "is not in its truth set",
        "last = frozenset()\n"
        + DRAW
        + "self.last = frozenset({plan['category']})\n"
        + "    return super().draw(plan, catalogue, rng)\n"
        + "def truths(self, plan, scene, catalogue): return tma.TruthSet(self.last)",
    ),
    "chance of its own": generator(
        "same-again",
        "differs when it is made again",
        DRAW + DRAFT + "number = np.random.default_rng().integers(2**62)\n    "
        "return dataclasses.replace(draft, question=f'What is this? {number}')",
    ),
    "a memory": generator(
        "same-again",
        "differs when plans come in another order",
        "count = 0\n"
        + DRAW
        + DRAFT
        + "self.count += 1\n    "
        + "return dataclasses.replace(draft, question=f'What is this? {self.count}')",
    ),
    "the order of a set": generator(
        "same-elsewhere",
        "differs in another process",
        DRAW + DRAFT + "words = ' '.join({f'w{i}' for i in range(40)})\n    "
        "return dataclasses.replace(draft, question=words)",
    ),
    "a field named generator": generator(
        "space-obeys-its-algebra",
        "a field 'generator'",
        "def space(self, catalogue):\n"
        "    return tma.product(category=catalogue.categories, generator=['a'])",
    ),
    "a fixed state": generator(
        "answers-position-is-balanced",
        "the answer is option",
        DRAW + DRAFT + "rng.bit_generator.state = np.random.PCG64(1).state\n    "
        "others = [c for c in catalogue.alternatives[catalogue.code(draft.answer)].nonzero()[0]]\n"
        "    keys = [catalogue.categories[i] for i in others[:3]]\n"
        "    return dataclasses.replace(draft, distractors=keys)",
    ),
    # -- asset sources
    "an unknown parent": source(
        "inventory-is-sound",
        "unknown category 'nowhere'",
        STOCK + "c = tma.Category(id='a', name='a', parents=('nowhere',))\n"
        "    return super().inventory().model_copy(update={'categories': (c,)})",
    ),
    "an undeclared form": source(
        "inventory-is-sound", "comes as 'mesh', which is not declared", "", makes=("sticker",)
    ),
    "no licence": source(
        "licences-are-stated",
        "asset 'apple-1' has no licence",
        STOCK + "return super().inventory().model_copy(update={'licence': 'NOASSERTION'})",
    ),
    "no origin": source(
        "licences-are-stated",
        "no origin",
        STOCK + "return super().inventory().model_copy(update={'origin': ''})",
    ),
    "no picture": source("bytes-are-readable", "is not a PNG", READ + "return b'PNG'"),
    "nothing to see": source(
        "bytes-are-readable",
        "is fully transparent",
        READ + "import io; from PIL import Image; data = io.BytesIO()\n"
        "    Image.new('RGBA', (8, 8)).save(data, 'PNG'); return data.getvalue()",
    ),
    "no mesh": source(
        "bytes-are-readable",
        "is no GLB",
        READ + "return super().read(asset, 'sticker', 'v0') if form == 'mesh' else "
        "super().read(asset, form, name)",
    ),
    "no bytes": source("bytes-are-readable", "is a str", READ + "return 'PNG'"),
    "bytes that change": source(
        "hashes-hold",
        "the hash of",
        READ + "import os; return super().read(asset, form, name) + os.urandom(8)",
    ),
    "a fingerprint that changes": source(
        "hashes-hold",
        "the fingerprint of",
        "def fingerprint(self, asset, form, name):\n    import os; return os.urandom(8).hex()",
    ),
    "an inventory that changes": source(
        "same-again",
        "differs when it is read again: origin",
        STOCK + "import os\n"
        "    return super().inventory().model_copy(update={'origin': os.urandom(8).hex()})",
    ),
    "an inventory in the order of a set": source(
        "same-elsewhere",
        "differs in another process: origin",
        STOCK + "return super().inventory().model_copy(\n"
        "        update={'origin': ' '.join({f'w{i}' for i in range(40)})})",
    ),
    # -- renderers
    "another media type": renderer(
        "media-are-declared", "declared is video/mp4", "", makes=("video/mp4",)
    ),
    "another size": renderer(
        "media-are-declared",
        "pixels instead of 192 x 192",
        RENDER + "return super().render(scene.model_copy(update={'width': 64}), assets)",
    ),
    "no media": renderer("media-are-declared", "render gave bytes", RENDER + "return b''"),
    "no file": renderer(
        "media-are-declared",
        "a picture can't be read",
        RENDER + "return tma.Media(b'PNG', 'image/png')",
    ),
    "any scene": renderer(
        "other-scenes-are-refused",
        "of an unknown kind is drawn",
        RENDER + "return tma.Media(b'', 'image/png')",
    ),
    "a scene that it trips over": renderer(
        "other-scenes-are-refused", "raises AttributeError", RENDER + "return scene.cells"
    ),
    "a renderer's memory": renderer(
        "same-again",
        "differs when it has drawn others before: report",
        "count = 0\n" + RENDER + "import dataclasses; self.count += 1\n"
        "    return dataclasses.replace(super().render(scene, assets), report={'n': self.count})",
    ),
    "the hash of a text": renderer(
        "same-elsewhere",
        "differs in another process: report",
        RENDER + "import dataclasses\n"
        "    return dataclasses.replace(super().render(scene, assets), report={'n': hash('x')})",
    ),
    "boxes elsewhere": renderer(
        "report-agrees-with-picture",
        "the sticker in cell 0,0 is reported at",
        RENDER + "import dataclasses; media = super().render(scene, assets)\n"
        "    boxes = {k: [x + 5 for x in b] for k, b in media.report.get('boxes', {}).items()}\n"
        "    return dataclasses.replace(media, report={'boxes': boxes}) if boxes else media",
    ),
    **{
        f"a wrong view: {field}": renderer(
            "report-agrees-with-picture",
            says,
            RENDER + "import copy, dataclasses; media = super().render(scene, assets)\n"
            "    report = copy.deepcopy(media.report)\n"
            f"    for one in report.get('objects', ()): one[{field!r}] = {value}\n"
            "    return dataclasses.replace(media, report=report)",
        )
        for field, value, says in (
            ("pixels", "[one['pixels'][0] * 2 + 200]", "is reported on"),
            ("hidden", "[1 - one['hidden'][0]]", "is reported as hidden by"),
            ("box", "[[x + 9 for x in one['box'][0]]]", "is reported at"),
            ("pixles", "1", "its report is no tma.View"),
        )
    },
    # -- model adapters
    "a reply too few": adapter(
        "replies-keep-their-form",
        "replies to",
        REPLY + "return (await super().reply(requests))[1:]",
    ),
    "texts for replies": adapter(
        "replies-keep-their-form", "reply gave list", REPLY + "return ['A' for r in requests]"
    ),
    "neither text nor failure": adapter(
        "replies-keep-their-form",
        "text None, failure None",
        REPLY + "return [tma.Reply(text=None) for r in requests]",
    ),
    "a failure of two lines": adapter(
        "replies-keep-their-form",
        "not one line",
        REPLY + "return [tma.Reply(text=None, failure='a\\nb') for r in requests]",
    ),
    "scores for others": adapter(
        "replies-keep-their-form",
        "1 scores for 4 options",
        REPLY + "return [tma.Reply(text='A', option_scores=(1.0,)) for r in requests]",
    ),
    "replies in another order": adapter(
        "order-and-count-are-kept",
        "in a batch of",
        REPLY + "return (await super().reply(requests))[::-1]",
    ),
    "one for all": adapter(
        "failures-are-outcomes",
        "reply raises FileNotFoundError",
        REPLY + "[r.media.path.read_bytes() for r in requests]\n"
        "    return await super().reply(requests)",
    ),
    "one fails all": adapter(
        "failures-are-outcomes",
        "one spoilt request changes the reply to another",
        REPLY + "given = await super().reply(requests)\n    return [given[0]] * len(given)",
    ),
    "blind to a change": adapter(
        "failures-are-outcomes",
        "with a changed picture a request is answered",
        REPLY + "return [tma.Reply(text='A') if r.media.path.exists() else "
        "tma.Reply(text=None, failure='gone') for r in requests]",
    ),
    "blind to what it consumes": adapter(
        "failures-are-outcomes",
        "without its picture a request is answered",
        REPLY + "return [tma.Reply(text='A') for r in requests]",
    ),
    # -- exporters
    "an item too few": exporter(
        "all-items-are-written",
        "of 3 items it read 3, and says it wrote 2",
        EXPORT + "return tma.Exported(done.items - 1)",
    ),
    "items not read": exporter(
        "all-items-are-written",
        "of 3 items it read 1, and says it wrote 3",
        "def export(self, bundle, out):\n    next(bundle.items())\n    return tma.Exported(3)",
    ),
    "nothing said": exporter("all-items-are-written", "export gave NoneType", EXPORT + "pass"),
    "nothing written": exporter(
        "all-items-are-written",
        "it wrote no file",
        "def export(self, bundle, out):\n    return tma.Exported(len(list(bundle.items())))",
    ),
    "a link": exporter(
        "files-stand-alone",
        "seen.png is a link",
        EXPORT + "(out / 'seen.png').symlink_to(next(bundle.items()).media.path)\n    return done",
    ),
    "a path of this machine": exporter(
        "files-stand-alone",
        "where.txt names the folder",
        EXPORT + "(out / 'where.txt').write_text(str(next(bundle.items()).media.path))\n"
        "    return done",
    ),
    "logs that can't be read": exporter(
        "strange-logs-are-refused",
        "raises UnicodeDecodeError",
        "def replies(self, path):\n    path.write_bytes(bytes([255]))\n    yield path.read_text()",
    ),
    "logs of anything": exporter(
        "strange-logs-are-refused",
        "is read as replies",
        "def replies(self, path):\n    yield from ()",
    ),
    "a time stamp": exporter(
        "same-again",
        "the file when.txt differs when it is written again: bytes",
        EXPORT + "import time\n    (out / 'when.txt').write_text(str(time.time_ns()))\n"
        "    return done",
    ),
    "the order of a set of files": exporter(
        "same-elsewhere",
        "the file words.txt differs in another process",
        EXPORT + "words = {f'w{i}' for i in range(40)}\n"
        "    (out / 'words.txt').write_text(' '.join(words))\n    return done",
    ),
    "media shrunk where they lie": exporter(
        "tasks-are-left-alone",
        "a media file of the tasks was changed",
        EXPORT + "next(bundle.items()).media.path.write_bytes(b'small')\n    return done",
    ),
}

MODULE = """
    from typing import Literal

    import numpy as np
    import pydantic

    import tma
    from {module} import {base} as Good

    class Odd(tma.Scene):
        kind: Literal["odd"] = "odd"

    class Loose(pydantic.BaseModel):
        pass

    class Mutant(Good):
        "Wrong."
{body}

    @tma.hookimpl
    def {hook}():
        fields = {fields!r} | {more}
        return [tma.Contribution("mutant", "made_up_mutant:Mutant", "It is wrong", **fields)]
"""


def found(shelf: PluginShelf, mutant: Mutant) -> Finding:
    hook, target = TARGETS[mutant.kind]
    module, _, base = target.partition(":")
    body = indent(dedent(mutant.body), "        ")
    text = MODULE.format(
        module=module,
        base=base,
        body=body,
        hook=hook,
        fields=FIELDS[mutant.kind],
        more=mutant.fields,
    )
    (shelf.root / "made_up_mutant.py").write_text(dedent(text), encoding="utf-8")
    subject = Subject(lab("mutant = made_up_mutant"), "mutant/mutant", n=3)
    (one,) = [c for c in checks_of(mutant.kind) if c.name == mutant.check]
    return one(subject)


@pytest.mark.parametrize("what", MUTANTS)
def test_a_check_fails_on_its_mutant(shelf: PluginShelf, what: str) -> None:
    mutant = MUTANTS[what]
    finding = found(shelf, mutant)
    assert finding.outcome == "failed", finding
    assert mutant.says in finding.what
    assert finding.mend
    if what == "draw fails":
        assert "made_up_mutant.py" in finding.where


def test_every_check_has_a_mutant() -> None:
    tested = {(m.kind, m.check) for m in MUTANTS.values()}
    loading = {m.check for m in MUTANTS.values()}
    elsewhere = {"options-are-unique"}  # the kernel makes no such task: see below
    for kind in TARGETS:
        for one in checks_of(kind):
            had = (kind, one.name) in tested or (one.level == "import" and one.name in loading)
            assert had or one.name in elsewhere, f"{kind}: {one.name}"
            assert one.says.endswith(".")


@pytest.mark.parametrize("kind", TARGETS)
def test_the_good_ones_pass(shelf: PluginShelf, kind: str) -> None:
    for one in checks_of(kind):
        if one.name != "same-elsewhere":  # it has been tried above, and takes its time
            finding = found(shelf, Mutant(kind, one.name, "pass", ""))
            assert finding.outcome == "ok", finding


def test_options_that_read_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = Subject(lab(), "toys/what", n=2)
    (check,) = [c for c in checks_of("task-generator") if c.name == "options-are-unique"]
    assert check(subject).outcome == "ok"
    first = generator_checks.made(subject)[0]
    options = ("an apple", "An  Apple", "a pear", "a car")
    task = first.task.model_copy(update={"options": options})
    monkeypatch.setattr(generator_checks, "made", lambda _: [replace(first, task=task)])
    assert check(subject).outcome == "failed"


def test_nothing_is_built_on_a_level_that_failed(shelf: PluginShelf) -> None:
    from tma.testing import findings

    found(shelf, MUTANTS["nothing feasible"])
    subject = Subject(lab("mutant = made_up_mutant"), "mutant/mutant", n=2)
    outcomes = [(f.level, f.outcome) for f in findings(subject)]
    assert ("contract", "failed") in outcomes
    assert {o for level, o in outcomes if level == "property"} == {"skipped"}
    assert [LEVELS.index(level) for level, _ in outcomes] == sorted(
        LEVELS.index(level) for level, _ in outcomes
    )


# -- plan spaces --------------------------------------------------------------------------------

GOOD = product(joint(("a", "b"), [(1, "x"), (2, "y"), (2, None)]), c=["p", "q", "r"])


class Long(PlanSpace):
    def __len__(self) -> int:
        return self.size + 1


class Shifted(PlanSpace):
    def index(self, plan: Any) -> int:
        return (super().index(plan) + 1) % self.size


class Deaf(PlanSpace):
    def where(self, *conditions: Any, **more: Any) -> PlanSpace:
        return self


class Grouped(PlanSpace):
    def groups(self, by: Any) -> Any:
        return {value: count + 1 for value, count in super().groups(by).items()}


class Partial(PlanSpace):
    def __contains__(self, plan: object) -> bool:
        return False


class Skewed(PlanSpace):
    def sample(self, n: int, rng: np.random.Generator, **more: Any) -> list[Plan]:
        return [self[0] for _ in range(n)]


@pytest.mark.parametrize(
    ("space", "says"),
    [
        (Long, "its length is 10, its size 9"),
        (Shifted, "has the number"),
        (Deaf, "and its contrary keep|does not keep"),
        (Grouped, "plans of 9"),
        (Partial, "is not in the space"),
        (Skewed, "of 2000 samples"),
    ],
)
def test_spaces_that_break_their_algebra(space: type[PlanSpace], says: str) -> None:
    check_space(GOOD)
    with pytest.raises(CheckFailure, match=says):
        check_space(space(GOOD.blocks))


def test_what_is_no_space() -> None:
    with pytest.raises(CheckFailure, match=r"space gave list, not tma.PlanSpace"):
        check_space([])  # type: ignore[arg-type]
    check_space(product(a=[]))
