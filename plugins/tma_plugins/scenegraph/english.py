"""Questions in English: names with articles, verbs that agree, descriptions that read."""

from __future__ import annotations

from tma import Catalogue, GraphObject
from tma_plugins.scenegraph.description import Description, Pair
from tma_plugins.scenegraph.reading import Reading, places

_AGREE = {"is": "are", "has": "have", "does": "do", "was": "were"}
_ASK = {
    "color": "What color is {thing}?",
    "colour": "What colour is {thing}?",
    "material": "What material is {thing} made of?",
    "shape": "What shape is {thing}?",
    "size": "What size is {thing}?",
    "pattern": "What pattern does {thing} have?",
    "texture": "What texture does {thing} have?",
    "weather": "What is the weather like in {thing}?",
    "pose": "What is {thing} doing?",
}
_ADJECTIVES = {("material", "wood"): "wooden", ("light", "on"): "lit", ("light", "off"): "unlit"}
_ANY = "Which of these words describes {thing}?"


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def name_of(thing: GraphObject, catalogue: Catalogue) -> str:
    """What a question calls the object: as it is annotated, or by its category."""
    if thing.name:
        return thing.name
    return catalogue.name(thing.category) if thing.category is not None else "thing"


def agreeing(phrase: str, plural: bool) -> str:
    """A verb phrase of one thing, as said of several if need be: is on, are on."""
    verb, space, rest = phrase.partition(" ")
    return _AGREE.get(verb, verb) + space + rest if plural else phrase


def noun(attributes: tuple[Pair, ...], name: str) -> str:
    """`the small, black cat`."""
    said = ", ".join(_ADJECTIVES.get(pair, pair[1]) for pair in attributes)
    return f"the {said} {name}" if said else f"the {name}"


def described(description: Description, reading: Reading, catalogue: Catalogue) -> str:
    """`the black object that is on the table`, of an object in a picture."""
    thing = noun(description.attributes, "object")
    if not description.reference:
        return thing
    other = _reference(description, reading)
    name = catalogue.name(description.reference) if other is None else name_of(other, catalogue)
    plural = other is not None and other.plural
    reference = noun(description.reference_attributes, name)
    phrase = catalogue.relations.phrase(description.relation)
    if description.is_subject:
        return f"{thing} that {phrase} {reference}"
    return f"{thing} that {reference} {agreeing(phrase, plural)}"


def _reference(description: Description, reading: Reading) -> GraphObject | None:
    """The neighbour that is meant, or one of them."""
    wanted = (description.relation, description.is_subject)
    meant = reading.references(description)
    for x in places(reading.fitting(description)[0]):
        for name, is_subject, y in reading.neighbours[x]:
            if (name, is_subject) == wanted and meant >> y & 1:
                return reading.objects[y]
    return None


def ask_attribute(kind: str, thing: str) -> str:
    """The question for a value of an attribute type."""
    return _ASK.get(kind, _ANY).format(thing=thing)
