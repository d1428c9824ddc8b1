"""The catalogue inside an LMS: LTI 1.3 and Deep Linking 2.0.

A launch is checked (``login``, ``launch``), becomes a session, and goes to a page of it: the
picker, or one material. Nothing that an LMS says of a person is kept or logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.lti import about, framed, keys, launch, login, opening, picker, refusal, registering
from webapp.lti.answer import Answers
from webapp.lti.describing import Tool
from webapp.lti.keysets import KeySets
from webapp.lti.outside import Outside
from webapp.lti.sessions import Sessions

if TYPE_CHECKING:
    from flask import Flask

    from catalog.catalogue import Catalogue
    from catalog.config import Settings
    from webapp.labels import Labels
    from webapp.render import Renderer


def register(
    app: Flask, catalogue: Catalogue, settings: Settings, renderer: Renderer, labels: Labels
) -> None:
    """Let registered platforms launch us; after the pages have their addresses."""
    if not settings.lti.on:
        return
    sessions = Sessions(catalogue)
    answers = Answers(catalogue, sessions, renderer)
    framed.register(app)
    refusal.register(app, catalogue, renderer)
    keys.register(app, catalogue)
    outside = Outside(settings)
    login.register(app, catalogue, settings.site.url)
    launch.register(app, catalogue, renderer, sessions, KeySets(outside))
    tool = Tool(settings.site)
    registering.register(app, catalogue, renderer, tool, outside)
    about.register(app, renderer, tool)
    opening.register(app, catalogue, settings, renderer, labels, sessions=sessions)
    picker.register(app, catalogue, settings, renderer, labels, sessions=sessions, answers=answers)
