"""Suggestions from Whoosh: see ``suggesting`` for what is offered."""

from __future__ import annotations

import functools
import heapq
from collections import Counter
from collections.abc import Sequence

from whoosh import query
from whoosh.reading import IndexReader
from whoosh.searching import Searcher

from catalog.index import COPY
from catalog.index.bitmaps import Bitmaps
from catalog.index.suggesting import COMPLETIONS, Counted, Titled
from catalog.index.whoosh_schema import shown

_REMEMBERED = 1024  # beginnings: everybody who types goes through the same few letters


class Lists:
    """See ``suggesting.Lists``."""

    def __init__(self, searcher: Searcher, bitmaps: Bitmaps) -> None:
        self._bitmaps = bitmaps
        remembered = functools.lru_cache(maxsize=_REMEMBERED)
        self._terms = remembered(functools.partial(_terms, searcher.reader()))
        self._titles = remembered(functools.partial(_titles, searcher))

    def complete(self, field: str, prefix: str, most: int) -> Sequence[Counted]:
        return self._terms(field, prefix, most)

    def starting(self, field: str, prefix: str, most: int) -> list[str]:
        """Return the words of ``complete`` alone."""
        return [term for term, _ in self._terms(field, prefix, most)]

    def has(self, field: str, word: str) -> bool:
        return bool(self._bitmaps.term(field, word) & self._bitmaps.shown["copy"])

    def titles(self, words: Sequence[str], most: int) -> list[Titled]:
        completed = self.starting("title", words[-1], COMPLETIONS)
        return self._titles(tuple(words[:-1]), tuple(completed), most)


def _titles(
    searcher: Searcher, words: tuple[str, ...], completed: tuple[str, ...], most: int
) -> list[Titled]:
    last = query.Or([query.Term("title", word) for word in completed])
    if len(completed) == COMPLETIONS:  # few letters: most titles have one, and are read at once
        last.matcher_type = query.Or.ARRAY_MATCHER
    asked = query.And([*(query.Term("title", word) for word in words), last])
    top = searcher.search(shown(asked), limit=most, optimize=False).top_n
    found = [searcher.stored_fields(number) for _, number in top]
    return [(str(each["id"]).removesuffix(COPY), each["title_shown"]) for each in found]


def _terms(reader: IndexReader, field: str, prefix: str, most: int) -> Sequence[Counted]:
    """Return the terms of the field that start like this, most frequent first."""
    counts: Counter[bytes] = Counter()
    for leaf, _ in reader.leaf_readers() if reader.doc_count_all() else ():
        for term, info in leaf.iter_prefix(field, prefix):
            counts[term] += info.doc_frequency()
    first = heapq.nsmallest(most, ((-count, term) for term, count in counts.items()))
    return [(term.decode(), -count) for count, term in first]
