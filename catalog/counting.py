"""Counting what people ask for, by day: in memory, and from a thread to the store.

Nobody's request waits for the store, and nothing is kept of who asked.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from catalog.background import beside
from catalog.store import StoreError
from catalog.store.daily import Daily

log = logging.getLogger(__name__)

SECONDS = 30.0  # between two times that counts are brought to the store

_MOST_WAITING = 1_000  # different things that wait for the store; beyond them none is counted


class Counting:
    """Counts for one table of the store. Safe with threads."""

    def __init__(self, table: Daily, *, of: str, most: int = _MOST_WAITING) -> None:
        """Count in ``table``; ``of`` names what is counted, in words for a log."""
        self._table = table
        self._of = of
        self._most = most
        self._lock = threading.Lock()
        self._waiting: Counter[str] = Counter()

    def note(self, key: str) -> None:
        """Count one more."""
        with self._lock:
            if key in self._waiting or len(self._waiting) < self._most:
                self._waiting[key] += 1

    def bring(self) -> None:
        """Bring what was counted to the store. Raises StoreError."""
        with self._lock:
            waiting, self._waiting = self._waiting, Counter()
        if waiting:
            self._table.add(datetime.now(UTC).date(), waiting)

    def keeping(self, seconds: float = SECONDS) -> AbstractContextManager[None]:
        """Bring counts to the store from a thread, now and then and at the end.

        What keeps it from that is logged, and the counts are let go: nobody misses them.
        """

        def keep(stop: threading.Event) -> None:
            last = False
            while not last:
                last = stop.is_set()
                try:
                    self.bring()
                except StoreError as error:
                    log.warning("%s are not counted: %s", self._of, error)
                stop.wait(0 if last else seconds)

        return beside(keep, name=self._of)
