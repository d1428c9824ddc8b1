"""Suggestions from tantivy: see ``suggesting`` for what is offered."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import tantivy

from catalog.index import Suggestion
from catalog.index.suggesting import (
    COMPLETIONS,
    PEOPLE,
    TITLES,
    TOPICS,
    Counted,
    Titled,
    named,
    suggestions,
    typed,
)
from catalog.index.tantivy_schema import every, some, term

#: (field, beginning, at most so many) -> terms and how many records have them
Complete = Callable[[str, str, int], Sequence[Counted]]

_REMEMBERED = 1024  # beginnings: everybody who types goes through the same few letters


class Suggesting:
    """What one committed state suggests."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher
        # Of the searcher, not of ourselves: a circle would keep its files open for long.
        terms = functools.partial(_terms, searcher)
        self._complete: Complete = functools.lru_cache(maxsize=_REMEMBERED)(terms)

    def suggest(self, prefix: str, limit: int) -> Sequence[Suggestion]:
        """See the port."""
        words = typed(prefix)
        if not words:
            return []
        topics = named(words, TOPICS, self._complete, self._has, limit)
        people = named(words, PEOPLE, self._complete, self._has, limit)
        return suggestions(words, topics, people, self._titles(words, limit * TITLES), limit)

    def _has(self, field: str, word: str) -> bool:
        return bool(self._searcher.search(term(field, word), 1, count=False).hits)

    def _titles(self, words: Sequence[str], limit: int) -> list[Titled]:
        """Return titles that have the words, the last of which may go on."""
        completed = self._complete("title", words[-1], COMPLETIONS)
        if not completed:
            return []
        last = some(term("title", word) for word, _ in completed)
        query = every([*(term("title", word) for word in words[:-1]), last])
        hits = self._searcher.search(query, limit, count=False).hits
        found = [self._searcher.doc(place) for _, place in hits]
        return [
            (str(doc.get_first("id")), bytes(doc.get_first("title_shown") or b"").decode())
            for doc in found
        ]


def _terms(searcher: tantivy.Searcher, field: str, prefix: str, most: int) -> Sequence[Counted]:
    return searcher.terms_with_prefix(field, prefix, limit=most)
