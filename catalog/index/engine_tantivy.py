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
    COPY,
    Explanation,
    Hit,
    Query,
    Result,
    Suggestion,
)
from catalog.index.bag import subjects
from catalog.index.explaining import explain
from catalog.index.meaning import BAG, Statistics
from catalog.index.plan import (
    Plan,
    plan,
    telling,
    writable,
)
from catalog.index.query import Tree
from catalog.index.sealing import check_tantivy, clear_tantivy, seal_tantivy
from catalog.index.searching import Scored, find, frequency, remembered
from catalog.index.spelling import Terms, spelling
from catalog.index.suggesting import suggest
from catalog.index.tantivy_facets import Counting, filtered
from catalog.index.tantivy_schema import (
    EVERY_RECORD,
    MARKER,
    SCHEMA,
    below,
    every,
    guarded,
    native_query,
    register_tokenizers,
    some,
    term,
    without,
)
from catalog.index.tantivy_suggest import Lists
from catalog.index.tantivy_writer import HEAP, HEAP_AFRESH, Writer
from catalog.index.weights import USUAL, Weights
from catalog.index.words import NONE, Own

NAME = "tantivy"


def create(folder: Path) -> None:
    """Make an empty index in an empty folder. Raises SearchError."""
    with guarded():
        tantivy.Index(SCHEMA, path=str(folder), reuse=False)
        seal_tantivy(folder)


class _View(Struct, frozen=True):
    """One committed state, which searches keep to while another is being committed."""

    searcher: tantivy.Searcher
    seq: int
    count: int  # of works
    documents: int
    counting: Counting
    lists: Lists
    terms: Terms
    statistics: Statistics


class Index:
    """A tantivy index in its own folder. Safe to share between threads; see the port."""

    def __init__(self, folder: Path, weights: Weights = USUAL, own: Own = NONE) -> None:
        """Open the index and check all its files. Raises IndexDamagedError."""
        self.own = own
        self.folder = folder
        self._weights = weights
        self._refreshing = threading.Lock()
        check_tantivy(folder)
        with guarded():
            self._native = tantivy.Index.open(str(folder))
            self._native.config_reader("manual")
            register_tokenizers(self._native)
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
        documents = searcher.num_docs - len(marker)
        terms = _terms(searcher)
        return _View(
            searcher=searcher,
            seq=int(seq or 0),
            count=documents - _total(searcher.search(term("grain", "copy"), 1)),
            documents=documents,
            counting=Counting(searcher),
            lists=Lists(searcher),
            terms=terms,
            statistics=_statistics(searcher, documents, terms, self.own),
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
            clear_tantivy(self.folder)
            native = self._native.writer(HEAP_AFRESH if fresh else HEAP, 1)
            return Writer(native, self.own, fresh=fresh, committed=self._committed, done=done)

    def _committed(self) -> None:
        seal_tantivy(self.folder)
        self.refresh()

    def search(self, query: Query) -> Result:
        asked = plan(query)
        view = self._view
        with guarded():
            found = find(_Shelf(view, asked), asked, self._weights)
            return Result(
                total=found.total,
                hits=tuple(Hit(_id(view.searcher, place), score) for score, place in found.hits),
                facets=view.counting.facets(native_query(found.tree), asked),
                notices=found.notices,
                text=found.text,
                last=found.last,
            )

    def suggest(self, prefix: str, limit: int = 8) -> Sequence[Suggestion]:
        with guarded():
            return suggest(self._view.lists, prefix, limit)

    def similar(self, id: str, limit: int = 6) -> Sequence[Hit]:  # noqa: A002 the port's name
        view, id = self._view, writable(id)  # noqa: A001
        with guarded():
            found = view.searcher.search(term("id", id), 1).hits
            if not found:
                return []
            words = telling(
                subjects(_stored(view.searcher, found[0][1], "about")),
                view.statistics.there,
                view.documents,
            )
            if not words:
                return []
            alike = some(term(BAG, word) for word in words)
            others = [(Occur.Must, alike), (Occur.MustNot, term("id", id))]
            query = without(view.searcher, Native.boolean_query(others), "copy")
            hits = view.searcher.search(query, limit, count=False).hits
            return [Hit(_id(view.searcher, place), score) for score, place in hits]

    def explain(self, query: Query, id: str) -> Explanation | None:  # noqa: A002 the port's name
        asked = plan(query)
        with guarded():
            return explain(_Shelf(self._view, asked), asked, writable(id), self._weights)

    def spelling(self, word: str, limit: int = 3) -> Sequence[str]:
        with guarded():
            return spelling(word, limit, self._view.terms)

    def frequency(self, word: str) -> int:
        with guarded():
            return frequency(_Shelf(self._view, plan(Query())), word)

    def ids(self) -> Iterator[tuple[str, int, int]]:
        searcher = self._view.searcher
        with guarded():
            hits = searcher.search(EVERY_RECORD, max(searcher.num_docs, 1), count=False).hits
            places = [place for _, place in hits]
            columns = [searcher.fast_field_values(name, places) for name in ("seq", "digest")]
            for place, seq, digest in zip(places, *columns, strict=True):
                yield _key(searcher, place), int(seq or 0), int(digest or 0)

    def close(self) -> None:
        """Nothing is held but memory maps, which end with the last search that uses them."""


def _id(searcher: tantivy.Searcher, place: tantivy.DocAddress) -> str:
    return _key(searcher, place).removesuffix(COPY)


def _key(searcher: tantivy.Searcher, place: tantivy.DocAddress) -> str:
    return str(searcher.doc(place).get_first("id"))


def _stored(searcher: tantivy.Searcher, place: tantivy.DocAddress, field: str) -> str:
    return bytes(searcher.doc(place).get_first(field) or b"").decode()


def _statistics(searcher: tantivy.Searcher, documents: int, terms: Terms, own: Own) -> Statistics:
    """Return what is known of words; of the searcher alone, so that nothing goes in a circle."""

    def count(tree: Tree) -> int:
        return _total(searcher.search(without(searcher, native_query(tree), "copy"), 1))

    return remembered(documents, terms, count, own)


def _terms(searcher: tantivy.Searcher) -> Terms:
    def there(field: str, word: str) -> int:
        if not searcher.doc_freq(field, word):
            return 0
        return _total(searcher.search(term(field, word), 1))

    def starting(field: str, prefix: str, most: int) -> list[str]:
        return [found for found, _ in searcher.terms_with_prefix(field, prefix, limit=most)]

    return Terms(searcher.doc_freq, there, starting)


class _Shelf:
    """See ``searching.Shelf``."""

    def __init__(self, view: _View, asked: Plan) -> None:
        self._searcher = view.searcher
        self._asked = asked
        self.statistics = view.statistics

    def place(self, key: str) -> tantivy.DocAddress | None:
        found = self._searcher.search(term("id", key), 1, count=False).hits
        return found[0][1] if found and key != MARKER else None

    def count(self, tree: Tree) -> int:
        shown = without(self._searcher, native_query(tree), self._asked.hidden)
        return _total(self._searcher.search(shown, 1))

    def best(self, tree: Tree, wanted: int) -> tuple[int, Sequence[Scored[tantivy.DocAddress]]]:
        result = self._searcher.search(self._within(tree), wanted)
        return _total(result), result.hits

    def ordered(self, tree: Tree) -> tuple[int, int, Sequence[tantivy.DocAddress]]:
        field, order = _ORDERS[self._asked.sort]
        found, after = self._within(tree), self._asked.after
        result = self._searcher.search(
            found if after is None else every([found, below("rank", after)]),
            self._asked.size,
            order_by_field=field,
            order=order,
            offset=self._asked.offset,
        )
        total = _total(result if after is None else self._searcher.search(found, 1))
        return total, _total(result), [place for _, place in result.hits]

    def column(self, name: str, places: Sequence[tantivy.DocAddress]) -> Sequence[int]:
        return [int(value or 0) for value in self._searcher.fast_field_values(name, list(places))]

    def about(self, place: tantivy.DocAddress) -> str:
        return _stored(self._searcher, place, "about")

    def _within(self, tree: Tree) -> Native:
        return filtered(self._searcher, native_query(tree), self._asked)


_ORDERS = {"newest": ("rank", Order.Desc), "title": ("order", Order.Asc)}


def _total(result: tantivy.SearchResult) -> int:
    total: int = result.count  # type: ignore[attr-defined] # missing in the binding's own hints
    return total
