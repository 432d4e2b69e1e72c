"""How a category is written: a function that makes parts, and what is true of all it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from tma_plugins.objects.kit.part import Part
from tma_plugins.objects.palette import COLOURS

_T = TypeVar("_T")

ALL_COLOURS = tuple(COLOURS)
PATTERNS = ("plain", "striped", "dotted", "checked")
MATERIALS = ("wood", "metal", "glass", "plastic", "ceramic", "stone", "textile", "rubber")
VIEWS = ("front", "left", "right", "above")


@dataclass(frozen=True)
class Maker:
    """What a category's function knows of the variant that it makes.

    Attributes:
        rng: for proportions; the same in every process, and for every number of variants.
        number: the variant's number, from 0.
        color, material, pattern: of the role `body`; material is "" where none is stated.
    """

    rng: np.random.Generator
    number: int
    color: str
    material: str
    pattern: str

    def between(self, low: float, high: float) -> float:
        """A proportion, evenly from a range."""
        return float(self.rng.uniform(low, high))

    def pick(self, *options: _T) -> _T:
        """One of several things, evenly."""
        return options[int(self.rng.integers(len(options)))]


Make = Callable[[Maker], Iterable[Part]]


@dataclass(frozen=True)
class Kind:
    """A category with objects. `category` says what the fields mean."""

    id: str
    make: Make
    name: str
    parents: tuple[str, ...]
    synonyms: tuple[str, ...] = ()
    lookalikes: tuple[str, ...] = ()
    colors: tuple[str, ...] = ALL_COLOURS
    materials: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    shape: str = ""
    symmetry: int = 1
    yaws: tuple[float, ...] = (-35.0, 0.0, 35.0)
    views: tuple[str, ...] = VIEWS


@dataclass
class Shelf:
    """The categories of one module, in the order in which they are written."""

    kinds: list[Kind] = field(default_factory=list)

    def category(
        self,
        slug: str,
        *,
        parents: tuple[str, ...],
        name: str = "",
        synonyms: tuple[str, ...] = (),
        lookalikes: tuple[str, ...] = (),
        colors: tuple[str, ...] = ALL_COLOURS,
        materials: tuple[str, ...] = (),
        patterns: tuple[str, ...] = (),
        shape: str = "",
        symmetry: int = 1,
        yaws: tuple[float, ...] | None = None,
        views: tuple[str, ...] = VIEWS,
    ) -> Callable[[Make], Make]:
        """Decorates the function that makes a category's objects.

        Args:
            slug: the category's id.
            parents: ids of more general categories, listed in `taxonomy.GENERAL`.
            name: what a question calls it, if not the slug with spaces.
            synonyms: other names of the same thing.
            lookalikes: categories, general ones too, that a stranger might say of it; to be stated
                on one side only.
            colors: what the role `body` comes in.
            materials: likewise; () if its material is not stated: it then looks like paint.
            patterns: likewise; () if a pattern makes no sense. Glass and stone stay plain.
            shape: what geometry calls it, if everybody would.
            symmetry: n if a turn by 360 / n degrees about the y axis leaves the shape as it was,
                1 if only a whole turn does, 0 if any turn does.
            yaws: turns, counterclockwise from above, at which it is recognised; only 0 if it is
                symmetric about the axis, else -35, 0 and 35 by default.
            views: of its stickers, in which it is recognised; the first is the best.
        """
        if yaws is None:
            yaws = (-35.0, 0.0, 35.0) if symmetry else (0.0,)

        def keep(make: Make) -> Make:
            self.kinds.append(
                Kind(
                    slug,
                    make,
                    name or slug.replace("-", " "),
                    parents,
                    synonyms,
                    lookalikes,
                    colors,
                    materials,
                    patterns,
                    shape,
                    symmetry,
                    yaws,
                    views,
                )
            )
            return make

        return keep
