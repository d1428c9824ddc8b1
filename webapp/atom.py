"""Atom (RFC 4287): the envelope of every feed, and what XML cannot hold taken out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Response
from lxml import etree
from lxml.builder import ElementMaker
from msgspec import Struct

from webapp.addresses import Language

#: The first instant there is, for a feed in which nothing has happened yet: it has to name one.
_NEVER = "1970-01-01T00:00:00Z"
#: Where a search answers as a feed, how much of it there is (OpenSearch 1.1, response elements).
_OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
_ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
#: What XML 1.0 cannot hold (2.2).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_MAKER = ElementMaker(namespace=_ATOM, nsmap={None: _ATOM, "os": _OPENSEARCH})


class Feed(Struct, frozen=True, kw_only=True):
    """The envelope; ``page`` is the same for people, and ``here`` the feed itself, as addresses.

    ``links`` are those to its other pages (RFC 5005) by relation, ``counts`` the elements of
    OpenSearch by name.
    """

    id: str
    title: str
    author: str
    updated: str
    page: str
    here: str
    language: Language
    links: Mapping[str, str] = {}
    counts: Mapping[str, int] = {}


def element(name: str, text: str = "", *, language: str = "", **attributes: str) -> Any:
    """Return an element of Atom; what XML cannot hold is replaced in its text and attributes."""
    tongue = {_LANGUAGE: language} if language else {}
    said = {key: clean(value) for key, value in attributes.items()}
    return _MAKER(name, *([clean(text)] if text else []), {**tongue, **said})


def person(name: str) -> Any:
    """Return an author."""
    author = _MAKER("author")
    author.append(element("name", name))
    return author


def answer(feed: Feed, entries: Iterable[Any]) -> Response:
    """Return the feed with its entries."""
    root = _MAKER("feed", {_LANGUAGE: feed.language})
    root.extend(
        [
            element("id", feed.id),
            element("title", feed.title),
            element("updated", feed.updated or _NEVER),
            person(feed.author),
            element("link", rel="alternate", type="text/html", hreflang=feed.language,
                    href=feed.page),
            element("link", rel="self", type="application/atom+xml", href=feed.here),
            *(element("link", rel=rel, type="application/atom+xml", href=href)
              for rel, href in feed.links.items()),
            *(_count(name, number) for name, number in feed.counts.items()),
            *entries,
        ]
    )  # fmt: skip
    body = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def _count(name: str, number: int) -> Any:
    made = etree.Element(f"{{{_OPENSEARCH}}}{name}")
    made.text = str(number)
    return made


def clean(text: str) -> str:
    """Return a text with what XML cannot hold replaced."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
