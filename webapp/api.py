"""The JSON API: the same search and the same records, for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from flask import Flask, Response, abort, request
from msgspec import Struct

from catalog.config import Settings, Site
from catalog.index import FACETS, FacetCount
from catalog.resource import LearningResource
from webapp import addresses
from webapp.labels import Labels
from webapp.long_facets import SIZE, listing
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


class Value(Struct, frozen=True):
    """A value of a facet, and what it is called in the language of the site."""

    value: str
    label: str
    count: int


class Values(Struct, frozen=True):
    """One page of the values of a facet; ``next`` is the address of the following one, or ""."""

    total: int
    page: int
    size: int
    values: tuple[Value, ...]
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
    labels = Labels(settings)
    openapi = description(site, Record, Results, Values)

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

    def values(name: str) -> Response:
        if name not in FACETS:
            abort(404)

        def label(facet: str, value: str) -> str:
            return labels.of(facet, value, site.language)

        found = listing(request.args, name, label, lambda q: catalogue.search(q).facets[name])
        more = found.page * SIZE < found.total
        here = f"{site.url}{PREFIX}/facets/{name}"
        return _json(
            Values(
                total=found.total,
                page=found.page,
                size=SIZE,
                values=tuple(Value(v.value, label(name, v.value), v.count) for v in found.values),
                next=here + found.tail(found.page + 1, found.order) if more else "",
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
    app.add_url_rule(f"{PREFIX}/facets/<name>", "api.values", values)
    app.add_url_rule(f"{PREFIX}/resources/<path:id>", "api.record", resource)
    app.add_url_rule(f"{PREFIX}/openapi.json", "api.openapi", lambda: _json(openapi))


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), content_type="application/json")
