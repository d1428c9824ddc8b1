"""How much time and memory one input may take, counted so that a busy machine changes nothing."""

from __future__ import annotations

import contextlib
import resource
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

_STATUS = Path("/proc/self/statm")
_MEGABYTE = 1024 * 1024


class TooSlowError(BaseException):
    """Of no kind that a reader catches."""


@contextlib.contextmanager
def bounded(seconds: float, megabytes: int = 512) -> Iterator[None]:
    """Let the body use so much processor time, and so much memory on top of what is in use.

    Raises TooSlowError in the midst of it, or MemoryError. Only in the main thread.
    """

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlowError(f"more than {seconds:g} seconds of processor time")

    before = signal.signal(signal.SIGPROF, stop)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if _STATUS.exists():
        used = int(_STATUS.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + megabytes * _MEGABYTE, hard))
    signal.setitimer(signal.ITIMER_PROF, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
