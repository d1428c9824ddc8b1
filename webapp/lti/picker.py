"""The pages on which a teacher chooses materials."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask, Response

from webapp.addresses import ROUTES, Language
from webapp.lti.answer import Answers
from webapp.lti.sessions import Sessions
from webapp.render import Renderer

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue
    from catalog.config import Settings
    from webapp.labels import Labels


def register(
    app: Flask,
    catalogue: Catalogue,  # noqa: ARG001 what the picker will search
    settings: Settings,  # noqa: ARG001 for the addresses in what it answers
    renderer: Renderer,  # noqa: ARG001 for its pages
    labels: Labels,  # noqa: ARG001 for the facets
    *,
    sessions: Sessions,
    answers: Answers,
) -> None:
    """Give the pages their address in each language."""

    def search(session: str, language: Language) -> Response:  # noqa: ARG001 one page for both
        return answers.respond(sessions.get(session), [])

    view: Callable[..., Response] = search
    for language, rule in ROUTES["search"].items():
        app.add_url_rule(
            f"/lti/<session>{rule}",
            f"lti.search.{language}",
            view,
            defaults={"language": language},
        )
