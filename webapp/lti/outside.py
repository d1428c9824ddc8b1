"""What an LMS answers to us: few requests, to addresses that others named, so carefully.

Each address is resolved once, and the very number that was looked at is connected to: a name that
changes in between (DNS rebinding) gains nothing. No redirection is followed.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from catalog.config import Settings
from catalog.public_address import is_public

TIMEOUT = 5  # seconds without a byte
DEADLINE = 15  # seconds for all of an answer
LARGEST = 256 * 1024  # bytes of an answer


class OutsideError(Exception):
    """An LMS could not be asked, or its answer not be used. One sentence."""


class Outside:
    """Asks servers of an LMS for JSON."""

    def __init__(self, settings: Settings) -> None:
        self._private = settings.lti.allow_private
        # who tries everything on one machine has the LMS there as well
        self._loopback = self._private or _is_loopback(urlsplit(settings.site.url).hostname or "")
        self._agent = f"Vindplaats (+{settings.site.url})"

    def get(self, url: str) -> dict[str, Any]:
        """Return the JSON object at an address. Raises OutsideError."""
        return self._ask("GET", url, {})

    def post(self, url: str, body: Mapping[str, Any], token: str = "") -> dict[str, Any]:
        """Post a JSON object, with a Bearer token, and return the one in the answer.

        Raises OutsideError.
        """
        headers = {"Content-Type": "application/json"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        return self._ask("POST", url, headers, json.dumps(body).encode())

    def check(self, url: str) -> None:
        """Raise OutsideError where an address can never be asked, whatever is there."""
        self._parts(url)

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> dict[str, Any]:
        parts = self._parts(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {"Accept": "application/json", "User-Agent": self._agent, **headers}
        try:
            with self._connected(parts) as connection:
                connection.request(method, path, body, sent)
                with connection.getresponse() as response:
                    return _read(response, url)
        except OutsideError:
            raise
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise OutsideError(f"{url} cannot be asked: {error}.") from error

    def _parts(self, url: str) -> SplitResult:
        try:
            parts = urlsplit(url)
            parts.port  # noqa: B018 reading it is the check
        except ValueError as error:
            raise OutsideError(f"{url} is no address.") from error
        host = parts.hostname or ""
        if not host or parts.username is not None or not url.isascii() or not url.isprintable():
            raise OutsideError(f"{url} is no address.")
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
            raise OutsideError(f"{url} is not on https.")
        return parts

    @contextlib.contextmanager
    def _connected(self, parts: SplitResult) -> Iterator[http.client.HTTPConnection]:
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        sock = self._dial(host, port)
        if secure:
            sock = ssl.create_default_context().wrap_socket(
                sock, server_hostname=host, do_handshake_on_connect=False
            )
        alarm = threading.Timer(DEADLINE, _hang_up, [sock])
        alarm.start()
        connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT)
        connection.sock = sock
        connection.auto_open = 0  # to nothing but what was looked at
        try:
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            yield connection
        finally:
            alarm.cancel()
            connection.close()
            sock.close()

    def _dial(self, host: str, port: int) -> socket.socket:
        """Return a connection to the first address of a host that may be asked."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        allowed = [each for each in found if self._may_ask(str(each[4][0]))]
        if not allowed:
            raise OutsideError(
                f"{host} is inside a private network; [lti] allow_private lets it be asked."
            )
        family, kind, protocol, _, address = allowed[0]
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(TIMEOUT)
        try:
            sock.connect(address)
        except OSError:
            sock.close()
            raise
        return sock

    def _may_ask(self, address: str) -> bool:
        loopback = self._loopback and _is_loopback(address)
        return loopback or self._private or is_public(address)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return host == "localhost"


def _hang_up(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _read(response: http.client.HTTPResponse, url: str) -> dict[str, Any]:
    if not 200 <= response.status < 300:  # noqa: PLR2004 success
        to = response.getheader("Location", "")
        raise OutsideError(f"{url} answers {response.status}" + (f", to {to}." if to else "."))
    body = response.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise OutsideError(f"{url} answers with more than {LARGEST} bytes.")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise OutsideError(f"{url} answers with something that is no JSON.") from error
    if not isinstance(found, dict):
        raise OutsideError(f"{url} answers with something that is no JSON object.")
    return found
