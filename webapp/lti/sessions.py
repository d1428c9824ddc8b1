"""What an accepted launch may do: its session, known by an id that stands in the path.

The id is 256 bits that nobody can guess, holds for a short while and stands in no log of ours. So
a picker works in a frame whose browser keeps no cookies; where it does keep them, the session is
bound to that browser besides.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Literal

import msgspec
from flask import Response, request
from msgspec import Struct

from catalog.store import model
from catalog.store.launches import Kept
from webapp.addresses import Language
from webapp.lti.framed import frame_for
from webapp.lti.picking import Picking
from webapp.lti.refusal import RefusedError, in_a_moment

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue
    from catalog.store.launches import Launches

#: Seconds for which a teacher may choose, or a material may be looked at again.
LIFETIME = 2 * 3600
COOKIE = "lti"


class Session(Struct, frozen=True, kw_only=True):
    """One launch, as its pages know it.

    ``registration`` is the id of the platform, ``origins`` are those of its pages, which may frame
    ours. ``picking`` is there where materials are chosen; then ``return_url`` and ``data``, which
    is JSON or "", are for the answer. ``record`` is the id of the material to open. ``expires`` is
    an instant in UTC.
    """

    id: str
    kind: Literal["pick", "open"]
    registration: str
    deployment: str
    origins: tuple[str, ...]
    locale: Language
    expires: str
    picking: Picking | None = None
    return_url: str = ""
    data: str = ""
    record: str = ""

    @property
    def at(self) -> str:
        """What stands before the path of each of its pages: ``at + path("search", "nl")``."""
        return f"/lti/{self.id}"


class Sessions:
    """The sessions of all launches, in the store."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @property
    def _kept(self) -> Launches:
        return self._catalogue.store.launches

    def get(self, id: str) -> Session:  # noqa: A002 a session's id
        """Return the session with this id, and let its platform frame the present answer.

        Raises RefusedError, which becomes a page in words: there is none, it is past or was used
        up, or another browser asks.
        """
        kept = self._kept.session(id)
        if kept is None:
            raise RefusedError("session", 410)
        held = request.cookies.get(COOKIE, "")
        if kept.browser and not secrets.compare_digest(kept.browser, model.hashed(held)):
            raise RefusedError("browser", 403)
        session = msgspec.json.decode(kept.body, type=Session)
        frame_for(session.at, session.origins)
        if kept.used:
            raise RefusedError("answered", 410)
        return session

    def begin(self, session: Session, response: Response, *, cookies: bool) -> None:
        """Keep a session; ``response`` is the answer that leads to it.

        With ``cookies`` the browser has shown that it keeps them: only it may use the session.
        """
        held = secrets.token_urlsafe(32) if cookies else ""
        kept = Kept(
            body=msgspec.json.encode(session), browser=model.hashed(held) if cookies else ""
        )
        with in_a_moment():
            self._kept.open(session.id, kept, LIFETIME)
        if cookies:
            keep(response, COOKIE, held, session.at, LIFETIME)

    def end(self, session: Session) -> None:
        """Use a session up. Raises RefusedError: that was done before."""
        with in_a_moment():
            first = self._kept.close(session.id)
        if not first:
            raise RefusedError("answered", 410)


def new_id() -> str:
    """Return an id that nobody can guess: 256 bits."""
    return secrets.token_urlsafe(32)


def keep(response: Response, name: str, value: str, path: str, seconds: int) -> None:
    """Set a cookie that comes back within the frame of another site, and to no script.

    ``SameSite=None`` alone comes back only where third-party cookies are let through;
    ``Partitioned`` ties it to the site around the frame, and so does not follow anybody.
    """
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )
