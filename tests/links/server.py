"""A server on this machine that is any host, and writes down who asked for what, and when."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 404: "Not Found"}


@dataclass(frozen=True)
class Asked:
    """A request: ``host`` without its port, ``again`` how often its host was asked for this path.

    ``at`` is when it came, in seconds of a clock that only goes forward.
    """

    method: str
    host: str
    path: str  # with its query
    headers: dict[str, str]
    at: float
    again: int = 0
    port: int = 0


@dataclass
class Reply:
    """An answer. ``drip`` seconds between two bytes; ``times`` the body is sent so often."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    times: int = 1
    hangs: bool = False  # nothing is ever said
    raw: bytes | None = None  # sent as it is, and the connection closed
    length: bool = True


Respond = Callable[[Asked], Reply]


class Server:
    """Answers with ``respond``; ``log`` has all requests, in the order in which they came."""

    def __init__(self, respond: Respond) -> None:
        self.log: list[Asked] = []
        self._respond = respond
        self._seen: dict[tuple[str, str, str], int] = {}

    async def serve(
        self, address: str = "127.0.0.1", *, port: int = 0, tls: ssl.SSLContext | None = None
    ) -> asyncio.Server:
        """Listen at an address, and return the server that does."""
        return await asyncio.start_server(self._handle, address, port, ssl=tls, backlog=4096)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(
            OSError, EOFError, ValueError, asyncio.LimitOverrunError, asyncio.CancelledError
        ):
            while await self._one(reader, writer):
                pass
        writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        at = time.monotonic()
        line, *lines = head.split("\r\n")
        method, path, _ = line.split(" ")
        headers = dict(each.split(": ", 1) for each in lines if each)
        headers = {name.lower(): value for name, value in headers.items()}
        host, _, port = headers["host"].partition(":")
        key = (method, host, path)
        again = self._seen[key] = self._seen.get(key, -1) + 1
        asked = Asked(method, host, path, headers, at, again, int(port or 80))
        self.log.append(asked)
        reply = self._respond(asked)
        return await self._send(reply, writer, bodiless=method == "HEAD")

    async def _send(self, reply: Reply, writer: asyncio.StreamWriter, *, bodiless: bool) -> bool:
        if reply.hangs:
            await asyncio.sleep(3600)
        if reply.raw is not None:
            writer.write(reply.raw)
            await writer.drain()
            return False
        headers = {"Content-Type": "text/html; charset=utf-8", **reply.headers}
        if reply.length:
            headers.setdefault("Content-Length", str(len(reply.body) * reply.times))
        else:
            headers["Connection"] = "close"
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        status = f"{reply.status} {REASONS.get(reply.status, 'Said')}"
        writer.write(f"HTTP/1.1 {status}\r\n{lines}\r\n".encode())
        if not bodiless:
            for _ in range(reply.times):
                if reply.drip:
                    for byte in reply.body:
                        writer.write(bytes([byte]))
                        await writer.drain()
                        await asyncio.sleep(reply.drip)
                else:
                    writer.write(reply.body)
                    await writer.drain()
        await writer.drain()
        return reply.length


@contextmanager
def serving(
    respond: Respond, address: str = "127.0.0.1", *, tls: ssl.SSLContext | None = None
) -> Iterator[tuple[int, list[Asked]]]:
    """Serve from a thread; gives the port and the log."""
    server = Server(respond)
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    found: list[int] = []

    async def work() -> None:
        listening = await server.serve(address, tls=tls)
        found.append(listening.sockets[0].getsockname()[1])
        ready.set()
        with suppress(asyncio.CancelledError):
            await listening.serve_forever()

    def run() -> None:
        asyncio.set_event_loop(loop)
        task = loop.create_task(work())
        loop.run_until_complete(task)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield found[0], server.log
    finally:
        loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
        thread.join(10)
        loop.close()
