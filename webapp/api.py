"""The JSON API: the same search and the same records, for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from flask import Flask, Response, abort, request
from msgspec import Struct

from catalog.config import Settings, Site
from catalog.index import FacetCount
from catalog.resource import LearningResource
from webapp import addresses
from webapp.openapi import description

if TYPE_CHECKING:
    from catalog.catalogue import Card, Catalogue

PREFIX = "/api/v1"


class Record(Struct, frozen=True):
    """One record: the material, and what the catalogue knows about its description.

    ``page`` is its address for people; instants are ISO 8601 in UTC.
    """

    id: str
    page: str
    format: str
    datestamp: str
    harvested: str
    changed: str
    resource: LearningResource


class Results(Struct, frozen=True):
    """One page of results; ``next`` is the address of the following one, or ""."""

    total: int
    page: int
    size: int
    results: tuple[Record, ...]
    facets: Mapping[str, tuple[FacetCount, ...]]
    notices: tuple[str, ...]
    next: str


def record(card: Card, site: Site) -> Record:
    """Return a card as the API shows it."""
    return Record(
        id=card.id,
        page=site.url + addresses.path("resource", site.language, card.id),
        format=card.format,
        datestamp=card.datestamp,
        harvested=card.harvested,
        changed=card.changed,
        resource=card.resource,
    )


def register(app: Flask, catalogue: Catalogue, settings: Settings) -> None:
    """Give the API its addresses."""
    site = settings.site
    openapi = description(site, Record, Results)

    def search() -> Response:
        query = addresses.read(request.args)
        found = catalogue.search(query)
        reach = min(found.total, addresses.MAX_HITS)
        following = ""
        if query.page * query.size < reach and (query.page + 1) * query.size <= addresses.MAX_HITS:
            after = msgspec.structs.replace(query, page=query.page + 1)
            following = f"{site.url}{PREFIX}/search{addresses.write(after)}"
        cut = ("query.cut",) if addresses.was_cut(request.args) else ()
        return _json(
            Results(
                total=found.total,
                page=query.page,
                size=query.size,
                results=tuple(record(card, site) for card in found.cards),
                facets=found.facets,
                notices=tuple(dict.fromkeys((*found.notices, *cut))),
                next=following,
            )
        )

    def resource(id: str) -> Response:  # noqa: A002 the rule's own name
        card = catalogue.card(id)
        if card is None:
            abort(404)
        if card.deleted:
            abort(410)
        return _json(record(card, site))

    app.add_url_rule(f"{PREFIX}/search", "api.search", search)
    app.add_url_rule(f"{PREFIX}/resources/<path:id>", "api.record", resource)
    app.add_url_rule(f"{PREFIX}/openapi.json", "api.openapi", lambda: _json(openapi))


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), content_type="application/json")
