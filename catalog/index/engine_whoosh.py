"""The engine without compiled code: Whoosh keeps postings and scores, and we do the sets.

Matches and facet counts are worked out on bitmaps (one long integer each: bit n is record n), as
Whoosh's own way through 100,000 records takes seconds. Its commits are made safe here too: it
calls no fsync, checks nothing that it reads, and unpickles its table of contents. So each commit
writes a manifest with checksums first, and nothing is read that is not in it.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from whoosh import query
from whoosh.collectors import TimeLimitCollector
from whoosh.index import FileIndex
from whoosh.reading import IndexReader
from whoosh.searching import Searcher

from catalog.index import (
    COPY,
    Explanation,
    FacetCount,
    Hit,
    Query,
    Result,
    Suggestion,
)
from catalog.index.bag import subjects
from catalog.index.bitmaps import Bitmaps, members
from catalog.index.explaining import explain
from catalog.index.manifest import ManifestStorage, State
from catalog.index.meaning import BAG, Statistics
from catalog.index.plan import (
    Plan,
    most_frequent,
    plan,
    telling,
    writable,
)
from catalog.index.query import Tree
from catalog.index.searching import Scored, find, frequency, remembered
from catalog.index.spelling import Frequency, Terms, spelling
from catalog.index.suggesting import suggest
from catalog.index.weights import USUAL, Weights
from catalog.index.whoosh_schema import SCHEMA, Weighting, guarded, scored, shown
from catalog.index.whoosh_suggest import Lists
from catalog.index.whoosh_writer import Writer
from catalog.index.words import NONE, Own

NAME = "whoosh"

_TIME_LIMIT = 0.9  # seconds of one search


def create(folder: Path) -> None:
    """Make an empty index in an empty folder. Raises SearchError."""
    with guarded():
        FileIndex.create(ManifestStorage(folder), SCHEMA, "MAIN")


class _View(Struct, frozen=True):
    """One committed state; ``state`` is how its storage names it."""

    state: State
    seq: int
    searcher: Searcher
    bitmaps: Bitmaps
    lists: Lists
    terms: Terms
    statistics: Statistics


class Index:
    """A Whoosh index in its own folder. Searches of several threads wait for each other."""

    def __init__(self, folder: Path, weights: Weights = USUAL, own: Own = NONE) -> None:
        """Open the index and check all its files. Raises IndexDamagedError."""
        self.own = own
        self._weights = weights
        self.storage = ManifestStorage(folder)
        self._busy = threading.RLock()
        with guarded():
            self._view = self._look(None)

    def _look(self, older: Bitmaps | None) -> _View:
        while True:
            state = self.storage.state()
            generation, manifest = self.storage.check()
            # With the schema given, only the list of segments is unpickled, after its check.
            self._native = FileIndex(self.storage, schema=SCHEMA)
            reader = self._native.reader()
            if self.storage.generation() == generation == state.generation:
                break
        bitmaps = Bitmaps(reader, older)
        searcher = Searcher(reader, weighting=Weighting(), fromindex=self._native)
        lists = Lists(searcher, bitmaps)
        terms = _terms(reader, bitmaps, lists)
        return _View(
            state=state,
            seq=manifest.seq,
            searcher=searcher,
            bitmaps=bitmaps,
            lists=lists,
            terms=terms,
            statistics=remembered(
                bitmaps.everything.bit_count(),
                terms,
                lambda tree: (bitmaps.matching(tree) & bitmaps.shown["copy"]).bit_count(),
                self.own,
            ),
        )

    @property
    def seq(self) -> int:
        return self._view.seq

    def count(self) -> int:
        return self._view.bitmaps.shown["copy"].bit_count()

    def refresh(self) -> bool:
        with guarded():
            state = self.storage.state()
            if state == self._view.state:
                return False
            with self._busy:
                if state.generation == self._view.state.generation:
                    self.storage.checked.clear()  # no commit did this: somebody else has been here
                self._view = self._look(self._view.bitmaps)
            return True

    def writer(self, *, fresh: bool = False, done: Callable[[], None] = lambda: None) -> Writer:
        """Open for writing; the caller holds the folder's lock and gets it back by ``done``.

        ``fresh``: no change replaces or deletes another, so nothing has to be looked up.
        """
        return Writer(self._native, self.own, fresh=fresh, committed=self.refresh, done=done)

    def search(self, query: Query) -> Result:
        asked = plan(query)
        with self._busy, guarded():
            view = self._view
            found = find(_Shelf(view, asked), asked, self._weights)
            return Result(
                total=found.total,
                hits=tuple(Hit(_id(view, number), score) for score, number in found.hits),
                facets=_facets(view, view.bitmaps.matching(found.tree), asked),
                notices=found.notices,
                text=found.text,
                last=found.last,
            )

    def suggest(self, prefix: str, limit: int = 8) -> Sequence[Suggestion]:
        with self._busy, guarded():
            return suggest(self._view.lists, prefix, limit)

    def similar(self, id: str, limit: int = 6) -> Sequence[Hit]:  # noqa: A002 the port's name
        with self._busy, guarded():
            view = self._view
            number = next(members(view.bitmaps.term("id", writable(id))), None)
            if number is None:
                return []
            words = telling(
                subjects(view.searcher.stored_fields(number)["about"]),
                view.statistics.there,
                view.bitmaps.everything.bit_count(),
            )
            if not words:
                return []
            alike = shown(query.Or([query.Term(BAG, word) for word in words]))
            top = view.searcher.search(alike, limit=limit + 1).top_n
            return [Hit(_id(view, n), score) for score, n in top if n != number][:limit]

    def explain(self, query: Query, id: str) -> Explanation | None:  # noqa: A002 the port's name
        asked = plan(query)
        with self._busy, guarded():
            return explain(_Shelf(self._view, asked), asked, writable(id), self._weights)

    def spelling(self, word: str, limit: int = 3) -> Sequence[str]:
        with self._busy, guarded():
            return spelling(word, limit, self._view.terms)

    def frequency(self, word: str) -> int:
        with self._busy, guarded():
            return frequency(_Shelf(self._view, plan(Query())), word)

    def ids(self) -> Iterator[tuple[str, int, int]]:
        view = self._view
        for number in members(view.bitmaps.everything):
            with self._busy, guarded():
                stored = view.searcher.stored_fields(number)
            yield stored["id"], stored["seq"], stored["digest"]

    def close(self) -> None:
        """Nothing is held but memory maps, which end with the last search that uses them."""


def _terms(reader: IndexReader, bitmaps: Bitmaps, lists: Lists) -> Terms:
    frequency: Frequency = reader.doc_frequency

    def there(field: str, word: str) -> int:
        return bitmaps.term(field, word).bit_count() if frequency(field, word) else 0

    return Terms(frequency, there if reader.has_deletions() else frequency, lists.starting)


def _id(view: _View, number: int) -> str:
    return str(view.searcher.stored_fields(number)["id"]).removesuffix(COPY)


def _chosen(view: _View, asked: Plan, *, but: str = "") -> int:
    """Return what is shown, has a chosen value of each facet ``but`` one and none left out."""
    found = view.bitmaps.shown[asked.hidden]
    for facet, values in asked.filters.items():
        if facet != but:
            found &= view.bitmaps.chosen(facet, values)
    for facet, values in asked.without.items():
        found &= ~view.bitmaps.chosen(facet, values)
    return found


def _facets(view: _View, words: int, asked: Plan) -> dict[str, tuple[FacetCount, ...]]:
    return {
        facet: most_frequent(
            view.bitmaps.counts(facet, words & _chosen(view, asked, but=facet)), asked.most(facet)
        )
        for facet in asked.facets
    }


class _Shelf:
    """See ``searching.Shelf``."""

    def __init__(self, view: _View, asked: Plan) -> None:
        self._view = view
        self._asked = asked
        self._until = time.monotonic() + _TIME_LIMIT
        self._chosen = _chosen(view, asked)
        self.statistics = view.statistics

    def place(self, key: str) -> int | None:
        return next(members(self._view.bitmaps.term("id", key)), None)

    def count(self, tree: Tree) -> int:
        bitmaps = self._view.bitmaps
        return (bitmaps.matching(tree) & bitmaps.shown[self._asked.hidden]).bit_count()

    def best(self, tree: Tree, wanted: int) -> tuple[int, Sequence[Scored[int]]]:
        found = self._view.bitmaps.matching(tree) & self._chosen
        if not found:  # Whoosh takes an empty filter for none
            return 0, []
        kept = set(members(found))
        collector = TimeLimitCollector(
            self._view.searcher.collector(limit=wanted, filter=kept),
            max(self._until - time.monotonic(), 0.01),
            use_alarm=False,
        )
        self._view.searcher.search_with_collector(query.Or(list(scored(tree))), collector)
        top: list[tuple[float, int]] = collector.results().top_n
        if len(top) < wanted:  # what is found for the words that it does not have scores nothing
            top += [(0.0, number) for number in kept.difference(number for _, number in top)]
        return len(kept), top[:wanted]

    def ordered(self, tree: Tree) -> tuple[int, int, Sequence[int]]:
        found = self._view.bitmaps.matching(tree) & self._chosen
        newest = self._asked.sort == "newest"
        value = functools.partial(self._view.bitmaps.column, "rank" if newest else "order")
        places, after = list(members(found)), self._asked.after
        rest = places if after is None else [place for place in places if value(place) < after]
        rest.sort(key=value, reverse=newest)
        start, end = self._asked.offset, self._asked.offset + self._asked.size
        return len(places), len(rest), rest[start:end]

    def column(self, name: str, places: Sequence[int]) -> Sequence[int]:
        return [self._view.bitmaps.column(name, place) for place in places]

    def about(self, place: int) -> str:
        return str(self._view.searcher.stored_fields(place)["about"])
