r"""BibTeX: entries that BibTeX, biber and reference managers read alike.

The text is UTF-8, which all of them know by now; only what TeX takes for a command is written as
one. Braces become commands (``\textbraceleft{}``) and not ``\{``: BibTeX counts braces before TeX
sees them, so a single escaped one would swallow the rest of the file. The writers of libraries that
we tried do write it so, and leave what stands between two ``$`` a formula.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from catalog.export.characters import line
from catalog.export.citation.item import Item, issued

_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "$&%#_"},
    }
)
#: An address is taken as it is, so what would end the field is escaped in the way of addresses.
_VERBATIM = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D", " ": "%20"})
#: A capital inside a word: DNA, pH, iPad. Styles write titles in lower case.
_CAPITAL_INSIDE = re.compile(r"(?<=\w)[^\W\d_a-z]")
_WORD = re.compile(r"[a-z0-9]+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ARTICLE = 3  # letters: de, het, een, the, der, une
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def bibtex(items: Iterable[Item]) -> str:
    """Return items as entries, each with its own key: author, year, first word of the title."""
    taken: set[str] = set()
    return "\n".join(_entry(item, _key(item, taken)) for item in items)


def _entry(item: Item, key: str) -> str:
    kind = "book" if item["type"] == "book" else "misc"
    fields = "".join(f",\n  {name} = {value}" for name, value in _fields(item, kind))
    return f"@{kind}{{{key}{fields}\n}}\n"


def _fields(item: Item, kind: str) -> Iterator[tuple[str, str]]:
    """Yield names of fields and their values, in braces where these are not macros."""
    yield "title", _title(item)
    for role in ("author", "editor", "translator"):
        if role in item:
            yield role, f"{{{' and '.join(map(_name, item[role]))}}}"
    year, month, _ = issued(item)
    if year:
        yield "year", f"{{{year}}}"
    if month:
        yield "month", _MONTHS[month - 1]
    for name, variable in (
        ("publisher" if kind == "book" else "howpublished", "publisher"),
        ("edition" if kind == "book" else "version", "version"),
        ("type", "genre"),
        ("language", "language"),
        ("isbn", "ISBN"),
        ("issn", "ISSN"),
        ("keywords", "keyword"),
        ("abstract", "abstract"),
    ):
        if variable in item:
            yield name, f"{{{_tex(item[variable])}}}"
    for name, variable in (("doi", "DOI"), ("url", "URL")):
        if variable in item:
            yield name, f"{{{item[variable].translate(_VERBATIM)}}}"


def _tex(text: str) -> str:
    return line(text).translate(_TEX)


def _title(item: Item) -> str:
    """Return the title; its capitals stand, but for those of English, which styles may lower."""
    if item.get("language", "")[:2] != "en":
        return f"{{{{{_tex(item['title'])}}}}}"
    words = [
        f"{{{word.translate(_TEX)}}}" if _CAPITAL_INSIDE.search(word) else word.translate(_TEX)
        for word in line(item["title"]).split()
    ]
    return f"{{{' '.join(words)}}}"


def _name(name: dict[str, str]) -> str:
    """Return "van den Berg, Jr., Anna"; in braces of its own what has no such parts."""
    if "given" not in name:
        return f"{{{_tex(name.get('literal') or name['family'])}}}"
    family = _tex(f"{name.get('non-dropping-particle', '')} {name['family']}")
    return ", ".join(filter(None, (family, _tex(name.get("suffix", "")), _tex(name["given"]))))


def _key(item: Item, taken: set[str]) -> str:
    people = [*item.get("author", ()), *item.get("editor", ())]
    said = people[0].get("family") or people[0]["literal"] if people else ""
    key = _first_word(said) + str(issued(item)[0] or "") + _first_word(item["title"]) or "item"
    if key in taken:
        key = next(other for other in _further(key) if other not in taken)
    taken.add(key)
    return key


def _first_word(text: str) -> str:
    """Return the first word that is no article, in plain ASCII; "" for a script that has none."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    words = _WORD.findall(plain)
    return next((word for word in words if len(word) > _ARTICLE), words[0] if words else "")[:40]


def _further(key: str) -> Iterator[str]:
    """Yield keyb, keyc ... keyz, then keyaa, and so on without end."""
    endings = list(_LETTERS[1:])
    while True:
        yield from (key + ending for ending in endings)
        endings = [first + ending for first in _LETTERS for ending in endings]
