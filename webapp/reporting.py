"""Where visitors say what is wrong with a material: a form, and nothing kept of who filled it in.

There are no cookies, so there is nothing that a page of another site could abuse in a visitor's
name (CSRF); what a browser says comes from another site is refused all the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, request

from catalog.config import Settings
from catalog.index import QueryError
from catalog.store.reports import LONGEST, REASONS, ReportsFullError
from webapp import addresses
from webapp.addresses import ROUTES, Language
from webapp.cards import shown
from webapp.labels import Labels
from webapp.pace import Pace
from webapp.render import Renderer

if TYPE_CHECKING:
    from catalog.catalogue import Card, Catalogue

_A_MINUTE = 20  # reports of all visitors together
_TRAP = "website"  # a field that people do not see: only programs fill it in
_MAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}")
_HERE = ("", "same-origin", "none")  # Sec-Fetch-Site of a form of ours, and of old browsers


class Reporting:
    """The views; each is handed the language of its address."""

    def __init__(self, catalogue: Catalogue, settings: Settings, renderer: Renderer) -> None:
        self.catalogue = catalogue
        self.labels = Labels(settings)
        self.renderer = renderer
        self._pace = Pace(_A_MINUTE)

    def form(self, language: Language, id: str) -> Response:  # noqa: A002 the rule's own name
        """Show the form; on POST take in what was filled in."""
        card = self._card(id)
        if request.method == "POST":
            return self._take(card, language)
        return self._page("report", card, language)

    def thanks(self, language: Language, id: str) -> Response:  # noqa: A002 the rule's own name
        """Say that the report has come in."""
        return self._page("reported", self._card(id), language)

    def _take(self, card: Card, language: Language) -> Response:
        if request.headers.get("Sec-Fetch-Site", "") not in _HERE:
            abort(403)
        reason = request.form.get("reason", "")
        if reason not in REASONS:
            raise QueryError(f"reason is one of {', '.join(REASONS)}.")
        if not request.form.get(_TRAP):
            if self._pace.wait():
                abort(429)
            said = _MAIL.sub("[@]", addresses.clean(request.form.get("text", "")))
            try:
                self.catalogue.reports.add(card.id, reason, said[:LONGEST])
            except ReportsFullError:
                abort(429)
        there = addresses.path("reported", language, card.id)
        return Response(status=303, headers={"Location": there})

    def _card(self, id: str) -> Card:  # noqa: A002 a record's or a work's id
        card = self.catalogue.card(id)
        if card is None:
            abort(404)
        if card.deleted:
            abort(410)
        return card

    def _page(self, page: str, card: Card, language: Language) -> Response:
        return self.renderer.page(
            "site/report.html",
            language,
            page,
            card.id,
            shown=shown(card, language, self.labels),
            reasons=REASONS,
            longest=LONGEST,
            trap=_TRAP,
        )


def register(app: Flask, catalogue: Catalogue, settings: Settings, renderer: Renderer) -> None:
    """Give form and thanks their address in each language."""
    reporting = Reporting(catalogue, settings, renderer)
    for language in addresses.LANGUAGES:
        to = {"language": language}
        app.add_url_rule(
            ROUTES["report"][language],
            f"report.{language}",
            reporting.form,
            methods=["GET", "POST"],
            defaults=to,
        )
        app.add_url_rule(
            ROUTES["reported"][language], f"reported.{language}", reporting.thanks, defaults=to
        )
