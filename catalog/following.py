"""Bringing the index up to the store: one process at a time, a commit now and then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from catalog.index import Change, IndexDamagedError, Writer
from catalog.store.model import Stored

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

#: Seconds between two commits of the index while changes keep coming.
COMMIT_EVERY = 1.0


class Follower:
    """The one that writes the index. Raises IndexBusyError where another does."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._records = catalogue.store.records
        self._writer: Writer | None = None
        self._seq = 0
        self._committed = 0
        self._next_commit = 0.0
        self._open()

    def _open(self) -> None:
        try:
            ahead = self._catalogue.index.seq > self._records.latest()
        except IndexDamagedError:
            ahead = True
        if ahead:  # the store lost its last moments, or the index its files
            self._catalogue.rebuild()
        index = self._catalogue.index
        self._writer = index.writer()
        self._seq = self._committed = index.seq

    def close(self) -> None:
        if self._writer:
            self._writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def step(self, *, last: bool = False, seconds: float = 0.2) -> int:
        """Apply changes for about ``seconds`` (``last``: all there are) and commit when due."""
        assert self._writer
        applied, end = 0, time.monotonic() + seconds
        while changes := self._records.changes(self._seq):
            applied += self._writer.apply(map(change, changes))
            self._seq = changes[-1].seq
            if not last and time.monotonic() > end:
                break
        if self._seq > self._committed and (last or time.monotonic() >= self._next_commit):
            began = time.monotonic()
            self._writer.commit(self._seq)
            self._committed = self._seq
            now = time.monotonic()
            self._next_commit = now + max(COMMIT_EVERY, 4 * (now - began))
        return applied


def change(stored: Stored) -> Change:
    """Return the state of a record as the index wants it."""
    return Change(
        seq=stored.seq, id=stored.id, resource=None if stored.deleted else stored.resource
    )
