"""A feed: RSS, Atom or a podcast, asked for again only where it changed.

A feed is a window on what is new, so it is never whole and deletes nothing. What the server
called this version of it (ETag, Last-Modified) is the watermark.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import msgspec
from scrapy import Request
from scrapy.http import Response

from catalog.config import FeedSource, Source
from harvester import feeds, net
from harvester.checkpoint import Checkpoint
from harvester.errors import FetchError, ParseError
from harvester.jsonld import same_site
from harvester.oai.page import instant
from harvester.raw import Page, Raw
from harvester.spiders import SourceSpider
from harvester.version import Version, header, reading, version_of

_OVERLAP = timedelta(hours=48)  # entries may come in late, with the date of when they were begun

Output = Iterator[Request | Page]


class Place(Checkpoint, omit_defaults=True):
    """The state of a run between two pages; as JSON it is the checkpoint."""

    url: str
    version: Version
    visited: list[str] = msgspec.field(default_factory=list)


def unpack(
    body: bytes,
    *,
    source: str,
    url: str,
    media_type: str,
    entry: Source | None = None,  # noqa: ARG001 pages of this kind need no settings
) -> list[Raw]:
    """Return the raws of a kept page. Raises ParseError (rule ``page.unreadable``)."""
    try:
        return feeds.read(body, source=source, url=url, media_type=media_type).raws
    except feeds.UnreadableFeedError as error:
        raise ParseError("page.unreadable", f"the page {error}") from error


class Spider(SourceSpider):
    """Reads a feed, and the pages that it is continued on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        assert isinstance(self.job.source, FeedSource)
        self.source = self.job.source
        since = "" if self.job.full else self.job.since
        self.known = Version.parse(since) or Version()
        begun = Place.parse(self.job.checkpoint)
        self.place = begun or Place(url=self.source.url, version=Version())

    async def start(self) -> AsyncIterator[Request]:
        self.report.increment = bool(self.job.since) and not self.job.full
        self.report.watermark = self.place.version.dump() if self.place.visited else ""
        yield self.ask()

    def ask(self, *, anew: bool = False) -> Request:
        fresh = self.place.visited or self.known.reading != reading(self.source)
        asked = {} if anew or fresh else self.known.headers()
        return Request(
            self.place.url,
            headers=asked,
            callback=self.answered,
            errback=self.failed,
            meta={"passes": _passes(asked)},
            dont_filter=True,
        )

    async def answered(self, response: Response) -> AsyncIterator[Request | Page]:
        """Keep a page, and ask for the next; ask again for one that is no feed."""
        if response.status == HTTPStatus.NOT_MODIFIED:
            if self.known.is_kept(response):
                self.report.watermark = self.known.dump()
                self.finish()
            else:
                yield self.ask(anew=True)
            return
        media_type = header(response, "Content-Type") or "application/xml"
        try:
            feed = feeds.read(
                response.body, source=self.job.name, url=response.url, media_type=media_type
            )
        except feeds.UnreadableFeedError as error:
            assert response.request is not None
            wall = net.blocked_by(response)
            trouble = f"{response.url} {error}" + (wall and f" (blocked by {wall})")
            try:
                yield net.again(response.request, trouble, self.settings)
            except FetchError as given_up:
                self.give_up(given_up)
            return
        self._note_version(response)
        self.place.visited.append(self.place.url)
        self.place.url = self._following(feed)
        if self.place.url:
            yield self.ask()
            await net.sent()
        yield Page(
            url=response.url,
            body=response.body,
            media_type=media_type,
            raws=feed.raws,
            checkpoint=self.place.dump() if self.place.url else "",
        )
        if not self.place.url:
            self.finish()

    def _note_version(self, response: Response) -> None:
        if not self.place.visited:
            self.place.version = version_of(response, self.source)
        self.report.watermark = self.place.version.dump()

    def _following(self, feed: feeds.Feed) -> str:
        """Return the address of the next page; "" where there is none, or none that is needed."""
        if not feed.next or feed.next in self.place.visited or self._all_known(feed):
            return ""
        if not same_site(feed.next, self.source.url):
            self.warn(f"The feed goes on elsewhere, where it is not followed: {feed.next}")
            return ""
        if len(self.place.visited) >= self.source.max_pages:
            self.warn(f"Stopped by budget: {self.source.max_pages} pages (max_pages).")
            return ""
        return feed.next

    def _all_known(self, feed: feeds.Feed) -> bool:
        """Tell whether all on a page is older than the last complete run, and so all that follows.

        A feed that goes from old to new is read to its end.
        """
        since = instant(self.known.time) if self.known.time else None
        if since is None or not feed.raws:
            return False
        dates = [date for raw in feed.raws if (date := instant(raw.datestamp))]
        sinking = len(dates) == len(feed.raws) and dates == sorted(dates, reverse=True)
        return sinking and dates[0] < since - _OVERLAP


def _passes(conditions: dict[str, str]) -> Callable[[Response], bool]:
    """Let "not modified" through, where it was asked whether it is."""
    return lambda response: bool(conditions) and response.status == HTTPStatus.NOT_MODIFIED
