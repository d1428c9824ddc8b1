"""Addresses: which page has which path, and a search as a query string, both ways.

The address carries everything, so that it can be shared, kept and cached.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal, get_args
from urllib.parse import quote, quote_plus, urlsplit

from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from catalog.index import FACETS, LONGEST_VALUE, SPANS, Query, QueryError, Sort
from catalog.index.facets import TREES, apart, covers, there_is

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")

#: What the addresses of the JSON API begin with.
API = "/api/v1"

#: Page -> language -> rule. A path is the rule with its one value filled in.
ROUTES: dict[str, dict[Language, str]] = {
    "home": {"nl": "/nl/", "en": "/en/"},
    "search": {"nl": "/nl/zoeken", "en": "/en/search"},
    "feed": {"nl": "/nl/zoeken.atom", "en": "/en/search.atom"},
    "rss": {"nl": "/nl/zoeken.rss", "en": "/en/search.rss"},
    "cartridge": {"nl": "/nl/zoeken.imscc", "en": "/en/search.imscc"},
    "facet": {"nl": "/nl/zoeken/<name>", "en": "/en/search/<name>"},
    "why": {"nl": "/nl/waarom/<path:id>", "en": "/en/why/<path:id>"},
    "resource": {"nl": "/nl/materiaal/<path:id>", "en": "/en/resource/<path:id>"},
    "copy": {"nl": "/nl/vindplaats/<path:id>", "en": "/en/copy/<path:id>"},
    "report": {"nl": "/nl/melden/<path:id>", "en": "/en/report/<path:id>"},
    "reported": {"nl": "/nl/gemeld/<path:id>", "en": "/en/reported/<path:id>"},
    "list": {"nl": "/nl/lijst", "en": "/en/list"},
    "licences": {"nl": "/nl/licenties", "en": "/en/licences"},
    "source": {"nl": "/nl/bron/<name>", "en": "/en/source/<name>"},
    "runs": {"nl": "/nl/bron/<name>/runs.atom", "en": "/en/source/<name>/runs.atom"},
    "sources": {"nl": "/nl/bronnen", "en": "/en/sources"},
    "discipline": {"nl": "/nl/vakgebied/<path:code>", "en": "/en/discipline/<path:code>"},
    "disciplines": {"nl": "/nl/vakgebieden", "en": "/en/disciplines"},
    "level": {"nl": "/nl/niveau/<path:code>", "en": "/en/level/<path:code>"},
    "levels": {"nl": "/nl/niveaus", "en": "/en/levels"},
    "type": {"nl": "/nl/soort/<path:code>", "en": "/en/kind/<path:code>"},
    "types": {"nl": "/nl/soorten", "en": "/en/kinds"},
    "language": {"nl": "/nl/taal/<path:code>", "en": "/en/language/<path:code>"},
    "languages": {"nl": "/nl/talen", "en": "/en/languages"},
    "institution": {"nl": "/nl/instelling/<path:code>", "en": "/en/institution/<path:code>"},
    "institutions": {"nl": "/nl/instellingen", "en": "/en/institutions"},
    "person": {"nl": "/nl/maker/<path:code>", "en": "/en/maker/<path:code>"},
    "api": {"nl": "/nl/api", "en": "/en/api"},
    "dump": {"nl": "/nl/dump", "en": "/en/dump"},
    "embed": {"nl": "/nl/insluiten", "en": "/en/embed"},
    "lti": {"nl": "/nl/lti", "en": "/en/lti"},
    "opensearch": {"nl": "/nl/opensearch.xml", "en": "/en/opensearch.xml"},
    "suggestions": {"nl": "/nl/suggesties", "en": "/en/suggestions"},
    "help": {"nl": "/nl/hulp", "en": "/en/help"},
    "about": {"nl": "/nl/over", "en": "/en/about"},
    "privacy": {"nl": "/nl/privacy", "en": "/en/privacy"},
    "accessibility": {"nl": "/nl/toegankelijkheid", "en": "/en/accessibility"},
}

SORTS: tuple[Sort, ...] = get_args(Sort)
SIZE = 10
MAX_SIZE = 100
MAX_HITS = 10_000  # deeper pages cost more than they help: ask a better question
MAX_TEXT = 500  # characters of a query that are read
MAX_VALUES = 20  # values of one facet
MAX_VALUE = LONGEST_VALUE  # characters of one value
NOT = "not."  # before the name of a facet: values that no result may have
YEARS = ("year.from", "year.to")  # as the form of the years sends its two ends

#: The id of a material, as it stands in an address.
ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_YEAR = re.compile(r"[0-9]{4}")
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")
_COUNT = re.compile(r"[0-9]{1,9}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def path(page: str, language: Language, value: str = "") -> str:
    """Return the path of a page; ``value`` is the identifier or name that its rule asks for."""
    rule = ROUTES[page][language]
    start, end = rule.find("<"), rule.find(">") + 1
    if start < 0:
        return rule
    return rule[:start] + quote(value, safe="/:@!$'()*,;=~") + rule[end:]


def read(args: MultiDict[str, str]) -> Query:
    """Return the search that a query string asks for. Raises QueryError: it makes no sense.

    Parameters that are not ours (utm_source ...) are let pass. ``size`` is what somebody would like
    (OpenSearch 1.1, count): as near to it as there is.
    """
    filters = {facet: _values(facet, args.getlist(facet)) for facet in FACETS if facet in args}
    without = {facet: _values(facet, args.getlist(NOT + facet)) for facet in FACETS}
    if any(args.get(end) for end in YEARS):
        filters["year"] = (_span(args),)
    sort = args.get("sort") or "relevance"
    if sort not in SORTS:
        raise QueryError(f"sort is one of {', '.join(SORTS)}.")
    page, size = _number(args, "page", 1), _size(args)
    if page * size > MAX_HITS:
        raise QueryError(f"only the first {MAX_HITS} results can be paged through.")
    copies = _flag(args, "copies", "to find each copy of a material by itself")
    literal = _flag(args, "literal", "to take no misspelt word for another")
    return Query(
        text=text(args, "q")[:MAX_TEXT],
        filters={facet: values for facet, values in filters.items() if values},
        without={facet: values for facet, values in without.items() if values},
        sort=sort,
        copies=copies,
        literal=literal,
        page=page,
        size=size,
        facets=_counted(args),
    )


def text(args: MultiDict[str, str], name: str) -> str:
    """Return what was typed, without control characters."""
    return clean(args.get(name, ""))


def clean(value: str) -> str:
    """Return a value that somebody sent without control characters, and blanks at its ends."""
    return _CONTROL.sub(" ", value).strip()


def was_cut(args: MultiDict[str, str]) -> bool:
    """Tell whether the query is longer than what ``read`` takes of it."""
    return len(args.get("q", "")) > MAX_TEXT


def _flag(args: MultiDict[str, str], name: str, what: str) -> bool:
    value = args.get(name, "")
    if value not in ("", "0", "1"):
        raise QueryError(f"{name} is 1, {what}, or 0.")
    return value == "1"


def _values(facet: str, values: Sequence[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(value for value in values if value))
    if len(chosen) > MAX_VALUES or any(len(value) > MAX_VALUE for value in chosen):
        raise QueryError(f"{facet}: at most {MAX_VALUES} values of {MAX_VALUE} characters.")
    if any(_CONTROL.search(value) for value in chosen):
        raise QueryError(f"{facet}: control characters are not part of a value.")
    if facet in SPANS and not all(there_is(facet, value) for value in chosen):
        raise QueryError(f"{facet} has four digits; a span is written as 2019..2023.")
    return chosen


def _span(args: MultiDict[str, str]) -> str:
    """Return the span of years between two ends, either of which may be left open."""
    ends = [args.get(end, "").strip() for end in YEARS]
    if not all(_YEAR.fullmatch(end) for end in ends if end):
        raise QueryError(f"{' and '.join(YEARS)} are years of four digits.")
    if all(ends):
        ends.sort()
    return ends[0] if ends[0] == ends[1] else "..".join(ends)


def _counted(args: MultiDict[str, str]) -> tuple[str, ...]:
    """Return the facets to count: all, or those that ``facets`` names with commas between them."""
    if "facets" not in args:
        return FACETS
    named = tuple(name for name in args["facets"].split(",") if name)
    if not set(named) <= set(FACETS):
        raise QueryError(f"facets are some of {', '.join(FACETS)}.")
    return named


def _number(args: MultiDict[str, str], name: str, default: int) -> int:
    value = args.get(name, "")
    if not value:
        return default
    if not _NUMBER.fullmatch(value):
        raise QueryError(f"{name} is a whole number from 1.")
    return int(value)


def _size(args: MultiDict[str, str]) -> int:
    value = args.get("size", "")
    if not value:
        return SIZE
    if not _COUNT.fullmatch(value):
        raise QueryError("size is a whole number.")
    return min(max(int(value), 1), MAX_SIZE)


def write(query: Query, more: Mapping[str, str | tuple[str, ...]] = {}) -> str:
    """Return the query string of a search, with its "?" and without what is the default.

    ``more`` are parameters that go after it.
    """
    pairs: list[tuple[str, str | tuple[str, ...]]] = [("q", query.text)] if query.text else []
    pairs += chosen(query)
    if query.sort != "relevance":
        pairs.append(("sort", query.sort))
    if query.copies:
        pairs.append(("copies", "1"))
    if query.literal:
        pairs.append(("literal", "1"))
    if query.size != SIZE:
        pairs.append(("size", str(query.size)))
    if query.page != 1:
        pairs.append(("page", str(query.page)))
    if query.facets != FACETS:
        pairs.append(("facets", ",".join(query.facets)))
    pairs += more.items()
    return "?" + "&".join(_parameters(pairs)) if pairs else ""


def _parameters(pairs: Iterable[tuple[str, str | tuple[str, ...]]]) -> Iterator[str]:
    """Yield each parameter of a query string; of a name with several values one for each."""
    for name, values in pairs:
        for value in (values,) if isinstance(values, str) else values:
            yield f"{_quoted(name)}={_quoted(value)}"


@lru_cache(4096)
def _quoted(value: str) -> str:
    """Return a name or value as a query string has it; few on a page are new."""
    return quote_plus(value, safe=",")


def chosen(query: Query) -> list[tuple[str, str]]:
    """Return what is chosen and what is left out, as the pairs of the address: in its order."""
    kept = [(facet, value) for facet in FACETS for value in query.filters.get(facet, ())]
    out = [(NOT + facet, value) for facet in FACETS for value in query.without.get(facet, ())]
    return kept + out


def hidden(query: Query, but: str = "") -> list[tuple[str, str]]:
    """Return what a form sends along to stay in this search, but for its text and one facet."""
    pairs = [pair for pair in chosen(query) if pair[0] != but]
    pairs += [("sort", query.sort)] if query.sort != "relevance" else []
    pairs += [("copies", "1")] if query.copies else []
    return pairs + ([("literal", "1")] if but and query.literal else [])


def toggled(query: Query, name: str, value: str) -> Query:
    """Return the search with a value chosen, or no longer; from its first page.

    ``name`` is a facet, or ``not.`` and a facet: then the value is left out, or no longer. What
    is chosen is not left out any more, and the other way round. In a tree the value takes the
    place of what stands above and below it, beside which it says nothing; and nothing is chosen
    of which all is left out.
    """
    facet, out = name.removeprefix(NOT), name.startswith(NOT)
    chosen, left = query.filters.get(facet, ()), query.without.get(facet, ())
    if value in (left if out else chosen):
        changed = [v for v in (left if out else chosen) if v != value]
        chosen, left = (chosen, changed) if out else (changed, left)
    elif out:
        left = [*(v for v in left if apart(facet, v, value)), value]
        chosen = [v for v in chosen if not covers(facet, value, v)]
    else:
        chosen = [*(v for v in chosen if apart(facet, v, value)), value]
        left = [v for v in left if not covers(facet, v, value)]
    return replace(
        query,
        filters=_with(query.filters, facet, chosen),
        without=_with(query.without, facet, left),
        page=1,
    )


def _with(
    choices: Mapping[str, Sequence[str]], facet: str, values: Sequence[str]
) -> Mapping[str, Sequence[str]]:
    return {f: v for f, v in {**choices, facet: tuple(values)}.items() if v}


def toggling(query: Query, name: str) -> Callable[[str], str]:
    """Return what writes ``toggled(query, name, value)`` for a value.

    A page has a hundred such addresses, which differ in nothing but the value: the rest is
    written once. No query holds the control character that keeps its place.
    """
    facet = name.removeprefix(NOT)
    touched = {*query.filters.get(facet, ()), *query.without.get(facet, ())}
    head, _, tail = write(toggled(query, name, "\0")).partition("%00")

    def address(value: str) -> str:
        if value in touched or (touched and facet in TREES):
            return write(toggled(query, name, value))
        return f"{head}{_quoted(value)}{tail}"

    return address


def web_url(value: str) -> str:
    """Return a foreign address if a visitor may be sent there (http or https), else ""."""
    if len(value) > 4000 or re.search(r"[\s\x00-\x20\x7f-\x9f\\]", value):  # noqa: PLR2004 longer is no address
        return ""
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 reading it is the check
    except ValueError:
        return ""
    return value if parts.scheme in {"http", "https"} and parts.hostname else ""
