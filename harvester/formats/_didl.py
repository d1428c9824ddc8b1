"""DIDL (MPEG-21 part 2), the envelope in which Dutch repositories send MODS and their files.

An Item of the DIDL says what it is in a Descriptor: descriptive metadata, a file of the material,
or the page on which people start. Of it we want the address, access, embargo, and the persistent
identifier; the MODS itself stands inside, wherever the repository put it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from catalog.resource import Date, Identifier
from harvester.formats._terms import embargo_end
from harvester.formats._xml import every, local, text, texts

_RDF_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
#: Kinds of Item in which the material may be, best address first.
_PLACES = ("humanstartpage", "objectfile", "")


class Envelope(NamedTuple):
    """What the DIDL says of the material beside its MODS."""

    url: str
    identifiers: tuple[Identifier, ...]
    rights: tuple[str, ...]
    access_terms: tuple[str, ...]
    dates: tuple[Date, ...]
    media_types: tuple[str, ...]


def read(didl: Any) -> Envelope:
    """Return what a DIDL says outside its descriptive metadata."""
    items = [item for item in didl.iterdescendants() if local(item.tag) == "item"]
    resources = [
        (kind, resource.get("ref", "").strip(), resource.get("mimeType", "").strip())
        for item in items
        if (kind := _kind(item)) in _PLACES
        for resource in every(item, "component", "resource")
    ]
    places = sorted(  # the page for people, then the files as they come
        (_PLACES.index(kind), number, address)
        for number, (kind, address, media_type) in enumerate(resources)
        if address and not media_type.endswith("xml")
    )
    said = [said for item in items for said in every(item, "descriptor", "statement")]
    days = [day for one in said for day in texts(one, "available")]
    return Envelope(
        url=places[0][2] if places else "",
        identifiers=tuple(Identifier(name) for name in _identifiers(didl)),
        rights=tuple(right for one in said for right in _rights(one)),
        access_terms=tuple(term for one in said for term in texts(one, "accessrights")),
        dates=tuple(Date(embargo_end(day) or day, "available") for day in days),
        media_types=tuple(
            media_type for kind, _, media_type in resources if kind == "objectfile" and media_type
        ),
    )


def _rights(statement: Any) -> list[str]:
    return [*texts(statement, "rights"), *texts(statement, "license")]


def _kind(item: Any) -> str:
    """Return what an Item is: descriptivemetadata, objectfile, humanstartpage or ""."""
    for said in every(item, "descriptor", "statement"):
        for found in said:
            if local(found.tag) in ("type", "objecttype"):
                # Newer DIDL has rdf:type with an attribute, older dip:ObjectType with a text.
                uri = found.get(_RDF_RESOURCE) or text(found)
                return uri.strip().rpartition("/")[2].lower()
    return ""


def _identifiers(didl: Any) -> Iterator[str]:
    """Yield the identifiers of the outermost Items: those within are names of files."""
    for item in every(didl, "item"):
        yield from texts(item, "descriptor", "statement", "identifier")
