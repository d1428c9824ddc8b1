"""A material as Resource Search 1.0 has it."""

from __future__ import annotations

import re
from typing import Any

from catalog import vocabulary
from catalog.cards import Card
from catalog.config import Site
from catalog.export import controlled
from catalog.export.characters import line
from webapp import cards
from webapp.addresses import web_url
from webapp.labels import Labels
from webapp.resource_search.kinds import theirs
from webapp.words import words

#: Names of a resource in an answer, in their order; the last two are ours.
FIELDS = (
    "name", "description", "subject", "url", "learningResourceType", "language", "thumbnailUrl",
    "typicalAgeRange", "learningObjectives", "author", "publisher", "useRightsURL",
    "timeRequired", "technicalFormat", "educationalAudience", "accessibilityFeatures",
    "accessibilityHazards", "accessMode", "publishDate", "identifier", "page",
)  # fmt: skip

_MOST = 50  # values of a field
_LONGEST = 4000  # characters of a description
_AGE = re.compile(r"[0-9]{1,3}-[0-9]{1,3}")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(T.*)?")
_PUBLISHED = ("issued", "available")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_DURATION = re.compile(r"P(?=.)[0-9YMWDTHS.]+")
AUDIENCE = {"learner": "student", "teacher": "teacher", "manager": "administrator",
             "parent": "parent"}  # fmt: skip
MODES = frozenset({"auditory", "tactile", "textual", "visual"})
HAZARDS = frozenset({"flashing", "sound", "motionSimulation"})


def resource(card: Card, site: Site, labels: Labels) -> dict[str, Any]:
    """Return a material, without what its source does not state: names of ``FIELDS`` -> values.

    A name, a type, a publisher and an address are always there, as the standard asks for.
    """
    r, language = card.resource, site.language
    page = site.url + cards.page_of(card, language)
    people = r.publishers + r.providers
    publisher = next((line(agent.name) for agent in people if agent.name.strip()), "")
    media = next((each for each in r.media_types if _MEDIA_TYPE.fullmatch(each)), "")
    dates = (
        _DATE.fullmatch(date.value) for date in r.dates if date.kind in ("issued", "available")
    )
    found: dict[str, Any] = {
        "name": line(cards.best(r.titles, language).text) or words(language)("card.untitled"),
        "description": line(cards.best(r.descriptions, language).text[:_LONGEST]),
        "subject": _subjects(card, labels, site),
        "url": web_url(r.url) or page,
        "learningResourceType": theirs(r.types),
        "language": list(r.languages),
        "thumbnailUrl": web_url(r.thumbnail),
        "typicalAgeRange": r.age if _AGE.fullmatch(r.age) else "",
        "learningObjectives": _objectives(card, labels, site),
        "author": [line(agent.name) for agent in r.creators if agent.name.strip()][:_MOST],
        "publisher": publisher or labels.of("source", r.source, language) or site.title,
        "useRightsURL": web_url(r.licence_url),
        "timeRequired": r.duration if _DURATION.fullmatch(r.duration) else "",
        "technicalFormat": media,
        "educationalAudience": [AUDIENCE[a] for a in r.audience_roles if a in AUDIENCE],
        "accessibilityFeatures": list(map(line, r.accessibility_features))[:_MOST],
        "accessibilityHazards": [each for each in r.accessibility_hazards if each in HAZARDS],
        "accessMode": [each for each in r.access_modes if each in MODES],
        "publishDate": next((date[1] for date in dates if date), ""),
        "identifier": card.id,
        "page": page,
    }
    return {name: value for name, value in found.items() if value}


def _subjects(card: Card, labels: Labels, site: Site) -> list[str]:
    """Return what it is about: as said, and the disciplines."""
    r = card.resource
    said = [line(each.label) for each in r.subjects] + [line(each.text) for each in r.keywords]
    said += [labels.of("discipline", code, site.language) for code in r.disciplines]
    return [each for each in dict.fromkeys(said) if each][:_MOST]


def _objectives(card: Card, labels: Labels, site: Site) -> list[dict[str, str]]:
    """Return the levels, by the address that Dutch education has for each."""
    levels = vocabulary.get("level")
    found = []
    for code in card.resource.levels[:_MOST]:
        said = {
            "alignmentType": "educationLevel",
            "educationalFramework": levels.title.get(site.language, ""),
            "targetName": line(labels.of("level", code, site.language)),
        }
        address = next((match.uri for match in levels.matches(code, controlled.OBK)), "")
        found.append({**said, "targetURL": address} if address else said)
    return found
