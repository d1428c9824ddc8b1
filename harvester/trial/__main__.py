"""The process of a trial: guess, question, read a few records, and print what was found as JSON."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import msgspec
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings as ScrapySettings

from catalog import profile
from catalog.config import (
    AnySource,
    FeedSource,
    FilesSource,
    OaiPmhSource,
    SitemapSource,
)
from harvester.errors import FetchError
from harvester.net import scrapy_settings
from harvester.raw import Page
from harvester.spiders import Job, Report, spider_class
from harvester.trial import Task, api, serving
from harvester.trial.conformance import Repository, converse
from harvester.trial.guess import Guess, guess
from harvester.trial.outcome import Check, Checks, Trial, judge
from harvester.trial.questions import Asker
from harvester.trial.samples import Samples

_KINDS: dict[str, type[OaiPmhSource | SitemapSource | FeedSource | FilesSource]] = {
    "oai_pmh": OaiPmhSource,
    "sitemap": SitemapSource,
    "feed": FeedSource,
    "files": FilesSource,
}
#: Checks of a repository without which there is no record to read.
_VITAL = ("identify", "formats.prefix", "sets.named", "records")
_PATIENCE = 10.0  # seconds: a Retry-After beyond it ends the trial


class TakePages:
    """Scrapy's way to the samples; when there are enough, the spider is stopped."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> TakePages:
        return cls(crawler)

    async def process_item(self, item: Page) -> Page:
        spider: Any = self._crawler.spider
        if not spider.samples.enough:
            spider.samples.keep(item)
            if spider.samples.enough:  # not awaited: stopping waits for this very item
                self._closing = asyncio.ensure_future(self._crawler.stop_async())
        return item


class Attempt:
    """One trial, stage after stage; each stage is a spider, and says which is next."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.trial = Trial(name=task.name, url=task.url)
        self.settings = msgspec.structs.replace(
            task.settings,
            retries=min(1, task.settings.retries),
            longest_wait=min(_PATIENCE, task.settings.longest_wait),
            timeout=min(task.seconds, task.settings.timeout),
        )
        self.source: AnySource = task.source or FilesSource(
            url=task.url, allow_private=task.allow_private
        )
        self.until = time.monotonic() + task.seconds  # for all stages together
        self.process = AsyncCrawlerProcess(self._scrapy(), install_root_handler=False)
        logging.getLogger("scrapy").setLevel(logging.ERROR)
        self.report = Report()
        self.extra: dict[str, Any] = {}  # keys of the entry that were found out

    def run(self) -> Trial:
        """Go through the stages, and judge."""
        if self.task.source is None and "://" in self.task.url:
            self._converse(guess(self.task.url), self._guessed)
        else:
            self._question()
        self.process.start()
        ours = "Stopped by budget"  # what we cut short is nothing to warn of
        self.trial.warnings += [w for w in self.report.warnings if not w.startswith(ours)]
        if self.report.error and not self.trial.error:
            self.trial.error = str(self.report.error)
        judge(self.trial)
        return self.trial

    def _scrapy(self) -> dict[str, Any]:
        given = scrapy_settings(self.settings, self.source, self.task.contact, home=self.task.home)
        return {
            **given,
            "CLOSESPIDER_TIMEOUT": max(1.0, self.until - time.monotonic()),
            "LOG_INSTALL_ROOT_HANDLER": False,
        }

    def _converse(self, conversation: Any, then: Callable[[Any], None]) -> None:
        found: list[Any] = []
        own = ScrapySettings(self._scrapy(), priority="cmdline")
        ended = self.process.crawl(Crawler(Asker, own), conversation=conversation, found=found)
        ended.add_done_callback(lambda _: then(found[0]) if found else self._broken_off())

    def _broken_off(self) -> None:
        self.trial.error = f"{self.task.url} did not answer all questions in time."

    def _guessed(self, found: Guess) -> None:
        self.trial.guessed = found.why
        if not found.kind:
            self.trial.error = found.why
            return
        private, self.extra = self.task.allow_private, found.entry
        if found.kind == "rest":
            self.source = api.source(found.url, found.entry, allow_private=private)
            if "map" in found.entry:
                said = "The mapping is a guess by the names of fields: see what it makes of them."
                self.trial.checks.append(Check("mapping", "minor", said))
        else:
            self.source = _KINDS[found.kind](url=found.url, allow_private=private)
        self._question()

    def _question(self) -> None:
        self.trial.kind, self.trial.url = self.source.kind, self.source.url
        if isinstance(self.source, OaiPmhSource):
            talk = converse(self.source, choose=self.task.source is None)
            self._converse(talk, self._questioned)
        elif plain := serving.conversation(self.source, self.settings.max_bytes):
            self._converse(plain, self._asked)
        else:
            self._sample()

    def _asked(self, found: Checks) -> None:
        self.trial.checks += found.checks
        if not any(check.state == "major" for check in found.checks):
            self._sample()

    def _questioned(self, found: Repository) -> None:
        trial = self.trial
        trial.title, trial.checks, trial.offers = found.title, found.checks, found.offers
        trial.sets, trial.total = found.sets, found.total
        assert isinstance(self.source, OaiPmhSource)
        if any(check.name in _VITAL and check.state == "major" for check in found.checks):
            return  # a harvest would look for another way in, request after request
        self.source = msgspec.structs.replace(self.source, prefix=found.prefix)
        self._sample()

    def _sample(self) -> None:
        """Read records with the spider that a harvest would use."""
        source = self._small(self.source)
        self.trial.entry = {"kind": source.kind, "url": source.url, **self.extra}
        if source.allow_private:
            self.trial.entry["allow_private"] = True
        if isinstance(source, OaiPmhSource):
            self.trial.entry["prefix"] = source.prefix
        samples = Samples(
            self.trial,
            source,
            profile.get(self.task.profile or source.profile),
            shown=self.task.records,
        )
        job = Job(
            name=self.task.name,
            source=source,
            settings=self.settings,
            full=True,
            environment=os.environ,
        )
        given = {**self._scrapy(), "ITEM_PIPELINES": {TakePages: 0}}
        crawler = Crawler(_sampling(source.kind), ScrapySettings(given, priority="cmdline"))
        ended = self.process.crawl(crawler, job=job, report=self.report, samples=samples)
        ended.add_done_callback(lambda _: samples.finish())

    def _small(self, source: AnySource) -> AnySource:
        """Return the source, with as little of it as a trial needs."""
        if isinstance(source, SitemapSource):
            return msgspec.structs.replace(source, max_pages=3 * self.task.records)
        if isinstance(source, FeedSource):
            return msgspec.structs.replace(source, max_pages=1)
        return source


def _sampling(kind: str) -> Any:
    """Return the spider of a kind, which knows where its pages go."""
    real = spider_class(kind)

    class Sampling(real):  # type: ignore[misc,valid-type]  # the class is known at run time
        def __init__(self, *, samples: Samples, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.samples = samples

    return Sampling


def main() -> None:
    """Read a task from standard input and print its outcome."""
    logging.basicConfig(level=logging.ERROR, format="%(name)s: %(message)s")
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    trial = Trial(name=task.name, url=task.url)
    try:
        trial = Attempt(task).run()
    except FetchError as error:
        trial.error = str(error)
        judge(trial)
    sys.stdout.buffer.write(msgspec.json.encode(trial))


if __name__ == "__main__":
    main()
