"""Educational level and context to the codes of vocabulary "level"."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from catalog import vocabulary
from catalog.normalise.said import terms
from catalog.resource import Concept

#: One statement can stand for several levels ("Bachelor" is that of hbo and of wo).
Codes = tuple[str, ...]

_LONGEST = 200  # beyond this it is prose, in which a word like "master" proves nothing
_PARTS = re.compile(r"[/,;+&|]|\b(?:en|and|und|of|or|oder)\b", re.IGNORECASE)
_FRAMEWORK = re.compile(
    r"\b(isced|eqf|nlqf|ekk|dqr)(?: 2011)?(?: (?:level|niveau))? ?(\d)(\+|plus)?"
)
_MBO = re.compile(
    r"\bmbo(?: ?(?:niveau|niv|level|n))? ?([1-4])(?:(?: (?:t m|tot|en|and))? ([1-4]))?\b"
)
_GRADES = re.compile(
    r"\bgrades? (\d\d?)(?: (?:to |and )?(\d\d?))?\b|\b(\d\d?)(?:st|nd|rd|th) grade"
)
_GROUP = re.compile(r"\bgroep ?[1-8]\b")
_YEAR_AND_LETTER = re.compile(r"\d+[a-z]?$")
#: Words that name a level wherever they stand in a short text: "HBO Verpleegkunde", "vwo 5".
_TELLING = {
    "atheneum", "bachelor", "bachelors", "basisonderwijs", "educatie", "gymnasium", "havo", "hbo",
    "master", "masters", "mavo", "mbo", "phd", "postgraduate", "postgraduates",
    "praktijkonderwijs", "undergraduate", "undergraduates", "universitair", "vavo", "vmbo", "vwo",
}  # fmt: skip
_FIRST_SECONDARY_GRADE = 7
_LAST_GRADE = 12


def levels(said: tuple[Concept, ...]) -> Codes:
    """Return the most specific levels that ``said`` gives, in the vocabulary's order.

    Of a statement that covers several levels those count that another statement allows: HBO with
    Bachelor is hbo-bachelor, Bachelor alone is that of hbo and of wo.
    """
    return _levels(terms(said)) if said else ()


@functools.lru_cache(maxsize=4096)
def _levels(said: tuple[Concept, ...]) -> Codes:
    vocab = vocabulary.get("level")
    groups = [group for concept in said for group in _groups(concept)]
    certain = {group[0] for group in groups if len(group) == 1}
    found: list[str] = []
    for group in groups:
        allowed = [code for code in group if certain.intersection((code, *vocab.ancestors(code)))]
        found += allowed or group
    return vocab.most_specific(found)


def valid(codes: tuple[str, ...]) -> Codes:
    """Return ``codes`` without those that are none, in the vocabulary's order."""
    return vocabulary.get("level").most_specific(codes) if codes else ()


@functools.lru_cache(maxsize=256)
def from_words(words: tuple[str, ...]) -> Codes:
    """Return the levels that plain ``words`` or codes give."""
    return levels(tuple(Concept(label=word) for word in words))


@functools.lru_cache(maxsize=4096)
def _groups(said: Concept) -> tuple[Codes, ...]:
    vocab = vocabulary.get("level")
    found = vocab.by_uri(said.id) if said.id else ()
    if not found:
        scheme = _list(said.scheme)
        if scheme == "grade":
            return _in_words(f"grade {said.id or said.label}")
        found = vocab.by_notation(scheme, said.id or said.label) if scheme else ()
    if found:
        return (found,)
    return _in_words(said.label) or ("://" not in said.id and _in_words(said.id)) or ()


def _list(scheme: str) -> str:
    """Return which list of codes ``scheme`` speaks of, by the vocabulary's name for it."""
    scheme = scheme.casefold()
    for name in ("nlqf", "eqf", "isced"):
        if name in scheme:
            return name
    if scheme == "onix:28":
        return "onix"
    return "grade" if "-grade" in scheme or scheme == "onix:30:11" else ""


@functools.lru_cache(maxsize=4096)
def _in_words(text: str) -> tuple[Codes, ...]:
    """Return what ``text`` says: as a whole, by a pattern, by its parts, by a telling word."""
    if not text or len(text) > _LONGEST:
        return ()
    found = vocabulary.get("level").by_term(text)
    if found:
        return (found,)
    folded = vocabulary.key(text)
    patterns = tuple(_by_pattern(folded))
    if patterns:
        return patterns
    parts = _PARTS.split(text)
    if len(parts) > 1:
        return tuple(group for part in parts for group in _in_words(part.strip()))
    return tuple(_by_telling_words(folded))


def _by_pattern(folded: str) -> Iterator[Codes]:
    vocab = vocabulary.get("level")
    for name, number, plus in _FRAMEWORK.findall(folded):
        scheme = {"ekk": "eqf", "dqr": "eqf"}.get(name, name)
        yield vocab.by_notation(scheme, number + ("+" if plus else ""))
    for low, high in _MBO.findall(folded):
        for number in range(int(low), int(high or low) + 1):
            yield (f"mbo-{number}",)
    for low, high, single in _GRADES.findall(folded):
        first, last = int(low or single), int(high or low or single)
        if first < _FIRST_SECONDARY_GRADE:
            yield ("po",)
        if _FIRST_SECONDARY_GRADE <= last <= _LAST_GRADE:
            yield ("vo",)
    if _GROUP.search(folded):
        yield ("po",)


def _by_telling_words(folded: str) -> Iterator[Codes]:
    for word in folded.split():
        bare = word if word in _TELLING else _YEAR_AND_LETTER.sub("", word)
        if bare in _TELLING:
            yield vocabulary.get("level").by_term(bare)
