"""A search from beginning to end, in any engine: which reading, which hits, in which order."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from catalog.index.analysis import tokens
from catalog.index.bag import NAME
from catalog.index.joining import halves
from catalog.index.meaning import BAG, Meaning, Statistics
from catalog.index.plan import Plan
from catalog.index.query import CORRECTED, RELAXED, All, Any, Not, Question, Tree, Words, parse
from catalog.index.ranking import Reader, boosts, refine
from catalog.index.spelling import Terms, meant, reworded
from catalog.index.weights import Weights
from catalog.index.words import Own, variants

_SLACK = 20  # hits looked at beyond those wanted, to see whether the last score goes on
_CORRECTED = 4  # words of a question, that are looked for in another spelling
_REMEMBERED = 4096  # words, while an index stays as it is
_READ = 50  # hits whose words are read again
_TELLING = 2  # words of a question in which there is something to be near to, or to feed back

A = TypeVar("A")  # where an engine keeps a record
Scored = tuple[float, A]


class Shelf(Protocol[A]):
    """One committed state of an engine, and one question's filters on it."""

    statistics: Statistics

    def place(self, key: str) -> A | None:
        """Return where a document is, or None."""

    def count(self, tree: Tree) -> int:
        """Return how many of what is shown the tree finds, whatever the filters say."""

    def best(self, tree: Tree, wanted: int) -> tuple[int, Sequence[Scored[A]]]:
        """Return how many records the tree finds within the filters, and the best of them."""

    def ordered(self, tree: Tree) -> tuple[int, int, Sequence[A]]:
        """Return how many it finds within the filters, and the page in the order asked for.

        Between the two is how many of them come after the rank that the question goes on from.
        """

    def column(self, name: str, places: Sequence[A]) -> Sequence[int]:
        """Return ``rank`` or ``quality`` of records."""

    def about(self, place: A) -> str:
        """Return what is kept of the record's words."""


class Found(Struct, Generic[A], frozen=True):
    """What is shown of ``tree``: the page's (score, address) pairs, of ``total`` in all."""

    tree: Tree
    total: int
    hits: Sequence[Scored[A]]
    notices: tuple[str, ...]
    text: str = ""  # what was searched for, where it is not what was typed
    last: int | None = None  # rank of the last hit, where more follow in that order


def find(shelf: Shelf[A], asked: Plan, weights: Weights) -> Found[A]:
    """Return the page of hits that a checked question asks for."""
    text, meaning = understood(asked, shelf.statistics)
    closest, wider = meaning.choose(shelf.count)
    shown = Any((closest, wider)) if wider else closest
    done = {CORRECTED: text, RELAXED: wider}
    notices = (*asked.notices, *(code for code, is_so in done.items() if is_so))
    if asked.sort != "relevance":
        total, rest, places = shelf.ordered(shown)
        last = None
        if asked.sort == "newest" and rest > asked.offset + asked.size:
            last = shelf.column("rank", places[-1:])[0]
        return Found(shown, total, [(0.0, place) for place in places], notices, text, last)
    # What has all words comes first, whatever else is said for the rest.
    tiers = [closest, All((wider, Not(closest)))] if wider else [closest]
    total = 0
    hits: list[Scored[A]] = []
    order = _Order(shelf, meaning, Reader.of(asked.language), weights)
    for tree in tiers:
        start, end = asked.offset - total, asked.offset + asked.size - total
        found, page = order.tier(tree, max(start, 0), max(end, 0))
        total += found
        hits += page
    return Found(shown, total, hits, notices, text)


def understood(asked: Plan, statistics: Statistics) -> tuple[str, Meaning]:
    """Return what a question means, and its text where that is not what was typed, else "".

    A plain word that is in nothing gives way to the one that is surely meant by it.
    """
    meaning = Meaning(asked.question, asked.language, statistics)
    if asked.literal:
        return "", meaning
    lacking = meaning.lacking()[:_CORRECTED]
    instead = {word: other for word in lacking if (other := statistics.meant(word))}
    if not instead:
        return "", meaning
    text = reworded(asked.text, instead)
    return text, Meaning(parse(text), asked.language, statistics)


def remembered(documents: int, terms: Terms, count: Callable[[Tree], int], own: Own) -> Statistics:
    """Return what an engine knows of words in one state, each looked up once while it is asked.

    ``count`` gives the number of works that a tree finds; ``own`` are the parts of compounds that
    the catalogue adds to the lists.
    """
    there = functools.lru_cache(_REMEMBERED)(functools.partial(terms.there, BAG))

    def own_forms(word: str) -> tuple[str, ...]:
        return (*variants(word).bases, NAME + word)

    return Statistics(
        own=own,
        frequency=functools.lru_cache(_REMEMBERED)(functools.partial(terms.frequency, BAG)),
        there=there,
        total=documents,
        meant=functools.lru_cache(_REMEMBERED)(lambda word: meant(word, terms, own)),
        halves=functools.lru_cache(_REMEMBERED)(
            lambda word: halves(word, max(map(there, own_forms(word))), terms.frequency, count)
        ),
    )


def frequency(shelf: Shelf[A], word: str) -> int:
    """Return how many records have a word, in any form or in an address; 0 for what is no word."""
    words = tuple(tokens(word))
    if not words:
        return 0
    question = Question(Words(words, loose=len(words) > 1))
    closest = Meaning(question, "", shelf.statistics).closest()
    return shelf.count(Any((closest, Words(words, "identifier"))))


class _Order(Generic[A]):
    def __init__(self, shelf: Shelf[A], meaning: Meaning, reader: Reader, weights: Weights) -> None:
        self._shelf = shelf
        self._meaning = meaning
        self._reader = reader
        self._weights = weights

    def tier(self, tree: Tree, start: int, end: int) -> tuple[int, list[Scored[A]]]:
        """Return how many the tree finds, and its hits from ``start`` to ``end``."""
        window = self._weights.window
        if start >= end:
            total, _ = self._shelf.best(tree, 1)
            return total, []
        if start >= window:
            total, hits = self._settle(tree, start, end)
            return total, hits
        total, hits = self._settle(tree, 0, max(window, end))
        return total, (self._again(hits[:window]) + hits[window:])[start:end]

    def _settle(self, tree: Tree, start: int, end: int) -> tuple[int, list[Scored[A]]]:
        """Return the hits from ``start`` to ``end`` in the order score, date, id.

        An engine breaks ties in its own way, which changes when it merges its files. So hits are
        fetched until the last score wanted has ended.
        """
        wanted = end + _SLACK
        while True:
            total, hits = self._shelf.best(tree, wanted)
            if len(hits) < wanted or hits[end - 1][0] > hits[-1][0]:
                break
            wanted *= 4
        last = hits[min(end, len(hits)) - 1][0] if hits else 0.0
        first = hits[start][0] if start < len(hits) else 0.0
        # Only hits that may be among those wanted need their rank.
        before = sum(score > first for score, _ in hits)
        near = [hit for hit in hits[before:] if hit[0] >= last]
        ranks = self._shelf.column("rank", [place for _, place in near])
        ranked = sorted(zip(near, ranks, strict=True), key=lambda pair: (-pair[0][0], -pair[1]))
        return total, [hit for hit, _ in ranked[start - before : end - before]]

    def _again(self, hits: list[Scored[A]]) -> list[Scored[A]]:
        """Return the hits in their final order, with their final scores."""
        places = [place for _, place in hits]
        scores = [score for score, _ in hits]
        sought = self._meaning.sought()
        if len(sought) >= _TELLING and (self._weights.pairs or self._weights.feedback):
            abouts = [self._shelf.about(place) for place in places[:_READ]]
            scores = refine(scores, abouts, sought, self._meaning.rarity, self._weights)
        qualities = self._shelf.column("quality", places)
        ranked = [
            (score * math.prod(boosts(packed, self._reader, self._weights).values()), -number)
            for number, (score, packed) in enumerate(zip(scores, qualities, strict=True))
        ]
        ranked.sort(reverse=True)
        return [(score, places[-number]) for score, number in ranked]
