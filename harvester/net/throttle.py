"""How often a host is asked: the slower it answers, the less."""

from __future__ import annotations

from typing import Any

from scrapy import Request, Spider, signals
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

#: Statistic of a crawl: seconds in which its own work let it take no notice of answers.
HELD_UP = "vindplaats/held_up"
_QUICK = 0.25  # seconds; who answers within them is not busy


class Throttle(AutoThrottle):
    """Scrapy's AutoThrottle, for one request at a time.

    A delay runs from one request to the next, so that of Scrapy's own is over by the time a slow
    answer is there. Here a host may rest after an answer for as long as the answer took, at most
    ``LONGEST_REST`` seconds; ``DOWNLOAD_DELAY`` stays the least there is between two requests. One
    slow answer may be chance, so the quicker of the last two counts. A quick answer costs nothing,
    and what an answer waited for us while a page was being kept is not the server's fault.
    """

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._longest_rest = crawler.settings.getfloat("LONGEST_REST")
        self._before: dict[str, float] = {}  # host -> seconds that its last answer took
        crawler.signals.connect(self._note_start, signal=signals.request_reached_downloader)

    def _held_up(self) -> float:
        return float(self.crawler.stats.get_value(HELD_UP, 0.0))

    def _note_start(self, request: Request) -> None:
        request.meta["held_up"] = self._held_up()

    def _response_downloaded(self, response: Response, request: Request, spider: Spider) -> None:
        host, slot = self._get_slot(request, spider)
        took = request.meta.get("download_latency")
        if took is None or slot is None or host is None:
            return
        now = self._held_up()
        took = max(0.0, took - now + request.meta.get("held_up", now))
        busy = min(took, self._before.get(host, 0.0))
        self._before[host] = took
        own = self.crawler.engine.downloader.per_slot_settings.get(host, {})
        rest = min(busy, self._longest_rest) if busy > _QUICK else 0.0
        wanted = max(took + rest if rest else 0.0, own.get("delay", self.mindelay))
        if wanted > slot.delay:
            slot.delay = wanted
        elif response.status < 400:  # noqa: PLR2004 HTTP: a refusal takes no work, so says nothing
            slot.delay = (slot.delay + wanted) / 2


def slow_down(crawler: Any, host: str, delay: float) -> None:
    """Leave at least ``delay`` seconds, and no less by chance, between two requests to ``host``."""
    downloader = crawler.engine.downloader
    known = downloader.per_slot_settings.get(host, {}).get("delay", 0.0)
    downloader.per_slot_settings[host] = {"delay": max(delay, known), "jitter": 0.0}
    if host in downloader.slots:
        slot = downloader.slots[host]
        slot.delay, slot.jitter = max(delay, slot.delay), 0.0
