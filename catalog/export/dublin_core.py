"""Simple Dublin Core in the container of OAI-PMH, ``oai_dc``: fifteen elements, all repeatable.

It has no place for level, duration, audience, version or what kind of date a date is. Persons go as
"family, given", so that whoever reads them knows them for persons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lxml.etree import Element, SubElement

from catalog.export import controlled
from catalog.export.addresses import WEB, address
from catalog.export.characters import writable
from catalog.export.elements import SCHEMA_LOCATION, XML_LANG, XSI, add, is_language
from catalog.export.names import parted
from catalog.resource import Agent, Concept, LearningResource, Text

PREFIX = "oai_dc"
NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_ROOT = f"{{{NAMESPACE}}}dc"
_DC = "http://purl.org/dc/elements/1.1/"
_NAMESPACES = {"oai_dc": NAMESPACE, "dc": _DC, "xsi": XSI}
_LOCATION = {SCHEMA_LOCATION: f"{NAMESPACE} {SCHEMA}"}

_TITLE = f"{{{_DC}}}title"
_CREATOR = f"{{{_DC}}}creator"
_SUBJECT = f"{{{_DC}}}subject"
_DESCRIPTION = f"{{{_DC}}}description"
_PUBLISHER = f"{{{_DC}}}publisher"
_CONTRIBUTOR = f"{{{_DC}}}contributor"
_DATE = f"{{{_DC}}}date"
_TYPE = f"{{{_DC}}}type"
_FORMAT = f"{{{_DC}}}format"
_IDENTIFIER = f"{{{_DC}}}identifier"
_SOURCE = f"{{{_DC}}}source"
_LANGUAGE = f"{{{_DC}}}language"
_RELATION = f"{{{_DC}}}relation"
_RIGHTS = f"{{{_DC}}}rights"
#: Which date a reader takes that takes only the first; one of validity is none of the material.
_DATES = {"issued": 0, "created": 1, "": 2, "available": 3, "modified": 4}
_EMBARGO = "info:eu-repo/date/embargoEnd/"
#: The terms of OpenAIRE, which go beside those of other vocabularies.
_ACCESS = {
    "open": "info:eu-repo/semantics/openAccess",
    "embargoed": "info:eu-repo/semantics/embargoedAccess",
    "restricted": "info:eu-repo/semantics/restrictedAccess",
    "closed": "info:eu-repo/semantics/closedAccess",
}
_ACCESS_SCHEMES = ("info:eu-repo/semantics/", "http://purl.org/coar/access_right/")


def element(r: LearningResource) -> Any:
    """Return a record as an ``oai_dc:dc`` element."""
    root = Element(_ROOT, _LOCATION, _NAMESPACES)
    _texts(root, _TITLE, r.titles)
    _agents(root, _CREATOR, r.creators)
    _texts(root, _SUBJECT, r.keywords)
    _plain(root, _SUBJECT, _subjects(r))
    _texts(root, _DESCRIPTION, r.descriptions)
    _plain(root, _PUBLISHER, [agent.name for agent in r.publishers])
    _agents(root, _CONTRIBUTOR, r.contributors)
    _plain(root, _DATE, _dates(r))
    _plain(root, _TYPE, _terms((*r.type_terms, *controlled.kinds(r, "en"))))
    _plain(root, _FORMAT, r.media_types)
    _plain(root, _IDENTIFIER, _identifiers(r))
    _plain(root, _LANGUAGE, r.languages)
    for relation in r.relations:
        tag = _SOURCE if relation.kind == "isbasedon" else _RELATION
        add(root, tag, relation.target or relation.title)
    _plain(root, _RIGHTS, _rights(r))
    return root


def _texts(root: Any, tag: str, said: tuple[Text, ...]) -> None:
    for text in said:
        element = SubElement(root, tag)
        try:
            element.text = text.text
        except ValueError:
            element.text = writable(text.text)
        if text.language and is_language(text.language):
            element.set(XML_LANG, text.language)


def _plain(root: Any, tag: str, said: Iterable[str]) -> None:
    for text in said:
        add(root, tag, text)


def _agents(root: Any, tag: str, agents: tuple[Agent, ...]) -> None:
    for agent in agents:
        add(root, tag, parted(agent.name).inverted if agent.kind == "person" else agent.name)


def _subjects(r: LearningResource) -> Iterator[str]:
    """Yield labels and addresses of subjects; a label that is a keyword too is there already."""
    said = {word.text for word in r.keywords}
    for subject in r.subjects:
        for text in (subject.label, subject.id if ":" in subject.id else ""):
            if text and text not in said:
                said.add(text)
                yield text
    for field in controlled.fields(r, "en"):
        yield field.id


def _terms(concepts: tuple[Concept, ...]) -> dict[str, None]:
    return dict.fromkeys(concept.id or concept.label for concept in concepts)


def _dates(r: LearningResource) -> dict[str, None]:
    """Return dates, the most telling first; the end of an embargo in the words of OpenAIRE."""
    known = [date for date in r.dates if date.kind in _DATES]
    if len(known) > 1:
        known.sort(key=lambda date: _DATES[date.kind])
    embargo = _EMBARGO if r.access == "embargoed" else ""
    return dict.fromkeys(
        embargo + date.value if date.kind == "available" else date.value for date in known
    )


def _identifiers(r: LearningResource) -> dict[str, None]:
    """Return where the material is, then what it is called; else what its record is called."""
    named = dict.fromkeys(map(address, r.identifiers))
    if r.url.startswith(WEB):
        return {r.url: None, **named}
    return named or {r.identifier: None}


def _rights(r: LearningResource) -> dict[str, None]:
    said = dict.fromkeys((*r.rights, *r.access_terms))
    if r.licence_url:
        said[r.licence_url] = None
    if r.access in _ACCESS and not any(map(_is_access, r.access_terms)):
        said[_ACCESS[r.access]] = None
    return said


def _is_access(said: str) -> bool:
    return said.startswith(_ACCESS_SCHEMES)
