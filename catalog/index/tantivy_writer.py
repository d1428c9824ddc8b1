"""Writing with tantivy: one indexing thread of its own beside the caller's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Self

import tantivy

from catalog.index import Change, SearchError
from catalog.index.tantivy_describing import Batch, Helpers
from catalog.index.tantivy_schema import MARKER, among, guarded, marker
from catalog.index.words import Own

HEAP = 16_000_000  # bytes of one writer: it fills, becomes a file, and starts again
HEAP_AFRESH = 128_000_000  # where all is written at once: few files, and few of them merged
_BATCH = 1000  # changes of which what was there before is deleted at once: an eighth of the cost


class Writer:
    """See the port. Runs one indexing thread beside the caller's."""

    def __init__(
        self,
        native: tantivy.IndexWriter,
        own: Own,
        *,
        fresh: bool,
        committed: Callable[[], object],
        done: Callable[[], None],
    ) -> None:
        """Begin. ``committed`` is called after each commit, and ``done`` at the end."""
        self._native = native
        self._own = own
        self._fresh = fresh
        self._committed = committed
        self._done = done
        self._open = True
        self._uncommitted = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def apply(self, changes: Iterable[Change]) -> int:
        """Take in the changes and return how many. Raises SearchError: the writer is spent."""
        with Helpers(self._own) as helpers:
            return sum([self._take(*each) for each in helpers.describe(_batches(changes))])

    def _take(self, batch: Batch, documents: Iterable[str]) -> int:
        self._uncommitted = True
        with guarded():
            if not self._fresh:
                self._native.delete_documents_by_query(among("id", batch))
            for document in documents:
                self._native.add_json(document)
        return len(batch)

    def commit(self, seq: int) -> None:
        """Make all that was applied last and visible. Raises SearchError: nothing has changed."""
        with guarded():
            self._native.delete_documents_by_term("id", MARKER)
            self._native.add_document(marker(seq))
            self._native.commit()
            self._uncommitted = False
            self._committed()

    def close(self) -> None:
        """Discard what was not committed, let merges end, and give the lock back."""
        if not self._open:
            return
        self._open = False
        try:
            with suppress(SearchError), guarded():  # a writer that has failed cannot end well
                if self._uncommitted:  # else merges would be cut off, perhaps as they are written
                    self._native.rollback()
                self._native.wait_merging_threads()
        finally:
            self._done()


def _batches(changes: Iterable[Change]) -> Iterator[Batch]:
    """Yield changes by the names of their documents; of the same name in a batch the last wins."""
    rest = iter(changes)
    while batch := {change.key: change for change in islice(rest, _BATCH)}:
        yield batch
