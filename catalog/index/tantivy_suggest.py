"""Suggestions from tantivy: see ``suggesting`` for what is offered."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import tantivy
from tantivy import Query as Native

from catalog.index.suggesting import COMPLETIONS, Counted, Titled
from catalog.index.tantivy_schema import every, some, term, without

_REMEMBERED = 1024  # beginnings: everybody who types goes through the same few letters


class Lists:
    """See ``suggesting.Lists``."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher
        # Of the searcher, not of ourselves: a circle would keep its files open for long.
        terms = functools.partial(_terms, searcher)
        self._terms = functools.lru_cache(maxsize=_REMEMBERED)(terms)

    def complete(self, field: str, prefix: str, most: int) -> Sequence[Counted]:
        return self._terms(field, prefix, most)

    def has(self, field: str, word: str) -> bool:
        return bool(self._searcher.search(self._shown(term(field, word)), 1, count=False).hits)

    def titles(self, words: Sequence[str], most: int) -> list[Titled]:
        completed = self._terms("title", words[-1], COMPLETIONS)
        if not completed:
            return []
        last = some(term("title", word) for word, _ in completed)
        query = every([*(term("title", word) for word in words[:-1]), last])
        hits = self._searcher.search(self._shown(query), most, count=False).hits
        found = [self._searcher.doc(place) for _, place in hits]
        return [
            (str(doc.get_first("id")), bytes(doc.get_first("title_shown") or b"").decode())
            for doc in found
        ]

    def _shown(self, found: Native) -> Native:
        return without(self._searcher, found, "copy")


def _terms(searcher: tantivy.Searcher, field: str, prefix: str, most: int) -> Sequence[Counted]:
    return searcher.terms_with_prefix(field, prefix, limit=most)
