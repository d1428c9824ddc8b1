"""Subjects and keywords to the eleven disciplines and to ISCED-F 2013.

Classes of a known scheme count by their beginning; words only where they are, as a whole, the name
of a field. A wrong subject is worse than none.
"""

from __future__ import annotations

import functools
import re

from msgspec import Struct

from catalog import vocabulary
from catalog.normalise.said import terms
from catalog.resource import Concept, Text

_CLASSES = {
    "ddc": "ddc", "dewey": "ddc", "lcc": "lcc", "thema": "thema", "bisac": "bisac",
    "dcterms:ddc": "ddc", "dcterms:lcc": "lcc", "bisacsh": "bisac",
}  # fmt: skip
_DDC = re.compile(r"\d{3}(?!\d)")
_ISCED_F = re.compile(r"isced[-_]?f?(?:[-_]?2013)?/(?:n|field)?(\d{2,6})\b", re.IGNORECASE)
_DIGITS = re.compile(r"\d{2,6}")
#: Names of fields that, as a keyword, more often mean something of everyday life.
_EVERYDAY = {
    "art", "arts", "classics", "communicatie", "communication", "composition", "construction",
    "crafts", "design", "drama", "drawing", "education", "energie", "energy", "environment",
    "evolutie", "evolution", "film", "gezondheid", "government", "health", "leadership",
    "leiderschap", "logic", "logica", "management", "media", "milieu", "mode", "music",
    "onderwijs", "opvoeding", "recreation", "religie", "religion", "retail", "sales", "science",
    "sciences", "services", "techniek", "technologie", "technology", "tekenen", "trades",
    "traffic", "transport", "travel", "veiligheid", "verkeer", "verkoop", "wealth", "welfare",
    "welzijn", "writing", "zorg",
}  # fmt: skip


_LONGEST = 120  # of a keyword; longer ones are prose, and cut they name no field either


class Fields(Struct, frozen=True, cache_hash=True):
    """Codes of the vocabularies "discipline" and "isced", the most specific, in their order."""

    disciplines: tuple[str, ...] = ()
    isced: tuple[str, ...] = ()


_NONE = Fields()


def fields(subjects: tuple[Concept, ...], keywords: tuple[Text, ...]) -> Fields:
    """Return the fields that ``subjects`` and ``keywords`` name."""
    found = {_keyword(word.text[:_LONGEST]) for word in keywords}
    if subjects:
        found.update(map(_subject, terms(subjects)))
    found.discard(_NONE)
    if len(found) > 1:
        return _together(frozenset(found))
    return found.pop() if found else _NONE


def valid(disciplines: tuple[str, ...], isced: tuple[str, ...]) -> Fields:
    """Return the codes without those that are none."""
    return _fields(disciplines, isced)


@functools.lru_cache(maxsize=4096)
def _together(found: frozenset[Fields]) -> Fields:
    return _fields(
        tuple(code for field in found for code in field.disciplines),
        tuple(code for field in found for code in field.isced),
    )


def _fields(disciplines: tuple[str, ...], isced: tuple[str, ...]) -> Fields:
    if not (disciplines or isced):
        return _NONE
    studies = vocabulary.get("isced").most_specific(isced)
    named = vocabulary.get("discipline").sort((*disciplines, *map(_discipline, studies)))
    return Fields(named, studies) if named or studies else _NONE


@functools.lru_cache(maxsize=256)
def _discipline(isced: str) -> str:
    """Return the discipline of an ISCED-F field: that of the field, or of the nearest above."""
    named, studies = vocabulary.get("discipline"), vocabulary.get("isced")
    for code in (isced, *studies.ancestors(isced)):
        found = named.by_uri(studies.uri + code)
        if found:
            return found[0]
    return ""


@functools.lru_cache(maxsize=16384)
def _subject(said: Concept) -> Fields:
    studies = vocabulary.get("isced")
    scheme = said.scheme.casefold()
    if scheme in _CLASSES:
        return _fields((), _by_class(_CLASSES[scheme], said.id or said.label))
    if "isced" in scheme:
        return _fields((), _by_digits(said.id) or _by_digits(said.label))
    if "://" in said.id:
        found = _ISCED_F.search(said.id)
        isced = _by_digits(found[1]) if found else studies.by_uri(said.id)
        disciplines = vocabulary.get("discipline").by_uri(said.id)
        if isced or disciplines:
            return _fields(disciplines, isced)
    elif (field := _in_words(said.id)) is not _NONE:
        return field
    # LCSH and its kin subdivide: "Statistics -- Study and teaching".
    return _in_words(said.label.partition(" -- ")[0])


def _by_class(scheme: str, value: str) -> tuple[str, ...]:
    value = value.strip().replace("/", "")
    if scheme == "ddc" and not _DDC.match(value):
        return ()
    return vocabulary.get("isced").by_class(scheme, value.replace(" ", ""))


def _by_digits(value: str) -> tuple[str, ...]:
    """Return the field of an ISCED-F code; digits after the fourth are national."""
    found = _DIGITS.match(value)
    code = found[0][:4] if found else ""
    return (code,) if code in vocabulary.get("isced") else ()


@functools.lru_cache(maxsize=32768)
def _keyword(text: str) -> Fields:
    return _NONE if text.casefold() in _EVERYDAY else _in_words(text)


def _in_words(text: str) -> Fields:
    if not text:
        return _NONE
    return _fields(
        vocabulary.get("discipline").by_term(text), vocabulary.get("isced").by_term(text)
    )
