"""When it goes wrong: a page that helps, with a number for who has to find it in the log."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from catalog.index import QueryError, SearchError
from catalog.store.engine import BusyError
from webapp import resource_search, sru
from webapp.problems import Problems
from webapp.render import Renderer
from webapp.resource_search import status as imsx

_log = logging.getLogger("vindplaats.web")
_RETRY = 30  # seconds
_PASSED_ON = {"Allow", "Retry-After"}  # headers of an error that its asker may act on


def register(app: Flask, renderer: Renderer) -> None:
    """Answer every error of ``app`` in the shape that its asker reads."""
    problems = Problems(renderer.site)

    def answer(status: int, detail: str = "", incident: str = "") -> Response:
        if request.path.startswith("/api/"):
            return problems.answer(status, detail, incident=incident)
        said = detail or HTTP_STATUS_CODES.get(status, "")
        if request.path.startswith(f"{resource_search.PREFIX}/"):
            return imsx.answer(status, said)
        if request.path == sru.PATH:
            return sru.failure(status, said)
        return renderer.error(status, detail=detail, incident=incident)

    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        response = answer(status)
        said = {name: v for name, v in error.get_headers(request.environ) if name in _PASSED_ON}
        response.headers.extend(said)
        return response

    def bad_query(error: QueryError) -> Response:
        return answer(400, str(error))

    def no_index(error: SearchError) -> Response:
        incident = _note(error, expected=True)
        response = answer(503, "The index is being rebuilt.", incident)
        response.headers["Retry-After"] = str(_RETRY)
        return response

    def busy(error: BusyError) -> Response:
        incident = _note(error, expected=True)
        response = answer(503, "The catalogue is being written to.", incident)
        response.headers["Retry-After"] = str(_RETRY)
        return response

    def broken(error: Exception) -> Response:
        return answer(500, incident=_note(error))

    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(QueryError, bad_query)
    app.register_error_handler(SearchError, no_index)
    app.register_error_handler(BusyError, busy)
    app.register_error_handler(Exception, broken)


def _note(error: Exception, *, expected: bool = False) -> str:
    """Log the error under a new incident number and return that number.

    What is expected now and then, and says itself what it is, needs no traceback.
    """
    incident = secrets.token_hex(4)
    # %r: a path cannot forge a line of the log (ASVS 16.4.1)
    said = "incident %s at %r: %s"
    _log.error(said, incident, _asked(), error, exc_info=None if expected else error)
    return incident


def _asked() -> str:
    """Return the address that was asked for; of one within an LMS only which page it is.

    Sessions stand in such paths, and what LMSs say of a person in their query strings.
    """
    if request.path.startswith("/lti/"):
        return request.url_rule.rule if request.url_rule else "/lti/"
    return request.full_path
