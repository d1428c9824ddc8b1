"""From what was typed to what is looked up: each word in all its forms, the same for every engine.

A plain word becomes any of its base forms, in whatever language it may be, and as it was typed; a
compound is found by all of its parts as well. Words that carry no subject ("the", "van") are left
out where others remain. Where few records have all words, a wider reading takes those that have
most, and for long questions or where there is nothing, any. What was asked for outright (operators,
phrases, fields, exclusions) holds in every reading.

In what comes out of here every ``Words`` has a field: one of ``fields.FIELDS``, or ``BAG``.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeGuard

from msgspec import Struct

from catalog.index import joining
from catalog.index.bag import NAME, known_language
from catalog.index.fields import FIELDS
from catalog.index.query import All, Any, Chosen, Not, Question, Tree, Words, sought
from catalog.index.ranking import Sought
from catalog.index.words import Own, is_stop, is_stop_somewhere, stem, variants
from catalog.index.words.data import lines

BAG = "bag"
#: Records below which a wider reading is tried: a page of them.
ENOUGH = 10
#: Records below which anything that may help is tried.
NEXT_TO_NOTHING = 3
#: How wide a compound is read: its head ("materiaal" for "leermateriaal"), or any part of it.
HEADS, PARTS = 1, 2

_SENTENCE = 5  # words of a question in sentences: some of them say nothing, and nobody knows which
_PART = 0.5  # what the parts of a compound count, beside the compound itself
_HEAD = 0.3  # its head alone
_OTHER = 0.2  # and another part alone


class Statistics(Struct, frozen=True):
    """What one committed state of an index knows of words, which are folded.

    ``frequency`` is the number of records with one in the bag, of ``total``, and those that are
    gone until the engine forgets them: for ranking, and never too low. ``there`` is without these,
    and dearer. ``meant`` and ``halves`` are those of ``spelling`` and ``joining``: "" or () where
    there are none.
    """

    own: Own  # parts of compounds that the catalogue adds to the lists
    frequency: Callable[[str], int]
    there: Callable[[str], int]
    total: int
    meant: Callable[[str], str]
    halves: Callable[[str], tuple[str, ...]]

    def rarity(self, count: int) -> float:
        """Return the weight of a word that so many records have (BM25's idf)."""
        count = min(count, self.total)
        return math.log(1 + (self.total - count + 0.5) / (count + 0.5))


class Meaning:
    """A question in one index, for a reader of one language."""

    def __init__(self, question: Question, language: str, statistics: Statistics) -> None:
        """Read ``question``; ``language`` is the reader's, a BCP 47 tag, or "" where unknown."""
        self._language = known_language(language)
        self._statistics = statistics
        self._strict = question.strict
        self.tree = tree = question.tree
        parts = tree.parts if isinstance(tree, All) else (tree,)
        loose = [] if question.strict else self._without_stop_words(filter(_plain, parts))
        self._loose = tuple(dict.fromkeys(loose))
        self._joined = self._as_one(() if question.strict else parts)
        self._bound = [part for part in parts if question.strict or not _plain(part)]
        apart = [Words((word,)) for part in self._loose for word in part.words]
        #: the words that say what is sought, and of which a wider reading may lack some
        self.plain = tuple(dict.fromkeys(p.words[0] for p in self._without_stop_words(apart)))
        # In "wiskunde A" the letter is no article: what has it beside the word comes first.
        last = parts[-1].words if parts and _plain(parts[-1]) else ()
        letter = len(last) == 1 and len(last[0]) == 1 and last[0] not in self.plain
        self._letter = last if letter else ()

    def lacking(self) -> list[str]:
        """Return the plain words that nothing has: in no form, nor as parts, nor as two words.

        Those that are also asked for in quotes or in a field are meant as they stand.
        """
        bound = {word for part in self._bound for word in sought(part)}
        single = [part.words[0] for part in self._loose if len(part.words) == 1]
        return [word for word in single if word not in bound and self._lacks(word)]

    def _lacks(self, word: str) -> bool:
        forms, ways = self.forms(word)
        there = self._statistics.there
        if any(map(there, forms)):
            return False
        if ways:  # it may be a compound, if only in another language
            return not any(all(map(there, way)) for way in ways)
        return not self._statistics.halves(word)

    def closest(self) -> Tree:
        """Return what has all words."""
        return self._together(tuple(map(self._bound_part, self._loose)))

    def choose(self, count: Callable[[Tree], int]) -> tuple[Tree, Tree | None]:
        """Return the closest reading, and a wider one to show besides, if that helps.

        ``count`` gives the number of records of a reading, and is asked as little as can be.
        """
        closest, shown = self.closest(), None
        wider = list(self._wider())
        found = count(closest) if wider else 0
        for words, least, width, enough in wider:
            if found >= enough:
                continue
            parts = tuple(self.word(word, width) for word in words)
            reading = self._together(parts if least == len(parts) else (Any(parts, least),))
            more = count(Any((closest, reading)))  # of two words that may be one, it lacks the one
            if more > found:
                shown, found = reading, more
        return closest, shown

    def _wider(self) -> Iterator[tuple[Sequence[str], int, int, int]]:
        """Yield (words, how many, how wide each, for how few records) of each wider reading."""
        number = len(self.plain)
        if any(map(self._heads, self.plain)):
            yield self.plain, number, HEADS, ENOUGH
        words = [word for word in self.plain if not _letter(word)]
        if not words:
            return
        if number >= _SENTENCE:
            yield words, 1, HEADS, ENOUGH
        elif number > _SENTENCE // 2:
            yield words, min(number - 1, len(words)), HEADS, ENOUGH
        # Of what was typed as one word, a part is no answer where the whole is one.
        yield words, 1, PARTS, NEXT_TO_NOTHING if len(self._loose) > 1 else 1

    def _without_stop_words(self, words: Iterable[Words]) -> list[Words]:
        """Return the words that carry a subject; all of them if none does."""
        plain = list(words)
        telling = [
            part
            for part in plain
            if part.loose
            or not (is_stop(part.words[0], self._language) or is_stop_somewhere(part.words[0]))
        ]
        return telling or plain

    def _together(self, plain: tuple[Tree, ...]) -> Tree:
        parts = (*plain, *map(self._bound_part, self._bound))
        return parts[0] if len(parts) == 1 else All(parts)

    def _bound_part(self, tree: Tree, *, left_out: bool = False) -> Tree:
        bound = functools.partial(self._bound_part, left_out=left_out)
        of_word = self._itself if left_out else self.word
        match tree:
            case Words(words=(word,), field="", quoted=False):
                return of_word(word)
            case Words(words=words, field=""):
                one = (of_word("".join(words)),) if tree.loose else ()
                return Any((*_in_a_row(words), *one))
            case Words() | Chosen():
                return tree
            case Not():  # what has the parts of a compound somewhere is no reason to leave it out
                return Not(self._bound_part(tree.part, left_out=True))
            case Any():
                return Any(tuple(map(bound, tree.parts)))
            case All():
                kept = set(self._without_stop_words(filter(_plain, tree.parts)))
                parts = [p for p in tree.parts if self._strict or p in kept or not _plain(p)]
                return All(tuple(map(bound, parts)))

    def word(self, word: str, width: int = 0) -> Tree:
        """Return what has the word in any form; if it is a compound, perhaps only part of it."""
        found = self._written(word)
        found += [
            All(tuple(Words((part,), BAG, _PART) for part in dict.fromkeys(way)))
            for way in self.forms(word)[1]
            if all(map(self._statistics.frequency, way))
        ]
        if width >= HEADS:
            found += [Words((head,), BAG, _HEAD) for head in self._heads(word)]
        if width >= PARTS:
            found += [Words((part,), BAG, _OTHER) for part in self._firsts(word)]
        return _either(found, word)

    def _itself(self, word: str) -> Tree:
        """Return what has the word in any form and writing, and not only parts of it."""
        return _either(self._written(word), word)

    def _written(self, word: str) -> list[Tree]:
        forms, ways = self.forms(word)
        counts = {form: count for form in forms if (count := self._statistics.frequency(form))}
        together = self._statistics.rarity(sum(counts.values()))
        # All forms are one word: a form that is rare by itself says no more than the others.
        found: list[Tree] = [
            Words((form,), BAG, together / self._statistics.rarity(count))
            for form, count in counts.items()
        ]
        if not ways and (halves := self._statistics.halves(word)):
            found.append(All((*map(self._half, halves), joining.beside(*halves))))
        return found

    def _half(self, word: str) -> Tree:
        forms, _ = self.forms(word)
        return Any(tuple(Words((form,), BAG, _PART) for form in forms))

    def _as_one(self, parts: Iterable[Tree]) -> dict[str, tuple[str, ...]]:
        """Return for each plain word the forms of what it may be together with the next to it."""
        found: dict[str, tuple[str, ...]] = {}
        for words in joining.joined([part.words for part in parts if _plain(part)]):
            # flow-as has the Spanish base flow: no longer both words, but the first
            first = {words[0], *_forms(words[0], self._language, self._statistics.own)[0]}
            forms = [form for form in self._one(words) if form not in first]
            if there := tuple(filter(self._statistics.frequency, forms)):
                for word in words:
                    found[word] = (*found.get(word, ()), *there)
        return found

    def _one(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return _forms("".join(words), self._language, self._statistics.own)[0]

    def _heads(self, word: str) -> list[str]:
        forms, ways = self.forms(word)
        heads = dict.fromkeys([way[-1] for way in ways if way[-1] not in _bound()])
        return [h for h in heads if h not in forms and self._statistics.frequency(h)]

    def _firsts(self, word: str) -> list[str]:
        _, ways = self.forms(word)
        firsts = dict.fromkeys([part for way in ways for part in way[:-1]])
        return [part for part in firsts if self._statistics.frequency(part)]

    def rarity(self, word: str) -> float:
        """Return how rare a word of the bag is."""
        return self._statistics.rarity(self._statistics.frequency(word))

    def sought(self) -> list[Sought]:
        """Return the plain words for ranking, each with all its forms."""
        found = []
        for word in (*self.plain, *self._letter):
            forms, _ = self.forms(word)
            count = sum(map(self._statistics.frequency, forms))
            found.append(Sought(frozenset(forms), self._statistics.rarity(count)))
        return found

    def forms(self, word: str) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """Return the forms of a word, the reader's language first, and its parts, if it has any.

        Forms are also those of what it is together with the word beside it: *datamining*.
        """
        found, ways = _forms(word, self._language, self._statistics.own)
        return (*found, *self._joined.get(word, ())), ways


@functools.cache
def _bound() -> frozenset[str]:
    """Return the heads of compounds that say nothing by themselves: kunde, gever."""
    return frozenset(
        stem(word, language)
        for language in ("nl", "de")
        for line in lines("bound.txt", language)
        for word in line
    )


def _either(found: list[Tree], word: str) -> Tree:
    if len(found) == 1:
        return found[0]
    return Any(tuple(found)) if found else Words((word,), BAG)


def _letter(word: str) -> bool:
    """Say whether a word is a letter, which has a meaning beside others alone: the e of e-mail."""
    return len(word) == 1 and word.islower()  # no digit, and no word of a script without cases


def _in_a_row(words: tuple[str, ...]) -> tuple[Words, ...]:
    return tuple(Words(words, field, weight) for field, weight in FIELDS.items())


@functools.lru_cache(maxsize=4096)
def _forms(
    word: str, language: str, own: Own
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    found = variants(word, language, own)
    return tuple(dict.fromkeys((*found.bases, word, NAME + word))), found.parts


def _plain(tree: Tree) -> TypeGuard[Words]:
    if not isinstance(tree, Words) or tree.field or tree.quoted:
        return False
    return tree.loose or len(tree.words) == 1
