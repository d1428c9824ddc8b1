"""The way to the network for links: the door of the harvester, for many hosts at once."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request, signals
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    StopDownload,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from twisted.internet.error import ConnectError, TCPTimedOutError

from catalog.config import HarvestSettings, Settings, Source
from harvester import net
from harvester.errors import DeferredError, FetchError
from harvester.links import page
from harvester.links.observation import Answer, Trouble
from harvester.links.verdict import HTML
from harvester.links.visit import Asking, Given
from harvester.net import robots
from harvester.net.patience import retry_after
from harvester.net.throttle import HELD_UP
from harvester.net.trouble import certificate_trouble
from harvester.net.tunnel import DownloadHandler, PrivateAddressError

log = logging.getLogger(__name__)

_UNPACKED = 4 * 1024 * 1024  # bytes; more of 64 kB is an attack
_OWN = "links"  # in request.meta: of a visit, and not of robots.txt
_LONG = 3.0  # seconds
_THREADS = 20  # that ask for names; a name server may take its time

#: Statuses that say all there is to say, whatever is on their page.
_PLAIN = frozenset({301, 302, 303, 307, 308, 404, 410})

#: Off: each costs time on every request, and nobody reads what they count.
_COUNTERS = ("scrapy.extensions.corestats.CoreStats", "scrapy.extensions.logcount.LogCount")

#: The first that fits says what is the matter.
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (PrivateAddressError, "private"),
    (robots.ClosedByRobotsError, "robots"),
    (DeferredError, "busy"),
    (CannotResolveHostError, "dns"),
    (DownloadTimeoutError, "timeout"),
    (TCPTimedOutError, "timeout"),
    (DownloadConnectionRefusedError, "refused"),
    (ConnectError, "refused"),
)


def scrapy_settings(settings: Settings) -> dict[str, Any]:
    """Return the settings of a crawler that asks for links."""
    links = settings.links
    manners = HarvestSettings(
        delay=links.delay, timeout=links.timeout, retries=0, longest_wait=0, least_speed=0
    )
    anyone = Source(url="https://vindplaats.example/", allow_private=links.allow_private)
    given = net.scrapy_settings(manners, anyone, settings.site.contact, home=settings.site.url)
    handler = "harvester.links.door.Handler"
    middlewares = {
        **given["DOWNLOADER_MIDDLEWARES"],
        "harvester.net.robots.Robots": None,
        "harvester.links.door.Robots": 100,
        "harvester.net.patience.Within": None,  # nothing is asked of nobody
        "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    }
    extensions = {**given["EXTENSIONS"], **dict.fromkeys(_COUNTERS)}
    return {
        **given,
        "DOWNLOAD_HANDLERS": {**given["DOWNLOAD_HANDLERS"], "http": handler, "https": handler},
        "DOWNLOADER_MIDDLEWARES": middlewares,
        "EXTENSIONS": extensions,
        "ROBOTSTXT_OBEY": True,
        "CONCURRENT_TRANSFERS": links.concurrency,
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "DOWNLOAD_MAXSIZE": _UNPACKED,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,  # what came of it will do
        "REACTOR_THREADPOOL_MAXSIZE": _THREADS,
    }


class Handler(DownloadHandler):
    """Lets so many requests be under way; the delay of a host runs from when one was answered.

    From when one left would be too early: until it is there, a connection may have to be made.

    One that takes long gives up its place, and goes on: hosts that hang keep nobody waiting. They
    are as many as there are hosts gone through together, at most.
    """

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._links_crawler = crawler
        self._free = asyncio.Semaphore(crawler.settings.getint("CONCURRENT_TRANSFERS"))

    async def download_request(self, request: Request) -> Response:
        await self._free.acquire()
        place = asyncio.get_running_loop().call_later(_LONG, self._free.release)
        try:
            self._seen(request)
            return await super().download_request(request)
        finally:
            self._seen(request)
            if place.when() > asyncio.get_running_loop().time():
                place.cancel()
                self._free.release()

    def _seen(self, request: Request) -> None:
        slots = self._links_crawler.engine.downloader.slots
        if slot := slots.get(request.meta.get("download_slot")):
            slot.lastseen = max(slot.lastseen, monotonic())


class Robots(robots.Robots):
    """Asks for the robots.txt of a host once, however many requests wait for it."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def _rules_for(self, request: Request) -> Protego:
        async with self._asking[urlsplit(request.url).netloc]:
            try:
                return await super()._rules_for(request)
            except FetchError as error:
                if error.__cause__ or isinstance(error, (DeferredError, PrivateAddressError)):
                    raise  # of the host itself
                raise robots.ClosedByRobotsError(f"robots.txt cannot be read: {error}") from None


class Door:
    """Asks through a crawler, and makes answers of what comes."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._read: dict[Request, int] = {}  # bytes
        crawler.signals.connect(self._begun, signal=signals.headers_received)
        crawler.signals.connect(self._more, signal=signals.bytes_received)

    async def ask(self, asking: Asking) -> Given:
        """Send one request, after all that its host wants to be waited for."""
        try:
            request = Request(
                asking.url,
                method=asking.method,
                headers=dict(asking.headers),
                callback=NO_CALLBACK,
                meta={
                    _OWN: True,
                    "passes": _any_status,
                    "dont_redirect": True,
                    "download_maxsize": 0,
                },
            )
        except ValueError as error:
            return Given(trouble=Trouble("nowhere", str(error)))
        self._read[request] = 0
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 whatever one host does, the others go on
            return Given(trouble=trouble(error))
        finally:
            del self._read[request]
        began = monotonic()
        try:
            return _given(response, asking)
        except Exception as error:  # markup that nobody foresaw is no fault of the address
            log.exception("%s cannot be read", asking.url)
            return Given(trouble=Trouble("status", f"{type(error).__name__}: {error}"))
        finally:  # answers that waited for us meanwhile are not slow
            self._crawler.stats.inc_value(HELD_UP, monotonic() - began, start=0.0)

    def _begun(self, headers: Any, request: Request) -> None:
        """Leave the body of what is no page where it is."""
        kind = (headers.get("Content-Type") or b"text/html").lower()
        if request in self._read and request.method == "GET" and b"html" not in kind:
            raise StopDownload(fail=False)

    def _more(self, data: bytes, request: Request) -> None:
        if request in self._read:
            self._read[request] += len(data)
            if self._read[request] >= page.LARGEST:
                raise StopDownload(fail=False)


def trouble(error: BaseException) -> Trouble:
    """Return the trouble that an exception means."""
    chain = list(_causes(error))
    if any(certificate_trouble(each) for each in chain):
        return Trouble("certificate", "the certificate cannot be verified")
    for kind, reason in _REASONS:
        if found := next((each for each in chain if isinstance(each, kind)), None):
            return Trouble(reason, str(found))
    return Trouble("broken", f"{type(chain[-1]).__name__}: {error}")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _any_status(_: Response) -> bool:
    return True


def _given(response: Response, asking: Asking) -> Given:
    said, length = _header(response, "Content-Type"), _header(response, "Content-Length")
    read = None
    media_type = said.partition(";")[0].strip().lower()
    by_itself = response.status in _PLAIN or media_type not in (*HTML, "")
    if asking.method == "GET" and response.body and not by_itself:
        read = page.read(response.body, asked=asking.asked, url=asking.url, media_type=said)
    answer = Answer(
        url=asking.url,
        status=response.status,
        media_type=media_type,
        length=int(length) if length.isascii() and length.isdigit() else None,
        size=len(response.body),
        whole="download_stopped" not in response.flags,
        retry_after=retry_after(response),
        wall=net.blocked_by(response),
        page=read,
    )
    cookies = tuple(c.decode("latin-1") for c in response.headers.getlist("Set-Cookie"))
    return Given(answer=answer, location=_header(response, "Location"), cookies=cookies)


def _header(response: Response, name: str) -> str:
    said: bytes = response.headers.get(name) or b""
    try:
        return said.decode()
    except UnicodeDecodeError:
        return said.decode("latin-1")
