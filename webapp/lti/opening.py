"""One material within a course: what it is, how it may be used, and the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, request

from webapp import addresses, cards, citing
from webapp.addresses import ROUTES, Language
from webapp.lti.refusal import RefusedError
from webapp.lti.sessions import Sessions
from webapp.render import Renderer
from webapp.reuse import advised, reuse
from webapp.visitors import is_program
from webapp.words import words
from webapp.works import link

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue
    from catalog.config import Settings
    from webapp.labels import Labels


def register(
    app: Flask,
    catalogue: Catalogue,
    settings: Settings,
    renderer: Renderer,
    labels: Labels,
    *,
    sessions: Sessions,
) -> None:
    """Give the page its address in each language, and the one of an activity without a material."""

    def material(session: str, language: Language, id: str) -> Response:  # noqa: A002 the rule's own name
        at = sessions.get(session).at
        card = catalogue.card(id)
        if card is None:
            raise RefusedError("unknown", 404, detail=id)
        if card.deleted:
            raise RefusedError("gone", 410)
        if card.id != id:  # of a copy that has become part of a work
            there = at + addresses.path("resource", language, card.id)
            return Response(status=303, headers={"Location": there})
        if request.method == "GET" and not is_program(request.user_agent.string):
            catalogue.openings.note(card.id)
        resource, allowed = card.resource, reuse(card.resource)
        listed = citing.listing(card, language, labels, settings.site)
        return renderer.page(
            "lti/material.html",
            language,
            "resource",
            card.id,
            shown=cards.shown(card, language, labels),
            paragraphs=cards.paragraphs(cards.best(resource.descriptions, language).text),
            resource=resource,
            link=link(card.link, resource.url, words(language)),
            reuse=allowed,
            advised=advised(allowed.terms, language),
            credit=citing.credits_(card, listed, language)[0].text,
        )

    def nothing(session: str, language: Language) -> Response:  # noqa: ARG001 refused reads it
        sessions.get(session)
        raise RefusedError("unchosen", 404)

    for page, view in (("resource", material), ("home", nothing)):
        for language, rule in ROUTES[page].items():
            app.add_url_rule(
                f"/lti/<session>{rule}",
                f"lti.open.{page}.{language}",
                view,
                defaults={"language": language},
            )
