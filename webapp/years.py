"""The years beside the results: a small histogram to click, and a span from year to year."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from catalog.index import FacetCount, Query
from catalog.index.plan import within
from webapp import addresses

_BARS = 30  # at most
_WIDTHS = (1, 2, 5, 10, 20, 50, 100, 1000)  # years in one bar
_TAIL = 0.01  # share of the materials that the first and the last bar may sweep up
_HIGH = 100  # the highest bar, in units of its viewBox
_LOW = 3  # the lowest
_FEWEST = 3  # bars; two show nothing that two numbers do not


class Bar(Struct, frozen=True):
    """One bar, its place and height in units of the viewBox; ``span`` is what a click chooses."""

    x: int
    y: int
    height: int
    span: str
    count: int
    href: str
    chosen: bool


class Histogram(Struct, frozen=True):
    """``start`` and ``end`` are the first and the last year that have a bar.

    ``first`` and ``last`` are the ends of the one span that is chosen, or "".
    """

    bars: tuple[Bar, ...]
    start: str
    end: str
    first: str
    last: str


def histogram(query: Query, counts: Sequence[FacetCount], base: str) -> Histogram | None:
    """Return the histogram of the years; without bars where there are few years, None for none."""
    by_year = {int(each.value): each.count for each in counts if _is_year(each.value)}
    if not by_year:
        return None
    choices = query.filters.get("year", ())
    spans = [choice.partition("..") for choice in choices]
    first, dots, last = spans[0] if len(spans) == 1 else ("", "", "")
    if first and not dots:
        last = first
    bins = _bins(by_year)
    bars = _bars(query, by_year, bins, base) if len(bins) >= _FEWEST else ()
    return Histogram(bars, _name(bins[0][0]), _name(min(bins[-1][1], max(by_year))), first, last)


def _is_year(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _name(year: int) -> str:
    return f"{year:04}"


def _bins(by_year: dict[int, int]) -> list[tuple[int, int]]:
    """Return spans of as many years each, so many that all but the tails are in them."""
    least = sum(by_year.values()) * _TAIL
    start, end = _edge(sorted(by_year.items()), least), _edge(sorted(by_year.items())[::-1], least)
    width = next(w for w in _WIDTHS if end // w - start // w < _BARS)
    return [(at, at + width - 1) for at in range(start // width * width, end + 1, width)]


def _edge(counts: Sequence[tuple[int, int]], least: float) -> int:
    """Return the first year before which no more than ``least`` materials lie."""
    passed = 0
    for year, count in counts:
        passed += count
        if passed > least:
            return year
    return counts[-1][0]


def _bars(
    query: Query, by_year: dict[int, int], bins: Sequence[tuple[int, int]], base: str
) -> tuple[Bar, ...]:
    first, last = min(by_year), max(by_year)
    ends = [(_name(a), _name(b)) for a, b in bins]
    if first < bins[0][0]:
        ends[0] = ("", ends[0][1])
    if last > bins[-1][1]:
        ends[-1] = (ends[-1][0], "")
    edges = [first, *(a for a, _ in bins[1:]), last + 1]
    totals = [
        sum(count for year, count in by_year.items() if a <= year < b) for a, b in pairwise(edges)
    ]
    highest = max(1, *totals)
    chosen = [within("year", choice) or choice.__eq__ for choice in query.filters.get("year", ())]
    address = addresses.toggling(query, "year")
    bars = []
    for x, ((a, b), total, (low, high)) in enumerate(zip(ends, totals, bins, strict=True)):
        height = max(round(_HIGH * total / highest), _LOW) if total else 0
        span = a if a == b else f"{a}..{b}"
        inside = any(test(_name(low)) and test(_name(high)) for test in chosen)
        href = base + address(span) if total else ""
        bars.append(Bar(x, _HIGH - height, height, span, total, href, inside))
    return tuple(bars)
