"""The page on which somebody puts a frame together and copies its code. It needs no script."""

from __future__ import annotations

from typing import Literal

from flask import Flask, Response, request
from msgspec import Struct
from msgspec.structs import replace

from catalog import vocabulary
from catalog.config import EmbedSettings, Settings
from catalog.index import Query, QueryError
from webapp import addresses, framing, headers
from webapp.addresses import ROUTES, Language
from webapp.facets import Facets
from webapp.framing import THEMES, Frame
from webapp.labels import Labels
from webapp.render import Renderer

HEIGHT = 720  # pixels of a frame that does not follow what is in it
#: Facets that are offered here; any other comes along from a search.
_Facet = Literal["level", "discipline", "openness"]
_OWN = "00655a"  # the site's accent, for a field that has to show a colour
_OFFERED: tuple[Literal["level", "discipline", "openness"], ...] = (
    "level",
    "discipline",
    "openness",
)
_OPENNESS = ("open", "restricted", "closed")


class Choice(Struct, frozen=True):
    """A value that may be chosen besides."""

    code: str
    label: str


def asked(settings: EmbedSettings) -> Frame:
    """Return the frame that the query string asks for. Raises QueryError: there is none such."""
    client = request.args.get("client", "")
    if client and client not in settings.clients:
        raise QueryError("client is not known here.")
    accent = request.args.get("accent", "")
    if request.args.get("accented") == "0":  # a field for a colour cannot be left empty
        accent = ""
    return framing.frame(request.args.get("theme", ""), accent, client)


def register(app: Flask, settings: Settings, renderer: Renderer, labels: Labels) -> None:
    """Give the page its address in each language."""

    def compose(language: Language) -> Response:
        frame = asked(settings.embed)
        read = addresses.read(request.args)
        query = Query(text=read.text, filters=read.filters, without=read.without)
        inside: Language = "nl" if request.args.get("lang", language) == "nl" else "en"
        more: dict[str, str | tuple[str, ...]] = {"theme": frame.theme, "lang": inside}
        more |= {"accent": frame.accent} if frame.accent else {}
        more |= {"client": frame.client} if frame.client else {}
        base = addresses.path("embed", language)
        chips = [
            replace(
                chip,
                href=base + addresses.write(addresses.toggled(query, name, value), more),
            )
            for chip, (name, value) in zip(
                Facets(query, language, labels).chips(), addresses.chosen(query), strict=True
            )
        ]
        there = frame.at + addresses.path("search", inside) + addresses.write(query)
        response = renderer.page(
            "embed/composer.html",
            language,
            "embed",
            query=query,
            more=more,
            made=frame,
            inside=inside,
            chips=chips,
            hidden=addresses.chosen(query),
            choices={facet: _choices(facet, language, labels) for facet in _OFFERED},
            clients=settings.embed.clients,
            closed=not (settings.embed.origins or frame.client),
            themes=THEMES,
            accent=f"#{frame.accent or _OWN}",
            height=HEIGHT,
            preview=there,
            address=settings.site.url + there,
            tail=addresses.write(query).removeprefix("?"),
        )
        headers.let_in(response, "'self'")
        return response

    for language, rule in ROUTES["embed"].items():
        app.add_url_rule(rule, f"embed.{language}", compose, defaults={"language": language})


def _choices(facet: _Facet, language: Language, labels: Labels) -> list[Choice]:
    codes = _OPENNESS if facet == "openness" else vocabulary.get(facet).codes
    return [Choice(code, labels.of(facet, code, language)) for code in codes]
