"""One word or two: ``data mining`` and ``datamining``, ``e-learning`` and ``elearning``, ``html5``.

Dutch compounds are found by their parts; what is here serves the words of which no list knows that
they are two. Whether two words are one is asked of the records themselves: nothing is joined or
taken apart that no record writes so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from catalog.index.query import Any, Tree, Words
from catalog.index.words import is_stop_somewhere

#: Fields in which two words next to each other may be one.
FIELDS = ("title", "subject", "description")

_SHORTEST = 5  # letters of a word of letters that may be two
_LONGEST = 40
_JOINED = 4  # letters of what two words may be
_HALF = 3  # letters of the longer half, at least
_TWO = 2
_TRIED = 2  # ways to take a word apart, the likeliest, that are looked for
_WORTH = 20  # one record with the two words weighs up so many with the one

Frequency = Callable[[str, str], int]  # of a word in a field: the number of records
Count = Callable[[Tree], int]  # of records that a tree finds


def halves(word: str, own: int, frequency: Frequency, count: Count) -> tuple[str, ...]:
    """Return the two words as which records write a folded one as well; () if none do.

    ``own`` is the number of records with the word itself. Where it is far more than those with the
    two, these stand next to each other by chance: a *leg end* is no *legend*.
    """

    def known(part: str) -> int:
        return max(frequency(field, part) for field in FIELDS)

    least = _SHORTEST if word.isalpha() else _TWO
    if not least <= len(word) <= _LONGEST or not word.isalnum():
        return ()
    ways = []
    for place in places(word):
        one, other = word[:place], word[place:]
        if max(len(one), len(other)) >= _HALF and _carry((one, other)):
            common = min(known(one), known(other))
            if common * _WORTH > own:
                ways.append((common, one, other))
    for _, one, other in sorted(ways, reverse=True)[:_TRIED]:
        if count(beside(one, other)) * _WORTH > own:
            return one, other
    return ()


def places(word: str) -> Iterable[int]:
    """Return where a word may be two: anywhere, or where letters and digits meet."""
    if word.isalpha():
        return range(1, len(word))
    return [n for n in range(1, len(word)) if word[n - 1].isalpha() != word[n].isalpha()]


def joined(words: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Yield what of a question may be one word: two words in a row, and what was typed as one.

    ``words`` are single, but for those typed as one: ``("data", "mining")`` of *data-mining*.
    """
    yield from (each for each in words if len(each) > 1)
    for one, other in pairwise(words):
        both = (*one, *other)
        if len(both) == _TWO and len("".join(both)) >= _JOINED and _carry(both):
            yield both


def beside(one: str, other: str) -> Tree:
    """Return what has two words next to each other, however often, and ranks nothing."""
    return Any(tuple(Words((one, other), field, 0.0) for field in FIELDS))


def _carry(words: Iterable[str]) -> bool:
    """Say whether words carry a subject: in *de mentie* and *in formatie* one does not."""
    return not any(map(is_stop_somewhere, words))
