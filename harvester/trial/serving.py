"""How a server serves what is no OAI-PMH: sitemaps, feeds and files, asked a few things each."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from protego import Protego

from catalog.config import AnySource, FeedSource, FilesSource, SitemapSource
from harvester import sitemaps
from harvester.jsonld import same_site
from harvester.net import AGENT
from harvester.site.soft404 import impossible
from harvester.trial.outcome import Checks
from harvester.trial.questions import Answer, Conversation, Question

_OK = range(200, 300)
_GONE = (404, 410)
_NOT_MODIFIED = 304
#: W3C-DTF, as sitemaps.org wants lastmod: from a year to the second and its parts.
_LASTMOD = re.compile(
    r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?", re.ASCII
)
_LARGEST_SITEMAP = 50_000  # addresses (sitemaps.org)
_XML = re.compile(r"(?:application|text)/(?:[\w.+-]+\+)?xml\b|text/plain", re.IGNORECASE)


def conversation(source: AnySource, most: int) -> Conversation[Checks] | None:
    """Return what there is to ask a source of this kind, or None where that is nothing.

    ``most`` is how many bytes one answer may have.
    """
    if isinstance(source, SitemapSource):
        return _site(source)
    if isinstance(source, FeedSource):
        return _kept_up(source.url, "feed")
    if isinstance(source, FilesSource) and source.url.startswith(("http://", "https://")):
        return _file(source, most)
    return None


def _site(source: SitemapSource) -> Conversation[Checks]:
    found = Checks()
    robots, named = yield from _robots(source, found)
    root = urlsplit(source.url).path in ("", "/")
    start = source.url if not root else (named or [urljoin(source.url, "/sitemap.xml")])[0]
    pages = yield from _sitemap(start, found)
    if pages:
        _addresses(source, found, pages, robots)
        _lastmods(found, [said for said in pages.values() if said], len(pages))
    lost = yield Question(impossible(source.url))
    if not lost.trouble:
        found.expect(
            "not-found", lost.status in _GONE,
            f"A page that is not there answers {lost.status}.",
            f"A page that is not there answers {lost.status}: a page that is withdrawn is told by "
            "its text alone; let it answer 404 or 410.",
        )  # fmt: skip
    return found


def _robots(source: SitemapSource, found: Checks) -> Conversation[tuple[Protego, list[str]]]:
    """RFC 9309."""
    answer = yield Question(urljoin(source.url, "/robots.txt"))
    text = answer.body.decode("utf-8-sig", "replace") if answer.status in _OK else ""
    rules = Protego.parse(text)
    named = list(rules.sitemaps)
    if answer.trouble or answer.status >= 500:  # noqa: PLR2004 HTTP
        why = answer.trouble or f"it answers {answer.status}"
        found.note("robots", "major", f"robots.txt cannot be read, so nothing may be: {why}.")
    elif text:
        told = " It names a sitemap." if named else " It names no sitemap."
        found.note("robots", "good", "robots.txt is there." + told)
    else:
        found.note("robots", "good", "There is no robots.txt: all is open.")
    delay = rules.crawl_delay(AGENT)
    if delay:
        found.note("robots.delay", "good", f"Seconds between requests that it asks for: {delay:g}.")
    return rules, named


def _sitemap(url: str, found: Checks) -> Conversation[dict[str, str]]:
    """Read a sitemap, or the first that an index names; return its pages with their lastmod."""
    read = sitemaps.Sitemap()
    for _ in range(2):
        answer = yield Question(url)
        said = _read(answer, found)
        if said is None:
            return {}
        read = said
        kind = answer.media_type.partition(";")[0].strip() or "nothing"
        found.expect(
            "content-type", bool(_XML.match(kind)),
            f"It is sent as {kind}.", f"It is sent as {kind}, where XML was to be expected.",
        )  # fmt: skip
        if read.pages or not read.sitemaps:
            break
        found.note("index", "good", f"It is an index of {len(read.sitemaps)} sitemaps.")
        url = read.sitemaps[0]
    found.expect(
        "pages", bool(read.pages), f"{url} lists {len(read.pages)} pages.",
        f"{url} lists no pages.", "major",
    )  # fmt: skip
    return read.pages


def _read(answer: Answer, found: Checks) -> sitemaps.Sitemap | None:
    trouble = answer.trouble
    if not trouble and answer.status not in _OK:
        trouble = f"{answer.url} answers {answer.status}"
    if not trouble:
        try:
            return sitemaps.read(answer.body, answer.url)
        except sitemaps.UnreadableSitemapError as error:
            trouble = f"{answer.url} {error}"
    found.note("sitemap", "major", f"The sitemap cannot be read: {trouble}.")
    return None


def _addresses(
    source: SitemapSource, found: Checks, pages: dict[str, str], robots: Protego
) -> None:
    found.expect(
        "size", len(pages) <= _LARGEST_SITEMAP, "It is of a size that is allowed.",
        f"It has {len(pages)} addresses, more than the {_LARGEST_SITEMAP} that a sitemap may have.",
    )  # fmt: skip
    away = [url for url in pages if not same_site(url, source.url)]
    found.expect(
        "host", not away, "All are on the site itself.",
        f"On another host, and left out: {len(away)}, such as {next(iter(away), '')}.",
    )  # fmt: skip
    include, exclude = re.compile(source.include), re.compile(source.exclude or r"(?!)")
    wanted = [url for url in pages if include.search(url) and not exclude.search(url)]
    if source.include or source.exclude:
        found.expect(
            "chosen", bool(wanted), f"include and exclude leave {len(wanted)} of them.",
            "include and exclude leave none of them.", "major",
        )  # fmt: skip
    closed = sum(not robots.can_fetch(url, AGENT) for url in wanted)
    found.expect(
        "robots.pages", not closed, "robots.txt lets us read them.",
        f"robots.txt closes {closed} of {len(wanted)} pages to us.",
        "major" if closed == len(wanted) else "minor",
    )  # fmt: skip


def _lastmods(found: Checks, said: list[str], pages: int) -> None:
    found.expect(
        "lastmod", len(said) == pages, "Each has its lastmod.",
        f"{pages - len(said)} of {pages} have no lastmod, and are read at each harvest.",
    )  # fmt: skip
    odd = [each for each in said if not _LASTMOD.fullmatch(each)]
    if said:
        found.expect(
            "lastmod.form", not odd, "Each lastmod is a date as it should be.",
            f"No date as sitemaps have it: {len(odd)}, such as {next(iter(odd), '')!r}.",
        )  # fmt: skip
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d")
    late = sum(each[:10] > tomorrow for each in said if _LASTMOD.fullmatch(each))
    if late:
        found.note("lastmod.future", "minor", f"Dates of lastmod in the future: {late}.")


def _file(source: FilesSource, most: int) -> Conversation[Checks]:
    """Ask whether it can be fetched in parts (RFC 9110, 14), and whether it changed (13)."""
    found = Checks()
    answer = yield Question(source.url, method="HEAD")
    if answer.trouble or answer.status not in _OK:
        said = answer.trouble or f"it answers {answer.status}"
        found.note("head", "good", f"It cannot be looked at without fetching it: {said}.")
        return found
    length = answer.headers.get("content-length", "")
    large = length.isdigit() and int(length) > most
    if answer.headers.get("accept-ranges", "").lower() == "bytes":
        found.note("parts", "good", "It can be fetched in parts.")
    elif large:
        found.note(
            "parts", "major",
            f"It has {length} bytes and cannot be fetched in parts (Range): that is more than "
            f"[harvest] max_bytes allows at once, {most}.",
        )  # fmt: skip
    _validators(answer, found)
    return found


def _kept_up(url: str, what: str) -> Conversation[Checks]:
    """RFC 9110, 13: asked again, it need not send what has not changed."""
    found = Checks()
    answer = yield Question(url)
    if answer.trouble or answer.status not in _OK:
        said = answer.trouble or f"{url} answers {answer.status}"
        found.note("answer", "major", f"The {what} cannot be had: {said}.")
        return found
    kind = answer.media_type.partition(";")[0].strip() or "nothing"
    found.expect(
        "content-type", bool(_XML.match(kind)),
        f"It is sent as {kind}.", f"It is sent as {kind}, where XML was to be expected.",
    )  # fmt: skip
    conditions = _validators(answer, found)
    if conditions:
        again = yield Question(url, headers=conditions)
        found.expect(
            "unchanged", again.status == _NOT_MODIFIED,
            "Asked again, it says that nothing changed (304).",
            f"Asked again, it answers {again.status or again.trouble} rather than 304: it is "
            "fetched at each harvest.",
        )  # fmt: skip
    return found


def _validators(answer: Answer, found: Checks) -> dict[str, str]:
    """Return the headers with which the same may be asked for again."""
    etag, modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
    found.expect(
        "version", bool(etag or modified),
        "It says which version it is (ETag, Last-Modified).",
        "It does not say which version it is (ETag, Last-Modified): it is fetched each time.",
    )  # fmt: skip
    known: dict[str, Any] = {"If-None-Match": etag, "If-Modified-Since": modified}
    return {name: said for name, said in known.items() if said}
