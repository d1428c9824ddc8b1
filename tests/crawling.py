"""Runs spiders as they run in earnest: Scrapy's own process, in a child, over loopback.

A reactor starts once in a process, so a batch of jobs shares one child.
"""

from __future__ import annotations

import base64
import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import msgspec

from catalog import mappings
from catalog.config import AnySource, HarvestSettings
from harvester import net
from harvester.raw import Page, Raw
from harvester.spiders import Job, Report, SourceSpider, spider_class, unpack

QUICK: dict[str, Any] = {"delay": 0, "retries": 2, "timeout": 10}


@dataclass
class Run:
    """What came of one job."""

    pages: list[dict[str, Any]]
    report: dict[str, Any]
    delays: dict[str, float]  # seconds between two requests to a host, at the end

    @property
    def raws(self) -> list[dict[str, Any]]:
        return [raw for page in self.pages for raw in page["raws"]]

    @property
    def identifiers(self) -> list[str]:
        return [raw["identifier"] for raw in self.raws if not raw["rejected"]]

    @property
    def error(self) -> str:
        return self.report["error"] or ""


@dataclass
class Task:
    name: str
    source: dict[str, Any]
    settings: dict[str, Any] = field(default_factory=dict)
    since: str = ""
    checkpoint: str = ""
    full: bool = False
    scrapy: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)


def crawl(*tasks: Task) -> dict[str, Run]:
    """Run ``tasks`` in one child process; the first one's ``allow_private`` holds for all."""
    done = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps([asdict(task) for task in tasks]),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-5000:]
    assert "Traceback" not in done.stderr, done.stderr
    return {name: Run(**run) for name, run in json.loads(done.stdout).items()}


def raw_as_json(raw: Raw) -> dict[str, Any]:
    return {
        "identifier": raw.identifier,
        "datestamp": raw.datestamp,
        "deleted": raw.deleted,
        "missing": raw.missing,
        "sets": list(raw.sets),
        "repaired": raw.repaired,
        "rejected": raw.rejected.rule if raw.rejected else "",
        "media_type": raw.media_type,
        "url": raw.url,
        "payload": raw.payload.decode(),
    }


def _page_as_json(spider: SourceSpider, page: Page) -> dict[str, Any]:
    again = (
        []
        if page.listed or not page.body
        else unpack(spider.job.source.kind)(
            page.body,
            source=spider.job.name,
            url=page.url,
            media_type=page.media_type,
            entry=spider.job.source,
        )
    )
    raws = [raw_as_json(raw) for raw in page.raws]
    assert page.listed or [raw_as_json(raw) for raw in again] == raws, "unpack makes other raws"
    return {
        "url": page.url,
        "media_type": page.media_type,
        "body": base64.b64encode(page.body).decode(),
        "checkpoint": page.checkpoint,
        "total": page.total,
        "raws": raws,
    }


def lacking(crawler: Any) -> Callable[[Sequence[Raw]], list[Raw]]:
    """Tell as the store would which records have not come by."""
    pages = importlib.import_module("crawling").COLLECTED

    def of(headers: Sequence[Raw]) -> list[Raw]:
        met = {raw["identifier"] for page in pages.get(crawler, []) for raw in page["raws"]}
        return [h for h in headers if h.identifier not in met and not h.deleted]

    return of


COLLECTED: dict[Any, list[dict[str, Any]]] = {}


class Collect:
    """An item pipeline that keeps pages as JSON."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self.pages: list[dict[str, Any]] = []
        COLLECTED[crawler] = self.pages

    @classmethod
    def from_crawler(cls, crawler: Any) -> Collect:
        return cls(crawler)

    def process_item(self, item: Page) -> Page:
        self.pages.append(_page_as_json(self._crawler.spider, item))
        return item


def _main() -> None:
    from scrapy.crawler import Crawler, CrawlerProcess  # noqa: PLC0415 the child alone
    from scrapy.settings import Settings  # noqa: PLC0415
    from scrapy.utils.reactor import install_reactor  # noqa: PLC0415

    # Scrapy imports this file a second time, by its name; the pages are there.
    collected = importlib.import_module("crawling").COLLECTED
    process, runs = None, []
    for task in (Task(**task) for task in json.load(sys.stdin)):
        source = msgspec.convert(mappings.filled(task.source), AnySource)
        settings = msgspec.convert({**QUICK, **task.settings}, HarvestSettings)
        given = {
            **net.scrapy_settings(settings, source, "test@vindplaats.example"),
            "ITEM_PIPELINES": {"crawling.Collect": 1},
            **task.scrapy,
        }
        if process is None:
            install_reactor(given["TWISTED_REACTOR"])
            process = CrawlerProcess(given)
        own = Settings(given, priority="cmdline")  # or the first job's would override them
        crawler, report = Crawler(spider_class(source.kind), own), Report()
        job = Job(
            name=task.name,
            source=source,
            settings=settings,
            since=task.since,
            checkpoint=task.checkpoint,
            full=task.full,
            environment=task.environment,
            lacking=lacking(crawler),
        )
        process.crawl(crawler, job=job, report=report)
        runs.append((task.name, crawler, report))
    assert process is not None
    process.start()
    json.dump({name: _run_as_json(c, collected[c], r) for name, c, r in runs}, sys.stdout)


def _run_as_json(crawler: Any, pages: list[dict[str, Any]], report: Report) -> dict[str, Any]:
    said = {**vars(report), "error": report.error and str(report.error)}
    delays = {host: slot.delay for host, slot in crawler.engine.downloader.slots.items()}
    said["kind"] = type(report.error).__name__
    return {"pages": pages, "report": said, "delays": delays}


if __name__ == "__main__":
    _main()
