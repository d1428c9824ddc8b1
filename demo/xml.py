"""The one thing that lxml does not do in one line: a child with text, in its parent's namespace."""

from __future__ import annotations

from lxml import etree


def add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """Append ``<name>text</name>`` to ``parent`` and return it."""
    namespace = etree.QName(parent).namespace
    child = etree.SubElement(parent, etree.QName(namespace, name), attributes)
    child.text = text or None
    return child
