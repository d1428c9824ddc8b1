"""Trying again: how often, after how long, and where a redirect may lead."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from harvester.errors import AnswerError, DeferredError, FetchError
from harvester.net.trouble import PASSING, certificate_trouble, explain, refusal, said

_PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_LATER = (429, 503)
_TURNS = 10  # of the reactor, from the scheduler to the socket; five are enough
_FIRST_WAIT = 10  # times the source's delay


def again(
    request: Request,
    trouble: str,
    settings: Any,
    wait: float | None = None,
    *,
    lasting: type[FetchError] = AnswerError,
) -> Request:
    """Return ``request`` for another try, after ``wait`` seconds.

    Without ``wait`` the pause doubles with each try, give or take a third, from ten times the
    source's delay. Raises ``lasting`` (with ``trouble``) when it was tried often enough, and
    DeferredError where ``wait`` is more than ``longest_wait``.
    """
    tries = request.meta.get("tries", 0)
    longest = settings.getfloat("LONGEST_WAIT")
    if wait is not None and wait > longest:
        raise DeferredError(f"{trouble}, and asks to come back in {_span(wait)}")
    if tries >= min(settings.getint("RETRY_TIMES"), request.meta.get("most_tries", tries + 1)):
        raise lasting(trouble + (f", {tries + 1} times in a row" if tries else ""))
    if wait is None:
        pause = _FIRST_WAIT * settings.getfloat("DOWNLOAD_DELAY") * 2**tries
        wait = min(longest, pause * random.uniform(0.67, 1.33))  # noqa: S311 jitter, no secret
    return request.replace(meta={**request.meta, "tries": tries + 1, "wait": wait})


def _span(seconds: float) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def retry_after(response: Response, now: datetime | None = None) -> float | None:
    """Return the seconds that a ``Retry-After`` asks for (RFC 9110, 10.2.3), or None."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    try:
        then = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - (now or datetime.now(UTC))).total_seconds())


async def sent() -> None:
    """Let the reactor turn until a request that was just yielded is on its way.

    Keeping a page holds the reactor up; meanwhile the server can be at work on the next one.
    """
    for _ in range(_TURNS):
        await asyncio.sleep(0)


class Within:
    """Downloader middleware: answers what is asked of nobody, a file of this machine, say."""

    def process_request(self, request: Request) -> Response | None:
        return Response(request.url) if request.meta.get("within") else None


class Patience:
    """Downloader middleware: waits before a second try, and says when to give up."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> Patience:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait in small steps, so that a run that is being stopped need not wait."""
        left = request.meta.pop("wait", 0.0)
        while left > 0:
            if closing(self._crawler):
                raise IgnoreRequest("the run is being stopped")
            step = min(left, 0.5)
            await asyncio.sleep(step)
            left -= step

    def process_response(self, request: Request, response: Response) -> Request | Response:
        passes = request.meta.get("passes")
        if 200 <= response.status < 300 or (passes and passes(response)):  # noqa: PLR2004 HTTP
            return response
        if response.status not in _PASSING_STATUS:
            raise refusal(response)
        wait = retry_after(response) if response.status in _LATER else None
        trouble = f"{response.url} answers {said(response.status)}"
        lasting = FetchError if response.status in _LATER else AnswerError
        return again(request, trouble, self._crawler.settings, wait, lasting=lasting)

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        if isinstance(exception, (IgnoreRequest, FetchError)):
            return None
        trouble = explain(exception, request)
        if isinstance(exception, PASSING) and not certificate_trouble(exception):
            try:
                return again(request, str(trouble), self._crawler.settings, lasting=type(trouble))
            except FetchError as error:
                raise error from exception
        raise trouble from exception


def closing(crawler: Any) -> bool:
    """Tell whether the run is being stopped: by an error, a time limit or a signal."""
    slot = getattr(crawler.engine, "_slot", None)  # Scrapy has no signal for this moment
    return slot is not None and slot.closing is not None


class Redirects(RedirectMiddleware):
    """At most five, to http(s) alone; each new address passes the guarded resolver again."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        del spider  # Scrapy's old way
        try:
            result = super().process_response(request, response)
        except IgnoreRequest:
            raise FetchError(
                f"{request.url} is redirected more than {self.max_redirect_times} times"
            ) from None
        if not isinstance(result, Request):
            return result
        if request.method == "POST" and request.meta.get("keep_query"):
            # The arguments of OAI-PMH are the body, which browsers drop at a 301 or 302.
            return result.replace(method="POST", body=request.body, headers=request.headers)
        query = urlsplit(request.url).query
        if request.meta.get("keep_query") and query and not urlsplit(result.url).query:
            result = result.replace(url=f"{result.url.rstrip('?')}?{query}")
        return result

    def handle_referer(self, request: Request, response: Response) -> None:
        """Send no Referer."""

    def _engine_started(self) -> None:
        """Look for no Referer middleware: there is none."""
