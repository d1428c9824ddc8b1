"""An API in JSON, read page by page to its very end; config.toml says what its fields mean.

A list counts as finished only where as many items came as the source said there are. Without
``since`` a list is whole; what it leaves out is gone as the source's entry has it (``absence``).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from scrapy import Request
from scrapy.http import Response

from catalog.config import RestSource, Source
from harvester import net
from harvester.errors import FetchError, ParseError
from harvester.loops import Loops
from harvester.net.clock import server_time
from harvester.raw import Page, Raw
from harvester.rest.addresses import Addresses, headers
from harvester.rest.mapping import MEDIA_TYPE
from harvester.rest.moves import Met
from harvester.rest.page import ItemsMissingError, RestPage, UnreadableError, next_link, read
from harvester.rest.place import Place
from harvester.spiders import SourceSpider
from harvester.version import Version, recalled, version_of, watermark

_NOTHING = 204  # No Content: how some say that nothing changed
_NO_SUCH_PAGE = (400, 404, 410, 422)  # what a token gets that is too old
_GONE = (404, 410)
_CAP = 1000  # search servers show a round number of hits at most, and refuse the rest

Output = Iterator[Request | Page]


def unpack(
    body: bytes,
    *,
    source: str,
    url: str,
    media_type: str,  # noqa: ARG001 one kind
    entry: Source | None = None,
) -> list[Raw]:
    """Return the raws of a kept page, by the mapping of ``entry`` as it is now.

    Raises ParseError (rule ``page.unreadable``).
    """
    if not isinstance(entry, RestSource):
        raise ParseError("page.unreadable", f"{source} is no source of kind rest (any more)")
    try:
        return read(body, entry, source=source, url=url).raws
    except (UnreadableError, ItemsMissingError) as error:
        raise ParseError("page.unreadable", f"the page {error}") from error


class Spider(SourceSpider):
    """Reads one list; knows where it is by its ``place``, which is the checkpoint."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        assert isinstance(self.job.source, RestSource)
        self.source = self.job.source
        self.loops = Loops()
        self.met = Met()
        taken_up = Place.parse(self.job.checkpoint)
        self.resumed = taken_up is not None
        self.addresses = Addresses(self.source)
        last = "" if self.job.full else self.job.since
        self.place = taken_up or Place(since=self.addresses.since(last.partition(" ")[0]))
        settled = not (taken_up or self.place.since or self.job.awaits())
        self.known = recalled(last, self.source) if settled else Version()
        self.version = Version()  # of the first page

    async def start(self) -> AsyncIterator[Request]:
        self.report.watermark = self.place.watermark
        self.report.deletions = "absent" if self.source.absence == "once" else "absent-twice"
        try:
            self.headers = headers(self.source, self.job.environment)
        except FetchError as error:
            self.give_up(error)
            return
        yield self.ask(self.known.headers())

    # Requests

    def ask(self, conditions: Mapping[str, str] = MappingProxyType({})) -> Request:
        secret = bool(self.source.secret_headers)
        return Request(
            self.place.url or self.addresses.first(self.place.since),
            headers={**self.headers, **conditions},
            callback=self.answered,
            errback=self.failed,
            meta={
                "keep_query": True,
                "passes": lambda response: (
                    self._may_start_again(response)
                    or (bool(conditions) and response.status == HTTPStatus.NOT_MODIFIED)
                ),
                "dont_redirect": secret,  # a secret is for this host alone
            },
            dont_filter=True,
        )

    # Answers

    async def answered(self, response: Response) -> AsyncIterator[Request | Page]:
        """Read an answer; ask again where it is none."""
        request = response.request
        assert request is not None
        if response.status in (_NOTHING, HTTPStatus.NOT_MODIFIED, *_NO_SUCH_PAGE):
            for following in self._without_list(response):
                yield following
            return
        try:
            page = self._read(response)
        except UnreadableError as error:
            wall = net.blocked_by(response)
            trouble = f"{response.url} {error}" + (wall and f" (blocked by {wall})")
            try:
                yield net.again(request, trouble, self.settings)
            except FetchError as given_up:
                self.give_up(given_up)
            return
        except FetchError as error:
            self.give_up(error)
            return
        for output in self.listed(response, page):
            yield output
            if isinstance(output, Request):
                await net.sent()

    def _without_list(self, response: Response) -> Iterator[Request]:
        """Take an answer that has no list: nothing is new, or nothing is there."""
        if response.status == HTTPStatus.NOT_MODIFIED:
            if self.known.is_kept(response):
                self.report.watermark = self.job.since
                self.finish()  # nothing was read, so nothing is absent
            else:
                yield self.ask()
        elif response.status == _NOTHING:
            self._note_start(response)
            self._end(short=self.place.count < self.place.total)
        else:
            yield from self._no_such_page(response)

    def _read(self, response: Response) -> RestPage:
        page = read(response.body, self.source, source=self.job.name, url=response.url)
        if self.source.paging == "header":
            said = b", ".join(response.headers.getlist("Link")).decode("latin-1")
            page.token = next_link(said)
        return page

    def listed(self, response: Response, page: RestPage) -> Output:
        """Keep a page. The request for what follows goes out before."""
        place = self.place
        self._note_start(response)
        self._check_datestamps(page)
        if not place.pages:
            self.version = version_of(response, self.source)
        place.add(page)
        self.met.note(page)
        self.resumed = False
        self.report.total = place.total or None
        assert response.request is not None
        names = [raw.identifier for raw in page.raws]
        if self.loops.goes_round(place, names, response.request.url):
            self.give_up(
                FetchError(f"{response.url}: pages come in a loop, after {place.count} items")
            )
            return
        try:
            place.url = self._next(response.url, page)
        except FetchError as error:
            self.give_up(error)
            return
        following = [self.ask()] if place.url else list(self._at_end())
        yield from following
        yield Page(
            url=response.url,
            body=response.body,
            media_type=MEDIA_TYPE,
            raws=page.raws,
            checkpoint=place.dump() if following else "",
            total=self.report.total,
        )

    def _next(self, here: str, page: RestPage) -> str:
        """Return the address of the next page, "" after the last. Raises FetchError."""
        source, place = self.source, self.place
        if source.paging in ("page", "offset"):
            place.number += 1
            if self._is_last(page):
                return ""
            step = place.number if source.paging == "page" else place.count
            return self.addresses.part(str(source.first + step), place.since)
        if not page.token or place.hollow:
            return ""
        if source.paging == "cursor":
            return self.addresses.part(page.token, place.since)
        return self.addresses.linked(page.token, here, place.since)

    def _is_last(self, page: RestPage) -> bool:
        """Tell whether no page follows; where that is only likely, one more is asked for."""
        place, new = self.place, self.met.distinct(self.place)
        if page.more is not None:
            return not page.more
        if not page.raws:
            was, place.beyond = place.beyond, True
            return was or place.hollow
        if not place.total or new < place.total:
            place.beyond = False
            return False
        was, place.beyond = place.beyond, True  # or the total is not true
        repeated = was and new <= place.total
        return repeated or len(page.raws) < place.largest

    def _may_start_again(self, response: Response) -> bool:
        """Let an answer through that says no to where a broken-off run would go on."""
        return (self.resumed or self.place.beyond) and response.status in _NO_SUCH_PAGE

    def _no_such_page(self, response: Response) -> Iterator[Request]:
        """Begin again where a broken-off run cannot go on; beyond the end, that is the end."""
        if self.place.beyond:
            yield from self._at_end(refused=response.status not in _GONE)
            return
        self.resumed = False
        if not self.place.restart():
            self.give_up(FetchError(f"{response.url} answers {response.status} once more"))
            return
        self.report.restarted = True
        yield self.ask()

    # Bookkeeping

    def _note_start(self, response: Response) -> None:
        """Keep the server's own time at the first answer: the next run asks changes since."""
        self.place.watermark = self.place.watermark or server_time(response)
        self.report.watermark = self.place.watermark

    def _check_datestamps(self, page: RestPage) -> None:
        since = self.place.since[:10]
        stamps = [raw.datestamp[:10] for raw in page.raws if raw.datestamp[:4].isdigit()]
        if since[:4].isdigit() and sum(stamp < since for stamp in stamps) > len(stamps) // 2:
            self.warn(f"The server ignores {self.source.since_parameter}: it sends old items.")

    def _at_end(self, *, refused: bool = False) -> Iterator[Request]:
        """End the list, or read it again where its items have moved while it was read.

        ``refused``: its server did not like to be asked for what is beyond its end.
        """
        place = self.place
        settled = self.met.settled(place)
        moved = not settled and (place.holes or place.count >= place.total)
        if moved and place.reread():
            self.warn("Items came twice or went while the list was read: it was read again.")
            self.met, self.loops, self.report.restarted = Met(self.met.names), Loops(), True
            yield self.ask()
            return
        capped = refused and place.total >= _CAP and place.total % _CAP == 0
        self._end(short=capped or not settled or place.count < place.total or self._drifts())

    def _drifts(self) -> bool:
        """Tell whether links lead on and on to pages with nothing."""
        numbered = self.source.paging in ("page", "offset")
        return self.place.hollow and not (numbered or self.place.total)

    def _end(self, *, short: bool = False) -> None:
        place = self.place
        self.report.increment = bool(place.since)
        self.report.whole = not place.since and self.source.absence != "never"
        if place.pages == 1 and not (place.since or short):  # it says what the whole list is
            self.report.watermark = watermark(place.watermark, self.version)
        if place.nameless:
            self.report.whole = False
            self.warn(
                f"Items that do not say who they are: {place.nameless}; nothing is deleted by "
                "absence."
            )
        if short:
            of = f" of {place.total}" if place.total else ""
            self.warn(f"The list ended after {place.count}{of} items.")
        else:
            self.finish()
