"""A list of materials in one file: a table for spreadsheets, or references for their managers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from catalog import vocabulary
from catalog.export import Listing
from catalog.export.characters import writable
from catalog.export.citation import Item, item
from catalog.export.licence import of_resource
from catalog.export.sheet import csv_text
from catalog.resource import Agent, LearningResource


class Listed(NamedTuple):
    """A material, and what the catalogue says of it."""

    resource: LearningResource
    listing: Listing


COLUMNS = (
    "title", "creators", "publishers", "year", "url", "doi", "isbn", "licence", "licence_url",
    "languages", "types", "levels", "disciplines", "keywords", "duration", "cost", "description",
    "source", "page",
)  # fmt: skip


def items(listed: Iterable[Listed], language: str = "en") -> Iterator[Item]:
    """Yield the materials as items of CSL-JSON, for ``citation.bibtex`` and ``citation.ris``."""
    return (item(one.resource, one.listing, language=language) for one in listed)


def csl_json(listed: Iterable[Listed], language: str = "en") -> bytes:
    """Return the materials as CSL-JSON in UTF-8."""
    return msgspec.json.encode(list(items(listed, language)))


def table(listed: Iterable[Listed], language: str = "en") -> str:
    """Return the materials as CSV with a header; labels are in ``language``, nl or en."""
    return csv_text(COLUMNS, (_row(one, language) for one in listed))


def _row(one: Listed, language: str) -> list[str]:
    r, listing = one
    cited = item(r, listing, language=language)
    licence = of_resource(r)
    year = cited["issued"]["date-parts"][0][0] if "issued" in cited else ""
    cells = (
        cited["title"],
        _names(r.creators),
        _names(r.publishers),
        str(year),
        r.url,
        cited.get("DOI", ""),
        cited.get("ISBN", ""),
        licence.name,
        r.licence_url,
        "; ".join(r.languages),
        _labels("type", r.types, language),
        _labels("level", r.levels, language),
        _labels("discipline", r.disciplines, language),
        "; ".join(word.text for word in r.keywords),
        r.duration,
        vocabulary.get("cost").label(r.cost, language) if r.cost else "",
        cited.get("abstract", ""),
        listing.source or r.source,
        listing.url,
    )
    return [writable(cell) for cell in cells]


def _names(agents: tuple[Agent, ...]) -> str:
    return "; ".join(dict.fromkeys(agent.name for agent in agents))


def _labels(name: vocabulary.Name, codes: tuple[str, ...], language: str) -> str:
    terms = vocabulary.get(name)
    return "; ".join(terms.label(code, language) for code in codes)
