"""OAI-PMH 2.0: Identify, ListSets where sets are named, then each list to its very end.

What is asked for, and what to do when it does not come, is ``harvester.oai.plan``; here are the
requests and the answers.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

from oaipmh import error as oai_errors
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from catalog.config import OaiPmhSource, Source
from harvester import net
from harvester.errors import AnswerError, FetchError, ParseError
from harvester.oai import unfetched
from harvester.oai.asking import media_type, moved_to, request, speaks_oai
from harvester.oai.page import (
    OaiPage,
    UnreadableError,
    instant,
    is_known,
    newest,
    read,
)
from harvester.oai.place import DAY, SECOND, Place
from harvester.oai.plan import Plan
from harvester.oai.sets import Sets
from harvester.oai.singles import Singles
from harvester.oai.walk import overlapped
from harvester.oai.windows import Span
from harvester.raw import Page, Raw
from harvester.spiders import SourceSpider

_SECONDS = 60.0  # that an answer is waited for while another way is being looked for
_LISTS = ("ListRecords", "ListIdentifiers")

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
    if media_type == unfetched.MEDIA_TYPE:
        return unfetched.unpack(body, source=source, url=url)
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
        self.sets = Sets(self.source.sets)
        taken_up = Place.parse(self.job.checkpoint)
        self.resumed = taken_up is not None
        self.place = taken_up or Place()
        self.singles = Singles(self.job.name, self.place)
        self.plan = Plan(self.source, self.place, lacking=self.job.lacking, warn=self.warn)

    async def start(self) -> AsyncIterator[Request | Page]:
        if self.source.identify:
            yield self.ask("Identify", {})
            return
        self._prepare(declared="", deletions="")
        for asked in self._begin():
            yield asked

    # Requests

    def ask(self, verb: str, arguments: dict[str, str]) -> Request:
        meta: dict[str, Any] = {"passes": speaks_oai, "keep_query": True}
        if verb == "GetRecord" or self.place.failures:
            meta["most_tries"] = 1
            meta["download_timeout"] = min(_SECONDS, self.job.settings.timeout)
        return request(
            self.source,
            self.base,
            verb,
            arguments,
            callback=self.answered,
            errback=self.failed,
            meta=meta,
            cb_kwargs={"verb": verb},
        )

    def go_on(self) -> Output:
        """Ask the next question, if there is one."""
        self.report.whole = self.plan.whole
        self.report.increment = bool(self.place.since)
        self.report.by_header = self.place.compare
        if self.place.doubted:
            self.report.deletions = "absent-twice"
        self.report.restarted = self.report.restarted or self.plan.restarted
        question = self.plan.question()
        if question:
            yield self.ask(*question)

    def go_on_with(self, page: Page | None) -> Output:
        """Ask the next question, then keep ``page``; without a question the run is at its end."""
        asked = list(self.go_on())
        yield from asked
        if page is None and not asked:
            page = Page(url=self.base, body=b"", media_type="", raws=[])  # moves the checkpoint
        if page:
            page.checkpoint = self.place.dump() if asked else ""
            yield page
        if not asked:
            self.report.short = self.place.short
            self.report.finished = not self.place.short

    # Answers

    async def answered(self, response: Response, verb: str) -> AsyncIterator[Request | Page]:
        """Read an answer and hand it on; ask again where it is none."""
        assert response.request is not None
        try:
            page = read(
                response.body,
                source=self.job.name,
                url=response.url,
                media_type=media_type(response),
            )
        except UnreadableError as error:
            wall = net.blocked_by(response)
            trouble = f"{response.url} {error}" + (wall and f" (blocked by {wall})")
        else:
            if page.verb == verb or is_known(page.error):
                for output in self._handle(response, page, verb):
                    yield output
                    if isinstance(output, Request):
                        await net.sent()
                return
            trouble = f"{response.url} answers {page.error or f'without <{verb}>'}"
        try:
            yield net.again(response.request, trouble, self.settings)
        except FetchError as error:
            for output in self._overcome(error, verb):
                yield output

    def _handle(self, response: Response, page: OaiPage, verb: str) -> Output:
        handlers = {
            "Identify": self.identified,
            "ListSets": self.sets_listed,
            "GetRecord": self.got,
        }
        try:
            yield from handlers.get(verb, self.listed)(response, page)
        except FetchError as error:
            self.give_up(FetchError(f"{self.base}: {error}"))

    def failed(self, failure: Failure) -> Output:
        assert failure.value is not None
        if isinstance(failure.value, IgnoreRequest):
            return  # the run is being stopped; it goes on later from its checkpoint
        asked: Request = failure.request  # type: ignore[attr-defined]
        yield from self._overcome(net.explain(failure.value, asked), asked.cb_kwargs["verb"])

    def _overcome(self, error: FetchError, verb: str) -> Output:
        """Go another way, where there is one."""
        if verb == "GetRecord" and isinstance(error, AnswerError):
            yield from self.go_on_with(self.singles.without(str(error), self.base))
        elif verb in _LISTS:
            try:
                self.plan.overcome(error)
            except FetchError as trouble:
                self.give_up(trouble)
            else:
                yield from self.go_on_with(None)
        else:
            self.give_up(error)

    def identified(self, response: Response, page: OaiPage) -> Output:
        """OAI-PMH 4.2. Sets how deletions are to be read and what a datestamp looks like."""
        if page.identify is None:
            self.give_up(FetchError(f"{response.url} does not identify itself: {page.error}"))
            return
        self._follow_move(response)
        said = page.identify
        self.plan.earliest = said.earliestDatestamp()
        self.plan.now = instant(page.response_date) or self.plan.now
        self._prepare(declared=said.granularity(), deletions=said.deletedRecord())
        yield from self._begin()

    def _prepare(self, *, declared: str, deletions: str) -> None:
        explicit = deletions == "persistent"
        self.report.deletions = "explicit" if explicit else "absent-twice"
        plan, place = self.plan, self.place
        fine = "T" in (self.source.granularity or declared)
        plan.granularity = SECOND if fine != place.swapped else DAY
        if not self.resumed:
            wanted = self.source.incremental and not self.job.full
            then = instant(self.job.since) if wanted else None
            place.since = overlapped(then, self.source.overlap, plan.granularity)
            place.compare = self.job.compare and bool(place.since)
            plan.open()
        elif not place.todo and not place.wanted:
            place.todo = [Span(place.since)]
        self.report.watermark = place.watermark

    def _begin(self) -> Output:
        if self.source.sets:
            self.report.whole = self.plan.whole
            yield self.ask("ListSets", {})
        else:
            yield from self.go_on()

    def _follow_move(self, response: Response) -> None:
        """Ask the rest where Identify was redirected to."""
        moved, for_good = moved_to(response)
        self.base = moved or self.base
        if for_good:
            self.warn(f"The repository has moved to {self.base}: change its url in config.toml.")

    def sets_listed(self, _response: Response, page: OaiPage) -> Output:
        """OAI-PMH 4.6. A set that is gone answers as an empty one would: so it is checked."""
        if isinstance(page.error, oai_errors.NoSetHierarchyError):
            self.give_up(FetchError(f"{self.base} has no sets, and the source names some"))
            return
        if page.error:
            self.warn(f"ListSets cannot be read ({page.error}): the sets were not checked.")
            yield from self.go_on()
            return
        new = self.sets.take(page)
        if not self.sets.missing:
            yield from self.go_on()
        elif page.token and new:
            yield self.ask("ListSets", {"resumptionToken": page.token})
        else:
            names = ", ".join(self.sets.missing)
            self.give_up(FetchError(f"{self.base} has no set {names} (any more)"))

    def listed(self, response: Response, page: OaiPage) -> Output:
        """OAI-PMH 4.3, 4.5. The request for what follows goes out before the page is kept."""
        self._note_start(page)
        if page.error:
            self.plan.refused(page.error)
            yield from self.go_on_with(None)
            return
        if self.plan.ignores_dates(page):
            yield from self.go_on()
            return
        if self.plan.forgets_set(page):
            yield from self._overcome(
                AnswerError("it goes on with records of other sets"), page.verb
            )
            return
        self.plan.take(page)
        if self.place.nameless:
            self.warn("Records without an identifier came by: nothing is deleted by absence.")
        self.report.total = self.plan.total
        headers = newest(page.headers)
        kept = Page(
            url=response.url,
            body=b"" if headers else response.body,
            media_type=media_type(response),
            raws=page.raws or [raw for raw in headers if raw.deleted],
            total=self.report.total,
            listed=[raw.identifier for raw in headers if not raw.deleted],
            headers=bool(headers),
        )
        yield from self.go_on_with(kept)

    def got(self, response: Response, page: OaiPage) -> Output:
        """OAI-PMH 4.1. One record, asked for because a list did not give it."""
        yield from self.go_on_with(self.singles.got(response, page, self.base))

    # Bookkeeping

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
