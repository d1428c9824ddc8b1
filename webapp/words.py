"""The site's own words in both languages, and numbers and dates as each writes them."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache, lru_cache
from importlib import resources

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime

from webapp.addresses import Language


class Words:
    """The words of one language; callable, so that templates say ``t(key, name=value)``."""

    def __init__(self, language: Language, entries: dict[str, str]) -> None:
        self.language = language
        self.entries = entries

    def __call__(self, key: str, **values: object) -> str:
        """Return the words under ``key`` with {names} filled in. Raises KeyError: unknown."""
        text = self.entries[key]
        return text.format_map(values) if values else text

    def find(self, key: str) -> str:
        """Return the words under ``key``, or "" where there are none."""
        return self.entries.get(key, "")

    def count(self, key: str, number: int, **values: object) -> str:
        """Return the words for a number of things: ``key.one`` or ``key.other``."""
        form = "one" if number == 1 else "other"
        return self(f"{key}.{form}", number=self.number(number), **values)

    def number(self, number: int) -> str:
        """Return 12345 as 12.345 (nl) or 12,345 (en)."""
        return f"{number:,}".replace(",", "." if self.language == "nl" else ",")

    def date(self, value: str) -> str:
        """Return an ISO date, year, month or instant in words; what is no date as it is."""
        return date_in_words(value, self.language)

    def moment(self, value: str) -> str:
        """Return an ISO instant in words, to the minute, in UTC."""
        return moment_in_words(value, self.language)


@cache
def words(language: Language) -> Words:
    """Return the words of a language, read once."""
    file = resources.files("webapp") / "translations" / f"{language}.json"
    return Words(language, json.loads(file.read_text("utf-8")))


@lru_cache(4096)
def date_in_words(value: str, language: Language) -> str:
    """Return ``2019-03-01`` as "1 maart 2019"; as precise as it is, and no more."""
    try:
        if len(value) == len("2019-03"):
            return format_date(dt.date.fromisoformat(f"{value}-01"), "MMMM y", locale=language)
        if len(value) >= len("2019-03-01"):
            return format_date(dt.date.fromisoformat(value[:10]), "d MMMM y", locale=language)
    except ValueError:
        pass  # a date that cannot be read is shown as it stands
    return value


@lru_cache(4096)
def moment_in_words(value: str, language: Language) -> str:
    """Return ``2026-11-23T01:50:15Z`` as "23 november 2026 01:50 UTC"."""
    try:
        moment = dt.datetime.fromisoformat(value).astimezone(dt.UTC)
    except ValueError:
        return value
    return format_datetime(moment, "d MMMM y HH:mm 'UTC'", locale=language)


@lru_cache(4096)
def language_name(tag: str, language: Language) -> str:
    """Return the name of the language with a BCP 47 tag: "en-GB" is "Engels (Verenigd ...)"."""
    try:
        name = Locale.parse(tag, sep="-").get_display_name(language)
    except (ValueError, UnknownLocaleError):
        name = None
    if not name:  # Babel has no locale for it, but CLDR may still know its name
        name = Locale.parse(language).languages.get(tag.partition("-")[0].lower(), tag)
    return name[:1].upper() + name[1:]
