"""OAI-PMH 2.0: Identify, ListSets where sets are named, then ListRecords to its very end.

A list ends at an empty or absent resumptionToken, and counts as finished only where as many
records came as the server said there are (OAI-PMH 3.5).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from oaipmh import error as oai_errors
from oaipmh.validation import validateResumptionArguments
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from catalog.config import OaiPmhSource, Source
from harvester import net
from harvester.errors import FetchError, ParseError
from harvester.oai.page import OaiPage, UnreadableError, instant, is_known, read, say
from harvester.oai.place import DAY, SECOND, Loops, Place
from harvester.raw import Page, Raw
from harvester.spiders import SourceSpider

_MOVED = (301, 308)

Output = Iterator[Request | Page]


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
        return read(body, source=source, url=url, media_type=media_type).raws
    except UnreadableError as error:
        raise ParseError("page.unreadable", f"the page {error}") from error


class Spider(SourceSpider):
    """Harvests one repository; knows where it is by its ``place``, which is the checkpoint."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        assert isinstance(self.job.source, OaiPmhSource)
        self.source = self.job.source
        self.base = self.source.url
        self.granularity = ""
        self.loops = Loops()
        self.sets_found: set[str] = set()
        taken_up = Place.parse(self.job.checkpoint)
        self.resumed = taken_up is not None
        self.place = taken_up or Place()

    async def start(self) -> AsyncIterator[Request]:
        yield self.ask("Identify", {})

    # Requests

    def ask(self, verb: str, arguments: dict[str, str]) -> Request:
        """Return a request with those ``arguments`` that have a value, encoded once."""
        said = {name: value for name, value in arguments.items() if value}
        named = {"from_" if name == "from" else name: value for name, value in said.items()}
        validateResumptionArguments(verb, named)
        query = urlencode({"verb": verb, **said}, quote_via=quote, safe="")
        joint = "&" if urlsplit(self.base).query else "?"
        return Request(
            self.base.rstrip("?&") + joint + query,
            callback=self.answered,
            errback=self.failed,
            meta={"passes": _speaks_oai, "keep_query": True},
            cb_kwargs={"verb": verb},
            dont_filter=True,
        )

    def ask_list(self) -> Request:
        place = self.place
        if place.token:
            return self.ask("ListRecords", {"resumptionToken": place.token})
        sets = self.source.sets
        return self.ask(
            "ListRecords",
            {
                "metadataPrefix": self.source.prefix,
                "set": sets[place.index] if sets else "",
                "from": place.since,
            },
        )

    # Answers

    async def answered(self, response: Response, verb: str) -> AsyncIterator[Request | Page]:
        """Read an answer and hand it on; ask again where it is none."""
        assert response.request is not None
        try:
            page = read(
                response.body,
                source=self.job.name,
                url=response.url,
                media_type=_media_type(response),
            )
        except UnreadableError as error:
            wall = net.blocked_by(response)
            trouble = f"{response.url} {error}" + (wall and f" (blocked by {wall})")
        else:
            if page.verb == verb or is_known(page.error):
                handle = {"Identify": self.identified, "ListSets": self.sets_listed}
                for output in handle.get(verb, self.listed)(response, page):
                    yield output
                    if isinstance(output, Request):
                        await net.sent()
                return
            trouble = f"{response.url} answers {page.error or f'without <{verb}>'}"
        try:
            yield net.again(response.request, trouble, self.settings)
        except FetchError as error:
            self.give_up(error)

    def failed(self, failure: Failure) -> None:
        assert failure.value is not None
        if isinstance(failure.value, IgnoreRequest):
            return  # the run is being stopped; it goes on later from its checkpoint
        self.give_up(net.explain(failure.value, failure.request))  # type: ignore[attr-defined]

    def identified(self, response: Response, page: OaiPage) -> Output:
        """OAI-PMH 4.2. Sets how deletions are to be read and what a datestamp looks like."""
        if page.identify is None:
            self.give_up(FetchError(f"{response.url} does not identify itself: {page.error}"))
            return
        self._follow_move(response)
        said = page.identify
        explicit = said.deletedRecord() == "persistent"
        self.report.deletions = "explicit" if explicit else "absent-twice"
        fine = "T" in (self.source.granularity or said.granularity())
        self.granularity = SECOND if fine else DAY
        if not self.resumed:
            self.place.since = self._since(self.granularity)
        self.report.whole = not self.place.since
        self.report.watermark = self.place.watermark
        yield self.ask("ListSets", {}) if self.source.sets else self.ask_list()

    def _follow_move(self, response: Response) -> None:
        """Ask the rest where Identify was redirected to."""
        meta = response.request.meta if response.request else {}
        if not meta.get("redirect_urls"):
            return
        parts = urlsplit(response.url)
        query = "&".join(p for p in parts.query.split("&") if not p.startswith("verb="))
        self.base = urlunsplit(parts._replace(query=query, fragment=""))
        if any(status in _MOVED for status in meta.get("redirect_reasons", [])):
            self.warn(f"The repository has moved to {self.base}: change its url in config.toml.")

    def sets_listed(self, _response: Response, page: OaiPage) -> Output:
        """OAI-PMH 4.6. A set that is gone answers as an empty one would: so it is checked."""
        if isinstance(page.error, oai_errors.NoSetHierarchyError):
            self.give_up(FetchError(f"{self.base} has no sets, and the source names some"))
            return
        if page.error:
            self.warn(f"ListSets cannot be read ({page.error}): the sets were not checked.")
            yield self.ask_list()
            return
        new = set(page.set_specs) - self.sets_found
        self.sets_found |= new
        missing = [name for name in self.source.sets if not self._has_set(name)]
        if not missing:
            yield self.ask_list()
        elif page.token and new:
            yield self.ask("ListSets", {"resumptionToken": page.token})
        else:
            names = ", ".join(missing)
            self.give_up(FetchError(f"{self.base} has no set {names} (any more)"))

    def _has_set(self, name: str) -> bool:
        return name in self.sets_found or any(s.startswith(f"{name}:") for s in self.sets_found)

    def listed(self, response: Response, page: OaiPage) -> Output:
        """OAI-PMH 4.5. The request for what follows goes out before the page is kept."""
        self._note_start(page)
        if page.error:
            yield from self._refused(page.error)
            return
        place = self.place
        self._check_datestamps(page)
        place.add(page)
        self.report.total = place.overall
        if self.loops.found(place, page):
            been = f"after {place.count} records"
            self.give_up(FetchError(f"{self.base} sends its pages in a loop, {been}"))
            return
        if place.ended(page):
            self._end_list()
            self.loops = Loops()
            follows = place.next_list(len(self.source.sets))
        else:
            place.token, follows = page.token, True
        if follows:
            yield self.ask_list()
        yield Page(
            url=response.url,
            body=response.body,
            media_type=_media_type(response),
            raws=page.raws,
            checkpoint=place.dump() if follows else "",
            total=place.overall,
        )
        if not follows:
            self._end()

    def _refused(self, error: Exception) -> Output:
        """Answer an OAI-PMH error (3.6) on ListRecords: try otherwise, or give up."""
        place = self.place
        if place.token and isinstance(
            error, oai_errors.BadResumptionTokenError | oai_errors.BadArgumentError
        ):
            if not place.restart():
                self.give_up(FetchError(f"{self.base} breaks its list off twice: {say(error)}"))
                return
            self.report.restarted = True
            self.loops = Loops()
            yield self.ask_list()
        elif isinstance(error, oai_errors.NoRecordsMatchError) and not place.token:
            if place.next_list(len(self.source.sets)):
                yield self.ask_list()
            else:
                self._end()
        elif isinstance(error, oai_errors.BadArgumentError) and place.since:
            self._ask_otherwise()
            yield self.ask_list()
        else:
            self.give_up(FetchError(f"{self.base} refuses ListRecords: {say(error)}"))

    def _ask_otherwise(self) -> None:
        """Try ``from`` in the other granularity, then do without it."""
        if not self.place.swapped:
            other = DAY if self.granularity == SECOND else SECOND
            self.place.since, self.place.swapped = self._since(other), True
            self.warn("The server refuses dates in the granularity that it declares.")
        else:
            self.place.since, self.report.whole = "", True
            self.warn("The server refuses from: everything is asked for each time.")

    # Bookkeeping

    def _since(self, granularity: str) -> str:
        """Return ``from``: an overlap before the last complete run, floored; "" for all."""
        then = instant(self.job.since)
        if then is None or self.job.full or not self.source.incremental:
            return ""
        return (then - timedelta(hours=self.source.overlap)).strftime(granularity)

    def _note_start(self, page: OaiPage) -> None:
        """Keep the server's own time at the first answer: the next run's ``from``."""
        if self.place.watermark:
            return
        now = datetime.now(UTC)
        then = instant(page.response_date)
        if then is None:
            self.warn("The server does not say its time (responseDate): ours is used.")
        self.place.watermark = min(then or now, now).strftime(SECOND)
        self.report.watermark = self.place.watermark

    def _check_datestamps(self, page: OaiPage) -> None:
        since = self.place.since[:10]
        old = sum(1 for raw in page.raws if "" < raw.datestamp[:10] < since) if since else 0
        if old > len(page.raws) // 2:
            self.warn("The server ignores from; incremental = false would say so.")

    def _end_list(self) -> None:
        place = self.place
        if place.total and place.count < place.total:
            place.short = True
            self.warn(f"A list ended after {place.count} of {place.total} records.")
        elif place.empty and not place.total:
            place.short = True
            self.warn(f"A list went on with empty pages after {place.count} records.")
        if place.nameless:
            self.report.whole = False
            self.warn("Records without an identifier came by: nothing is deleted by absence.")

    def _end(self) -> None:
        if not self.place.short:
            self.finish()


def _speaks_oai(response: Response) -> bool:
    """Errors of the protocol come with 404, 422 and 500 as well as with 200."""
    return b"OAI-PMH" in response.body and b"<error" in response.body


def _media_type(response: Response) -> str:
    return (response.headers.get("Content-Type") or b"text/xml").decode("latin-1")
