"""Where providers post their records: takes a request in, and says later what came of it.

Nothing is read here: the body goes into the inbox as it came, and a run of the source keeps what is
in it. Each request carries the token of its source; there are no cookies, so no page of another
site can make a visitor's browser post anything (CSRF).
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

import msgspec
from flask import Flask, Response, abort, request
from msgspec import Struct

from catalog.config import PushSource, Settings
from catalog.store.inbox import InboxFullError, Method
from webapp.addresses import API
from webapp.pace import MINUTE, Pace
from webapp.problems import Problems

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

#: Characters of an identifier, at most.
LONGEST = 2000


class Accepted(Struct, frozen=True):
    """What was posted was taken in; ``receipt`` is the address that says what becomes of it."""

    id: str
    receipt: str


class Door:
    """Takes in what sources of kind "push" post."""

    def __init__(self, catalogue: Catalogue, settings: Settings) -> None:
        self._catalogue = catalogue
        self._site = settings.site
        self._sources = {n: s for n, s in settings.sources.items() if isinstance(s, PushSource)}
        self._problems = Problems(settings.site)
        self._pace = {name: Pace(source.per_minute) for name, source in self._sources.items()}

    def take(self, name: str, identifier: str = "") -> Response:
        """Answer POST, PUT and DELETE: 202 with a receipt, before anything is read."""
        source = self._authorised(name)
        if wait := self._pace[name].wait():
            return self._later(f"at most {source.per_minute} requests in a minute.", wait)
        if len(identifier) > LONGEST:
            return self._problems.answer(400, f"an identifier has at most {LONGEST} characters.")
        request.max_content_length = source.max_bytes
        method: Method = request.method.lower()  # type: ignore[assignment]  # as the rules allow
        body = b"" if method == "delete" else request.get_data(cache=False)
        if not body and method != "delete":
            return self._problems.answer(400, "there is no record in the request.")
        try:
            receipt = self._catalogue.store.inbox.put(name, method, identifier, body)
        except InboxFullError as error:
            return self._later(str(error), MINUTE)
        address = f"{self._site.url}{API}/receipts/{receipt}"
        return _json(Accepted(receipt, address), 202, {"Location": address})

    def receipt(self, id: str) -> Response:  # noqa: A002 the rule's own name
        """Say what became of what was posted; who has the receipt may ask."""
        found = self._catalogue.store.inbox.receipt(id)
        if found is None:
            abort(404)
        return _json(found, 200, {"Cache-Control": "no-store"})

    def _authorised(self, name: str) -> PushSource:
        """Return the source whose token came along; 401, 403 or 404 for others."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        given = hashlib.sha256(token.strip().encode()).hexdigest()
        if scheme.lower() != "bearer":
            given = ""
        # each is compared in full, so that time tells nothing
        theirs = [n for n, s in self._sources.items() if hmac.compare_digest(s.token_sha256, given)]
        if not theirs:
            challenge = {"WWW-Authenticate": f'Bearer realm="{API}"'}
            abort(
                self._problems.answer(
                    401, "a token of the source is needed, as a Bearer token.", challenge
                )
            )
        if name not in theirs:
            abort(self._problems.answer(403, "this token is another source's."))
        return self._sources[name]

    def _later(self, detail: str, seconds: float) -> Response:
        return self._problems.answer(429, detail, {"Retry-After": str(int(seconds) + 1)})


def register(app: Flask, catalogue: Catalogue, settings: Settings) -> None:
    """Give the door its addresses."""
    door = Door(catalogue, settings)
    records = f"{API}/sources/<name>/records"
    one = ["PUT", "DELETE"]
    app.add_url_rule(records, "push.many", door.take, methods=["POST"])
    app.add_url_rule(f"{records}/<path:identifier>", "push.one", door.take, methods=one)
    app.add_url_rule(f"{API}/receipts/<id>", "push.receipt", door.receipt)


def largest(settings: Settings) -> int:
    """Return the largest request in bytes that any source may send; 0 where none may."""
    sources = settings.sources.values()
    return max((s.max_bytes for s in sources if isinstance(s, PushSource)), default=0)


def _json(answer: object, status: int, headers: dict[str, str]) -> Response:
    body = msgspec.json.encode(answer)
    return Response(body, status, headers, content_type="application/json")
