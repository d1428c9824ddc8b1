"""Atom (RFC 4287), and what XML cannot hold taken out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Response
from lxml import etree
from lxml.builder import ElementMaker

from webapp.feeds import OPENSEARCH, Entry, Feed

#: The first instant there is, for a feed in which nothing has happened yet: it has to name one.
_NEVER = "1970-01-01T00:00:00Z"
_ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
#: What XML 1.0 cannot hold (2.2).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_MAKER = ElementMaker(namespace=_ATOM, nsmap={None: _ATOM, "os": OPENSEARCH})


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


def entry(said: Entry) -> Any:
    """Return the entry of a material."""
    made = element("entry")
    made.extend(
        [
            element("id", said.id),
            element("title", said.title, language=said.title_language),
            element("updated", said.updated),
            element("published", said.published),
            element("link", rel="alternate", type="text/html", href=said.page),
            *map(person, said.authors),
            *(element("category", term=each.term, scheme=each.scheme, label=each.label)
              for each in said.categories),
            element("rights", said.rights),
        ]
    )  # fmt: skip
    if said.summary:
        made.append(element("summary", said.summary, language=said.summary_language, type="text"))
    # where it comes from (RFC 4287, 4.2.7.2), and what may be done with it (RFC 4946)
    for rel, href in (("via", said.via), ("license", said.licence)):
        if href:
            made.append(element("link", rel=rel, href=href))
    return made


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
            *counts(feed),
            *entries,
        ]
    )  # fmt: skip
    body = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return Response(body, content_type="application/atom+xml; charset=utf-8")


def counts(feed: Feed) -> Iterator[Any]:
    """Yield the elements that tell how much of a search is in a feed, of either kind."""
    for name, number in feed.counts.items():
        made = etree.Element(f"{{{OPENSEARCH}}}{name}")
        made.text = str(number)
        yield made


def clean(text: str) -> str:
    """Return a text with what XML cannot hold replaced."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
