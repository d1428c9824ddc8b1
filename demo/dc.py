"""Unqualified Dublin Core, as terse and free of codes as repositories often write it."""

from __future__ import annotations

import re

from lxml import etree

from demo.licences import BIBLIOGRAPHIC, LICENCES, TYPES
from demo.materials import Material

NS = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_DC = "http://purl.org/dc/elements/1.1/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def write(material: Material) -> etree._Element:
    """Return ``material`` as an ``oai_dc:dc`` element.

    Names are inverted, the edition is part of the title, levels are words among the subjects and
    only the first sentence of a description is kept: repositories of this kind do so.
    """
    root = etree.Element(f"{{{NS}}}dc", nsmap={"oai_dc": NS, "dc": _DC, "xsi": _XSI})
    root.set(f"{{{_XSI}}}schemaLocation", f"{NS} {SCHEMA}")
    edition = f" ({material.edition}e)" if material.edition else ""
    subtitle = f" : {material.subtitle}" if material.subtitle else ""
    statements = [
        ("title", material.title + subtitle + edition),
        *[("creator", inverted(maker)) for maker in material.makers],
        *[("subject", subject) for subject in material.subjects],
        *[("subject", level) for level in material.levels],
        ("description", _first_sentence(material.description)),
        ("publisher", material.publisher),
        ("date", str(material.year or "")),
        ("type", TYPES[material.type][2]),
        ("identifier", material.address),
        ("identifier", f"https://doi.org/{material.doi}" if material.doi else ""),
        ("identifier", f"urn:isbn:{material.isbn}" if material.isbn else ""),
        ("language", BIBLIOGRAPHIC[material.language]),
        ("rights", LICENCES[material.licence][0] if material.licence else ""),
    ]
    for name, text in statements:
        if text:
            etree.SubElement(root, f"{{{_DC}}}{name}").text = text
    return root


def _first_sentence(text: str) -> str:
    """Return ``text`` up to the first sentence's end that a capital follows."""
    return re.split(r"(?<=[a-z)][.?!]) (?=[A-Z])", text, maxsplit=1)[0]


def inverted(name: str) -> str:
    """Return a name with the family name in front, and prefixes such as "van de" behind."""
    words = name.split(" ")
    return ", ".join([words[-1], " ".join(words[:-1])]) if len(words) > 1 else name
