"""Cleaning a description and deriving its controlled fields: one pure module a field.

What a source says stays (``rights``, ``level_terms`` ...), cleaned of dirt; the codes beside it are
made from it, or from the defaults of the source where it says nothing. So a second time changes
nothing: ``normalise(normalise(r, defaults=d), defaults=d) == normalise(r, defaults=d)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct, structs

from catalog.normalise import (
    access,
    accessibility,
    audience,
    date,
    discipline,
    kind,
    language,
    level,
    licence,
    media_type,
    person,
    relation,
    said,
    text,
    url,
)
from catalog.normalise.age import age
from catalog.normalise.duration import duration
from catalog.normalise.identifier import identifiers
from catalog.resource import Identifier, LearningResource, Text


class Defaults(Struct, frozen=True):
    """What holds for the materials of a source whose records do not say it.

    ``licence`` is an address, SPDX id or words; ``language`` a tag; ``level`` codes or words.
    """

    licence: str = ""
    language: str = ""
    level: tuple[str, ...] = ()


NO_DEFAULTS = Defaults()

_RESOLVERS = {"doi": "https://doi.org/", "handle": "https://hdl.handle.net/"}

#: Fields that depend on nothing else, and that most records do not have.
_ALONE: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("creators", person.agents),
    ("contributors", person.agents),
    ("publishers", person.bodies),
    ("providers", person.bodies),
    ("dates", date.dates),
    ("relations", relation.relations),
    ("thumbnail", url.url),
    ("duration", duration),
    ("media_types", media_type.media_types),
    ("version", text.plain),
    ("status", text.plain),
    ("aggregation", kind.aggregation),
    ("audience_roles", audience.roles),
    ("age", age),
    ("access_modes", accessibility.modes),
    ("accessibility_features", accessibility.features),
    ("accessibility_hazards", accessibility.hazards),
    ("accessibility_summary", text.plain),
)


def normalise(r: LearningResource, *, defaults: Defaults = NO_DEFAULTS) -> LearningResource:
    """Return ``r`` with every value in its canonical form and the controlled fields filled."""
    titles, descriptions = text.titles(r.titles), text.descriptions(r.descriptions)
    keywords = text.keywords(r.keywords) if r.keywords else ()
    named = identifiers(r.identifiers) if r.identifiers else ()
    return structs.replace(
        r,
        titles=titles,
        descriptions=descriptions,
        keywords=keywords,
        identifiers=named,
        url=(url.url(r.url) if r.url else "") or _address(named),
        **_languages(r, titles, descriptions, defaults),
        **_classified(r, keywords, defaults),
        **_terms_of_use(r, defaults),
        **{name: clean(value) for name, clean in _ALONE if (value := getattr(r, name))},
    )


def _address(named: Iterable[Identifier]) -> str:
    """Return the first identifier that leads to the material, or ""."""
    for identifier in named:
        resolver = _RESOLVERS.get(identifier.scheme)
        if resolver or identifier.value[:4] == "http":
            found = url.url((resolver or "") + identifier.value)
            if found:
                return found
    return ""


def _languages(
    r: LearningResource,
    titles: tuple[Text, ...],
    descriptions: tuple[Text, ...],
    defaults: Defaults,
) -> dict[str, Any]:
    """Return the languages: those said, else the source's, else what the words look like."""
    found = language.tags(r.languages) if r.languages else ()
    if found:
        return {"languages": found, "language_detected": r.language_detected}
    usual = language.tag(defaults.language) if defaults.language else ""
    if usual:
        return {"languages": (usual,), "language_detected": False}
    told = language.detect("\n".join([part.text for part in (*titles, *descriptions)]))
    return {"languages": (told,) if told else (), "language_detected": bool(told)}


def _classified(
    r: LearningResource, keywords: tuple[Text, ...], defaults: Defaults
) -> dict[str, Any]:
    """Return levels, types and fields of study, and the terms that they were told from.

    Codes that came without a term (a form in which people choose them) are kept.
    """
    level_terms = said.concepts(r.level_terms) if r.level_terms else ()
    type_terms = said.concepts(r.type_terms) if r.type_terms else ()
    subjects = said.concepts(r.subjects) if r.subjects else ()
    levels = level.levels(level_terms) if level_terms else level.valid(r.levels)
    if subjects or keywords:
        fields = discipline.fields(subjects, keywords)
    else:
        fields = discipline.valid(r.disciplines, r.isced)
    return {
        "level_terms": level_terms,
        "levels": levels or level.from_words(defaults.level),
        "type_terms": type_terms,
        "types": kind.types(type_terms) if type_terms else kind.valid(r.types),
        "subjects": subjects,
        "disciplines": fields.disciplines,
        "isced": fields.isced,
    }


def _terms_of_use(r: LearningResource, defaults: Defaults) -> dict[str, Any]:
    """Return licence, access and cost, and the statements that they were told from."""
    rights = said.statements(r.rights) if r.rights else ()
    access_terms = said.statements(r.access_terms) if r.access_terms else ()
    found = licence.licence(rights) if rights else licence.named(r.licence_url or r.licence)
    if not found.openness and defaults.licence:
        found = licence.licence((defaults.licence,))
    return {
        "rights": rights,
        "licence_url": found.url,
        "licence": found.spdx,
        "openness": found.openness,
        "access_terms": access_terms,
        "access": access.access(access_terms, rights) or r.access,
        "cost": r.cost or access.cost(access_terms),
    }
