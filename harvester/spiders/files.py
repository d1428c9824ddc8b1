"""Files of records: one file, a folder or a zip, on this machine or downloaded from an address.

Everything is read each time, so what is absent is gone; a download that its server says is the
same as at the last complete run is not read at all. A file that breaks off ends the run as
incomplete, after the other files have been read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec
from scrapy import Request
from scrapy.http import Response
from w3lib.encoding import http_content_type_encoding

from catalog.config import FilesSource, Source
from harvester.checkpoint import Checkpoint
from harvester.errors import FetchError
from harvester.files import DamagedError, sftp, updates
from harvester.files.download import Download
from harvester.files.members import BROKEN, Member, members, spooled
from harvester.files.record import MEDIA_TYPE, Record, pack, raw_of
from harvester.files.record import unpack as records_in
from harvester.files.records import Manner, kind_of, records
from harvester.files.saved import Saved
from harvester.raw import Page, Raw
from harvester.spiders import SourceSpider
from harvester.version import Version, header, reading, recalled, version_of, watermark

_PASSES = (HTTPStatus.NOT_MODIFIED, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
_PAGE_RECORDS = 500
_PAGE_BYTES = 8 * 1024 * 1024


class Place(Checkpoint):
    """Where the next page starts: so many records into the files, if they are still the same."""

    files: str  # what tells these files from later versions of them
    skip: int
    watermark: str
    nameless: int = 0  # records so far that could not be told from others


def unpack(
    body: bytes,
    *,
    source: str,
    url: str,
    media_type: str,  # noqa: ARG001 one kind
    entry: Source | None = None,
) -> list[Raw]:
    """Make the raws of a kept page again. Raises ParseError (rule ``page.unreadable``)."""
    address = _address(url.partition("#")[0])
    files = entry if isinstance(entry, FilesSource) else None
    return [raw_of(record, source=source, url=address, entry=files) for record in records_in(body)]


class Spider(SourceSpider):
    """Reads one source of files from its start, or from where the last run was broken off."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        assert isinstance(self.job.source, FilesSource)
        self.source = self.job.source
        self.url = self.source.url
        self.place = Place("", 0, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        limit = self.job.settings.max_bytes
        self.saved = Saved()
        self.manner = Manner(
            limit,
            delimiter=self.source.delimiter,
            columns=frozenset(self.source.columns.values()),
            prefix=self.source.prefix,
            saved=self.saved,
        )
        self.media_type = self.source.media_type or ("text/csv" if self.source.columns else "")
        self.download = Download(self.url, limit)
        self.version = Version()
        self.unknown = 0
        self.damage: FetchError | None = None

    async def start(self) -> AsyncIterator[Request]:
        self.report.whole = self.source.complete
        self.report.increment = not self.source.complete
        self.report.deletions = "absent"
        scheme = urlsplit(self.url).scheme
        if scheme in {"http", "https"}:
            yield self._ask(**self._known().headers())
        else:
            yield self.within(self.by_sftp if scheme == "sftp" else self.from_disk)

    def from_disk(self, _: Response) -> Iterator[Page]:
        path = Path(unquote(urlsplit(self.url).path) if self.url.startswith("file:") else self.url)
        before = _signature(path)
        yield from self._read(members(path), before)
        if _signature(path) != before:
            self.give_up(FetchError(f"{self.url} was changed while it was read"))

    def _known(self) -> Version:
        """Return the version that the last complete run read; an empty one for all else."""
        again = self.job.full or self.job.checkpoint
        return Version() if again else recalled(self.job.since, self.source)

    # Download

    async def by_sftp(self, _: Response) -> AsyncIterator[Page]:
        known, file = self._known().etag, self.download.file
        patience, environment = self.job.settings.timeout, self.job.environment
        try:
            version = await sftp.fetch(self.source, file, environment, patience, known)
        except FetchError as error:
            self.give_up(error)
            return
        if version == known:
            self._nothing_new()
            return
        self.version = Version(self.place.watermark, version, reading=reading(self.source))
        file.seek(0)
        for page in self._read(spooled(Path(self.url).name, file), version):
            yield page

    def _nothing_new(self) -> None:
        self.report.whole = False  # nothing was read, so nothing is absent
        self.report.watermark = self.job.since
        self.finish()

    def _ask(self, **conditions: str) -> Request:
        passing = _PASSES if conditions else _PASSES[1:]  # 304 only where it was asked for
        return Request(
            self.url,
            headers={**self.download.headers(), **conditions},
            callback=self.arrived,
            errback=self.failed,
            meta={"passes": lambda response: response.status in passing},
            dont_filter=True,
        )

    def arrived(self, response: Response) -> Iterator[Request | Page]:
        """Keep a block of the file; read it when it is whole."""
        if self._known().is_kept(response):
            self._nothing_new()
            return
        if response.status == HTTPStatus.NOT_MODIFIED:
            yield self._ask()  # it means another version than ours
            return
        try:
            whole = self.download.take(response)
        except FetchError as error:
            self.give_up(error)
            return
        if not whole:
            yield self._ask()
            return
        name = Path(unquote(urlsplit(response.url).path)).name or "file"
        self.version = version_of(response, self.source)
        charset = http_content_type_encoding(header(response, "Content-Type")) or ""
        self.manner = self.manner._replace(charset=charset)
        self.download.file.seek(0)
        found = spooled(name, self.download.file)
        yield from self._read(found, self.download.signature)

    def closed(self, reason: str) -> None:  # noqa: ARG002 Scrapy hands it to all
        self.download.close()

    # Reading

    def _read(self, found: Iterable[Member], signature: str) -> Iterator[Page]:
        self._take_up(signature)
        self.report.watermark = watermark(self.place.watermark, self.version)
        try:
            for page in self._pages(self._records(found)):
                yield page
                if self.stopping:
                    return  # what is left is the next run's
        except FetchError as error:
            self.damage = self.damage or error
        if self.place.nameless:
            # Each may be one that we have: what seems to be absent may be here, but unreadable.
            self.report.whole = False
            self.warn(
                f"records that do not say who they are: {self.place.nameless}; none is removed"
            )
        if self.source.complete and self.saved.lacking:
            self.report.whole = False
            self.warn(f"{self.saved.lacking}; nothing is removed")
            self.report.short = self.saved.lacks_end
        if self.damage:
            self.give_up(self.damage)
        elif not self.report.short:
            self.finish()

    def _take_up(self, signature: str) -> None:
        """Go on where a run was broken off, unless the files have changed since."""
        place = Place.parse(self.job.checkpoint)
        if place and place.files == signature:
            self.place = place
        elif self.job.checkpoint:
            self.report.restarted = True
        self.place.files = signature

    def _records(self, found: Iterable[Member]) -> Iterator[Record]:
        """Yield the records of all files; remember what is wrong with one and go on."""
        empty = True
        for member in found:
            try:
                with member.open() as stream:
                    kind = kind_of(stream, self.media_type)
                    if not kind:
                        self.unknown += 1
                        continue
                    empty = False
                    yield from records(stream, kind, member.name, self.manner)
            except (DamagedError, *BROKEN) as error:
                self.damage = self.damage or FetchError(f"{self.url}: {member.name}: {error}")
                empty = False
        if empty:
            raise FetchError(f"{self.url}: no file of MARC, XML, JSON or KBART is there")
        if self.unknown:
            self.warn(f"files that are no MARC, XML, JSON or KBART, and were left: {self.unknown}")

    def _pages(self, found: Iterator[Record]) -> Iterator[Page]:
        """Yield pages; all but the last say where the next one starts."""
        done = self.place.skip
        for _ in range(done):
            next(found, None)
        chunk: list[Record] = []
        size = 0
        for record in found:
            if len(chunk) == _PAGE_RECORDS or (chunk and size + len(record.payload) > _PAGE_BYTES):
                done += len(chunk)
                yield self._page(chunk, done)
                chunk, size = [], 0
            chunk.append(record)
            size += len(record.payload)
        if chunk:
            yield self._page(chunk, done + len(chunk), last=self.damage is None)

    def _page(self, chunk: list[Record], done: int, *, last: bool = False) -> Page:
        name, address = self.job.name, _address(self.url)
        raws = [raw_of(record, source=name, url=address, entry=self.source) for record in chunk]
        if partial := any(raw.partial for raw in raws):
            # a message of changes: what it leaves out is still there
            self.report.whole, self.report.increment = False, True
        self.place.nameless += sum(not raw.identifier for raw in raws)
        place = msgspec.structs.replace(self.place, skip=done)
        return Page(
            url=f"{self.url}#records={done - len(chunk) + 1}-{done}",
            body=pack(chunk),
            media_type=MEDIA_TYPE,
            raws=raws,
            checkpoint="" if last else place.dump(),
            complete=updates.completed if partial else None,
        )


def _address(url: str) -> str:
    """Return where visitors could find the file too: nowhere, if it lies on this machine."""
    return url if url.startswith(("http://", "https://")) else ""


def _signature(path: Path) -> str:
    """Return what changes when the files do: how many, how large, how recent."""
    files = [path] if path.is_file() else path.rglob("*")
    stats = [file.stat() for file in files if file.is_file()]
    newest = max((s.st_mtime_ns for s in stats), default=0)
    return f"{len(stats)} {sum(s.st_size for s in stats)} {newest}"
