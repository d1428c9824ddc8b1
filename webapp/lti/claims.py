"""An id_token: whether it is what it says, and what of it we need. Nothing about a person.

LTI 1.3 Core, 5.3; 1EdTech Security Framework 1.0, 5.1.3.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

import jwt
from msgspec import Struct
from msgspec.structs import replace

from catalog.store.platforms import LONGEST_DEPLOYMENT, Platform
from webapp.addresses import ID, clean, web_url
from webapp.lti.framed import origin
from webapp.lti.keysets import KeySets
from webapp.lti.picking import Picking, PickingError
from webapp.lti.refusal import Reason, RefusedError, is_id

LARGEST = 64 * 1024  # characters of a token
LEEWAY = 30  # seconds that two clocks may differ

_CORE = "https://purl.imsglobal.org/spec/lti/claim/"
_DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/"

_FAULTS: dict[type[jwt.PyJWTError], Reason] = {
    jwt.ExpiredSignatureError: "time",
    jwt.ImmatureSignatureError: "time",
    jwt.InvalidAudienceError: "claims",
    jwt.InvalidIssuerError: "claims",
    jwt.MissingRequiredClaimError: "claims",
    jwt.InvalidSignatureError: "signature",
}


class Asked(Struct, frozen=True, kw_only=True):
    """What a launch asks for. ``picking`` is there where materials are to be chosen.

    ``record`` is the id of the material to open, "" where none was chosen; ``origins`` are of the
    pages of the LMS, as far as it tells. ``data`` is what has to come back, as JSON; "" is nothing.
    """

    deployment: str
    locale: str
    origins: tuple[str, ...]
    record: str = ""
    picking: Picking | None = None
    return_url: str = ""
    data: str = ""


def verified(token: str, platform: Platform, keys: KeySets, nonce: str) -> dict[str, Any]:
    """Return the claims of a token that this platform signed for us and for this launch.

    Raises RefusedError.
    """
    key = keys.key(platform.keys_url, _kid(token))
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=["RS256"],  # whatever the token says (ASVS 5.0, 9.1.2)
            audience=platform.client_id,
            issuer=platform.issuer,
            leeway=LEEWAY,
            options={"require": ["iss", "aud", "exp", "iat", "nonce"], "verify_sub": False},
        )
    except jwt.PyJWTError as error:
        raise RefusedError(_FAULTS.get(type(error), "token"), 403, detail=str(error)) from error
    except (ValueError, OverflowError, RecursionError) as error:
        raise RefusedError("token") from error
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", "" if several else platform.client_id) != platform.client_id:
        raise RefusedError("claims", 403, detail="azp is not our client_id.")
    if not secrets.compare_digest(str(claims["nonce"]).encode(errors="replace"), nonce.encode()):
        raise RefusedError("claims", 403, detail="the nonce is not that of this login.")
    return dict(claims)


def _kid(token: str) -> str:
    """Return the kid of a token. Raises RefusedError: it is none, or of another algorithm."""
    if not token or len(token) > LARGEST:
        raise RefusedError("token", 413 if token else 400)
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise RefusedError("token") from error
    if header.get("alg") != "RS256":
        raise RefusedError("token", 403, detail="the algorithm is not RS256.")
    return str(header.get("kid") or "")


def asked(claims: Mapping[str, Any], site: str) -> Asked:
    """Return what verified claims ask for. Raises RefusedError: it cannot be done here.

    ``site`` is our own address. Nobody need be named: without ``sub`` a launch is anonymous.
    """
    if claims.get(f"{_CORE}version") != "1.3.0":
        raise RefusedError("message", detail="the version is not 1.3.0.")
    if not is_ours(claims.get(f"{_CORE}target_link_uri", site), site):
        raise RefusedError("target")
    deployment = _text(claims.get(f"{_CORE}deployment_id"))
    if not 0 < len(deployment) <= LONGEST_DEPLOYMENT or not is_id(deployment):
        raise RefusedError("message", detail="the deployment_id is no id.")
    presented = _object(claims, f"{_CORE}launch_presentation")
    found = Asked(
        deployment=deployment,
        locale=_text(presented.get("locale")),
        origins=_origins(_text(presented.get("return_url"))),
    )
    match claims.get(f"{_CORE}message_type"):
        case "LtiResourceLinkRequest":
            return _to_open(found, claims)
        case "LtiDeepLinkingRequest":
            return _to_pick(found, _object(claims, f"{_DEEP}deep_linking_settings"))
    raise RefusedError("message", detail="the message_type is none that we know.")


def _to_open(found: Asked, claims: Mapping[str, Any]) -> Asked:
    """Add what a resource link asks for. Raises RefusedError.

    It always has a target, an id and a list of roles, if only an empty one (LTI 1.3 Core, 5.3.4,
    5.3.5, 5.3.7). Where materials are chosen there need be none of these (Deep Linking 2.0, 4.4.9
    and A).
    """
    if f"{_CORE}target_link_uri" not in claims:
        raise RefusedError("message", detail="target_link_uri is missing.")
    if not _text(_object(claims, f"{_CORE}resource_link").get("id")):
        raise RefusedError("message", detail="resource_link has no id.")
    if not isinstance(claims.get(f"{_CORE}roles"), list):
        raise RefusedError("message", detail="roles is no list.")
    record = clean(_text(_object(claims, f"{_CORE}custom").get("record")))
    if record and not ID.fullmatch(record):  # before it is part of an address
        raise RefusedError("unknown", 404, detail=record)
    return replace(found, record=record)


def _to_pick(found: Asked, settings: Mapping[str, Any]) -> Asked:
    """Add what a deep linking request asks for (Deep Linking 2.0, 4.4.1). Raises RefusedError."""
    there = web_url(_text(settings.get("deep_link_return_url")))
    if not origin(there) or clean(there) != there:
        raise RefusedError("message", detail="deep_link_return_url is no address.")
    try:
        picking = Picking.read(settings)
        data = json.dumps(settings["data"]) if "data" in settings else ""
    except PickingError as error:
        raise RefusedError("message", detail=str(error)) from error
    except RecursionError as error:
        raise RefusedError("message", detail="data is nested too deeply.") from error
    origins = (*_origins(there), *found.origins)
    return replace(found, picking=picking, return_url=there, data=data, origins=origins)


def is_ours(url: Any, site: str) -> bool:
    """Tell whether an address is of this site."""
    return isinstance(url, str) and bool(web_url(url)) and origin(url) == origin(site)


def _object(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = claims.get(name)
    return found if isinstance(found, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _origins(*urls: str) -> tuple[str, ...]:
    return tuple(filter(None, map(origin, urls)))
