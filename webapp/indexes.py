"""Home, and the pages with all disciplines, levels, kinds, languages, institutions and sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from msgspec import Struct
from werkzeug.datastructures import MultiDict

from catalog import vocabulary
from catalog.index import FacetCount, Query, SearchError
from catalog.index.facets import TREES, parent
from webapp import addresses
from webapp.addresses import ROUTES, Language
from webapp.cards import shown
from webapp.facets import COUNTED
from webapp.labels import Labels
from webapp.long_facets import ORDERS, SIZE, listing
from webapp.render import Renderer
from webapp.search import paging
from webapp.topics import KINDS, Door, named

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue, Found

_NEWEST = 6
#: The ground of the search box, which a browser else meets when it has read the style sheet.
_GROUND = "</static/contours.svg>; rel=preload; as=image"
_BROWSED = ("discipline", "level", "type")
_LISTED = ("find", "order", "page")  # what an index reads of its query string


class Branch(Struct, frozen=True):
    """A value of a tree with what stands under it."""

    door: Door
    below: list[Branch]


class Indexes:
    """The views; each is handed the language of its address."""

    def __init__(self, catalogue: Catalogue, renderer: Renderer, labels: Labels) -> None:
        self.catalogue = catalogue
        self.renderer = renderer
        self.labels = labels

    def home(self, language: Language) -> Response:
        """Search first; then what there is, and what came last. Needs no index."""
        try:
            found = self.catalogue.search(Query(size=1, facets=_BROWSED, values=COUNTED))
        except SearchError:
            found = None
        sources = self.catalogue.sources()
        page = self.renderer.page(
            "site/home.html",
            language,
            "home",
            total=found.total if found else sum(source.works for source in sources),
            copies=sum(source.records for source in sources),
            browse={kind: self._top(kind, found, language) for kind in _BROWSED},
            every=KINDS,
            sources=[source for source in sources if source.records],
            newest=[shown(card, language, self.labels) for card in self.catalogue.newest(_NEWEST)],
        )
        page.headers["Link"] = _GROUND
        return page

    def sources(self, language: Language) -> Response:
        """All sources, in the order of the settings; those that have nothing yet come last."""
        sources = sorted(self.catalogue.sources(), key=lambda source: not source.records)
        return self.renderer.page(
            "site/index.html", language, "sources", kind="source", sources=sources
        )

    def tree(self, kind: str, language: Language) -> Response:
        """All values of a tree that have materials; what stands under them with them."""
        query = Query(size=1, facets=(kind,), values=COUNTED)
        counts = self.catalogue.search(query).facets[kind]
        return self.renderer.page(
            "site/index.html",
            language,
            KINDS[kind],
            kind=kind,
            branches=self._branches(kind, _ordered(kind, counts), language),
        )

    def flat(self, kind: str, language: Language) -> Response:
        """All values of a facet, a hundred a page: most first or by name, and to look through."""
        args = MultiDict({name: request.args[name] for name in _LISTED if name in request.args})

        def count(query: Query) -> Sequence[FacetCount]:
            return self.catalogue.search(query).facets[kind]

        found = listing(args, kind, lambda f, v: self.labels.of(f, v, language), count)
        here = addresses.path(KINDS[kind], language)
        return self.renderer.page(
            "site/index.html",
            language,
            KINDS[kind],
            query=found.query,
            more=found.more(found.page, found.order),
            kind=kind,
            found=found,
            doors=self._doors(kind, found.values, language),
            orders=[(order, here + found.tail(1, order)) for order in ORDERS],
            paging=paging(
                found.page,
                -(-found.total // SIZE),
                lambda page: here + found.tail(page, found.order),
            ),
        )

    def _top(self, kind: str, found: Found | None, language: Language) -> list[Door]:
        """Return the doors that people know by name; without an index there are none."""
        counts = found.facets.get(kind, ()) if found else ()
        return self._doors(kind, named(kind, counts), language)

    def _doors(self, kind: str, counts: Sequence[FacetCount], language: Language) -> list[Door]:
        return [
            Door(
                self.labels.of(kind, each.value, language),
                each.count,
                addresses.path(kind, language, each.value),
            )
            for each in counts
        ]

    def _branches(
        self, kind: str, counts: Sequence[FacetCount], language: Language
    ) -> list[Branch]:
        there = {each.value for each in counts}
        below: dict[str, list[FacetCount]] = {}
        for each in counts:
            above = parent(kind, each.value)
            below.setdefault(above if above in there else "", []).append(each)

        def grown(under: str) -> list[Branch]:
            doors = self._doors(kind, below.get(under, ()), language)
            return [
                Branch(door, grown(each.value))
                for door, each in zip(doors, below.get(under, ()), strict=True)
            ]

        return grown("")


def _ordered(kind: str, counts: Sequence[FacetCount]) -> list[FacetCount]:
    """Return levels in the order of education; of the rest, most first."""
    if kind != "level":
        return list(counts)
    order = {code: at for at, code in enumerate(vocabulary.get("level").codes)}
    return sorted(counts, key=lambda each: order.get(each.value, len(order)))


def register(app: Flask, catalogue: Catalogue, renderer: Renderer, labels: Labels) -> None:
    """Give home and each index their address in each language."""
    indexes = Indexes(catalogue, renderer, labels)

    def view(kind: str) -> Callable[[Language], Response]:
        make = indexes.tree if kind in TREES else indexes.flat
        return lambda language: make(kind, language)

    views: dict[str, Callable[[Language], Response]] = {
        "home": indexes.home,
        "sources": indexes.sources,
    }
    views |= {page: view(kind) for kind, page in KINDS.items() if page}
    for page, made in views.items():
        for language, rule in ROUTES[page].items():
            app.add_url_rule(
                rule,
                f"{page}.{language}",
                made,
                defaults={"language": language},
                strict_slashes=False,
            )
