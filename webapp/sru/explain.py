"""What can be asked here and how, as ZeeRex 2.0: the record that explain answers with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from lxml.etree import Element, SubElement

from catalog.config import Site
from catalog.export.elements import add
from catalog.index.plan import MOST_SIZE
from webapp.sru.arguments import USUAL, VERSIONS
from webapp.sru.indexes import INDEXES, SETS, USUAL_SET
from webapp.sru.records import SCHEMAS
from webapp.sru.sorting import ORDERS
from webapp.words import words

NAMESPACE = "http://explain.z3950.org/dtd/2.0/"
_PORTS = {"http": 80, "https": 443}
#: Relations of indexes of words and of values, and of some of them beside those.
_RELATIONS = {
    "words": ("=", "adj", "all", "any", "<>"),
    "values": ("=", "==", "exact", "all", "any", "<>"),
    "identifier": ("==", "exact"),
    "year": ("<", "<=", ">", ">=", "within"),
}


def element(site: Site, path: str) -> Any:
    """Return the description of the server at ``path`` of a site."""
    root = Element(_zr("explain"), nsmap={"zr": NAMESPACE})
    _server(root, site, path)
    database = SubElement(root, _zr("databaseInfo"))
    for name, text in (
        ("title", site.title),
        ("description", words(site.language)("site.description")),
        ("contact", site.contact),
    ):
        said = add(database, _zr(name), text)
        if name != "contact":
            said.set("lang", site.language)
            said.set("primary", "true")
    _indexes(root)
    _schemas(root)
    _configuration(root)
    return root


def _server(root: Any, site: Site, path: str) -> None:
    at = urlsplit(site.url)
    server = SubElement(
        root,
        _zr("serverInfo"),
        {"protocol": "SRU", "version": VERSIONS[-1], "transport": at.scheme, "method": "GET POST"},
    )
    add(server, _zr("host"), at.hostname or "localhost")
    add(server, _zr("port"), str(at.port or _PORTS.get(at.scheme, 80)))
    add(server, _zr("database"), (at.path + path).lstrip("/"))


def _indexes(root: Any) -> None:
    info = SubElement(root, _zr("indexInfo"))
    for name, uris in SETS.items():
        SubElement(info, _zr("set"), {"name": name, "identifier": uris[0]})
    for name, index in INDEXES.items():
        set_, _, rest = name.partition(".")
        each = SubElement(info, _zr("index"), {"search": "true", "scan": "false", "sort": "false"})
        add(each, _zr("title"), name)
        shown = SubElement(each, _zr("map"))
        add(shown, _zr("name"), rest).set("set", set_)
        relations: Iterable[str] = _RELATIONS[index.kind]
        relations = (*relations, *_RELATIONS.get(index.of, ()))
        config = SubElement(each, _zr("configInfo"))
        for relation in relations:
            add(config, _zr("supports"), relation).set("type", "relation")
    for path in ORDERS:
        add(info, _zr("sortKeyword"), path)


def _schemas(root: Any) -> None:
    info = SubElement(root, _zr("schemaInfo"))
    for name, schema in SCHEMAS.items():
        attributes = {"name": name, "identifier": schema.identifier, "location": schema.location,
                      "sort": "false", "retrieve": "true"}  # fmt: skip
        add(SubElement(info, _zr("schema"), attributes), _zr("title"), schema.title)


def _configuration(root: Any) -> None:
    info = SubElement(root, _zr("configInfo"))
    for kind, value in (
        ("numberOfRecords", str(USUAL)),
        ("contextSet", USUAL_SET),
        ("index", "cql.serverChoice"),
        ("relation", "="),
        ("retrieveSchema", next(iter(SCHEMAS))),
    ):
        add(info, _zr("default"), value).set("type", kind)
    add(info, _zr("setting"), str(MOST_SIZE)).set("type", "maximumRecords")
    for kind, value in (
        ("booleanModifier", "false"),
        ("emptyTerm", "false"),
        ("maskingCharacter", "false"),
        ("proximity", "false"),
        ("resultSets", "false"),
        ("scan", "false"),
    ):
        add(info, _zr("supports"), value).set("type", kind)


def _zr(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
