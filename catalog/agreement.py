"""Whether an index holds what the store says, document by document, and how that is mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from catalog.documents import Documents
from catalog.index import Change, Index

_AT_ONCE = 1000  # documents of which the store is asked together


def differences(index: Index, documents: Documents) -> tuple[set[str], set[str]]:
    """Return keys of documents: lacking or of other content, and those too many.

    Documents are compared by number and digest. What changes meanwhile is left to whoever follows.
    """
    seq, held = index.seq, {key: state for key, *state in index.ids()}
    wrong = {
        change.key
        for change in documents.all()
        if held.pop(change.key, None) != [change.seq, change.digest] and change.seq <= seq
    }
    return wrong, {change.key for change in now(documents, held) if change.seq <= seq}


def mend(index: Index, documents: Documents, keys: Iterable[str]) -> None:
    """Make some documents what they are to be, and no others.

    Raises IndexBusyError where another process writes, SearchError where it cannot be done.
    """
    with index.writer() as writer:
        index.refresh()
        writer.apply(now(documents, keys))
        writer.commit(index.seq)


def now(documents: Documents, keys: Iterable[str]) -> Iterator[Change]:
    """Yield what has become of documents, by their keys."""
    rest = iter(keys)
    while batch := list(islice(rest, _AT_ONCE)):
        yield from documents.of(batch)
