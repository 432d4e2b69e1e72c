"""Checks of asset sources."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from tma.assets import OpenAssets
from tma.catalogue import Catalogue
from tma.contract.assets import Asset, AssetSource
from tma.pictures import check_media
from tma.seeds import derive_rng
from tma.testing.checking import CheckFailure, Subject, check
from tma.testing.elsewhere import assets, compare, compare_elsewhere

_KIND = "asset-source"
_NO_LICENCE = ("", "NOASSERTION")
_GIVEN = {
    "sticker": "read() gives PNG with alpha for a sticker",
    "photo": "read() gives PNG, JPEG or WebP for a photo",
    "clip": "read() gives MP4 for a clip",
    "mesh": "read() gives GLB for a mesh",
}
_CHANCE = "sort what comes from a folder or a set; take no chance, no clock"


def source(subject: Subject) -> AssetSource:
    """The source, made anew."""
    return subject.lab.make(subject.entry, subject.spec, base=AssetSource)


def sampled(subject: Subject) -> list[tuple[Asset, str, str]]:
    """`n` variants of assets, by chance."""
    listed = list(_variants(subject))
    order = derive_rng("check", subject.seed, len(listed)).permutation(len(listed))
    return [listed[i] for i in sorted(order[: subject.n].tolist())]


def _variants(subject: Subject) -> Iterator[tuple[Asset, str, str]]:
    for asset in source(subject).inventory().assets:
        for form in sorted(asset.forms):
            for name in asset.forms[form]:
                yield asset, form, name


@check("contract", _KIND)
def inventory_is_sound(subject: Subject) -> str:
    """Ids, taxonomy and vocabularies fit each other; every asset comes in a declared form."""
    catalogue = Catalogue(OpenAssets(subject.lab, str(subject.spec)).inventory)
    declared = set(subject.entry.contribution.makes)
    for asset in catalogue.assets:
        if not any(asset.forms.values()):
            raise CheckFailure(f"asset {asset.id!r} has no form", mend="leave it out")
        if odd := sorted(set(asset.forms) - declared):
            raise CheckFailure(
                f"asset {asset.id!r} comes as {odd[0]!r}, which is not declared",
                mend=f'add "{odd[0]}" to makes of its tma.Contribution',
            )
    return f"{len(catalogue.assets):,} assets, {len(catalogue.categories):,} categories"


@check("contract", _KIND)
def licences_are_stated(subject: Subject) -> None:
    """Every asset has a licence, of its own or the inventory's, and an origin is named."""
    inventory = source(subject).inventory()
    if inventory.licence in _NO_LICENCE:
        for asset in inventory.assets:
            if (asset.licence or "") in _NO_LICENCE:
                raise CheckFailure(
                    f"asset {asset.id!r} has no licence",
                    mend="state an SPDX expression as Inventory.licence or Asset.licence",
                )
    if not inventory.origin:
        raise CheckFailure(
            "no origin is stated",
            mend="say in Inventory.origin where a stranger finds the data",
        )


@check("contract", _KIND)
def bytes_are_readable(subject: Subject) -> None:
    """Stickers and pictures are images, meshes are GLB."""
    made = source(subject)
    for asset, form, name in sampled(subject):
        what = f"{form} {name!r} of {asset.id!r}"
        data: object = made.read(asset, form, name)
        if not isinstance(data, bytes):
            raise CheckFailure(f"{what} is a {type(data).__name__}", mend="read() gives bytes")
        try:
            check_media(form, data)
        except ValueError as error:
            raise CheckFailure(f"{what} {error}", mend=_GIVEN[form]) from None


@check("property", _KIND)
def hashes_hold(subject: Subject) -> None:
    """Bytes are equal when read again, and match the hash that tasks record."""
    opened = OpenAssets(subject.lab, str(subject.spec))
    for asset, form, name in sampled(subject):
        recorded = opened.sha256(asset.id, form, name)
        again = hashlib.sha256(source(subject).read(asset, form, name)).hexdigest()
        marks = {source(subject).fingerprint(asset, form, name) for _ in range(2)}
        if recorded != again or len(marks) > 1:
            what = "hash" if recorded != again else "fingerprint"
            raise CheckFailure(
                f"the {what} of {form} {name!r} of {asset.id!r} changes when it is read again",
                mend="give the same bytes each time; change the fingerprint when they change",
            )


@check("property", _KIND)
def same_again(subject: Subject) -> None:
    """The inventory is equal when it is read again."""
    compare(assets(subject), assets(subject), "when it is read again", _CHANCE)


@check("property", _KIND)
def same_elsewhere(subject: Subject) -> None:
    """Another process with another PYTHONHASHSEED reads an equal inventory and equal bytes."""
    compare_elsewhere(subject, "assets", _CHANCE)
