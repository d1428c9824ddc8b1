"""Why a record is among the hits: which of its fields have what was asked, and what ranked it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from catalog.index import Explanation, How, Match
from catalog.index.bag import FIELD, PART
from catalog.index.fields import FIELDS, LABEL
from catalog.index.meaning import Meaning
from catalog.index.plan import Plan
from catalog.index.query import All, Any, Tree, Words
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
    record = _Record(shelf, meaning, key, place)
    matches = dict.fromkeys(
        match for part in pieces(meaning.tree) for match in record.matches(part)
    )
    # Of what may be written in two ways, web2.0 and web 2.0, the one that is there.
    has = {match.word.replace(" ", "") for match in matches if match.fields}
    told = [one for one in matches if one.fields or one.word.replace(" ", "") not in has]
    lifted = {}
    if asked.sort == "relevance":
        quality = shelf.column("quality", [place])[0]
        lifted = boosts(quality, Reader.of(asked.language), weights)
    return Explanation(words=tuple(told), boosts=lifted, text=text)


def pieces(tree: Tree) -> Iterator[Words]:
    """Yield what a hit may have of a question, as it was asked for: not what is under NOT."""
    if isinstance(tree, Words):
        yield tree
    elif isinstance(tree, All | Any):
        for part in tree.parts:
            yield from pieces(part)


def free(piece: Words) -> bool:
    """Tell whether a piece may stand in any form and field: it was not asked for outright."""
    return not (piece.field or piece.quoted) and (piece.loose or len(piece.words) == 1)


class _Record(Generic[A]):
    """What a record has of a question."""

    def __init__(self, shelf: Shelf[A], meaning: Meaning, key: str, place: A) -> None:
        self._shelf = shelf
        self._meaning = meaning
        self._itself = Words((key,), "id")
        about = shelf.about(place).split(FIELD)
        self._about = dict(zip((*FIELDS, LABEL), about, strict=False))

    def matches(self, piece: Words) -> Iterator[Match]:
        """Yield what the record has of a piece: of words typed as one perhaps each by itself."""
        fields = tuple(self._fields(piece))
        if piece.loose and not fields:
            for word in piece.words:
                yield from self.matches(Words((word,)))
        else:
            yield Match(" ".join(piece.words), fields)

    def _fields(self, piece: Words) -> Iterator[tuple[str, How]]:
        forms: set[str] = set()
        ways: list[set[str]] = []
        if free(piece):
            one = "".join(piece.words)
            found, parts = self._meaning.forms(one)
            halves = () if piece.loose else self._shelf.statistics.halves(one)
            forms = set(found)
            ways = [set(way) for way in (*parts, *(self._meaning.forms(h)[0] for h in halves))]
        for field, text in self._about.items():
            if piece.field in ("", field) and self._has(field, piece.words):
                yield field, "exact"
            elif how := _how(text, forms, ways):
                yield field, "label" if field == LABEL else how

    def _has(self, field: str, words: tuple[str, ...]) -> bool:
        return field in FIELDS and bool(self._shelf.count(All((self._itself, Words(words, field)))))


def _how(text: str, forms: set[str], ways: list[set[str]]) -> How | None:
    """Return how an analysed text has a word, if it does."""
    compounds = [word.split(PART) for word in text.split()]
    if any(compound[0] in forms for compound in compounds):
        return "form"
    # Of a compound that is asked for, the text may have the parts, in one word or in several.
    parts = {part for compound in compounds for part in compound}
    return "part" if parts & forms or any(parts & way for way in ways) else None
