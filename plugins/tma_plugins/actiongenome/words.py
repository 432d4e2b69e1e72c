"""What Action Genome annotates: objects, and what a person may have to do with them."""

from __future__ import annotations

from tma import ActionType, Category, RelationType

# published name: (what a question calls it, other names, what a person might say as well)
_OBJECTS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "bag": ("bag", (), ("box", "groceries")),
    "bed": ("bed", (), ("sofa/couch",)),
    "blanket": ("blanket", (), ("towel", "clothes")),
    "book": ("book", (), ("paper/notebook",)),
    "box": ("box", (), ("groceries",)),
    "broom": ("broom", (), ("vacuum",)),
    "chair": ("chair", (), ("sofa/couch",)),
    "closet/cabinet": ("closet", ("cabinet",), ("door", "shelf", "refrigerator")),
    "clothes": ("clothes", (), ("towel", "shoe")),
    "cup/glass/bottle": ("cup, glass or bottle", ("cup", "glass", "bottle"), ("dish", "medicine")),
    "dish": ("dish", (), ("food",)),
    "door": ("door", (), ("doorway", "doorknob")),
    "doorknob": ("doorknob", (), ()),
    "doorway": ("doorway", (), ()),
    "floor": ("floor", (), ()),
    "food": ("food", (), ("sandwich", "groceries")),
    "groceries": ("groceries", (), ()),
    "laptop": ("laptop", (), ("television",)),
    "light": ("light", (), ()),
    "medicine": ("medicine", (), ()),
    "mirror": ("mirror", (), ("picture", "window")),
    "paper/notebook": ("paper or notebook", ("paper", "notebook"), ("picture",)),
    "person": ("person", (), ()),
    "phone/camera": ("phone or camera", ("phone", "camera"), ()),
    "picture": ("picture", (), ()),
    "pillow": ("pillow", (), ()),
    "refrigerator": ("refrigerator", (), ()),
    "sandwich": ("sandwich", (), ()),
    "shelf": ("shelf", (), ("table",)),
    "shoe": ("shoe", (), ()),
    "sofa/couch": ("sofa", ("couch",), ()),
    "table": ("table", (), ()),
    "television": ("television", (), ()),
    "towel": ("towel", (), ()),
    "vacuum": ("vacuum", (), ()),
    "window": ("window", (), ("door",)),
}

# name: (kind, phrase, implies, look-alikes)
_RELATIONS: dict[str, tuple[str, str, tuple[str, ...], tuple[str, ...]]] = {
    "looking at": ("attention", "is looking at", (), ("not looking at",)),
    "not looking at": ("attention", "is not looking at", (), ()),
    "above": ("spatial", "is above", (), ("in front of", "on the side of")),
    "beneath": ("spatial", "is beneath", (), ("in front of", "on the side of")),
    "in front of": ("spatial", "is in front of", (), ("on the side of", "in")),
    "behind": ("spatial", "is behind", (), ("on the side of",)),
    "on the side of": ("spatial", "is on the side of", (), ()),
    "in": ("spatial", "is in", (), ()),
    "carrying": ("contact", "is carrying", ("holding",), ()),
    "covered by": ("contact", "is covered by", (), ("wearing", "touching")),
    "drinking from": ("contact", "is drinking from", (), ("holding", "touching")),
    "eating": ("contact", "is eating", (), ("holding", "touching")),
    "have it on the back": ("contact", "has on the back", (), ("carrying", "wearing")),
    "holding": ("contact", "is holding", ("touching",), ()),
    "leaning on": ("contact", "is leaning on", ("touching",), ("sitting on",)),
    "lying on": ("contact", "is lying on", ("touching",), ("sitting on",)),
    "sitting on": ("contact", "is sitting on", ("touching",), ("leaning on",)),
    "standing on": ("contact", "is standing on", ("touching",), ()),
    "touching": ("contact", "is touching", (), ("wiping", "twisting", "writing on", "wearing")),
    "twisting": ("contact", "is twisting", (), ("holding",)),
    "wearing": ("contact", "is wearing", (), ("holding",)),
    "wiping": ("contact", "is wiping", (), ("holding",)),
    "writing on": ("contact", "is writing on", (), ("holding",)),
}
OPPOSITE = {
    "above": "beneath",
    "beneath": "above",
    "in front of": "behind",
    "behind": "in front of",
}
"""What the other stands in to the one."""
SKIPPED = frozenset({"unsure", "not contacting", "other relationship"})
"""Relations that say that none, or nothing definite, is known."""


def categories() -> tuple[Category, ...]:
    """The 36 published classes."""
    return tuple(
        Category(id=key, name=name, synonyms=others, lookalikes=alike)
        for key, (name, others, alike) in _OBJECTS.items()
    )


def relation_types() -> tuple[RelationType, ...]:
    """The relations that mean something."""
    return tuple(
        RelationType(name=name, kind=kind, phrase=phrase, implies=implies, lookalikes=alike)
        for name, (kind, phrase, implies, alike) in _RELATIONS.items()
    )


def action_types(names: dict[str, str]) -> tuple[ActionType, ...]:
    """Actions by code. Those that begin alike or end alike are taken to look alike.

    Args:
        names: code -> name, such as `c016: Holding a book`.
    """
    phrases = {key: name[:1].lower() + name[1:] for key, name in names.items()}
    ends = {
        key: frozenset(phrase.split()[:: len(phrase.split()) - 1 or 1])
        for key, phrase in phrases.items()
    }
    return tuple(
        ActionType(
            name=key,
            phrase=phrase,
            lookalikes=tuple(k for k in phrases if k > key and ends[k] & ends[key]),
        )
        for key, phrase in sorted(phrases.items())
    )


def known_object(name: str) -> str | None:
    """The class that a name stands for: as published, or a part of it (`cup`)."""
    wanted = name.strip().casefold().replace("_", " ")
    for key, (spoken, others, _) in _OBJECTS.items():
        if wanted in (key, spoken, *others, *key.split("/")):
            return key
    return None


def known_relation(name: str) -> str | None:
    """The relation that a name stands for: with or without underscores."""
    wanted = name.strip().casefold().replace("_", " ")
    return wanted if wanted in _RELATIONS else None
