"""Compounds of Dutch and German: ``hogeschooldocent`` is a hogeschool and a docent.

A list says of each word in how many others it is the first or the last part (``schooljaar``,
``basisschool``), and how common it is. A word is cut where both sides are such words, most often
used so; into three where no two will do. It stays whole where it is commoner than one of its
would-be parts: ``minister`` is far more usual than ``mini``. Prefixes, suffixes and particles are
no parts, whatever the counts say; nor are past tenses, which nothing is named after.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from catalog.index.words import dutch
from catalog.index.words.bases import base_of
from catalog.index.words.data import lines
from catalog.index.words.own import NONE, Own

LANGUAGES = ("nl", "de")
SHORTEST = 3  # letters of a part
_WITNESS = 4  # letters of both parts, where one is in no list
LONG = 6  # letters of a part that needs no witness where it is common,
COMMON = 3.0  # on Zipf's scale

_COMPOUND = 6  # letters of a compound, at least
_LONGEST = 64
_REMEMBERED = 40_000
_ENDS = 8192  # beginnings and ends of words of which it is remembered whether they are parts
# Other words in which a part of so many letters must be the first, and the last. Short words stand
# at the end of others by chance: so many, that only the most productive are believed. The German
# list is longer and holds what was misspelt or cut off, so it takes more of it to be believed.
_FIRST = {"nl": {3: 20, 4: 6, 5: 4}, "de": {3: 60, 4: 20, 5: 8}}
_LAST = {"nl": {3: 30, 4: 8, 5: 4}, "de": {3: 150, 4: 30, 5: 10}}
_ANY = 2  # of longer parts
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
# What makes verbs and nouns of Dutch ones, whose last consonant is doubled before it
_SUFFIXES = frozenset({"eer", "eren", "eert", "eerd", "eerde", "eerden", "ering", "eringen"})
_OF_PLACES = frozenset({"erij", "erijen"})  # and names of what somebody does, or where
_VERBAL = ("en", "aan", "ien", "oen", "tun")


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
    known = dict(_listed(language))
    for word in first:
        part = known.get(word, _UNKNOWN)
        if part.first < _OWN:
            known[word] = part._replace(first=_OWN, linked=_OWN / 2)
    for word in last:
        part = known.get(word, _UNKNOWN)
        known[word] = part._replace(last=max(part.last, _OWN))
    return Splitter(language, known)


@functools.cache
def _listed(language: str) -> dict[str, Part]:
    same: dict[Part, Part] = {}  # most words are known by the figures of many others
    found = {}
    for word, first, last, zipf, linked in lines(f"{language}.parts.txt"):
        part = Part(int(first), int(last), float(zipf), int(linked))
        found[word] = same.setdefault(part, part)
    return found


@functools.cache
def never(language: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return what is never a first part, never a last part, and never a compound."""
    first = frozenset(w for line in lines("affixes.txt", f"{language} first") for w in line)
    first |= frozenset(_finite(language))
    last = frozenset(w for line in lines("affixes.txt", f"{language} last") for w in line)
    whole = frozenset(w for line in lines("affixes.txt", f"{language} whole") for w in line)
    return first, first | last, whole


def _finite(language: str) -> Iterator[str]:
    """Yield the irregular forms of verbs, but for participles: stak, and not gestoken."""
    for base, *forms in lines("irregular.txt", language):
        if base.endswith(_VERBAL):
            yield from (form for form in forms if not form.startswith("ge"))


def first_part(form: str, language: str, find: Callable[[str], str]) -> Iterator[tuple[str, bool]]:
    """Yield the base of a first part as it stands in a compound, and whether it has a linking s.

    ``find`` returns the base of a form that may be a part, or "".
    """
    nobody = never(language)[0]
    if form not in nobody and (base := find(form)):
        # boer-de, of boeren, is a past tense and no first part; hog-e is
        past = language == "nl" and form.endswith(("de", "te")) and form != base
        if not past or base in dutch.grounds(form[:-1]):
            yield base, form != base and form.endswith("s")
        return
    bare = form.removesuffix("s")
    if SHORTEST <= len(bare) < len(form) and bare not in nobody and (base := find(bare)):
        yield base, True


def is_suffixed(word: str, place: int, language: str) -> bool:
    """Say whether a Dutch word goes on with a suffix there: model-leren, drukke-rij."""
    if language != "nl":
        return False
    doubled = word[place - 1] == word[place] and word[place + 1 :] in _SUFFIXES
    return doubled or word[place - 1 :] in _OF_PLACES


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

    def lacking(self, word: str, there: set[str]) -> Iterator[tuple[str, bool]]:
        """Yield what would take a folded word apart if more were known of it, and whether first.

        Of the two parts one is believed, and the other unlisted, but in ``there``; or both are
        believed, and in there, and too rare by the list to be certain of this word.
        """
        if self[word] or not (_COMPOUND <= len(word) <= _LONGEST and word.isascii()):
            return
        word = self._usual(word)
        if word in self._whole:
            return
        known = self._known.get(word)
        zipf = known.zipf if known else 0.0

        def unlisted(form: str) -> str:
            base = self.base(form)
            usable = base in there and base not in self._known and base not in self._no_last
            return base if usable else ""

        for place in range(_WITNESS, len(word) - _WITNESS + 1):
            last = self._as_last(word[place:])
            if last and self._stem(last) in self._no_last:
                continue
            if last:
                yield from ((first, True) for first, _ in self._firsts(word, place, unlisted))
            for first, _ in self._firsts(word, place, self._as_first):
                if not last and (new := unlisted(word[place:])):
                    yield new, False
                elif last and {first, last} <= there and self._rarer(zipf, (first, last)):
                    yield first, True
                    yield last, False

    def _cut(self, word: str) -> tuple[str, ...]:
        """Return the parts of a folded word as they are listed, or ()."""
        if not (_COMPOUND <= len(word) <= _LONGEST and word.isascii()):
            return ()
        base = self._usual(word)
        if not self._whole.isdisjoint((word, base)):
            return ()
        known = self._known.get(base)
        zipf = known.zipf if known else 0.0
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
        enough = part.first >= _FIRST[self.language].get(len(base), _ANY)
        return base if enough or (len(base) >= LONG and part.zipf >= COMMON) else ""

    def _last(self, form: str) -> str:
        if form in self._no_last:
            return ""
        base = self.base(form)
        part = self._known.get(base)
        if part is None or base in self._no_last:
            return ""
        enough = part.last >= _LAST[self.language].get(len(base), _ANY)
        return base if enough or (len(base) >= LONG and part.zipf >= COMMON) else ""
