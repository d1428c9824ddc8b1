"""What ranks a record beside its words: packed into one number, so that a column of them is small.

========  ====  ===========================================================
bits      size
========  ====  ===========================================================
0-13      14    year of the material, 0 where none is known
14-17     4     completeness: how many of ten things a reader looks for it has
18-19     2     openness: a place in ``OPENNESS``
20        1     its link is known to be dead
21-27     7     languages: a place in ``LANGUAGES`` each, the last for all others
28-63     36    disciplines: a place in the vocabulary each
========  ====  ===========================================================
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from msgspec import Struct

from catalog import vocabulary
from catalog.index.words import LANGUAGES, language_of
from catalog.resource import LearningResource

OPENNESS = ("", "open", "restricted", "closed")
MOST_COMPLETE = 10

_COMPLETENESS, _OPENNESS, _DEAD, _LANGUAGES, _DISCIPLINES = 14, 18, 20, 21, 28
_LAST_YEAR = (1 << _COMPLETENESS) - 1
_OTHER = len(LANGUAGES)
_EVERY_LANGUAGE = (1 << _DISCIPLINES - _LANGUAGES) - 1


class Quality(Struct, frozen=True):
    """A packed number, read."""

    year: int
    completeness: float  # 0 to 1
    openness: str
    dead_link: bool
    languages: int  # bits
    disciplines: int  # bits


def pack(resource: LearningResource, year: int, *, dead_link: bool = False) -> int:
    """Return what of the record ranks it, as one number below 2**64. Raises nothing."""
    openness = OPENNESS.index(resource.openness) if resource.openness in OPENNESS else 0
    return (
        min(year, _LAST_YEAR)
        | _completeness(resource, year) << _COMPLETENESS
        | openness << _OPENNESS
        | dead_link << _DEAD
        | language_bits(resource.languages) << _LANGUAGES
        | discipline_bits(resource.disciplines) << _DISCIPLINES
    )


def unpack(packed: int) -> Quality:
    """Return what was packed."""
    return Quality(
        year=packed & _LAST_YEAR,
        completeness=(packed >> _COMPLETENESS & 15) / MOST_COMPLETE,
        openness=OPENNESS[packed >> _OPENNESS & 3],
        dead_link=bool(packed >> _DEAD & 1),
        languages=packed >> _LANGUAGES & _EVERY_LANGUAGE,
        disciplines=packed >> _DISCIPLINES,
    )


def _completeness(resource: LearningResource, year: int) -> int:
    return (
        bool(resource.titles)
        + bool(resource.descriptions)
        + bool(resource.subjects or resource.keywords)
        + bool(resource.creators or resource.publishers)
        + bool(resource.url)
        + bool(resource.levels)
        + bool(resource.types)
        + bool(resource.disciplines or resource.isced)
        + bool(resource.licence_url or resource.licence)
        + bool(year)
    )


@functools.lru_cache(maxsize=4096)
def language_bits(tags: tuple[str, ...]) -> int:
    """Return a bit for each of our languages among the tags, and one for all others together."""
    found = 0
    for tag in tags:
        language = language_of(tag)
        found |= 1 << (LANGUAGES.index(language) if language else _OTHER)
    return found


@functools.lru_cache(maxsize=4096)
def discipline_bits(codes: tuple[str, ...]) -> int:
    """Return a bit for each code of the vocabulary; other codes have none."""
    places = _places()
    return sum(1 << places[code] for code in set(codes) if code in places)


@functools.cache
def _places() -> dict[str, int]:
    codes: Iterable[str] = vocabulary.get("discipline").codes[: 64 - _DISCIPLINES]
    return {code: place for place, code in enumerate(codes)}
