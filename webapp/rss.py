"""RSS 2.0, for the readers that know no Atom; by the profile of the RSS Advisory Board.

A title is plain text there, and a description is HTML: what might be markup in ours is escaped
once more, so that it is read as the text that it is.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from flask import Response
from lxml.etree import Element, SubElement, tostring

from webapp import atom
from webapp.feeds import OPENSEARCH, Entry, Feed

_MEDIA_TYPE = "application/rss+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_LICENCE = "http://backend.userland.com/creativeCommonsRssModule"
_NAMESPACES = {"atom": _ATOM, "dc": _DC, "os": OPENSEARCH, "creativeCommons": _LICENCE}


def answer(feed: Feed, entries: Iterable[Entry]) -> Response:
    """Return the feed with its entries."""
    root = Element("rss", {"version": "2.0"}, _NAMESPACES)
    channel = SubElement(root, "channel")
    _add(channel, "title", _plain(feed.title))
    _add(channel, "link", feed.page)
    _add(channel, "description", html.escape(f"{feed.title} ({feed.author})", quote=False))
    _add(channel, "language", feed.language)
    _add(channel, "lastBuildDate", instant(feed.updated))
    for rel, href in {"self": feed.here, **feed.links}.items():
        SubElement(channel, f"{{{_ATOM}}}link", {"rel": rel, "type": _MEDIA_TYPE, "href": href})
    channel.extend(atom.counts(feed))
    for entry in entries:
        _item(channel, entry)
    body = tostring(root, xml_declaration=True, encoding="utf-8")
    return Response(body, content_type=f"{_MEDIA_TYPE}; charset=utf-8")


def instant(said: str) -> str:
    """Return an instant of ISO 8601 in UTC as RFC 822 has it, "" of what is none."""
    try:
        return format_datetime(datetime.fromisoformat(said), usegmt=True)
    except ValueError:
        return ""


def _item(channel: Any, entry: Entry) -> None:
    item = SubElement(channel, "item")
    _add(item, "title", _plain(entry.title))
    _add(item, "link", entry.page)
    _add(item, "guid", entry.id).set("isPermaLink", "true")
    _add(item, "pubDate", instant(entry.published))
    _add(item, "description", html.escape(entry.summary, quote=False))
    for author in entry.authors:
        _add(item, f"{{{_DC}}}creator", _plain(author))
    for category in entry.categories:
        _add(item, "category", _plain(category.label)).set("domain", category.scheme)
    _add(item, f"{{{_DC}}}rights", _plain(entry.rights))
    _add(item, f"{{{_LICENCE}}}license", entry.licence)


def _add(parent: Any, tag: str, text: str) -> Any:
    """Add an element, unless it has nothing to say; what XML cannot hold is replaced."""
    element = Element(tag)
    element.text = atom.clean(text)
    if text:
        parent.append(element)
    return element


def _plain(text: str) -> str:
    """Return a plain text, escaped where who takes it for HTML would read something else."""
    same = "<" not in text and html.unescape(text) == text
    return text if same else html.escape(text, quote=False)
