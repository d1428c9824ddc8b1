"""Writing with Whoosh, which cannot replace a record that the same commit has added."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Self

from whoosh.index import FileIndex

from catalog.index import Change, SearchError
from catalog.index.document import describe
from catalog.index.manifest import SealedWriter
from catalog.index.whoosh_schema import guarded, native_document
from catalog.index.words import Own

_MEMORY = 32  # megabytes of postings that are sorted at a time


class Writer:
    """See the port. Changes of a filled index wait in memory until they are committed."""

    def __init__(
        self,
        index: FileIndex,
        own: Own,
        *,
        fresh: bool,
        committed: Callable[[], object],
        done: Callable[[], None],
    ) -> None:
        """Begin. ``committed`` is called after each commit, and ``done`` at the end."""
        self._index = index
        self._own = own
        self._fresh = fresh
        self._committed = committed
        self._done = done
        self._waiting: dict[str, Change] = {}
        self._native: SealedWriter | None = None
        self._open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _opened(self) -> SealedWriter:
        if self._native is None:
            self._native = SealedWriter(self._index, memory=_MEMORY)
        return self._native

    def apply(self, changes: Iterable[Change]) -> int:
        """Take in the changes and return how many. Raises SearchError: the writer is spent."""
        taken = 0
        for change in changes:
            taken += 1
            if not self._fresh:
                self._waiting[change.key] = change
            elif change.resource:
                with guarded():
                    self._opened().add_document(**native_document(describe(change, self._own)))
        return taken

    def commit(self, seq: int) -> None:
        """Make all that was applied last and visible. Raises SearchError: nothing has changed."""
        with guarded():
            native = self._opened()
            for key in self._waiting:
                native.delete_by_term("id", key)
            for change in self._waiting.values():
                if change.resource:
                    native.add_document(**native_document(describe(change, self._own)))
            native.commit_numbered(seq)
        self._native = None
        self._waiting.clear()
        self._committed()

    def close(self) -> None:
        """Discard what was not committed, and give the lock back."""
        if not self._open:
            return
        self._open = False
        try:
            if self._native is not None and not self._native.is_closed:
                with suppress(SearchError), guarded():
                    self._native.cancel()
        finally:
            self._done()
