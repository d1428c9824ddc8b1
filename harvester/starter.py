"""A process of ours ends with the one that started it, however that ended.

Whoever starts one keeps the other end of its standard input, and never writes. That end is closed
with its owner, `kill -9` or not, and the process sees it at once.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Sequence
from typing import IO

#: In the environment of a process whose standard input is such an end; no other has it.
_HELD = "VINDPLAATS_STARTER_HOLDS_STDIN"


def start(
    command: Sequence[str],
    *,
    stdout: IO[bytes] | None,
    stderr: IO[bytes],
    start_new_session: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a process that ends when this one does; ``release`` it once it has ended."""
    return subprocess.Popen(  # noqa: S603 our own module
        command,
        stdin=subprocess.PIPE,
        stdout=stdout,
        stderr=stderr,
        start_new_session=start_new_session,
        env={**os.environ, _HELD: "1"},
    )


def release(process: subprocess.Popen[bytes]) -> None:
    """Let go of the standard input of a process that has ended."""
    assert process.stdin
    process.stdin.close()


def end_with_starter() -> None:
    """From now on, end when whoever started this process does; by hand nobody holds it."""
    if os.environ.pop(_HELD, ""):
        threading.Thread(target=_outlive_none, daemon=True).start()


def _outlive_none() -> None:
    """Wait for the end of standard input, and end: what is kept is kept in transactions."""
    while os.read(0, 1):
        pass
    os._exit(1)
