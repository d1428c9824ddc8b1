"""XML elements for records that may say anything."""

from __future__ import annotations

import functools
import re
from typing import Any

from lxml import etree
from lxml.etree import SubElement

from catalog.export.characters import writable

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SCHEMA_LOCATION = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

_TAG = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")


def add(parent: Any, tag: str, text: str) -> Any:
    """Add an element with ``text``; characters that XML cannot hold are left out."""
    element = SubElement(parent, tag)
    try:
        element.text = text
    except ValueError:  # to look first would cost every text the time that one in a million needs
        element.text = writable(text)
    return element


@functools.lru_cache(maxsize=1024)
def is_language(tag: str) -> bool:
    """Tell whether ``tag`` may stand in ``xml:lang`` (XML Schema, 3.3.3)."""
    return _TAG.fullmatch(tag) is not None


def document(element: Any) -> bytes:
    """Return ``element`` as a document in UTF-8."""
    return etree.tostring(element, encoding="UTF-8", xml_declaration=True)
