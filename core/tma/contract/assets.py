"""What an asset source gives: categories, attribute vocabularies, assets and their bytes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import Field

from tma.contract.records import Record

if TYPE_CHECKING:
    from tma.contract.graphs import SceneGraph, Skipped, VideoGraph


class Category(Record):
    """A node of the taxonomy.

    Attributes:
        id: unique and stable in the source (a Wikidata id, a slug).
        name: what a question calls it.
        synonyms: other names of the same thing.
        parents: ids of the more general categories; several are allowed.
        lookalikes: ids of categories that a person might say of a picture of this one. The
            relation is symmetric, whichever side states it. Look-alikes never stand in one
            task as answer and distractor.
        description: one line.
    """

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    synonyms: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    lookalikes: tuple[str, ...] = ()
    description: str = ""


class AttributeType(Record):
    """A kind of attribute and its vocabulary.

    Attributes:
        name: `color`, `material`, ...
        values: every value that an asset may state.
        overlaps: pairs of values that a person might both say of one thing (cube, cuboid).
            An asset with one of them is never *known not* to have the other.
    """

    name: str = Field(min_length=1)
    values: tuple[str, ...] = Field(min_length=1)
    overlaps: tuple[tuple[str, str], ...] = ()


class RelationType(Record):
    """A relation that scene graphs may state, and what follows from it.

    Attributes:
        name: as graphs state it, such as `to the left of`.
        kind: `spatial`, `contact`, `attention`, ...; the options of a question are of one kind if
            there are enough.
        phrase: what stands between two names, of one thing: `is to the left of`, `has`; by default
            `is` and the name.
        implies: names that hold of the same two things whenever this one does.
        inverse: the name that holds the other way round: *x above y* if and only if *y below x*.
        symmetric: whether it holds both ways round or not at all (next to).
        lookalikes: names that a person might say of the same two things; symmetric. They never
            stand in one task as answer and distractor.
        side: where annotations are incomplete it may hold though nobody stated it: between things
            whose boxes lie so (the first one's centre is to the `left`, to the `right`, `above` or
            `below`), or between `any` two (near, behind). None for what would have been stated.
    """

    name: str = Field(min_length=1)
    kind: str = ""
    side: Literal["left", "right", "above", "below", "any"] | None = None
    phrase: str = ""
    implies: tuple[str, ...] = ()
    inverse: str | None = None
    symmetric: bool = False
    lookalikes: tuple[str, ...] = ()


class ActionType(Record):
    """An action that the graphs of videos may state.

    Attributes:
        name: as graphs state it.
        phrase: what stands after *the person is*: `opening a door`; `{object}` in it is replaced
            by the object that the action is done to. The name by default.
        implies: names of the actions that somebody who does this does as well; an action that is
            done to an object implies others on the same object.
        lookalikes: names that a person might say of it; symmetric.
    """

    name: str = Field(min_length=1)
    phrase: str = ""
    implies: tuple[str, ...] = ()
    lookalikes: tuple[str, ...] = ()


class Solid(Record):
    """How the meshes of an asset may be shown.

    Attributes:
        yaws: degrees by which a mesh may be turned, counterclockwise as seen from above, and still
            show a side that it is known by; at 0 its front faces the viewer.
        symmetry: n if a turn by 360/n degrees about its upright axis leaves it as it was, texture
            and all: 1 if only a whole turn does, 0 if any turn does; None if nobody knows.
    """

    yaws: tuple[float, ...] = Field(default=(0.0,), min_length=1)
    symmetry: int | None = Field(default=None, ge=0)


class Asset(Record):
    """One object that can be shown.

    Attributes:
        id: unique in the source.
        categories: ids of the most special categories known to hold.
        attributes: attribute type -> every value of that type that is true of it, so that all
            other values (overlaps apart) are known not to be. A type that is left out is
            unknown: neither true nor false of any value.
        not_attributes: attribute type -> values known to be false although the type is unknown.
        forms: asset form (`sticker`, `mesh`) -> names of the variants of that form (views).
        solid: how its meshes may be shown.
        licence: SPDX expression if it differs from the inventory's.
    """

    id: str = Field(min_length=1)
    categories: tuple[str, ...] = Field(min_length=1)
    attributes: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    not_attributes: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    forms: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    solid: Solid = Solid()
    licence: str | None = None


class Inventory(Record):
    """Everything that a source holds, without any media bytes and without its scene graphs.

    Attributes:
        categories: the taxonomy; every parent and look-alike must be listed.
        assets: the objects; none if the source has scene graphs only.
        attribute_types: the vocabularies.
        relation_types: of scene graphs.
        action_types: of the graphs of videos.
        licence: SPDX expression for all assets that state none of their own.
        origin: where a stranger finds the data.
    """

    categories: tuple[Category, ...]
    assets: tuple[Asset, ...] = ()
    attribute_types: tuple[AttributeType, ...] = ()
    relation_types: tuple[RelationType, ...] = ()
    action_types: tuple[ActionType, ...] = ()
    licence: str = "NOASSERTION"
    origin: str = ""


class AssetSource(ABC):
    """A plugin that knows a collection of assets.

    The class is called with its validated config model if its contribution names one, else with
    nothing. Making one must be cheap; `inventory()` does the reading.
    """

    @abstractmethod
    def inventory(self) -> Inventory:
        """Read what there is.

        Returns equal inventories for equal data, in any process.

        Raises:
            AssetError: naming the file and the field that is wrong.
        """

    @abstractmethod
    def read(self, asset: Asset, form: str, name: str) -> bytes:
        """The bytes of one variant.

        A PNG with alpha for `sticker`, a GLB for `mesh`; of scene graphs a PNG, JPEG or WebP for
        `photo`, an MP4 for `clip`. Meshes keep to glTF's axes: +Y is up, and the front looks along
        +Z.

        Args:
            asset: one of the inventory's assets, or one that stands for a scene graph: its id is
                the graph's, and `name` the graph's `media`.
            form: a key of `asset.forms`.
            name: one of `asset.forms[form]`.

        Raises:
            AssetError: the file is missing or broken; the hint says how to get it.
        """

    def fingerprint(self, asset: Asset, form: str, name: str) -> str | None:
        """For bytes that are made, not read: a text that changes whenever they would.

        The kernel then makes them once and keeps them in its cache. None (the default) for bytes
        that come from a file anyway.
        """
        return None

    def validate(self) -> Iterable[str]:
        """Flaws of the source's own data that the first error of `inventory` would hide.

        For `tma assets validate`: a line each, `FILE:LINE: FIELD: cause`; the default is none. The
        kernel itself reads the inventory and every variant. Raises nothing for bad data.
        """
        return ()

    def graphs(self) -> Iterator[SceneGraph | VideoGraph | Skipped] | None:
        """Pictures and videos with scene graphs, one by one; None (the default) if it has none.

        The kernel goes through them once and keeps them indexed; what they name must stand in the
        inventory. The contribution's `makes` says `photo` for pictures, `clip` for videos. Yields
        equal graphs in the same order for equal data, in any process; a graph that is left out
        because its data are wrong is yielded as `Skipped`.

        Raises:
            AssetError: naming the file, where nothing can be read at all.
        """
        return None

    def graphs_stamp(self) -> str:
        """A text that changes whenever `graphs` would yield others.

        Of settings, sizes and times of files, the version of code that makes them. Must be quick.
        """
        return ""


class AssetReader(Protocol):
    """How a renderer gets at media: by asset id, with content hashes remembered."""

    def read(self, asset_id: str, form: str, name: str) -> bytes:
        """The bytes of one variant. Raises AssetError."""

    def sha256(self, asset_id: str, form: str, name: str) -> str:
        """The SHA-256 of those bytes, 64 hex digits; reads them at most once. Raises AssetError."""

    def derived(
        self, asset_id: str, form: str, name: str, how: str, make: Callable[[bytes], bytes]
    ) -> bytes:
        """`make` of the bytes of one variant, made once and then kept in the cache.

        For what takes long and many scenes need: a picture scaled down, a mesh prepared.

        Args:
            asset_id: id of the asset.
            form: `sticker`, `mesh`, ...
            name: the variant of that form.
            how: names what `make` does and the version of all that it depends on.
            make: gives the same for the same bytes, in every process.

        Raises:
            AssetError: the variant's bytes are missing.
        """
        return make(self.read(asset_id, form, name))
