"""The beginning of a launch: an LMS says who it is, and is asked to say who launches us.

OpenID Connect, third-party initiated login (1EdTech Security Framework 1.0, 5.1.1).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec
from cryptography.fernet import Fernet
from flask import Flask, Response, request
from msgspec import Struct

from catalog.store import model
from catalog.store.launches import Login
from webapp.limits import Visits
from webapp.lti.claims import is_ours
from webapp.lti.refusal import RefusedError, adding, in_a_moment, is_id
from webapp.lti.sessions import keep

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue
    from catalog.store.platforms import Platform

PATH = "/lti/login"
LAUNCH = "/lti/launch"
#: Seconds in which the LMS has to answer.
LIFETIME = 600
#: Logins in a minute from one address, which a whole school may have: within their lifetime too
#: few to leave no room for those of others (``catalog.store.launches.MOST``).
MOST = 1000
_NEEDED = ("iss", "login_hint", "target_link_uri")
_HINTS = (*_NEEDED, "lti_message_hint", "client_id", "lti_deployment_id", "lti_storage_target")
_IDS = ("iss", "client_id", "lti_deployment_id")
_LONGEST = 4000  # characters of all hints that are kept for another try


class Beginning(Struct, frozen=True):
    """A launch that has begun: ``held`` is for this browser alone, ``question`` for the LMS."""

    state: str
    held: str
    question: str


def register(app: Flask, catalogue: Catalogue, site: str) -> None:
    """Give the login its address; ``site`` is our own."""
    visits = Visits()

    def login() -> Response:
        said = {name: request.values.get(name, "") for name in _HINTS}
        wrong = [name for name in _NEEDED if not said[name]]
        if wrong := wrong or [name for name in _IDS if not is_id(said[name])]:
            raise RefusedError("parameters", detail=", ".join(wrong))
        if not is_ours(said["target_link_uri"], site):
            raise RefusedError("target")
        if visits.count(request.remote_addr or "")[0] > MOST:
            raise RefusedError("busy", 429)
        begun = begin(catalogue, _platform(catalogue, said), said, site)
        response = Response(status=302, headers={"Location": begun.question})
        keep(response, cookie(begun.state), begun.held, LAUNCH, LIFETIME)
        return response

    app.add_url_rule(PATH, "lti.login", login, methods=["GET", "POST"])


def begin(
    catalogue: Catalogue, platform: Platform, said: Mapping[str, str], site: str
) -> Beginning:
    """Begin a launch by a platform with its hints. Raises RefusedError: there are too many."""
    state, nonce, held = (secrets.token_urlsafe(32) for _ in range(3))
    begun = Login(
        nonce=nonce,
        platform=platform.id,
        browser=model.hashed(held),
        hints=_sealed(said, state),
    )
    with in_a_moment():
        catalogue.store.launches.begin(state, begun, LIFETIME)
    return Beginning(state, held, _question(platform, said, state, nonce, site))


def _platform(catalogue: Catalogue, said: Mapping[str, str]) -> Platform:
    """Return the registration that a login is of. Raises RefusedError: there is none, or several.

    A platform that has several names its client_id (5.1.1.1).
    """
    platforms = catalogue.store.platforms
    found = platforms.of_issuer(said["iss"])
    if said["client_id"]:
        found = [each for each in found if each.client_id == said["client_id"]]
    elif len(found) > 1:
        deployment = said["lti_deployment_id"]
        found = [each for each in found if deployment in platforms.deployments(each.id)]
    if len(found) != 1:
        raise RefusedError("issuer", 403, detail=adding(said["iss"], said["client_id"]))
    return found[0]


def _question(
    platform: Platform, said: Mapping[str, str], state: str, nonce: str, site: str
) -> str:
    """Return the address at which the platform answers (5.1.1.2)."""
    question = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": site + LAUNCH,
        "state": state,
        "nonce": nonce,
        "login_hint": said["login_hint"],
    }
    if said["lti_message_hint"]:
        question["lti_message_hint"] = said["lti_message_hint"]
    glue = "&" if "?" in platform.login_url else "?"
    return platform.login_url + glue + urlencode(question)


def cookie(state: str) -> str:
    """Return the name of the cookie of one launch: several can be under way in a browser."""
    return f"lti-{model.hashed(state)[:16]}"


def opened(hints: bytes, state: str) -> dict[str, str]:
    """Return the hints that were sealed under a state; none where they were too long to keep."""
    if not hints:
        return {}
    said: dict[str, str] = msgspec.json.decode(_seal(state).decrypt(hints))
    return said


def again(said: Mapping[str, str]) -> str:
    """Return the path at which a launch with these hints can begin anew, or ""."""
    there = {name: said[name] for name in _HINTS if name in said}
    return f"{PATH}?{urlencode(there)}" if there else ""


def _sealed(said: Mapping[str, str], state: str) -> bytes:
    """Return the hints so that only who has the state can read them: they may name a person."""
    there = msgspec.json.encode({name: value for name, value in said.items() if value})
    return _seal(state).encrypt(there) if len(there) <= _LONGEST else b""


def _seal(state: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"seal" + state.encode()).digest()))
