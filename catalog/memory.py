"""How a process that many records or answers go through uses memory."""

from __future__ import annotations

import ctypes
import gc

_TRIM_THRESHOLD = -1  # mallopt(3): M_TRIM_THRESHOLD
_LARGE = 128 * 1024  # bytes, what it is to begin with


def suit_many_records() -> None:
    """Look for cycles rarely in this process, and give back at once what is large.

    Records make no cycles, and looking for them costs a tenth of the time; what the process has by
    now is never looked at again. What is large goes back to the system when it is let go of: left
    to itself, glibc keeps ever more of it, a tenth of what a harvest takes.
    """
    _look_rarely(50_000)
    gc.enable()
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:  # other systems have none
        mallopt(_TRIM_THRESHOLD, _LARGE)


def suit_many_answers() -> None:
    """Look for cycles rarely in this process, and never again in what it has by now.

    To look through all vocabularies and templates holds up every answer for a tenth of a second,
    and happens once in a thousand pages; what a page leaves behind is small.
    """
    _look_rarely(10_000)


def _look_rarely(allocations: int) -> None:
    gc.freeze()
    gc.set_threshold(allocations, 20, 100)


def give_back() -> None:
    """Give back to the system what is free between what is in use, after a piece of work."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:  # as above
        trim(0)
