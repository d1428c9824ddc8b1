"""Why a record is among the hits: which of its fields have which words, and what ranked it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from catalog.index import Explanation, How, Match
from catalog.index.bag import FIELD, PART
from catalog.index.fields import FIELDS, LABEL
from catalog.index.meaning import Meaning
from catalog.index.plan import Plan
from catalog.index.query import All, Words, sought
from catalog.index.ranking import Reader, boosts
from catalog.index.searching import Shelf, understood
from catalog.index.weights import Weights

A = TypeVar("A")


def explain(
    shelf: Shelf[A],
    asked: Plan,
    id: str,  # noqa: A002 as the port calls it
    weights: Weights,
) -> Explanation | None:
    """Return why the question finds this record, or None where the index does not have it."""
    places = {key: found for key in asked.keys(id) if (found := shelf.place(key)) is not None}
    if not places:
        return None
    key, place = next(iter(places.items()))
    text, meaning = understood(asked, shelf.statistics)
    about = dict(zip((*FIELDS, LABEL), shelf.about(place).split(FIELD), strict=False))
    return Explanation(
        words=tuple(
            Match(word, tuple(_fields(shelf, meaning, about, key, word)))
            for word in dict.fromkeys(sought(meaning.tree))
        ),
        boosts=boosts(shelf.column("quality", [place])[0], Reader.of(asked.language), weights),
        text=text,
    )


def _fields(
    shelf: Shelf[A],
    meaning: Meaning,
    about: dict[str, str],
    key: str,
    word: str,
) -> Iterator[tuple[str, How]]:
    forms, ways = meaning.forms(word)
    halves = [meaning.forms(half)[0] for half in shelf.statistics.halves(word)]
    for field, text in about.items():
        if field in FIELDS and shelf.count(All((Words((key,), "id"), Words((word,), field)))):
            yield field, "exact"
        elif how := _how(text, set(forms), [set(way) for way in (*ways, *halves)]):
            yield field, "label" if field == LABEL else how


def _how(text: str, forms: set[str], ways: list[set[str]]) -> How | None:
    """Return how an analysed text has a word, if it does."""
    compounds = [word.split(PART) for word in text.split()]
    if any(compound[0] in forms for compound in compounds):
        return "form"
    # Of a compound that is asked for, the text may have the parts, in one word or in several.
    parts = {part for compound in compounds for part in compound}
    return "part" if parts & forms or any(parts & way for way in ways) else None
