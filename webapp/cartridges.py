"""Materials as a Common Cartridge, for a learning environment to import: of a search or a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask, Response, abort, request
from msgspec.structs import replace

from catalog.config import Settings
from catalog.export.cartridge import VERSIONS, Contents, cartridge
from catalog.export.reading_list import Listed
from catalog.index import FACETS, Query, QueryError
from webapp import addresses, citing
from webapp.addresses import ROUTES, Language
from webapp.facets import Facets
from webapp.labels import Labels

if TYPE_CHECKING:
    from catalog.catalogue import Card, Catalogue

MOST = addresses.MAX_SIZE  # materials in a cartridge: a course of more is a catalogue
USUAL = next(iter(VERSIONS))


class Packer:
    """Packs what the catalogue shows."""

    def __init__(self, settings: Settings) -> None:
        self.labels = Labels(settings)
        self.site = settings.site

    def pack(
        self, cards: Iterable[Card], version: str, contents: Contents, language: Language
    ) -> bytes:
        """Return cards as a cartridge. ``contents.url`` is a path of ours, or ""."""
        listed = [
            Listed(card.resource, citing.listing(card, language, self.labels, self.site))
            for card in cards
        ]
        contents = replace(
            contents,
            url=contents.url and self.site.url + contents.url,
            catalogue=self.site.title,
        )
        return cartridge(listed, VERSIONS[version], contents, language)

    def found(
        self,
        catalogue: Catalogue,
        query: Query,
        version: str,
        language: Language,
        *,
        title: str = "",
    ) -> bytes | None:
        """Return the first hits of a search, by default called as what was asked; None for none.

        Raises QueryError and SearchError.
        """
        query = replace(query, page=1, size=MOST, facets=())
        hits = catalogue.search(replace(query, language=language))
        cards = [card for card in hits.cards if not card.deleted]
        shown = replace(query, size=addresses.SIZE, facets=FACETS)
        facets = Facets(shown, language, self.labels)
        contents = Contents(
            title=title or facets.about(),
            url=facets.base + addresses.write(shown),
            total=hits.total,
        )
        return self.pack(cards, version, contents, language) if cards else None


def register(app: Flask, catalogue: Catalogue, settings: Settings) -> None:
    """Give the cartridge of a search its address in each language."""
    packer = Packer(settings)

    def search(language: Language) -> Response:
        version = asked()
        data = packer.found(catalogue, addresses.read(request.args), version, language)
        return answer(data, version, "search") if data else abort(404)

    for language, rule in ROUTES["cartridge"].items():
        app.add_url_rule(rule, f"cartridge.{language}", search, defaults={"language": language})


def asked() -> str:
    """Return the version that the request asks for. Raises QueryError: there is none such."""
    named = request.args.get("version") or USUAL  # format is a facet
    if named not in VERSIONS:
        raise QueryError(f"version is one of {', '.join(VERSIONS)}.")
    return named


def answer(data: bytes, version: str, name: str) -> Response:
    """Return a cartridge as a file that is called ``name``."""
    made = VERSIONS[version]
    response = Response(data, content_type=made.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{quote(name)}{made.suffix}"'
    response.headers["Access-Control-Allow-Origin"] = "*"  # public, and no cookies
    response.headers["X-Robots-Tag"] = "noindex"
    return response
