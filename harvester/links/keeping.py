"""Keeping what visits say: a batch at a time, and not what our own network makes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from catalog.links import Verdict
from catalog.store import Store, StoreError
from harvester.links.hosts import Hosts
from harvester.links.visit import Asking

#: Results that are kept in one transaction, and seconds after which fewer will do.
BATCH, EVERY = 100, 5.0

_HOSTS = 10  # that do not answer, and nobody is known who did before: our own network, then
_WITNESSES = 5

Clock = Callable[[], datetime]


class Keeper:
    """Keeps what visits say, unless it seems to be our own network that is down."""

    def __init__(
        self, store: Store, hosts: Hosts, clock: Clock, *, days: float, witnesses: Sequence[str]
    ) -> None:
        """Keep in ``store``; ``witnesses`` are addresses that ought to answer whatever happens."""
        self.changed = 0
        self.problem = ""
        self._store = store
        self._days = days
        self._witnesses = witnesses
        self._hosts = hosts
        self._clock = clock
        self._waiting: dict[str, Verdict] = {}
        self._answered = 0  # when the last batch was kept
        self._alone = asyncio.Lock()

    async def keep(self, url: str, found: Verdict) -> None:
        """Keep what was said of an address, now or with others."""
        self._waiting[url] = found
        if len(self._waiting) >= BATCH:
            await self.bring()

    async def every(self, seconds: float = EVERY) -> None:
        """Bring what waits to the store now and then, for ever."""
        while True:
            await asyncio.sleep(seconds)
            await self.bring()

    async def bring(self) -> None:
        """Bring what waits to the store; where it cannot be kept, ``problem`` says why."""
        async with self._alone:
            if not self._waiting or self.problem:
                return
            results, self._waiting = self._waiting, {}
            if not await self._online(results):
                self.problem = (
                    "nobody answers: the network of this machine seems to be down. What was seen "
                    "last is not kept; try again later."
                )
                return
            self._answered = self._hosts.answered
            keep, now = self._store.links.record, self._clock()
            try:
                self.changed += await asyncio.to_thread(keep, results, now, days=self._days)
            except StoreError as error:
                self.problem = str(error)

    async def _online(self, results: Mapping[str, Verdict]) -> bool:
        """Tell whether somebody has answered lately; if not, ask those who did before."""
        if self._hosts.answered > self._answered:
            return True
        known = await asyncio.to_thread(self._store.links.witnesses, _WITNESSES)
        for url in (*known, *self._witnesses[:_WITNESSES]):
            asking = Asking(method="HEAD", url=url, asked=url, headers={})
            if (await self._hosts.door(asking)).answer:
                return True
        silent = len({urlsplit(url).netloc for url in results})
        return not known and not self._witnesses and silent < _HOSTS
