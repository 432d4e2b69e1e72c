"""Build src/tma_emoji/data/table.json from Unicode's emoji-test.txt and curation.txt.

    python tools/build_table.py /usr/share/unicode/emoji/emoji-test.txt

emoji-test.txt comes with every version of Unicode (https://unicode.org/Public/emoji/) and with
Debian's package unicode-data. It says which emoji there are, their names, groups and subgroups;
curation.txt says which of them are shown, what people call them, and what they may be taken for.
Every emoji of one code point in `GROUPS` must be in curation.txt, shown or left out, so that a
newer Unicode is never taken in unseen.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

GROUPS = ("Animals & Nature", "Food & Drink", "Travel & Places", "Activities", "Objects")
HERE = Path(__file__).resolve().parent
TABLE = HERE.parent / "src" / "tma_emoji" / "data" / "table.json"

_LINE = re.compile(r"(?P<points>[0-9A-F ]+?) *; fully-qualified +# \S+ E\S+ (?P<name>.+)")
_FIELD = re.compile(r" ([=:<~]) ")
_PRESENTATION = "FE0F"


@dataclass
class Node:
    """A category while it is being put together; links are names."""

    name: str
    synonyms: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    lookalikes: list[str] = field(default_factory=list)


def read_unicode(path: Path) -> tuple[str, dict[str, tuple[str, str]]]:
    """The version, and name -> (code point, subgroup) of the emoji that can be shown."""
    version, group, subgroup = "", "", ""
    found: dict[str, tuple[str, str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, value = line.removeprefix("# ").partition(": ")
        if key == "Version":
            version = value
        elif key == "group":
            group = value
        elif key == "subgroup":
            subgroup = value
        elif group in GROUPS and (match := _LINE.match(line)):
            points = [p for p in match["points"].split() if p != _PRESENTATION]
            if len(points) == 1:
                found[match["name"]] = points[0].lower(), subgroup
    return version, found


def read_curation(path: Path) -> tuple[dict[str, Node], set[str]]:
    """Categories by name, and the Unicode names of what is left out."""
    text, _, rest = path.read_text(encoding="utf-8").partition("= left out\n")
    nodes: dict[str, Node] = {}
    above = ""
    for line in _lines(text):
        header = line.startswith("[")
        inside = line.strip("[]")
        if not inside:
            above = ""
            continue
        node = _node(inside, header)
        if node.name in nodes:
            raise SystemExit(f"{node.name!r} stands twice")
        nodes[node.name] = node
        if header:
            above = node.name
        elif above:
            node.parents.insert(0, above)
    return nodes, {name for line in _lines(rest) for name in line.split(", ")}


def _lines(text: str) -> list[str]:
    return [s for line in text.splitlines() if (s := line.strip()) and not s.startswith("#")]


def _node(text: str, header: bool) -> Node:
    name, *fields = _FIELD.split(text)
    found = {mark: value.split(", ") for mark, value in zip(fields[::2], fields[1::2], strict=True)}
    pictures = found.get(":", [] if header else [name])
    return Node(name, found.get("=", []), pictures, found.get("<", []), found.get("~", []))


def check(nodes: dict[str, Node], left_out: set[str], known: dict[str, tuple[str, str]]) -> None:
    """Stop with all that is wrong: unknown names, emoji that nobody decided on, or both ways."""
    shown = [p for n in nodes.values() for p in n.pictures]
    links = {link for n in nodes.values() for link in (*n.parents, *n.lookalikes)}
    wrong = {
        "no such emoji": {*shown, *left_out} - known.keys(),
        "not in curation.txt": known.keys() - {*shown, *left_out},
        "shown and left out": left_out & set(shown),
        "shown twice": {p for p in shown if shown.count(p) > 1},
        "no such category": links - nodes.keys(),
    }
    if any(wrong.values()):
        raise SystemExit("\n".join(f"{what}: {sorted(names)}" for what, names in wrong.items()))


def ancestors(name: str, nodes: dict[str, Node]) -> set[str]:
    """All more general categories."""
    return {a for p in nodes[name].parents for a in (p, *ancestors(p, nodes))}


def slug(name: str) -> str:
    """An id: lower-case words joined by hyphens."""
    plain = name.lower().replace("ñ", "n").replace("'", "")
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def record(node: Node, nodes: dict[str, Node]) -> dict[str, object]:
    """A category as the table holds it: no implied parents, look-alikes of what is above too."""
    above = ancestors(node.name, nodes)
    implied = {a for p in node.parents for a in ancestors(p, nodes)}
    alike = {other for name in (node.name, *above) for other in nodes[name].lookalikes}
    alike -= {node.name, *above}
    return {
        "id": slug(node.name),
        "name": node.name,
        "synonyms": node.synonyms,
        "parents": sorted({slug(p) for p in node.parents if p not in implied}),
        "lookalikes": sorted(slug(other) for other in alike),
    }


def main() -> None:
    """Write the table, a category or emoji a line so that changes can be read."""
    version, known = read_unicode(Path(sys.argv[1]))
    nodes, left_out = read_curation(HERE / "curation.txt")
    check(nodes, left_out, known)
    categories = [record(nodes[name], nodes) for name in sorted(nodes)]
    emoji = sorted(
        (*known[p], p, slug(node.name)) for node in nodes.values() for p in node.pictures
    )
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(
        f'{{"unicode": "{version}",\n"categories": {_rows(categories)},\n'
        f'"emoji": {_rows(emoji)}}}\n',
        encoding="utf-8",
    )
    print(f"{TABLE.name}: Unicode {version}, {len(categories)} categories, {len(emoji)} emoji")


def _rows(rows: list[dict[str, object]] | list[tuple[str, ...]]) -> str:
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "]"


if __name__ == "__main__":
    main()
