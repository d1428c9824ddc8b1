"""The values by which a record can be chosen: facet -> values, for every engine alike.

Two facets are trees, levels and disciplines. A record has the values above its own as well, so
that choosing, leaving out and counting "mbo" takes in everything below it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from catalog import vocabulary
from catalog.index import LONGEST_VALUE, SPANS
from catalog.index.formats import GROUPS, groups
from catalog.resource import LearningResource

#: Facets whose values stand under one another.
TREES = frozenset({"level", "discipline"})
#: Bands of duration: code -> minutes from which it runs; it ends where the next one starts.
DURATIONS = {"0-10": 0, "10-30": 10, "30-60": 30, "60-240": 60, "240-": 240}

#: What may have become of the address of the material (of a work, of its best copy).
LINKS = ("alive", "moved", "login", "unsure", "dead", "unchecked")

_SPAN = re.compile(r"[0-9]{4}|([0-9]{4})?\.\.([0-9]{4})?")
_MOST = 100  # values of one facet of one record; nothing real has as many
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160)], " ")
_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?"
)
_MINUTES = (525_600, 43_200, 10_080, 1440, 60, 1, 1 / 60)  # of each part of a duration
_CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/licenses/(by[a-z-]*)/|cc-(by(?:-(?:nc|nd|sa))*)(?:-\d.*)?"
)
_FIELD = 3  # digits of the broadest fields of ISCED-F that are shown under a discipline
_NO_FEATURES = {"none", "unknown"}


@functools.cache
def among(facet: str) -> tuple[str, ...]:
    """Return all values that a facet may have; () where the records decide."""
    return {
        "level": vocabulary.get("level").codes,
        "type": vocabulary.get("type").codes,
        "accessibility": _features(vocabulary.get("accessibility").codes),
        "format": tuple(GROUPS),
        "openness": ("open", "restricted", "closed", "unknown"),
        "may_adapt": ("yes",),
        "may_sell": ("yes",),
        "duration": tuple(DURATIONS),
        "link": LINKS,
    }.get(facet, ())


def there_is(facet: str, value: str) -> bool:
    """Tell whether a facet may have a value, or a span of them; True where the records decide."""
    if facet in SPANS:
        return bool(_SPAN.fullmatch(value))
    there = among(facet)
    return not there or value in there


def facets(
    resource: LearningResource, year: str, sources: tuple[str, ...] = (), link: str = ""
) -> dict[str, tuple[str, ...]]:
    """Return the values of each facet, each once; facets without values are left out.

    ``sources`` are those of all copies of a work, and ``link`` what became of its address.

    Most records say what others say: values are cleaned once, and come back as they are.
    """
    found = dict(_rights(resource.openness, resource.licence, resource.licence_url))
    found["source"] = _codes(sources or (resource.source,))
    found["link"] = (link or "unchecked",)
    found["level"] = _tree("level", resource.levels)
    found["type"] = _codes(resource.types)
    found["discipline"] = _tree("discipline", resource.disciplines + resource.isced)
    found["language"] = _codes(resource.languages)
    found["format"] = groups(resource.media_types)
    found["institution"] = _institutions(resource)
    if resource.duration and (length := band(resource.duration)):
        found["duration"] = (length,)
    if resource.accessibility_features:
        found["accessibility"] = _features(resource.accessibility_features)
    if resource.providers:
        found["provider"] = _distinct([agent.name for agent in resource.providers])
    if year:
        found["year"] = (year,)
    return {facet: values for facet, values in found.items() if values}


def _distinct(values: Sequence[str]) -> tuple[str, ...]:
    """Return clean values, each once; empty ones go."""
    if len(values) == 1:
        return (clean(values[0]),) if values[0] else ()
    return tuple(dict.fromkeys([clean(value) for value in values[:_MOST] if value]))


_codes = functools.lru_cache(maxsize=4096)(_distinct)


@functools.lru_cache(maxsize=4096)
def _tree(facet: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    return _distinct(with_ancestors(facet, codes))


@functools.lru_cache(maxsize=1024)
def _rights(openness: str, licence: str, url: str) -> dict[str, tuple[str, ...]]:
    """Return the facets that a licence decides."""
    adaptable, sellable = _permissions(openness, licence, url)
    return {
        "openness": _distinct((openness or "unknown",)),
        "may_adapt": ("yes",) if adaptable else (),
        "may_sell": ("yes",) if sellable else (),
        "licence": _distinct((licence or url,)),
    }


def clean(value: str, longest: int = LONGEST_VALUE) -> str:
    """Return the value without what no engine can write: half characters, and control ones."""
    value = value[:longest]
    if not value.isascii():
        value = value.encode("utf-8", "replace").decode()
    return value if value.isprintable() else value.translate(_CONTROLS)


@functools.lru_cache(maxsize=4096)
def with_ancestors(facet: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes and all above them, so that mbo-4 is found and counted under mbo too."""
    return tuple([each for code in codes for each in _with_ancestors(facet, code)])


def covers(facet: str, one: str, other: str) -> bool:
    """Tell whether a value is the other one, or stands above it."""
    return one == other or (facet in TREES and one in _with_ancestors(facet, other))


def apart(facet: str, one: str, other: str) -> bool:
    """Tell whether neither of two values is the other one, or stands above it."""
    return not covers(facet, one, other) and not covers(facet, other, one)


@functools.lru_cache(maxsize=1024)
def parent(facet: str, code: str) -> str:
    """Return the code next above this one in the tree of its facet; "" at the top.

    Under the eleven disciplines stand the narrow and detailed fields of ISCED-F that belong to
    them. The broad fields (two digits) are left out: the disciplines are in their place.
    """
    if facet != "discipline":
        return vocabulary.get("level").broader(code) if facet == "level" else ""
    field = vocabulary.get("isced").broader(code)
    mine = discipline(code)
    return field if len(field) >= _FIELD and discipline(field) == mine else mine


@functools.lru_cache(maxsize=1024)
def discipline(field: str) -> str:
    """Return the discipline of a field of ISCED-F, "" where it has none."""
    fields, disciplines = vocabulary.get("isced"), vocabulary.get("discipline")
    if field not in fields:
        return ""
    for code in (field, *fields.ancestors(field)):
        if found := disciplines.by_uri(fields.uri + code):
            return found[0]
    return ""


@functools.lru_cache(maxsize=1024)
def _with_ancestors(facet: str, code: str) -> tuple[str, ...]:
    known = [] if len(code) < _FIELD and code.isdecimal() and facet == "discipline" else [code]
    while (code := parent(facet, code)) and code not in known:
        known.append(code)
    return tuple(known)


def permissions(resource: LearningResource) -> tuple[bool, bool]:
    """Return whether the licence lets everybody adapt the material, and use it commercially.

    Only a licence that is known gives leave; what is merely not forbidden does not.
    """
    return _permissions(resource.openness, resource.licence, resource.licence_url)


def _permissions(openness: str, licence: str, url: str) -> tuple[bool, bool]:
    if openness == "closed":
        return False, False
    terms = _terms(licence, url)
    if terms is None:  # of other licences we know as much as that they are open, or not
        known = licence or url
        free = openness == "open" and bool(known) and "rightsstatements.org" not in known
        return free, free
    return "nd" not in terms, "nc" not in terms


def _terms(licence: str, url: str) -> frozenset[str] | None:
    """Return the conditions of a Creative Commons licence: by, nc, nd, sa; None of another."""
    found = _CREATIVE_COMMONS.match(url.lower()) or _CREATIVE_COMMONS.fullmatch(licence.lower())
    return frozenset((found[1] or found[2]).split("-")) if found else None


@functools.lru_cache(maxsize=1024)
def band(duration: str) -> str:
    """Return the band of an ISO 8601 duration; "" for what is none."""
    found = _DURATION.fullmatch(duration)
    if not found or not any(found.groups()):
        return ""
    minutes = sum(int(n or 0) * size for n, size in zip(found.groups(), _MINUTES, strict=True))
    return [code for code, start in DURATIONS.items() if start <= minutes][-1]


def _features(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return those that are features of the vocabulary; "none" and "unknown" are not."""
    known = vocabulary.get("accessibility")
    return _distinct([c for c in codes if known.broader(c) == "feature" and c not in _NO_FEATURES])


def _institutions(resource: LearningResource) -> tuple[str, ...]:
    """Return the organisations that made or published it, and those that its people belong to.

    A publisher of whom nothing more is said is taken for one: a person is said to be a person.
    """
    names = []
    for agent in resource.creators + resource.contributors + resource.publishers:
        if agent.kind == "organisation":
            names.append(agent.name)
        if agent.affiliation:
            names.append(agent.affiliation)
    names += [agent.name for agent in resource.publishers if not agent.kind]
    return _distinct(names)
