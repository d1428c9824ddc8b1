"""What every engine does alike: check a question, settle equal scores, order facet counts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from catalog.index import COPY, FACETS, LONG, SPANS, FacetCount, Grain, Query, QueryError, Sort
from catalog.index.query import Question, Tree, parse, sought
from catalog.index.words import is_stop_somewhere

MOST_HITS = 10_000  # that can be paged through; beyond it a reader wants a narrower question
MOST_SIZE = 100
MOST_VALUES = 100_000  # of one facet, counted
MOST_CHOICES = 100  # of one facet, in a question

_SPAN = re.compile(r"([0-9]{4})?\.\.([0-9]{4})?")
_TELLING = 12  # words that stand for a record
_FEW = 4  # records, of which "a fifth of all" says nothing


class Plan(Struct, frozen=True):
    """A checked question; ``sort`` is the real one.

    ``filters`` and ``without`` hold only facets of which something is chosen or left out.
    """

    text: str  # as it was typed
    question: Question
    literal: bool
    language: str  # the reader's
    filters: Mapping[str, tuple[str, ...]]
    without: Mapping[str, tuple[str, ...]]
    sort: Sort
    offset: int
    size: int
    facets: tuple[str, ...]
    values: int
    long: int
    hidden: Grain  # what is not shown
    after: int | None  # the rank that all hits are below

    @property
    def tree(self) -> Tree:
        """What was asked, before it is read in any language."""
        return self.question.tree

    @property
    def notices(self) -> tuple[str, ...]:
        """What was done to it."""
        return self.question.notices

    def most(self, facet: str) -> int:
        """Return how many values of a facet are counted."""
        return self.long if facet in LONG else self.values

    def keys(self, id: str) -> tuple[str, ...]:  # noqa: A002 as the port calls it
        """Return the keys of the document that stands for an id, the first that is there."""
        return (id,) if self.hidden == "copy" else (id + COPY, id)


def plan(query: Query) -> Plan:
    """Return the checked question. Raises QueryError: page, size, facet or sort is impossible."""
    if query.page < 1 or query.skip < 0 or not 1 <= query.size <= MOST_SIZE:
        raise QueryError(f"Pages start at 1 and hold 1 to {MOST_SIZE} hits.")
    if query.skip + query.page * query.size > MOST_HITS:
        raise QueryError(f"Only the first {MOST_HITS} hits can be paged through.")
    if not all(1 <= most <= MOST_VALUES for most in (query.values, query.long or 1)):
        raise QueryError(f"Of a facet 1 to {MOST_VALUES} values are counted.")
    named = (*query.filters, *query.without, *query.facets)
    unknown = [facet for facet in named if facet not in FACETS]
    if unknown:
        raise QueryError(f"There is no facet {unknown[0]!r}; there are {', '.join(FACETS)}.")
    if query.sort not in ("relevance", "newest", "title"):
        raise QueryError(f"Hits cannot be sorted by {query.sort!r}.")
    choices = (*query.filters.values(), *query.without.values())
    if any(len(values) > MOST_CHOICES for values in choices):
        raise QueryError(f"At most {MOST_CHOICES} values of a facet can be chosen.")
    question = parse(query.text) if query.tree is None else Question(query.tree, strict=True)
    # Where no word says what is relevant, newer is.
    scored = any(sought(question.tree))
    sort = "newest" if query.sort == "relevance" and not scored else query.sort
    if query.after is not None and sort != "newest":
        raise QueryError("Only what is sorted by newest can go on after a hit.")
    return Plan(
        text=query.text,
        question=question,
        literal=query.literal,
        language=query.language,
        filters=_chosen(query.filters),
        without=_chosen(query.without),
        sort=sort,
        offset=query.skip + (query.page - 1) * query.size,
        size=query.size,
        facets=tuple(dict.fromkeys(query.facets)),
        values=query.values,
        long=query.long or query.values,
        hidden="work" if query.copies else "copy",
        after=query.after,
    )


def _chosen(choices: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {
        facet: tuple(dict.fromkeys(writable(value) for value in values))
        for facet, values in choices.items()
        if values
    }


def within(facet: str, choice: str) -> Callable[[str], bool] | None:
    """Return what tells whether a value is in the span that is chosen; None: it is a value.

    Ends are included, in either order; of an end that is left out there is no limit.
    """
    found = ends(facet, choice)
    if found is None:
        return None
    first, last = found
    return lambda value: first <= value <= last


def ends(facet: str, choice: str) -> tuple[str, str] | None:
    """Return the first and last value of the span that is chosen; None: it is a value."""
    found = _SPAN.fullmatch(choice) if facet in SPANS else None
    if not found:
        return None
    one, other = found[1] or "0000", found[2] or "9999"
    return min(one, other), max(one, other)


def writable(value: str) -> str:
    """Return the value without half characters, which no index has and no engine takes."""
    return value.encode("utf-8", "replace").decode()


def most_frequent(counts: Iterable[tuple[str, int]], most: int) -> tuple[FacetCount, ...]:
    """Return the values of a facet, most frequent first; equal counts by value."""
    ordered = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    return tuple([FacetCount(value, count) for value, count in ordered[:most] if count])


def telling(words: Iterable[str], frequency: Callable[[str], int], total: int) -> list[str]:
    """Return the words of one record that tell best what it is about, at most a dozen.

    ``frequency`` gives the number of records with a word: one that only this record has, or that
    a fifth of all have, finds nothing like it. Nor does one that carries no subject.
    """
    weights = {}
    for word, times in Counter(words).items():
        found = 0 if is_stop_somewhere(word) else frequency(word)
        if 1 < found <= max(total // 5, _FEW):
            weights[word] = times * math.log(total / found)
    return sorted(weights, key=lambda word: (-weights[word], word))[:_TELLING]
