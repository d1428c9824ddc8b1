"""What pages of other sites may read from a browser (Fetch Standard, 3.2: CORS).

What is open is public and the same for everybody: there are no cookies, and a token is never sent
by a browser of itself. So any origin may read, and none may write.
"""

from __future__ import annotations

from flask import Flask, Response, request

from webapp.addresses import API, ROUTES

#: How the paths begin that are open to pages of any site.
OPEN = (f"{API}/", "/sru", "/ims/rs/v1p0/", "/dump/", "/catalog")
_FEEDS = (*ROUTES["feed"].values(), *ROUTES["rss"].values())

_METHODS = "GET, HEAD, OPTIONS"
#: What a page may send along beyond what it always may.
_ASKED = "If-None-Match, If-Modified-Since"
#: What a page may see of an answer beyond what it always may.
_SHOWN = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Total-Count"
_DAY = 24 * 3600


def is_open(path: str) -> bool:
    """Tell whether pages of any site may read what is at a path."""
    return path.startswith((*OPEN, *_FEEDS))


def register(app: Flask) -> None:
    """Answer what browsers ask beforehand, and say with each open answer that it may be read."""

    def before() -> Response | None:
        asked = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        if not asked or not is_open(request.path):
            return None
        return Response(
            status=204,
            headers={
                "Access-Control-Allow-Methods": _METHODS,
                "Access-Control-Allow-Headers": _ASKED,
                "Access-Control-Max-Age": str(_DAY),
            },
        )

    def after(response: Response) -> Response:
        if is_open(request.path):
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = _SHOWN
        return response

    app.before_request(before)
    app.after_request(after)
