"""Popular queries: which may be kept, how they are counted, and which of them go on as typed.

Nothing personal: a query is kept in lower case with the day on which it was asked, and only where
it is plain words.
"""

from __future__ import annotations

import re
import unicodedata

from catalog.counting import Counting
from catalog.index.analysis import fold, tokens
from catalog.store.asked import Asked

LONGEST = 60  # characters of a query that is kept

_SHORTEST = 3
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


class Popular(Counting):
    """Counts queries, and offers those that were asked often enough. Safe with threads."""

    def __init__(self, asked: Asked, *, on: bool) -> None:
        """Count in ``asked``; where not ``on``, nothing is counted and nothing offered."""
        super().__init__(asked, of="popular queries")
        self._asked = asked
        self._on = on
        self._offered: tuple[tuple[str, str], ...] = ()  # " folded words", as it is shown

    def note(self, key: str) -> None:
        """Count a query that found something."""
        if kept := keepable(key) if self._on else "":
            super().note(kept)

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
        if self._on:
            super().bring()
            self._offered = tuple((" " + " ".join(tokens(t)), t) for t in self._asked.popular())
