"""Suggestions while somebody types: which there are to choose from, and which are shown.

Subjects and people are offered from lists of terms in the index, each a few words to begin with,
a tab, and what is shown. Titles are found by the words typed, the last of which may go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from catalog.index import Suggestion
from catalog.index.analysis import fold, tokens
from catalog.index.facets import clean
from catalog.resource import Agent

MOST_TYPED = 10  # words that are looked at
LEAST_TYPED = 2  # letters of the word being typed
COMPLETIONS = 50  # words that the last one typed may become
TITLES = 3  # times as many titles are looked at as are shown

_PEOPLE = 10  # of one record
_LONGEST_NAME = 80  # characters; a longer one is no name, but a list of them or a sentence
_NAME_WORDS = 6

_TELLING = 4  # letters, from which on few enough terms begin so
_STARTS = 5  # words that fewer letters are completed to

#: The fields of terms, and those that have their words.
TOPICS = ("topic", "subject")
PEOPLE = ("person", "creator")

Titled = tuple[str, str]  # id and title of a record
Counted = tuple[str, int]  # a term and how many records have it


class Lists(Protocol):
    """What an engine has to offer, in one committed state."""

    def complete(self, field: str, prefix: str, most: int) -> Sequence[Counted]:
        """Return at most so many terms of a field that start like this, most frequent first."""

    def has(self, field: str, term: str) -> bool:
        """Tell whether a record has a term: one that is gone may be counted for a while."""

    def titles(self, words: Sequence[str], most: int) -> Iterable[Titled]:
        """Return titles that have the words, the last of which may go on."""


def suggest(lists: Lists, prefix: str, limit: int) -> Sequence[Suggestion]:
    """Return what to suggest to somebody who has typed ``prefix``."""
    words = typed(prefix)
    if not words:
        return []
    topics = named(words, TOPICS, lists, limit)
    people = named(words, PEOPLE, lists, limit, between=True)
    return suggestions(words, topics, people, lists.titles(words, limit * TITLES), limit)


def typed(prefix: str) -> list[str]:
    """Return the folded words to complete, the last of them unfinished; [] where too little is."""
    words = tokens(prefix)[:MOST_TYPED]
    return words if words and len(words[-1]) >= LEAST_TYPED else []


def people(agents: Iterable[Agent], folded: Iterable[str]) -> tuple[str, ...]:
    """Return the terms under which people are offered: a name begins with any of its words.

    ``folded`` are the folded words of the name of each.
    """
    named = [
        (agent.name, words)
        for agent, words in zip(agents, folded, strict=True)
        if agent.kind != "organisation"
    ]
    return tuple(dict.fromkeys([term for each in named[:_PEOPLE] for term in _turned(*each)]))


def _turned(name: str, folded: str) -> list[str]:
    """Return ``joris van der meulen``, ``van der meulen joris`` ..., each with the name shown."""
    spaces = folded.count(" ")
    if not folded or spaces >= _NAME_WORDS or len(name) > _LONGEST_NAME:
        return []
    shown = clean(name, _LONGEST_NAME)
    turned = [f"{folded}\t{shown}"]
    for _ in range(spaces):
        first, _, rest = folded.partition(" ")
        folded = f"{rest} {first}"
        turned.append(f"{folded}\t{shown}")
    return turned


def named(
    words: Sequence[str],
    within: tuple[str, str],
    lists: Lists,
    limit: int,
    *,
    between: bool = False,
) -> list[str]:
    """Return what is shown of the terms that start as typed, the most frequent first.

    ``within`` are the field of the terms and the one that has their words: of a few letters, only
    the most frequent words that they may become are gone on with, as each letter has thousands of
    names. ``between`` the last word and those before it terms may have others, as names do.
    """
    field, words_of_it = within
    starts = [" ".join(words)]
    if len(starts[0]) < _TELLING:
        starts = [word for word, _ in lists.complete(words_of_it, starts[0], _STARTS)]
    elif between and len(words) > 1:  # allen downey: "downey allen b" begins so
        *first, last = words
        lasts = lists.complete(words_of_it, last, _STARTS)
        starts += [" ".join((word, *first, "")) for word, _ in lasts]
    counted = {term: n for start in starts for term, n in lists.complete(field, start, limit * 3)}
    found: dict[str, str] = {}
    for term in sorted(counted, key=lambda term: (-counted[term], term)):
        folded, _, shown = term.partition("\t")
        spelled = " ".join(sorted(folded.split()))
        if len(found) < limit and spelled not in found and lists.has(field, term):
            found[spelled] = shown
    return list(found.values())


def suggestions(
    words: Sequence[str],
    subjects: Sequence[str],
    names: Sequence[str],
    titles: Iterable[Titled],
    limit: int,
) -> list[Suggestion]:
    """Return what to suggest: subjects, people, titles, in this order.

    Subjects and people are a quarter of it each, and more where titles are few. Titles that start
    as typed come before others. Nothing is said twice, however spelled.
    """
    start = " ".join(words)
    named = [(not " ".join(tokens(title)).startswith(start), id_, title) for id_, title in titles]
    named.sort(key=lambda each: each[0])
    topics = set(map(fold, subjects))
    books: dict[str, Suggestion] = {}
    for _, id_, title in named:
        if (folded := fold(title)) not in topics:
            books.setdefault(folded, Suggestion("title", title, id_))
    kinds = [
        [Suggestion("subject", subject) for subject in subjects],
        [Suggestion("person", name) for name in names],
        list(books.values()),
    ]
    share = max(limit // 4, 1)
    rooms = [min(share, len(kinds[0])), min(share, len(kinds[1])), 0]
    for kind in (2, 0, 1):  # what room there is left, titles first
        rooms[kind] += min(limit - sum(rooms), len(kinds[kind]) - rooms[kind])
    return [each for found, room in zip(kinds, rooms, strict=True) for each in found[:room]][:limit]
