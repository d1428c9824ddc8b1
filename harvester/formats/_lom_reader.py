"""Reading the parts that LOM is made of, in the IMS and the IEEE binding alike.

The bindings say the same with other words: ``langstring`` or ``string``, ``centity/vcard`` or
``entity``, ``catalogentry`` or ``identifier``, ``date/datetime`` or ``dateTime``, a duration in
``datetime`` or ``duration``. Real records mix them, so each is taken wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from catalog.resource import Concept, Identifier, Text
from harvester.formats._terms import concept
from harvester.formats._xml import every, language, local, stated, text

_STRINGS = frozenset({"langstring", "string"})
_SCHEMES = {"doi": "doi", "isbn": "isbn", "issn": "issn", "handle": "handle", "hdl": "handle"}


class Contribution(NamedTuple):
    """Who did what, and when: LOM 2.3 and 3.2. ``role`` is in lower case, all may be empty."""

    role: str
    names: list[str]  # vCards, mostly
    date: str


def strings(element: Any, *path: str) -> Iterator[Text]:
    """Yield the texts in every LangString at ``path``."""
    for found in every(element, *path):
        yield from _strings(found)


def said(element: Any, *path: str) -> str:
    """Return the first text in a LangString at ``path``, or ""."""
    return next((found.text for found in strings(element, *path)), "")


def _strings(element: Any) -> Iterator[Text]:
    parts = [child for child in element if local(child.tag) in _STRINGS] or [element]
    for part in parts:
        found = text(part)
        if stated(found):  # some write "x-none" as the text itself
            yield Text(found, language(part))


def terms(element: Any, *path: str) -> Iterator[Concept]:
    """Yield the vocabulary values at ``path``: source and value, or only a text."""
    for found in every(element, *path):
        value = said(found, "value") or _own(found)
        if value:
            yield concept(value, said(found, "source"))


def term(element: Any, *path: str) -> str:
    """Return the first vocabulary value at ``path``, or ""."""
    return next((found.label or found.id for found in terms(element, *path)), "")


def taxons(element: Any) -> Iterator[Concept]:
    """Yield the taxons in a classification, broad to narrow, also where they are nested."""
    for path in every(element, "taxonpath"):
        scheme = said(path, "source")
        for taxon in path.iterdescendants():
            if local(taxon.tag) == "taxon":
                label = next(strings(taxon, "entry"), Text(""))
                found = Concept(
                    id=said(taxon, "id"),
                    label=label.text,
                    scheme=scheme,
                    language=label.language,
                )
                if found.id or found.label:
                    yield found


def identifiers(element: Any) -> Iterator[tuple[str, Identifier]]:
    """Yield the catalogue, in lower case, and identifier of each entry of ``element``."""
    for child in element:
        if local(child.tag) in ("identifier", "catalogentry"):
            catalogue = said(child, "catalog").lower()
            value = said(child, "entry") or _own(child)
            if value:
                yield catalogue, Identifier(value, _SCHEMES.get(catalogue, ""))


def contributions(element: Any, part: str) -> Iterator[Contribution]:
    """Yield the contributions in ``part``: lifecycle or metametadata."""
    for found in every(element, part, "contribute"):
        people = [child for child in found if local(child.tag) in ("centity", "entity")]
        yield Contribution(
            term(found, "role").lower(),
            [name for who in people if (name := text(who))],
            moment(found, "date"),
        )


def moment(element: Any, *path: str) -> str:
    """Return the date or duration at ``path``, as said, or ""."""
    for found in every(element, *path):
        value = said(found, "datetime") or said(found, "duration") or _own(found)
        if value:
            return value
    return ""


def _own(element: Any) -> str:
    """Return the text of an element that ought to have parts and has none."""
    return "" if len(element) else text(element)
