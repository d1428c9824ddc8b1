"""What went wrong on the way, in one sentence for an operator."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from OpenSSL import SSL
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from twisted.internet.error import ConnectError, ConnectionClosed, SSLError
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from harvester.errors import AnswerError, FetchError

#: May pass by itself, so is tried again.
PASSING = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    ConnectError,
    ConnectionClosed,
)

#: Headers of the walls that stand before a site.
_WALLS = {"cf-mitigated": "Cloudflare", "x-amzn-waf-action": "AWS WAF"}

_WAY_OUT = {
    401: "it wants a password; ask its keeper for open access to the metadata",
    403: "it refuses us; ask its keeper to let our User-Agent in",
    404: "nothing is there; check the url of the source",
    410: "it is gone for good; take the source out of config.toml or find its new address",
}


def explain(error: BaseException, request: Request) -> FetchError:
    """Return the FetchError that says what happened to ``request``."""
    if isinstance(error, FetchError):
        return error
    url = request.url
    if certificate_trouble(error):
        return FetchError(
            f"{url}: the server's certificate cannot be verified: it has expired, is for another "
            "host, or an intermediate certificate is missing; name its authority with ca_file"
        )
    away: list[tuple[type[BaseException], str]] = [
        (CannotResolveHostError, f"{url}: its host name is not known"),
        (DownloadConnectionRefusedError, f"{url}: its host refuses the connection"),
    ]
    for kind, sentence in away:
        if isinstance(error, kind):
            return FetchError(sentence)
    sentences: list[tuple[type[BaseException], str]] = [
        (ResponseDataLossError, f"{url}: the answer was cut off on its way"),
        (DownloadTimeoutError, f"{url}: no complete answer in time ({error})"),
        (DownloadCancelledError, f"{url} is larger than [harvest] max_bytes allows"),
        (DownloadFailedError, f"{url}: the connection broke off"),
    ]
    for kind, sentence in sentences:
        if isinstance(error, kind):
            return AnswerError(sentence)
    return FetchError(f"{url}: {type(error).__name__}: {error}")


def refusal(response: Response) -> FetchError:
    """Return the FetchError for a status that waiting does not mend.

    An AnswerError where asking for less may mend it.
    """
    status, wall = response.status, blocked_by(response)
    if wall:
        return FetchError(f"{response.url} answers {status}: blocked by {wall}; {_WAY_OUT[403]}")
    location = (response.headers.get("Location") or b"").decode("latin-1")
    way_out = _WAY_OUT.get(status, f"it points to {location!r}" if location else "")
    kind = AnswerError if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else FetchError
    return kind(f"{response.url} answers {said(status)}" + (way_out and f": {way_out}"))


def said(status: int) -> str:
    """Return a status with its name: ``503 Service Unavailable``."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def blocked_by(response: Response) -> str:
    """Return the name of the firewall that answered in the server's place, or ""."""
    return next((name for header, name in _WALLS.items() if header in response.headers), "")


def certificate_trouble(error: BaseException) -> bool:
    """Tell whether a connection failed over its certificate: no use in trying again."""
    return any(isinstance(e, (SSL.Error, SSLError)) or _unverified(e) for e in _inside(error))


def _unverified(error: BaseException) -> bool:
    return type(error).__module__.startswith("service_identity")


def _inside(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, ResponseFailed):
            for reason in error.reasons:
                yield from _inside(reason.value if isinstance(reason, Failure) else reason)
        error = error.__cause__
