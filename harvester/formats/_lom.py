"""A LOM element as a learning resource, for the formats that have one in them.

vCards go unopened into the name of an agent, for the normaliser of persons to read; values
outside the vocabularies are kept as they are.
"""

from __future__ import annotations

from typing import Any

from catalog.resource import Cost, LearningResource
from harvester.formats._lom_parts import agents, classified, dates, location, relations
from harvester.formats._lom_reader import identifiers, moment, said, strings, term, terms
from harvester.formats._xml import every, stated, texts
from harvester.raw import Raw

_COSTS: dict[str, Cost] = {"no": "free", "nee": "free", "yes": "paid", "ja": "paid"}


def resource(lom: Any, raw: Raw) -> LearningResource:
    """Return what ``lom`` says of the material that ``raw`` is about."""
    entries = [entry for general in every(lom, "general") for entry in identifiers(general)]
    topics = classified(lom)
    tied, picture = relations(lom)
    people: Any = agents(lom)
    restrictions = _words(lom, "rights", "copyrightandotherrestrictions")
    explained = [text.text for text in strings(lom, "rights", "description")]
    return LearningResource(
        source=raw.source,
        identifier=raw.identifier,
        titles=tuple(strings(lom, "general", "title")),
        descriptions=tuple(strings(lom, "general", "description")),
        keywords=(*strings(lom, "general", "keyword"), *topics["keywords"]),
        identifiers=tuple(identifier for _, identifier in entries),
        url=location(lom, entries),
        thumbnail=picture,
        languages=tuple(filter(stated, texts(lom, "general", "language"))),
        level_terms=(*terms(lom, "educational", "context"), *topics["level_terms"]),
        type_terms=tuple(terms(lom, "educational", "learningresourcetype")),
        subjects=tuple(topics["subjects"]),
        rights=tuple(dict.fromkeys(restrictions + explained)),
        access_terms=tuple(topics["access_terms"]),
        cost=_COSTS.get(term(lom, "rights", "cost").lower(), ""),
        dates=dates(lom),
        duration=moment(lom, "educational", "typicallearningtime")
        or moment(lom, "technical", "duration"),
        media_types=tuple(texts(lom, "technical", "format")),
        version=said(lom, "lifecycle", "version"),
        status=term(lom, "lifecycle", "status"),
        aggregation=term(lom, "general", "aggregationlevel"),
        audience_roles=tuple(
            role.lower() for role in _words(lom, "educational", "intendedenduserrole")
        ),
        age=said(lom, "educational", "typicalagerange"),
        relations=tied,
        **people,
    )


def _words(element: Any, *path: str) -> list[str]:
    return [found.label or found.id for found in terms(element, *path)]
