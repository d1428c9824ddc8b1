"""Popular queries: which may be kept, how they are counted, and which of them go on as typed.

Nothing personal: a query is kept in lower case with the day on which it was asked, and only where
it is plain words. Counting is in memory; a thread of its own brings the counts to the store, so
that no search waits for it.
"""

from __future__ import annotations

import logging
import re
import threading
import unicodedata
from collections import Counter
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from catalog.background import beside
from catalog.index.analysis import fold, tokens
from catalog.store import StoreError
from catalog.store.asked import Asked

log = logging.getLogger(__name__)

LONGEST = 60  # characters of a query that is kept
SECONDS = 30.0  # between two times that counts are brought to the store

_SHORTEST = 3
_MOST_WAITING = 1_000  # different queries that wait for the store; beyond them none is counted
_PLAIN = re.compile(r"[\w\s'\N{RIGHT SINGLE QUOTATION MARK}&+#.,?!-]+")
_NUMBER = re.compile(r"(?:\d[\s.,-]?){5}")  # of a pupil, a telephone, an account
_ADDRESS = re.compile(r"\bwww\.|\w\.[^\W\d]{2,}")  # names of sites and files


def keepable(text: str) -> str:
    """Return a query as it is kept, or "" where it may say who somebody is, or is no plain words.

    No address, no number of five digits or more, nothing longer than 60 characters.
    """
    text = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    if not _SHORTEST <= len(text) <= LONGEST or not _PLAIN.fullmatch(text):
        return ""
    return "" if _NUMBER.search(text) or _ADDRESS.search(text) or not fold(text).strip() else text


class Popular:
    """Counts queries, and offers those that were asked often enough. Safe with threads."""

    def __init__(self, asked: Asked, *, on: bool) -> None:
        """Count in ``asked``; where not ``on``, nothing is counted and nothing offered."""
        self._asked = asked
        self._on = on
        self._lock = threading.Lock()
        self._waiting: Counter[str] = Counter()
        self._offered: tuple[tuple[str, str], ...] = ()  # " folded words", as it is shown

    def note(self, text: str) -> None:
        """Count a query that found something."""
        kept = keepable(text) if self._on else ""
        with self._lock:
            if kept and (kept in self._waiting or len(self._waiting) < _MOST_WAITING):
                self._waiting[kept] += 1

    def starting(self, typed: str, limit: int) -> list[str]:
        """Return queries that start as typed, or have a word that does; most asked first."""
        start = " " + " ".join(tokens(typed))
        if not start.strip():
            return []
        found = [pair for pair in self._offered if start in pair[0]]
        found.sort(key=lambda pair: not pair[0].startswith(start))
        return [text for folded, text in found if folded != start][:limit]

    def bring(self) -> None:
        """Bring what was counted to the store, and read what is popular. Raises StoreError."""
        if not self._on:
            return
        with self._lock:
            waiting, self._waiting = self._waiting, Counter()
        if waiting:
            self._asked.add(datetime.now(UTC).date(), waiting)
        self._offered = tuple((" " + " ".join(tokens(t)), t) for t in self._asked.popular())

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
                    log.warning("popular queries are not counted: %s", error)
                stop.wait(0 if last else seconds)

        return beside(keep, name="popular")
