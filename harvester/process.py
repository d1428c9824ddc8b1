"""One run of one source, in a process of its own: ``python -m harvester NAME``.

The supervisor starts these. All that it learns from one stands in the store; the exit code only
says that the run was closed properly.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

import click
import msgspec
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from catalog import profile
from catalog.config import ConfigError, OaiPmhSource, Settings, load
from catalog.memory import suit_many_records
from catalog.store import SourceBusyError, Store, StoreError
from catalog.store.inbox import Inbox
from catalog.store.model import Counts, Run
from harvester import removal, runs
from harvester.errors import DeferredError, FetchError
from harvester.net import scrapy_settings
from harvester.net.throttle import HELD_UP
from harvester.pipeline import Pipeline
from harvester.raw import Page
from harvester.reading import defaults_of
from harvester.rehearsal import Peek, Rehearsal
from harvester.spiders import Job, Report, spider_class
from harvester.starter import end_with_starter


class KeepPages:
    """Scrapy's way to the pipeline; after a page that could not be kept, no further one is."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeepPages:
        return cls(crawler)

    async def process_item(self, item: Page) -> Page:
        spider: Any = self._crawler.spider
        if self._closing is None:  # an error of the spider's own spares the pages before it
            began = time.monotonic()
            try:
                spider.keep(item)
            except StoreError as error:
                spider.give_up(FetchError(str(error)))
                assert self._crawler.engine
                # not awaited: the spider closes once all its items are through, this one too
                self._closing = asyncio.ensure_future(
                    self._crawler.engine.close_spider_async(reason="store")
                )
            stats = self._crawler.stats
            assert stats
            stats.set_value(HELD_UP, stats.get_value(HELD_UP, 0.0) + time.monotonic() - began)
        return item


def harvest(settings: Settings, name: str, *, full: bool, confirmed: bool) -> Run:
    """Run one source to an end of one of the five kinds and return the run.

    Raises StoreError: the source is busy, or the end itself could not be kept.
    """
    store = Store(settings.store.url)
    with store.runs.lease(name):
        run = _begin(store, name, full=full or confirmed)
        report = _crawl(settings, run, store, store.inbox, compare=_is_due(store, settings, name))
        return _end(store, run, report, confirmed=confirmed)


def rehearse(settings: Settings, name: str, *, full: bool, confirmed: bool) -> Run:
    """Do what ``harvest`` does, but count only; the store stays as it is. Raises StoreError."""
    store = Store(settings.store.url)
    full = full or confirmed
    complete = None if full else store.runs.last(name, "complete")
    rehearsal = Rehearsal(store, name, full=full, since=complete.watermark if complete else "")
    counting: Any = rehearsal  # has what a pipeline asks of a store
    inbox: Any = Peek(store)
    compare = _is_due(store, settings, name)
    report = _crawl(settings, rehearsal.said.run, counting, inbox, compare=compare)
    status, message = _ending(store, rehearsal.said.run, report, rehearsal.said.run.counts)
    verdict = removal.foresee(rehearsal, report, complete=status == "complete", confirmed=confirmed)
    if verdict.held and status == "complete":
        status, message = "refused", verdict.held
    elif verdict.held:
        report.warnings.append(verdict.held)
    counts = msgspec.structs.replace(rehearsal.said.run.counts, removed=verdict.removed)
    warnings = tuple(report.warnings)
    rehearsal.end(status=status, message=message, warnings=warnings, counts=counts)
    return rehearsal.said.run


def _crawl(settings: Settings, run: Run, store: Store, inbox: Inbox, *, compare: bool) -> Report:
    """Let the spider go, and keep its pages in ``store``."""
    report, source = Report(), settings.sources[run.source]
    pipeline = Pipeline(
        store,
        source=run.source,
        run=run.id,
        defaults=defaults_of(source),
        profile=profile.get(source.profile),
        entry=source,
        since="" if run.full else run.since,
    )
    process = AsyncCrawlerProcess(
        {
            **scrapy_settings(
                settings.harvest, source, settings.site.contact, home=settings.site.url
            ),
            "ITEM_PIPELINES": {KeepPages: 0},
            "LOG_INSTALL_ROOT_HANDLER": False,
        },
    )
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    job = Job(
        name=run.source,
        source=source,
        settings=settings.harvest,
        since=run.since,
        checkpoint=run.checkpoint,
        full=run.full,
        compare=compare,
        lacking=pipeline.lacking,
        standing=functools.partial(store.pages.standing, run.source),
        versions=functools.partial(store.pages.versions, run.source),
        awaits=functools.partial(store.keeping.awaits, run.source),
        inbox=inbox,
        environment=os.environ,
    )
    process.crawl(spider_class(source.kind), job=job, report=report, keep=pipeline.keep)
    process.start()
    if pipeline.behind:
        report.warnings.append(
            f"{pipeline.behind} records came in an older version than the one that is kept, which "
            "stays: does the source have several servers? --full takes what it says."
        )
    return report


def _begin(store: Store, name: str, *, full: bool) -> Run:
    """Take up the run that was broken off, or open a new one."""
    last = store.runs.last(name)
    complete = store.runs.last(name, "complete")
    since = complete.watermark if complete else ""
    if last and runs.may_resume(last, full=full):
        store.runs.reopen(last.id)
        return last
    if last and last.status == "running":
        store.runs.end(last.id, "incomplete", "its process ended before it did")
    store.held.forget(name, unless_refused=True)  # what is still so comes by again
    return store.runs.begin(name, full=full, since="" if full else since)


def _is_due(store: Store, settings: Settings, name: str) -> bool:
    """Tell whether it is time to compare all identifiers of a source with what is kept."""
    source = settings.sources[name]
    days = source.reconcile if isinstance(source, OaiPmhSource) else 0
    return days > 0 and runs.is_older(store.runs.last(name, "complete", whole=True), days=days)


def _change(store: Store, run: Run, report: Report, counts: Counts) -> FetchError | None:
    """Return what is amiss where a crawl that ended well found far less than it used to."""
    if not (report.steady and report.finished):
        return None
    earlier = [r.counts for r in store.runs.list(run.source, 20) if r.status == "complete"]
    said = runs.shrunk(counts, earlier)
    return FetchError(said) if said else None


def _ending(store: Store, run: Run, report: Report, counts: Counts) -> tuple[runs.End, str]:
    """Return how the run ends and why, before any removal is weighed."""
    error = report.error or _change(store, run, report, counts)
    return runs.ending(
        finished=report.finished,
        error=str(error) if error else None,
        deferred=isinstance(error, DeferredError),
        counts=counts,
        short=report.short,
        increment=report.increment,
    )


def _end(store: Store, run: Run, report: Report, *, confirmed: bool) -> Run:
    counts = (store.runs.get(run.id) or run).counts
    status, message = _ending(store, run, report, counts)
    verdict = removal.weigh(store, run, report, complete=status == "complete", confirmed=confirmed)
    if verdict.held and status == "complete":
        status, message = "refused", verdict.held
    elif verdict.held:
        report.warnings.append(verdict.held)
    store.runs.end(
        run.id,
        status,
        message,
        watermark=report.watermark,
        whole=report.whole,
        warnings=report.warnings,
        removed=verdict.removed,
    )
    return store.runs.get(run.id) or run


@click.command()
@click.argument("name")
@click.option("--config", type=click.Path(path_type=Path), default=None)
@click.option("--full", is_flag=True)
@click.option("--confirmed", is_flag=True)
@click.option("--dry-run", is_flag=True)
def main(name: str, config: Path | None, *, full: bool, confirmed: bool, dry_run: bool) -> None:
    """Harvest the source NAME."""
    end_with_starter()
    suit_many_records()
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)  # its own: Scrapy's loggers have levels that pass the root's by
    logging.basicConfig(handlers=[handler], format="%(name)s: %(message)s")
    try:
        run = rehearse if dry_run else harvest
        run(load(config), name, full=full, confirmed=confirmed)
    except SourceBusyError as error:
        click.echo(error, err=True)
        sys.exit(runs.BUSY)
    except (ConfigError, FetchError, StoreError) as error:
        sys.exit(str(error))
