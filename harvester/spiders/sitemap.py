"""A site whose sitemap lists pages that describe materials.

All sitemaps are read first; the pages are then visited in the order of their addresses, so that
the last address alone says where a run was. Pages that are there no more come last, all at once:
where there are many of them, the fault is more likely the site's, and none counts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

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
from harvester.site import pages
from harvester.site.frontier import Frontier
from harvester.site.place import place_of, server_time
from harvester.site.soft404 import NotFound, impossible, shingles
from harvester.spiders import SourceSpider

#: Media type of a list of pages that are there no more: an address a line.
GONE = "application/x-gone"

_GONE_STATUS = (404, 410)
_FIRST_REFUSAL = 400
_MOST_FAILURES = 10  # pages in a row, before the site counts as down

Output = Iterator[Request | Page]


def unpack(
    body: bytes,
    *,
    source: str,
    url: str,
    media_type: str,
    entry: Source | None = None,
) -> list[Raw]:
    """Return the raws of a kept page."""
    if media_type == GONE:
        return [
            Raw(source=source, identifier=gone, url=gone, missing=True, content=b"")
            for gone in body.decode().split()
        ]
    anything = isinstance(entry, SitemapSource) and entry.anything
    return pages.read(body, source=source, url=url, media_type=media_type, anything=anything)


class Spider(SourceSpider):
    """Visits the pages of one site, one at a time."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        assert isinstance(self.job.source, SitemapSource)
        self.source = self.job.source
        self.frontier = Frontier(self.source)
        self.not_found: NotFound | None = None
        self.probed = False
        self.place = place_of(self.job.checkpoint)
        self.failures: list[FetchError] = []
        self.in_a_row = 0
        self.closed = 0
        self.over_budget = False
        self.report.deletions = "absent-twice"
        self.report.steady = True

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
            yield self.request(self.frontier.to_read.popleft(), self.sitemap_read)

    def request(self, url: str, callback: Callable[..., Any], **meta: Any) -> Request:
        return Request(
            url, callback=callback, errback=self.failed, meta={"url": url, **meta}, dont_filter=True
        )

    # Sitemaps

    def robots_read(self, response: Response) -> Output:
        lines = response.body.decode("utf-8-sig", "replace").splitlines()
        said = [line.partition(":")[2].strip() for line in lines if _names_sitemap(line)]
        self._add_sitemaps(said if response.status not in _GONE_STATUS else [])
        if not self.frontier.to_read:
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
        self.frontier.add_pages(sitemap.pages)
        yield from self._go_on()

    def _add_sitemaps(self, urls: list[str]) -> None:
        for budget in self.frontier.add_sitemaps(urls):
            self._stop_by_budget(budget)

    def _note_start(self, response: Response) -> None:
        said = (response.headers.get("Date") or b"").decode("latin-1")
        self.place.watermark = self.place.watermark or server_time(said)
        self.report.watermark = self.place.watermark

    # Pages

    def _go_on(self) -> Output:
        """Read the next sitemap; after the last, visit the next page; after that, end."""
        if self.frontier.to_read:
            yield self.request(self.frontier.to_read.popleft(), self.sitemap_read)
            return
        if self.frontier.found:
            self._plan()
        if self.frontier.to_visit and not self.probed:
            self.probed = True
            yield self._probe()
        elif self.frontier.to_visit:
            yield self._visit()
        else:
            yield from self._end()

    def _plan(self) -> None:
        since = None if self.job.full else instant(self.job.since)
        self.report.total, endless, waiting = self.frontier.plan(self.place, since)
        for trap in endless:
            self.warn(f"Stopped by budget: {trap}.")
        for budget in waiting:
            self._stop_by_budget(budget)

    def _visit(self) -> Request:
        return self.request(
            self.frontier.to_visit.popleft(),
            self.visited,
            passes=lambda response: response.status in _GONE_STATUS,
        )

    def _probe(self) -> Request:
        """Ask for what cannot be there: the answer is how the site says so."""
        url = impossible(self.source.url)
        request = self.request(
            url, self.probe_answered, passes=lambda r: r.status >= _FIRST_REFUSAL
        )
        return request.replace(errback=self.probe_failed)

    def probe_answered(self, response: Response) -> Output:
        if response.status < _FIRST_REFUSAL:
            text = pages.text_of(response.body, _media_type(response))
            words = shingles(text, response.meta["url"])
            self.not_found = NotFound(response.url, words)
        yield from self._go_on()

    def probe_failed(self, failure: Failure) -> Output:
        assert failure.value is not None
        if not isinstance(failure.value, IgnoreRequest):
            yield from self._go_on()

    async def visited(self, response: Response) -> AsyncIterator[Request | Page]:
        """Keep what a page says; the next page is asked for before."""
        self.in_a_row = 0
        self._step(response.meta["url"])
        page = self._page(response)
        last = not self.frontier.to_visit
        if last and self.over_budget:
            self.place.visited = 0  # the next run goes on from here, with a budget of its own
        more = not last or self.over_budget or self.place.gone
        page.checkpoint = self.place.dump() if more else ""
        if not last:
            yield self._visit()
            await net.sent()
        yield page
        if last:
            for end in self._end():
                yield end

    def _page(self, response: Response) -> Page:
        body, media_type = response.body, _media_type(response)
        if response.status in _GONE_STATUS:
            body = b""
            self.place.gone.append(response.meta["url"])
        elif not jsonld.same_site(response.url, self.source.url):
            body = b""
        named = {"source": self.job.name, "url": response.url, "media_type": media_type}
        raws = unpack(body, **named, entry=self.source)
        if body and self._is_suspect(response, body, raws):
            self.place.suspect += 1
            raws = []
        return Page(
            url=response.url,
            body=body if raws else b"",
            media_type=media_type,
            raws=raws,
            total=self.report.total,
        )

    def _is_suspect(self, response: Response, body: bytes, raws: list[Raw]) -> bool:
        """Tell whether a page may be how the site says "not found"; one with a material is not.

        Unless it was found elsewhere than asked: at the home page, say.
        """
        asked = response.meta["url"]
        if self.not_found is None or (raws and response.url == asked):
            return False
        text = pages.text_of(body, _media_type(response))
        return self.not_found.is_like(response.url, asked, text)

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
        alone = not (self.frontier or self.place.visited)
        if alone or self.in_a_row >= _MOST_FAILURES:
            self.give_up(error)
        else:
            yield from self._go_on()

    def _stop_by_budget(self, budget: str) -> None:
        self.over_budget = True
        self.warn(f"Stopped by budget: {budget}.")

    def _missing(self) -> Output:
        """Yield the pages that are there no more, if they are few enough to be believed."""
        gone = self.place.gone
        if not self.place.believed():
            self.warn(
                f"{len(gone)} of {self.place.visited} pages are not there (404, 410): too many to "
                "be true; none of them is removed for that."
            )
            gone = []
        body = "\n".join(gone).encode()
        raws = unpack(body, source=self.job.name, url=self.source.url, media_type=GONE)
        yield Page(url=self.source.url, body=body, media_type=GONE, raws=raws)

    def _end(self) -> Output:
        if self.place.gone and not self.over_budget:  # else they wait in the checkpoint
            yield from self._missing()
        if self.place.suspect:
            self.warn(
                f"{self.place.suspect} pages look like what the site shows where nothing is; "
                "nothing is removed for that."
            )
        if self.failures:
            self.warn(f"{len(self.failures)} addresses failed; the first: {self.failures[0]}.")
        if self.closed:
            self.warn(f"{self.closed} pages are closed to us by robots.txt.")
        missed = self.place.missed or self.over_budget
        self.report.whole = self.place.whole and not (missed or self.closed or self.place.suspect)
        if not missed:
            self.finish()


def _media_type(response: Response) -> str:
    return str((response.headers.get("Content-Type") or b"text/html").decode("latin-1"))


def _names_sitemap(line: str) -> bool:
    return line.partition(":")[0].strip().lower() == "sitemap"
