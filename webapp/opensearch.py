"""OpenSearch 1.1 (draft 6): the search box of a browser, and suggestions under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from flask import Flask, Response, request
from lxml import etree
from lxml.builder import ElementMaker

from catalog.config import Site
from webapp import addresses, suggesting
from webapp.addresses import MAX_TEXT, ROUTES, Language
from webapp.atom import clean
from webapp.words import words

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

_MEDIA_TYPE = "application/opensearchdescription+xml"
_SUGGESTIONS = "application/x-suggestions+json"
_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
_MAKER = ElementMaker(namespace=_NAMESPACE, nsmap={None: _NAMESPACE})
_SHORT, _LONG, _TOLD = 16, 48, 1024  # characters of ShortName, LongName and Description at most
_DAY = 24 * 3600


def register(app: Flask, catalogue: Catalogue, site: Site) -> None:
    """Give the description and the suggestions their address in each language."""

    def description(language: Language) -> Response:
        headers = {"Cache-Control": f"public, max-age={_DAY}"}
        return Response(_described(site, language), headers=headers, content_type=_MEDIA_TYPE)

    def suggestions(language: Language) -> Response:
        typed = addresses.text(request.args, "q")[:MAX_TEXT]
        found = catalogue.suggest(typed, suggesting.USUAL)
        texts = [each.text for each in found]
        urls = [site.url + suggesting.address(each, language) for each in found]
        body = msgspec.json.encode([typed, texts, [""] * len(texts), urls])
        return Response(body, content_type=_SUGGESTIONS)

    views = {"opensearch": description, "suggestions": suggestions}
    for page, view in views.items():
        for language, rule in ROUTES[page].items():
            app.add_url_rule(rule, f"{page}.{language}", view, defaults={"language": language})


def _described(site: Site, language: Language) -> bytes:
    title, t = clean(site.title), words(language)
    urls = (
        ("results", "text/html", "search", "?q={searchTerms}&page={startPage?}&size={count?}"),
        ("results", "application/atom+xml", "feed",
         "?q={searchTerms}&page={startPage?}&size={count?}"),
        ("results", "application/rss+xml", "rss",
         "?q={searchTerms}&page={startPage?}&size={count?}"),
        ("suggestions", _SUGGESTIONS, "suggestions", "?q={searchTerms}"),
        ("self", _MEDIA_TYPE, "opensearch", ""),
    )  # fmt: skip
    root = _MAKER(
        "OpenSearchDescription",
        _MAKER("ShortName", title[:_SHORT]),
        _MAKER("LongName", title[:_LONG]),
        _MAKER("Description", t("site.description")[:_TOLD]),
        _MAKER("Contact", site.contact),
        *(
            _MAKER(
                "Url",
                rel=rel,
                type=kind,
                template=site.url + addresses.path(page, language) + tail,
            )
            for rel, kind, page, tail in urls
        ),
        _MAKER("Image", f"{site.url}/static/icon.svg", type="image/svg+xml"),
        _MAKER("Language", language),
        _MAKER("InputEncoding", "UTF-8"),
        _MAKER("OutputEncoding", "UTF-8"),
    )
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")
