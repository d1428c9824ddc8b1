"""Any search as a feed, Atom or RSS 2.0, in pages (RFC 5005): the same parameters, newest first.

Where a search says no order, its feed has the newest first: who follows it looks at nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, get_args

from flask import Flask, Response, request
from msgspec.structs import replace

from catalog import vocabulary
from catalog.config import Settings
from catalog.index import FACETS, Query
from webapp import addresses, atom, cards, rss
from webapp.addresses import MAX_HITS, ROUTES, Language
from webapp.facets import Facets
from webapp.feeds import Category, Entry, Feed
from webapp.highlight import NOTHING, snippet
from webapp.labels import Labels
from webapp.reuse import reuse
from webapp.words import words

if TYPE_CHECKING:
    from catalog.catalogue import Card, Catalogue, Found

#: Atom and RSS, by the names of their pages.
Kind = Literal["feed", "rss"]
SIZE = 30  # entries, where the address does not say how many
_SUMMARY = 600  # characters
_AUTHORS = 10
#: Vocabulary -> the field of a record with its codes.
_CATEGORIES: dict[vocabulary.Name, str] = {
    "type": "types",
    "level": "levels",
    "discipline": "disciplines",
}


class Feeds:
    """Makes feeds of searches."""

    def __init__(self, catalogue: Catalogue, settings: Settings) -> None:
        self.catalogue = catalogue
        self.site = settings.site
        self.labels = Labels(settings)

    def feed(self, language: Language, kind: Kind) -> Response:
        """Return the feed that the query string asks for."""
        query = replace(addresses.read(request.args), facets=())
        if not request.args.get("sort"):
            query = replace(query, sort="newest")
        if not request.args.get("size"):
            query = replace(query, size=SIZE)
        found = self.catalogue.search(replace(query, language=language))
        feed = self._envelope(query, found, language, kind)
        entries = (self._entry(card, language) for card in found.cards)
        if kind == "rss":
            return rss.answer(feed, entries)
        return atom.answer(feed, map(atom.entry, entries))

    def _envelope(self, query: Query, found: Found, language: Language, kind: Kind) -> Feed:
        meant = replace(query, text=found.text or query.text)
        site, facets = self.site, Facets(meant, language, self.labels)
        first = replace(query, page=1, size=addresses.SIZE, facets=FACETS)
        about = facets.about() or words(language)("results.title")
        last = max(1, min(-(-found.total // query.size), MAX_HITS // query.size))
        pages = {"first": 1, "previous": query.page - 1, "next": query.page + 1, "last": last}
        here = site.url + addresses.path(kind, language)
        return Feed(
            id=here + _tail(replace(first, size=SIZE, sort="newest")),
            title=f"{about} - {site.title}",
            author=site.title,
            updated=max((card.changed for card in found.cards), default=""),
            page=site.url + facets.base + addresses.write(first),
            here=here + _tail(query),
            language=language,
            links={
                rel: here + _tail(replace(query, page=page))
                for rel, page in pages.items()
                if 1 <= page <= last
            },
            counts={
                "totalResults": found.total,
                "startIndex": (query.page - 1) * query.size + 1,
                "itemsPerPage": query.size,
            },
        )

    def _entry(self, card: Card, language: Language) -> Entry:
        resource, site = card.resource, self.site
        title, text = (
            cards.best(each, language) for each in (resource.titles, resource.descriptions)
        )
        names = [agent.name for agent in resource.creators if agent.name.strip()]
        allowed = reuse(resource)
        said = (words(language)(f"licence.{allowed.kind}"), allowed.name)
        return Entry(
            # one record is one entry, whatever the language of the feed
            id=site.url + cards.page_of(card, site.language),
            title=title.text or words(language)("card.untitled"),
            title_language=cards.foreign(title.language, language),
            updated=card.changed,
            published=card.harvested,
            page=site.url + cards.page_of(card, language),
            authors=tuple(names[:_AUTHORS]),
            categories=tuple(self._categories(card, language)),
            rights=" - ".join(filter(None, said)),
            summary=snippet(text.text, NOTHING, length=_SUMMARY),
            summary_language=cards.foreign(text.language, language),
            via=addresses.web_url(resource.url),
            licence=addresses.web_url(allowed.url),
        )

    def _categories(self, card: Card, language: Language) -> Iterator[Category]:
        for kind, field in _CATEGORIES.items():
            for code in getattr(card.resource, field):
                label = self.labels.of(kind, code, language)
                yield Category(code, vocabulary.get(kind).uri, label)


def _tail(query: Query) -> str:
    """Return the query string of a feed: it says what is usual for a page, and not what is here."""
    more: dict[str, str] = {}
    if query.sort == "relevance":
        more["sort"] = query.sort
    if query.size == addresses.SIZE:
        more["size"] = str(query.size)
    plain = replace(
        query,
        sort="relevance" if query.sort == "newest" else query.sort,
        size=addresses.SIZE if query.size == SIZE else query.size,
        facets=FACETS,
    )
    return addresses.write(plain, more)


def register(app: Flask, catalogue: Catalogue, settings: Settings) -> None:
    """Give the feeds of searches their address in each language."""
    feeds = Feeds(catalogue, settings)
    for kind in get_args(Kind):
        for language, rule in ROUTES[kind].items():
            usual = {"language": language, "kind": kind}
            app.add_url_rule(rule, f"{kind}.{language}", feeds.feed, defaults=usual)
