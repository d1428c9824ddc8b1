"""How long the head of an answer may be: a server may not fill our memory with headers."""

from __future__ import annotations

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.web._newclient import HEADER, STATUS

#: Bytes of status line and headers; browsers take as many.
LONGEST = 256 * 1024


class Protocol(_LenientHTTP11ClientProtocol):
    """Scrapy's own, that breaks off where a head does not end."""

    _head = 0

    def request(self, request: Any) -> Any:
        self._head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 Twisted's name
        if self._parser is not None and self._parser.state in (STATUS, HEADER):
            self._head += len(data)
            if self._head > LONGEST:
                transport: Any = self.transport
                transport.abortConnection()
                return
        receive: Any = super().dataReceived  # Twisted leaves it untyped
        receive(data)


class Factory(_LenientHTTP11ClientFactory):
    """Makes these."""

    def buildProtocol(self, addr: Any) -> Protocol:  # noqa: N802 Twisted's name
        del addr
        make: Any = Protocol
        made: Protocol = make(self._quiescentCallback)
        return made
