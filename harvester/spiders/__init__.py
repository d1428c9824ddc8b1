"""Transports, one Scrapy spider a module: bytes, and nothing of what they mean.

A module ``harvester.spiders.<kind>`` has a class ``Spider(SourceSpider)`` and a pure function
``unpack(body, *, source, url, media_type, entry) -> list[Raw]`` that makes the raws of a kept page
again. ``kind`` in config.toml names the module.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self, cast

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from twisted.python.failure import Failure

from catalog.config import HarvestSettings, Source
from catalog.store.inbox import Inbox
from harvester import net
from harvester.errors import FetchError
from harvester.raw import Page, Raw, Unpack

Deletions = Literal["explicit", "absent", "absent-twice"]


def _live(headers: Sequence[Raw]) -> list[Raw]:
    return [raw for raw in headers if raw.identifier and not raw.deleted]


@dataclass(frozen=True, kw_only=True)
class Job:
    """What one run of one source is asked to do."""

    name: str
    source: Source
    settings: HarvestSettings
    since: str = ""  # responseDate at the start of the last complete run; "": there is none
    checkpoint: str = ""  # of the last page that was kept, when a run is taken up again
    full: bool = False  # ask for everything, whatever ``since`` says
    compare: bool = False  # compare all identifiers with what is kept, where the kind can
    #: Of headers (raws without content): those whose record the store lacks in that version.
    lacking: Callable[[Sequence[Raw]], list[Raw]] = _live
    #: Where live records stand: the identifiers on each page, by its address.
    standing: Callable[[], Mapping[str, Sequence[str]]] = dict
    #: Of the pages that records stand on: the version that each was read in, by its address.
    versions: Callable[[], Mapping[str, str]] = dict
    #: Whether records wait for a second whole list that leaves them out: then one must be read.
    awaits: Callable[[], bool] = bool
    inbox: Inbox | None = None  # what was posted to us
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)  # holds secrets


@dataclass(kw_only=True)
class Report:
    """What a spider tells of its run; the pipeline makes the run's end of it."""

    watermark: str = ""  # the server's own time at the start of this run
    whole: bool = False  # the list that was read is everything that the source has
    increment: bool = False  # only what is new was asked for: to see little is no failure
    deletions: Deletions = "explicit"  # how absence from a whole list is to be read
    total: int | None = None
    finished: bool = False  # the end of the list was reached, and nothing was missed
    short: bool = False  # the end was reached, and something was missed
    error: FetchError | None = None  # what ended it otherwise
    by_header: bool = False  # whole, yet only by its identifiers: not each record came by
    steady: bool = False  # about as many records a page may be expected as in earlier runs
    restarted: bool = False  # the list was begun again: sightings before that still count
    asked: bool = False  # whoever may has asked for each deletion by itself: none is doubted
    warnings: list[str] = field(default_factory=list)  # each a sentence; shown with the run


class SourceSpider(scrapy.Spider):
    """What every transport has: a job to do and a report to fill.

    Yield requests and ``Page`` items. Yield the request for the next page *before* the page,
    so that the network is busy while the page is kept. Call ``finish`` at the end of the list
    and ``give_up`` where it cannot be read further; a spider that does neither ends incomplete.
    """

    def __init__(
        self,
        *,
        job: Job,
        report: Report,
        keep: Callable[[Page], None] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=f"{job.source.kind}:{job.name}", **kwargs)
        self.job = job
        self.report = report
        self.keep = keep  # what is done with each page; raises StoreError

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider. An error of ours, in it or in keeping a page, costs what it handled."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        for told in (signals.spider_error, signals.item_error):
            crawler.signals.connect(spider.stumbled, told)
        return spider

    def stumbled(self, failure: Failure) -> None:
        """Scrapy goes on after an exception; the run must not end as if nothing had been lost."""
        error = failure.value
        said = f"an error in Vindplaats itself, please report it: {type(error).__name__}: {error}"
        self.give_up(FetchError(said))

    @property
    def stopping(self) -> bool:
        """The run is being stopped; one answer with many pages gives no more of them."""
        return net.closing(self.crawler)

    def within(self, callback: Callable[..., Any]) -> scrapy.Request:
        """Return a request that asks nobody, for what needs no network.

        Its pages take the way of all others: Scrapy does not see one from ``start`` to its end.
        """
        return scrapy.Request(
            f"within://{self.job.name}/", callback=callback, meta={"within": True}, dont_filter=True
        )

    def failed(self, failure: Failure) -> Any:
        """Take a request that came to nothing: it ends the run, unless that is being stopped."""
        assert failure.value is not None
        if not isinstance(failure.value, IgnoreRequest):  # it goes on later from its checkpoint
            self.give_up(net.explain(failure.value, failure.request))  # type: ignore[attr-defined]

    def finish(self) -> None:
        self.report.finished = True

    def give_up(self, error: FetchError) -> None:
        """Keep the first error; later ones are its consequences."""
        self.report.error = self.report.error or error

    def warn(self, sentence: str) -> None:
        if sentence not in self.report.warnings:
            self.report.warnings.append(sentence)


def spider_class(kind: str) -> type[SourceSpider]:
    return cast("type[SourceSpider]", _module(kind).Spider)


def unpack(kind: str) -> Unpack:
    return cast("Unpack", _module(kind).unpack)


def _module(kind: str) -> Any:
    return importlib.import_module(f"{__name__}.{kind}")
