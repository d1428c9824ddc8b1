"""Writing with tantivy: one indexing thread of its own beside the caller's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice
from typing import Self

import tantivy

from catalog.index import Change, SearchError
from catalog.index.document import describe
from catalog.index.tantivy_schema import MARKER, among, guarded, marker, native_json

HEAP = 24_000_000  # bytes of one writer: it fills, becomes a file, and starts again
_BATCH = 1000  # changes of which what was there before is deleted at once: an eighth of the cost


class Writer:
    """See the port. Runs one indexing thread beside the caller's."""

    def __init__(
        self,
        native: tantivy.IndexWriter,
        *,
        fresh: bool,
        committed: Callable[[], object],
        done: Callable[[], None],
    ) -> None:
        """Begin. ``committed`` is called after each commit, and ``done`` at the end."""
        self._native = native
        self._fresh = fresh
        self._committed = committed
        self._done = done
        self._open = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def apply(self, changes: Iterable[Change]) -> int:
        """Take in the changes and return how many. Raises SearchError: the writer is spent."""
        taken, rest = 0, iter(changes)
        while batch := {change.key: change for change in islice(rest, _BATCH)}:  # the last one wins
            taken += len(batch)
            described = [native_json(describe(c)) for c in batch.values() if c.resource]
            with guarded():
                if not self._fresh:
                    self._native.delete_documents_by_query(among("id", batch))
                for document in described:
                    self._native.add_json(document)
        return taken

    def commit(self, seq: int) -> None:
        """Make all that was applied last and visible. Raises SearchError: nothing has changed."""
        with guarded():
            self._native.delete_documents_by_term("id", MARKER)
            self._native.add_document(marker(seq))
            self._native.commit()
            self._committed()

    def close(self) -> None:
        """Discard what was not committed, let merges end, and give the lock back."""
        if not self._open:
            return
        self._open = False
        try:
            with suppress(SearchError), guarded():  # a writer that has failed cannot end well
                self._native.rollback()
                self._native.wait_merging_threads()
        finally:
            self._done()
