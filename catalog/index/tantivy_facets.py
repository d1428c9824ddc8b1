"""Choosing and counting facets with tantivy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any as Anything

import tantivy
from tantivy import Occur
from tantivy import Query as Native

from catalog.index import LONG, FacetCount
from catalog.index.plan import Plan, most_frequent, within
from catalog.index.query import EVERYTHING
from catalog.index.tantivy_schema import (
    BETWEEN,
    EVERYTHING_AND_MARKER,
    chosen,
    counted_field,
    facet_field,
    without,
)

_EXACT = 65_000  # values or sets of values of one facet that are counted before any is left out
_SLACK = 2000  # values of a long facet looked at beyond those asked for: to ask again costs more
_MOST_YEARS = 10_000
_KEPT = 32  # counts over everything, the dearest there are, that are kept while nothing changes

Counts = dict[str, tuple[FacetCount, ...]]


def filtered(searcher: tantivy.Searcher, words: Native, asked: Plan, *, but: str = "") -> Native:
    """Return what of ``words`` is shown, has a chosen value of each facet and none left out.

    Scores stay as they are. ``but`` is a facet whose chosen values do not matter.
    """
    clauses = [
        (Occur.Must, Native.const_score_query(_any(searcher, facet, values), 0.0))
        for facet, values in asked.filters.items()
        if facet != but
    ]
    clauses += [
        (Occur.MustNot, _any(searcher, facet, values)) for facet, values in asked.without.items()
    ]
    shown = without(searcher, words, asked.hidden)
    return Native.boolean_query([(Occur.Must, shown), *clauses]) if clauses else shown


def _any(searcher: tantivy.Searcher, facet: str, choices: Sequence[str]) -> Native:
    return chosen(
        facet, (value for choice in choices for value in _values(searcher, facet, choice))
    )


def _values(searcher: tantivy.Searcher, facet: str, choice: str) -> Iterator[str]:
    inside = within(facet, choice)
    if inside is None:
        yield choice
    else:
        there = searcher.terms_with_prefix(facet_field(facet), "", limit=_MOST_YEARS)
        yield from (value for value, _ in there if inside(value))


class Counting:
    """Counts of the facets in one committed state."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher
        self._kept: dict[Anything, Counts] = {}

    def facets(self, words: Native, asked: Plan) -> Counts:
        """Count the facets: all without a choice at once, each other one without its own."""
        free = [facet for facet in asked.facets if facet not in asked.filters]
        counted: Counts = {}
        for group in [free, *([facet] for facet in asked.facets if facet in asked.filters)]:
            if group:
                counted |= self._group(words, asked, group)
        return {facet: counted[facet] for facet in asked.facets}

    def _group(self, words: Native, asked: Plan, group: Sequence[str]) -> Counts:
        """Count facets that have the same choices to ignore: none, or the one facet's own."""
        if asked.tree != EVERYTHING:
            return self._count(words, asked, group)
        choices = {**asked.filters, group[0]: ()}
        key = (
            *map(_key, (choices, asked.without)),
            tuple(group),
            asked.values,
            asked.long,
            asked.hidden,
        )
        found = self._kept.get(key)
        if found is None:
            # Counts the same, as the marker has no values, but faster.
            found = self._count(EVERYTHING_AND_MARKER, asked, group)
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = found
        return found

    def _count(self, words: Native, asked: Plan, group: Sequence[str]) -> Counts:
        query = filtered(self._searcher, words, asked, but=group[0])
        short = [facet for facet in group if facet not in LONG]
        buckets = self._buckets(query, short, _EXACT) if short else {}
        counted = {f: most_frequent(_each(buckets[f]), asked.values) for f in short}
        for facet in LONG.intersection(group):
            counted[facet] = most_frequent(self._long(query, facet, asked.long), asked.long)
        return counted

    def _long(self, query: Native, facet: str, most: int) -> Iterator[tuple[str, int]]:
        """Yield the most frequent values; where the last have equal counts, the first by name.

        Most have one record: all of these need not be fetched, only the first by name of those that
        have as many as the last.
        """
        wanted = min(most + _SLACK, _EXACT)
        buckets = self._buckets(query, [facet], wanted)[facet]
        if len(buckets) == wanted and buckets[most - 1]["doc_count"] == buckets[-1]["doc_count"]:
            least = buckets[-1]["doc_count"]
            buckets = [each for each in buckets if each["doc_count"] > least]
            # among them are those which have more
            by_name = {"order": {"_key": "asc"}, "min_doc_count": least}
            more = self._buckets(query, [facet], most + len(buckets), by_name)[facet]
            buckets += [each for each in more if each["doc_count"] == least]
        for bucket in buckets:
            yield bucket["key"], bucket["doc_count"]

    def _buckets(
        self, query: Native, facets: Sequence[str], size: int, more: Mapping[str, Anything] = {}
    ) -> dict[str, list[dict[str, Anything]]]:
        terms = {
            facet: {
                "terms": {
                    "field": counted_field(facet),
                    "size": size,
                    "segment_size": _EXACT,
                    **more,
                }
            }
            for facet in facets
        }
        found = self._searcher.aggregate(query, terms)
        return {facet: found[facet]["buckets"] for facet in facets}


def _key(choices: Mapping[str, tuple[str, ...]]) -> frozenset[Anything]:
    return frozenset((facet, values) for facet, values in choices.items() if values)


def _each(buckets: Iterable[dict[str, Anything]]) -> Iterable[tuple[str, int]]:
    """Return (value, count) from counts of sets of values."""
    counts: Counter[str] = Counter()
    for bucket in buckets:
        for value in bucket["key"].split(BETWEEN):
            counts[value] += bucket["doc_count"]
    del counts[""]
    return counts.items()
