"""A site whose sitemap lists pages that describe materials in JSON-LD.

All sitemaps are read first; the pages are then visited in the order of their addresses, so that
the last address alone says where a run was.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from catalog.config import SitemapSource, Source
from harvester import jsonld, net, sitemaps
from harvester.errors import DeferredError, FetchError
from harvester.net.robots import ClosedByRobotsError
from harvester.oai.page import instant
from harvester.raw import Page, Raw
from harvester.spiders import SourceSpider

#: Media type of a page that is there no more: its body is empty, its one raw deleted.
GONE = "application/x-gone"

_GONE_STATUS = (404, 410)
_MOST_SITEMAPS = 2_000
_MOST_ADDRESSES = 1_000_000
_MOST_FAILURES = 10  # pages in a row, before the site counts as down
_OVERLAP = timedelta(hours=48)  # lastmod is the site's own clock, often a date without a zone

Output = Iterator[Request | Page]


def unpack(
    body: bytes,
    *,
    source: str,
    url: str,
    media_type: str,
    entry: Source | None = None,  # noqa: ARG001 pages of this kind need no settings
) -> list[Raw]:
    """Return the raws of a kept page."""
    if media_type == GONE:
        gone = Raw(source=source, identifier=url, url=url, media_type=jsonld.MEDIA_TYPE)
        gone.deleted = True
        return [gone]
    return jsonld.read(body, source=source, url=url, media_type=media_type)


class Place(msgspec.Struct, omit_defaults=True):
    """The state of a run between two pages; as JSON it is the checkpoint."""

    last: str = ""  # address of the page visited last
    visited: int = 0
    watermark: str = ""
    whole: bool = True  # every page of the sitemaps is or will be visited
    missed: bool = False  # a page or sitemap could not be fetched

    def dump(self) -> str:
        return msgspec.json.encode(self).decode()


class Spider(SourceSpider):
    """Visits the pages of one site, one at a time."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        assert isinstance(self.job.source, SitemapSource)
        self.source = self.job.source
        self.include = re.compile(self.source.include)
        self.place = _place(self.job.checkpoint)
        self.to_read: deque[str] = deque()
        self.known: set[str] = set()  # sitemaps, read or to be read
        self.found: dict[str, str] = {}  # page -> lastmod
        self.to_visit: deque[str] = deque()
        self.failures: list[FetchError] = []
        self.in_a_row = 0
        self.closed = 0
        self.over_budget = False
        self.report.deletions = "absent-twice"

    async def start(self) -> AsyncIterator[Request]:
        if urlsplit(self.source.url).path in ("", "/"):
            yield self.request(
                urljoin(self.source.url, "/robots.txt"),
                self.robots_read,
                robots=False,
                passes=lambda response: response.status in _GONE_STATUS,
            )
        else:
            self._add_sitemaps([self.source.url])
            yield self.request(self.to_read.popleft(), self.sitemap_read)

    def request(self, url: str, callback: Callable[..., Any], **meta: Any) -> Request:
        return Request(
            url, callback=callback, errback=self.failed, meta={"url": url, **meta}, dont_filter=True
        )

    # Sitemaps

    def robots_read(self, response: Response) -> Output:
        lines = response.body.decode("utf-8-sig", "replace").splitlines()
        said = [line.partition(":")[2].strip() for line in lines if _names_sitemap(line)]
        self._add_sitemaps(said if response.status not in _GONE_STATUS else [])
        if not self.to_read:
            self._add_sitemaps([urljoin(self.source.url, "/sitemap.xml")])
        yield from self._go_on()

    def sitemap_read(self, response: Response) -> Output:
        self._note_start(response)
        try:
            sitemap = sitemaps.read(response.body)
        except sitemaps.UnreadableSitemapError as error:
            assert response.request is not None
            try:
                yield net.again(response.request, f"{response.url} {error}", self.settings)
            except FetchError as trouble:
                yield from self._missed(trouble)
            return
        self._add_sitemaps(sitemap.sitemaps)
        self.found |= {
            url: lastmod
            for url, lastmod in sitemap.pages.items()
            if jsonld.same_site(url, self.source.url) and self.include.search(url)
        }
        yield from self._go_on()

    def _add_sitemaps(self, urls: list[str]) -> None:
        for url in (urljoin(self.source.url, url) for url in urls):
            if url in self.known or not jsonld.same_site(url, self.source.url):
                continue
            if len(self.known) >= _MOST_SITEMAPS or len(self.found) > _MOST_ADDRESSES:
                self._stop_by_budget(f"{_MOST_SITEMAPS} sitemaps or {_MOST_ADDRESSES} addresses")
                return
            self.known.add(url)
            self.to_read.append(url)

    def _note_start(self, response: Response) -> None:
        if not self.place.watermark:
            now = datetime.now(UTC)
            said = (response.headers.get("Date") or b"").decode("latin-1")
            try:
                then = min(parsedate_to_datetime(said).astimezone(UTC), now)
            except (TypeError, ValueError, OverflowError):
                then = now
            self.place.watermark = then.strftime("%Y-%m-%dT%H:%M:%SZ")
        self.report.watermark = self.place.watermark

    # Pages

    def _go_on(self) -> Output:
        """Read the next sitemap; after the last, visit the next page; after that, end."""
        if self.to_read:
            yield self.request(self.to_read.popleft(), self.sitemap_read)
            return
        if self.found:
            self._plan()
        if self.to_visit:
            yield self._visit()
        else:
            self._end()

    def _plan(self) -> None:
        since = None if self.job.full else instant(self.job.since)
        wanted = sorted(url for url, said in self.found.items() if _changed(said, since))
        self.place.whole = self.place.whole and len(wanted) == len(self.found)
        self.report.total = len(wanted)
        self.found = {}
        left = [url for url in wanted if url > self.place.last]
        room = max(0, self.source.max_pages - self.place.visited)
        if len(left) > room:
            self._stop_by_budget(f"{self.source.max_pages} pages of {len(wanted)} (max_pages)")
        self.to_visit.extend(left[:room])

    def _visit(self) -> Request:
        return self.request(
            self.to_visit.popleft(),
            self.visited,
            passes=lambda response: response.status in _GONE_STATUS,
        )

    async def visited(self, response: Response) -> AsyncIterator[Request | Page]:
        """Keep what a page says; the next page is asked for before."""
        self.in_a_row = 0
        self._step(response.meta["url"])
        url, media_type, body = self._content(response)
        raws = unpack(body, source=self.job.name, url=url, media_type=media_type)
        last = not self.to_visit
        if last and self.over_budget:
            self.place.visited = 0  # the next run goes on from here, with a budget of its own
        if not last:
            yield self._visit()
            await net.sent()
        yield Page(
            url=url,
            body=body if raws else b"",
            media_type=media_type,
            raws=raws,
            checkpoint="" if last and not self.over_budget else self.place.dump(),
            total=self.report.total,
        )
        if last:
            self._end()

    def _content(self, response: Response) -> tuple[str, str, bytes]:
        if response.status in _GONE_STATUS:
            return response.meta["url"], GONE, b""
        media_type = (response.headers.get("Content-Type") or b"text/html").decode("latin-1")
        off_site = not jsonld.same_site(response.url, self.source.url)
        return response.url, media_type, b"" if off_site else response.body

    def _step(self, url: str) -> None:
        self.place.last = url
        self.place.visited += 1

    # Ends

    def failed(self, failure: Failure) -> Output:
        assert failure.value is not None
        if isinstance(failure.value, IgnoreRequest):
            return  # the run is being stopped; it goes on later from its checkpoint
        request: Request = failure.request  # type: ignore[attr-defined]
        error = net.explain(failure.value, request)
        if isinstance(error, DeferredError):
            self.give_up(error)
        elif isinstance(error, ClosedByRobotsError) and request.callback == self.visited:
            self.closed += 1
            self._step(request.meta["url"])
            yield from self._go_on()
        else:
            if request.callback == self.visited:
                self._step(request.meta["url"])
            yield from self._missed(error)

    def _missed(self, error: FetchError) -> Output:
        """Go on without a page or sitemap, unless there was nothing else or it is a habit."""
        self.place.missed = True
        self.failures.append(error)
        self.in_a_row += 1
        alone = not (self.to_read or self.found or self.to_visit or self.place.visited)
        if alone or self.in_a_row >= _MOST_FAILURES:
            self.give_up(error)
        else:
            yield from self._go_on()

    def _stop_by_budget(self, budget: str) -> None:
        self.over_budget = True
        self.warn(f"Stopped by budget: {budget}.")

    def _end(self) -> None:
        if self.failures:
            self.warn(f"{len(self.failures)} addresses failed; the first: {self.failures[0]}.")
        if self.closed:
            self.warn(f"{self.closed} pages are closed to us by robots.txt.")
        missed = self.place.missed or self.over_budget
        self.report.whole = self.place.whole and not (missed or self.closed)
        if not missed:
            self.finish()


def _place(checkpoint: str) -> Place:
    try:
        return msgspec.json.decode(checkpoint, type=Place) if checkpoint else Place()
    except msgspec.DecodeError:
        return Place()


def _names_sitemap(line: str) -> bool:
    return line.partition(":")[0].strip().lower() == "sitemap"


def _changed(lastmod: str, since: datetime | None) -> bool:
    """Tell whether a page may have changed; one that does not say when, may have."""
    then = instant(lastmod) if lastmod else None
    return since is None or then is None or then >= since - _OVERLAP
