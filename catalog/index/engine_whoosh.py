"""The engine without compiled code: Whoosh keeps postings and scores, and we do the sets.

Matches and facet counts are worked out on bitmaps (one long integer each: bit n is record n), as
Whoosh's own way through 100,000 records takes seconds. Its commits are made safe here too: it
calls no fsync, checks nothing that it reads, and unpickles its table of contents. So each commit
writes a manifest with checksums first, and nothing is read that is not in it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any as Anything
from typing import Self

from msgspec import Struct
from whoosh import columns, fields, query
from whoosh.collectors import TimeLimit, TimeLimitCollector
from whoosh.index import FileIndex
from whoosh.searching import Searcher

from catalog.index import (
    FACETS,
    Change,
    FacetCount,
    Hit,
    IndexDamagedError,
    Query,
    Result,
    SearchError,
)
from catalog.index.analysis import tokens
from catalog.index.bitmaps import Bitmaps, members
from catalog.index.document import FIELDS, Document, describe
from catalog.index.manifest import ManifestStorage, SealedWriter
from catalog.index.plan import (
    LEAST_TYPED,
    MOST_TYPED,
    Plan,
    most_frequent,
    plan,
    settle,
    suggestions,
    telling,
    writable,
)
from catalog.index.query import Not, Tree, Words

NAME = "whoosh"

_TIME_LIMIT = 2.0  # seconds of one search
_MEMORY = 32  # megabytes of postings that a writer sorts at a time
_COMPLETIONS = 50
_LIKE_FIELDS = ("title", "subject")


@contextmanager
def _guarded() -> Iterator[None]:
    """Turn whatever Whoosh raises into errors of the port: damage has many types in it."""
    try:
        yield
    except (SearchError, MemoryError):
        raise
    except TimeLimit as error:
        raise SearchError("The search takes too long: ask for less common words.") from error
    except Exception as error:
        if "No space left" in str(error):
            raise SearchError("The disk is full: the index keeps what it had.") from error
        raise IndexDamagedError(f"The index is damaged ({error!r}).") from error


def _schema() -> fields.Schema:
    schema = fields.Schema(
        id=fields.ID(stored=True),
        seq=fields.STORED(),
        rank=fields.COLUMN(columns.NumericColumn("Q")),
        order=fields.COLUMN(columns.VarBytesColumn()),
        topic=fields.ID(),
        title_shown=fields.STORED(),
        about=fields.STORED(),
    )
    for field in FIELDS:
        schema.add(field, fields.TEXT())
    for facet in FACETS:
        schema.add(f"facet_{facet}", fields.ID())
    return schema


_SCHEMA = _schema()


def _native(document: Document) -> dict[str, Anything]:
    """Return the arguments of add_document. Whoosh takes a list for words that are cut already."""
    native: dict[str, Anything] = {
        "id": [document.id],
        "_stored_id": document.id,
        "seq": document.seq,
        "rank": document.rank,
        "order": document.order.encode(),
        "title_shown": document.title,
        "about": " ".join(document.texts.get(field, "") for field in _LIKE_FIELDS),
        "topic": list(document.subjects),
    }
    native |= {field: text.split() for field, text in document.texts.items()}
    return native | {f"facet_{f}": list(values) for f, values in document.facets.items()}


def create(folder: Path) -> None:
    """Make an empty index in an empty folder. Raises SearchError."""
    with _guarded():
        FileIndex.create(ManifestStorage(folder), _SCHEMA, "MAIN")


class _View(Struct, frozen=True):
    """One committed state."""

    generation: int
    seq: int
    searcher: Searcher
    bitmaps: Bitmaps


class Index:
    """A Whoosh index in its own folder. Searches of several threads wait for each other."""

    def __init__(self, folder: Path) -> None:
        """Open the index and check all its files. Raises IndexDamagedError."""
        self.storage = ManifestStorage(folder)
        self._busy = threading.RLock()
        with _guarded():
            self._view = self._look(None)

    def _look(self, older: Bitmaps | None) -> _View:
        while True:
            generation, manifest = self.storage.check()
            # With the schema given, only the list of segments is unpickled, after its check.
            self.native = FileIndex(self.storage, schema=_SCHEMA)
            reader = self.native.reader()
            if self.storage.generation() == generation:
                break
        return _View(
            generation=generation,
            seq=manifest.seq,
            searcher=Searcher(reader, fromindex=self.native),
            bitmaps=Bitmaps(reader, older),
        )

    @property
    def seq(self) -> int:
        return self._view.seq

    def count(self) -> int:
        return self._view.bitmaps.everything.bit_count()

    def refresh(self) -> bool:
        with _guarded():
            if self.storage.generation() == self._view.generation:
                return False
            with self._busy:
                self._view = self._look(self._view.bitmaps)
            return True

    def writer(self, *, fresh: bool = False, done: Callable[[], None] = lambda: None) -> Writer:
        """Open for writing; the caller holds the folder's lock and gets it back by ``done``.

        ``fresh``: no change replaces or deletes another, so nothing has to be looked up.
        """
        return Writer(self, fresh=fresh, done=done)

    def search(self, query: Query) -> Result:
        asked = plan(query)
        with self._busy, _guarded():
            view = self._view
            until = time.monotonic() + _TIME_LIMIT
            words = view.bitmaps.matching(asked.tree, FIELDS)
            found = words & _chosen(view, asked.filters)
            return Result(
                total=found.bit_count(),
                hits=tuple(
                    Hit(_id(view, n), score) for score, n in _hits(view, found, asked, until)
                ),
                facets=_facets(view, words, asked),
                notices=asked.notices,
            )

    def suggest(self, prefix: str, limit: int = 8) -> Sequence[str]:
        typed = tokens(prefix)[:MOST_TYPED]
        if not typed or len(typed[-1]) < LEAST_TYPED:
            return []
        with self._busy, _guarded():
            view = self._view
            completed = _completions(view, "title", typed[-1], _COMPLETIONS)
            words = [query.Term("title", word) for word in typed[:-1]]
            last = query.Or([query.Term("title", word) for word in completed])
            top = view.searcher.search(query.And([*words, last]), limit=limit * 3).top_n
            titles = [view.searcher.stored_fields(number)["title_shown"] for _, number in top]
            return suggestions(
                typed, _completions(view, "topic", " ".join(typed), limit), titles, limit
            )

    def similar(self, id: str, limit: int = 6) -> Sequence[Hit]:  # noqa: A002 the port's name
        with self._busy, _guarded():
            view = self._view
            number = next(members(view.bitmaps.term("id", writable(id))), None)
            if number is None:
                return []
            reader = view.searcher.reader()
            words = telling(
                view.searcher.stored_fields(number)["about"].split(),
                lambda word: sum(reader.doc_frequency(field, word) for field in _LIKE_FIELDS),
                self.count(),
            )
            if not words:
                return []
            alike = query.Or([query.Term(f, word) for word in words for f in _LIKE_FIELDS])
            top = view.searcher.search(alike, limit=limit + 1).top_n
            return [Hit(_id(view, n), score) for score, n in top if n != number][:limit]

    def ids(self) -> Iterator[tuple[str, int]]:
        view = self._view
        for number in members(view.bitmaps.everything):
            with self._busy, _guarded():
                stored = view.searcher.stored_fields(number)
            yield stored["id"], stored["seq"]

    def close(self) -> None:
        """Nothing is held but memory maps, which end with the last search that uses them."""


def _id(view: _View, number: int) -> str:
    return str(view.searcher.stored_fields(number)["id"])


def _completions(view: _View, field: str, prefix: str, limit: int) -> list[str]:
    """Return the terms of the field that start like this, most frequent first."""
    reader = view.searcher.reader()
    terms = [term.decode() for term in reader.expand_prefix(field, prefix)]
    return sorted(terms, key=lambda term: (-reader.doc_frequency(field, term), term))[:limit]


def _chosen(view: _View, filters: Mapping[str, Sequence[str]]) -> int:
    found = view.bitmaps.everything
    for facet, values in filters.items():
        having = view.bitmaps.facet(facet)
        union = 0
        for value in values:
            union |= having.get(value, 0)
        found &= union
    return found


def _facets(view: _View, words: int, asked: Plan) -> dict[str, tuple[FacetCount, ...]]:
    counted = {}
    for facet in asked.facets:
        others = {other: values for other, values in asked.filters.items() if other != facet}
        found = words & _chosen(view, others)
        having = view.bitmaps.facet(facet).items()
        counted[facet] = most_frequent(
            (value, (bits & found).bit_count()) for value, bits in having
        )
    return counted


def _hits(view: _View, found: int, asked: Plan, until: float) -> list[tuple[float, int]]:
    """Return the page's (score, number) pairs."""

    def value(name: str) -> Callable[[int], Anything]:
        return lambda number: view.bitmaps.column(name, number)

    if asked.sort != "relevance":
        newest = asked.sort == "newest"
        ordered = sorted(members(found), key=value("rank" if newest else "order"), reverse=newest)
        return [(0.0, number) for number in ordered[asked.offset : asked.offset + asked.size]]
    if not found:  # Whoosh takes an empty filter for none
        return []
    scoring = query.Or(list(_scoring(asked.tree)))
    kept = set(members(found))

    def best(wanted: int) -> Sequence[tuple[float, int]]:
        collector = view.searcher.collector(limit=wanted, filter=kept)
        limited = TimeLimitCollector(
            collector, max(until - time.monotonic(), 0.01), use_alarm=False
        )
        view.searcher.search_with_collector(scoring, limited)
        top: list[tuple[float, int]] = limited.results().top_n
        if len(top) < wanted:  # what is found for the words that it does not have scores nothing
            top += [(0.0, number) for number in kept.difference(number for _, number in top)]
        return top[:wanted]

    return settle(best, lambda numbers: [value("rank")(n) for n in numbers], asked)


def _scoring(tree: Tree) -> Iterator[query.Term]:
    """Yield what gives a record its score: each word sought, in each field it may be in."""
    if isinstance(tree, Words):
        for field in [tree.field] if tree.field else FIELDS:
            boost = 1.0 if tree.field else FIELDS[field]
            yield from (query.Term(field, word, boost=boost) for word in tree.words)
    elif not isinstance(tree, Not):
        for part in tree.parts:
            yield from _scoring(part)


class Writer:
    """See the port. Changes of a filled index wait in memory until they are committed."""

    def __init__(self, index: Index, *, fresh: bool, done: Callable[[], None]) -> None:
        self._index = index
        self._fresh = fresh
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
            self._native = SealedWriter(self._index.native, memory=_MEMORY)
        return self._native

    def apply(self, changes: Iterable[Change]) -> int:
        """Take in the changes and return how many. Raises SearchError: the writer is spent."""
        taken = 0
        for change in changes:
            taken += 1
            if not self._fresh:
                self._waiting[change.id] = change
            elif change.resource:
                with _guarded():
                    self._opened().add_document(**_native(describe(change)))
        return taken

    def commit(self, seq: int) -> None:
        """Make all that was applied last and visible. Raises SearchError: nothing has changed."""
        with _guarded():
            native = self._opened()
            for id_ in self._waiting:
                native.delete_by_term("id", id_)
            for change in self._waiting.values():
                if change.resource:
                    native.add_document(**_native(describe(change)))
            native.commit_numbered(seq)
        self._native = None
        self._waiting.clear()
        self._index.refresh()

    def close(self) -> None:
        """Discard what was not committed, and give the lock back."""
        if not self._open:
            return
        self._open = False
        try:
            if self._native is not None and not self._native.is_closed:
                with suppress(SearchError), _guarded():
                    self._native.cancel()
        finally:
            self._done()
