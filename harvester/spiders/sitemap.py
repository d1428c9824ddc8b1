"""A site whose sitemap lists pages that describe materials.

All sitemaps are read first; the pages are then visited in the order of their addresses, so that
the last address alone says where a run was. Pages that are there no more come last, all at once:
where there are many of them, the fault is more likely the site's, and none counts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from catalog.config import SitemapSource, Source
from harvester import net, sitemaps
from harvester.errors import DeferredError, FetchError
from harvester.net.clock import server_time
from harvester.net.robots import ClosedByRobotsError
from harvester.oai.page import instant
from harvester.raw import Page, Raw
from harvester.site import gone, pages, unlisted
from harvester.site.frontier import Frontier
from harvester.site.place import Place
from harvester.site.soft404 import NotFound, impossible
from harvester.site.visits import GONE, Visits
from harvester.spiders import SourceSpider

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
    if media_type == gone.MEDIA_TYPE:
        return gone.unpack(body, source=source)
    anything = isinstance(entry, SitemapSource) and entry.anything
    return pages.read(body, source=source, url=url, media_type=media_type, anything=anything)


class Spider(SourceSpider):
    """Visits the pages of one site, one at a time."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        assert isinstance(self.job.source, SitemapSource)
        self.source = self.job.source
        self.frontier = Frontier(self.source)
        self.probed = False
        self.place = Place.parse(self.job.checkpoint) or Place()
        since, self.left_before = unlisted.recalled(self.job.since)
        self.since = None if self.job.full else instant(since)
        self.visits = Visits(self.job.name, self.source, self.place)
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
                passes=lambda response: response.status in GONE,
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
        self._add_sitemaps(said if response.status not in GONE else [])
        if not self.frontier.to_read:
            self._add_sitemaps([urljoin(self.source.url, "/sitemap.xml")])
        yield from self._go_on()

    def sitemap_read(self, response: Response) -> Output:
        self._note_start(response)
        try:
            sitemap = sitemaps.read(response.body, response.url)
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
        self.place.watermark = self.place.watermark or server_time(response)
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
        visits = self.visits
        visits.standing = self.job.standing()
        visits.versions = {} if self.job.full else self.job.versions()
        if not (self.place.missed or self.over_budget):  # the sitemaps were read whole
            visits.left = unlisted.left_out(visits.standing, self.frontier.found)
        self.report.total, endless, waiting = self.frontier.plan(
            self.place, self.since, visits.strays(self.left_before)
        )
        for trap in endless:
            self.warn(f"Stopped by budget: {trap}.")
        for budget in waiting:
            self._stop_by_budget(budget)

    def _visit(self) -> Request:
        request = self._page(self.frontier.to_visit.popleft(), *GONE, HTTPStatus.NOT_MODIFIED)
        return self.visits.conditional(request)

    def _page(self, url: str, *passing: int) -> Request:
        return self.request(url, self.visited, passes=lambda response: response.status in passing)

    def _probe(self) -> Request:
        """Ask for what cannot be there: the answer is how the site says so."""
        url = impossible(self.source.url)
        request = self.request(
            url, self.probe_answered, passes=lambda r: r.status >= _FIRST_REFUSAL
        )
        return request.replace(errback=self.probe_failed)

    def probe_answered(self, response: Response) -> Output:
        if response.status < _FIRST_REFUSAL:
            self.visits.not_found = NotFound.said_by(response, response.meta["url"])
        yield from self._go_on()

    def probe_failed(self, failure: Failure) -> Output:
        assert failure.value is not None
        if not isinstance(failure.value, IgnoreRequest):
            yield from self._go_on()

    async def visited(self, response: Response) -> AsyncIterator[Request | Page]:
        """Keep what a page says; the next page is asked for before."""
        if response.status == HTTPStatus.NOT_MODIFIED and not response.meta["version"].is_kept(
            response
        ):
            yield self._page(response.meta["url"], *GONE)  # no answer to what was asked
            return
        self.in_a_row = 0
        self._step(response.meta["url"])
        page = self.visits.page(response)
        page.total = self.report.total
        last = not self.frontier.to_visit
        if last and self.over_budget:
            self.place.visited = 0  # the next run goes on from here, with a budget of its own
        more = not last or self.over_budget or self.place.gone or self.place.dropped
        page.checkpoint = self.place.dump() if more else ""
        if not last:
            yield self._visit()
            await net.sent()
        if last or response.status not in GONE:  # many of these do not make it another site
            yield page
        if last:
            for end in self._end():
                yield end

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

    def _end(self) -> Output:
        place = self.place
        if (place.gone or place.dropped) and not self.over_budget:  # else the checkpoint has them
            missing, doubts = self.visits.missing()
            yield missing
            for doubt in doubts:
                self.warn(doubt)
        self.report.watermark = unlisted.watermark(place.watermark, self.visits.left)
        if place.suspect:
            self.warn(
                f"{place.suspect} pages look like what the site shows where nothing is; "
                "nothing is removed for that."
            )
        if self.failures:
            self.warn(f"{len(self.failures)} addresses failed; the first: {self.failures[0]}.")
        if self.closed:
            self.warn(f"{self.closed} pages are closed to us by robots.txt.")
        self._note_strangers()
        missed = place.missed or self.over_budget
        self.report.increment = not place.whole
        self.report.whole = place.whole and not (missed or self.closed or place.suspect)
        if not missed:
            self.finish()

    def _note_strangers(self) -> None:
        """Say what the sitemaps name that is not the site's own: it is not visited."""
        strange = self.frontier.strange
        if not strange:
            return
        hosts = ", ".join(host for host, _ in strange.most_common(3))
        said = f"{strange.total()} addresses in the sitemaps are of other hosts ({hosts})"
        self.warn(f"{said}: they were left.")
        if self.frontier.empty:
            self.give_up(FetchError(f"{self.source.url} lists no page of its own: {said}"))


def _names_sitemap(line: str) -> bool:
    return line.partition(":")[0].strip().lower() == "sitemap"
