"""How often something may be asked for, by whomever."""

from __future__ import annotations

import threading
import time
from collections import deque

MINUTE = 60.0


class Pace:
    """So many requests in any minute; nothing is kept of who made them."""

    def __init__(self, most: int) -> None:
        self._times: deque[float] = deque(maxlen=most)
        self._lock = threading.Lock()

    def wait(self) -> float:
        """Return 0 and count a request, or the seconds after which there is room for it."""
        with self._lock:
            now = time.monotonic()
            if len(self._times) == self._times.maxlen and now - self._times[0] < MINUTE:
                return MINUTE - (now - self._times[0])
            self._times.append(now)
            return 0.0
