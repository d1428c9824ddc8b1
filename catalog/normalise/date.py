"""Dates, as precise as their source says, and never more.

A date without a day gets none; a time without an offset names no instant, so only its day stays.
Midnight where the source is says a day as well: in UTC it would be the day before.
"""

from __future__ import annotations

import functools
import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta, timezone

from babel.dates import get_month_names

from catalog.resource import Date

_EARLIEST, _LATEST = 1000, 2100
_MONTHS = 12

# What nearly all dates look like already: on days that every month has.
_CANONICAL = re.compile(
    r"(?:1\d{3}|20\d\d)(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|1\d|2[0-8])"
    r"(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ)?)?)?",
    re.ASCII,
)
_ISO = (
    re.compile(  # with the zone that dates of XML Schema may have, and a time that says too little
        r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:[T ]+\d\d(?::\d\d.*)?)?)?)?(?:Z|[+-]\d\d:\d\d)?"
    )
)
_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ]+(\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*"
    r"(Z|UTC|GMT|[+-]\d\d:?(?:\d\d)?)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)?(?:T\d{4,6}Z?)?")  # ONIX, list 55; MARC 046
_YEAR_FIRST = re.compile(r"(\d{4})([/.])(\d{1,2})\2(\d{1,2})(?:[ T]+\d\d:\d\d.*)?")
_NUMERIC = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})(?:[ T,]+\d\d:\d\d.*)?")
_DAY_FIRST = re.compile(
    r"(?:\w+,?\s+)?(\d{1,2})(?:st|nd|rd|th|\.)?\s+(\w+)\.?,?\s+(\d{4})(?!\d)(.*)"
)
_MONTH_FIRST = re.compile(r"(?:\w+,\s+)?(\w+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_MONTH_ONLY = re.compile(r"(\w+)\.?,?\s+(\d{4})")
_CLOCK = re.compile(r"\s+(\d\d):(\d\d)(?::(\d\d))?\s*(Z|UT|UTC|GMT|[+-]\d{4})")  # RFC 5322

# "c2019", "[2019?]", "cop. 2019": what cataloguers put around a year they took from somewhere.
_AROUND = re.compile(
    r"^[\[(\s]*(?:(?:copyright|cop\.?|circa|ca\.?|gepubliceerd|published|[cp\u00a9\u2117])\s*(?=\d))?"
    r"|[\s\])?.,;]+$",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^(?:info:eu-repo/date/\w+/|(?:start|name)=)")  # embargoEnd; DCMI Period
_RANGE = re.compile(
    r"(\d{4}(?:-\d\d(?:-\d\d)?)?)\s*(?:/|--?|\u2013|;|t/m|to|tot)\s*(?:\d{4}.*|end=.*)?"
)
_YEAR = re.compile(r"(?<!\d)(?:1\d{3}|20\d\d|2100)(?!\d)")
_LONGEST = 60

_EMPTY_CLOCK = "1970-01-01T00:00:00Z"  # what a computer says when nobody told it a date
_EMBARGO = "info:eu-repo/date/embargoend/"

_KINDS = {
    "datecreated": "created",
    "creation": "created",
    "datepublished": "issued",
    "published": "issued",
    "publication": "issued",
    "publicationdate": "issued",
    "dateissued": "issued",
    "copyrighted": "issued",
    "datemodified": "modified",
    "updated": "modified",
    "lastmodified": "modified",
    "dateavailable": "available",
    "embargoend": "available",
    "expires": "valid",
}
_KNOWN_KINDS = frozenset({"created", "issued", "modified", "available", "valid"})
_STATED = _KNOWN_KINDS | {""}


def dates(said: tuple[Date, ...]) -> tuple[Date, ...]:
    """Return the dates that can be read, each once; one of a known kind wins from one without."""
    if not said:
        return ()
    found = [clean for one in said if (clean := _read(one)).value]
    if len(found) < 2:  # noqa: PLR2004 nothing to compare
        return tuple(found)
    known = {one.value for one in found if one.kind}
    return tuple(dict.fromkeys(one for one in found if one.kind or one.value not in known))


def _read(said: Date) -> Date:
    kind = said.kind if said.kind in _STATED else _kind(said.kind)
    if said.value != _EMPTY_CLOCK and _CANONICAL.fullmatch(said.value):
        return said if kind == said.kind else Date(said.value, kind)
    if said.value.strip().lower().startswith(_EMBARGO):
        kind = "available"
    return Date(value(said.value), kind)


@functools.lru_cache(maxsize=256)
def _kind(said: str) -> str:
    kind = re.sub(r"[^a-z]", "", said.lower())
    kind = _KINDS.get(kind, kind)
    return kind if kind in _KNOWN_KINDS else ""


@functools.lru_cache(maxsize=8192)
def value(said: str) -> str:
    """Return one date as YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ, or ""."""
    text = " ".join(said.split())
    if not text or len(text) > _LONGEST or _foreign_digits(text):
        return ""
    text = _LABEL.sub("", text)
    if found := _INSTANT.fullmatch(text):
        return _instant(found)
    text = _AROUND.sub("", text)
    return _numeric(text) or _in_words(text) or _loose(text)


def _foreign_digits(text: str) -> bool:
    """Tell whether years may be counted otherwise: 1398 in Persian digits is 2019."""
    return not text.isascii() and any(one.isdecimal() and not one.isascii() for one in text)


def _numeric(text: str) -> str:
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups("0")
        return _date(int(year), int(month), int(day))
    if found := _COMPACT.fullmatch(text):
        year, month, day = found.groups("0")
        return _date(int(year), int(month), int(day))
    if found := _YEAR_FIRST.fullmatch(text):
        return _date(int(found[1]), int(found[3]), int(found[4]))
    if found := _NUMERIC.fullmatch(text):
        return _day_month(int(found[1]), int(found[3]), int(found[4]), found[2])
    return ""


def _day_month(first: int, second: int, year: int, separator: str) -> str:
    """Read 12-3-2019 as Dutch and German do; of 3/4/2019, either day or month, keep the year."""
    if second > _MONTHS >= first:
        return _date(year, first, second)
    if separator == "/" and first <= _MONTHS and first != second:
        return _date(year)
    return _date(year, second, first)


def _in_words(text: str) -> str:
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year, rest = found.groups()
        number = _months().get(month.casefold(), 0)
        clock = _CLOCK.fullmatch(rest)
        if number and clock:
            hour, minute, second, zone = clock.groups("00")
            iso = f"{year}-{number:02}-{int(day):02}T{hour}:{minute}:{second}"
            zoned = _INSTANT.fullmatch(iso + ("Z" if zone == "UT" else zone))
            return _instant(zoned) if zoned else ""
        return _date(int(year), number, int(day)) if number else ""
    if found := _MONTH_FIRST.fullmatch(text):
        number = _months().get(found[1].casefold(), 0)
        return _date(int(found[3]), number, int(found[2])) if number else ""
    if found := _MONTH_ONLY.fullmatch(text):
        number = _months().get(found[1].casefold(), 0)
        return _date(int(found[2]), number) if number else ""
    return ""


def _loose(text: str) -> str:
    """Return the start of a range, or the only year that a text names."""
    if found := _RANGE.fullmatch(text):
        return value(found[1])
    years = set(_YEAR.findall(text))
    return years.pop() if len(years) == 1 else ""


def _date(year: int, month: int = 0, day: int = 0) -> str:
    """Return a date up to the first part that cannot be: 2019-02-30 becomes 2019-02."""
    if not _EARLIEST <= year <= _LATEST:
        return ""
    if not 1 <= month <= _MONTHS:
        return f"{year}"
    if not 1 <= day <= monthrange(year, month)[1]:
        return f"{year}-{month:02}"
    return f"{year}-{month:02}-{day:02}"


def _instant(found: re.Match[str]) -> str:
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    zone = found[7]
    date = _date(year, month, day)
    try:
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        offset = _offset(zone or "")
        moment -= offset
    except (ValueError, OverflowError):  # 24:00, 31 February, an offset of 99 hours
        return date
    clean = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    if clean == _EMPTY_CLOCK:
        return ""
    if offset and not (hour or minute or second):
        return date
    return clean if zone and date and _EARLIEST <= moment.year <= _LATEST else date


def _offset(zone: str) -> timedelta:
    if zone[:1] not in ("+", "-"):
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    ahead = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    timezone(ahead)  # refuses a day or more
    return ahead if zone[0] == "+" else -ahead


@functools.cache
def _months() -> dict[str, int]:
    """Return the number of a month by its name, whole or short."""
    names: dict[str, int] = {"sept": 9, "mrt": 3}
    for language in ("nl", "en", "de", "fr", "fy"):
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                names.setdefault(str(name).rstrip(".").casefold(), int(number))
    return names
