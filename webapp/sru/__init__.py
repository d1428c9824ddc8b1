"""The catalogue as others search it by SRU 1.1 and 1.2, at ``/sru``: explain and searchRetrieve.

Queries are in CQL, indexes have the names that Edurep and Dublin Core gave them, and whatever is
wrong with a request is told by a diagnostic with the number that the standard has for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, request

from catalog.config import Settings
from catalog.index import Query, QueryError
from catalog.settings import ApiSettings
from webapp.citing import listing
from webapp.labels import Labels
from webapp.limits import READING, Policy
from webapp.sru import answer, arguments, explain
from webapp.sru.arguments import Asked
from webapp.sru.diagnostics import Diagnostic

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

PATH = "/sru"
_BUSY = frozenset({429, 503})


class Server:
    """Answers requests, GET and POST alike."""

    def __init__(self, catalogue: Catalogue, settings: Settings) -> None:
        self._catalogue = catalogue
        self._site = settings.site
        self._labels = Labels(settings)

    def view(self) -> Response:
        """Answer a request: by a diagnostic where it cannot be carried out, never by an error."""
        pairs = [*request.args.items(multi=True), *request.form.items(multi=True)]
        asked = arguments.begin(pairs)
        try:
            arguments.read(asked, pairs)
            if asked.operation == "explain":
                return _xml(answer.explained(asked, explain.element(self._site, PATH)))
            return _xml(self._search(asked))
        except Diagnostic as diagnostic:
            return _xml(answer.failure(asked, diagnostic))
        except QueryError as error:
            return _xml(answer.failure(asked, Diagnostic(1, str(error))))

    def _search(self, asked: Asked) -> bytes:
        language = self._site.language
        found = self._catalogue.search(
            Query(
                tree=asked.tree,
                language=language,
                sort=asked.sort,
                skip=asked.start - 1,
                size=max(asked.most, 1),
                facets=tuple(dict.fromkeys(each.facet for each in asked.drilled if each.facet)),
                values=max((each.most for each in asked.drilled), default=1) or 1,
            )
        )
        if asked.start > max(found.total, 1):
            raise Diagnostic(61, f"startRecord: {found.total} were found")
        made = [(card, listing(card, language, self._labels, self._site)) for card in found.cards]
        return answer.results(asked, found.total, made, found.facets)


def _xml(body: bytes, status: int = 200) -> Response:
    return Response(body, status, content_type="text/xml; charset=utf-8")


def failure(status: int, details: str) -> Response:
    """Return the answer to what the site itself refuses, or fails at: a diagnostic as well."""
    pairs = list(request.args.items(multi=True))
    diagnostic = Diagnostic(2 if status in _BUSY else 1, details)
    return _xml(answer.failure(arguments.begin(pairs), diagnostic), status)


def policy(settings: ApiSettings) -> Policy:
    """Return how often one address may ask: as often as the API."""
    return Policy("sru", settings.per_minute, PATH, READING | {"POST"})


def register(app: Flask, catalogue: Catalogue, settings: Settings) -> None:
    """Give the server its address."""
    server = Server(catalogue, settings)
    app.add_url_rule(PATH, "sru", server.view, methods=["GET", "POST"])
