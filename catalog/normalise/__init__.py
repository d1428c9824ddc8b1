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
from catalog.resource import Identifier, LearningResource


class Defaults(Struct, frozen=True):
    """What holds for the materials of a source whose records do not say it.

    ``licence`` is an address, SPDX id or words; ``language`` a tag; ``level`` codes or words.
    """

    licence: str = ""
    language: str = ""
    level: tuple[str, ...] = ()


NO_DEFAULTS = Defaults()

_RESOLVERS = {"doi": "https://doi.org/", "handle": "https://hdl.handle.net/"}

#: Fields in which a source says something, each cleaned without a look at others.
_CLEANERS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("titles", text.titles),
    ("descriptions", text.descriptions),
    ("keywords", text.keywords),
    ("creators", person.agents),
    ("contributors", person.agents),
    ("publishers", person.bodies),
    ("providers", person.bodies),
    ("identifiers", identifiers),
    ("url", url.url),
    ("thumbnail", url.url),
    ("level_terms", said.concepts),
    ("type_terms", said.concepts),
    ("subjects", said.concepts),
    ("rights", said.statements),
    ("access_terms", said.statements),
    ("dates", date.dates),
    ("duration", duration),
    ("media_types", media_type.media_types),
    ("version", text.plain),
    ("status", text.plain),
    ("aggregation", kind.aggregation),
    ("audience_roles", audience.roles),
    ("age", age),
    ("relations", relation.relations),
    ("access_modes", accessibility.modes),
    ("accessibility_features", accessibility.features),
    ("accessibility_hazards", accessibility.hazards),
    ("accessibility_summary", text.plain),
)


def normalise(r: LearningResource, *, defaults: Defaults = NO_DEFAULTS) -> LearningResource:
    """Return ``r`` with every value in its canonical form and the controlled fields filled."""
    cleaned = {name: clean(value) for name, clean in _CLEANERS if (value := getattr(r, name))}
    r = structs.replace(r, **cleaned)
    return structs.replace(
        r,
        url=r.url or _address(r.identifiers),
        **_languages(r, defaults),
        **_classified(r, defaults),
        **_terms_of_use(r, defaults),
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


def _languages(r: LearningResource, defaults: Defaults) -> dict[str, Any]:
    """Return the languages: those said, else the source's, else what the words look like."""
    found = language.tags(r.languages) if r.languages else ()
    if found:
        return {"languages": found, "language_detected": r.language_detected}
    usual = language.tag(defaults.language) if defaults.language else ""
    if usual:
        return {"languages": (usual,), "language_detected": False}
    told = language.detect("\n".join([part.text for part in (*r.titles, *r.descriptions)]))
    return {"languages": (told,) if told else (), "language_detected": bool(told)}


def _classified(r: LearningResource, defaults: Defaults) -> dict[str, Any]:
    """Return levels, types and fields of study, told from terms, subjects and keywords.

    Codes that came without a term (a form in which people choose them) are kept.
    """
    levels = level.levels(r.level_terms) if r.level_terms else level.valid(r.levels)
    if r.subjects or r.keywords:
        fields = discipline.fields(r.subjects, r.keywords)
    else:
        fields = discipline.valid(r.disciplines, r.isced)
    return {
        "levels": levels or level.from_words(defaults.level),
        "types": kind.types(r.type_terms) if r.type_terms else kind.valid(r.types),
        "disciplines": fields.disciplines,
        "isced": fields.isced,
    }


def _terms_of_use(r: LearningResource, defaults: Defaults) -> dict[str, Any]:
    """Return licence, access and cost, told from the statements of rights and access."""
    found = licence.licence(r.rights) if r.rights else licence.named(r.licence_url or r.licence)
    if not found.openness and defaults.licence:
        found = licence.licence((defaults.licence,))
    return {
        "licence_url": found.url,
        "licence": found.spdx,
        "openness": found.openness,
        "access": access.access(r.access_terms, r.rights) or r.access,
        "cost": r.cost or access.cost(r.access_terms),
    }
