"""Dublin Core, simple and qualified: oai_dc, DC terms, and the DC Education terms.

Elements are told by their local names in lower case, because namespaces are missing, misspelt or
those of a local profile as often as not. Nearly every repository speaks this format, so a record
is read in one walk, with one cached look-up an element.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from catalog.resource import Identifier, LearningResource
from harvester.formats import parses
from harvester.formats._dublin_core_fields import ADD, Add, Draft
from harvester.formats._xml import XML_LANG, filled, language, local, stated, text
from harvester.raw import Raw

_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
_ROOTS = ("dc", "DC", "oai_dc", "simpledc", "dcterms", "qdc", "QDC", "qualifieddc", "qualifiedDC")
_WEB = ("http://", "https:/")
#: Hosts that know where a material is, but are not the place.
_RESOLVERS = ("doi.org/", "dx.doi.org/", "hdl.handle.net/", "nbn-resolving.", "resolver.kb.nl/")


@parses(
    "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc",
    *("{*}" + root for root in _ROOTS),
)
def parse(raw: Raw) -> Iterable[LearningResource]:
    """Return the one resource in a record. Raises ParseError (rule ``record.empty``)."""
    root = filled(raw.document)
    default = language(root) if root.items() else ""
    draft: Draft = defaultdict(list)
    for child in root:
        add = _add_for(child.tag)
        if add is None:
            continue
        said = (text(child) if len(child) else child.text or "").strip()
        said = said or child.get(_RESOURCE, "").strip()
        if said:
            attributes = child.items()
            if attributes:
                add(draft, said, *_attributes(attributes, default))
            else:
                add(draft, said, default, "")
    url = _url(draft["identifiers"])
    duration = next(iter(draft.pop("duration", ())), "")
    fields: Any = dict(zip(draft, map(tuple, draft.values()), strict=True))
    fields["duration"] = duration
    return (LearningResource(source=raw.source, identifier=raw.identifier, url=url, **fields),)


@functools.lru_cache(maxsize=1024)
def _add_for(tag: Any) -> Add | None:
    return ADD.get(local(tag))


def _attributes(attributes: list[tuple[str, str]], tongue: str) -> tuple[str, str]:
    """Return the language and the encoding scheme that an element states."""
    scheme = ""
    for name, value in attributes:
        if name in (XML_LANG, "lang"):
            tongue = stated(value.strip())
        elif name == _XSI_TYPE and not value.endswith(":URI"):
            scheme = value
    return tongue, scheme


def _url(identifiers: list[Identifier]) -> str:
    """Return the first web address that is not a resolver's, else the first web address."""
    found = ""
    for identifier in identifiers:
        said = identifier.value
        if said[:7].lower() in _WEB:
            if not said.partition("//")[2].lower().startswith(_RESOLVERS):
                return said
            found = found or said
    return found
