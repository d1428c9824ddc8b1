"""The results page: query, facets, paging and order, all of it in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, request
from msgspec import Struct
from msgspec.structs import replace

from catalog.index import Query
from webapp import addresses
from webapp.addresses import MAX_HITS, ROUTES, SORTS, Language
from webapp.cards import shown
from webapp.facets import chips, facets
from webapp.highlight import wanted
from webapp.labels import Labels
from webapp.render import Renderer
from webapp.words import words

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

_AROUND = 1  # pages shown on each side of the present one


class Paging(Struct, frozen=True):
    """Links to pages; None in ``pages`` is a gap."""

    pages: tuple[tuple[int, str] | None, ...]
    previous: str
    following: str
    last: int


def register(app: Flask, catalogue: Catalogue, renderer: Renderer, labels: Labels) -> None:
    """Give the results page its address in each language."""

    def results(language: Language) -> Response:
        query = addresses.read(request.args)
        found = catalogue.search(query)
        words_asked = wanted(query.text)
        base = addresses.path("search", language)
        t = words(language)
        notices = list(found.notices)
        if addresses.was_cut(request.args) and "query.cut" not in notices:
            notices.append("query.cut")
        return renderer.page(
            "site/results.html",
            language,
            "search",
            query=query,
            total=found.total,
            cards=[shown(card, language, labels, words_asked) for card in found.cards],
            facets=facets(query, found.facets, language, labels),
            chips=chips(query, language, labels),
            notices=[text for text in (t.find(f"notice.{code}") for code in notices) if text],
            paging=paging(query, found.total, base),
            sorts=[
                (sort, base + addresses.write(replace(query, sort=sort, page=1))) for sort in SORTS
            ],
            cleared=base + addresses.write(Query(text=query.text, sort=query.sort)),
            hidden=addresses.chosen(query),
            first=(query.page - 1) * query.size + 1,
        )

    for language, rule in ROUTES["search"].items():
        app.add_url_rule(rule, f"search.{language}", results, defaults={"language": language})


def paging(query: Query, total: int, base: str) -> Paging:
    """Return the links to the first and last pages, and to those round the present one."""
    last = max(1, -(-min(total, MAX_HITS) // query.size))

    def address(page: int) -> str:
        return base + addresses.write(replace(query, page=page))

    near = {query.page + step for step in range(-_AROUND, _AROUND + 1)}
    kept = sorted(page for page in {1, last, *near} if 1 <= page <= last)
    links: list[tuple[int, str] | None] = []
    for page in kept:
        before = links[-1][0] if links and links[-1] else 0
        if page - before > 1 and before:
            links.append(None)
        links.append((page, address(page)))
    return Paging(
        pages=tuple(links),
        previous=address(min(query.page - 1, last)) if query.page > 1 else "",
        following=address(query.page + 1) if query.page < last else "",
        last=last,
    )
