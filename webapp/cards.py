"""A record as a page shows it: the best title, makers in one line, facts with their labels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, urlsplit

from markupsafe import Markup
from msgspec import Struct

from catalog.index import Query
from catalog.index.analysis import tokens
from catalog.index.facets import clean
from catalog.index.fields import language_in, own_language
from catalog.resource import Agent, Concept, Identifier, LearningResource, Text
from webapp import addresses
from webapp.addresses import Language
from webapp.highlight import NOTHING, Wanted, marked, snippet
from webapp.labels import Labels, icon
from webapp.reuse import Reuse, reuse
from webapp.words import Words, words

if TYPE_CHECKING:
    from catalog.catalogue import Card

_MAKERS = 3  # named on a card; the rest are counted
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_REGISTERS = {"orcid.org": "ORCID", "isni.org": "ISNI", "ror.org": "ROR", "viaf.org": "VIAF"}
_IDENTIFIER_URLS = {"doi": "https://doi.org/", "handle": "https://hdl.handle.net/"}

Role = Literal["creator", "contributor", "publisher", "provider"]


class Line(Struct, frozen=True):
    """A value with where it leads: a search of ours, or a foreign page; "" where nowhere."""

    text: str
    href: str = ""
    foreign: bool = False
    language: str = ""
    beside: Line | None = None  # where more is told of it


class Shown(Struct, frozen=True):
    """A card: what a page of results shows of a record."""

    id: str
    href: str
    title: Markup
    title_language: str  # "" where it is the page's own, or not known
    makers: str
    text: Markup
    text_language: str
    icon: str
    picture: str  # the address of one, as the source names it: not to be shown from there
    types: tuple[str, ...]
    levels: tuple[str, ...]
    languages: tuple[str, ...]
    year: str
    reuse: Reuse
    source: str
    source_href: str
    copies: int  # of the work
    sources: tuple[str, ...]  # that have one, by name
    dead: bool  # its address is known to be gone


def shown(card: Card, language: Language, labels: Labels, wanted: Wanted = NOTHING) -> Shown:
    """Return what a page shows of ``card``, with the words of the query marked."""
    resource = card.resource
    t = words(language)
    title, text = best(resource.titles, language), best(resource.descriptions, language)
    own = own_language(resource)
    read = language_in(text, own)
    return Shown(
        id=card.id,
        href=page_of(card, language),
        title=marked(title.text or t("card.untitled"), wanted, language_in(title, own)),
        title_language=foreign(title.language, language),
        makers=makers(resource, t),
        text=marked(snippet(text.text, wanted, read), wanted, read),
        text_language=foreign(text.language, language),
        icon=icon(resource.types),
        picture=resource.thumbnail,
        types=tuple(labels.of("type", code, language) for code in resource.types[:2]),
        levels=tuple(labels.of("level", code, language) for code in resource.levels[:4]),
        languages=tuple(labels.of("language", code, language) for code in resource.languages[:3]),
        year=year(resource),
        reuse=reuse(resource),
        source=labels.of("source", resource.source, language),
        source_href=addresses.path("source", language, resource.source),
        copies=card.copies,
        sources=tuple(labels.of("source", name, language) for name in card.sources),
        dead=card.link is not None and card.link.state == "dead",
    )


def page_of(card: Card, language: Language) -> str:
    """Return the path of the page of a work, or of one copy of it."""
    return addresses.path("copy" if card.work else "resource", language, card.id)


def best(texts: Iterable[Text], language: Language) -> Text:
    """Return the text in the reader's language, else the first; empty where there is none."""
    there = [text for text in texts if text.text.strip()]
    own = (text for text in there if text.language.lower().split("-")[0] == language)
    return next(own, there[0] if there else Text(""))


def foreign(tag: str, language: Language) -> str:
    """Return the tag to put in a lang attribute: "" for the page's own language and nonsense."""
    if tag.lower().split("-")[0] == language or not _TAG.fullmatch(tag):
        return ""
    return tag


def makers(resource: LearningResource, t: Words) -> str:
    """Return who made it in one line: three names, then how many more; else who publishes it."""
    agents = resource.creators or resource.publishers
    names = list(dict.fromkeys(agent.name for agent in agents if agent.name.strip()))
    line = ", ".join(names[:_MAKERS])
    more = len(names) - _MAKERS
    return f"{line} {t('card.others', number=more)}" if more > 0 else line


def year(resource: LearningResource) -> str:
    """Return the year in which it was issued, else made, else last changed."""
    by_kind = {date.kind: date.value[:4] for date in reversed(resource.dates)}
    found = (by_kind.get(kind, "") for kind in ("issued", "created", "available", "modified", ""))
    return next((value for value in found if value.isdecimal()), "")


def coded(kind: str, codes: Iterable[str], language: Language, labels: Labels) -> list[Line]:
    """Return facet values, each leading to the search for it."""
    base = addresses.path("search", language)
    return [
        Line(
            labels.of(kind, code, language),
            base + addresses.write(Query(filters={kind: (code,)})),
        )
        for code in codes
    ]


def agents(people: Iterable[Agent], role: Role, language: Language) -> list[Line]:
    """Return people and organisations, leading to our page of each, and to their ORCID or ROR."""
    return [
        Line(
            " · ".join(filter(None, (agent.name, agent.affiliation))),
            _topic_of(agent, role, language),
            beside=_identity(agent),
        )
        for agent in people
        if agent.name.strip()
    ]


def _topic_of(agent: Agent, role: Role, language: Language) -> str:
    """Return the path of the page with all that somebody made or published; "" for none.

    Of people there is one of makers alone; a publisher that is not said to be a person is counted
    as an institution, as ``catalog.index.facets`` does, and a provider is not.
    """
    name = clean(agent.name)
    if role == "provider":
        return ""
    if agent.kind == "organisation" or (role == "publisher" and not agent.kind):
        return addresses.path("institution", language, name)
    return addresses.path("person", language, name) if role == "creator" and tokens(name) else ""


def _identity(agent: Agent) -> Line | None:
    url = next(filter(None, map(addresses.web_url, agent.ids)), "")
    host = urlsplit(url).hostname or ""
    return Line(_REGISTERS.get(host.removeprefix("www."), host), url, foreign=True) if url else None


def keywords(texts: Iterable[Text], language: Language) -> list[Line]:
    """Return keywords, each leading to the search for it."""
    base = addresses.path("search", language)
    seen = {text.text: text for text in texts if text.text.strip()}
    return [
        Line(
            text.text,
            base + addresses.write(Query(text=f'"{text.text[:100]}"'.replace('""', '"'))),
            language=foreign(text.language, language),
        )
        for text in seen.values()
    ]


def concepts(terms: Iterable[Concept], language: Language) -> list[Line]:
    """Return subjects as the source says them."""
    seen = {term.label or term.id: term for term in terms if term.label or term.id}
    return [
        Line(
            name,
            addresses.web_url(term.id),
            foreign=True,
            language=foreign(term.language, language),
        )
        for name, term in seen.items()
    ]


def identifiers(names: Iterable[Identifier]) -> list[Line]:
    """Return identifiers; those that resolve lead to their resolver."""
    lines = []
    for name in names:
        resolver = _IDENTIFIER_URLS.get(name.scheme)
        href = resolver + quote(name.value, safe="/:;()") if resolver else ""
        label = name.scheme.upper() if name.scheme in {"doi", "isbn", "issn"} else ""
        href = href or addresses.web_url(name.value)
        lines.append(Line(f"{label} {name.value}".strip(), href, foreign=True))
    return lines


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a plain text."""
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
