"""Connections: certificates that are checked, and answers that may not trickle for ever."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from OpenSSL import SSL
from OpenSSL.crypto import Error as CertificateError
from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.ssl import Certificate, trustRootFromCertificates
from twisted.web.client import BrowserLikePolicyForHTTPS
from twisted.web.iweb import IPolicyForHTTPS

from harvester.errors import FetchError
from harvester.net import heads
from harvester.net.address import GuardedResolver

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def read_ca_file(path: str) -> list[Certificate]:
    """Return the certificates in a PEM file. Raises FetchError where there is none."""
    try:
        found = [Certificate.loadPEM(pem) for pem in _PEM.findall(Path(path).read_bytes())]
    except (OSError, CertificateError, SSL.Error, ValueError) as error:
        raise FetchError(f"ca_file {path} cannot be read: {error}") from error
    if not found:
        raise FetchError(f"ca_file {path} holds no PEM certificate")
    return found


def _https_policy(ca_file: str) -> IPolicyForHTTPS:
    trust: Any = trustRootFromCertificates  # Twisted leaves these untyped
    policy: Any = BrowserLikePolicyForHTTPS
    made: IPolicyForHTTPS = policy(trustRoot=trust(read_ca_file(ca_file)) if ca_file else None)
    return made


@dataclass(eq=False)
class _Transfer:
    task: asyncio.Future[Response]
    received: int = 0
    timer: asyncio.TimerHandle | None = None
    too_slow: bool = False


class PrivateAddressError(FetchError):
    """A name or number stands for an address that is not of the open internet."""


class DownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own HTTP/1.1 handler, with these promises added.

    - The head of an answer comes to an end.
    - Certificates are verified, against ``CA_FILE`` alone where the source names one.
    - No connection without the guarded resolver, however the process was started.
    - An answer that has begun must bring ``LEAST_SPEED`` bytes a second, averaged over
      ``LEAST_SPEED_WINDOW`` seconds; a server that is still thinking has ``DOWNLOAD_TIMEOUT``.
    """

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._contextFactory = _https_policy(settings.get("CA_FILE"))
        self._pool._factory = heads.Factory  # noqa: SLF001 as Scrapy does
        self._window = settings.getfloat("LEAST_SPEED_WINDOW")
        self._least = settings.getint("LEAST_SPEED") * self._window
        self._transfers: dict[Request, _Transfer] = {}
        crawler.signals.connect(self._count, signal=signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        from twisted.internet import reactor  # noqa: PLC0415 installed by the process by now

        resolver = reactor.nameResolver
        if not isinstance(resolver, GuardedResolver):
            raise FetchError("the guarded resolver is not installed; nothing is fetched without")
        transfer = _Transfer(asyncio.ensure_future(super().download_request(request)))
        self._transfers[request] = transfer
        try:
            return await transfer.task
        except asyncio.CancelledError:
            if not transfer.too_slow:
                raise
            raise DownloadTimeoutError(
                f"came slower than {self._least / self._window:.0f} bytes a second "
                f"for {self._window:g} seconds"
            ) from None
        except CannotResolveHostError as error:
            host = urlparse_cached(request).hostname or ""
            if host not in resolver.refused:
                raise
            raise PrivateAddressError(
                f"{request.url} stands for the private address {resolver.refused[host]}, which is "
                "not visited unless the source says allow_private = true"
            ) from error
        finally:
            del self._transfers[request]
            if transfer.timer:
                transfer.timer.cancel()

    def _count(self, data: bytes, request: Request) -> None:
        transfer = self._transfers.get(request)
        if transfer is None:
            return
        transfer.received += len(data)
        if transfer.timer is None:
            self._wind(transfer)

    def _wind(self, transfer: _Transfer) -> None:
        loop = asyncio.get_running_loop()
        transfer.timer = loop.call_later(self._window, self._judge, transfer, transfer.received)

    def _judge(self, transfer: _Transfer, before: int) -> None:
        if transfer.received - before < self._least:
            transfer.too_slow = True
            transfer.task.cancel()
        else:
            self._wind(transfer)
