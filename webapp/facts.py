"""The facts of a material, in the order of its page; and those one looks for first, in a line."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from catalog.resource import LearningResource
from webapp import addresses, cards
from webapp.addresses import Language
from webapp.cards import Line
from webapp.labels import Labels
from webapp.words import Words, words


class Fact(Struct, frozen=True):
    """A row of the facts of a material: ``fact.<key>`` names it."""

    key: str
    lines: list[Line]


def facts(r: LearningResource, language: Language, labels: Labels) -> list[Fact]:
    """Return the facts that the record states, in the order of the page."""
    t = words(language)
    keywords = cards.keywords(r.keywords, language)
    said = {line.text.casefold() for line in keywords}  # most subjects are sent as keywords, too
    rows = {
        "type": cards.coded("type", r.types, language, labels),
        "level": cards.coded("level", r.levels, language, labels),
        "discipline": cards.coded("discipline", r.disciplines, language, labels),
        "language": cards.coded("language", r.languages, language, labels),
        "audience": [Line(labels.of("audience", role, language)) for role in r.audience_roles],
        "age": _lines(r.age),
        "duration": _lines(duration(r.duration, t)),
        "creators": cards.agents(r.creators, "creator", language),
        "contributors": cards.agents(r.contributors, "contributor", language),
        "publishers": cards.agents(r.publishers, "publisher", language),
        "providers": cards.agents(r.providers, "provider", language),
        "dates": [
            Line(" ".join(filter(None, (t.find(f"date.{d.kind}"), t.date(d.value)))))
            for d in r.dates
        ],
        "version": _lines(r.version),
        "access": _lines(labels.of("access", r.access, language) if r.access else ""),
        "cost": _lines(t(f"cost.{r.cost}") if r.cost else ""),
        "media": _lines(", ".join(r.media_types)),
        "subjects": [
            line
            for line in cards.concepts(r.subjects, language)
            if line.href or line.text.casefold() not in said
        ],
        "keywords": keywords,
        "relations": _relations(r, t),
        "modes": _lines(", ".join(r.access_modes)),
        "features": _lines(", ".join(r.accessibility_features)),
        "hazards": _lines(", ".join(r.accessibility_hazards)),
        "accessibility": _lines(r.accessibility_summary),
        "identifiers": cards.identifiers(r.identifiers),
    }
    return [Fact(key, lines) for key, lines in rows.items() if lines]


def glance(r: LearningResource, language: Language, labels: Labels) -> list[str]:
    """Return for whom it is, in which language and how long it takes, as far as is stated."""
    said = (
        _named("level", r.levels, language, labels),
        _named("audience", r.audience_roles, language, labels),
        _named("language", r.languages, language, labels),
        duration(r.duration, words(language)),
    )
    return [each for each in said if each]


def _named(kind: str, codes: Iterable[str], language: Language, labels: Labels) -> str:
    return ", ".join(labels.of(kind, code, language) for code in codes)


def _relations(r: LearningResource, t: Words) -> list[Line]:
    """Return what it has to do with other materials, in words where there are any for it."""
    return [
        Line(
            ": ".join(filter(None, (t.find(f"relation.{each.kind}"), each.title or each.target))),
            addresses.web_url(each.target),
            foreign=True,
        )
        for each in r.relations
        if each.title or each.target
    ]


def _lines(value: str) -> list[Line]:
    return [Line(value)] if value else []


def duration(value: str, t: Words) -> str:
    """Return PT1H30M as "1 uur 30 min"; what is no such duration as it stands."""
    hours, minutes = 0, 0
    rest = value.removeprefix("PT")
    head, mark, tail = rest.partition("H")
    try:
        if mark:
            hours, rest = int(head), tail
        if rest:
            minutes = int(rest.removesuffix("M"))
    except ValueError:
        return value
    parts = [t("duration.hours", number=hours)] if hours else []
    return " ".join(parts + ([t("duration.minutes", number=minutes)] if minutes else []))
