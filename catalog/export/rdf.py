"""RDF of what goes out as JSON-LD: its graph, and Turtle.

The graph is that of ``schema_org``'s documents, read by RDFLib with a context of our own: the one
at schema.org would have to be fetched.

Names in RDF are IRIs or nothing (RFC 3987): an address that is none becomes a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from rdflib import Graph
from rdflib.plugins.parsers.jsonld import to_rdf

from catalog.export.characters import writable
from catalog.export.elements import is_language
from catalog.export.schema_org import PREFIXES as _MORE
from catalog.export.schema_org import Document

PREFIXES = {"schema": "https://schema.org/", **_MORE}
_CONTEXT = {"@vocab": PREFIXES["schema"], **_MORE}
#: Properties whose values are addresses of things.
_LINKS = frozenset({"url", "license", "thumbnailUrl", "sameAs", "inDefinedTermSet"})
_IRI = re.compile(r"""[a-zA-Z][a-zA-Z0-9+.-]*:[^\x00-\x20<>"{}|\\^`]+""")


def graph(documents: Iterable[Document]) -> Graph:
    """Return one graph of all ``documents``."""
    found = Graph(bind_namespaces="core")
    names = map("_:b{:06}".format, count())
    for document in documents:
        to_rdf(_named(prepared(document), names), found)
    for prefix, namespace in PREFIXES.items():
        found.bind(prefix, namespace, override=True, replace=True)
    return found


def turtle(documents: Iterable[Document]) -> bytes:
    """Return the graph in Turtle 1.1."""
    return graph(documents).serialize(format="turtle", encoding="utf-8")


def _named(value: Any, names: Iterator[str]) -> Any:
    """Name what has no name by its place: by any other, no two answers would be the same."""
    if isinstance(value, list):
        return [_named(one, names) for one in value]
    if not isinstance(value, dict) or "@value" in value:
        return value
    said = {key: one if key == "@context" else _named(one, names) for key, one in value.items()}
    return said if "@id" in said else {"@id": next(names), **said}


def prepared(document: Document) -> Document:
    """Return a document with our context, and nothing in it that is not RDF; lists are lists."""
    said = {key: value for key, value in document.items() if key != "@context"}
    return {"@context": _CONTEXT, **_sound(said)}


def _sound(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: said
            for key, one in value.items()
            if (said := _link(one) if key in _LINKS else _sound(one)) is not None
            and not (key == "@id" and not is_iri(said))
            and not (key == "@language" and not is_language(said))
        }
    if isinstance(value, list | tuple):
        return [_sound(one) for one in value]
    return writable(value) if isinstance(value, str) else value


def _link(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_link(one) for one in value]
    return {"@id": value} if is_iri(value) else _sound(value)


def is_iri(said: str) -> bool:
    """Tell whether something can be a name in RDF: an absolute IRI."""
    return _IRI.fullmatch(said) is not None and said.isprintable()
