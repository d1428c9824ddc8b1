"""The answer of the LMS: checked in full, and turned into a session."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from flask import Flask, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from catalog.store import model
from webapp import addresses
from webapp.lti import login, storage
from webapp.lti.claims import LARGEST, Asked, asked, verified
from webapp.lti.framed import frame_for, origins_of
from webapp.lti.keysets import KeySets
from webapp.lti.refusal import RefusedError, adding, in_a_moment
from webapp.lti.sessions import LIFETIME, Session, Sessions, new_id
from webapp.lti.storage import Storage
from webapp.render import Renderer, preferred

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue
    from catalog.store.launches import Login
    from catalog.store.platforms import Platform
    from webapp.addresses import Language

_MOST = LARGEST + 16 * 1024  # bytes of a request
_ERROR = re.compile("[a-z_]{1,40}")  # OpenID Connect Core 1.0, 3.1.2.6


class Launches:
    """Takes in what an LMS posts."""

    def __init__(
        self, catalogue: Catalogue, renderer: Renderer, sessions: Sessions, keys: KeySets
    ) -> None:
        self._catalogue = catalogue
        self._site = renderer.site
        self._sessions = sessions
        self._keys = keys
        self._storage = Storage(catalogue, renderer)

    def launch(self) -> Response:
        """Check an answer (1EdTech Security Framework 1.0, 5.1.1.3) and lead to its session.

        Raises RefusedError.
        """
        state, token = _posted()
        begun = self._catalogue.store.launches.begun(state)
        platform = self._catalogue.store.platforms.get(begun.platform) if begun else None
        if begun is None or platform is None:
            raise RefusedError("state", 403)
        known = origins_of(platform)
        frame_for("/lti", known)
        if begun.used:
            raise RefusedError("used", 403)
        claims = verified(token, platform, self._keys, begun.nonce)
        found = asked(claims, self._site.url)
        origins = tuple(dict.fromkeys((*known, *filter(None, found.origins))))
        frame_for("/lti", origins)
        self._deployed(platform, found.deployment)
        cookie = request.cookies.get(login.cookie(state), "")
        bound = _is_of(begun, cookie)
        if not bound and not _is_of(begun, storage.held()):
            return self._elsewhere(begun, platform, state, token)
        self._answer(state)
        return self._lead(platform, found, origins, state, cookies=bound)

    def _elsewhere(self, begun: Login, platform: Platform, state: str, token: str) -> Response:
        """Ask the LMS for what it kept for us, or to keep something.

        Raises RefusedError: another browser brings the answer, or one that keeps no cookies.
        """
        hints = login.opened(begun.hints, state)
        if page := self._storage.get(platform, hints, state, token):
            return page
        self._answer(state)
        if page := self._storage.put(platform, hints):
            return page
        raise RefusedError("cookie", 403, again=login.again(hints))

    def _answer(self, state: str) -> None:
        with in_a_moment():
            first = self._catalogue.store.launches.answer(state)
        if not first:
            raise RefusedError("used", 403)

    def _deployed(self, platform: Platform, deployment: str) -> None:
        if deployment in self._catalogue.store.platforms.deployments(platform.id):
            return
        command = adding(platform.issuer, platform.client_id, deployment)
        raise RefusedError("deployment", 403, detail=command)

    def _lead(
        self,
        platform: Platform,
        found: Asked,
        origins: tuple[str, ...],
        state: str,
        *,
        cookies: bool,
    ) -> Response:
        session = Session(
            id=new_id(),
            kind="pick" if found.picking else "open",
            registration=platform.id,
            deployment=found.deployment,
            origins=origins,
            locale=self._language(found.locale),
            expires=model.later(LIFETIME),
            picking=found.picking,
            return_url=found.return_url,
            data=found.data,
            record=found.record,
        )
        page = "search" if found.picking else "resource" if found.record else "home"
        there = session.at + addresses.path(page, session.locale, found.record)
        response = Response(status=303, headers={"Location": there})
        self._sessions.begin(session, response, cookies=cookies)
        response.delete_cookie(
            login.cookie(state), login.LAUNCH, secure=True, httponly=True, samesite="None",
            partitioned=True,
        )  # fmt: skip
        return response

    def _language(self, locale: str) -> Language:
        said = locale.lower().replace("_", "-").partition("-")[0]
        if said in ("nl", "en"):
            return "nl" if said == "nl" else "en"
        return preferred(request.accept_languages, self._site.language)


def _posted() -> tuple[str, str]:
    """Return state and id_token of a request. Raises RefusedError: they are not there."""
    request.max_content_length = request.max_form_memory_size = _MOST
    try:
        form = request.form
    except RequestEntityTooLarge as error:
        raise RefusedError("token", 413) from error
    if code := form.get("error"):  # and nothing else: what describes it may name a person
        raise RefusedError("denied", 403, detail=code if _ERROR.fullmatch(code) else "")
    state, token = form.get("state", ""), form.get("id_token", "")
    if not state:
        raise RefusedError("state", 403)
    return state, token


def _is_of(begun: Login, held: str) -> bool:
    """Tell whether this is what only the browser of a login has."""
    return secrets.compare_digest(begun.browser, model.hashed(held))


def register(
    app: Flask, catalogue: Catalogue, renderer: Renderer, sessions: Sessions, keys: KeySets
) -> None:
    """Give the launch its address."""
    launches = Launches(catalogue, renderer, sessions, keys)
    app.add_url_rule(login.LAUNCH, "lti.launch", launches.launch, methods=["POST"])
