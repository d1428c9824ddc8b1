"""The facets beside the results: values with their labels, counts and addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from catalog.index import FACETS, FacetCount, Query
from webapp import addresses
from webapp.addresses import Language
from webapp.labels import Labels

_FIRST = 6  # values shown before "more"
_MOST = 40  # values shown after it
_YEARS = 30  # bars of the histogram
_BAR = 100  # its height, in units of its viewBox


class Value(Struct, frozen=True):
    """One value; ``href`` chooses it, or lets it go where it is chosen."""

    label: str
    count: int
    href: str
    chosen: bool


class Bar(Struct, frozen=True):
    """One year of the histogram: its place and height, in units of the viewBox."""

    x: int
    y: int
    height: int
    chosen: bool


class Facet(Struct, frozen=True):
    """One facet; ``bars`` only for years, from ``start`` to ``end``."""

    name: str
    first: tuple[Value, ...]
    more: tuple[Value, ...]
    bars: tuple[Bar, ...] = ()
    start: str = ""
    end: str = ""


class Chip(Struct, frozen=True):
    """A chosen value above the results; its address is the search without it."""

    facet: str
    label: str
    href: str


def facets(
    query: Query,
    counts: Mapping[str, tuple[FacetCount, ...]],
    language: Language,
    labels: Labels,
) -> list[Facet]:
    """Return the facets that have something to choose, in their order."""
    made = (_facet(name, query, counts.get(name, ()), language, labels) for name in FACETS)
    return [facet for facet in made if facet.first]


def chips(query: Query, language: Language, labels: Labels) -> list[Chip]:
    """Return the chosen values."""
    base = addresses.path("search", language)
    return [
        Chip(
            facet,
            labels.of(facet, value, language),
            base + addresses.write(addresses.toggled(query, facet, value)),
        )
        for facet, value in addresses.chosen(query)
    ]


def _facet(
    name: str, query: Query, counts: Sequence[FacetCount], language: Language, labels: Labels
) -> Facet:
    chosen = set(query.filters.get(name, ()))
    base = addresses.path("search", language)
    address = addresses.toggling(query, name)
    known = {each.value for each in counts}
    # what was chosen stays in view, even where nothing is left of it
    every = [*counts, *(FacetCount(v, 0) for v in query.filters.get(name, ()) if v not in known)]
    if name == "year":
        every.sort(key=lambda each: each.value, reverse=True)
    else:
        every.sort(key=lambda each: each.value not in chosen)
    values = tuple(
        Value(
            labels.of(name, each.value, language),
            each.count,
            base + address(each.value),
            each.value in chosen,
        )
        for each in every[:_MOST]
    )
    cut = _FIRST if len(values) > _FIRST + 1 else len(values)
    facet = Facet(name, values[:cut], values[cut:])
    return _with_bars(facet, every, chosen) if name == "year" else facet


def _with_bars(facet: Facet, counts: Sequence[FacetCount], chosen: set[str]) -> Facet:
    by_year = {int(c.value): c.count for c in counts if c.value.isascii() and c.value.isdigit()}
    if len(by_year) < 3:  # noqa: PLR2004 two bars show nothing that two lines do not
        return facet
    end = max(by_year)
    years = range(max(min(by_year), end - _YEARS + 1), end + 1)
    highest = max(1, *(by_year.get(year, 0) for year in years))
    bars = []
    for x, year in enumerate(years):
        height = round(_BAR * by_year.get(year, 0) / highest)
        height = max(height, 3) if by_year.get(year) else 0
        bars.append(Bar(x, _BAR - height, height, str(year) in chosen))
    return replace(facet, bars=tuple(bars), start=str(years[0]), end=str(years[-1]))
