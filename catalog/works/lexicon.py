"""Words in titles that name no subject, from ``schemas/works/titles.toml``."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any

from msgspec import Struct

from catalog import vocabulary

# What a word tells, on a scale on which three ordinary words make a title that few others have.
_LITTLE, _SOME, _SHORT, _MUCH, _MOST = 0.3, 0.6, 0.5, 1.0, 1.3
_SHORTEST, _LONG = 3, 8


class Lexicon(Struct, frozen=True):
    """The lists, turned the way they are looked up."""

    connecting: frozenset[str]
    interchangeable: frozenset[str]
    numbers: dict[str, str]  # a word for a number -> its digits
    parts: dict[str, str]  # a word before a number -> which kind of part
    editions: frozenset[str]
    neutral: frozenset[str]
    regional: frozenset[str]
    companions: frozenset[str]
    phrases: tuple[str, ...]  # companions of more than one word
    shape: frozenset[str]
    serials: frozenset[str]
    forms: frozenset[str]
    subjects: frozenset[str]
    triggers: frozenset[str]  # a title with none of these and no digit has nothing to take apart

    weights: dict[str, float]  # of words that tell little, or something

    def weight(self, word: str) -> float:
        """Return how much a folded word tells about which material it is."""
        found = self.weights.get(word)
        if found is not None:
            return found
        if word.isdecimal():
            return _LITTLE
        return _SHORT if len(word) < _SHORTEST else _MUCH if len(word) < _LONG else _MOST


@functools.cache
def lexicon() -> Lexicon:
    """Return the lists, read once. Raises FileNotFoundError: they are part of the program."""
    read = tomllib.loads((files("schemas") / "works" / "titles.toml").read_text("utf-8"))
    parts = {word: kind for kind, words in read["parts"].items() for word in words.split()}
    editions = _words(read["editions"])
    connecting = frozenset(read["connecting"].split())
    subjects = _words(read["subjects"]) | _fields_of_study()
    little = _words(read["little"]) | _words(read["forms"]) | _stop_words() | connecting
    roman = frozenset(ROMAN) | frozenset("ivx")
    return Lexicon(
        connecting=connecting,
        interchangeable=frozenset(read["interchangeable"].split()),
        numbers={
            word: digits for digits, words in read["numbers"].items() for word in words.split()
        },
        parts=parts,
        editions=editions,
        neutral=frozenset(read["editions"]["neutral"].split()),
        regional=frozenset(read["editions"]["regional"].split()),
        companions=_words(read["companions"]),
        phrases=tuple(read["companions"]["phrases"]),
        shape=_words(read["shape"]),
        serials=_words(read["serials"]),
        forms=_words(read["forms"]),
        subjects=subjects,
        weights=dict.fromkeys(subjects, _SOME) | dict.fromkeys(little, _LITTLE),
        triggers=frozenset(parts) | editions | roman,
    )


def _words(table: dict[str, Any]) -> frozenset[str]:
    return frozenset(table["words"].split())


def _stop_words() -> frozenset[str]:
    text = (files("schemas") / "words" / "stop.txt").read_text("utf-8").partition("\n[meant]")[0]
    lines = [line for line in text.splitlines() if not line.startswith(("#", "["))]
    return frozenset(" ".join(lines).split())


def _fields_of_study() -> frozenset[str]:
    """Return the single words that name a whole field of study, in the languages of the list."""
    concepts = vocabulary.get("isced").concepts + vocabulary.get("discipline").concepts
    names = [name for concept in concepts for name in (*concept.labels.values(), *concept.terms)]
    return frozenset(name.casefold() for name in names if name.isalpha())


#: Roman numerals from II that are no word or letter otherwise, and their digits.
ROMAN = {
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11",
    "xii": "12", "xiii": "13", "xiv": "14", "xv": "15", "xvi": "16", "xvii": "17", "xviii": "18",
    "xix": "19", "xx": "20",
}  # fmt: skip
#: Those that are letters too: numbers only at an end, or after a word that asks for one.
ROMAN_LETTERS = {"i": "1", "v": "5", "x": "10"}
