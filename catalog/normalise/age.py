"""Ages of learners: a typical range in years."""

from __future__ import annotations

import functools
import re

_DASH = r"\s*(?:-|\u2013|\u2014|t/m|tot en met|tot|to|bis|through)\s*"
_UNIT = r"(?:\s*(?:jaar|jarigen|years?|yrs?|jahren?|jr\.?))?(?:\s*old)?"
_LABEL = r"(?:(?:leeftijd|ages?|aged|alter|grades? ages?)\s*:?\s*)?"
_RANGE = re.compile(rf"{_LABEL}(\d{{1,3}}){_UNIT}{_DASH}(\d{{1,3}}){_UNIT}")
_FROM = re.compile(
    rf"{_LABEL}(?:(?:vanaf|from|ab)\s*)?(\d{{1,3}}){_UNIT}"
    r"(?:\s*(?:\+|-|\u2013|en ouder|and (?:older|over|up)|and above|und \u00e4lter|u))"
    rf"{_UNIT}|{_LABEL}(?:vanaf|from|ab)\s*(\d{{1,3}}){_UNIT}|(?:u|>=?|\u2265)\s*(\d{{1,3}})\s*-?"
)
_UNTIL = re.compile(
    rf"{_LABEL}(?:-|tot(?: en met)?|t/m|up to|under|bis|<=?|\u2264)\s*(\d{{1,3}}){_UNIT}"
)
_ONE = re.compile(rf"{_LABEL}(\d{{1,3}}){_UNIT}")
_ADULTS = frozenset({"adult", "adults", "volwassen", "volwassenen", "erwachsene"})
_OLDEST = 120


@functools.lru_cache(maxsize=2048)
def age(said: str) -> str:
    """Return ``12-15``, ``16-``, ``-12`` or ``16``, or "" where no single range is said."""
    text = " ".join(said.casefold().split())
    if text in _ADULTS:
        return "18-"
    if found := _RANGE.fullmatch(text):
        low, high = sorted((int(found[1]), int(found[2])))
        if high > _OLDEST:
            return f"{low}-" if low <= _OLDEST else ""  # 18-999: no upper limit
        return f"{low}-{high}" if low != high else f"{low}"
    for pattern, form in ((_FROM, "{}-"), (_UNTIL, "-{}"), (_ONE, "{}")):
        if found := pattern.fullmatch(text):
            years = int(next(filter(None, found.groups())))
            return form.format(years) if years <= _OLDEST else ""
    return ""
