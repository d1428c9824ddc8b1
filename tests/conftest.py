"""What every test gets: no network but loopback, and the samples where they are."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = Path(os.environ.get("VINDPLAATS_SAMPLES", ROOT.parent / "shared" / "samples"))

_connect = socket.socket.connect

settings.register_profile("ours", deadline=None)  # machines are busy: no test is timed
settings.load_profile("ours")


def pytest_configure() -> None:
    """Let what tests start hear Ctrl-C: where a shell starts them beside it, it is ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ask once more what hung and was ended in a browser, which may hang; never what failed."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, rerun_except="."))


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections to anything but this machine: the outside world is faked, not asked."""

    def connect(sock: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if sock.family in (socket.AF_INET, socket.AF_INET6) and not (
            host.startswith("127.") or host in ("localhost", "::1")
        ):
            raise PermissionError(f"a test tried to reach {address}")
        _connect(sock, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(scope="session")
def samples() -> Path:
    """Folder of real files from the field, which is not part of the project."""
    if not SAMPLES.is_dir():
        pytest.skip(f"the samples folder {SAMPLES.name} is not beside the project")
    return SAMPLES
