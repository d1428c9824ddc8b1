"""The answer to a deep linking request: what was chosen, signed, in a form that sends itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jwt
from flask import Response
from pylti1p3.deep_link import DeepLink
from pylti1p3.registration import Registration

from webapp.lti import framed, keys
from webapp.lti.refusal import RefusedError
from webapp.lti.sessions import Session, Sessions
from webapp.render import Renderer

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue
    from catalog.store.platforms import Platform

_DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/"


class Answers:
    """Sends teachers back to their LMS with what they chose."""

    def __init__(self, catalogue: Catalogue, sessions: Sessions, renderer: Renderer) -> None:
        self._catalogue = catalogue
        self._sessions = sessions
        self._renderer = renderer

    def respond(
        self,
        session: Session,
        items: Sequence[Mapping[str, Any]],
        message: str = "",
        error: str = "",
    ) -> Response:
        """Return the page that takes content ``items`` to the LMS, and use the session up.

        No items mean that nothing was chosen. ``message`` and ``error`` are plain text which the
        LMS may show. Raises RefusedError: the session was used before, or its platform is gone.
        """
        platform = self._catalogue.store.platforms.get(session.registration)
        if platform is None or session.picking is None:
            raise RefusedError("session", 410)
        said = _message(platform, session, items)
        said |= {f"{_DEEP}msg": message} if message else {}
        said |= {f"{_DEEP}errormsg": error} if error else {}
        key = self._catalogue.store.signing.current(keys.make)
        token = jwt.encode(said, key.pem, algorithm="RS256", headers={"kid": key.kid})
        self._sessions.end(session)
        framed.posts_to(session.return_url)
        return self._renderer.page(
            "lti/answer.html", session.locale, "home", to=session.return_url, token=token
        )


def _message(
    platform: Platform, session: Session, items: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the message (LTI Deep Linking 2.0, 4.5); ``data`` as it came, or not at all."""
    registration = Registration().set_issuer(platform.issuer).set_client_id(platform.client_id)
    settings: Any = {"deep_link_return_url": session.return_url}
    said = DeepLink(registration, session.deployment, settings).get_message_jwt([])
    said[f"{_DEEP}content_items"] = list(items)
    del said[f"{_DEEP}data"]
    return {**said, f"{_DEEP}data": json.loads(session.data)} if session.data else said
