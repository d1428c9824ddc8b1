"""Documents in which a source's mapping says, field by field, what its values mean.

A key is a field of the record, perhaps with a detail after a dot: ``dates.issued``,
``identifiers.doi``, ``contributors.editor``, ``subjects.ISCED-F``, ``titles.nl``. Its value is
what the source has there: a string, a number, an object or a list of those, as deep as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from catalog.resource import LearningResource
from harvester.errors import ParseError
from harvester.formats import _mapped_values as values
from harvester.formats import parses
from harvester.raw import Raw

_Reader = Callable[[Any, str], Iterator[Any]]

_MANY: dict[str, _Reader] = {
    "titles": values.texts,
    "descriptions": values.texts,
    "keywords": values.texts,
    "creators": values.agents,
    "contributors": values.agents,
    "publishers": values.agents,
    "providers": values.agents,
    "level_terms": values.concepts,
    "type_terms": values.concepts,
    "subjects": values.concepts,
    "identifiers": values.identifiers,
    "dates": values.dates,
    "relations": values.relations,
    "languages": values.words,
    "rights": values.words,
    "access_terms": values.words,
    "media_types": values.words,
    "audience_roles": values.words,
    "access_modes": values.words,
    "accessibility_features": values.words,
    "accessibility_hazards": values.words,
}
_ONE: dict[str, _Reader] = {
    "url": values.words,
    "thumbnail": values.words,
    "cost": values.costs,
    "duration": values.durations,
    "version": values.words,
    "status": values.words,
    "aggregation": values.words,
    "age": values.words,
    "accessibility_summary": values.words,
}
_WEB = ("http://", "https://")


@parses("json:Mapped")
def parse(raw: Raw) -> Iterator[LearningResource]:
    """Read the one material of a document. Raises ParseError (``json.shape``)."""
    if not isinstance(raw.document, dict):
        raise ParseError("json.shape", "the document is no object")
    found: dict[str, list[Any]] = {}
    for key, value in raw.document.items():
        name, _, detail = key.partition(".")
        reader = _MANY.get(name) or _ONE.get(name)
        if reader:
            found.setdefault(name, []).extend(reader(value, detail))
    if "url" in found:  # the first that can be visited, before one that cannot
        found["url"].sort(key=lambda link: not link.lower().startswith(_WEB))
    fields: dict[str, Any] = {
        name: tuple(dict.fromkeys(said)) if name in _MANY else said[0]
        for name, said in found.items()
        if said
    }
    yield LearningResource(source=raw.source, identifier=raw.identifier, **fields)
