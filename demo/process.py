"""The demonstration sources in a process of their own, for as long as they are needed."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Protocol
from urllib.parse import urlsplit

from demo.server import HOST, sources

#: Seconds in which the sources must be answering.
PATIENCE = 30.0


class Configured(Protocol):
    """An entry of ``[sources.NAME]``."""

    @property
    def url(self) -> str: ...


@contextlib.contextmanager
def running(configured: Mapping[str, Configured]) -> Iterator[tuple[str, ...]]:
    """Serve the demonstration at the port that the configuration names; yield the sources' names.

    Raises OSError where it has none of them, or the port is taken.
    """
    names = tuple(name for name in sources("") if name in configured)
    if not names:
        known = ", ".join(sources(""))
        raise OSError(f"the configuration has none of the demonstration sources: {known}.")
    port = urlsplit(configured[names[0]].url).port or 80
    if _answers(port):
        raise OSError(
            f"port {port} of {HOST}, where the demonstration sources belong, is taken; stop what "
            "listens there, or change the port in their addresses in config.toml."
        )
    with subprocess.Popen([sys.executable, "-m", "demo", str(port)]) as process:  # noqa: S603 our own interpreter and module
        try:
            _wait(process, port)
            yield names
        finally:
            process.terminate()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + PATIENCE
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > end:
            raise OSError("the demonstration sources did not start; the lines above say why.")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
