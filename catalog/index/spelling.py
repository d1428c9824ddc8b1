"""Words of the index that a reader may have meant by one that finds nothing.

All of them are offered; of a word that is surely misspelt, the surely meant one is searched for.
"""

from __future__ import annotations

import heapq
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from catalog.index.analysis import spans, tokens
from catalog.index.words import NONE, Own, listed, parts, variants

#: Fields whose words are offered.
FIELDS = ("title", "subject", "creator", "description")

_SHORTEST = 4  # letters of a word that can be told from another
_TWICE = 8  # letters of one that may have
_MOST = 2  # slips
_LONGEST = 30
_DEARER = 8.0  # how much more frequent a word with two slips must be than one with one
_STARTING = 300  # words of each field that are looked at for two slips
_SURE = 5  # letters for each slip in a word of which one may be sure what was meant by it
_FIRST = 8  # letters of one of which the first may be wrong, too: people seldom slip there
_CLEARER = 3.0  # how much likelier the likeliest word must be than any other that is no form of it
_TWO = 2  # parts of a compound that is surely one: aard-rijs-kunde is a slip

Frequency = Callable[[str, str], int]  # of a word in a field: the number of records
Starting = Callable[[str, str, int], Iterable[str]]  # words of a field that start so, so many


class Terms(Struct, frozen=True):
    """The words of the fields in one committed state of an index.

    ``frequency`` costs nothing, and counts what was replaced or deleted until the engine forgets
    it; so it is never too low. ``there`` counts what is there, which takes a search.
    """

    frequency: Frequency
    there: Frequency
    starting: Starting


def spelling(word: str, limit: int, terms: Terms) -> Sequence[str]:
    """Return at most ``limit`` words that the index has, the most frequent first.

    A word that the index has, a number, and what is short or no single word have no other spelling.
    """
    return [near for near, _ in islice(_near(word, terms), limit)]


def meant(word: str, terms: Terms, own: Own = NONE) -> str:
    """Return the word that is surely meant by a folded one which nothing has; "" if none is.

    A word of the language that is in no record is not misspelt, and of one that is short, or near
    to several others, nobody can be sure.
    """
    if len(word) < _SURE or (listed(word, own) and len(parts(word, "nl", own)) <= _TWO):
        return ""
    found = _near(word, terms)
    first, likely = next(found, ("", 0.0))
    if not first or (first[0] != word[0] and len(word) < _FIRST):
        return ""
    if len(word) < 2 * _SURE and _slips_between(word, first) > 1:
        return ""
    forms = set(variants(first).bases)
    for rival, chance in found:
        if likely >= _CLEARER * chance:
            break
        if forms.isdisjoint(variants(rival).bases):
            return ""
    return first


def reworded(text: str, instead: Mapping[str, str]) -> str:
    """Return a query with other words for the folded ones in ``instead``."""
    for start, end, word in reversed(list(spans(text))):
        if word in instead:
            text = text[:start] + instead[word] + text[end:]
    return text


def _near(word: str, terms: Terms) -> Iterator[tuple[str, float]]:
    """Yield the words that are near, each with how likely it is, the likeliest first."""
    words = tokens(word)
    if len(words) != 1 or not words[0].isalpha() or not _SHORTEST <= len(words[0]) <= _LONGEST:
        return
    typed = words[0]
    if _most(terms.there, typed):
        return
    slips = {near: 1 for near in _slips(typed) if _most(terms.frequency, near)}
    if len(typed) >= _TWICE:
        for field in FIELDS:
            for near in terms.starting(field, typed[: len(typed) // 3], _STARTING):
                if near not in slips and _slips_between(typed, near) <= _MOST:
                    slips[near] = _MOST
    # What is there is asked of those alone whose turn it is: nothing else can be as likely.
    waiting = [(-_likely(terms.frequency, *near), *near, False) for near in slips.items()]
    heapq.heapify(waiting)
    while waiting:
        chance, near, many, sure = heapq.heappop(waiting)
        if sure:
            yield near, -chance
        elif likely := _likely(terms.there, near, many):
            heapq.heappush(waiting, (-likely, near, many, True))


def _likely(frequency: Frequency, word: str, slips: int) -> float:
    count = _most(frequency, word)
    if slips < _MOST:
        return count
    # Two slips may be chance: one record is no proof that there is such a word.
    return count / _DEARER if count > 1 else 0.0


def _most(frequency: Frequency, word: str) -> int:
    return max(frequency(field, word) for field in FIELDS)


def _slips(word: str) -> Iterator[str]:
    """Yield all words that one slip makes of this one: a letter gone, too many, wrong, swapped."""
    letters = dict.fromkeys(string.ascii_lowercase + word)
    seen = {word}
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        made = [head + letter + tail for letter in letters]
        if tail:
            made.append(head + tail[1:])
            made += [head + letter + tail[1:] for letter in letters]
            made.append(head + tail[1:2] + tail[0] + tail[2:])
        for near in made:
            if near not in seen and len(near) >= _SHORTEST:
                seen.add(near)
                yield near


def _slips_between(one: str, other: str) -> int:
    """Return how many slips make one word of the other (optimal string alignment).

    Of words that differ more in length than by the most that is asked for, only the difference.
    """
    if abs(len(one) - len(other)) > _MOST:
        return abs(len(one) - len(other))
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line = [row]
        for column, there in enumerate(other, 1):
            cost = min(last[column] + 1, line[-1] + 1, last[column - 1] + (letter != there))
            swapped = row > 1 and column > 1 and letter == other[column - 2]
            if swapped and one[row - 2] == there:
                cost = min(cost, before[column - 2] + 1)
            line.append(cost)
        before, last = last, line
    return last[-1]
