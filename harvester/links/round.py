"""All addresses that are due, many hosts at once, each host by itself and in its own time."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from catalog.links import Verdict
from harvester.links.hosts import Hosts
from harvester.links.observation import RestingError
from harvester.links.visit import Visitor

#: Addresses of one host that may be under way: one may lead to another host, and wait there.
ABREAST = 4
#: Hosts that are gone through together, for each request that may be under way. Nearly all of
#: them wait, as their delay wants.
_TOGETHER = 64

Keep = Callable[[str, Verdict], Awaitable[None]]


@dataclass
class Round:
    """Visits addresses; ``keep`` is handed what each visit says, ``stopping`` tells to end early.

    ``put_off`` counts those whose host wants rest: they stay due.
    """

    hosts: Hosts
    keep: Keep
    concurrency: int
    stopping: Callable[[], bool] = lambda: False
    done: int = 0
    put_off: int = 0
    states: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    async def go(self, urls: Sequence[str]) -> None:
        """Visit ``urls``, the most urgent first; what one host does keeps no other waiting."""
        waiting: dict[str, deque[str]] = {}
        for url in urls:
            waiting.setdefault(urlsplit(url).netloc, deque()).append(url)
        visitor = Visitor(self.hosts.ask)
        room = asyncio.Semaphore(_TOGETHER * self.concurrency)
        async with asyncio.TaskGroup() as tasks:
            for host, theirs in waiting.items():
                await room.acquire()
                task = tasks.create_task(self._host(visitor, host, theirs))
                task.add_done_callback(lambda _: room.release())

    async def _host(self, visitor: Visitor, host: str, urls: deque[str]) -> None:
        """Visit one alone, which tells how the host is, and then a few at a time."""
        await self._visit(visitor, host, urls.popleft())

        async def several() -> None:
            while urls and not self.stopping():
                await self._visit(visitor, host, urls.popleft())

        async with asyncio.TaskGroup() as tasks:
            for _ in range(min(ABREAST, len(urls))):
                tasks.create_task(several())

    async def _visit(self, visitor: Visitor, host: str, url: str) -> None:
        if self.stopping():
            return
        try:
            if self.hosts.rests(host):
                raise RestingError(host)  # noqa: TRY301 as the door does
            _, found = await visitor.visit(url)
        except RestingError:
            self.put_off += 1
            return
        self.done += 1
        self.states[found.state] += 1
        self.reasons[found.reason] += 1
        await self.keep(url, found)
