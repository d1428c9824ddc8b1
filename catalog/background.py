"""A thread that works beside the others, for as long as somebody needs it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

_PATIENCE = 10.0  # seconds that the work is given to end


@contextlib.contextmanager
def beside(work: Callable[[threading.Event], None], *, name: str) -> Iterator[None]:
    """Run ``work`` in a thread called ``name``; it ends when the event that it is handed is set."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(_PATIENCE)
