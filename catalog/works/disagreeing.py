"""What copies of one work say differently, where it matters to a reader or a provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from catalog import vocabulary
from catalog.resource import LearningResource

Disputed = Literal["licence", "year", "language", "level"]

_MOST = 30  # different values that are compared with each other


class Disagreement(Struct, frozen=True):
    """A field of which copies say different things, and who says what.

    ``said`` are (value, places of the copies) pairs, in the order of the values: an SPDX id, the
    address of a licence or an openness; a year; language tags or codes of levels with spaces
    between them.
    """

    field: Disputed
    said: tuple[tuple[str, tuple[int, ...]], ...]


def disagreements(copies: Sequence[LearningResource]) -> tuple[Disagreement, ...]:
    """Return where copies contradict each other. What one says less precisely is no contradiction.

    One that says nothing contradicts nobody.
    """
    found = (
        _licence(copies),
        _apart("year", [_year(copy) for copy in copies]),
        _apart("language", [_language(copy) for copy in copies]),
        _apart("level", [_levels(copy) for copy in copies]),
    )
    return tuple([each for each in found if each])


def _licence(copies: Sequence[LearningResource]) -> Disagreement | None:
    named = [copy.licence or copy.licence_url for copy in copies]
    said = [name or copy.openness for name, copy in zip(named, copies, strict=True)]
    if len({name for name in named if name}) <= 1 and len({c.openness for c in copies} - {""}) <= 1:
        return None
    return _disagreement("licence", said)


def _year(copy: LearningResource) -> frozenset[str]:
    return frozenset([date.value[:4] for date in copy.dates if date.kind == "issued"])


def _language(copy: LearningResource) -> frozenset[str]:
    if copy.language_detected:
        return frozenset()
    return frozenset([tag.partition("-")[0] for tag in copy.languages])


def _levels(copy: LearningResource) -> frozenset[str]:
    return frozenset(copy.levels)


def _apart(field: Disputed, said: list[frozenset[str]]) -> Disagreement | None:
    """Return the disagreement of copies of which two have nothing in common."""
    sets = sorted({each for each in said if each}, key=sorted)[:_MOST]
    if any(_contrary(one, other) for at, one in enumerate(sets) for other in sets[:at]):
        return _disagreement(field, [" ".join(sorted(each)) for each in said])
    return None


def _contrary(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether no value is in both, or stands above one of the other."""
    return one.isdisjoint(_with_broader(other)) and other.isdisjoint(_with_broader(one))


def _with_broader(codes: frozenset[str]) -> frozenset[str]:
    levels = vocabulary.get("level")
    return codes.union(*[levels.ancestors(code) for code in codes if code in levels])


def _disagreement(field: Disputed, said: list[str]) -> Disagreement:
    values: dict[str, list[int]] = {}
    for place, value in enumerate(said):
        if value:
            values.setdefault(value, []).append(place)
    return Disagreement(field, tuple((value, tuple(values[value])) for value in sorted(values)))
