"""What a provider has posted to the site: read from the inbox, without the network.

One request is one page. What is in it is told by its bytes, as in a file; several records may
come together. A deletion is a request by itself, so what is not there any more is never guessed.
"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime

import msgspec
from scrapy import Request
from scrapy.http import Response

from catalog.config import Source
from catalog.store.inbox import Posted, Refusal
from harvester.errors import ParseError
from harvester.files import DamagedError, updates
from harvester.files.record import MEDIA_TYPE, Record, pack, raw_of
from harvester.files.record import unpack as records_in
from harvester.files.records import Manner, kind_of, records
from harvester.raw import Page, Raw
from harvester.spiders import SourceSpider

#: What cannot be taken apart; the name of such a record says why.
_UNREADABLE = "application/octet-stream"


def unpack(
    body: bytes,
    *,
    source: str,
    url: str,
    media_type: str,  # noqa: ARG001 one kind
    entry: Source | None = None,  # noqa: ARG001 it says nothing of its records
) -> list[Raw]:
    """Make the raws of a kept page again. Raises ParseError (rule ``page.unreadable``)."""
    _, method, identifier = url.split(":", 2)
    if method == "delete":
        return [Raw(source=source, identifier=identifier, deleted=True, content=b"")]
    raws = [_raw(record, source) for record in records_in(body)]
    return [_named(raws, identifier)] if method == "put" else raws


def _raw(record: Record, source: str) -> Raw:
    if record.media_type != _UNREADABLE:
        return raw_of(record, source=source, url="")
    media_type, content = record.media_type, record.payload
    raw = Raw(source=source, identifier="", media_type=media_type, content=content)
    raw.rejected = ParseError("post.unreadable", record.name)
    return raw


def _named(raws: Sequence[Raw], identifier: str) -> Raw:
    """Return the one record of a put, under the name that its address gives it."""
    raw = raws[0]
    raw.identifier = identifier
    if len(raws) > 1:
        raw.rejected = ParseError("post.several", f"{len(raws)} records at the address of one")
    elif raw.rejected and raw.rejected.rule == "record.identifier_missing":
        raw.rejected = None
    return raw


class Spider(SourceSpider):
    """Reads all that waits in the inbox of one source."""

    async def start(self) -> AsyncIterator[Request]:
        yield self.within(self.read_inbox)

    def read_inbox(self, _: Response) -> Iterator[Page]:
        assert self.job.inbox
        self.report.asked = self.report.increment = True
        self.report.watermark = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for posted in self.job.inbox.pending(self.job.name):
            yield self._page(posted)
            if self.stopping:
                return
        self.finish()

    def _page(self, posted: Posted) -> Page:
        found = [] if posted.method == "delete" else list(_records(posted.body))
        url, body = f"push:{posted.method}:{posted.identifier}", pack(found)
        raws = unpack(body, source=self.job.name, url=url, media_type=MEDIA_TYPE)
        partial = posted.method == "post" and any(raw.partial for raw in raws)
        return Page(
            url=url,
            body=body,
            media_type=MEDIA_TYPE,
            raws=raws,
            complete=updates.completed if partial else None,
            kept=lambda rejects: self._answer(posted.id, len(raws), rejects),
        )

    def _answer(self, number: int, seen: int, rejects: Sequence[tuple[str, str, str]]) -> None:
        assert self.job.inbox
        self.job.inbox.answer(number, seen, [Refusal(*reject) for reject in rejects])


def _records(body: bytes) -> Iterator[Record]:
    """Yield the records in a body, and what of it is none."""
    stream = io.BytesIO(body)
    kind = kind_of(stream)
    if not kind:
        yield Record("it is no XML, JSON or MARC 21", _UNREADABLE, body)
        return
    count = 0
    try:
        for record in records(stream, kind, "", Manner(len(body))):
            yield record
            count += 1
    except (DamagedError, msgspec.DecodeError) as error:
        yield Record(str(error), _UNREADABLE, body)
    else:
        if not count:
            yield Record("there is no record in it", _UNREADABLE, body)
