"""The bag: all words of a record in base form, over all fields, for plain questions and ranking.

Each text is analysed by its own language. A word stands there as its base form and, where it is a
compound, its parts and theirs after it: ``hogeschooldocent+hogeschool+docent+hoog+school``. So a
plain word is looked up in one field, whatever field of the record has it; and as words of weighty
fields are repeated, BM25 over this one field is BM25F, with one statistic for all fields.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable

from catalog import vocabulary
from catalog.index.analysis import GAP, tokens
from catalog.index.words import NONE, Own, inner_parts, is_stop, language_of
from catalog.index.words.bases import base_of
from catalog.index.words.compounds import LANGUAGES as COMPOUNDING

#: Stands between the base form of a compound and its parts; no word has it.
PART = "+"
#: Stands before a word of a name, which has no base form: *boeren* is no form of Jan de Boer.
NAME = "@"
#: Stands between the fields of a record's analysed words.
FIELD = "\n"

_REMEMBERED = 20_000  # words a language, and as many of before
_LONGEST_REMEMBERED = 40  # letters
_FEW = 3  # words of title and subject that say little by themselves


class _Analysed(dict[str, str]):
    """Folded word -> its base form and parts, worked out when it is first met.

    When full it begins anew, and takes over what is asked for again: common words stay known.
    Safe with threads: the worst that can happen is that a word is worked out twice.
    """

    def __init__(self, language: str, own: Own) -> None:
        super().__init__({GAP: GAP})
        self._language = language
        self._own = own
        self._base: Callable[[str], str] = base_of(language)
        self._before: dict[str, str] = {}

    def __missing__(self, word: str) -> str:
        if word.isdecimal():  # it has one form; and most are in one record
            return word
        found = self._before.get(word) or self._worked_out(word)
        if len(word) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED:
                self._before = dict(self)
                self.clear()
                self[GAP] = GAP
            self[word] = found
        return found

    def _worked_out(self, word: str) -> str:
        base = self._base(word) or word
        split = inner_parts(word, self._language, self._own)
        return PART.join(dict.fromkeys((base, *split))) if split else base


@functools.lru_cache(maxsize=12)  # five languages, and two of them as they were before
def _analysed(language: str, own: Own) -> _Analysed:
    return _Analysed(language, own)


@functools.lru_cache(maxsize=4096)
def known_language(tag: str) -> str:
    """Return the language in which text tagged so is analysed, or "": as it stands."""
    return language_of(tag)


def analyse(words: Iterable[str], language: str, own: Own = NONE) -> str:
    """Return the folded words of a text as the bag has them; ``language`` one of ours or "".

    ``own`` are the parts of compounds that the catalogue adds to the lists.
    """
    if not language:
        return " ".join(words)
    known = _analysed(language, own if language in COMPOUNDING else NONE)
    return " ".join(map(known.__getitem__, words))


def named(words: Iterable[str]) -> str:
    """Return the folded words of a name as the bag has them."""
    return " ".join([NAME + word for word in words])


def bag(fields: Iterable[tuple[str, int]]) -> str:
    """Return the words of (analysed text, weight) fields, each as many times as its field weighs.

    A part of a compound counts as much as the whole, and so does a part of a part.
    """
    repeated = "".join([f"{text} " * weight for text, weight in fields if text])
    return repeated.replace(PART, " ").rstrip()


def subjects(about: str) -> list[str]:
    """Return the words that say what a record is about, of the analysed words of its fields.

    Those of title and subject are there three times; with them the names of its discipline, type
    and level, and where these are all there is, the description.
    """
    title, subject, *_, description, named = [*about.split(FIELD), *[""] * 8][:8]
    said = f"{title} {subject}".replace(PART, " ").split()
    rest = named if len(said) > _FEW else f"{description} {named}".replace(PART, " ")
    return said * 3 + rest.split()


def labels(name: vocabulary.Name, codes: Iterable[str]) -> str:
    """Return the analysed labels of concepts in all languages in which the vocabulary has them.

    Through these a Dutch question finds English material on the same subject.
    """
    return " ".join([_label(name, code) for code in codes])


@functools.lru_cache(maxsize=4096)
def _label(name: vocabulary.Name, code: str) -> str:
    found = vocabulary.get(name)
    if code not in found:
        return ""
    said = [(known_language(tag), label) for tag, label in found[code].labels.items()]
    return " ".join([analyse(_telling(label, language), language) for language, label in said])


def _telling(label: str, language: str) -> list[str]:
    return [word for word in tokens(label) if not is_stop(word, language)]
