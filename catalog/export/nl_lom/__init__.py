"""NL-LOM, the Dutch profile of LOM, in the IMS MD 1.2.4 binding that Edurep and its kin exchange.

Numbers in comments are those of the elements in IEEE 1484.12.1; the order is that of the schema,
``imsmd_v1p2p4.xsd``. LOM has no place for accessibility, nor for when a material was modified.
"""

from __future__ import annotations

from typing import Any

from lxml.etree import Element, SubElement

from catalog.export import UNLISTED, Listing
from catalog.export.addresses import address
from catalog.export.elements import SCHEMA_LOCATION, XSI, add
from catalog.export.nl_lom.people import lifecycle, metametadata
from catalog.export.nl_lom.terms import classifications, educational, rights
from catalog.export.nl_lom.values import EDU, NAMESPACE, entry, langstring, tag, value
from catalog.resource import LearningResource

__all__ = ["NAMESPACE", "PREFIX", "SCHEMA", "element"]

PREFIX = "lom"
SCHEMA = "http://www.imsglobal.org/xsd/imsmd_v1p2p4.xsd"
_NAMESPACES = {None: NAMESPACE, "xsi": XSI}
_LOCATION = {SCHEMA_LOCATION: f"{NAMESPACE} {SCHEMA}"}

_AGGREGATION = EDU + "vdex_aggregationlevel_czp_20060628.xml"
_NL_LOM_KINDS = EDU + "relation_kind_nllom_20131211"
_LOM_KINDS = EDU + "vdex_relation_kind_lomv1p0_20060628.xml"
_DCMI = "http://purl.org/dc/terms/"
_IN_LOM = frozenset(
    {
        "ispartof", "haspart", "isversionof", "hasversion", "isformatof", "hasformat",
        "references", "isreferencedby", "isbasedon", "isbasisfor", "requires", "isrequiredby",
    }
)  # fmt: skip


def element(r: LearningResource, listing: Listing = UNLISTED) -> Any:
    """Return a record as a ``lom`` element, valid against the schema whatever the record holds."""
    lom = Element(tag("lom"), _LOCATION, _NAMESPACES)
    _general(SubElement(lom, tag("general")), r, listing)
    lifecycle(SubElement(lom, tag("lifecycle")), r)
    metametadata(SubElement(lom, tag("metametadata")), r, listing)
    _technical(SubElement(lom, tag("technical")), r)
    educational(SubElement(lom, tag("educational")), r)
    rights(SubElement(lom, tag("rights")), r)
    _relations(lom, r)
    classifications(lom, r)
    return lom


def _general(part: Any, r: LearningResource, listing: Listing) -> None:
    if r.titles:
        title = SubElement(part, tag("title"))
        for text in r.titles:
            langstring(title, text.text, text.language)
    # 1.1 is required, and need not be where the material is: its address stands in for a name.
    for name in dict.fromkeys(map(address, r.identifiers)) or filter(None, (r.url or listing.url,)):
        entry(part, name)
    for language in r.languages:
        add(part, tag("language"), language)
    for text in r.descriptions:
        langstring(SubElement(part, tag("description")), text.text, text.language)
    for text in r.keywords:
        langstring(SubElement(part, tag("keyword")), text.text, text.language)
    if r.aggregation:
        value(part, "aggregationlevel", _AGGREGATION, r.aggregation)


def _technical(part: Any, r: LearningResource) -> None:
    for media_type in r.media_types:
        add(part, tag("format"), media_type)
    if r.url:
        add(part, tag("location"), r.url)


def _relations(lom: Any, r: LearningResource) -> None:
    for relation in r.relations:
        source = _LOM_KINDS if relation.kind in _IN_LOM else _DCMI
        _relation(lom, source, relation.kind, relation.target, relation.title)
    if r.thumbnail:
        _relation(lom, _NL_LOM_KINDS, "thumbnail", r.thumbnail)


def _relation(lom: Any, source: str, kind: str, target: str, title: str = "") -> None:
    relation = SubElement(lom, tag("relation"))
    value(relation, "kind", source, kind)
    other = SubElement(relation, tag("resource"))
    if title:
        langstring(SubElement(other, tag("description")), title)
    if target:
        entry(other, target)
