"""Rounds over links as they are made in earnest, in a child process, at times of our choosing.

Host names that end in ``example`` stand for one loopback address, which is taken for the open
internet, but ``private.example`` for another, and ``unknown-host.example`` for none.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings as ScrapySettings
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IHostnameResolver
from twisted.python.failure import Failure
from zope.interface import implementer  # type: ignore[import-untyped]

from catalog.config import LinkSettings, Settings
from catalog.store import Store
from harvester.links import door
from harvester.links.run import LinksSpider
from harvester.links.told import Told
from harvester.net import address
from harvester.net.address import GuardedResolver

START = datetime(2026, 11, 23, 4, tzinfo=UTC)
OPEN, PRIVATE = "127.0.0.1", "127.0.0.3"
QUICK = {"delay": 0, "timeout": 300, "concurrency": 32}


@dataclass
class Task:
    """What the child does: all links of ``store`` are asked for on each of ``days``."""

    store: str
    days: list[float]
    settings: dict[str, Any] = field(default_factory=dict)
    guarded: bool = True


@dataclass
class Round:
    """How one round ended: what was told, and (state, reason, target, detail) by address."""

    told: dict[str, Any]
    links: dict[str, list[str]]


def rounds(task: Task, *, timeout: float = 240) -> list[Round]:
    """Make the rounds in a child process."""
    done = subprocess.run(
        [sys.executable, __file__],
        input=json.dumps(asdict(task)),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-5000:]
    assert "Traceback" not in done.stderr, done.stderr[-5000:]
    return [Round(**each) for each in json.loads(done.stdout)]


class Resolver(GuardedResolver):
    """Knows what ``example`` names stand for."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        names: Any = _Names(self.original_resolver)
        self.original_resolver = names
        address.is_public = lambda address: address == OPEN


@implementer(IHostnameResolver)
class _Names:
    def __init__(self, real: Any) -> None:
        self._real = real

    def resolveHostName(self, receiver: Any, name: str, *more: Any) -> Any:  # noqa: N802 Twisted's
        if name == "unknown-host.example":
            return self._none(receiver, name)
        number = PRIVATE if name == "private.example" else OPEN
        return self._real.resolveHostName(
            receiver, number if name.endswith(".example") else name, *more
        )

    def _none(self, receiver: Any, name: str) -> Any:
        resolution = Failure(DNSLookupError(name))  # type: ignore[no-untyped-call]
        receiver.resolutionBegan(resolution)
        receiver.resolutionComplete()
        return resolution


def _main() -> None:
    task = Task(**json.load(sys.stdin))
    settings = Settings(links=msgspec.convert({**QUICK, **task.settings}, LinkSettings))
    given = {**door.scrapy_settings(settings), "LOG_INSTALL_ROOT_HANDLER": False}
    if task.guarded:
        given["TWISTED_DNS_RESOLVER"] = "rounds.Resolver"
    store, made = Store(task.store), []
    process = AsyncCrawlerProcess(given, install_root_handler=False)
    days = iter(task.days)

    def next_round(_: object = None) -> None:
        day = next(days, None)
        if day is None:
            return
        now = START + timedelta(days=day)
        told: list[Told] = []
        urls = [each.url for each in store.links.due(now, 100_000, again=True)]
        crawler = Crawler(LinksSpider, ScrapySettings(given, priority="cmdline"))
        ended = process.crawl(
            crawler, urls=urls, store=store, settings=settings.links, tell=told.append,
            clock=lambda: now,
        )  # fmt: skip
        ended.add_done_callback(lambda _: made.append(_made(store, told[-1])))
        ended.add_done_callback(next_round)

    next_round()
    process.start()
    json.dump(made, sys.stdout)


def _made(store: Store, told: Told) -> dict[str, Any]:
    with store.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT url, state, reason, target, detail FROM link")
        links = {url: list(rest) for url, *rest in rows}
    return {"told": msgspec.to_builtins(told), "links": links}


if __name__ == "__main__":
    _main()
