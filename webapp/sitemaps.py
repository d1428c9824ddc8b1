"""What there is to read for robots: robots.txt, and sitemaps (sitemaps.org 0.9) of every page.

The index names as many sitemaps of works as keep each small. Which works stand in which follows
from their ids: a page of it is one range in the store, however many there are.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from flask import Flask, Response, abort

from catalog.config import Settings
from webapp import addresses
from webapp.addresses import API, LANGUAGES, ROUTES

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

INDEX = "/sitemap.xml"
#: Works in one sitemap, about; each has an address in either language (50,000 addresses at most).
FULL = 10_000
_DEEPEST = 2  # digits of an id: 256 sitemaps
_DIGITS = "0123456789abcdef"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
_NAME = re.compile(rf"works(?:-([{_DIGITS}]{{1,{_DEEPEST}}}))?")
_PAGES = ("home", "disciplines", "levels", "types", "languages", "institutions", "sources",
          "help", "about", "licences", "api")  # fmt: skip
#: Searches have no end: robots get the pages of materials, and those that gather some.
_CLOSED = ("search", "why", "report", "suggestions")


def register(app: Flask, catalogue: Catalogue, settings: Settings) -> None:
    """Give robots what they ask for."""
    site = settings.site.url

    def robots() -> Response:
        """Keep robots out of the endless combinations of facets, and let them into the rest."""
        closed = [ROUTES[page][each].partition("<")[0] for page in _CLOSED for each in LANGUAGES]
        closed += [f"{API}/", "/dump/", "/embed", "/sru", "/ims/", "/lti/"]
        rules = [f"Disallow: {path}" for path in closed]
        text = "\n".join(["User-agent: *", *rules, "", f"Sitemap: {site}{INDEX}", ""])
        return Response(text, content_type="text/plain; charset=utf-8")

    def index() -> Response:
        digits = depth(catalogue.store.map.size())
        changed = catalogue.store.map.changed(digits)
        maps = [f"<sitemap><loc>{_loc(site + '/sitemap/pages.xml')}</loc></sitemap>"]
        for start in map("".join, itertools.product(_DIGITS, repeat=digits)):
            if start in changed:
                there = f"{site}/sitemap/works{'-' if start else ''}{start}.xml"
                maps.append(
                    f"<sitemap><loc>{_loc(there)}</loc>{_lastmod(changed[start])}</sitemap>"
                )
        return _answer("sitemapindex", maps)

    def pages() -> Response:
        found = [(page, "", "") for page in _PAGES]
        found += [("source", each.name, "") for each in catalogue.sources() if each.records]
        return _answer("urlset", _urls(site, found))

    def works(name: str) -> Response:
        asked = _NAME.fullmatch(name)
        start = asked[1] or "" if asked else ""
        if not asked or len(start) < depth(catalogue.store.map.size()):
            abort(404)
        found = catalogue.store.map.works(start)
        return _answer("urlset", _urls(site, (("resource", w.id, w.changed) for w in found)))

    app.add_url_rule("/robots.txt", "robots", robots)
    app.add_url_rule(INDEX, "sitemap", index)
    app.add_url_rule("/sitemap/pages.xml", "sitemap.pages", pages)
    app.add_url_rule("/sitemap/<name>.xml", "sitemap.works", works)


def depth(works: int) -> int:
    """Return by how many digits of their ids so many works are divided."""
    return next((d for d in range(_DEEPEST) if works <= FULL * len(_DIGITS) ** d), _DEEPEST)


def _urls(site: str, pages: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Yield (page, value, changed) in each language, each naming the others."""
    for page, value, changed in pages:
        there = {each: _loc(site + addresses.path(page, each, value)) for each in LANGUAGES}
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{each}" href="{address}"/>'
            for each, address in there.items()
        )
        lastmod = _lastmod(changed)
        for address in there.values():
            yield f"<url><loc>{address}</loc>{lastmod}{others}</url>"


def _loc(address: str) -> str:
    return escape(address, {'"': "&quot;"})


def _lastmod(changed: str) -> str:
    return f"<lastmod>{changed}</lastmod>" if changed else ""


def _answer(root: str, inside: Iterable[str]) -> Response:
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}"'
    body = "\n".join([f'{head} xmlns:xhtml="{_XHTML}">', *inside, f"</{root}>\n"])
    return Response(body, content_type="application/xml; charset=utf-8")
