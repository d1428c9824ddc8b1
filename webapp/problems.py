"""Errors of the API, as RFC 9457 writes them: each of a kind that its page explains."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from flask import Response
from msgspec import Struct

from catalog.config import Site

MEDIA_TYPE = "application/problem+json"


class Problem(Struct, frozen=True, omit_defaults=True):
    """An error of the API (RFC 9457).

    ``type`` is the address of what explains it, and says which kind it is; ``incident`` is under
    which number the operator finds it in the log.
    """

    type: str
    title: str
    status: int
    detail: str = ""
    incident: str = ""


#: Kind, as the end of its ``type``, which is for ever -> status and title.
KINDS: Mapping[str, tuple[int, str]] = {
    "bad-request": (400, "Bad request"),
    "no-token": (401, "No token, or an unknown one"),
    "not-yours": (403, "Not allowed"),
    "not-found": (404, "Not found"),
    "unknown-token": (404, "No such token"),
    "method-not-allowed": (405, "Method not allowed"),
    "gone": (410, "Withdrawn"),
    "start-again": (410, "Start again"),
    "too-large": (413, "Too large"),
    "too-many-requests": (429, "Too many requests"),
    "broken": (500, "Our fault"),
    "no-index": (503, "The index is being made"),
}
#: Status -> the first kind that has it.
_USUAL = {status: kind for kind, (status, _) in reversed(list(KINDS.items()))}


class Problems:
    """Writes the problems of one site."""

    def __init__(self, site: Site) -> None:
        self._page = f"{site.url}/api"

    def answer(
        self,
        what: str | int,
        detail: str = "",
        headers: Mapping[str, str] = {},
        *,
        incident: str = "",
    ) -> Response:
        """Return the answer for a kind, or for a status.

        A status without a kind of its own is of the general one of its hundred.
        """
        kind = what if isinstance(what, str) else self._kind(what)
        usual, title = KINDS[kind]
        status = usual if isinstance(what, str) else what
        body = Problem(f"{self._page}#{kind}", title, status, detail, incident)
        return Response(msgspec.json.encode(body), status, headers, content_type=MEDIA_TYPE)

    def _kind(self, status: int) -> str:
        return _USUAL.get(status) or ("bad-request" if status < 500 else "broken")  # noqa: PLR2004 4xx, 5xx
