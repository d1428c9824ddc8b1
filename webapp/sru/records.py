"""The schemas in which records are given, and what makes one of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lxml.etree import Element
from msgspec import Struct

from catalog.export import Listing, dublin_core, nl_lom
from catalog.export.elements import SCHEMA_LOCATION, XSI
from catalog.resource import LearningResource
from webapp.oai.formats import FORMATS

_SRW_DC = "info:srw/schema/1/dc-schema"
_SRW_DC_XSD = "http://www.loc.gov/standards/sru/recordSchemas/dc-schema.xsd"
_DC = "http://purl.org/dc/elements/1.1/"


class Schema(Struct, frozen=True):
    """A schema: its identifier, other names of it, where it is, and what makes a record."""

    identifier: str
    location: str
    title: str
    element: Callable[[LearningResource, Listing], Any]
    others: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return what it may be asked by, beside its short name."""
        return (self.identifier, *self.others)


def _srw_dc(resource: LearningResource, listing: Listing) -> Any:
    """Return simple Dublin Core in the element that SRU has for it, instead of that of OAI-PMH."""
    root = Element(
        f"{{{_SRW_DC}}}dc",
        {SCHEMA_LOCATION: f"{_SRW_DC} {_SRW_DC_XSD}"},
        {"srw_dc": _SRW_DC, "dc": _DC, "xsi": XSI},
    )
    root.extend(list(FORMATS[dublin_core.PREFIX].element(resource, listing)))
    return root


#: Short name -> schema; the first is given where a request names none.
SCHEMAS: Mapping[str, Schema] = {
    "oai_dc": Schema(
        dublin_core.NAMESPACE,
        dublin_core.SCHEMA,
        "Simple Dublin Core, as OAI-PMH has it",
        FORMATS[dublin_core.PREFIX].element,
    ),
    "dc": Schema(
        "info:srw/schema/1/dc-v1.1",
        _SRW_DC_XSD,
        "Simple Dublin Core, as SRU has it",
        _srw_dc,
        (_SRW_DC,),
    ),
    "lom": Schema(
        nl_lom.NAMESPACE,
        nl_lom.SCHEMA,
        "NL-LOM, in the binding of IMS MD 1.2.4",
        FORMATS[nl_lom.PREFIX].element,
    ),
}
