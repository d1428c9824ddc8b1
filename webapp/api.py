"""The JSON API: the same search and the same records, for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from flask import Flask, Response, abort, request

from catalog.config import ApiSettings, Settings
from catalog.index import FACETS
from webapp import addresses, suggesting
from webapp.answers import Record, Results, Value, Values, Work, record, work
from webapp.labels import Labels
from webapp.limits import Policy
from webapp.long_facets import SIZE, listing
from webapp.openapi import description

if TYPE_CHECKING:
    from catalog.catalogue import Card, Catalogue

PREFIX = "/api/v1"
_TYPING = 10  # times as many suggestions: a whole school types behind one address


def policies(settings: ApiSettings) -> tuple[Policy, ...]:
    """Return how often one address may ask: suggestions apart, as they come by the letter."""
    most = settings.per_minute
    return (
        Policy("suggest", _TYPING * most, suggesting.PATH),
        Policy("api", most, f"{PREFIX}/"),
    )


def register(app: Flask, catalogue: Catalogue, settings: Settings) -> None:
    """Give the API its addresses."""
    site = settings.site
    labels = Labels(settings)
    openapi = description(site, Record, Work, Results, Values)

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
                query=found.text or query.text,
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
        whole = catalogue.whole(id)
        if whole is None:
            abort(404)
        _living(whole.card)
        return _json(work(whole, site))

    def copy(id: str) -> Response:  # noqa: A002 the rule's own name
        return _json(record(_living(catalogue.record(id)), site))

    app.add_url_rule(f"{PREFIX}/search", "api.search", search)
    app.add_url_rule(f"{PREFIX}/facets/<name>", "api.values", values)
    app.add_url_rule(f"{PREFIX}/resources/<path:id>", "api.resource", resource)
    app.add_url_rule(f"{PREFIX}/copies/<path:id>", "api.copy", copy)
    app.add_url_rule(f"{PREFIX}/openapi.json", "api.openapi", lambda: _json(openapi))


def _living(card: Card | None) -> Card:
    """Return a card that is there; else there is an error to answer with."""
    if card is None:
        abort(404)
    if card.deleted:
        abort(410)
    return card


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), content_type="application/json")
