"""One discipline, level, kind, language, institution or maker: what there is, and how much.

Each is a search that is made beforehand, so it pages, sorts and has a feed as any search; from here
a reader goes on to the search itself, where it can be narrowed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast, get_args

from flask import Flask, Response, abort, request
from msgspec import Struct
from msgspec.structs import replace

from catalog import vocabulary
from catalog.index import FacetCount, Query
from catalog.index.analysis import tokens
from catalog.index.facets import TREES, parent
from webapp import addresses
from webapp.addresses import MAX_HITS, MAX_VALUE, ROUTES, SORTS, Language
from webapp.cards import shown
from webapp.facets import COUNTED, Facets
from webapp.labels import Labels
from webapp.render import Renderer
from webapp.search import paging
from webapp.suggesting import field
from webapp.years import histogram

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue, Found

#: Kind of page -> the page with all of its sort; a maker has none, for nobody counts makers.
KINDS: Mapping[str, str] = {
    "discipline": "disciplines",
    "level": "levels",
    "type": "types",
    "language": "languages",
    "institution": "institutions",
    "person": "",
}
#: Facets of which a page shows how many there are of each, but for its own.
_COUNTED = ("level", "discipline", "type")
_MOST_BARS = 8


class Door(Struct, frozen=True):
    """A value, how many materials have it, and where they are; ``share`` is 0 to 100."""

    label: str
    count: int
    href: str
    share: int = 0


class Topic(Struct, frozen=True):
    """What a page is about; ``query`` finds all of it."""

    kind: str
    code: str
    label: str
    query: Query


def topic(kind: str, code: str, language: Language, labels: Labels) -> Topic:
    """Return what the page of ``code`` is about; nothing is asked of the catalogue."""
    if kind == "person":
        return Topic(kind, code, code, Query(text=field("maker", code)))
    return Topic(kind, code, labels.of(kind, code, language), Query(filters={kind: (code,)}))


class Topics:
    """Makes the pages."""

    def __init__(self, catalogue: Catalogue, renderer: Renderer, labels: Labels) -> None:
        self.catalogue = catalogue
        self.renderer = renderer
        self.labels = labels

    def page(self, kind: str, language: Language, code: str) -> Response:
        """Return the page of a value. What is unknown, and found nowhere, is a 404."""
        if len(code) > MAX_VALUE or (kind == "person" and not tokens(code)):
            abort(404)
        asked = addresses.read(request.args)
        about = topic(kind, code, language, self.labels)
        found, sort = self._found(about, asked, language)
        if not found.cards and (asked.page > 1 or not _known(kind, code)):
            abort(404)
        facets = Facets(about.query, language, self.labels)
        here = addresses.path(kind, language, code)
        narrower, broader = self._tree(about, found, language)

        def at(**changes: object) -> str:
            return here + addresses.write(replace(_shown_query(asked), **changes))

        return self.renderer.page(
            "site/topic.html",
            language,
            kind,
            code,
            query=_shown_query(asked),
            topic=about,
            every=KINDS[kind],
            total=found.total,
            cards=[shown(card, language, self.labels) for card in found.cards],
            broader=broader,
            narrower=narrower,
            charts={name: self._chart(name, facets, found) for name in _COUNTED if name != kind},
            years=histogram(about.query, found.facets.get("year", ()), facets.base),
            search_href=facets.base + addresses.write(about.query),
            feed=addresses.path("feed", language) + addresses.write(about.query),
            rss=addresses.path("rss", language) + addresses.write(about.query),
            hidden=addresses.chosen(about.query),
            sort=sort,
            sorts=[(each, at(sort=each, page=1)) for each in SORTS],
            paging=paging(
                asked.page,
                -(-min(found.total, MAX_HITS) // asked.size),
                lambda number: at(page=number),
            ),
            first=(asked.page - 1) * asked.size + 1,
        )

    def _found(self, about: Topic, asked: Query, language: Language) -> tuple[Found, str]:
        """Return what there is, in the order that is asked for, and the order that it has.

        The best come first as the search ranks them for the name of the topic: well described,
        in the reader's language, free to reuse. Where the name is not a word of each of them, no
        order is the best, and the newest come first.
        """
        kind, wanted = about.kind, asked.sort
        query = replace(
            about.query,
            language=language,
            sort=wanted if wanted != "relevance" or kind == "person" else "newest",
            page=asked.page,
            size=asked.size,
            facets=(*_COUNTED, "year"),
            values=COUNTED,
        )
        found = self.catalogue.search(query)
        if kind == "person" or wanted != "relevance":
            return found, wanted
        ranked = self.catalogue.search(
            replace(query, text=about.label, sort="relevance", facets=())
        )
        if ranked.total != found.total or ranked.notices:
            return found, "newest"
        return replace(found, cards=ranked.cards), wanted

    def _chart(self, name: str, facets: Facets, found: Found) -> list[Door]:
        """Return the values of a facet for a small picture: of a tree the part that people name."""
        counts = named(name, found.facets.get(name, ()))[:_MOST_BARS]
        most = max((each.count for each in counts), default=1)
        return [
            Door(each.label, each.count, each.href, max(1, round(100 * each.count / most)))
            for each in facets.values(name, counts)
        ]

    def _tree(
        self, about: Topic, found: Found, language: Language
    ) -> tuple[list[Door], list[Door]]:
        """Return what stands next below, with something in it, and what stands above, top first."""
        kind = about.kind
        if kind not in TREES:
            return [], []

        def door(code: str, count: int) -> Door:
            href = addresses.path(kind, language, code)
            return Door(self.labels.of(kind, code, language), count, href)

        above: list[str] = []
        while code := parent(kind, above[0] if above else about.code):
            above.insert(0, code)
        below = [each for each in found.facets[kind] if parent(kind, each.value) == about.code]
        return [door(e.value, e.count) for e in below], [door(code, 0) for code in above]


def _shown_query(asked: Query) -> Query:
    """Return what the address of a page says of its list: order and page, and no more."""
    return Query(sort=asked.sort, page=asked.page, size=asked.size)


def _known(kind: str, code: str) -> bool:
    """Tell whether a code is one of a vocabulary, so that its page may be empty."""
    names = ("discipline", "isced") if kind == "discipline" else (kind,)
    known = cast("Sequence[vocabulary.Name]", [n for n in names if n in get_args(vocabulary.Name)])
    return any(code in vocabulary.get(name) for name in known)


def named(facet: str, counts: Sequence[FacetCount]) -> list[FacetCount]:
    """Return the values that people know by name: disciplines; levels as havo and hbo.

    A level is shown where it stands under a top one, or where nothing under it is there; in the
    order of education, which says more than that of number.
    """
    if facet == "discipline":
        return [each for each in counts if each.value in vocabulary.get("discipline")]
    if facet != "level":
        return list(counts)
    levels = vocabulary.get("level")
    depth = {each.value: len(levels.ancestors(each.value)) for each in counts}
    filled = {levels.broader(code) for code, deep in depth.items() if deep == 1}
    order = {code: at for at, code in enumerate(levels.codes)}
    there = [
        each
        for each in counts
        if depth[each.value] == 1 or (not depth[each.value] and each.value not in filled)
    ]
    return sorted(there, key=lambda each: order.get(each.value, len(order)))


def register(app: Flask, catalogue: Catalogue, renderer: Renderer, labels: Labels) -> None:
    """Give each kind of page its address in each language."""
    topics = Topics(catalogue, renderer, labels)

    def view(kind: str) -> Callable[[Language, str], Response]:
        return lambda language, code: topics.page(kind, language, code)

    for kind in KINDS:
        for language, rule in ROUTES[kind].items():
            app.add_url_rule(
                rule, f"{kind}.{language}", view(kind), defaults={"language": language}
            )
