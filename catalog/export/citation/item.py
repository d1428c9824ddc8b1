"""A record as an item of CSL-JSON (CSL 1.0.2, appendix III and IV)."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from catalog import vocabulary
from catalog.export import UNLISTED, Listing
from catalog.export.characters import line, writable
from catalog.export.names import is_person, parted
from catalog.resource import Agent, Date, LearningResource, Text

#: An item: ``id``, ``type`` and ``title`` are always there, other variables where they are known.
Item = dict[str, Any]

_TYPES = {  # of vocabulary "type"
    "video": "motion_picture", "audio": "song", "textbook": "book", "data": "dataset",
    "image": "graphic", "diagram": "graphic", "map": "map", "sheet_music": "musical_score",
    "application": "software", "simulation": "software", "educational_game": "software",
    "slide": "speech", "web_page": "webpage", "portal": "webpage",
}  # fmt: skip
#: Types of item whose name in a reference would tell nobody anything.
_PLAIN = frozenset({"book", "webpage"})
_VAGUE = frozenset({"text", "other"})
#: Roles of CSL among those that sources name; others have no place in a reference.
_ROLES = {
    "editor": "editor", "redacteur": "editor", "edt": "editor", "ed": "editor",
    "translator": "translator", "vertaler": "translator", "trl": "translator",
    "illustrator": "illustrator", "ill": "illustrator",
    "director": "director", "regisseur": "director",
    "composer": "composer", "componist": "composer",
}  # fmt: skip
_IDENTIFIERS = {"doi": "DOI", "isbn": "ISBN", "issn": "ISSN"}
#: Which date a work is cited by: that of publication, or else the best that is known.
_ISSUED = ("issued", "available", "", "created", "modified")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def item(r: LearningResource, listing: Listing = UNLISTED, *, language: str = "en") -> Item:
    """Return a record as an item; words of ours (``genre``) are in ``language``, nl or en.

    A record without a title is called by its address, or else by its identifier.
    """
    title = _preferred(r.titles, r.languages)
    found: Item = {
        "id": line(_name(r, listing)),
        "type": _type(r),
        "title": line(title or r.url or r.identifier),
    }
    genre = _genre(r, found["type"], language)
    if genre:
        found["genre"] = genre
    found.update(_names(r))
    date = _issued(r.dates)
    if date:
        found["issued"] = {"date-parts": [date]}
    for identifier in r.identifiers:
        if identifier.scheme in _IDENTIFIERS:
            found.setdefault(_IDENTIFIERS[identifier.scheme], line(identifier.value))
    said = {
        "publisher": "; ".join(dict.fromkeys(agent.name for agent in r.publishers)),
        "URL": r.url or listing.url,
        "version": r.version,
        "language": r.languages[0] if r.languages else "",
        "keyword": ", ".join(word.text for word in r.keywords),
        "source": listing.catalogue,
    }
    found.update({name: line(text) for name, text in said.items() if text})
    abstract = writable(_preferred(r.descriptions, r.languages))
    if abstract:
        found["abstract"] = abstract
    return found


def issued(cited: Item) -> tuple[int, int, int]:
    """Return year, month and day of an item; 0 for what is not known."""
    known = cited["issued"]["date-parts"][0] if "issued" in cited else []
    year, month, day = (*known, 0, 0, 0)[:3]
    return year, month, day


def _name(r: LearningResource, listing: Listing) -> str:
    """Return what the item is called among others: the same whenever it is made."""
    return listing.url or f"{r.source}:{r.identifier}"


def _preferred(texts: tuple[Text, ...], languages: tuple[str, ...]) -> str:
    """Return the text in the material's own language, else the first."""
    for language in languages:
        for text in texts:
            if text.language == language:
                return text.text
    return texts[0].text if texts else ""


def _type(r: LearningResource) -> str:
    known = (_TYPES[code] for code in r.types if code in _TYPES)
    return next(known, "webpage" if r.url and not r.types else "document")


def _genre(r: LearningResource, kind: str, language: str) -> str:
    """Return what kind of material it is, as people call it: "Worksheet"; "" says nothing new."""
    code = next((code for code in r.types if code not in _VAGUE), "")
    return vocabulary.get("type").label(code, language) if code and kind not in _PLAIN else ""


def _names(r: LearningResource) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    roles = [
        *(("author", agent) for agent in r.creators),
        *((_ROLES.get(agent.role, ""), agent) for agent in r.contributors),
    ]
    for role, agent in dict.fromkeys(roles):
        name = _named(agent) if role else {}
        if name:
            found[role].append(name)
    return found


def _named(agent: Agent) -> dict[str, str]:
    """Return a name variable: the parts of a person's name, or one literal; {} for nobody."""
    name = line(agent.name)
    if not is_person(agent):
        return {"literal": name} if name else {}
    parts = parted(name)
    found = {
        "family": parts.family,
        "given": parts.given,
        "non-dropping-particle": parts.particle,
        "suffix": parts.suffix,
    }
    return {key: part for key, part in found.items() if part} if parts.family else {}


def _issued(dates: tuple[Date, ...]) -> list[int]:
    """Return year, month and day, as far as they are known; [] where no date is."""
    for kind in _ISSUED:
        for date in dates:
            read = _DATE.match(date.value) if date.kind == kind else None
            if read and int(read[1]):
                return [int(part) for part in read.groups() if part]
    return []
