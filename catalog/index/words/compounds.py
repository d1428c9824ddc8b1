"""Compounds of Dutch and German: ``hogeschooldocent`` is a hogeschool and a docent.

A list says of each word in how many others it is the first or the last part (``schooljaar``,
``basisschool``), and how common it is. A word is cut where both sides are such words, most often
used so; into three where no two will do. It stays whole where it is commoner than one of its
would-be parts: ``minister`` is far more usual than ``mini``. A linking s is believed where the
first part is used to one: ``bedrijf-s-tak``, but ``water-stand``. Prefixes, suffixes and particles
are no parts, whatever the counts say; nor are past tenses, which nothing is named after.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from catalog.index.words.affixes import SHORTEST, first_part, is_suffixed, never
from catalog.index.words.bases import base_of
from catalog.index.words.data import lines
from catalog.index.words.own import NONE, Own

LANGUAGES = ("nl", "de")
LONG = 6  # letters of a part that needs no witness where it is common,
COMMON = 3.0  # on Zipf's scale

_COMPOUND = 6  # letters of a compound, at least
_LONGEST = 64
_REMEMBERED = 40_000
_ENDS = 8192  # beginnings and ends of words of which it is remembered whether they are parts
# Other words in which a part of so many letters must be the first, and the last. Short words stand
# at the end of others by chance: so many, that only the most productive are believed. The German
# list is longer and holds what was misspelt or cut off, so it takes more of it to be believed.
FIRST = {"nl": {3: 20, 4: 6, 5: 4}, "de": {3: 60, 4: 20, 5: 8}}
LAST = {"nl": {3: 30, 4: 8, 5: 4}, "de": {3: 150, 4: 30, 5: 10}}
ANY = 2  # of longer parts
_USUAL = 60  # words that the shortest of parts ends, for it to be believed wherever it stands;
_VOUCHED = 9.0  # with fewer, both counts must say so: bloed begins so many that it vouches for vat
_PRODUCTIVE = 100  # words that a part begins: it is one, however rare it is by itself
_CERTAIN = 4.5  # sum of the logarithms of both counts, at least
_CERTAIN_OF_THREE = 6.5
_OWN = 50  # words that a part begins or ends, at least, of which the catalogue has witnesses
# What verbs begin with; a part that is little longer, where a word follows it, is none: be-klaag
_PREFIXES = {
    "nl": ("be", "ge", "ver", "ont", "her"),
    "de": ("be", "ge", "ver", "zer", "ent", "aus"),
}
_LITTLE = 2  # letters
_PREFIXED = max(map(len, (*_PREFIXES["nl"], *_PREFIXES["de"]))) + _LITTLE
_ENDINGS = ("n", "s", "e", "en", "er", "es", "ern")  # of German nouns


class Part(NamedTuple):
    """What is known of a word as a part: words in which it is first, and last; Zipf frequency.

    ``linked`` says in how many of the former an s links it to what follows.
    """

    first: float
    last: float
    zipf: float
    linked: float

    def share(self, linked: bool) -> float:  # noqa: FBT001 one thing or the other
        """Return how usual it is for it to be followed by such an s, or by none: 0 to 1."""
        found = (self.linked + 0.5) / (self.first + 1)
        return found if linked else 1 - found


_UNKNOWN = Part(0, 0, 0.0, 0)


class Way(NamedTuple):
    """A way to cut a word, and how much speaks for it."""

    score: float
    parts: tuple[str, ...]


def parts(word: str, language: str, own: Own = NONE) -> tuple[str, ...]:
    """Return the parts of a folded compound as base forms, the head last; () if it is none.

    ``language`` is ``nl`` or ``de``; words of others have no parts. ``own`` are the parts that a
    catalogue adds to those in the lists.
    """
    return splitter(language, own)[word] if language in LANGUAGES else ()


def parts_of(words: list[str], language: str) -> list[tuple[str, ...]]:
    """Return the parts of each folded word, in the same order."""
    if language not in LANGUAGES:
        return [()] * len(words)
    return list(map(splitter(language, NONE).__getitem__, words))


def inner_parts(word: str, language: str, own: Own = NONE) -> tuple[str, ...]:
    """Return the parts of a folded compound, the parts of these, and so on; () if it is none."""
    return splitter(language, own).inner(word) if language in LANGUAGES else ()


@functools.lru_cache(maxsize=8)  # an index learns now and then, and its words of before are dropped
def splitter(language: str, own: Own) -> Splitter:
    """Return the splitter of ``nl`` or ``de``; reads its lists when first asked."""
    first, last = (added.get(language, ()) for added in (own.first, own.last))
    if own is not NONE and not (first or last):
        return splitter(language, NONE)
    known = dict(listed_parts(language))
    for word in first:
        part = known.get(word, _UNKNOWN)
        if part.first < _OWN:
            links = _OWN * (word in own.linked.get(language, ()))
            known[word] = part._replace(first=_OWN, linked=max(part.linked, links))
    for word in last:
        part = known.get(word, _UNKNOWN)
        known[word] = part._replace(last=max(part.last, _OWN))
    return Splitter(language, known)


@functools.cache
def listed_parts(language: str) -> dict[str, Part]:
    """Return what the list of ``nl`` or ``de`` knows of words as parts."""
    same: dict[Part, Part] = {}  # most words are known by the figures of many others
    found = {}
    for word, first, last, zipf, linked in lines(f"{language}.parts.txt"):
        part = Part(int(first), int(last), float(zipf), int(linked))
        found[word] = same.setdefault(part, part)
    return found


class Splitter(dict[str, tuple[str, ...]]):
    """Folded word -> its parts, or (): cut when first asked for; emptied when full."""

    def __init__(self, language: str, known: Mapping[str, Part]) -> None:
        super().__init__()
        self.language = language
        self._known = known
        self._stem = base_of(language)
        # German parts are listed as they stand in words, since its stems are cut too short for that
        self.base: Callable[[str], str] = self._stem if language == "nl" else str
        _, self._no_last, self._whole = never(language)
        self._usual = self._stem if language == "nl" else self._uninflected
        # The same ends of words are looked at again and again, within one word and in the next.
        self._as_first = functools.lru_cache(_ENDS)(self._first)
        self._as_last = functools.lru_cache(_ENDS)(self._last)
        self._inner_of = functools.lru_cache(_ENDS)(self._inner)  # parts, again and again

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(word) > _LONGEST:
            return ()
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[word] = tuple(map(self._stem, self._cut(word)))
        return found

    def inner(self, word: str) -> tuple[str, ...]:
        """Return the parts of a folded word and, after these, the parts that they have."""
        return tuple(map(self._stem, self._inner(word)))

    def _inner(self, word: str) -> tuple[str, ...]:
        cut = self._cut(word)
        shorter = (part for part in cut if len(part) < len(word))
        return (*cut, *(each for part in shorter for each in self._inner_of(part)))

    def knows(self, word: str) -> bool:
        """Say whether a folded word is listed, in any form, or made of words that are."""
        return self.base(word) in self._known or bool(self[word])

    def _whole_word(self, word: str) -> tuple[str, float] | None:
        """Return the form of a folded word that may be cut, and its frequency; None: none is."""
        if not (_COMPOUND <= len(word) <= _LONGEST and word.isascii()):
            return None
        base = self._usual(word)
        if not self._whole.isdisjoint((word, base)):
            return None
        known = self._known.get(base)
        return base, known.zipf if known else 0.0

    def _cut(self, word: str) -> tuple[str, ...]:
        """Return the parts of a folded word as they are listed, or ()."""
        whole = self._whole_word(word)
        if whole is None:
            return ()
        base, zipf = whole
        best = self._in_two(base, zipf)
        if best is None or best.score < _CERTAIN:
            best = self._in_three(base, zipf)
        return best.parts if best else ()

    def _uninflected(self, word: str) -> str:
        """Return the listed German word of which this is a rarer form, or the word itself.

        Ministern is no more a compound than Minister is.
        """
        known = self._known.get(word)
        zipf = known.zipf if known else 0.0
        for ending in _ENDINGS:
            base = word.removesuffix(ending)
            part = self._known.get(base) if base != word else None
            if part and part.zipf >= zipf and self._stem(base) == self._stem(word):
                return base
        return word

    def _in_two(self, word: str, zipf: float) -> Way | None:
        best = None
        for place in range(len(word) - SHORTEST, SHORTEST - 1, -1):
            last = self._as_last(word[place:])
            if not last:
                continue
            count = self._known[last].last
            for first, linked in self._firsts(word, place, self._as_first):
                score = self._score(first, linked) + math.log(count + 1)
                if len(last) == SHORTEST and count < _USUAL and score < _VOUCHED:
                    continue
                if (best is None or score > best.score) and self._rarer(zipf, (first, last)):
                    best = Way(score, (first, last))
        return best

    def _in_three(self, word: str, zipf: float) -> Way | None:
        best = None
        for place in range(SHORTEST, len(word) - 2 * SHORTEST + 1):
            for first, linked in self._firsts(word, place, self._as_first):
                rest = self._in_two(word[place:], 0.0)
                if rest is None or rest.score < _CERTAIN_OF_THREE:
                    continue
                score = self._score(first, linked) + rest.score / 2
                way = Way(score, (first, *rest.parts))
                if (best is None or score > best.score) and self._rarer(zipf, way.parts):
                    best = way
        return best if best and best.score >= _CERTAIN_OF_THREE else None

    def _score(self, first: str, linked: bool) -> float:  # noqa: FBT001 as share
        part = self._known[first]
        return math.log(part.first + 1) + math.log(part.share(linked))

    def _rarer(self, zipf: float, found: tuple[str, ...]) -> bool:
        """Say whether a word of this frequency is rarer than its parts.

        Not asked of what begins so many words that it needs not be common by itself: lehr, leer.
        """
        *firsts, last = map(self._known.__getitem__, found)
        return zipf <= last.zipf and all(
            zipf <= part.zipf or part.first >= _PRODUCTIVE for part in firsts
        )

    def _firsts(
        self, word: str, place: int, find: Callable[[str], str]
    ) -> Iterator[tuple[str, bool]]:
        """Return what ``first_part`` finds before a place."""
        if place <= _PREFIXED and self._prefixed(word, place):
            return iter(())
        if is_suffixed(word, place, self.language):
            return iter(())
        return first_part(word[:place], self.language, find)

    def _prefixed(self, word: str, place: int) -> bool:
        """Say whether what stands before a place is a prefix and the beginning of a word."""
        return any(
            len(prefix) < place <= len(prefix) + _LITTLE
            and word.startswith(prefix)
            and self.base(word[len(prefix) :]) in self._known
            for prefix in _PREFIXES[self.language]
        )

    def _first(self, form: str) -> str:
        base = self.base(form)
        part = self._known.get(base)
        if part is None or base in never(self.language)[0]:
            return ""
        enough = part.first >= FIRST[self.language].get(len(base), ANY)
        return base if enough or (len(base) >= LONG and part.zipf >= COMMON) else ""

    def _last(self, form: str) -> str:
        if form in self._no_last:
            return ""
        base = self.base(form)
        part = self._known.get(base)
        if part is None or base in self._no_last:
            return ""
        enough = part.last >= LAST[self.language].get(len(base), ANY)
        return base if enough or (len(base) >= LONG and part.zipf >= COMMON) else ""
