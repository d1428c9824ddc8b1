"""One card of several records of the same work: the best value of each field.

What is best is a rule of the field, and never whose record came first: the copies are put in an
order of their own (the publisher's own copy, then the fullest, then by source and identifier), and
where copies are equally good that order decides.

=====================================  =========================================================
titles                                 the fullest, and those in languages that it lacks
descriptions                           the richest of each language
keywords, subjects, types, audience,   of all copies, each once however it is spelt
disciplines, relations, identifiers,
providers, media types
levels, fields of study                of all copies, without those that stand above another
creators, contributors                 the most complete list, with what other copies know of
                                       those in it
rights, licence, openness              the strictest that is stated, by
                                       ``catalog.normalise.licence.strictness``
url, access, cost, thumbnail           of the copy whose address lives and opens for everybody
accessibility                          of the same copy: it is said of a file
languages                              stated before detected
dates                                  of each kind the year that most copies give, as precisely
                                       as one of them does
all others                             of the first copy that states it
=====================================  =========================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import astuple, fields

from catalog.normalise.licence import Licence, strictness
from catalog.resource import LearningResource
from catalog.works import choosing
from catalog.works.choosing import Rule
from catalog.works.disagreeing import Disagreement, disagreements
from catalog.works.titles import folded

#: States of a link (``catalog.links``), the one to offer first in front.
_BEST_LINKS = ("alive", "moved", "", "login", "unsure", "dead")
_FIELDS = tuple(field.name for field in fields(LearningResource))
_ACCESS = {"open": 0, "": 1, "login": 2, "embargoed": 3, "restricted": 4, "closed": 5}
#: Fields that say one thing together: all are of one copy.
_LICENCE = ("rights", "licence_url", "licence", "openness")
_PLACE = ("url", "thumbnail", "access_terms", "access", "cost")
_MEANS = (
    *("access_modes", "accessibility_features", "accessibility_hazards"),
    "accessibility_summary",
)
_UNIONS = (
    *("keywords", "subjects", "level_terms", "type_terms", "types", "disciplines"),
    *("audience_roles", "relations", "identifiers", "providers", "media_types"),
)
_RULES: Mapping[str, Rule] = {
    **dict.fromkeys(_UNIONS, choosing.union),
    "titles": choosing.titles,
    "descriptions": choosing.descriptions,
    "languages": choosing.languages,
    "levels": choosing.levels,
    "isced": choosing.fields_of_study,
    "creators": choosing.makers,
    "contributors": choosing.contributors,
    "dates": choosing.dates,
}


class Merged(Struct, frozen=True):
    """A work as one record; ``origins`` tells whose each stated field is, by place among copies."""

    resource: LearningResource
    origins: Mapping[str, tuple[int, ...]]
    disagreements: tuple[Disagreement, ...]


def merge(copies: Sequence[LearningResource], links: Sequence[str] = ()) -> Merged:
    """Return what the copies say together, the same whatever their order.

    ``links`` are the states of their addresses, "" for one that was not checked; none at all where
    nothing is known of any. Raises ValueError where there are no copies.
    """
    if not copies:
        raise ValueError("a work has at least one copy")
    if len(copies) == 1:
        stated = {name: (0,) for name in _FIELDS if getattr(copies[0], name)}
        return Merged(copies[0], stated, ())
    order = sorted(range(len(copies)), key=lambda place: _standing(copies[place]))
    ordered = [copies[place] for place in order]
    found = _chosen(ordered, [links[place] if links else "" for place in order])
    origins = {
        name: tuple(sorted([order[place] for place in places]))
        for name, (value, places) in found.items()
        if value
    }
    resource = LearningResource(**{name: value for name, (value, _) in found.items()})
    return Merged(resource, origins, disagreements(copies))


def best(links: Iterable[str]) -> str:
    """Return the state of the link to offer first; "" where there is none."""
    return min(links, key=nearness, default="")


def nearness(link: str) -> int:
    """Return what is least for the state of a link to offer first."""
    return _BEST_LINKS.index(link) if link in _BEST_LINKS else len(_BEST_LINKS)


def _standing(copy: LearningResource) -> tuple[Any, ...]:
    """Return what copies are sorted by, so that the one to trust first is in front.

    A copy is the publisher's own where who offers it also made or published it.
    """
    made = {folded(agent.name) for agent in copy.publishers + copy.creators[: choosing.MOST]}
    own = any(folded(agent.name) in made for agent in copy.providers)
    stated = sum(map(bool, astuple(copy)))
    return (not own, -stated, copy.source, copy.identifier, msgspec.json.encode(copy))


def _chosen(copies: list[LearningResource], links: list[str]) -> dict[str, choosing.Chosen]:
    """Return the value of each stated field and the places of the copies that it is of."""
    licensed = min(range(len(copies)), key=lambda place: _leniency(copies[place]))
    near = min(range(len(copies)), key=lambda place: _farness(copies[place], links[place]))
    telling = [any(getattr(copy, name) for name in _MEANS) for copy in copies]
    told = near if telling[near] or not any(telling) else telling.index(True)
    of_one = {**dict.fromkeys(_LICENCE, licensed), **dict.fromkeys(_MEANS, told)}
    found: dict[str, choosing.Chosen] = {}
    for name, said in zip(_FIELDS, zip(*map(astuple, copies), strict=True), strict=True):
        stated = [value for value in said if value]
        if name in ("source", "identifier"):
            found[name] = said[0], [0]
        elif not stated:
            continue
        elif name in of_one:
            found[name] = choosing.as_said(said, said[of_one[name]])
        elif name == "language_detected":  # to say nothing is to have it stated
            found[name] = choosing.detected(copies, said)
        elif stated.count(stated[0]) == len(stated):
            found[name] = choosing.as_said(said, stated[0])
        elif name in _PLACE and said[near]:
            found[name] = choosing.as_said(said, said[near])
        else:
            found[name] = _RULES.get(name, choosing.first)(copies, said)
    return found


def _leniency(copy: LearningResource) -> tuple[bool, list[int], bool]:
    """Return what is least of the copy with the strictest licence that is stated."""
    known = Licence(copy.licence_url, copy.licence, copy.openness)
    return known == Licence(), [-int(each) for each in strictness(known)], not copy.rights


def _farness(copy: LearningResource, link: str) -> tuple[bool, int, int, bool]:
    """Return what is least of the copy that a reader gets to best."""
    return not copy.url, nearness(link), _ACCESS.get(copy.access, 1), copy.cost == "paid"
