"""All values of one facet within a search: to look through, to sort, and to search by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, get_args

from flask import Flask, Response, abort, request
from msgspec import Struct
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from catalog.index import FACETS, FacetCount, Query, QueryError
from catalog.index.analysis import fold
from catalog.index.facets import parent
from catalog.index.plan import MOST_VALUES
from webapp import addresses, framing
from webapp.addresses import ROUTES, Language
from webapp.facets import Facets
from webapp.labels import Labels
from webapp.render import Renderer
from webapp.search import paging

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

Order = Literal["count", "name"]
ORDERS: tuple[Order, ...] = get_args(Order)
SIZE = 100  # values on a page
_MOST_FIND = 100  # characters that are looked for


class Listing(Struct, frozen=True):
    """One page of the values that were found, of ``total``."""

    query: Query  # the search that they are of
    values: tuple[FacetCount, ...]
    total: int
    page: int
    find: str
    order: Order

    def tail(self, page: int, order: Order) -> str:
        """Return the query string of another page or order of the same listing."""
        return addresses.write(self.query, self.more(page, order))

    def more(self, page: int, order: Order) -> dict[str, str]:
        """Return what the query string has beyond the search."""
        pairs = {"find": self.find, "order": order if order != "count" else ""}
        pairs["page"] = str(page) if page > 1 else ""
        return {name: value for name, value in pairs.items() if value}


def listing(
    args: MultiDict[str, str],
    facet: str,
    label: Callable[[str, str], str],
    count: Callable[[Query], Sequence[FacetCount]],
) -> Listing:
    """Return what a query string asks of a facet. Raises QueryError: it makes no sense.

    ``label`` names a value, and ``count`` answers a query that counts one facet.
    """
    query = addresses.read(args)
    page, query = query.page, replace(query, page=1, size=addresses.SIZE, facets=FACETS)
    find = " ".join(addresses.text(args, "find")[:_MOST_FIND].split())
    order = args.get("order") or "count"
    if order not in ORDERS:
        raise QueryError(f"order is one of {', '.join(ORDERS)}.")
    counts = count(replace(query, size=1, facets=(facet,), values=MOST_VALUES))
    if find or order == "name":
        names = {each.value: fold(label(facet, each.value)) for each in counts}
        wanted = fold(find).split()
        counts = [c for c in counts if all(word in names[c.value] for word in wanted)]
        if order == "name":
            counts.sort(key=lambda each: names[each.value])
    start = (page - 1) * SIZE
    return Listing(query, tuple(counts[start : start + SIZE]), len(counts), page, find, order)


def register(app: Flask, catalogue: Catalogue, renderer: Renderer, labels: Labels) -> None:
    """Give each facet its page in each language."""

    def values(language: Language, name: str) -> Response:
        if name not in FACETS:
            abort(404)
        total = 0

        def count(query: Query) -> Sequence[FacetCount]:
            nonlocal total
            found = catalogue.search(query)
            total = found.total
            return found.facets[name]

        found = listing(request.args, name, lambda f, v: labels.of(f, v, language), count)
        at = framing.at()
        facets = Facets(found.query, language, labels, at)
        here = at + addresses.path("facet", language, name)
        above = {each.value: parent(name, each.value) for each in found.values}
        return renderer.page(
            "site/facet.html",
            language,
            "facet",
            name,
            query=found.query,
            more=found.more(found.page, found.order),
            name=name,
            total=total,
            found=found,
            values=facets.values(name, found.values),
            above={code: labels.of(name, up, language) for code, up in above.items() if up},
            chips=facets.chips(),
            back=facets.base + addresses.write(found.query),
            hidden=addresses.hidden(found.query),
            orders=[(order, here + found.tail(1, order)) for order in ORDERS],
            paging=paging(
                found.page,
                -(-found.total // SIZE),
                lambda page: here + found.tail(page, found.order),
            ),
        )

    for language, rule in ROUTES["facet"].items():
        app.add_url_rule(rule, f"facet.{language}", values, defaults={"language": language})
