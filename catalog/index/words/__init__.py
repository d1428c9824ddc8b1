"""What words mean for searching: base forms, stop words and the parts of compounds, per language.

All of it on folded words (``catalog.index.analysis.tokens``). Both what is indexed and what is
asked go through here, so that ``leert`` finds ``leren``, and ``docent`` finds
``hogeschooldocent``. The lists are in ``schemas/words``; they are read when first needed.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from msgspec import Struct

from catalog.index.words import compounds
from catalog.index.words.bases import LANGUAGES, stem, stems
from catalog.index.words.compounds import inner_parts, parts, parts_of
from catalog.index.words.data import lines
from catalog.index.words.own import NONE, Own

__all__ = [
    "LANGUAGES",
    "NONE",
    "Own",
    "Variants",
    "inner_parts",
    "is_stop",
    "is_stop_somewhere",
    "language_of",
    "listed",
    "parts",
    "parts_of",
    "spoken",
    "stem",
    "stems",
    "variants",
]

# ISO 639-2 and 639-3, the bibliographic codes too
_LONG_CODES = {
    "dut": "nl",
    "nld": "nl",
    "vls": "nl",
    "eng": "en",
    "ger": "de",
    "deu": "de",
    "gsw": "de",
    "fre": "fr",
    "fra": "fr",
    "spa": "es",
}

_TELLING = 2  # words of another language, and none of the stated one: that is not what it is in


class Variants(Struct, frozen=True):
    """What a word may be where its language is not known."""

    #: its base forms, each once; that of the preferred language first
    bases: tuple[str, ...]
    #: the ways to take it apart, each once: base forms, the head last
    parts: tuple[tuple[str, ...], ...]


def language_of(tag: str) -> str:
    """Return the language, of those analysed here, of a tag such as ``nl-NL`` or ``dut``; or ""."""
    code = tag.strip().casefold().replace("_", "-").partition("-")[0]
    code = _LONG_CODES.get(code, code)
    return code if code in LANGUAGES else ""


def spoken(words: Sequence[str], stated: str = "") -> str:
    """Return the language of a text, one of ours or "", by its folded words that only one has.

    One such word of the stated language (one of ours, or "" where none is) confirms it. What is
    called English and has none, yet *een* and *van*, is Dutch: many repositories state one language
    for all they have, or none. Where little tells, what was stated holds.
    """
    own = _own_words()
    if stated and not own[stated].isdisjoint(words):
        return stated
    if _own_words_of_any().isdisjoint(words):  # most titles; one look instead of five
        return stated
    counts = sorted([(len(own[language].intersection(words)), language) for language in own])
    (second, _), (most, language) = counts[-2:]
    return language if most > second and most >= (_TELLING if stated else 1) else stated


def is_stop(word: str, language: str) -> bool:
    """Say whether a folded word carries no subject in this language; never so in other languages.

    Such words are indexed like all others; a query may go without them where others remain.
    """
    return word in _stop_words(language)


def is_stop_somewhere(word: str) -> bool:
    """Say whether a folded word carries no subject in any language that knows it.

    ``the`` and ``van`` do not; ``war`` and ``door`` are subjects in English, though not in German
    or in Dutch.
    """
    return word in _stop_words_anywhere()


def variants(word: str, preferred: str = "", own: Own = NONE) -> Variants:
    """Return what a folded word of a query may be, in any language; that of ``preferred`` first.

    A word that carries a subject has no base that carries none: *meten* is in German of *met*.
    """
    languages = sorted(LANGUAGES, key=lambda language: language != preferred)
    bases = dict.fromkeys([stem(word, language) for language in languages])
    if not is_stop_somewhere(word):
        bases = dict.fromkeys([base for base in bases if not is_stop_somewhere(base)] or [word])
    split = [compounds.parts(word, language, own) for language in languages]
    return Variants(
        bases=tuple(bases),
        parts=tuple(dict.fromkeys([found for found in split if found])),
    )


def listed(word: str, own: Own = NONE) -> bool:
    """Say whether a folded word is known to be one of Dutch or English, or made of Dutch ones.

    Not all are: of a word that is not listed nothing is known.
    """
    usual = any(stem(word, language) in _spelled(language) for language in ("nl", "en"))
    return usual or compounds.splitter("nl", own).knows(word)


@functools.cache
def _spelled(language: str) -> frozenset[str]:
    return frozenset(word for (word,) in lines("spelled.txt", language))


@functools.cache
def _stop_words(language: str) -> frozenset[str]:
    if language not in LANGUAGES:
        return frozenset()
    return frozenset(word for line in lines("stop.txt", language) for word in line)


@functools.cache
def _own_words() -> Mapping[str, frozenset[str]]:
    """Return the stop words that each language shares with no other; no letters by themselves."""
    return {
        language: frozenset(word for word in _stop_words(language) if len(word) > 1).difference(
            *(_stop_words(other) for other in LANGUAGES if other != language)
        )
        for language in LANGUAGES
    }


@functools.cache
def _own_words_of_any() -> frozenset[str]:
    return frozenset().union(*_own_words().values())


@functools.cache
def _stop_words_anywhere() -> frozenset[str]:
    meant = frozenset(word for line in lines("stop.txt", "meant") for word in line)
    return frozenset().union(*map(_stop_words, LANGUAGES)) - meant
