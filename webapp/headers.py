"""Headers of every answer: what a browser may do with it, and how long it may be kept."""

from __future__ import annotations

from flask import Flask, Response, request

from webapp import cors

#: Nothing foreign, nothing inline, no frames (OWASP ASVS 5.0, 3.4.3 and 3.4.6).
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_YEAR = 365 * 24 * 3600
_MINUTE = 60


def let_in(response: Response, origin: str) -> None:
    """Let frames of one ``origin`` into a page: a visitor may ask for what it shows."""
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src {origin}"


def register(app: Flask, *, https: bool) -> None:
    """Add the headers to each answer of ``app``; HSTS only where the site is on https."""

    def secure(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers["Cross-Origin-Resource-Policy"] = (
            "cross-origin" if cors.is_open(request.path) else "same-origin"
        )
        if https:
            response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}; includeSubDomains"
        return _cached(response)

    app.after_request(secure)


def _cached(response: Response) -> Response:
    """Say how long the answer holds; answer 304 to who has it already."""
    if request.endpoint == "static":
        if "v" in request.args:  # the address changes with the file
            response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return response
    if response.status_code != 200:  # noqa: PLR2004 the one status that is worth keeping
        response.headers.setdefault("Cache-Control", "no-store")
        return response
    if "no-store" in response.headers.get("Cache-Control", ""):
        return response
    response.headers.setdefault("Cache-Control", f"public, max-age={_MINUTE}")
    response.add_etag(weak=True)  # the same in whichever coding it is sent
    response.make_conditional(request)
    return response
