"""Learning Object Metadata: NL-LOM and its kin, in the IMS MD 1.2.4 and IEEE 1484.12.3 bindings."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.resource import LearningResource
from harvester.formats import parses
from harvester.formats._lom import resource
from harvester.formats._xml import filled
from harvester.raw import Raw


@parses("{*}lom", "{*}LOM")
def parse(raw: Raw) -> Iterable[LearningResource]:
    """Return the one resource in a record. Raises ParseError (rule ``record.empty``)."""
    return (resource(filled(raw.document), raw),)
