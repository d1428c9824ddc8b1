"""The default engine: tantivy. Fast, compiled, crash-safe by itself; see ``sealing`` for damage.

The number of the last change is kept in one extra document, the marker, which is replaced in the
same commit as the changes: the binding has no place for it in the commit itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import tantivy
from msgspec import Struct
from tantivy import Occur, Order
from tantivy import Query as Native

from catalog.index import (
    Hit,
    Query,
    Result,
)
from catalog.index.analysis import tokens
from catalog.index.plan import (
    LEAST_TYPED,
    MOST_TYPED,
    Plan,
    first_look,
    plan,
    settle,
    suggestions,
    telling,
    writable,
)
from catalog.index.sealing import check_tantivy, seal_tantivy
from catalog.index.tantivy_facets import Counting, filtered
from catalog.index.tantivy_schema import (
    EVERY_RECORD,
    LIKE_FIELDS,
    MARKER,
    SCHEMA,
    every,
    guarded,
    native_query,
    some,
    term,
)
from catalog.index.tantivy_writer import HEAP, Writer

NAME = "tantivy"

_COMPLETIONS = 50  # words that the last one typed may become


def create(folder: Path) -> None:
    """Make an empty index in an empty folder. Raises SearchError."""
    with guarded():
        tantivy.Index(SCHEMA, path=str(folder), reuse=False)
        seal_tantivy(folder)


class _View(Struct, frozen=True):
    """One committed state, which searches keep to while another is being committed."""

    searcher: tantivy.Searcher
    seq: int
    count: int
    counting: Counting


class Index:
    """A tantivy index in its own folder. Safe to share between threads; see the port."""

    def __init__(self, folder: Path) -> None:
        """Open the index and check all its files. Raises IndexDamagedError."""
        self.folder = folder
        self._refreshing = threading.Lock()
        check_tantivy(folder)
        with guarded():
            self._native = tantivy.Index.open(str(folder))
            self._native.config_reader("manual")
            splitter = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            self._native.register_tokenizer("folded", splitter)
            self._state = self._stat()
            self._view = self._look()

    def _stat(self) -> tuple[int, int, int]:
        stat = (self.folder / "meta.json").stat()
        return stat.st_mtime_ns, stat.st_ino, stat.st_size

    def _look(self) -> _View:
        self._native.reload()
        searcher = self._native.searcher()
        marker = searcher.search(term("id", MARKER), 1).hits
        seq = searcher.fast_field_values("seq", [marker[0][1]])[0] if marker else 0
        return _View(
            searcher=searcher,
            seq=int(seq or 0),
            count=searcher.num_docs - len(marker),
            counting=Counting(searcher),
        )

    @property
    def seq(self) -> int:
        return self._view.seq

    def count(self) -> int:
        return self._view.count

    def refresh(self) -> bool:
        with self._refreshing, guarded():
            state = self._stat()
            if state == self._state:
                return False
            view = self._look()
            self._state, self._view = state, view
            return True

    def writer(self, *, fresh: bool = False, done: Callable[[], None] = lambda: None) -> Writer:
        """Open for writing; the caller holds the folder's lock and gets it back by ``done``.

        ``fresh``: no change replaces or deletes another, so nothing has to be looked up.
        """
        with guarded():
            return Writer(
                self._native.writer(HEAP, 1), fresh=fresh, committed=self._committed, done=done
            )

    def _committed(self) -> None:
        seal_tantivy(self.folder)
        self.refresh()

    def search(self, query: Query) -> Result:
        asked = plan(query)
        view = self._view
        searcher = view.searcher
        with guarded():
            words = native_query(asked.tree)
            found = filtered(searcher, words, asked)
            total, hits = _hits(searcher, found, asked)
            return Result(
                total=total,
                hits=tuple(Hit(_id(searcher, place), score) for score, place in hits),
                facets=view.counting.facets(words, asked),
                notices=asked.notices,
            )

    def suggest(self, prefix: str, limit: int = 8) -> Sequence[str]:
        typed = tokens(prefix)[:MOST_TYPED]
        if not typed or len(typed[-1]) < LEAST_TYPED:
            return []
        searcher = self._view.searcher
        with guarded():
            subjects = searcher.terms_with_prefix("topic", " ".join(typed), limit=limit)
            completed = searcher.terms_with_prefix("title", typed[-1], limit=_COMPLETIONS)
            if not completed:
                titles = []
            else:
                last = some(term("title", word) for word, _ in completed)
                query = every([*(term("title", word) for word in typed[:-1]), last])
                hits = searcher.search(query, limit * 3, count=False).hits
                titles = [_stored(searcher, place, "title_shown") for _, place in hits]
        return suggestions(typed, [topic for topic, _ in subjects], titles, limit)

    def similar(self, id: str, limit: int = 6) -> Sequence[Hit]:  # noqa: A002 the port's name
        view, id = self._view, writable(id)  # noqa: A001
        with guarded():
            found = view.searcher.search(term("id", id), 1).hits
            if not found:
                return []
            words = telling(
                _stored(view.searcher, found[0][1], "about").split(),
                lambda word: sum(view.searcher.doc_freq(field, word) for field in LIKE_FIELDS),
                view.count,
            )
            if not words:
                return []
            alike = some(term(field, word) for word in words for field in LIKE_FIELDS)
            query = Native.boolean_query([(Occur.Must, alike), (Occur.MustNot, term("id", id))])
            hits = view.searcher.search(query, limit, count=False).hits
            return [Hit(_id(view.searcher, place), score) for score, place in hits]

    def ids(self) -> Iterator[tuple[str, int]]:
        searcher = self._view.searcher
        with guarded():
            hits = searcher.search(EVERY_RECORD, max(searcher.num_docs, 1), count=False).hits
            places = [place for _, place in hits]
            seqs = searcher.fast_field_values("seq", places)
            for place, seq in zip(places, seqs, strict=True):
                yield _id(searcher, place), int(seq or 0)

    def close(self) -> None:
        """Nothing is held but memory maps, which end with the last search that uses them."""


def _id(searcher: tantivy.Searcher, place: tantivy.DocAddress) -> str:
    return str(searcher.doc(place).get_first("id"))


def _stored(searcher: tantivy.Searcher, place: tantivy.DocAddress, field: str) -> str:
    return bytes(searcher.doc(place).get_first(field) or b"").decode()


def _hits(
    searcher: tantivy.Searcher, query: Native, asked: Plan
) -> tuple[int, list[tuple[float, tantivy.DocAddress]]]:
    """Return the number of matches and the page's (score, place) pairs."""
    if asked.sort != "relevance":
        field, order = ("rank", Order.Desc) if asked.sort == "newest" else ("order", Order.Asc)
        result = searcher.search(
            query, asked.size, order_by_field=field, order=order, offset=asked.offset
        )
        return _total(result), [(0.0, place) for _, place in result.hits]
    result = searcher.search(query, first_look(asked))

    def best(wanted: int) -> Sequence[tuple[float, tantivy.DocAddress]]:
        if wanted == first_look(asked):
            return result.hits
        return searcher.search(query, wanted, count=False).hits

    def ranks(places: Sequence[tantivy.DocAddress]) -> Sequence[int]:
        return [int(rank or 0) for rank in searcher.fast_field_values("rank", list(places))]

    return _total(result), settle(best, ranks, asked)


def _total(result: tantivy.SearchResult) -> int:
    total: int = result.count  # type: ignore[attr-defined] # missing in the binding's own hints
    return total
