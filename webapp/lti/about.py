"""What administrators of an LMS read and what their LMS fetches: values, configuration, icon."""

from __future__ import annotations

from importlib import resources

from flask import Flask, Response, jsonify

from webapp.addresses import ROUTES, Language
from webapp.lti.describing import CANVAS, Tool, canvas
from webapp.lti.framed import ICON
from webapp.render import Renderer

_DAY = 24 * 3600


def register(app: Flask, renderer: Renderer, tool: Tool) -> None:
    """Give page, configuration and icon their addresses."""
    file = resources.files("webapp") / "static" / "icon.svg"

    def about(language: Language) -> Response:
        return renderer.page(f"lti/about.{language}.html", language, "lti", tool=tool)

    def configuration() -> Response:
        return jsonify(canvas(tool))

    def icon() -> Response:
        headers = {"Cache-Control": f"public, max-age={_DAY}"}
        return Response(file.read_bytes(), headers=headers, content_type="image/svg+xml")

    for language, rule in ROUTES["lti"].items():
        app.add_url_rule(rule, f"lti.about.{language}", about, defaults={"language": language})
    app.add_url_rule(CANVAS, "lti.canvas", configuration)
    app.add_url_rule(ICON, "lti.icon", icon)
