"""The parts of MODS that need sorting out: titles, dates, identifiers, places, relations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from catalog.resource import Date, Identifier, Relation, Text
from harvester.formats._xml import every, first, language, local, text, texts

_HREF = "{http://www.w3.org/1999/xlink}href"
_ELISIONS = ("'", "\N{RIGHT SINGLE QUOTATION MARK}", "-")  # L'Europe, and al-Qanun
_WEB = ("http://", "https://")
_DATES = {
    "datecreated": "created", "dateissued": "issued", "datemodified": "modified",
    "datevalid": "valid", "copyrightdate": "",
}  # fmt: skip
_SCHEMES = {
    "doi": "doi", "isbn": "isbn", "issn": "issn", "hdl": "handle", "handle": "handle",
}  # fmt: skip
_RELATIONS = {
    "host": "ispartof", "series": "ispartof", "constituent": "haspart",
    "original": "isformatof", "otherformat": "hasformat", "otherversion": "isversionof",
    "preceding": "replaces", "succeeding": "isreplacedby",
    "references": "references", "isreferencedby": "isreferencedby",
}  # fmt: skip


def titles(mods: Any) -> tuple[Text, ...]:
    """Return the titles, the one without a type first: it is what the material is called."""
    found = [(info.get("type", "") != "", _title(info)) for info in every(mods, "titleinfo")]
    found.sort(key=lambda title: title[0])
    return tuple(title for _, title in found if title.text)


def _title(info: Any) -> Text:
    article = first(info, "nonsort")
    blank = " " if article and not article.endswith(_ELISIONS) else ""
    title = article + blank + first(info, "title")
    subtitle = first(info, "subtitle")
    whole = ": ".join(filter(None, (title, subtitle)))
    parts = (whole, *texts(info, "partnumber"), *texts(info, "partname"))
    return Text(". ".join(filter(None, parts)), language(info))


def dates(mods: Any) -> tuple[Date, ...]:
    """Return the dates of origin, of a range only its start."""
    found = []
    for info in every(mods, "origininfo"):
        for child in info:
            kind = _DATES.get(local(child.tag))
            if kind is None and local(child.tag) == "dateother":
                said = child.get("type", "").lower()
                kind = "available" if "embargo" in said or "available" in said else None
            value = text(child) if kind is not None and child.get("point") != "end" else ""
            if value:
                found.append(Date(value, kind or ""))
    return tuple(dict.fromkeys(found))


def identifiers(mods: Any) -> Iterator[Identifier]:
    """Yield the identifiers that are not marked as invalid."""
    for found in every(mods, "identifier"):
        value = text(found)
        if value and found.get("invalid") != "yes":
            yield Identifier(value, _SCHEMES.get(found.get("type", "").lower(), ""))


def location(mods: Any) -> tuple[str, str]:
    """Return where the material is, and where a picture of it is.

    Of several addresses the one marked as primary is taken, then the page about the material,
    then any other, and at last an identifier that is an address.
    """
    url = picture = ""
    best = 0
    for found in every(mods, "location", "url"):
        said = text(found)
        access = found.get("access", "")
        if access == "preview":
            picture = picture or said
            continue
        rank = (
            3 if "primary" in found.get("usage", "") else 2 if access == "object in context" else 1
        )
        if said and rank > best:
            url, best = said, rank
    named = (entry.value for entry in identifiers(mods))
    return url or next((n for n in named if n.lower().startswith(_WEB)), ""), picture


def relations(mods: Any) -> Iterator[Relation]:
    """Yield the related items, by address where they have one."""
    for item in every(mods, "relateditem"):
        kind = _RELATIONS.get(item.get("type", "").lower(), "relation")
        targets = [location(item)[0], item.get(_HREF, ""), *(e.value for e in identifiers(item))]
        title = next((title.text for title in titles(item)), "")
        target = next(filter(None, targets), "")
        if target or title:
            yield Relation(kind, target, title)
