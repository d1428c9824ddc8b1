"""Durations: ISO 8601, clocks, seconds and words in, ISO 8601 out."""

from __future__ import annotations

import functools
import re
from decimal import Decimal

_NUMBER = r"(\d{1,6}(?:[.,]\d{1,6})?)"
_ISO = re.compile(
    rf"P?(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}W)?(?:{_NUMBER}D)?"
    rf"(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d\d)(?:[.,]\d+)?")
_HOURS = re.compile(r"(\d{1,3})\s*[hu]\s*(\d\d)", re.IGNORECASE)  # 1h30
_MARC = re.compile(r"(\d\d)([0-5]\d)([0-5]\d)")
_SECONDS = re.compile(r"(\d{1,5})(?:[.,]\d+)?")
_PART = re.compile(rf"{_NUMBER}\s*([^\W\d]+)\.?\s*(?:,|\+|&|\b(?:en|and|und|et)\b)?\s*")
_ABOUT = re.compile(r"^(?:ca\.?|circa|ongeveer|about|approximately|approx\.?|etwa|\u00b1|~)\s*")

# Numbers that are written as words; each stands before a unit.
_WORDS = {
    r"anderhal(?:f|ve)\b": "1,5 ",
    r"(?:(?:een|\u00e9\u00e9n|an?|one|eine?) )?kwartier\b": "15 min",
    r"(?:half an hour|(?:(?:een|an?) )?hal(?:f|ve) (?:uur|hour))\b": "0,5 uur",
    r"(?:een|\u00e9\u00e9n|an?|one|eine?)\b(?=\s)": "1",
}
_SIZES = {
    "Y": "y yr year years jaar jaren jahr jahre",
    "M": "month months maand maanden monat monate mnd",
    "W": "w wk week weeks weken woche wochen",
    "D": "d day days dag dagen tag tage",
    "h": "h hr hrs hour hours u uur uren std stunde stunden heure heures sbu klokuur klokuren",
    "m": "m min mins minute minutes minuut minuten",
    "s": "s sec secs second seconds seconde seconden sek sekunde sekunden",
}
_UNITS = {word: size for size, words in _SIZES.items() for word in words.split()}
_LONGEST = 60


@functools.lru_cache(maxsize=4096)
def duration(said: str) -> str:
    """Return a duration as ISO 8601 (4.4.3) writes it, or "" where none, zero or a range is said.

    Minutes over an hour become hours; hours never become days, for 40 hours of study are no day
    and 16 hours. Two numbers around a colon are minutes and seconds, as players write them.
    """
    text = " ".join(said.split())
    if not text or len(text) > _LONGEST:
        return ""
    if (found := _ISO.fullmatch(text)) and any(found.groups()):
        return _canonical(dict(zip("YMWDhms", map(_decimal, found.groups()), strict=True)))
    if found := _CLOCK.fullmatch(text) or _MARC.fullmatch(text):
        return _canonical(dict(zip("hms", map(_decimal, found.groups()), strict=True)))
    if found := _HOURS.fullmatch(text):
        return _canonical(dict(zip("hm", map(_decimal, found.groups()), strict=True)))
    if found := _SECONDS.fullmatch(text):
        return _canonical({"s": _decimal(found[1])})
    return _from_words(text.casefold())


def _decimal(number: str | None) -> Decimal:
    return Decimal(number.replace(",", ".")) if number else Decimal()


def _from_words(text: str) -> str:
    text = _ABOUT.sub("", text)
    for words, number in _WORDS.items():
        text = re.sub(rf"\b{words}", number, text)
    parts: dict[str, Decimal] = {}
    position = 0
    while found := _PART.match(text, position):
        unit = _UNITS.get(found[2], "")
        if not unit or unit in parts:
            return ""
        parts[unit] = _decimal(found[1])
        position = found.end()
    return _canonical(parts) if position == len(text) else ""


def _canonical(parts: dict[str, Decimal]) -> str:
    years, months, weeks, days, hours, minutes, seconds = (
        parts.get(unit, Decimal()) for unit in "YMWDhms"
    )
    months += years % 1 * 12
    if months % 1:
        return ""  # half a month is not a known number of days
    if weeks % 1 or (weeks and (years or months or days or hours or minutes or seconds)):
        days, weeks = days + weeks * 7, Decimal()
    hours += days % 1 * 24
    total = round(hours * 3600 + minutes * 60 + seconds)
    date = _written(Y=years, M=months, W=weeks, D=days)
    time = _written(H=total // 3600, M=total // 60 % 60, S=total % 60)
    if not date and not time:
        return ""
    return f"P{date}T{time}" if time else f"P{date}"


def _written(**parts: Decimal | int) -> str:
    return "".join(f"{int(number)}{unit}" for unit, number in parts.items() if int(number))
