"""An LMS registers itself by a link that the operator made, once (LTI Dynamic Registration 1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import urlsplit

from flask import Flask, Response, request
from msgspec.structs import replace

from catalog.store.platforms import LONGEST_DEPLOYMENT, InvitationError, Platform
from webapp.addresses import clean
from webapp.lti.describing import PLATFORM, TOOL, Registration, Tool
from webapp.lti.framed import frame_for, origin, origins_of
from webapp.lti.outside import Outside, OutsideError
from webapp.lti.refusal import RefusedError, adding, is_id, spoken
from webapp.render import Renderer

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue
    from catalog.store.platforms import Platforms

PATH = "/lti/register"
_ADDRESSES = ("issuer", "authorization_endpoint", "jwks_uri", "registration_endpoint")
_LONGEST = 2000  # characters of any value that is kept


class Registering:
    """The view, and what stands behind it."""

    def __init__(
        self, catalogue: Catalogue, renderer: Renderer, tool: Tool, outside: Outside
    ) -> None:
        self._catalogue = catalogue
        self._renderer = renderer
        self._tool = tool
        self._outside = outside

    @property
    def _platforms(self) -> Platforms:
        return self._catalogue.store.platforms

    def register(self, token: str = "") -> Response:
        """Register at the platform that opens this link. Raises RefusedError."""
        if not token or not self._platforms.invited(token):
            raise RefusedError("invitation", 403)
        url = request.values.get("openid_configuration", "")
        if not url:  # somebody looks where the link leads
            return self._page("lti/invited.html", link=f"{self._tool.site.url}{PATH}/{token}")
        # the page around ours: an LMS of many schools is not under the name that it registers
        around = origin(request.referrer or "")
        frame_for("/lti", filter(None, (origin(url), around)))
        try:
            configuration = self._read(url)
            said = self._outside.post(
                configuration["registration_endpoint"],
                Registration(self._tool, _placements(configuration)).lti_registration_data(),
                request.values.get("registration_token", ""),
            )
        except OutsideError as error:
            raise RefusedError("platform", 502, detail=str(error)) from error
        platform, deployments = _platform(configuration, said)
        if around not in ("", origin(self._tool.site.url), *origins_of(platform)):
            platform = replace(platform, origins=(around,))
        self._keep(platform, deployments, token)
        frame_for("/lti", filter(None, (origin(url), *origins_of(platform))))
        command = adding(platform.issuer, platform.client_id)
        return self._page(
            "lti/registered.html", platform=platform, deployments=deployments, command=command
        )

    def _read(self, url: str) -> dict[str, Any]:
        """Return what a platform says of itself. Raises OutsideError: it cannot be used.

        Its issuer is on the host of the document (LTI Dynamic Registration 1.0, 3.5.1): else who
        has an invitation could register under the name of any LMS, with keys of their own. What it
        asks us to use may be elsewhere: with Canvas the document is on the host of the issuer that
        all schools share, keys and login are at sso.canvaslms.com, the rest is at the school.
        """
        found = self._outside.get(url)
        for name in _ADDRESSES:
            value = found.get(name)
            if not _is_name(value):
                raise OutsideError(f"{url} names no {name}.")
            if name != "issuer":
                self._outside.check(value)
        if urlsplit(origin(found["issuer"])).hostname != urlsplit(url).hostname:
            raise OutsideError(f"{url} names an issuer on another host, {found['issuer']}.")
        return found

    def _keep(self, platform: Platform, deployments: tuple[str, ...], token: str) -> None:
        before = self._platforms.get(platform.id)
        if before and origin(before.keys_url) != origin(platform.keys_url):
            # else an invitation for one LMS would be a way to speak for another
            raise RefusedError(
                "platform", 409, detail=f"{platform.issuer} is registered with other keys."
            )
        if before:  # what the operator has added stays
            origins = dict.fromkeys((*before.origins, *platform.origins))
            platform = replace(platform, name=before.name, origins=tuple(origins))
        try:
            self._platforms.save(platform, deployments, token=token)
        except InvitationError as error:
            raise RefusedError("invitation", 403) from error

    def _page(self, template: str, **context: Any) -> Response:
        language = spoken(self._renderer)
        return self._renderer.page(template, language, "lti", **context)


def _placements(configuration: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the placements that a platform says it has, of each message."""
    said = _object(configuration.get(PLATFORM)).get("messages_supported")
    messages = [_object(each) for each in said] if isinstance(said, list) else []
    return {
        each["type"]: [p for p in each["placements"] if isinstance(p, str)]
        for each in messages
        if isinstance(each.get("type"), str) and isinstance(each.get("placements"), list)
    }


def _platform(
    configuration: Mapping[str, Any], said: Mapping[str, Any]
) -> tuple[Platform, tuple[str, ...]]:
    """Return the registration, and the deployments that came with it, where there were any."""
    client = said.get("client_id")
    if not _is_name(client):
        raise RefusedError("platform", 502, detail="the platform gave no client_id.")
    issuer = configuration["issuer"]
    deployment = _object(said.get(TOOL)).get("deployment_id", said.get("deployment_id"))
    given = clean(str(deployment)) if isinstance(deployment, (str, int)) else ""
    family = _object(configuration.get(PLATFORM)).get("product_family_code")
    parts = (clean(str(family or "")), urlsplit(issuer).hostname)
    platform = Platform(
        issuer=issuer,
        client_id=client,
        name=" ".join(filter(None, parts))[:_LONGEST],
        login_url=configuration["authorization_endpoint"],
        keys_url=configuration["jwks_uri"],
    )
    return platform, (given,) if 0 < len(given) <= LONGEST_DEPLOYMENT and is_id(given) else ()


def _is_name(value: Any) -> TypeGuard[str]:
    """Tell whether a value can be kept as it is."""
    return (
        isinstance(value, str)
        and 0 < len(value) <= _LONGEST
        and clean(value) == value
        and is_id(value)
    )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def register(
    app: Flask, catalogue: Catalogue, renderer: Renderer, tool: Tool, outside: Outside
) -> None:
    """Give the link its address."""
    view = Registering(catalogue, renderer, tool, outside).register
    methods = ["GET", "POST"]
    app.add_url_rule(PATH, "lti.register", view, methods=methods)
    app.add_url_rule(f"{PATH}/<token>", "lti.register.by", view, methods=methods)
