"""One run: the pictures that are due are fetched, many hosts at once, each in its own time."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

import scrapy
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from catalog.config import Settings
from catalog.thumbnails import Thumbnails
from harvester.links import door
from harvester.thumbnails.picture import LARGEST, PictureError, small

_ABREAST = 8  # requests under way


def scrapy_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings of the crawler: the manners of links, and files that must be whole."""
    return {
        **door.scrapy_settings(settings),
        "DOWNLOAD_MAXSIZE": LARGEST,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "CONCURRENT_REQUESTS": _ABREAST,
    }


class ThumbnailSpider(scrapy.Spider):
    """Fetches ``urls`` into ``thumbnails``, until these take ``most`` bytes."""

    name = "thumbnails"

    def __init__(self, *, urls: Sequence[str], thumbnails: Thumbnails, most: int) -> None:
        super().__init__()
        self._urls = urls
        self._thumbnails = thumbnails
        self._most = most
        self.size = thumbnails.size()
        self.kept = 0
        self.refused: Counter[str] = Counter()
        self.problem = ""

    async def start(self) -> AsyncIterator[Any]:
        """Ask for each; what cannot be asked for is refused at once."""
        for url in self._urls:
            try:
                yield scrapy.Request(
                    url,
                    callback=self.came,
                    errback=self.failed,
                    cb_kwargs={"asked": url},
                    headers={"Accept": "image/webp,image/avif,image/*;q=0.8"},
                )
            except ValueError:
                self._refuse(url, "nowhere")

    def came(self, response: Response, asked: str) -> None:
        """Keep what came, made small."""
        try:
            picture = small(response.body)
        except PictureError as error:
            self._refuse(asked, str(error))
            return
        if self.size + len(picture) > self._most:
            self.problem = "the pictures take all the room that [thumbnails] gives them"
            raise CloseSpider("full")
        try:
            self._thumbnails.keep(asked, picture)
        except OSError as error:
            self._stop(error)
        self.size += len(picture)
        self.kept += 1

    def failed(self, failure: Any) -> None:
        """Note an address that gave nothing; a network that is down is noted as well."""
        self._refuse(failure.request.cb_kwargs["asked"], door.trouble(failure.value).reason)

    def _refuse(self, url: str, reason: str) -> None:
        self.refused[reason] += 1
        try:
            self._thumbnails.refuse(url)
        except OSError as error:
            self._stop(error)

    def _stop(self, error: OSError) -> None:
        self.problem = f"the pictures cannot be kept: {error.strerror or error}"
        raise CloseSpider("disk") from error
