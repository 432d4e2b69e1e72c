"""What is wanted of a release: of what, how many, even over what."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from tma.contract.tasks import Task
from tma.errors import ConfigError, Infeasible
from tma.export import check_name
from tma.generate import Order, filtered_spaces
from tma.registry import Registry
from tma.releases.dimensions import grouped_fields, named_fields
from tma.releases.making import Watcher
from tma.releases.record import Making
from tma.releases.strata import StratifiedPlans
from tma.seeds import check_seed, digest
from tma.space import PlanSpace
from tma.workbench import Workbench


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a release is made of.

    Attributes:
        assets: specification of the asset source; None for the embedded one.
        tasks: patterns of task generators; empty for all that fit.
        where: filters on plan fields, see `tma.filters.parse_where`.
        renderer: specification of a renderer, None for the default.
        per_generator: how many tasks of each generator, all of different plans.
        by: plan fields to be even over, `A,B` for two taken together; None for categories and
            attributes.
        seed: of all chance, 0 .. 2**63 - 1.
        media: whether there are pictures and videos.
        name: of the release: lower-case words joined by hyphens; None to make one of a hash.

    Raises:
        ConfigError: a number is out of range.
        ExportError: the name is none.
    """

    assets: str | None = None
    tasks: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    renderer: str | None = None
    per_generator: int = 300
    by: tuple[str, ...] | None = None
    seed: int = 0
    media: bool = True
    name: str | None = None

    def __post_init__(self) -> None:
        check_seed(self.seed)
        check_name(self.name)
        if self.per_generator < 1:
            raise ConfigError(
                f"can't make {self.per_generator} tasks a generator", hint="ask for 1 or more"
            )

    def bench(self, registry: Registry) -> Workbench:
        """The workbench that it needs. Raises PluginError, ConfigError, AssetError."""
        order = Order(assets=self.assets, tasks=self.tasks, renderer=self.renderer)
        return order.bench(registry)

    def making(self, bench: Workbench) -> Making:
        """What the record says of it."""
        return Making(
            assets=str(bench.assets.spec),
            tasks=self.tasks,
            where=self.where,
            renderer=self.renderer,
            drawn_by=bench.drawn_by,
            media=self.media,
            per_generator=self.per_generator,
            by=self.by,
            seed=self.seed,
        )

    def plans(
        self, bench: Workbench, each: int | None = None, purpose: str = ""
    ) -> StratifiedPlans:
        """Plans drawn at random, even over what they are about.

        Args:
            bench: whose plans.
            each: how many of each generator; `per_generator` by default.
            purpose: draws for different purposes are independent.

        Raises:
            TaskError: no plan passes the filters.
            SpaceError, AssetError: a filter or a field can't be read.
        """
        shares = bench.shares()
        found = filtered_spaces(bench, self.where)
        spaces = {name: space for name, space in found.items() if name in shares}
        balance = {name: bench.generators[name].balance for name in spaces}
        seed = self.seed if not purpose else int(digest([purpose, self.seed])[:15], 16)
        even = {name: self._even(space, bench.space) for name, space in spaces.items()}
        return StratifiedPlans(spaces, balance, shares, each or self.per_generator, seed, even)

    def _even(self, space: PlanSpace, whole: PlanSpace) -> list[tuple[str, ...]]:
        """Fields of the dimensions; those that a user names need be in some generator's plans."""
        if self.by is None:
            return grouped_fields(space.fields)
        named = named_fields(self.by, whole)
        return [fields for fields in named if any(f in space.fields for f in fields)]


def drawn(
    bench: Workbench,
    plans: StratifiedPlans,
    total: int,
    watcher: Watcher,
    what: str,
    *,
    media: bool = False,
    without: AbstractSet[str] = frozenset(),
) -> list[Task]:
    """Tasks of plans, kept nowhere.

    Args:
        bench: makes them.
        plans: which.
        total: how many are expected.
        watcher: told how many there are.
        what: they are drawn for.
        media: whether scenes are rendered, and drawn anew if they have a flaw.
        without: plans, by id, that are passed over.
    """
    found: list[Task] = []
    while jobs := plans.next_round():
        feasible = []
        for plan, seed in jobs:
            try:
                if plan.id in without:
                    raise Infeasible("taken")
                task = bench.shown(plan, seed)[0] if media else bench.instance(plan, seed)
            except Infeasible:
                feasible.append(False)
                continue
            feasible.append(True)
            found.append(task)
            watcher(what, len(found), total)
        plans.settle(jobs, feasible)
    return found
