"""LTI Resource Search 1.0 (1EdTech, 2018) at ``/ims/rs/v1p0``: an LMS searches the catalogue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec
from flask import Flask, Response, request
from msgspec import Struct
from werkzeug.datastructures import MultiDict

from catalog.config import Settings
from catalog.index import Query, QueryError, Sort
from catalog.index.plan import MOST_HITS, MOST_SIZE
from catalog.index.query import EVERYTHING, Tree
from catalog.settings import ApiSettings
from webapp.labels import Labels
from webapp.limits import Policy
from webapp.resource_search import filters
from webapp.resource_search.description import description
from webapp.resource_search.resources import FIELDS, resource
from webapp.resource_search.subjects import subjects

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

PREFIX = "/ims/rs/v1p0"
_LONGEST = 4000  # characters of a header: servers in between take 8 KB of them in all
_NUMBER = re.compile(r"[0-9]{1,9}")
#: Field -> our order, and the one direction that it has.
_SORTS: dict[str, tuple[Sort, str]] = {
    "name": ("title", "asc"),
    "publishDate": ("newest", "desc"),
    "relevance": ("relevance", "desc"),
}


class Asked(Struct, frozen=True):
    """What a request for resources asks; ``fields`` () are all."""

    limit: int
    offset: int
    tree: Tree
    sort: Sort
    fields: tuple[str, ...]


def register(app: Flask, catalogue: Catalogue, settings: Settings) -> None:
    """Give the two services their addresses."""
    site, labels = settings.site, Labels(settings)

    def resources() -> Response:
        asked = read(request.args)
        found = catalogue.search(
            Query(
                tree=asked.tree,
                language=site.language,
                sort=asked.sort,
                skip=asked.offset,
                size=min(asked.limit, MOST_HITS - asked.offset),
                facets=(),
            )
        )
        made = [resource(card, site, labels) for card in found.cards]
        if asked.fields:
            made = [{name: r[name] for name in asked.fields if name in r} for r in made]
        response = _json({"resources": made})
        response.headers["X-Total-Count"] = str(found.total)
        given = {**request.args.to_dict(), "limit": asked.limit}
        links = ", ".join(
            f'<{site.url}{PREFIX}/resources?{urlencode({**given, "offset": at})}>; rel="{rel}"'
            for rel, at in _pages(asked, found.total).items()
        )
        if len(links) <= _LONGEST:
            response.headers["Link"] = links
        return response

    def all_subjects() -> Response:
        return _json({"subjects": subjects(site.language)})

    described = description(site, PREFIX, tuple(_SORTS))
    app.add_url_rule(f"{PREFIX}/openapi.json", "rs.openapi", lambda: _json(described))
    app.add_url_rule(f"{PREFIX}/resources", "rs.resources", resources)
    app.add_url_rule(f"{PREFIX}/subjects", "rs.subjects", all_subjects)


def policy(settings: ApiSettings) -> Policy:
    """Return how often one address may ask: as often as the API."""
    return Policy("rs", settings.per_minute, PREFIX)


def read(args: MultiDict[str, str]) -> Asked:
    """Return what a query string asks. Raises QueryError: what of it is wrong, in words.

    Parameters that are not of the standard are let pass.
    """
    offset = _number(args, "offset", 0)
    limit = _number(args, "limit", MOST_SIZE)
    if not 1 <= limit <= MOST_SIZE:
        raise QueryError(f"limit is 1 to {MOST_SIZE}.")
    if offset >= MOST_HITS:
        raise QueryError(
            f"offset is at most {MOST_HITS - 1}; the whole catalogue goes out by OAI-PMH, at /oai."
        )
    given = args.get("filter", "")
    named = tuple(filter(None, (each.strip() for each in args.get("fields", "").split(","))))
    if unknown := [each for each in named if each not in FIELDS]:
        raise QueryError(f"fields has {unknown[0]}; there are {', '.join(FIELDS)}.")
    return Asked(
        limit=limit,
        offset=offset,
        tree=filters.read(given) if given.strip() else EVERYTHING,
        sort=_sort(args.get("sort", ""), args.get("orderBy", "")),
        fields=tuple(dict.fromkeys(named)),
    )


def _number(args: MultiDict[str, str], name: str, usual: int) -> int:
    said = args.get(name, "")
    if said and not (said.isascii() and _NUMBER.fullmatch(said)):
        raise QueryError(f"{name} is a whole number.")
    return int(said) if said else usual


def _sort(field: str, direction: str) -> Sort:
    if direction not in ("", "asc", "desc"):
        raise QueryError("orderBy is asc or desc.")
    if field not in ("", *_SORTS):
        raise QueryError(f"sort is one of {', '.join(_SORTS)}.")
    sort, only = _SORTS[field or "relevance"]
    if field and direction not in ("", only):
        raise QueryError(f"{field} is sorted {only} alone.")
    return sort


def _pages(asked: Asked, total: int) -> dict[str, int]:
    """Return the offsets of other pages by their relation to this one."""
    limit, reach = asked.limit, min(total, MOST_HITS)
    pages = {"first": 0, "last": max(reach - 1, 0) // limit * limit}
    if asked.offset:
        pages["prev"] = max(min(asked.offset, reach) - limit, 0)
    if asked.offset + limit < reach:
        pages["next"] = asked.offset + limit
    return pages


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), content_type="application/json")
