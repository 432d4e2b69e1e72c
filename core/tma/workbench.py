"""Everything that a job needs, opened from specifications: assets, generators, space, renderer."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn, TypeVar

from tma.assets import OpenAssets
from tma.catalogue import Catalogue
from tma.config import cache_dir
from tma.contract.media import Media
from tma.contract.models import MediaFile
from tma.contract.plan import Plan, Value
from tma.contract.scene import Scene
from tma.contract.tasks import Task, TaskGenerator, TruthSet
from tma.discovery import cause_of
from tma.drawing import DrawingRoom, RendererError, library_versions
from tma.errors import (
    AssetError,
    ConfigError,
    Failed,
    Infeasible,
    PluginError,
    TaskError,
    TmaError,
    TmaWarning,
)
from tma.maketask import Origin, make_task, state_truth
from tma.mediacache import Kept
from tma.registry import Entry, Registry
from tma.seeds import check_seed, digest
from tma.space import PlanSpace, union
from tma.spec import Spec

T = TypeVar("T")
_WILDCARDS = frozenset("*?[")
_MOST_REDRAWS = 24
_A_BUG = "this is a bug of the plugin"


class Workbench:
    """Assets, the task generators that fit them, their plan space, and a renderer a scene kind.

    Args:
        registry: where plugins are looked up.
        assets: specification of the asset source; the embedded one by default.
        tasks: patterns over generators' ids, with settings if need be (`grid2d/*?jitter=false`);
            all that the assets can serve by default.
        renderer: specification of the renderer to use for the scene kinds that it draws.
        drawn_by: scene kind -> the renderer to use, by name or id, for the others; one that can
            run here by default.
        cache: folder of the cache; `tma.config.cache_dir()` by default.
        strict: whether what a plugin breaks is an error; as the settings say by default. If not,
            generators that a wildcard reached and that can't be used are passed over, and so is
            each plan on which a generator or a renderer fails (`tma.errors.Failed`); TmaWarning
            says so once.

    Attributes:
        skipped: id -> cause of the generators that were passed over.

    Raises:
        PluginError: nothing matches a pattern, or a named generator needs assets in a form that
            the source lacks.
        ConfigError, AssetError: settings or data are not valid.
    """

    def __init__(
        self,
        registry: Registry,
        *,
        assets: str | None = None,
        tasks: Sequence[str] = (),
        renderer: str | None = None,
        drawn_by: Mapping[str, str] = MappingProxyType({}),
        cache: Path | None = None,
        strict: bool | None = None,
    ) -> None:
        self.registry = registry
        self.strict = registry.settings.strict if strict is None else strict
        self.skipped: dict[str, str] = {}
        self._told: set[tuple[str, str]] = set()
        cache = cache or cache_dir()
        self.assets = OpenAssets(registry, assets, cache)
        specs = [Spec.parse(text) for text in tasks]
        self.entries: dict[str, Entry] = {}
        self.generators: dict[str, TaskGenerator] = {}
        named = {s.name for s in specs if not _WILDCARDS & set(s.name)}
        for entry in self._fitting([s.name for s in specs]):
            self._take(entry, specs, asked_for=any(entry.answers_to(n) for n in named))
        if not self.generators:
            causes = "; ".join(f"{name}: {cause}" for name, cause in self.skipped.items())
            raise PluginError(f"no task generator can be used: {causes}")
        self.drawing = DrawingRoom(registry, self.assets, cache / "media", renderer, drawn_by)

    def _take(self, entry: Entry, specs: Sequence[Spec], *, asked_for: bool) -> None:
        """Make a generator, or pass it over if nobody asked for it by name."""
        spec = self._with_settings(entry, specs)
        try:
            made = self.registry.make(entry, spec, base=TaskGenerator)
        except ConfigError:
            raise
        except TmaError as error:
            if self.strict or asked_for:
                raise
            self._skip(entry.short_id, str(error))
        else:
            self.entries[entry.short_id] = entry
            self.generators[entry.short_id] = made

    def _skip(self, name: str, cause: str) -> None:
        self.skipped[name] = cause
        self._tell(name, f"{name} is passed over: {cause}")

    def _tell(self, name: str, line: str) -> None:
        """Warn of a plugin, once of each of its failures."""
        if (name, line) not in self._told:
            self._told.add((name, line))
            text = f"{line} (TMA_STRICT_PLUGINS=1 makes this an error)"
            warnings.warn(text, TmaWarning, stacklevel=3)

    def _fitting(self, patterns: Sequence[str]) -> list[Entry]:
        """Generators that match; those reached by a wildcard must fit the assets' forms."""
        have = self.assets.forms
        chosen = self.registry.match("task-generator", patterns or ["*"])
        fitting = [e for e in chosen if set(e.contribution.consumes) <= have]
        if not fitting:
            needed = sorted({f for e in chosen for f in e.contribution.consumes})
            raise PluginError(
                f"no task generator among {', '.join(patterns or ['*'])} fits the assets of "
                f"{self.assets.entry.short_id}: they come as {', '.join(sorted(have)) or 'nothing'}"
                f", needed is {', '.join(needed) or 'a task generator'}",
                hint="see `tma plugins list`",
            )
        for pattern in patterns:
            if not _WILDCARDS & set(pattern):
                self._check_fits(self.registry.find("task-generator", pattern), have)
        return fitting

    def _check_fits(self, entry: Entry, have: frozenset[str]) -> None:
        lacking = sorted(set(entry.contribution.consumes) - have)
        if lacking:
            raise PluginError(
                f"{entry.short_id} needs assets in the form {', '.join(lacking)}, which "
                f"{self.assets.entry.short_id} lacks",
                hint="see `tma plugins list`",
            )

    def _with_settings(self, entry: Entry, specs: Sequence[Spec]) -> Spec:
        """The last of the specifications that names or matches a generator."""
        matching = [s for s in specs if entry in self.registry.match(entry.kind, [s.name])]
        return matching[-1] if matching else Spec(entry.short_id)

    def catalogue_of(self, generator: str) -> Catalogue:
        """The catalogue that a generator sees: assets in the forms that it consumes."""
        return self.assets.catalogue(self.entries[generator].contribution.consumes)

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of all the source's assets."""
        return self.assets.catalogue()

    @cached_property
    def spaces(self) -> Mapping[str, PlanSpace]:
        """Each generator's plan space, with the field `generator` first."""

        def space(name: str, generator: TaskGenerator) -> PlanSpace:
            return generator.space(self.catalogue_of(name)).with_constant("generator", name)

        return self._of_each("space", space)

    def _of_each(self, what: str, ask: Callable[[str, TaskGenerator], T]) -> dict[str, T]:
        """What each generator answers; those that fail are passed over."""
        found = {}
        for name, generator in self.generators.items():
            try:
                found[name] = ask(name, generator)
            except TmaError:
                raise
            except Exception as error:
                cause = f"{what} failed: {cause_of(error)}"
                if self.strict or len(self.generators) == 1:
                    raise PluginError(f"{name}: {cause}", hint=_A_BUG) from error
                self._skip(name, cause)
        return found

    def shares(self) -> dict[str, Mapping[tuple[Value | None, ...], float]]:
        """Each generator's wish for the shares of its groups, see `TaskGenerator.shares`."""
        return self._of_each("shares", lambda name, g: g.shares(self.catalogue_of(name)))

    @cached_property
    def space(self) -> PlanSpace:
        """The union of the generators' spaces."""
        return union(self.spaces.values())

    # -- tasks ------------------------------------------------------------------------------

    def generator(self, name: str) -> TaskGenerator:
        """The generator with this short id. Raises TaskError if it is not on the bench."""
        try:
            return self.generators[name]
        except KeyError:
            if not name:
                hint = "its field `generator` is to be one such as grid2d/what"
                raise TaskError("a plan names no task generator", hint=hint) from None
            raise TaskError(
                f"no task generator {name!r} here", hint="see `tma plugins list`"
            ) from None

    def instance(self, plan: Plan, seed: int, redraw: int = 0) -> Task:
        """The checked task of a plan and a seed, without media.

        Args:
            plan: of one of the generators' spaces.
            seed: of the instance.
            redraw: which of the scenes of plan and seed, see `Task.redraws`.

        Raises:
            Infeasible: the catalogue can't make the plan soundly.
            Failed: the generator has a bug; if strict, UnsoundTaskError, TaskError, PluginError.
            TaskError, ConfigError: no such generator, or a seed out of range.
        """
        make = self._maker(plan, seed, redraw)
        try:
            return make()
        except (Infeasible, AssetError, ConfigError):
            raise
        except Exception as error:
            self._fail(plan.generator, error)

    def remake(self, task: Task) -> Task:
        """The task drawn again from plan and seed, without media.

        Raises:
            Exception: as the generator raised it; nothing is passed over.
        """
        return self._maker(Plan(task.plan), task.seed, task.redraws)()

    def _maker(self, plan: Plan, seed: int, redraw: int) -> Callable[[], Task]:
        name = plan.generator
        generator = self.generator(name)
        catalogue, origin = self.catalogue_of(name), self._origin(name)
        check_seed(seed)
        return partial(make_task, name, generator, plan, seed, catalogue, origin, redraw)

    def _fail(self, name: str, error: Exception) -> NoReturn:
        """Raise what is due for a plugin's bug."""
        if self.strict and isinstance(error, TmaError):
            raise error
        if self.strict:
            raise PluginError(f"{name} failed: {cause_of(error)}", hint=_A_BUG) from error
        cause = str(error) if isinstance(error, TmaError) else cause_of(error)
        failed = Failed(name, cause.removeprefix(f"{name}: ").removeprefix(f"{name} "))
        self._tell(name, f"plans are passed over: {failed}")
        raise failed from error

    def shown(self, plan: Plan, seed: int) -> tuple[Task, MediaFile | None]:
        """The task of a plan and a seed with its picture or video.

        Scenes that turn out flawed when they are rendered are drawn anew. The file is None for a
        task that has no renderer.

        Raises:
            Infeasible: the catalogue can't make the plan soundly, or no scene without a flaw.
            Failed: the generator or the renderer failed; if strict, what they raised.
            MediaError, AssetError: media can't be kept, or an asset can't be read.
            TaskError, ConfigError: no such generator, or a seed out of range.
        """
        flaw: str | None = None
        for redraw in range(_MOST_REDRAWS + 1):
            task = self.instance(plan, seed, redraw)
            try:
                kept = self._kept(task)
            except RendererError as error:
                self._fail(error.renderer, error)
            flaw = None if kept is None else self._flaw(task, kept.report)
            if flaw is None:
                return task, kept.file if kept else None
        raise Infeasible("not-clearly-shown", f"{_MOST_REDRAWS + 1} scenes, the last: {flaw}")

    def flaw(self, task: Task, report: Mapping[str, object]) -> str | None:
        """Why the task's rendered scene won't do; None if it will. Raises MediaError."""
        generator = self.generator(task.generator)
        if type(generator).flaw is TaskGenerator.flaw:
            return None  # spares reading the scene back
        catalogue = self.catalogue_of(task.generator)
        return generator.flaw(Plan(task.plan), self.scene(task), report, catalogue)

    def _flaw(self, task: Task, report: Mapping[str, object]) -> str | None:
        try:
            return self.flaw(task, report)
        except (AssetError, ConfigError):
            raise
        except Exception as error:
            self._fail(task.generator, error)

    def truth(self, task: Task) -> TruthSet | None:
        """The truth set that the task's generator derives from the scene record alone.

        None if the generator derives none. Raises TaskError, pydantic.ValidationError.
        """
        generator = self.generator(task.generator)
        plan = Plan(task.plan)
        scene = self.scene(task)
        catalogue = self.catalogue_of(task.generator)
        if type(generator).truths is TaskGenerator.truths:
            return None
        return state_truth(task.generator, generator, plan, scene, None, catalogue)

    def scene(self, task: Task) -> Scene:
        """The task's scene, read back from its record by the generator's scene class."""
        return self.generator(task.generator).scene_type.model_validate(task.scene)

    @cached_property
    def _origins(self) -> dict[str, Origin]:
        return {}

    def _origin(self, name: str) -> Origin:
        if name not in self._origins:
            entry = self.entries[name]
            chosen = self._renderers(name)
            versions = dict(line.split(" ", 1) for line in library_versions())
            versions |= {"generator": entry.id, "source": self.assets.entry.id}
            self._origins[name] = Origin(
                source=str(self.assets.spec.name),
                licence=self.assets.inventory.licence,
                renderer_of={k: (e.id, self.drawing.settings(e)) for k, e in chosen.items()},
                versions=versions,
            )
        return self._origins[name]

    def _renderers(self, name: str) -> dict[str, Entry]:
        """Scene kind -> its renderer, for the kinds that a generator makes and something draws."""
        chosen = {k: self.drawing.entry(k) for k in self.entries[name].contribution.makes}
        return {k: e for k, e in chosen.items() if e is not None}

    @property
    def drawn_by(self) -> dict[str, str]:
        """Scene kind -> the short id of its renderer, for all that the generators make."""
        found = {k: e.short_id for name in self.entries for k, e in self._renderers(name).items()}
        return dict(sorted(found.items()))

    @cached_property
    def fingerprint(self) -> str:
        """A hash over the inventory and the generators' versions."""
        return digest([self.assets.fingerprint, sorted(e.id for e in self.entries.values())])

    def media_types(self, generator: str) -> frozenset[str]:
        """Media types that the renderers of a generator's scenes give; none without a renderer."""
        kinds = self.entries[generator].contribution.makes
        drawn_by = [e for e in map(self.drawing.entry, kinds) if e is not None]
        return frozenset(m for e in drawn_by for m in e.contribution.makes)

    # -- media ------------------------------------------------------------------------------

    def render(self, task: Task) -> Media:
        """The task's picture or video, rendered anew. Raises MediaError, AssetError."""
        return self.drawing.draw(self.scene(task))

    def media_file(self, task: Task) -> MediaFile | None:
        """The task's picture or video, rendered into the cache if it is not there.

        None for a task that has no renderer. Raises MediaError, AssetError.
        """
        kept = self._kept(task)
        return kept.file if kept else None

    def _kept(self, task: Task) -> Kept | None:
        return None if task.media is None else self.drawing.kept(self.scene(task))
