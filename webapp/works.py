"""A work as its page shows it: its copies, whence its values are, and what else belongs to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct

from catalog.resource import LearningResource
from catalog.store.links import State
from catalog.works.reasons import SENTENCES, Reason
from webapp import addresses, cards
from webapp.addresses import Language
from webapp.labels import Labels
from webapp.reuse import Reuse, reuse
from webapp.words import Words, language_name, words

if TYPE_CHECKING:
    from catalog.catalogue import Card, Whole
    from catalog.works.disagreeing import Disagreement

#: Fields whose origin is told, in the order of the page, and the words for each.
WHENCE = {
    "titles": "whence.titles",
    "descriptions": "whence.descriptions",
    "url": "whence.url",
    "licence": "whence.licence",
    "openness": "whence.licence",  # of what has no licence with a name
    "types": "fact.type",
    "levels": "fact.level",
    "disciplines": "fact.discipline",
    "languages": "fact.language",
    "audience_roles": "fact.audience",
    "age": "fact.age",
    "duration": "fact.duration",
    "creators": "fact.creators",
    "contributors": "fact.contributors",
    "publishers": "fact.publishers",
    "providers": "fact.providers",
    "dates": "fact.dates",
    "version": "fact.version",
    "access": "fact.access",
    "cost": "fact.cost",
    "media_types": "fact.media",
    "subjects": "fact.subjects",
    "keywords": "fact.keywords",
    "relations": "fact.relations",
    "accessibility_features": "fact.features",
    "identifiers": "fact.identifiers",
}
#: What another work is to this one, by the direction of the tie between them.
WAYS = {1: "from", -1: "to", 0: "any"}
KINDS = ("edition", "version", "translation", "part")

_MOST = 100  # copies that are listed
_ARCHIVE = "https://web.archive.org/web/"
_TONES = {"alive": "good", "moved": "good", "login": "fair", "unsure": "fair", "dead": "bad"}


class Link(Struct, frozen=True):
    """What became of an address; ``archive`` is where older states of it may be kept, or ""."""

    state: str
    tone: str  # good, fair, bad, or "" where it was not checked
    label: str
    told: str  # a sentence with date and reason
    archive: str
    target: str  # where it has moved to, or ""


class Copy(Struct, frozen=True):
    """One copy in the list: where it is from, what may be done with it and how to get there."""

    id: str
    href: str
    source: str
    source_href: str
    title: str  # where it is not that of the work
    reuse: Reuse
    access: str
    url: str
    link: Link
    changed: str


class Other(Struct, frozen=True):
    """Another work: its title, maker and year, and why it is thought to belong here."""

    href: str
    title: Markup
    title_language: str
    about: str
    reasons: tuple[str, ...]


class Work(Struct, frozen=True):
    """What a page has about a work besides its card; without copies there is one record only."""

    copies: tuple[Copy, ...]
    more: int  # copies that are not listed
    whence: tuple[tuple[str, tuple[str, ...]], ...]  # words of a field, and names of sources
    disputes: tuple[tuple[str, str], ...]  # fields, and sentences
    reasons: tuple[str, ...]  # why these are copies of one work
    related: tuple[tuple[str, tuple[Other, ...]], ...]  # words for what they are, and they


def work(whole: Whole, language: Language, labels: Labels) -> Work:
    """Return what the page of a work shows of it."""
    names = [labels.of("source", copy.resource.source, language) for copy in whole.copies]
    several, named = len(whole.copies) > 1, "licence" in whole.origins
    return Work(
        copies=tuple(
            _copy(each, whole.card.resource, language, labels) for each in whole.copies[:_MOST]
        )
        if several
        else (),
        more=max(len(whole.copies) - _MOST, 0),
        whence=tuple(
            (key, tuple(dict.fromkeys(names[place] for place in whole.origins[field])))
            for field, key in WHENCE.items()
            if several and field in whole.origins and not (field == "openness" and named)
        ),
        disputes=tuple(
            (each.field, _dispute(each, names, language, labels)) for each in whole.disagreements
        ),
        reasons=_reasons(whole.evidence, language) if several else (),
        related=tuple(_related(whole, language, labels)),
    )


def link(state: State | None, url: str, t: Words) -> Link:
    """Return in words what became of an address."""
    if state is None or not state.state:
        return Link("", "", t("link.unchecked") if addresses.web_url(url) else "", "", "", "")
    reason = t.find(f"link.reason.{state.reason}")
    told = t(f"link.told.{state.state}", since=t.date(state.since), checked=t.date(state.checked))
    lost = state.state in ("dead", "unsure") and addresses.web_url(url)
    return Link(
        state=state.state,
        tone=_TONES.get(state.state, ""),
        label=t(f"link.{state.state}"),
        told=f"{told} {reason}".strip() if state.state != "alive" else told,
        archive=f"{_ARCHIVE}{state.since[:10].replace('-', '')}*/{url}" if lost else "",
        target=addresses.web_url(state.target),
    )


def _copy(card: Card, merged: LearningResource, language: Language, labels: Labels) -> Copy:
    resource = card.resource
    title = cards.best(resource.titles, language).text
    return Copy(
        id=card.id,
        href=addresses.path("copy", language, card.id),
        source=labels.of("source", resource.source, language),
        source_href=addresses.path("source", language, resource.source),
        title="" if title == cards.best(merged.titles, language).text else title,
        reuse=reuse(resource),
        access=labels.of("access", resource.access, language) if resource.access else "",
        url=addresses.web_url(resource.url),
        link=link(card.link, resource.url, words(language)),
        changed=card.changed,
    )


def _dispute(each: Disagreement, names: Sequence[str], language: Language, labels: Labels) -> str:
    """Return who says what of a field, in one sentence."""
    t = words(language)
    said = []
    for value, places in each.said:
        sources = ", ".join(dict.fromkeys(names[place] for place in places))
        said.append(f"{_value(each.field, value, language, labels)} ({sources})")
    return t(f"dispute.{each.field}", said="; ".join(said))


def _value(field: str, value: str, language: Language, labels: Labels) -> str:
    if field == "licence":
        return words(language).find(f"licence.{value}") or labels.of("licence", value, language)
    if field == "year":
        return value
    return ", ".join(labels.of(field, code, language) for code in value.split())


def _related(
    whole: Whole, language: Language, labels: Labels
) -> Iterable[tuple[str, tuple[Other, ...]]]:
    t = words(language)
    for kind in KINDS:
        for direction, way in WAYS.items():
            found = [
                each
                for each in whole.related
                if each.kind == kind and (each.direction or 0) == direction
            ]
            if found:
                others = tuple(_other(each.card, each.evidence, language, labels) for each in found)
                yield t(f"related.{kind}.{way}"), others


def _other(card: Card, evidence: Sequence[Reason], language: Language, labels: Labels) -> Other:
    shown = cards.shown(card, language, labels)
    return Other(
        href=shown.href,
        title=shown.title,
        title_language=shown.title_language,
        about=" · ".join(filter(None, (shown.makers, shown.year, ", ".join(shown.languages)))),
        reasons=_reasons(evidence, language),
    )


def _reasons(evidence: Sequence[Reason], language: Language) -> tuple[str, ...]:
    told = filter(None, (reason(each, language) for each in evidence))
    return tuple(dict.fromkeys(told))


def reason(each: Reason, language: Language) -> str:
    """Return a piece of evidence in words; "" for one without."""
    sentence = SENTENCES.get(each.code)
    if sentence is None:
        return ""
    values = each.values
    if each.code.endswith("language"):
        values = tuple(language_name(tag, language) for tag in values)
    return (sentence.nl if language == "nl" else sentence.en).format(*values, "", "")
