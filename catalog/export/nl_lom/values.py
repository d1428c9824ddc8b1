"""The parts that the IMS binding of LOM is made of: langstrings, vocabulary values, entries.

A record has a hundred of them and a harvest hundreds of thousands of records, so what comes back in
every record is made once: names of elements, and whole vocabulary values.
"""

from __future__ import annotations

import functools
from copy import copy
from typing import Any

from lxml.etree import Element, SubElement

from catalog.export.characters import writable
from catalog.export.elements import XML_LANG, add, is_language

NAMESPACE = "http://www.imsglobal.org/xsd/imsmd_v1p2"
EDU = "http://purl.edustandaard.nl/"

_NO_LANGUAGE = "x-none"


@functools.cache
def tag(name: str) -> str:
    """Return the name of a LOM element in Clark notation."""
    return f"{{{NAMESPACE}}}{name}"


_LANGSTRING = tag("langstring")
_SOURCE = tag("source")
_VALUE = tag("value")


def langstring(parent: Any, text: str, language: str = "") -> None:
    """Add a text in ``language``; one in none, or in one that XML cannot say, is in ``x-none``."""
    element = SubElement(parent, _LANGSTRING)
    element.set(XML_LANG, language if language and is_language(language) else _NO_LANGUAGE)
    try:
        element.text = text
    except ValueError:
        element.text = writable(text)


def value(parent: Any, name: str, source: str, said: str) -> None:
    """Add a vocabulary value; the schema wants a source, so it is empty where there is none."""
    parent.append(copy(_value(name, source, said)))


@functools.lru_cache(maxsize=4096)
def _value(name: str, source: str, said: str) -> Any:
    """Return a vocabulary value as an element to be copied, in a fifth of the time of making it."""
    part = Element(tag(name), nsmap={None: NAMESPACE})
    langstring(SubElement(part, _SOURCE), source)
    langstring(SubElement(part, _VALUE), said)
    return part


def entry(parent: Any, name: str) -> None:
    """Add an identifier; those that are no URI are in no catalogue that anybody knows."""
    part = SubElement(parent, tag("catalogentry"))
    add(part, tag("catalog"), "URI" if ":" in name else "x-none")
    langstring(SubElement(part, tag("entry")), name)
