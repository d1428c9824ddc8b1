"""What an LMS keeps for us where the browser keeps nothing (LTI Platform Storage 0.1, a draft).

Used where a launch came back without its cookie, and the LMS says that it can: what the cookie
would have held is given to a window of the LMS, by script, and the launch begins anew; when it
comes back, the script asks for it. No window of another origin is told or believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, request

from webapp.lti import login
from webapp.lti.framed import origin
from webapp.lti.refusal import spoken
from webapp.render import Renderer

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue
    from catalog.store.platforms import Platform

_TARGET = "lti_storage_target"
_STORED = "stored"  # among the hints: this launch has been through here
_FIELD = "held"


class Storage:
    """The two pages that ask a window of the LMS."""

    def __init__(self, catalogue: Catalogue, renderer: Renderer) -> None:
        self._catalogue = catalogue
        self._renderer = renderer

    def put(self, platform: Platform, hints: Mapping[str, str]) -> Response | None:
        """Return the page that gives the LMS what to keep, and begins anew.

        None where the LMS keeps nothing, or was given it before.
        """
        if _TARGET not in hints or _STORED in hints:
            return None
        site = self._renderer.site.url
        begun = login.begin(self._catalogue, platform, {**hints, _STORED: "1"}, site)
        return self._page(
            platform,
            hints,
            begun.state,
            to=begun.question,
            kept=begun.held,
            again=login.again(hints),
        )

    def get(
        self, platform: Platform, hints: Mapping[str, str], state: str, token: str
    ) -> Response | None:
        """Return the page that asks the LMS what it kept, and comes back with it.

        None where it keeps nothing for this launch, or was asked before.
        """
        if _STORED not in hints or _FIELD in request.form:
            return None
        return self._page(platform, hints, state, to=login.LAUNCH, state=state, token=token)

    def _page(
        self, platform: Platform, hints: Mapping[str, str], of: str, **context: Any
    ) -> Response:
        return self._renderer.page(
            "lti/storage.html",
            spoken(self._renderer),
            "home",
            target=hints[_TARGET],
            origin=origin(platform.login_url),  # of the authorisation endpoint, says the draft
            key=login.cookie(of),
            **context,
        )


def held() -> str:
    """Return what the present request brings of what an LMS kept, or "".

    Only a page of ours may bring it: else somebody could send it along with a launch of theirs.
    """
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return request.form.get(_FIELD, "") if ours else ""
