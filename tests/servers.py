"""Loopback servers that answer as badly as real ones do."""

from __future__ import annotations

import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from wsgiref.types import WSGIApplication

from waitress import wasyncore
from waitress.server import create_server

HOST = "127.0.0.1"


@dataclass
class Asked:
    """A request: ``again`` counts how often this very URL was asked before."""

    path: str
    query: str
    headers: dict[str, str]
    again: int = 0
    before: int = 0  # requests to this path before this one
    base: str = ""
    posted: bool = False  # the arguments came in the body

    @property
    def arguments(self) -> dict[str, str]:
        parsed = parse_qs(self.query, keep_blank_values=True, strict_parsing=bool(self.query))
        assert all(len(values) == 1 for values in parsed.values()), "an argument is repeated"
        return {name: values[0] for name, values in parsed.items()}


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: bool = True  # False: the end of the answer is the end of the connection
    stated: int = 0  # a Content-Length that is not true
    trickle: float = 0  # seconds between two bytes
    times: int = 1  # the body is sent so often


Responder = Callable[[Asked], Answer]


class Log(list[Asked]):
    """Every request, in order."""

    def of(self, path: str) -> list[Asked]:
        return [asked for asked in self if asked.path == path]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # many spiders knock at once

    def __init__(self, respond: Responder, tls: ssl.SSLContext | None) -> None:
        super().__init__((HOST, 0), _Handler)
        self.respond = respond
        if tls:
            self.socket = tls.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )
        self.base = f"http{'s' if tls else ''}://{HOST}:{self.server_address[1]}"
        self.log = Log()
        self.seen = Counter[str]()
        self.lock = threading.Lock()
        self.stopping = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body go out at once
    server: _Server

    def do_GET(self) -> None:
        self._answer(urlsplit(self.path).query)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self._answer(self.rfile.read(length).decode(), posted=True)

    def _answer(self, query: str, *, posted: bool = False) -> None:
        server, parts = self.server, urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(parts.path, query, headers, base=server.base, posted=posted)
        with server.lock:
            key = f"{self.path} {query}" if posted else self.path
            asked.again, asked.before = server.seen[key], len(server.log.of(parts.path))
            server.seen[key] += 1
            server.log.append(asked)
        with suppress(ConnectionError, TimeoutError):
            self._send(server.respond(asked))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        headers = {"Content-Type": "text/xml", **answer.headers}
        if answer.length:
            headers["Content-Length"] = str(answer.stated or len(answer.body) * answer.times)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = not answer.length or bool(answer.stated)
        if not answer.trickle:
            for _ in range(answer.times):
                self.wfile.write(answer.body)
            return
        for byte in answer.body:
            self.wfile.write(bytes([byte]))
            if self.server.stopping.wait(answer.trickle):
                break

    def log_message(self, *_: object) -> None:
        pass

    def handle(self) -> None:
        with suppress(ssl.SSLError, ConnectionError):  # a client that does not trust us
            super().handle()


@contextmanager
def serving(respond: Responder, tls: ssl.SSLContext | None = None) -> Iterator[tuple[str, Log]]:
    """Serve on a free port of 127.0.0.1; gives the base URL and the log."""
    server = _Server(respond, tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.base, server.log
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def serving_app(app: Callable[[str], WSGIApplication], *, threads: int = 2) -> Iterator[str]:
    """Let the production server answer on a free port; gives the base URL, as ``app`` gets it."""
    sock = socket.create_server((HOST, 0))
    base = f"http://{HOST}:{sock.getsockname()[1]}"
    server = create_server(app(base), sockets=[sock], threads=threads)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield base
    finally:
        server.task_dispatcher.shutdown()
        # in its own thread: to close what another waits for is an error there
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(5)
