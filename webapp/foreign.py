"""What machines may ask for in names of others, beside our own: indexes, and values in them.

An index has words, of which a few are enough, or values, which are whole: codes of ours, or what
stands for them elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from catalog import vocabulary
from catalog.export.nl_lom.terms import CODES
from catalog.index.facets import parent
from catalog.index.formats import groups
from catalog.normalise import language

Values = Callable[[str], tuple[str, ...]]

_YEAR = re.compile(r"([0-9]{4})(?:-[0-9]{2}){0,2}")
_LAST = 9999  # year
_NARROW = 3  # digits of a narrow field of ISCED-F


class Index(Struct, frozen=True):
    """An index of words (of a field, "" for all) or of values (of a facet)."""

    kind: Literal["words", "values"]
    of: str
    values: Values = lambda term: (term,)  # a term as the values of ours that it stands for


def _of(*names: vocabulary.Name) -> Values:
    """Return what finds the codes of vocabularies that a term stands for: code, address or word."""

    def values(term: str) -> tuple[str, ...]:
        for name in names:
            known = vocabulary.get(name)
            if term in known:
                return (term,)
            if found := known.by_uri(term) or known.by_term(term):
                return found
        return (term,)

    return values


def _fields(term: str) -> tuple[str, ...]:
    """Return fields of study; in the place of broad ones of ISCED-F, which no facet has, ours."""
    found = _of("discipline", "isced")(term)
    return tuple(dict.fromkeys(parent("discipline", c) or c if _is_broad(c) else c for c in found))


def _is_broad(code: str) -> bool:
    return code.isdecimal() and len(code) < _NARROW


def _licences(term: str) -> tuple[str, ...]:
    """Return licences by SPDX, address, or the code that NL-LOM has for them."""
    urls = [url for url, code in CODES.items() if code == term.lower()]
    return _of("licence")(urls[0] if urls else term)


def _languages(term: str) -> tuple[str, ...]:
    return (language.tag(term) or term,)


def _formats(term: str) -> tuple[str, ...]:
    return groups((term.lower(),)) or (term,)


def words(field: str) -> Index:
    """Return the index of a field of ``catalog.index.fields.FIELDS``, "" for all."""
    return Index("words", field)


LEVEL = Index("values", "level", _of("level"))
DISCIPLINE = Index("values", "discipline", _fields)
TYPE = Index("values", "type", _of("type"))
LANGUAGE = Index("values", "language", _languages)
FORMAT = Index("values", "format", _formats)
LICENCE = Index("values", "licence", _licences)
YEAR = Index("values", "year")
SOURCE = Index("values", "source")


def year(said: str) -> str:
    """Return the year of a date, 2019 or 2019-03-01, or "" of what is none."""
    found = _YEAR.fullmatch(said)
    return found[1] if found else ""


def span(relation: Literal["<", "<=", ">", ">="], year: str) -> str:
    """Return the years that a relation leaves, ends included; "" where there is none."""
    at = int(year)
    first, last = {"<": (0, at - 1), "<=": (0, at), ">": (at + 1, _LAST), ">=": (at, _LAST)}[
        relation
    ]
    return f"{first:04}..{last:04}" if first <= last else ""
