"""Base forms: what all forms of a word have in common, per language.

Dutch: a list of words whose base no rule of spelling finds (made by ``making``), the longest such
word that an unknown one ends with (``docentenhandleidingen``), then the rules of ``dutch``. The
other languages: Snowball, after a short list of irregular words. What goes in and what comes out
is folded (``catalog.index.analysis``), and the base form of a base form is itself.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Mapping

import Stemmer

from catalog.index.words import dutch
from catalog.index.words.data import lines

LANGUAGES = ("nl", "en", "de", "fr", "es")

_SNOWBALL = {"en": "english", "de": "german", "fr": "french", "es": "spanish"}
_REMEMBERED = 40_000  # words a language, in some 5 MB; new ones take microseconds
_LONGEST = 64  # letters of a word that has a base form; longer ones are no words
# British spellings that are read as American ones: organisation, analyse; behaviour, colours
_BRITISH = re.compile(r"(?<=\w{3})(i|y)s(?=(?:ations?)$|(?<=ys)(?:e|ed|ing)$)")
_OUR = re.compile(r"(?<=\w{3})our(?=(?:s|ed|ing|al|able|ful|hoods?|ites?)?$)")
TAIL = 5  # letters of a listed word at the end of an unknown one, at least

_snowball_lock = threading.Lock()  # its stemmers are not made for several threads at once


def stem(word: str, language: str) -> str:
    """Return the base form of a folded word; the word itself where the language is not ours."""
    known = remembered(language)
    return word if known is None else known[word]


def stems(words: list[str], language: str) -> list[str]:
    """Return the base form of each folded word, in the same order."""
    known = remembered(language)
    return list(words) if known is None else list(map(known.__getitem__, words))


class _Remembered(dict[str, str]):
    """Word -> base form, worked out when it is first asked for; emptied when it is full."""

    def __init__(self, base: Callable[[str], str]) -> None:
        super().__init__()
        self.base = base

    def __missing__(self, word: str) -> str:
        found = self.base(word)
        if len(word) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[word] = word if found == word else found  # one string rather than two
        return found


@functools.cache
def remembered(language: str) -> _Remembered | None:
    """Return the mapping from words to base forms; None where the language is not ours."""
    if language not in LANGUAGES:
        return None
    return _Remembered(base_of(language))


@functools.cache
def base_of(language: str) -> Callable[[str], str]:
    """Return the function that works out base forms, and remembers none."""
    if language == "nl":
        known: dict[str, str] = {}  # one string for a word, as what is listed and as a base
        listed = {known.setdefault(w, w): known.setdefault(b, b) for w, b in lines("nl.bases.txt")}
        return functools.partial(dutch_base, listed)
    return _snowball(language)


def dutch_base(listed: Mapping[str, str], word: str) -> str:
    """Return the base form of a Dutch word; ``listed`` has those that no rule finds."""
    if len(word) > _LONGEST:
        return word
    for _ in range(_LONGEST):
        base = listed.get(word)
        if base is not None:
            return base
        base = _by_tail(listed, word) or dutch.strip(word)
        if base == word:
            break
        word = base
    return word


def _by_tail(listed: Mapping[str, str], word: str) -> str:
    for start in range(3, len(word) - TAIL + 1):
        base = listed.get(word[start:])
        if base is not None:
            return word[:start] + base
    return ""


def _snowball(language: str) -> Callable[[str], str]:
    stemmer = Stemmer.Stemmer(_SNOWBALL[language], 0)
    irregular = {form: base for base, *forms in lines("irregular.txt", language) for form in forms}

    def base(word: str) -> str:
        if len(word) > _LONGEST or not word.isascii():  # another script
            return word
        word = irregular.get(word, word)
        if language == "en":
            word = _BRITISH.sub(r"\1z", _OUR.sub("or", word))
        with _snowball_lock:
            for _ in range(_LONGEST):
                shorter = stemmer.stemWord(word)
                if shorter == word:
                    break
                word = shorter
        return word

    return base
