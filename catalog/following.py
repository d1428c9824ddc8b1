"""Bringing the index up to the store: one process at a time, a commit now and then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from catalog.index import IndexDamagedError, Writer

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

#: Seconds between two commits of the index while changes keep coming.
COMMIT_EVERY = 1.0


class Follower:
    """The one that writes the index. Raises IndexBusyError where another does."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._documents = catalogue.documents
        self._writer: Writer | None = None
        self._seq = 0
        self._committed = 0
        self._next_commit = 0.0
        self._open()

    def _open(self) -> None:
        try:
            ahead = self._catalogue.index.seq > self._catalogue.store.records.latest()
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
        while batch := self._documents.after(self._seq):
            applied += self._writer.apply(batch.changes)
            self._seq = batch.seq
            if not last and time.monotonic() > end:
                break
        if self._seq > self._committed and (last or time.monotonic() >= self._next_commit):
            began = time.monotonic()
            self._writer.commit(self._seq)
            self._committed = self._seq
            now = time.monotonic()
            self._next_commit = now + max(COMMIT_EVERY, 4 * (now - began))
        return applied
