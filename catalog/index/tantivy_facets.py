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
    named,
    named_field,
    numbered_field,
    start,
    without,
)

_EXACT = 65_000  # values or sets of values of one facet that are counted before any is left out
_SLACK = 500  # values of a long facet looked at beyond those asked for: to ask again costs more
_SLACK_NAMED = 2000  # the same where they are counted by name
_MOST_NUMBERED = 500  # values of a long facet that are counted by number: each is looked up by name
_MOST_YEARS = 10_000
_NAMES = 4096  # of numbers, that are kept while nothing changes
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
        self._names: dict[tuple[str, int], str] = {}

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
        counted = self._short(query, short, asked.values) if short else {}
        for facet in LONG.intersection(group):
            counted[facet] = most_frequent(self._long(query, facet, asked.long), asked.long)
        return counted

    def _short(self, query: Native, facets: Sequence[str], most: int) -> Counts:
        terms = {facet: {"terms": _terms(counted_field(facet), _EXACT)} for facet in facets}
        found = self._searcher.aggregate(query, terms)
        return {facet: most_frequent(_each(found[facet]["buckets"]), most) for facet in facets}

    def _long(self, query: Native, facet: str, most: int) -> Iterable[tuple[str, int]]:
        """Return the most frequent values; where the last have equal counts, the first by name.

        Numbers are counted in place of names, which takes a fifth of the time. Only what is shown
        is looked up by name, and what has as many as the last of that.
        """
        if most <= _MOST_NUMBERED:
            counted = self._numbered(query, facet, most)
            if counted is not None:
                return [(self._name(facet, number), count) for number, count in counted]
        return self._named(query, facet, most)

    def _numbered(self, query: Native, facet: str, most: int) -> list[tuple[int, int]] | None:
        """Return the numbers among which the most frequent values are; None: too many are."""
        field, wanted = numbered_field(facet), most + _SLACK
        buckets = self._buckets(query, field, wanted)
        if len(buckets) < most:
            return _pairs(buckets)
        least = buckets[most - 1]["doc_count"]
        more = [(number, count) for number, count in _pairs(buckets) if count > least]
        cut = len(buckets) == wanted and buckets[-1]["doc_count"] == least
        if cut:  # ask for the first by number of those; among them are those which have more
            by_number = {"order": {"_key": "asc"}, "min_doc_count": least}
            wanted += len(more)
            buckets = self._buckets(query, field, wanted, by_number)
        last = sorted(number for number, count in _pairs(buckets) if count == least)
        end = start(last[most - len(more) - 1])  # of those that begin alike, any may be first
        if cut and len(buckets) == wanted and start(last[-1]) == end:
            return None
        return [*more, *((number, least) for number in last if start(number) <= end)]

    def _named(self, query: Native, facet: str, most: int) -> Iterator[tuple[str, int]]:
        """Yield the values of ``_long``, counted by name.

        Most have one record: all of these need not be fetched, only the first by name of those that
        have as many as the last.
        """
        wanted = min(most + _SLACK_NAMED, _EXACT)
        buckets = self._buckets(query, counted_field(facet), wanted)
        if len(buckets) == wanted and buckets[most - 1]["doc_count"] == buckets[-1]["doc_count"]:
            least = buckets[-1]["doc_count"]
            buckets = [each for each in buckets if each["doc_count"] > least]
            # among them are those which have more
            by_name = {"order": {"_key": "asc"}, "min_doc_count": least}
            more = self._buckets(query, counted_field(facet), most + len(buckets), by_name)
            buckets += [each for each in more if each["doc_count"] == least]
        for bucket in buckets:
            yield bucket["key"], bucket["doc_count"]

    def _buckets(
        self, query: Native, field: str, size: int, more: Mapping[str, Anything] = {}
    ) -> list[dict[str, Anything]]:
        """Return the counts of the most frequent values of a field, or as ``more`` says."""
        terms = {"terms": {**_terms(field, size), **more}}
        buckets: list[dict[str, Anything]] = self._searcher.aggregate(query, {"": terms})[""][
            "buckets"
        ]
        return buckets

    def _name(self, facet: str, number: int) -> str:
        """Return the value with a number, which is one that was counted."""
        name = self._names.get((facet, number))
        if name is None:
            prefix = named("", number)
            [(found, _)] = self._searcher.terms_with_prefix(named_field(facet), prefix, limit=1)
            name = found.removeprefix(prefix)
            if len(self._names) >= _NAMES:
                self._names.clear()
            self._names[facet, number] = name
        return name


def _terms(field: str, size: int) -> dict[str, Anything]:
    return {"field": field, "size": size, "segment_size": _EXACT}


def _pairs(buckets: Iterable[dict[str, Anything]]) -> list[tuple[int, int]]:
    return [(bucket["key"], bucket["doc_count"]) for bucket in buckets]


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
