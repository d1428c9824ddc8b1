"""One run: what is due is asked for through a crawler, and kept a batch at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import scrapy

from catalog.config import LinkSettings
from catalog.links import Verdict
from catalog.store import Store
from harvester.links.door import Door
from harvester.links.hosts import Hosts
from harvester.links.keeping import Clock, Keeper
from harvester.links.round import Round
from harvester.links.told import Told
from harvester.net import closing

_INTERVAL = 0.3  # seconds between two times that somebody is told how the run stands


class LinksSpider(scrapy.Spider):
    """Lends its crawler to a round, which asks for ``urls``; it yields nothing.

    ``tell`` is told now and then how things stand, and at the end. ``witnesses`` are asked where
    nobody answers: is it our own network?
    """

    name = "links"

    def __init__(
        self,
        *,
        urls: Sequence[str],
        store: Store,
        settings: LinkSettings,
        tell: Callable[[Told], None],
        witnesses: Sequence[str] = (),
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__()
        self._urls = urls
        self._store = store
        self._settings = settings
        self._tell = tell
        self._witnesses = witnesses
        self._clock = clock
        self._next = 0.0

    async def start(self) -> AsyncIterator[Any]:
        """Go through all of them; a run that is being stopped keeps what it has."""
        hosts = Hosts(Door(self.crawler).ask)
        keeper = Keeper(
            self._store,
            hosts,
            self._clock,
            days=self._settings.days,
            witnesses=self._witnesses,
        )

        async def keep(url: str, found: Verdict) -> None:
            await keeper.keep(url, found)
            self._say(round_, keeper)

        round_ = Round(
            hosts=hosts,
            keep=keep,
            concurrency=self._settings.concurrency,
            stopping=lambda: bool(keeper.problem) or closing(self.crawler),
        )
        now_and_then = asyncio.ensure_future(keeper.every())
        try:
            await round_.go(self._urls)
        finally:
            now_and_then.cancel()
            await keeper.bring()
            self._say(round_, keeper, last=True)
        return
        yield

    def _say(self, round_: Round, keeper: Keeper, *, last: bool = False) -> None:
        now = time.monotonic()
        if last or now >= self._next:
            self._next = now + _INTERVAL
            told = Told(
                of=len(self._urls),
                done=round_.done,
                put_off=round_.put_off,
                changed=keeper.changed,
                states=dict(round_.states),
                reasons=dict(round_.reasons),
                problem=keeper.problem,
                ended=last,
            )
            self._tell(told)
