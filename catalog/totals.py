"""How many records and works each source has: many pages ask, and counting all takes its time."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

from catalog.store import Store

_SLOW = 0.02  # seconds of counting, from which on it is not done for every change
_SHARE = 20  # times as long as counting took is what was counted held for: a twentieth of all time

Totals = tuple[Mapping[str, int], Mapping[str, int]]


class Counted:
    """Counts once for every change of the store, and seldomer where that takes long."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._busy = threading.Lock()
        self._totals: Totals = ({}, {})
        self._latest = -1
        self._until = 0.0

    def by_source(self) -> Totals:
        """Return the live records, and the works that have one, of each source that has any."""
        latest = self._store.records.latest()  # first: what changes while counting is counted again
        with self._busy:
            if latest != self._latest and time.monotonic() >= self._until:
                began = time.thread_time()
                store = self._store
                self._totals = store.records.count_by_source(), store.works.count_by_source()
                took = time.thread_time() - began
                held = took * _SHARE if took > _SLOW else 0.0
                self._latest, self._until = latest, time.monotonic() + held
            return self._totals
