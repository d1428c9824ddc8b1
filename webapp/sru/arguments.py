"""What a request asks, and what is wrong with it (SRU 1.1 and 1.2, searchRetrieve and explain)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from catalog.index import Sort
from catalog.index.plan import MOST_HITS, MOST_SIZE
from catalog.index.query import EVERYTHING, Tree
from webapp.sru import indexes, sorting
from webapp.sru.diagnostics import Diagnostic
from webapp.sru.queries import read as read_query
from webapp.sru.records import SCHEMAS

VERSIONS = ("1.1", "1.2")
USUAL = 10  # records, where a request does not say how many
MOST_TERMS = 100  # of one index, in a drill-down
_USUAL_TERMS = 10
_MOST_DRILLED = 50  # indexes in a drill-down

Packing = Literal["xml", "string"]

#: Operation -> the parameters it has; those that begin with ``x-`` are extensions of somebody.
_PARAMETERS: Mapping[str, frozenset[str]] = {
    "explain": frozenset({"operation", "version", "recordPacking", "stylesheet"}),
    "searchRetrieve": frozenset(
        {
            "operation", "version", "query", "startRecord", "maximumRecords", "recordPacking",
            "recordSchema", "recordXPath", "resultSetTTL", "sortKeys", "stylesheet",
        }
    ),
}  # fmt: skip
_EXTENSION = "x-"
_REPEATABLE = "x-recordSchema"  # of Edurep; it asks for what we do not have
_NUMBER = re.compile(r"[0-9]{1,9}")
_DRILLED = re.compile(r"([^:]+)(?::([0-9]{1,9}))?")


class Drilled(Struct, frozen=True):
    """An index of which the values of all results are counted, and how many of them."""

    name: str
    facet: str  # "" of an index that has no values here
    most: int


class Asked(Struct, kw_only=True):
    """A request, as far as it has been understood; ``given`` are its arguments as they came."""

    given: Mapping[str, str]
    operation: str = "explain"
    version: str = VERSIONS[-1]
    packing: Packing = "xml"
    schema: str = ""
    tree: Tree = EVERYTHING
    sort: Sort = "relevance"
    start: int = 1
    most: int = USUAL
    drilled: tuple[Drilled, ...] = ()


def begin(pairs: Iterable[tuple[str, str]]) -> Asked:
    """Return a request of which no more is known than what is to be done, and in which version.

    Without an operation that is a search where there is a query, else explain: the mere address.
    """
    asked = Asked(given=dict(reversed([*pairs])))
    asked.operation = asked.given.get("operation") or (
        "searchRetrieve" if "query" in asked.given else "explain"
    )
    if asked.given.get("version") in VERSIONS:
        asked.version = asked.given["version"]
    return asked


def read(asked: Asked, pairs: Iterable[tuple[str, str]]) -> None:
    """Take in the rest of a request. Raises Diagnostic, with what was understood before it kept."""
    if asked.given.get("version", asked.version) != asked.version:
        raise Diagnostic(5, VERSIONS[-1])
    if asked.operation not in _PARAMETERS:
        raise Diagnostic(4, asked.operation)
    times = Counter(name for name, _ in pairs)
    for name in times:
        if name not in _PARAMETERS[asked.operation] and not name.startswith(_EXTENSION):
            raise Diagnostic(8, name)
        if times[name] > 1 and name != _REPEATABLE:
            raise Diagnostic(6, f"{name}: more than once")
    match asked.given.get("recordPacking", ""):
        case "" | "xml":
            asked.packing = "xml"
        case "string":
            asked.packing = "string"
        case other:
            raise Diagnostic(71, other)
    if asked.operation == "searchRetrieve":
        _search(asked)


def _search(asked: Asked) -> None:
    given = asked.given
    if given.get("recordXPath"):
        raise Diagnostic(72, given["recordXPath"])
    _number(given, "resultSetTTL", 0)
    asked.start = _number(given, "startRecord", 1)
    if asked.start < 1:
        raise Diagnostic(6, "startRecord: 1 is the first")
    if asked.start > MOST_HITS:
        raise Diagnostic(61, f"at most {MOST_HITS}; harvest the rest by OAI-PMH, at /oai")
    wanted = _number(given, "maximumRecords", USUAL)
    asked.most = min(wanted, MOST_SIZE, MOST_HITS - asked.start + 1)
    asked.schema = given.get("recordSchema") or next(iter(SCHEMAS))
    asked.schema = next((n for n, s in SCHEMAS.items() if asked.schema in (n, *s.names)), "")
    if not asked.schema:
        raise Diagnostic(66, given["recordSchema"])
    asked.drilled = tuple(_drilled(given.get("x-term-drilldown", "")))
    if not given.get("query", "").strip():
        raise Diagnostic(7, "query")
    asked.tree, sort = read_query(given["query"])
    asked.sort = sort or sorting.by_keys(given.get("sortKeys", "")) or asked.sort


def _number(given: Mapping[str, str], name: str, usual: int) -> int:
    said = given.get(name, "")
    if said and not _NUMBER.fullmatch(said):
        raise Diagnostic(6, f"{name}: {said}")
    return int(said) if said else usual


def _drilled(given: str) -> Iterable[Drilled]:
    """Yield what is to be counted: ``index:most``, with commas between them (Meresco)."""
    wanted = [*filter(None, given.split(","))]
    if len(wanted) > _MOST_DRILLED:
        raise Diagnostic(6, f"x-term-drilldown: at most {_MOST_DRILLED} indexes")
    for each in wanted:
        found = _DRILLED.fullmatch(each.strip())
        if not found:
            raise Diagnostic(6, f"x-term-drilldown: {each}")
        name = found[1]
        index = indexes.find(name)
        facet = index.of if index and index.kind == "values" else ""
        yield Drilled(name, facet, min(int(found[2] or _USUAL_TERMS), MOST_TERMS))
