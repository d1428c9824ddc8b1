"""The formats in which records are given, by metadataPrefix, and where each record came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from lxml.etree import Element, SubElement
from msgspec import Struct

from catalog.config import AnySource
from catalog.export import Listing, dublin_core, nl_lom, rdf_tree, schema_org
from catalog.export.elements import SCHEMA_LOCATION, XSI, add
from catalog.resource import LearningResource
from catalog.store.published import Told
from webapp.oai.uris import public, uri

_RDF_XSD = "http://www.openarchives.org/OAI/2.0/rdf.xsd"
_DC_RELATION = "{http://purl.org/dc/elements/1.1/}relation"

_PROVENANCE = "http://www.openarchives.org/OAI/2.0/provenance"
_NAMESPACES = {None: _PROVENANCE, "xsi": XSI}
_LOCATION = {SCHEMA_LOCATION: f"{_PROVENANCE} {_PROVENANCE}.xsd"}
_TAGS = tuple(
    f"{{{_PROVENANCE}}}{name}"
    for name in ("provenance", "originDescription", "baseURL", "identifier", "datestamp",
                 "metadataNamespace")
)  # fmt: skip
#: Format of a record -> the namespace in which its source described it. Formats without one (a
#: table, say) are not told of.
_ORIGINS = {
    "content_package": "http://www.imsglobal.org/xsd/imscp_v1p1",
    "dublin_core": dublin_core.NAMESPACE,
    "lom": nl_lom.NAMESPACE,
    "marc": "http://www.loc.gov/MARC21/slim",
    "mods": "http://www.loc.gov/mods/v3",
    "onix": "http://ns.editeur.org/onix/3.0/reference",
    "schema_org": "https://schema.org/",
}
_DATESTAMP = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
                        r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)?")  # fmt: skip


class Format(Struct, frozen=True):
    """A format: its XML Schema, its namespace, and what makes an element of a record."""

    schema: str
    namespace: str
    element: Callable[[LearningResource, Listing], Any]


def _oai_dc(resource: LearningResource, listing: Listing) -> Any:
    """Return simple Dublin Core, which has no other place for the page of the material."""
    found = dublin_core.element(resource)
    add(found, _DC_RELATION, listing.url)
    return found


def _rdf(resource: LearningResource, listing: Listing) -> Any:
    found = rdf_tree.element(schema_org.document(resource, listing))
    found.set(SCHEMA_LOCATION, f"{rdf_tree.NAMESPACE} {_RDF_XSD}")
    return found


FORMATS: Mapping[str, Format] = {
    dublin_core.PREFIX: Format(dublin_core.SCHEMA, dublin_core.NAMESPACE, _oai_dc),
    nl_lom.PREFIX: Format(nl_lom.SCHEMA, nl_lom.NAMESPACE, nl_lom.element),
    "rdf": Format(_RDF_XSD, rdf_tree.NAMESPACE, _rdf),
}


def provenance(told: Told, source: AnySource | None, site: str) -> Any:
    """Return the ``provenance`` of a record, or None where its source had no namespace for it.

    What we give is never as it came: values are normalised. Where the source has no address that
    may be told, ``site`` stands for it, the page about it here.
    """
    namespace = _ORIGINS.get(told.format)
    if namespace is None:
        return None
    root = Element(_TAGS[0], _LOCATION, _NAMESPACES)
    origin = SubElement(root, _TAGS[1], {"harvestDate": told.changed, "altered": "true"})
    stamp = told.datestamp if _DATESTAMP.fullmatch(told.datestamp) else told.changed
    base = (public(source.url) if source else "") or site
    said = (base, uri(told.identifier), stamp, namespace)
    for tag, text in zip(_TAGS[2:], said, strict=True):
        SubElement(origin, tag).text = text
    return root
