"""The orders that may be asked for: in the query (CQL 1.2) or beside it (sortKeys, SRU 1.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from cql.parser import CQLSortSpec

from catalog.index import Sort
from webapp.sru.diagnostics import Diagnostic

Direction = Literal["ascending", "descending"]

#: Path -> the one direction in which we sort by it.
ORDERS: dict[str, tuple[Sort, Direction]] = {
    "title": ("title", "ascending"),
    "dc.title": ("title", "ascending"),
    "lom.general.title": ("title", "ascending"),
    "date": ("newest", "descending"),
    "dc.date": ("newest", "descending"),
    "lom.lifecycle.contribute.publisherdate": ("newest", "descending"),
}
_SCHEMAS = frozenset({"", "cql", "dc", "lom"})


def by_query(specs: Sequence[CQLSortSpec]) -> Sort | None:
    """Return the order of ``sortBy``; None where there is none. Raises Diagnostic."""
    if not specs:
        return None
    if len(specs) > 1:
        raise Diagnostic(84, "one at most")
    direction: Direction = "ascending"
    for modifier in specs[0].modifiers or ():
        said = str(modifier.name).lower().rpartition(".")[2]
        match said:
            case "ascending" | "descending":
                direction = said
            case "ignorecase":
                pass
            case _:
                raise Diagnostic(20, str(modifier.name))
    return _order(str(specs[0].index), direction)


def by_keys(given: str) -> Sort | None:
    """Return the order of ``sortKeys``: path, schema, ascending, case, missing value, by commas.

    Raises Diagnostic.
    """
    keys = given.split()
    if not keys:
        return None
    if len(keys) > 1:
        raise Diagnostic(84, "one at most")
    path, schema, ascending, cased, missing, *_ = [*keys[0].split(","), "", "", "", "", ""]
    if schema.lower() not in _SCHEMAS:
        raise Diagnostic(87, schema)
    if ascending not in {"", "0", "1"}:
        raise Diagnostic(90, ascending)
    if cased not in {"", "0"}:
        raise Diagnostic(91, cased)
    if missing not in {"", "highValue", "lowValue", "omit", "abort"} or missing == "abort":
        raise Diagnostic(92, missing)
    return _order(path, "descending" if ascending == "0" else "ascending")


def _order(path: str, direction: Direction) -> Sort:
    known = ORDERS.get(path.lower())
    if known is None:
        raise Diagnostic(88, f"{path}: by {', '.join(ORDERS)}")
    sort, only = known
    if direction != only:
        raise Diagnostic(90, f"{path} is sorted {only} alone")
    return sort
