"""Assets indexed for set queries: what is known to be, known not to be, and unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, cached_property, partial
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tma.bitset import BitSet, Words, pack
from tma.columns import Domain
from tma.contract.assets import Asset, AttributeType, Inventory
from tma.errors import AssetError
from tma.taxonomy import Matrix, Taxonomy
from tma.vocabulary import Actions, Relations

if TYPE_CHECKING:
    from tma.graphset import GraphSet


class Catalogue:
    """An inventory's assets and categories, as generators ask for them.

    Every question about a category or an attribute has three answers for an asset: known to
    hold (`assets_in`, `having`), known not to hold (`never_in`, `lacking`), or neither.

    Args:
        inventory: what the source holds.
        forms: only assets that come in all of these forms count.
        graphs: form -> the scene graphs that come in it.

    Raises:
        AssetError: ids stand twice, links or attribute values are unknown, the taxonomy has a
            cycle, or neither an asset nor a graph is left.
    """

    def __init__(
        self,
        inventory: Inventory,
        forms: Sequence[str] = (),
        graphs: Mapping[str, GraphSet] | None = None,
    ) -> None:
        self.inventory = inventory
        self.graph_sets = dict(graphs or {})
        self.assets: tuple[Asset, ...] = tuple(
            a for a in inventory.assets if all(a.forms.get(f) for f in forms)
        )
        if not self.assets and not self.graph_sets:
            wanted = f" in the form {' and '.join(forms)}" if forms else ""
            raise AssetError(f"the asset source holds no asset{wanted}")
        self._number = {a.id: i for i, a in enumerate(self.assets)}
        if len(self._number) != len(self.assets):
            raise AssetError(f"asset {_first_double(self.assets)!r} stands twice")
        used = {c for a in self.assets for c in a.categories}
        used.update(c for graphs in self.graph_sets.values() for c in graphs.objects if c)
        self.taxonomy = Taxonomy(inventory.categories, used)
        self._index_attributes()

    # -- categories -------------------------------------------------------------------------

    @property
    def categories(self) -> tuple[str, ...]:
        """Ids of the categories with at least one asset at or below them, ascending."""
        return self.taxonomy.ids

    @cached_property
    def category_domain(self) -> Domain:
        """The categories as a plan field's domain; its codes are this catalogue's."""
        return Domain(self.categories)

    def code(self, category: str) -> int:
        """A category's code: its place in `categories`. Raises KeyError if it is not there."""
        return self.taxonomy.code[category]

    def name(self, category: str) -> str:
        """What a question calls the category. Raises KeyError if it is not in use."""
        return self.taxonomy.node(category).name

    def find_category(self, text: str) -> str:
        """The id of a category given by id, name or synonym.

        Raises:
            AssetError: none or several answer to it.
        """
        if text in self.taxonomy.code:
            return text
        wanted = text.casefold()
        nodes = (self.taxonomy.node(c) for c in self.categories)
        hits = [n.id for n in nodes if wanted in (x.casefold() for x in (n.name, *n.synonyms))]
        if len(hits) != 1:
            which = f"is the name of {', '.join(hits)}" if hits else "is no category here"
            raise AssetError(f"{text!r} {which}", hint="see `tma assets list`")
        return hits[0]

    def other_codes(self, category: str) -> NDArray[np.int32]:
        """Codes of the categories that are neither `category`, an ancestor nor a descendant."""
        unrelated = ~self.taxonomy.related[self.code(category)]
        return np.flatnonzero(unrelated).astype(np.int32)

    def below(self, category: str) -> frozenset[str]:
        """The category and its descendants."""
        column = self.taxonomy.up[:, self.code(category)]
        return frozenset(self.categories[i] for i in np.flatnonzero(column))

    @cached_property
    def _known_words(self) -> Words:
        return self._spread(self.taxonomy.up)

    @cached_property
    def _maybe_words(self) -> Words:
        return self._spread(self.taxonomy.conceivable)

    def _spread(self, reach: Matrix) -> Words:
        """(categories, words): the assets of whose own categories one reaches each category."""
        direct: dict[int, list[int]] = {}
        for number, asset in enumerate(self.assets):
            for category in asset.categories:
                direct.setdefault(self.code(category), []).append(number)
        rows = np.zeros((len(self.taxonomy), -(-len(self.assets) // 64)), dtype=np.uint64)
        for code, members in sorted(direct.items()):
            rows[reach[code]] |= BitSet.of(len(self.assets), members).words
        return rows

    def assets_in(self, category: str) -> BitSet:
        """Assets known to be of the category."""
        return self._assets_in[category]

    def never_in(self, category: str) -> BitSet:
        """Assets that nobody could call by the category's name."""
        return self._never_in[category]

    @cached_property
    def _assets_in(self) -> dict[str, BitSet]:
        return self._by_category(self._known_words)

    @cached_property
    def _never_in(self) -> dict[str, BitSet]:
        return self._by_category(~self._maybe_words & self._all.words)

    def _by_category(self, words: Words) -> dict[str, BitSet]:
        count = len(self.assets)
        return {c: BitSet(count, row) for c, row in zip(self.categories, words, strict=True)}

    def is_in(self, asset: int, category: str) -> bool | None:
        """Whether the asset is of the category: True, False, or None if nobody can say."""
        if asset in self.assets_in(category):
            return True
        return False if asset in self.never_in(category) else None

    def categories_of(self, asset: int) -> frozenset[str]:
        """Every category that the asset is known to be of: its own and their ancestors."""
        return self._known_of(self.assets[asset].categories)

    def conceivable_categories_of(self, asset: int) -> frozenset[str]:
        """Every category whose name a person might rightly give the asset."""
        return self._conceivable_of(self.assets[asset].categories)

    @cached_property
    def _known_of(self) -> Callable[[tuple[str, ...]], frozenset[str]]:
        return cache(partial(self._reached, self.taxonomy.up))

    @cached_property
    def _conceivable_of(self) -> Callable[[tuple[str, ...]], frozenset[str]]:
        return cache(partial(self._reached, self.taxonomy.conceivable))

    def _reached(self, reach: Matrix, own: tuple[str, ...]) -> frozenset[str]:
        codes = [self.code(c) for c in own]
        reached: Matrix = reach[codes[0]] if len(codes) == 1 else np.logical_or.reduce(reach[codes])
        return frozenset(compress(self.categories, reached.tolist()))

    @cached_property
    def alternatives(self) -> Matrix:
        """(n, n) bool, symmetric: pairs that can be answer and distractor of one question.

        No asset known to be of one is conceivably of the other; so neither is the other's
        ancestor, descendant, synonym or look-alike.
        """
        known, maybe = self._known_words, self._maybe_words
        clash = self.taxonomy.related | self.taxonomy.lookalikes | self.taxonomy.namesakes
        for code in range(len(known)):
            clash[code] |= (known[code] & maybe).any(axis=1)
        return ~(clash | clash.T)

    def confusable(self, category: str) -> frozenset[str]:
        """The categories that can't be distractors when `category` is an answer."""
        return self._confusable[category]

    @cached_property
    def _confusable(self) -> dict[str, frozenset[str]]:
        barred = ~self.alternatives
        return {
            c: frozenset(self.categories[i] for i in np.flatnonzero(row))
            for c, row in zip(self.categories, barred, strict=True)
        }

    # -- attributes -------------------------------------------------------------------------

    def _index_attributes(self) -> None:
        self._overlaps: dict[tuple[str, str], frozenset[str]] = {}
        _check_types(self.inventory.attribute_types)
        for t in self.inventory.attribute_types:
            for value in t.values:
                pairs = [p for p in t.overlaps if value in p]
                self._overlaps[t.name, value] = frozenset(v for p in pairs for v in p) - {value}
        holders: dict[tuple[str, str], list[int]] = {}
        deniers: dict[tuple[str, str], list[int]] = {}
        for number, asset in enumerate(self.assets):
            for kind, values in (*asset.attributes.items(), *asset.not_attributes.items()):
                for value in values:
                    if (kind, value) not in self._overlaps:
                        raise AssetError(
                            f"asset {asset.id!r}: {kind} {value!r} is outside the vocabulary",
                            hint="list it in the source's attribute types",
                        )
            for kind, values in asset.attributes.items():
                for value in dict.fromkeys(values):
                    if value in asset.not_attributes.get(kind, ()):
                        raise AssetError(
                            f"asset {asset.id!r}: {kind} {value!r} stands among its attributes "
                            "and its not_attributes"
                        )
                    holders.setdefault((kind, value), []).append(number)
            for kind, values in asset.not_attributes.items():
                for value in values:
                    deniers.setdefault((kind, value), []).append(number)
        stated = {pair for graphs in self.graph_sets.values() for pair in graphs.values}
        self.attribute_values: tuple[tuple[str, str], ...] = tuple(sorted({*holders, *stated}))
        self._having = {p: BitSet.of(len(self.assets), m) for p, m in holders.items()}
        self._denying = {p: BitSet.of(len(self.assets), m) for p, m in deniers.items()}

    @cached_property
    def _all(self) -> BitSet:
        return BitSet(len(self.assets), pack(np.ones(len(self.assets), dtype=bool)))

    @cached_property
    def _nothing(self) -> BitSet:
        return BitSet.of(len(self.assets), ())

    @property
    def everything(self) -> BitSet:
        """All assets."""
        return self._all

    @cached_property
    def attribute_domains(self) -> tuple[Domain, Domain]:
        """Domains of the plan fields attribute_type and attribute_value."""
        return (
            Domain(dict.fromkeys(t for t, _ in self.attribute_values)),
            Domain(dict.fromkeys(v for _, v in self.attribute_values)),
        )

    @cached_property
    def _value_table(self) -> Matrix:
        """(categories, values) bool: some asset at or below the category has the value."""
        known = self._known_words
        columns = [(known & self.having(*p).words).any(axis=1) for p in self.attribute_values]
        return np.stack(columns, axis=1) if columns else np.zeros((len(known), 0), dtype=bool)

    def values(self, category: str) -> tuple[tuple[str, str], ...]:
        """(type, value) pairs that some asset at or below the category has, sorted."""
        row = self._value_table[self.code(category)]
        return tuple(self.attribute_values[i] for i in np.flatnonzero(row))

    def categories_with(self, kind: str, value: str) -> Matrix:
        """(n,) bool over categories: those that have the pair among their `values`."""
        return self._value_table[:, self.attribute_values.index((kind, value))]

    def values_of_type(self, kind: str) -> tuple[str, ...]:
        """The values of a type that some asset has, sorted."""
        return self._values_by_type.get(kind, ())

    @cached_property
    def _values_by_type(self) -> dict[str, tuple[str, ...]]:
        kinds = dict.fromkeys(t for t, _ in self.attribute_values)
        return {k: tuple(v for t, v in self.attribute_values if t == k) for k in kinds}

    def overlapping(self, kind: str, value: str) -> frozenset[str]:
        """Values that a person might say of a thing with `value` as well."""
        return self._overlaps[kind, value]

    def having(self, kind: str, value: str) -> BitSet:
        """Assets known to have the value."""
        found = self._having.get((kind, value))
        return self._nothing if found is None else found

    def lacking(self, kind: str, value: str) -> BitSet:
        """Assets known not to have the value: the type is known, and no value of it overlaps."""
        return self._lacking(kind, value)

    @cached_property
    def _lacking(self) -> Callable[[str, str], BitSet]:
        return cache(self._find_lacking)

    def _find_lacking(self, kind: str, value: str) -> BitSet:
        found = self._nothing
        for other in self.values_of_type(kind):
            found |= self.having(kind, other)
        for barred in (value, *self._overlaps.get((kind, value), ())):
            found -= self.having(kind, barred)
        return found | self._denying.get((kind, value), self._nothing)

    def has(self, asset: int, kind: str, value: str) -> bool | None:
        """Whether the asset has the value: True, False, or None if unknown."""
        if asset in self.having(kind, value):
            return True
        known = (kind, value) not in self._overlaps or asset in self.lacking(kind, value)
        return False if known else None

    def values_of(self, asset: int, kind: str) -> tuple[frozenset[str], frozenset[str]]:
        """The values of a type that the asset is known to have, and those that it may have."""
        return self._values_of(asset, kind)

    @cached_property
    def _values_of(self) -> Callable[[int, str], tuple[frozenset[str], frozenset[str]]]:
        return cache(self._find_values)

    def _find_values(self, asset: int, kind: str) -> tuple[frozenset[str], frozenset[str]]:
        true = frozenset(self.assets[asset].attributes.get(kind, ()))
        vocabulary = self._vocabulary.get(kind, ())
        return true, frozenset(v for v in vocabulary if asset not in self.lacking(kind, v)) - true

    @cached_property
    def _vocabulary(self) -> dict[str, tuple[str, ...]]:
        return {t.name: t.values for t in self.inventory.attribute_types}

    # -- assets -----------------------------------------------------------------------------

    def number(self, asset_id: str) -> int:
        """An asset's number. Raises KeyError if there is no such asset."""
        return self._number[asset_id]

    def asset(self, asset_id: str) -> Asset:
        """An asset, or what stands for a scene graph, by id. Raises KeyError."""
        if asset_id in self._number:
            return self.assets[self._number[asset_id]]
        for graphs in self.graph_sets.values():
            with suppress(KeyError):
                return graphs.asset(asset_id)
        raise KeyError(asset_id)

    # -- scene graphs -----------------------------------------------------------------------

    @property
    def graphs(self) -> GraphSet:
        """The scene graphs, for a generator that consumes one form of them.

        Raises:
            AssetError: there are none, or pictures and videos both.
        """
        if len(self.graph_sets) != 1:
            raise AssetError(f"the asset source holds {len(self.graph_sets)} sets of scene graphs")
        return next(iter(self.graph_sets.values()))

    @cached_property
    def relations(self) -> Relations:
        """What relations follow from each other. Raises AssetError."""
        return Relations(self.inventory.relation_types)

    @cached_property
    def actions(self) -> Actions:
        """What actions follow from each other. Raises AssetError."""
        return Actions(self.inventory.action_types)


def _check_types(types: Sequence[AttributeType]) -> None:
    seen: set[str] = set()
    for kind in types:
        if kind.name in seen:
            raise AssetError(f"attribute type {kind.name!r} stands twice")
        seen.add(kind.name)
        unknown = [v for pair in kind.overlaps for v in pair if v not in kind.values]
        if unknown:
            raise AssetError(
                f"attribute type {kind.name!r}: overlaps name an unknown value {unknown[0]!r}"
            )


def _first_double(assets: Sequence[Asset]) -> str:
    seen: set[str] = set()
    for asset in assets:
        if asset.id in seen:
            return asset.id
        seen.add(asset.id)
    return ""
