"""Words of the index that a reader may have meant by one that finds nothing."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator, Sequence

from catalog.index.analysis import tokens

#: Fields whose words are offered.
FIELDS = ("title", "subject", "creator", "description")

_SHORTEST = 4  # letters of a word that can be told from another
_TWICE = 8  # letters of one that may have two slips
_LONGEST = 30
_DEARER = 8.0  # how much more frequent a word with two slips must be than one with one
_STARTING = 300  # words of each field that are looked at for two slips


def spelling(
    word: str,
    limit: int,
    frequency: Callable[[str, str], int],
    starting: Callable[[str, str, int], Iterable[str]],
) -> Sequence[str]:
    """Return at most ``limit`` words that the index has, the most frequent first.

    ``frequency`` is the number of records with a word in a field; ``starting`` gives words of a
    field that start like this, at most so many. A word that the index has, a number, and what is
    short or no single word have no other spelling.
    """

    def known(word: str) -> int:
        return max(frequency(field, word) for field in FIELDS)

    words = tokens(word)
    if len(words) != 1 or not words[0].isalpha() or not _SHORTEST <= len(words[0]) <= _LONGEST:
        return []
    typed = words[0]
    if known(typed):
        return []
    found = {near: float(count) for near in _slips(typed) if (count := known(near))}
    if len(typed) >= _TWICE:
        for field in FIELDS:
            for near in starting(field, typed[: len(typed) // 3], _STARTING):
                # Two slips may be chance: one record is no proof that there is such a word.
                if near not in found and _differs_twice(typed, near):
                    count = known(near)
                    found[near] = count / _DEARER if count > 1 else 0.0
    likely = sorted([near for near in found if found[near]], key=lambda n: (-found[n], n))
    return likely[:limit]


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


def _differs_twice(one: str, other: str) -> bool:
    """Tell whether at most two slips make one word of the other (optimal string alignment)."""
    if abs(len(one) - len(other)) > 2:  # noqa: PLR2004 two slips
        return False
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
    return last[-1] <= 2  # noqa: PLR2004 two slips
