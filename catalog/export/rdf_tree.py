"""RDF/XML of materials: quick, and always in one order.

The graph is that of ``rdf``, written as the document is nested (RDF 1.1 XML Syntax, 2.4), without
names for what has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from lxml.etree import Element, SubElement, tostring

from catalog.export import schema_org
from catalog.export.elements import XML_LANG
from catalog.export.rdf import PREFIXES, prepared
from catalog.export.schema_org import Document

NAMESPACE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_NAMESPACES = {"rdf": NAMESPACE, **PREFIXES}
_ABOUT, _RESOURCE, _DATATYPE = (
    f"{{{NAMESPACE}}}{name}" for name in ("about", "resource", "datatype")
)
_DESCRIPTION, _TYPE = f"{{{NAMESPACE}}}Description", f"{{{NAMESPACE}}}type"
_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"
#: A type of schema.org by its name.
TYPE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def rdf_xml(documents: Iterable[Document]) -> bytes:
    """Return documents of ``schema_org`` in RDF/XML 1.1."""
    return tostring(element(*documents), encoding="utf-8", xml_declaration=True, pretty_print=True)


def element(*documents: Document) -> Any:
    """Return documents of ``schema_org`` as an ``rdf:RDF`` element."""
    root = Element(f"{{{NAMESPACE}}}RDF", nsmap=_NAMESPACES)
    for document in documents:
        _add_node(root, prepared(document))
    return root


def _add_node(parent: Any, said: dict[str, Any]) -> None:
    types = [name for name in each(said.get("@type", [])) if TYPE_NAME.fullmatch(name)]
    node = SubElement(parent, _tag(types[0]) if types else _DESCRIPTION)
    if "@id" in said:
        node.set(_ABOUT, in_full(said["@id"]))
    for name in types[1:]:
        SubElement(node, _TYPE, {_RESOURCE: PREFIXES["schema"] + name})
    for key, value in said.items():
        if not key.startswith("@"):
            for one in each(value):
                _add_value(SubElement(node, _tag(key)), one)


def _add_value(element: Any, said: Any) -> None:
    if isinstance(said, bool):
        element.set(_DATATYPE, _BOOLEAN)
        element.text = "true" if said else "false"
    elif not isinstance(said, dict):
        element.text = said
    elif "@value" in said:
        element.text = said["@value"]
        if "@language" in said:
            element.set(XML_LANG, said["@language"])
    elif said.keys() == {"@id"}:
        element.set(_RESOURCE, in_full(said["@id"]))
    else:
        _add_node(element, said)


def in_full(said: str) -> str:
    """Return an address in full: one of ``dcterms:`` is short for another (JSON-LD 1.1, 4.1.5)."""
    prefix, _, name = said.partition(":")
    return schema_org.PREFIXES.get(prefix, f"{prefix}:") + name


def each(value: Any) -> list[Any]:
    """Return the values of a property, of which a document has one or a list."""
    return value if isinstance(value, list) else [value]


def _tag(key: str) -> str:
    prefix, _, name = key.rpartition(":")
    return f"{{{PREFIXES[prefix or 'schema']}}}{name}"
