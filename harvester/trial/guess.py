"""What kind of source is at an address: asked as OAI-PMH first, then looked at."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from msgspec import Struct, field

from harvester import sitemaps
from harvester.files.records import kind_of
from harvester.oai.asking import without_verb
from harvester.oai.page import UnreadableError, read
from harvester.trial import api
from harvester.trial.questions import Answer, Conversation, Question

_OK = range(200, 300)
_CLOSED = (401, 403)
_BLANKS = b" \t\r\n\xef\xbb\xbf"
_FEED = re.compile(
    rb"\A\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<\?[^>]*>\s*)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL
)
_HTML = re.compile(rb"<!doctype html|<html", re.IGNORECASE)
_FEED_LINK = re.compile(
    rb"<link\b[^>]*type=[\"']application/(?:rss|atom)\+xml[\"'][^>]*>", re.IGNORECASE
)
_HREF = re.compile(rb"href=[\"']([^\"'>]+)[\"']", re.IGNORECASE)
_BLOCK = re.compile(rb"application/ld\+json", re.IGNORECASE)


class Guess(Struct, frozen=True):
    """``kind`` "": none could be told, and ``why`` says what is there instead."""

    kind: str
    url: str
    why: str
    entry: dict[str, Any] = field(default_factory=dict)  # further keys for config.toml


def guess(url: str) -> Conversation[Guess]:
    """Find out what is at ``url``."""
    parts = urlsplit(url)
    base = parts._replace(query=without_verb(parts.query), fragment="").geturl()
    answer = yield Question(base + ("&" if "?" in base else "?") + "verb=Identify")
    if _speaks_oai(answer):
        return Guess("oai_pmh", base, "it answers OAI-PMH's Identify")
    answer = yield Question(url)
    if answer.trouble or answer.status not in _OK:
        return Guess("", url, answer.trouble or _refusal(url, answer))
    found = _look(url, answer)
    if found:
        return found
    if not _HTML.search(answer.body[:2000]):
        return Guess("", url, f"{url} is nothing that we read: {answer.media_type or 'unnamed'}")
    return (yield from _of_site(url, answer))


def _refusal(url: str, answer: Answer) -> str:
    if answer.status in _CLOSED:
        return (
            f"{url} answers {answer.status}: it is closed to visitors; where it wants a key, "
            "describe it in config.toml with secret_headers, and try it by its name"
        )
    return f"{url} answers {answer.status}"


def _of_site(url: str, page: Answer) -> Conversation[Guess]:
    """Look whether a web page belongs to a site with a sitemap, or names a feed."""
    root = urljoin(url, "/")
    robots = yield Question(urljoin(root, "robots.txt"))
    if robots.status in _OK and re.search(rb"(?im)^\s*sitemap\s*:", robots.body):
        return Guess("sitemap", root, "its robots.txt names a sitemap")
    answer = yield Question(urljoin(root, "sitemap.xml"))
    if answer.status in _OK and _is_sitemap(answer.body):
        return Guess("sitemap", answer.url, "the site has a sitemap.xml")
    link = _FEED_LINK.search(page.body)
    href = _HREF.search(link[0]) if link else None
    if href:
        return Guess(
            "feed", urljoin(url, href[1].decode("utf-8", "replace")), "the page names a feed"
        )
    also = ", though the page has JSON-LD" if _BLOCK.search(page.body) else ""
    return Guess("", url, f"{url} is a web page without OAI-PMH, sitemap or feed{also}")


def _look(url: str, answer: Answer) -> Guess | None:
    """Tell what an answer is by its own words."""
    if _FEED.match(answer.body[:4000].removeprefix(b"\xef\xbb\xbf")):
        return Guess("feed", url, "it is an RSS or Atom feed")
    if _is_sitemap(answer.body):
        return Guess("sitemap", url, "it is a sitemap")
    if _HTML.search(answer.body[:2000]):
        return None
    return _of_api(url, answer) or _of_file(url, answer.body)


def _of_api(url: str, answer: Answer) -> Guess | None:
    if not answer.body.lstrip(_BLANKS).startswith((b"{", b"[")):
        return None
    found = api.recognise(answer)
    if found is None:
        return None
    if found.entry is None:
        return Guess("", url, f"{url}: {found.why}")
    return Guess("rest", url, found.why, found.entry)


def _of_file(url: str, body: bytes) -> Guess | None:
    if kind_of(io.BytesIO(body)) or body.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        return Guess("files", url, "it is a file of records")
    return None


def _speaks_oai(answer: Answer) -> bool:
    try:
        page = read(answer.body, source="trial", url=answer.url, media_type=answer.media_type)
    except UnreadableError:
        return False
    return page.identify is not None or page.error is not None


def _is_sitemap(body: bytes) -> bool:
    if b"<urlset" not in body[:2000] and b"<sitemapindex" not in body[:2000]:
        return False
    try:
        sitemaps.read(body)
    except sitemaps.UnreadableSitemapError:
        return False
    return True
