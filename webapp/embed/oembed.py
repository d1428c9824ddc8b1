"""oEmbed 1.0: a site that is given the address of a material here asks for something to show.

Only addresses of our own pages are known; they are read, and nothing is ever fetched. What goes
back is a frame of our own with the card of the material.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urlencode

import msgspec
from flask import Flask, Response, request
from lxml import etree
from markupsafe import escape
from msgspec import Struct

from catalog.config import Settings
from webapp import addresses, cards
from webapp.addresses import ROUTES, Language
from webapp.atom import clean
from webapp.framing import Frame
from webapp.labels import Labels
from webapp.words import words

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

PATH = "/oembed"
WIDTH, HEIGHT = 640, 280  # pixels of the card, where the asker has room for it
_KEPT = 24 * 3600  # seconds for which an answer holds
_LONGEST = 4000  # characters of an address
_MOST = 300  # characters of a title
#: The card needs no scripts; its links open a window of their own.
_SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
_PIXELS = re.compile(r"[1-9][0-9]{0,17}")
#: Pages that show a material, in each language, as what stands before its id.
_PAGES: tuple[tuple[str, Language], ...] = tuple(
    (rule.partition("<")[0], language)
    for page in ("resource", "copy")
    for language, rule in ROUTES[page].items()
)


class Answer(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What to show (2.3.4.4), in the names of the standard."""

    version: Literal["1.0"]
    type: Literal["rich"]
    title: str
    author_name: str = ""
    provider_name: str
    provider_url: str
    cache_age: int
    html: str
    width: int
    height: int


def discovery(page: str) -> tuple[tuple[str, str], ...]:
    """Return (media type, path) of what says how to show the page with this address (4)."""
    asked = urlencode({"url": page})
    return (
        ("application/json+oembed", f"{PATH}?{asked}&format=json"),
        ("text/xml+oembed", f"{PATH}?{asked}&format=xml"),
    )


def register(app: Flask, catalogue: Catalogue, settings: Settings) -> None:
    """Answer oEmbed, and let templates say where."""
    site, labels = settings.site, Labels(settings)

    def oembed() -> Response:
        form = request.args.get("format") or "json"
        if form not in ("json", "xml"):
            return _refused(501, "format is json or xml.")
        url = request.args.get("url", "")
        width, height = (_pixels(name, most) for name, most in _ROOM.items())
        if not (url and width and height):
            return _refused(400, "url is needed; maxwidth and maxheight are whole numbers from 1.")
        id_, language = material(url, site.url)
        card = catalogue.card(id_) if id_ else None
        if card is None or card.deleted:
            return _refused(404, "No material has this address.")
        shown = cards.shown(card, language, labels)
        best = cards.best(card.resource.titles, language).text
        title = clean(best or words(language)("card.untitled"))[:_MOST]
        there = site.url + Frame().at + addresses.path("resource", language, card.id)
        answer = Answer(
            version="1.0",
            type="rich",
            title=title,
            author_name=clean(shown.makers)[:_MOST],
            provider_name=site.title,
            provider_url=site.url,
            cache_age=_KEPT,
            html=_html(there, title, width, height),
            width=width,
            height=height,
        )
        return _written(answer, form)

    app.add_url_rule(PATH, "oembed", oembed)
    app.jinja_env.globals["oembed"] = discovery


_ROOM = {"maxwidth": WIDTH, "maxheight": HEIGHT}


def material(url: str, site: str) -> tuple[str, Language]:
    """Return the id of the material whose page has this address, or "", and its language."""
    path = url[:_LONGEST].removeprefix(site) if url.startswith(f"{site}/") else ""
    path = re.split("[?#]", path, maxsplit=1)[0]
    for start, language in _PAGES:
        if path.startswith(start):
            return unquote(path.removeprefix(start)), language
    return "", "nl"


def _pixels(name: str, most: int) -> int:
    """Return the room in pixels, ``most`` where there is more; 0 where it is no number."""
    asked = request.args.get(name) or str(most)
    return min(int(asked), most) if _PIXELS.fullmatch(asked) else 0


def _html(address: str, title: str, width: int, height: int) -> str:
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="{width}" '
        f'height="{height}" sandbox="{_SANDBOX}" loading="lazy" style="border:0"></iframe>'
    )


def _written(answer: Answer, form: str) -> Response:
    if form == "json":
        response = Response(msgspec.json.encode(answer), content_type="application/json")
    else:
        root = etree.Element("oembed")
        for name, value in msgspec.to_builtins(answer).items():
            etree.SubElement(root, name).text = str(value)
        body = etree.tostring(root, xml_declaration=True, encoding="utf-8", standalone=True)
        response = Response(body, content_type="text/xml; charset=utf-8")
    return _open(response)


def _refused(status: int, why: str) -> Response:
    return _open(Response(f"{why}\n", status, content_type="text/plain; charset=utf-8"))


def _open(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"  # public, and no cookies
    return response
