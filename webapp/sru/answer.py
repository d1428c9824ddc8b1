"""Answers in XML (SRU 1.2, searchRetrieveResponse): records, counts, and what went wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lxml.etree import Element, SubElement, tostring

from catalog.cards import Card
from catalog.export import Listing
from catalog.export.characters import writable
from catalog.export.elements import add, document
from catalog.index import FacetCount
from webapp.sru.arguments import Asked
from webapp.sru.diagnostics import SCHEMA as DIAGNOSTIC
from webapp.sru.diagnostics import Diagnostic
from webapp.sru.explain import NAMESPACE as ZEEREX
from webapp.sru.records import SCHEMAS

_NAMESPACE = "http://www.loc.gov/zing/srw/"
_DRILLDOWN = "http://meresco.org/namespace/drilldown"
#: What is repeated of a request, in the order of the schema; of those that are numbers, numbers.
_ECHOED = ("query", "startRecord", "maximumRecords", "recordPacking", "recordSchema",
           "recordXPath", "resultSetTTL", "sortKeys", "stylesheet")  # fmt: skip
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")
_NUMBERS = frozenset({"startRecord", "maximumRecords", "resultSetTTL"})
_IDENTIFIED = "1.2"  # from this version on, a record may have an identifier

Facets = Mapping[str, Sequence[FacetCount]]


def _srw(name: str) -> str:
    """Return the name of an element of SRU."""
    return f"{{{_NAMESPACE}}}{name}"


def failure(asked: Asked, diagnostic: Diagnostic) -> bytes:
    """Return the answer to a request that is not carried out, in the shape of its operation."""
    kind = asked.operation if asked.operation in {"searchRetrieve", "scan"} else "explain"
    root = _root(kind, asked)
    if kind == "searchRetrieve":
        add(root, _srw("numberOfRecords"), "0")
        _echo(root, asked)
    SubElement(root, _srw("diagnostics")).append(diagnostic.element())
    return document(root)


def explained(asked: Asked, element: Any) -> bytes:
    """Return the answer to explain: its one record."""
    root = _root("explain", asked)
    _packed(asked, SubElement(root, _srw("record")), ZEEREX, element)
    return document(root)


def results(
    asked: Asked, total: int, made: Sequence[tuple[Card, Listing]], facets: Facets
) -> bytes:
    """Return a page of records.

    Where fewer cards were made than were found, as the catalogue has changed since it was indexed,
    diagnostics stand in the place of the others.
    """
    root = _root("searchRetrieve", asked)
    add(root, _srw("numberOfRecords"), str(total))
    there = max(min(asked.most, total - asked.start + 1), 0)
    if there:
        records = SubElement(root, _srw("records"))
        for place in range(there):
            _record(records, asked, asked.start + place, made[place] if place < len(made) else None)
    if asked.most and asked.start + there <= total:
        add(root, _srw("nextRecordPosition"), str(asked.start + there))
    _echo(root, asked)
    if asked.drilled:
        SubElement(root, _srw("extraResponseData")).append(_drilldown(asked, facets))
    return document(root)


def _packed(asked: Asked, parent: Any, schema: str, element: Any) -> None:
    """Add what a record is: its schema, and itself, as XML or as text that is XML."""
    add(parent, _srw("recordSchema"), schema)
    add(parent, _srw("recordPacking"), asked.packing)
    data = SubElement(parent, _srw("recordData"))
    if asked.packing == "xml":
        data.append(element)
    else:
        data.text = tostring(element, encoding="unicode")


def _root(kind: str, asked: Asked) -> Any:
    root = Element(_srw(f"{kind}Response"), nsmap={"srw": _NAMESPACE})
    add(root, _srw("version"), asked.version)
    return root


def _record(records: Any, asked: Asked, place: int, made: tuple[Card, Listing] | None) -> None:
    record = SubElement(records, _srw("record"))
    if made is None:
        _packed(asked, record, DIAGNOSTIC, Diagnostic(64).element())
    else:
        card, listing = made
        schema = SCHEMAS[asked.schema]
        _packed(asked, record, schema.identifier, schema.element(card.resource, listing))
        if asked.version == _IDENTIFIED:
            add(record, _srw("recordIdentifier"), listing.url)
    add(record, _srw("recordPosition"), str(place))


def _echo(root: Any, asked: Asked) -> None:
    echo = SubElement(root, _srw("echoedSearchRetrieveRequest"))
    add(echo, _srw("version"), asked.version)
    add(echo, _srw("query"), asked.given.get("query", ""))
    for name in _ECHOED[1:]:
        said = asked.given.get(name, "")
        if said and (name not in _NUMBERS or _NUMBER.fullmatch(said)):
            add(echo, _srw(name), said)


def _drilldown(asked: Asked, facets: Facets) -> Any:
    """Return the counts as Meresco, and so Edurep, gives them."""
    root = Element(f"{{{_DRILLDOWN}}}drilldown", nsmap={"dd": _DRILLDOWN})
    terms = SubElement(root, f"{{{_DRILLDOWN}}}term-drilldown")
    for each in asked.drilled:
        navigator = SubElement(terms, f"{{{_DRILLDOWN}}}navigator")
        navigator.set("name", writable(each.name))
        for counted in facets.get(each.facet, ())[: each.most]:
            item = add(navigator, f"{{{_DRILLDOWN}}}item", counted.value)
            item.set("count", str(counted.count))
    return root
