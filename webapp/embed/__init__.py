"""The catalogue on other sites: the search and the card of one material, in a frame.

The pages are those of the site, in another layout; only they may be framed, by the origins of
``[embed]``. Nothing in a frame changes anything or knows who looks, so there is nothing that a
page around it could make a visitor do (ASVS 5.0, 3.4.6).
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, abort, g, redirect, request

from catalog.config import EmbedSettings, Settings
from webapp import addresses, cards, framing
from webapp.addresses import LANGUAGES, ROUTES, Language
from webapp.embed import composer, looks, oembed
from webapp.framing import PREFIX
from webapp.headers import POLICY
from webapp.labels import Labels
from webapp.render import Renderer

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from catalog.catalogue import Catalogue

ENTRY = "/embed"
SCRIPT = "/embed.js"
_HOUR = 3600
_DAY = 24 * _HOUR
_NOBODY = "frame-ancestors 'none'"
_SEARCHES = ("search", "facet")  # pages of the site that are in a frame as they are


def register(
    app: Flask, catalogue: Catalogue, settings: Settings, renderer: Renderer, labels: Labels
) -> None:
    """Let others frame the search and single materials; after the pages have their addresses."""
    if not settings.embed.on:
        return
    _frames(app, settings.embed)
    _searches(app, settings)
    _cards(app, catalogue, renderer, labels)
    composer.register(app, settings, renderer, labels)
    if settings.embed.origins:  # anybody may be the one who asks
        oembed.register(app, catalogue, settings)

    def style(look: str) -> Response:
        frame = framing.read(look)
        if frame is None or frame.client:
            abort(404)
        headers = {"Cache-Control": f"public, max-age={_DAY}"}
        return Response(looks.style(frame), headers=headers, content_type="text/css; charset=utf-8")

    app.add_url_rule("/embed/<look>.css", "embed.style", style)


def _frames(app: Flask, settings: EmbedSettings) -> None:
    """Take the frame out of addresses that have one, and say in answers who may have it."""

    def take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        name = values.pop("frame", None) if values else None
        if name is None:
            return
        frame = framing.read(name)
        if frame is None or (frame.client and frame.client not in settings.clients):
            abort(404)
        g.frame = frame

    def allow(response: Response) -> Response:
        frame = framing.present() if request.path.startswith(PREFIX) else None
        if frame is not None:
            origins = settings.clients[frame.client] if frame.client else settings.origins
            who = " ".join(("frame-ancestors 'self'", *origins))  # our own page that makes frames
            response.headers["Content-Security-Policy"] = POLICY.replace(_NOBODY, who)
        if frame is not None or request.path == SCRIPT:
            # what another site asks to have in its page, which may be isolated (COEP)
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    app.url_value_preprocessor(take)
    app.after_request(allow)


def _searches(app: Flask, settings: Settings) -> None:
    for page in _SEARCHES:
        for language in LANGUAGES:
            app.add_url_rule(
                f"{PREFIX}<frame>{ROUTES[page][language]}",
                f"framed.{page}.{language}",
                app.view_functions[f"{page}.{language}"],
                defaults={"language": language},
            )
    file = resources.files("webapp") / "static" / "embed.js"

    def enter() -> AnyResponse:
        """Lead an address that can be written by hand to the search in its frame."""
        frame = composer.asked(settings.embed)
        language: Language = (
            "en" if request.args.get("lang", settings.site.language) == "en" else "nl"
        )
        query = addresses.read(request.args)
        return redirect(frame.at + addresses.path("search", language) + addresses.write(query))

    def script() -> Response:
        headers = {"Cache-Control": f"public, max-age={_HOUR}"}
        kind = "text/javascript; charset=utf-8"
        return Response(file.read_bytes(), headers=headers, content_type=kind)

    app.add_url_rule(ENTRY, "embed.enter", enter)
    app.add_url_rule(SCRIPT, "embed.script", script)


def _cards(app: Flask, catalogue: Catalogue, renderer: Renderer, labels: Labels) -> None:
    def card(language: Language, id: str) -> Response:  # noqa: A002 the rule's own name
        found = catalogue.card(id)
        if found is None:
            abort(404)
        if found.deleted:
            abort(410)
        shown = cards.shown(found, language, labels)
        return renderer.page("embed/card.html", language, "resource", found.id, shown=shown)

    for language, rule in ROUTES["resource"].items():
        app.add_url_rule(
            f"{PREFIX}<frame>{rule}",
            f"framed.resource.{language}",
            card,
            defaults={"language": language},
        )
