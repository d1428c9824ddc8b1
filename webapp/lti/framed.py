"""Pages within an LMS: who may frame them, and what browsers may do with them.

Everything under ``/lti/`` is for one browser and for the moment: never kept, and framed by the
LMS that launched it and nobody else (ASVS 5.0, 3.4.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, after_this_request, g, request

from webapp.framing import Frame
from webapp.headers import POLICY

if TYPE_CHECKING:
    from catalog.store.platforms import Platform

PREFIX = "/lti/"
ICON = "/lti/icon.svg"
_NOBODY = "frame-ancestors 'none'"
_FORMS = "form-action 'self'"
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]+\]")


class Framed(Frame, frozen=True):
    """A frame of an LMS: pages in it have ``base`` before their path."""

    base: str = "/lti"

    @property
    def at(self) -> str:
        """What stands before the path of a page in this frame."""
        return self.base


def frame_for(at: str, origins: Iterable[str]) -> None:
    """Lay the present page out for a frame, which pages of these ``origins`` may have."""
    g.frame = Framed(base=at)
    g.lti_origins = tuple(dict.fromkeys(origins))


def origins_of(platform: Platform) -> tuple[str, ...]:
    """Return where the pages of a platform are, as far as its registration tells."""
    known = (origin(platform.issuer), origin(platform.login_url), *platform.origins)
    return tuple(dict.fromkeys(filter(None, known)))


def posts_to(url: str) -> None:
    """Let a form of the present page go to an address of the LMS.

    To wherever on its scheme: browsers hold the redirections that follow to this as well, and an
    LMS may be under several names.
    """
    g.lti_forms = urlsplit(url).scheme + ":"


def origin(url: str) -> str:
    """Return the origin of an address as the policy of a page names it; "" where it has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    if parts.scheme not in _PORTS or not host or not _HOST.fullmatch(host):
        return ""
    usual = port is None or port == _PORTS[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if usual else f":{port}")


def register(app: Flask) -> None:
    """Say in every answer under ``/lti/`` what may be done with it."""

    def before() -> None:
        if request.path.startswith(PREFIX):
            after_this_request(_seal)

    def after(response: Response) -> Response:
        if request.path.startswith(PREFIX):
            # the page around it may be isolated (COEP), and an LMS shows the icon in its own
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    app.before_request(before)
    app.after_request(after)


def _seal(response: Response) -> Response:
    who = " ".join(("'self'", *g.get("lti_origins", ()))) if g.get("lti_origins") else "'none'"
    said = response.headers.get("Content-Security-Policy", POLICY)  # a page may let in a film
    policy = said.replace(_NOBODY, f"frame-ancestors {who}")
    if forms := g.get("lti_forms"):
        policy = policy.replace(_FORMS, f"{_FORMS} {forms}")
    response.headers["Content-Security-Policy"] = policy
    response.headers["Referrer-Policy"] = "no-referrer"  # the path holds the session
    # a page in a window of its own answers the one that opened it
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
