"""robots.txt, as RFC 9309 has it: what cannot be read forbids, what is not there allows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from harvester.errors import FetchError
from harvester.net.throttle import slow_down

_LONGEST_DELAY = 30.0  # seconds between requests; a site that asks for more is taken at this


class ClosedByRobotsError(FetchError):
    """robots.txt keeps us from this page; the others may be open."""


class Robots:
    """Downloader middleware for sources that are crawled."""

    def __init__(self, crawler: Any) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._agent = crawler.settings["USER_AGENT"].partition("/")[0]
        self._rules: dict[str, Protego] = {}

    @classmethod
    def from_crawler(cls, crawler: Any) -> Robots:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("robots") is False:
            return
        rules = await self._rules_for(request)
        if not rules.can_fetch(request.url, self._agent):
            raise ClosedByRobotsError(f"{request.url} is closed to us by robots.txt")
        delay = min(rules.crawl_delay(self._agent) or 0.0, _LONGEST_DELAY)
        if delay > self._crawler.settings.getfloat("DOWNLOAD_DELAY"):
            slow_down(self._crawler, urlsplit(request.url).hostname or "", delay)

    async def _rules_for(self, request: Request) -> Protego:
        parts = urlsplit(request.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            asked = Request(
                f"{origin}/robots.txt",
                callback=NO_CALLBACK,
                meta={"robots": False, "passes": _absent},
            )
            answer = await self._crawler.engine.download_async(asked)
            text = "" if _absent(answer) else answer.body.decode("utf-8-sig", "replace")
            self._rules[origin] = Protego.parse(text)
        return self._rules[origin]


def _absent(response: Response) -> bool:
    return 400 <= response.status < 500 and response.status not in (408, 429)  # noqa: PLR2004 HTTP
