"""RIS, the format of Research Information Systems, as reference managers read it.

A value is one line: a line end in a title could begin a field, or end the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalog.export.characters import line
from catalog.export.citation.item import Item, issued

_TYPES = {
    "book": "BOOK", "motion_picture": "VIDEO", "song": "SOUND", "dataset": "DATA",
    "graphic": "FIGURE", "map": "MAP", "musical_score": "MUSIC", "software": "COMP",
    "speech": "SLIDE", "webpage": "ELEC",
}  # fmt: skip
_NAMES = {"author": "AU", "editor": "ED", "translator": "A4", "illustrator": "A3"}
_VALUES = (
    ("title", "TI"), ("publisher", "PB"), ("version", "ET"), ("genre", "M3"), ("language", "LA"),
    ("ISBN", "SN"), ("ISSN", "SN"), ("DOI", "DO"), ("URL", "UR"), ("source", "DB"),
    ("abstract", "AB"),
)  # fmt: skip


def ris(items: Iterable[Item]) -> str:
    """Return items as records; lines end in CR LF, as the format wants."""
    return "".join(
        f"{tag}  - {line(value)}\r\n"
        for item in items
        for tag, value in (*_fields(item), ("ER", ""))
    )


def _fields(item: Item) -> Iterator[tuple[str, str]]:
    yield "TY", _TYPES.get(item["type"], "GEN")
    yield "ID", item["id"]
    for role, tag in _NAMES.items():
        for name in item.get(role, ()):
            yield tag, _name(name)
    for variable, tag in _VALUES:
        if variable in item:
            yield tag, item[variable]
    for word in item.get("keyword", "").split(", "):
        if word:
            yield "KW", word
    year, month, day = issued(item)
    if year:
        yield "PY", f"{year:04}"
        yield (
            "DA",
            "/".join((f"{year:04}", *(f"{part:02}" if part else "" for part in (month, day)), "")),
        )


def _name(name: dict[str, str]) -> str:
    """Return "van den Berg, Anna, Jr.", or a literal without a comma that would part it."""
    if "given" not in name:
        return name.get("literal") or name["family"]
    family = f"{name.get('non-dropping-particle', '')} {name['family']}".strip()
    return ", ".join(filter(None, (family, name["given"], name.get("suffix", ""))))
