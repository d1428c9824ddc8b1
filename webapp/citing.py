"""How a material is named by whoever uses it: references, and the line that a licence asks for."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from catalog.config import Site
from catalog.export import Listing, schema_org
from catalog.export.citation import item, styles
from catalog.export.licence import attribution
from catalog.export.licence.attribution import MEDIA
from webapp import cards, forms
from webapp.addresses import Language
from webapp.labels import Labels

if TYPE_CHECKING:
    from catalog.catalogue import Card

_FOREIGN = "nofollow noopener noreferrer"
_log = logging.getLogger("vindplaats.web")


class Reference(Struct, frozen=True):
    """A reference in a style: ``html`` to read, ``text`` to copy."""

    style: str
    html: Markup
    text: str


class Credit(Struct, frozen=True):
    """The line of attribution as text, HTML or Markdown."""

    medium: str
    text: str


class Using(Struct, frozen=True):
    """All ways in which the page of a material lets others name and describe it."""

    listing: Listing
    credits: tuple[Credit, ...]
    references: tuple[Reference, ...]
    files: tuple[forms.Download, ...]
    described: tuple[forms.Download, ...]
    json_ld: Markup


def using(card: Card, language: Language, labels: Labels, site: Site) -> Using:
    """Return everything with which to name a material."""
    listed, page = listing(card, language, labels, site), cards.page_of(card, language)
    return Using(
        listing=listed,
        credits=credits_(card, listed, language),
        references=references(card, listed, language),
        files=forms.downloads(page, forms.REFERENCES),
        described=forms.downloads(page, forms.DESCRIPTIONS),
        json_ld=json_ld(card, listed),
    )


def listing(card: Card, language: Language, labels: Labels, site: Site) -> Listing:
    """Return what the catalogue says in public of a material, under its page in a language."""
    names = [labels.of("source", name, language) for name in card.sources]
    return Listing(
        url=site.url + cards.page_of(card, language),
        catalogue=site.title,
        home=site.url,
        source=", ".join(names) or labels.of("source", card.resource.source, language),
        harvested=card.harvested,
        changed=card.changed,
    )


def references(card: Card, listed: Listing, language: Language) -> tuple[Reference, ...]:
    """Return the references to a material; without one that its style cannot make."""
    cited = item(card.resource, listed, language=language)
    found = []
    for style in styles.STYLES:
        try:
            made = styles.markup(cited, style, language).replace("<a ", f'<a rel="{_FOREIGN}" ')
            html = Markup(made)  # noqa: S704 escaped there, so that each "<a " is a link
            found.append(Reference(style, html, html.striptags()))
        except Exception:  # noqa: BLE001 another's engine, on what anybody wrote: the page goes without
            _log.exception("no %s reference to %s", style, card.id)
    return tuple(found)


def credits_(card: Card, listed: Listing, language: Language) -> tuple[Credit, ...]:
    """Return the line of attribution in every medium; where many offer it, none is named."""
    if len(card.sources) > 1:
        listed = replace(listed, source="")
    return tuple(
        Credit(medium, attribution(card.resource, listed, language=language, medium=medium))
        for medium in MEDIA
    )


def json_ld(card: Card, listed: Listing) -> Markup:
    """Return what stands in the page for search engines; nothing in it can end its element."""
    found = schema_org.encode(schema_org.document(card.resource, listed))
    return Markup(found.decode())  # noqa: S704 "<", ">" and "&" are escaped there
