"""What parts of compounds the catalogue's own words supply: *pabo*, where it has *pabostudent*.

No list has the jargon of every school and trade. But where records use a word by itself, and other
words begin or end with it beside a part that is listed, these are compounds. Short words need
several such witnesses, and so do last parts, as endings look like words. Of listed words it may be
told that they begin or end more words than the list has; what is no part by the list stays none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import Literal, get_args

from catalog.index.words import is_stop_somewhere
from catalog.index.words.compounds import (
    ANY,
    FIRST,
    LANGUAGES,
    LAST,
    Splitter,
    inner_parts,
    listed_parts,
)
from catalog.index.words.own import Own

_PART = 4  # letters of such a part, and of the one beside it
_LETTERS = range(_PART, 21)
_SHORT = 6  # letters below which it has to stand by itself more often,
_BY_ITSELF = (3, 2)  # in so many records, than a longer one
# Other words in which a part of so many letters must be the first, and the last; 1 of longer ones.
_SEEN_FIRST = {4: 3, 5: 2}
_SEEN_LAST = {4: 4, 5: 2, 6: 2}
_MOST = 500_000  # words of a language that are remembered; when full, the rarer half is forgotten
_ENDING = 3  # letters by which forms of a word differ, at most: practoraat, practorat-en


#: Where a part stands; ``linked`` is first, too, with an s after it.
Role = Literal["first", "linked", "last"]
_BEGINS: tuple[Role, Role] = ("first", "linked")


class _Lists(Splitter):
    """The lists of one language, asked for what they lack."""

    def lacking(self, word: str, there: set[str]) -> Iterator[tuple[str, Role]]:
        """Yield what would take a folded word apart if more were known of it, and its place there.

        Of the two parts one is believed, and the other unlisted, but in ``there``; or both are
        believed, and in there, and too rare by the list to be certain of this word.
        """
        whole = None if self[word] else self._whole_word(word)
        if whole is None:
            return
        for place in range(_PART, len(whole[0]) - _PART + 1):
            yield from self._at(place, *whole, there)

    def _at(
        self, place: int, word: str, zipf: float, there: set[str]
    ) -> Iterator[tuple[str, Role]]:
        tail = word[place:]
        last = self._as_last(tail)
        if last and self._stem(last) in self._no_last:
            return
        if last:
            begins = partial(self._new, there, "first", FIRST)
            for first, linked in self._firsts(word, place, begins):
                yield first, _BEGINS[linked]
        new = "" if last else self._new(there, "last", LAST, tail)
        for first, linked in self._firsts(word, place, self._as_first):
            if new:
                yield new, "last"
            elif {first, last} <= there and self._rarer(zipf, (first, last)):
                yield first, _BEGINS[linked]
                yield last, "last"

    def _new(
        self,
        there: set[str],
        which: Literal["first", "last"],
        least: Mapping[str, Mapping[int, int]],
        form: str,
    ) -> str:
        """Return the base of a form that is there and may be a part though no list says so; or "".

        It is in no list, or in the Dutch one with at least half of what it takes: the German one
        has words that were cut off as well.
        """
        base = self.base(form)
        if base not in there or base in self._no_last:
            return ""
        part = self._known.get(base)
        enough = least[self.language].get(len(base), ANY)
        rare = self.language == "nl" and part and 2 * getattr(part, which) >= enough
        return base if not part or rare else ""


class Heard:
    """The words of records, by language: in how many records each of them is."""

    def __init__(self) -> None:
        self.records = 0
        self.words: dict[str, Counter[str]] = {language: Counter() for language in LANGUAGES}

    def hear(self, said: Iterable[tuple[str, list[str]]]) -> None:
        """Take in one record: a language of compounds and folded words, for each of its texts."""
        self.records += 1
        here: dict[str, set[str]] = {}
        for language, words in said:
            here.setdefault(language, set()).update(words)
        for language, found in here.items():
            self.words[language].update(found)
            if len(self.words[language]) > _MOST:
                self._forget(self.words[language])

    def _forget(self, words: Counter[str]) -> None:
        """Make room for as many words again, and keep the most frequent of those there are."""
        usual = sorted(words.values())[-(_MOST // 2)]
        for word in [word for word, times in words.items() if times <= usual]:
            del words[word]

    def learn(self) -> Own:
        """Return what these words add to the lists."""
        found = {
            each: _learn(_Lists(each, listed_parts(each)), self.words[each]) for each in LANGUAGES
        }
        roles = ({each: parts[role] for each, parts in found.items()} for role in get_args(Role))
        first, linked, last = roles
        return Own(self.records, first, last, linked)

    def told_apart(self, one: Own, other: Own) -> list[str]:
        """Return the words of which the parts are others with one than with the other."""
        found: set[str] = set()
        for language, words in self.words.items():
            found.update(
                word
                for word in _having(words, _unlike(language, one, other))
                if inner_parts(word, language, one) != inner_parts(word, language, other)
            )
        return sorted(found)


def _learn(lists: _Lists, words: Mapping[str, int]) -> dict[Role, tuple[str, ...]]:
    """Return the parts that words, with their frequencies, add to the lists."""
    told = Counter[str]()
    for word, records in words.items():
        if word.isascii() and word.isalpha():
            told[lists.base(word)] += records
    alone = {word for word, records in told.items() if _stands(word, records)}
    first: defaultdict[str, set[str]] = defaultdict(set)
    linked: defaultdict[str, set[str]] = defaultdict(set)
    last: defaultdict[str, set[str]] = defaultdict(set)
    for word in words:
        base = lists.base(word)
        for part, role in lists.lacking(word, alone):
            if told[base] > told[part]:
                continue  # it is a word by itself, whatever it looks like
            (last if role == "last" else first)[part].add(base)
            if role == "linked":
                linked[part].add(base)
    begin = _seen(first, _SEEN_FIRST)
    mostly = tuple(part for part in begin if 2 * len(linked[part]) > len(first[part]))
    return {"first": begin, "linked": mostly, "last": _seen(last, _SEEN_LAST)}


def _stands(word: str, records: int) -> bool:
    enough = _BY_ITSELF[len(word) >= _SHORT]
    return len(word) in _LETTERS and records >= enough and not is_stop_somewhere(word)


def _seen(witnesses: Mapping[str, Collection[str]], least: Mapping[int, int]) -> tuple[str, ...]:
    """Return the parts that enough words speak for."""
    enough = (part for part, words in witnesses.items() if len(words) >= least.get(len(part), 1))
    return tuple(sorted(enough))


def _unlike(language: str, one: Own, other: Own) -> set[str]:
    """Return the parts of which only one of the two tells, or each another thing."""
    roles = zip(
        (one.first, one.linked, one.last), (other.first, other.linked, other.last), strict=True
    )
    return {word for a, b in roles for word in {*a.get(language, ())} ^ {*b.get(language, ())}}


def _having(words: Iterable[str], parts: set[str]) -> Iterator[str]:
    """Yield the words in which a part may be written, in any form."""
    stubs = {part[: max(len(part) - _ENDING, _ENDING)] for part in parts}
    sizes = {len(stub) for stub in stubs}
    for word in words:
        if any(word[at : at + size] in stubs for size in sizes for at in range(len(word) - size)):
            yield word
