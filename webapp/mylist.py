"""A list of materials that somebody keeps: in the browser, and in an address that can be shared.

The site keeps nothing of it. The address names the materials, in order; notes never leave the
browser. Without scripts an address that somebody shared shows, prints and downloads all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, request
from msgspec import Struct

from catalog.config import Settings
from catalog.export.cartridge import VERSIONS, Contents
from catalog.export.forms import FORMS
from catalog.export.reading_list import Listed
from catalog.index import QueryError
from webapp import addresses, cartridges, citing, forms
from webapp.addresses import ID, ROUTES, Language
from webapp.cards import Shown, shown
from webapp.labels import Labels
from webapp.render import Renderer

if TYPE_CHECKING:
    from catalog.catalogue import Card, Catalogue

MOST = 100  # materials in a list
_SEPARATOR = "."  # needs no escaping in an address, and is in no id
_DOWNLOADS = {"csv": "CSV", "ris": "RIS", "bibtex": "BibTeX", "csl-json": "CSL-JSON"}


class Item(Struct, frozen=True):
    """A material in the list: its card, where it is, and the ids that the address had for it."""

    shown: Shown
    url: str
    was: str


class Chosen(Struct, frozen=True):
    """What a list of ids leads to: cards in its order, each once.

    ``was`` has the ids that led to each card, by its own; ``gone`` is how many lead to none, and
    ``more`` how many did not fit.
    """

    cards: tuple[Card, ...]
    was: dict[str, list[str]]
    gone: int
    more: int

    @property
    def named(self) -> str:
        """The ids of the cards, as an address has them."""
        return _SEPARATOR.join(card.id for card in self.cards)


def chosen(catalogue: Catalogue, ids: Sequence[str]) -> Chosen:
    """Return the materials that ids lead to, at most so many; what was withdrawn is gone."""
    found = catalogue.several(ids[:MOST])
    was: dict[str, list[str]] = {}
    for asked, card in found.items():
        was.setdefault(card.id, []).append(asked)
    cards = tuple(card for card in {c.id: c for c in found.values()}.values() if not card.deleted)
    there = sum(len(was[card.id]) for card in cards)
    return Chosen(cards, was, gone=len(ids[:MOST]) - there, more=len(ids[MOST:]))


def packed(
    packer: cartridges.Packer,
    found: Chosen,
    version: str,
    language: Language,
    *,
    title: str = "",
) -> bytes | None:
    """Return a list as a cartridge; None for an empty one."""
    if not found.cards:
        return None
    contents = Contents(
        title=title,
        url=f"{addresses.path('list', language)}?m={found.named}",
        total=len(found.cards) + found.gone + found.more,
        gone=found.gone,
    )
    return packer.pack(found.cards, version, contents, language)


def register(app: Flask, catalogue: Catalogue, settings: Settings, renderer: Renderer) -> None:
    """Give the list its address in each language."""
    labels, site = Labels(settings), settings.site
    packer = cartridges.Packer(settings)

    def view(language: Language) -> Response:
        form = forms.asked(also=VERSIONS)
        found = chosen(catalogue, _ids(request.args.get("m", "")))
        tail = found.named
        if form in VERSIONS:
            data = packed(packer, found, form, language)
            return cartridges.answer(data, form, "list") if data else abort(404)
        if form != forms.HTML:
            if FORMS[form].single:
                raise QueryError(f"a list does not go out as {form}.")
            listed = [
                Listed(card.resource, citing.listing(card, language, labels, site))
                for card in found.cards
            ]
            return forms.answer(form, listed, language, "list")
        response = renderer.page(
            "site/list.html",
            language,
            "list",
            more={"m": tail} if tail else {},
            items=[
                Item(shown(card, language, labels), card.resource.url, " ".join(found.was[card.id]))
                for card in found.cards
            ],
            gone=found.gone,
            cut=found.more > 0,
            most=MOST,
            tail=f"?m={tail}" if tail else "",
            downloads=[
                (label, f"?m={tail}&format={name}", FORMS[name].media_type)
                for name, label in _DOWNLOADS.items()
            ],
            cartridges=[
                (version.label, f"?m={tail}&format={name}", version.media_type)
                for name, version in VERSIONS.items()
            ],
        )
        response.vary.add("Accept")
        return response

    for language, rule in ROUTES["list"].items():
        app.add_url_rule(rule, f"list.{language}", view, defaults={"language": language})


def _ids(said: str) -> list[str]:
    """Return the ids that an address names, once each, in its order; what is none is let pass."""
    return list(dict.fromkeys(each for each in said.split(_SEPARATOR) if ID.fullmatch(each)))
