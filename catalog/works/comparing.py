"""Two signatures compared: are they one work, and if not, what are they to each other.

Evidence is added up on one scale (natural logarithms of odds, roughly): what tells little counts
little, and nothing counts alone but a name that nothing contradicts.
"""

from __future__ import annotations

import math
from typing import Literal, cast

from msgspec import Struct

from catalog.works.contrasts import (
    Side,
    nearly_one_year,
    newer,
    other_doi,
    other_edition,
    other_language,
    other_part,
    other_type,
    other_version,
    stated_edition,
    two_books,
    two_pages,
)
from catalog.works.evidence import Seen, in_brackets, one_publisher, reasons, seen
from catalog.works.likeness import Likeness
from catalog.works.makers import Agreement, agreement, spelt_out
from catalog.works.reasons import Reason
from catalog.works.signature import Signature

Kind = Literal["same", "edition", "translation", "part", "version"]

ENOUGH = 5.0  # points from which two records are taken to be of one work
_RELATED = 4.5  # and from which they are said to be editions, translations or parts
_GENERIC = 2.4  # a title that tells less can be anybody's
_ONE_WORD = 1.3  # and one that tells less says nothing without its subtitle
_MOST_TOLD = 5.0

_IDENTIFIERS = {"doi": 6.0, "isbn": 5.0, "issn": 2.5, "web": 4.5}
_NUMBERED = 5.5  # handles, videos, courses: a host or registry numbers them
_MAKERS: dict[Agreement, float] = {
    "several": 4.0, "same": 3.0, "some": 2.0, "namesake": 0.5, "unknown": 0.0,
    "unlike": -1.0, "crossed": -1.0, "apart": -6.0,
}  # fmt: skip
_ALIKE: dict[Likeness, float] = {
    "equal": 2.0, "remarked": 1.5, "reordered": 1.5, "shorter": 0.5, "near": 0.0, "inside": -4.0,
    "loose": -1.0, "foreign": -1.0, "different": -6.0, "unknown": 0.0,
}  # fmt: skip
_TELLING = frozenset(("remarked", "shorter", "near", "inside", "loose"))
_SHORTENED = frozenset(("remarked", "shorter", "inside"))
_VARIED = _SHORTENED | {"near"}
_NO_WHOLE = frozenset(("number", "years"))
_NOBODY = frozenset(("unknown", "unlike", "apart", "crossed"))
_AGREED = frozenset(("several", "same"))
_SIDES: dict[Side, Side] = {"first": "second", "second": "first", "": ""}


class Tie(Struct, frozen=True, gc=False):
    """What two records are to each other.

    ``kind``: same (also in another file format), edition, translation, part, version. ``direction``
    says which of the two is the newer edition or version, the translation, or the part; "" where
    that is not known. ``score`` is from 0 to 1.
    """

    kind: Kind
    score: float
    evidence: tuple[Reason, ...]
    direction: Side = ""


def compare(a: Signature, b: Signature) -> Tie | None:
    """Return what ``a`` and ``b`` are to each other, or None where they have nothing in common.

    ``compare(b, a)`` says the same, with sides and values exchanged (``mirrored``).
    """
    found = seen(a, b)
    if found is None:
        return None
    points = _points(a, b, found)
    said = found.related[0]
    if not said and (points < _RELATED or _ruled_out(a, b, found)):
        return None
    kind, direction = _kind(a, b, found)
    if kind == "same" and points < ENOUGH:
        return None
    return Tie(kind, _score(max(points, _RELATED)), reasons(a, b, found), direction)


def conflict(a: Signature, b: Signature) -> bool:
    """Tell whether two records can never be one work, even where others link them.

    Two that ``compare`` takes to be the same are never in conflict.
    """
    if stated_edition(a, b) or other_part(a, b):
        return True
    if any(name in b.names for name in a.names):
        return False
    if other_language(a, b) or other_type(a, b):
        return True
    return _generic(a) and _generic(b) and agreement(a.makers, b.makers) == "apart"


def mirrored(tie: Tie) -> Tie:
    """Return what ``compare`` says with its arguments exchanged."""
    evidence = tuple([Reason(one.code, one.values[::-1]) for one in tie.evidence])
    return Tie(tie.kind, tie.score, evidence, _SIDES[tie.direction])


def _generic(s: Signature) -> bool:
    return all(title.info < _GENERIC for title in s.titles)


def _score(points: float) -> float:
    return round(1 / (1 + math.exp(4 - points)), 3)


def _ruled_out(a: Signature, b: Signature, found: Seen) -> bool:
    """Tell whether something keeps them apart that no other evidence makes good."""
    hollow = found.one is not None and found.one.hollow
    if other_part(a, b) or (hollow and not _identified(found)):
        return True
    if found.shared:
        return False
    bare = found.alike in _SHORTENED and _info(found) < _ONE_WORD  # "Chemistry: Atoms First"
    # A title of technical terms is the same in many languages.
    untold = found.people in _NOBODY and other_language(a, b)
    return bare or untold or other_type(a, b) or _no_whole(a, b, found)


def _identified(found: Seen) -> bool:
    """Tell whether they share a name that is not a journal's."""
    return any(not name.startswith("issn:") for name in found.shared)


def _no_whole(a: Signature, b: Signature, found: Seen) -> bool:
    """Tell whether one is a part, but hardly of the other.

    "Calculus 1" and "Letters, 1912-1920" are part of no known whole; nor is anybody's "Part 1".
    """
    if bool(a.parts) == bool(b.parts):
        return False
    numbered = any(kind in _NO_WHOLE for kind, _ in (*a.parts, *b.parts))
    return numbered or found.people in _NOBODY


def _kind(a: Signature, b: Signature, found: Seen) -> tuple[Kind, Side]:
    """Return what they are to each other, given that they are of one family."""
    told, later = found.related
    if told and told != "same":
        return cast("Kind", told), later
    if other_language(a, b) and not (found.shared and found.alike == "equal"):
        return "translation", ""  # a film of one title at one address has one language
    if bool(a.parts) != bool(b.parts) and not found.shared:
        return "part", "first" if a.parts else "second"
    if other_edition(a, b, identified=bool(found.shared)):
        return "edition", newer(a, b)
    if other_version(a, b) and not found.shared:
        return "version", newer(a, b)
    return "same", ""


def _points(a: Signature, b: Signature, found: Seen) -> float:
    points = _MAKERS[found.people] + _told(found) + _agreed(a, b, found)
    if found.shared:
        points += max([_IDENTIFIERS.get(one.partition(":")[0], _NUMBERED) for one in found.shared])
    elif a.source == b.source and a.names and b.names and found.people not in _AGREED:
        points -= 1.5  # a source seldom lists one material twice
    if found.related[0] == "same":
        points += _NUMBERED
    if other_doi(a, b):
        points -= 1.5
    if found.alike in _VARIED and two_pages(a, b):
        points -= 3.0
    if other_type(a, b):
        points -= 4.0
    elif a.media and b.media and not a.media & b.media:
        points -= 1.0
    if (
        (a.parts or b.parts)
        and not found.shared
        and found.people in _NOBODY
        and _info(found) < _GENERIC
    ):
        points -= 2.0  # "Chapter 2: Cells" is in many books
    return points


def _agreed(a: Signature, b: Signature, found: Seen) -> float:
    """Return what publisher, year, language, whole names, and the same part or edition count."""
    points = _published(a, b, found)
    if a.year and b.year:
        points += 1.0 if a.year == b.year else 0.5 if nearly_one_year(a, b) else 0.0
    if not a.languages.isdisjoint(b.languages):
        points += 0.3
    if found.people in _AGREED and spelt_out(a.makers, b.makers):
        points += 0.5
    if a.serial and b.serial and found.alike == "equal":
        points += 1.5
    if (a.parts or a.edition) and (a.parts, a.edition) == (b.parts, b.edition):
        points += 0.5
    return points


def _published(a: Signature, b: Signature, found: Seen) -> float:
    """Return what publishers count; one may stand in brackets behind the title of the other."""
    if found.alike == "remarked" and in_brackets(a, b, found):
        return 1.5
    if not a.publishers or not b.publishers:
        return 0.0
    if one_publisher(a, b):
        return -4.5 if found.alike in _SHORTENED and two_books(a, b) else 1.5
    return -1.0 if found.people not in _AGREED or found.alike == "shorter" else 0.0


def _told(found: Seen) -> float:
    """Return what the titles count: as much as their words tell, and how alike they are."""
    if found.one is None or found.other is None:
        return 0.0
    info = _info(found)
    told = min(info, _MOST_TOLD)
    if found.alike in ("equal", "reordered"):
        return told + min(_ALIKE[found.alike], info)
    if found.alike in _SHORTENED and info < _GENERIC:
        told -= 2.0 * (_GENERIC - info)
    return (told if found.alike in _TELLING else 0.0) + _ALIKE[found.alike]


def _info(found: Seen) -> float:
    """Return how much the title that tells less of the two tells."""
    return min(found.one.info, found.other.info) if found.one and found.other else 0.0
