"""A shelf of files: made, and read by the spider as a source of them is."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pymarc
from scrapy import Request
from scrapy.http import Response

from catalog.config import FilesSource, HarvestSettings
from harvester import formats
from harvester.errors import ParseError
from harvester.raw import Page, Raw
from harvester.spiders import Job, Report, SourceSpider
from harvester.spiders import files as spider


class Read:
    """What came of one run."""

    def __init__(
        self,
        path: Path | str,
        checkpoint: str = "",
        *,
        since: str = "",
        full: bool = False,
        environment: dict[str, str] | None = None,
        max_bytes: int = 100_000,
        timeout: float = 300,
        **keys: Any,
    ) -> None:
        self.report = Report()
        source = FilesSource(url=str(path), **keys)
        job = Job(
            name="shelf",
            source=source,
            settings=HarvestSettings(max_bytes=max_bytes, timeout=timeout),
            checkpoint=checkpoint,
            since=since,
            full=full,
            environment=environment or {},
        )
        with ThreadPoolExecutor(1) as other:  # a browser of other tests may have a loop in this one
            self.pages: list[Page] = other.submit(asyncio.run, self._pages(job)).result()
        for page in self.pages:
            again = spider.unpack(
                page.body,
                source="shelf",
                url=page.url,
                media_type=page.media_type,
                entry=source,
            )
            assert [shape(raw) for raw in again] == [shape(raw) for raw in page.raws]

    async def _pages(self, job: Job) -> list[Any]:
        made = spider.Spider(job=job, report=self.report)
        pages = [page async for page in pages_of(made)]
        made.closed("finished")
        return pages

    @property
    def raws(self) -> list[Raw]:
        return [raw for page in self.pages for raw in page.raws]

    @property
    def identifiers(self) -> list[str]:
        return [raw.identifier for raw in self.raws if not raw.rejected]

    @property
    def rejects(self) -> list[str]:
        return [raw.rejected.rule for raw in self.raws if raw.rejected]


async def pages_of(made: SourceSpider) -> AsyncIterator[Page]:
    """Yield the pages of a spider that needs no HTTP, as Scrapy would call it."""
    made.crawler = SimpleNamespace(engine=None)  # type: ignore[assignment]
    async for asked in made.start():
        assert isinstance(asked, Request)
        assert asked.meta["within"]
        assert asked.callback
        found = asked.callback(Response(asked.url))
        if hasattr(found, "__aiter__"):
            async for page in found:
                yield page
        else:
            for page in found:
                yield page


def shape(raw: Raw) -> tuple[Any, ...]:
    rule = raw.rejected and raw.rejected.rule
    return raw.identifier, raw.media_type, raw.deleted, raw.repaired, rule, raw.url, raw.payload


def marc(
    number: str,
    title: str = "A title",
    organisation: str = "",
    status: str = "n",
    others: Sequence[str] = (),
) -> bytes:
    record = pymarc.Record(force_utf8=True)
    record.leader = pymarc.Leader(f"00000{status}am a2200000 a 4500")
    if number:
        record.add_field(pymarc.Field(tag="001", data=number))
    if organisation:
        record.add_field(pymarc.Field(tag="003", data=organisation))
    indicators = pymarc.Indicators("0", "0")
    for tag, said in [*(("035", other) for other in others), ("245", title)]:
        subfields = [pymarc.Subfield("a", said)]
        record.add_field(pymarc.Field(tag=tag, indicators=indicators, subfields=subfields))
    return bytes(record.as_marc())


def product(number: int, notice: str = "03", title: str = "Lesboek") -> str:
    return (
        f"<Product><RecordReference>p{number}</RecordReference>"
        f"<NotificationType>{notice}</NotificationType><DescriptiveDetail><TitleDetail>"
        "<TitleType>01</TitleType><TitleElement><TitleElementLevel>01</TitleElementLevel>"
        f"<TitleText>{title}</TitleText></TitleElement></TitleDetail></DescriptiveDetail></Product>"
    )


def message(*products: str, end: str = "</ONIXMessage>") -> bytes:
    head = '<?xml version="1.0"?><ONIXMessage release="3.0"><Header/>'
    return (head + "".join(products) + end).encode()


def write(folder: Path, name: str, data: bytes) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


def outcomes(read: Read) -> Counter[str]:
    """Return how many records each format read and each rule rejected."""
    found: Counter[str] = Counter()
    for raw in read.raws:
        try:
            if raw.rejected:
                raise raw.rejected
            name, resources = formats.read(raw)
            found[name] += len(json.dumps([r.identifier for r in resources])) > 2
        except ParseError as error:
            found[error.rule] += 1
    return found
