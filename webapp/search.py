"""The results page: query, facets, paging and order, all of it in the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from msgspec import Struct
from msgspec.structs import replace

from catalog.index import FACETS, Query
from catalog.index.analysis import tokens
from catalog.index.query import EMPTY, RELAXED
from webapp import addresses, cartridges, framing
from webapp.addresses import MAX_HITS, ROUTES, SORTS, Language
from webapp.cards import shown
from webapp.facets import COUNTED, Facets, few
from webapp.helping import Help, Helper
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
        query = replace(addresses.read(request.args), facets=FACETS)
        found = catalogue.search(replace(query, values=COUNTED, long=few(query), language=language))
        meant = replace(query, text=found.text or query.text)
        words_asked = wanted(meant.text, language, catalogue.own)
        at = framing.at()
        facets = Facets(query, language, labels, at)
        base = facets.base
        t = words(language)
        helper = Helper(catalogue, meant, language, labels, at)
        relaxed = RELAXED in found.notices
        if found.total and query.page == 1 and not relaxed and not found.text:
            catalogue.popular.note(query.text)
        notices = list(found.notices)
        if addresses.was_cut(request.args) and "query.cut" not in notices:
            notices.append("query.cut")
        return renderer.page(
            "site/results.html",
            language,
            "search",
            query=query,
            meant="" if EMPTY in notices else meant.text,
            misspelt=misspelt(query.text, found.text),
            literal=base + addresses.write(replace(query, literal=True, page=1)),
            total=found.total,
            cards=[shown(card, language, labels, words_asked) for card in found.cards],
            groups=facets.groups(found.facets),
            chips=facets.chips(),
            notices=[text for text in (t.find(f"notice.{code}") for code in notices) if text],
            paging=paging(
                query.page,
                -(-min(found.total, MAX_HITS) // query.size),
                lambda page: base + addresses.write(replace(query, page=page)),
            ),
            sorts=[
                (sort, base + addresses.write(replace(query, sort=sort, page=1))) for sort in SORTS
            ],
            other_grain=base + addresses.write(replace(query, copies=not query.copies, page=1)),
            cleared=base
            + addresses.write(Query(text=query.text, sort=query.sort, copies=query.copies)),
            hidden=addresses.hidden(query),
            hidden_years=addresses.hidden(query, but="year"),
            first=(query.page - 1) * query.size + 1,
            relaxed=helper.relaxed() if relaxed else None,
            help=helper.help(found) if query.page == 1 and query.text else Help(),
            feed=addresses.path("feed", language)
            + addresses.write(replace(query, page=1, size=addresses.SIZE)),
            rss=addresses.path("rss", language)
            + addresses.write(replace(query, page=1, size=addresses.SIZE)),
            most_packed=cartridges.MOST,
            cartridge_href=addresses.path("cartridge", language)
            + addresses.write(replace(query, page=1, size=addresses.SIZE)),
            embed_href=addresses.path("embed", language)
            + addresses.write(Query(text=query.text, filters=query.filters, without=query.without)),
            why_tail=addresses.write(replace(query, page=1)) if query.text else "",
        )

    for language, rule in ROUTES["search"].items():
        app.add_url_rule(rule, f"search.{language}", results, defaults={"language": language})


def misspelt(typed: str, meant: str) -> tuple[str, ...]:
    """Return the typed words for which others were searched; none where ``meant`` is ""."""
    pairs = zip(tokens(typed), tokens(meant), strict=False)
    return tuple(dict.fromkeys(one for one, other in pairs if one != other))


def paging(page: int, pages: int, address: Callable[[int], str]) -> Paging:
    """Return the links to the first and last of so many pages, and to those round this one."""
    last = max(1, pages)
    near = {page + step for step in range(-_AROUND, _AROUND + 1)}
    kept = sorted(number for number in {1, last, *near} if 1 <= number <= last)
    links: list[tuple[int, str] | None] = []
    for number in kept:
        before = links[-1][0] if links and links[-1] else 0
        if number - before > 1 and before:
            links.append(None)
        links.append((number, address(number)))
    return Paging(
        pages=tuple(links),
        previous=address(min(page - 1, last)) if page > 1 else "",
        following=address(page + 1) if page < last else "",
        last=last,
    )
