"""A package's manifest: IMS Common Cartridge 1.0 to 1.4, IMS Content Packaging, SCORM.

The package is one material, described by the LOM in its manifest. Its web links are what it has
as parts, and not materials of their own: a bare address in somebody's course says nothing of
licence, level or language, and would come back with every course that uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from catalog.resource import Concept, LearningResource, Relation, Text
from harvester.formats import parses
from harvester.formats._lom import resource
from harvester.formats._xml import every, filled, first
from harvester.raw import Raw

_MOST_PARTS = 500


@parses("{*}manifest")
def parse(raw: Raw) -> Iterable[LearningResource]:
    """Return the package. Raises ParseError (rule ``record.empty``)."""
    manifest = filled(raw.document)
    lom = next(every(manifest, "metadata", "lom"), None)
    said = (
        LearningResource(source=raw.source, identifier=raw.identifier)
        if lom is None
        else resource(lom, raw)
    )
    schema = first(manifest, "metadata", "schema")
    yield msgspec.structs.replace(
        said,
        titles=said.titles or tuple(_titles(manifest)),
        url=said.url or (raw.url if raw.url.endswith(f"/{raw.identifier}") else ""),
        type_terms=said.type_terms or ((Concept(label=schema),) if schema else ()),
        media_types=said.media_types or _media_types(manifest, schema),
        relations=(*said.relations, *_links(manifest)[:_MOST_PARTS]),
    )


def _titles(manifest: Any) -> Iterator[Text]:
    """Yield the title of the first organisation that has one, else of the first item."""
    for path in (("title",), ("item", "title"), ("item", "item", "title")):
        if title := first(manifest, "organizations", "organization", *path):
            yield Text(title)
            return


def _media_types(manifest: Any, schema: str) -> tuple[str, ...]:
    """Return the media type that IANA has for the version: application/vnd.ims.imsccv1p3."""
    version = first(manifest, "metadata", "schemaversion").split(".")
    if "cartridge" in schema.lower() and len(version) > 1 and version[1].isdecimal():
        return (f"application/vnd.ims.imsccv1p{version[1]}",)
    return ("application/zip",)


def _links(manifest: Any) -> list[Relation]:
    """Return the web links, which the transport has put inside their resources."""
    found = {
        href: Relation(kind="haspart", target=href, title=first(link, "title"))
        for link in every(manifest, "resources", "resource", "weblink")
        for url in every(link, "url")
        if (href := (url.get("href") or "").strip()).startswith(("http://", "https://"))
    }
    return list(found.values())
