"""The JSON API: the same search and the same records, for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from flask import Flask, Response, abort, request
from msgspec.structs import replace

from catalog.config import ApiSettings, Settings
from catalog.index import FACETS, Query
from webapp import addresses, parameters, suggesting
from webapp.addresses import API, MAX_HITS
from webapp.answers import (
    Changes,
    Results,
    Sources,
    Value,
    Values,
    changed,
    record,
    source,
    work,
)
from webapp.cursors import Cursors, Place, Since, UnknownTokenError, search_of
from webapp.labels import Labels
from webapp.limits import Policy
from webapp.long_facets import SIZE, listing
from webapp.openapi import description
from webapp.operations import OPERATIONS
from webapp.problems import Problems

if TYPE_CHECKING:
    from catalog.catalogue import Card, Catalogue, Found

_TYPING = 10  # times as many suggestions: a whole school types behind one address
_NOW = "now"
_MOVED = "cursor.moved"  # notice: the index changed since, so a result may be met twice or missed
_END = "cursor.end"  # notice: there are more results, which this order does not lead to


def policies(settings: ApiSettings) -> tuple[Policy, ...]:
    """Return how often one address may ask: suggestions apart, as they come by the letter."""
    most = settings.per_minute
    return (
        Policy("suggest", _TYPING * most, suggesting.PATH),
        Policy("api", most, f"{API}/"),
    )


class Api:
    """The views."""

    def __init__(self, catalogue: Catalogue, settings: Settings, problems: Problems) -> None:
        self._catalogue = catalogue
        self._site = settings.site
        self._base = settings.site.url + API
        self._labels = Labels(settings)
        self._cursors = Cursors(catalogue)
        self._problems = problems
        self._description = description(settings.site)

    def search(self) -> Response:
        """Answer with a page of results, by its number or by a cursor."""
        args = request.args.copy()
        if token := args.get("cursor"):
            args.pop("page", None)
        elif int(args.get("page", 1)) * int(args.get("size", addresses.SIZE)) > MAX_HITS:
            said = f"Pages end at result {MAX_HITS}; with sort=newest, next leads on."
            abort(self._problems.answer("not-found", said))
        asked = addresses.read(args)
        here = Place(search_of(asked), (asked.page - 1) * asked.size, None, 0)
        query = asked
        if token:
            here = self._place(token, here.search)
            query = _at(asked, here)
        found = self._catalogue.search(query)
        following = self._following(query, here, found)
        notices = [*found.notices, *(["query.cut"] if addresses.was_cut(args) else [])]
        if token and here.after is None and here.seq != found.seq:
            notices.append(_MOVED)
        if not following and here.after is None and here.skip + query.size < found.total:
            notices.append(_END)
        path = f"{self._base}/search"
        next_ = path + addresses.write(replace(asked, page=1), {"cursor": following})
        itself = path + addresses.write(asked, {"cursor": token} if token else {})
        return self._json(
            Results(
                query=found.text or query.text,
                total=found.total,
                page=None if token else asked.page,
                size=query.size,
                results=tuple(record(card, self._site) for card in found.cards),
                facets=found.facets,
                notices=tuple(dict.fromkeys(notices)),
                next=next_ if following else "",
            ),
            {"self": itself, "next": next_ if following else ""},
        )

    def _place(self, token: str, search: str) -> Place:
        place = self._cursors.read(token, Place)
        if place.search != search:
            said = "cursor is of another search: size and facets alone may differ."
            raise UnknownTokenError(said)
        return place

    def _following(self, query: Query, here: Place, found: Found) -> str:
        """Return the cursor of the next page, or ""."""
        passed = here.skip + query.size
        if found.last is not None:
            return self._cursors.write(Place(here.search, passed, found.last, 0))
        if query.after is None and passed < min(found.total, MAX_HITS):
            return self._cursors.write(Place(here.search, passed, None, found.seq))
        return ""

    def values(self, name: str) -> Response:
        """Answer with a page of the values of a facet."""
        if name not in FACETS:
            abort(404)

        def label(facet: str, value: str) -> str:
            return self._labels.of(facet, value, self._site.language)

        found = listing(request.args, name, label, lambda q: self._catalogue.search(q).facets[name])
        more = found.page * SIZE < found.total
        here = f"{self._base}/facets/{name}"
        next_ = here + found.tail(found.page + 1, found.order) if more else ""
        return self._json(
            Values(
                total=found.total,
                page=found.page,
                size=SIZE,
                values=tuple(Value(v.value, label(name, v.value), v.count) for v in found.values),
                next=next_,
            ),
            {"self": here + found.tail(found.page, found.order), "next": next_},
        )

    def resource(self, id: str) -> Response:  # noqa: A002 the rule's own name
        """Answer with all there is about a work."""
        whole = self._catalogue.whole(id)
        if whole is None:
            abort(404)
        _living(whole.card)
        answer = work(whole, self._site)
        own = f"{self._base}/resources/{whole.card.id}"
        return self._json(answer, {"canonical": own, "alternate": answer.page})

    def copy(self, id: str) -> Response:  # noqa: A002 the rule's own name
        """Answer with one record."""
        card = _living(self._catalogue.record(id))
        its_work = f"{self._base}/resources/{card.work or card.id}"
        answer = record(card, self._site)
        return self._json(answer, {"up": its_work, "alternate": answer.page})

    def changes(self) -> Response:
        """Answer with what changed since a token was handed out, or ever."""
        since = request.args.get("since", "")
        latest = self._catalogue.store.records.latest()
        after = latest if since == _NOW else 0
        if since and since != _NOW:
            after = self._cursors.read(since, Since).after
        if after > latest:  # an older copy of the store was put back
            abort(self._problems.answer("start-again", "What came after this token is no more."))
        size = int(request.args.get("size", parameters.CHANGES_SIZE))
        cards, end = self._catalogue.changes(after, size)
        more = end < latest
        token = self._cursors.write(Since(end))
        tail = f"&size={size}" if "size" in request.args else ""
        next_ = f"{self._base}/changes?since={token}{tail}"
        answer = Changes(tuple(changed(card, self._site) for card in cards), more, next_)
        response = self._json(answer, {"next": next_ if more else ""})
        response.headers["Cache-Control"] = "no-cache"  # kept, but asked for each time
        return response

    def sources(self) -> Response:
        """Answer with the sources, and what is here of each."""
        states = self._catalogue.sources()
        return self._json(Sources(tuple(source(each, self._site) for each in states)), {})

    def openapi(self) -> Response:
        """Answer with the description of the API."""
        return _answer(self._description)

    def _json(self, answer: object, links: Mapping[str, str]) -> Response:
        """Return an answer that leads on by a header ``Link`` (RFC 8288)."""
        response = _answer(answer)
        described = {"describedby": f"{self._base}/openapi.json"}
        said = [f'<{to}>; rel="{rel}"' for rel, to in {**links, **described}.items() if to]
        response.headers["Link"] = ", ".join(said)
        return response


def register(app: Flask, catalogue: Catalogue, settings: Settings) -> None:
    """Give the API its addresses, and let nothing be asked that there is not."""
    problems = Problems(settings.site)
    api = Api(catalogue, settings, problems)
    known = {each.endpoint: each.parameters for each in OPERATIONS if each.method == "get"}

    def check() -> None:
        if request.endpoint in known:
            parameters.check(request.args, known[request.endpoint])

    def unknown(error: UnknownTokenError) -> Response:
        return problems.answer("unknown-token", str(error))

    app.before_request(check)
    app.register_error_handler(UnknownTokenError, unknown)
    app.add_url_rule(f"{API}/search", "api.search", api.search)
    app.add_url_rule(f"{API}/facets/<name>", "api.values", api.values)
    app.add_url_rule(f"{API}/resources/<path:id>", "api.resource", api.resource)
    app.add_url_rule(f"{API}/copies/<path:id>", "api.copy", api.copy)
    app.add_url_rule(f"{API}/changes", "api.changes", api.changes)
    app.add_url_rule(f"{API}/sources", "api.sources", api.sources)
    app.add_url_rule(f"{API}/openapi.json", "api.openapi", api.openapi)


def _at(query: Query, place: Place) -> Query:
    """Return the query for the page that begins at a place."""
    if place.after is not None:
        return replace(query, after=place.after)
    return replace(query, skip=place.skip, size=min(query.size, MAX_HITS - place.skip))


def _living(card: Card | None) -> Card:
    """Return a card that is there; else there is an error to answer with."""
    if card is None:
        abort(404)
    if card.deleted:
        abort(410)
    return card


def _answer(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), content_type="application/json")
