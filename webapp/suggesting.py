"""Suggestions while somebody types, and where each of them leads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import msgspec
from flask import Flask, Response, request
from msgspec import Struct

from catalog.config import Site
from catalog.index import Query, QueryError, Suggestion
from webapp import addresses
from webapp.addresses import API, LANGUAGES, MAX_TEXT, Language

if TYPE_CHECKING:
    from catalog.catalogue import Catalogue

PATH = f"{API}/suggest"
MOST = 20
USUAL = 8

_SUBJECT: Mapping[Language, str] = {"nl": "onderwerp", "en": "subject"}


class Suggested(Struct, frozen=True):
    """What somebody who types may mean; ``page`` is where it leads: a record, a maker, a search."""

    kind: Literal["query", "subject", "person", "title"]
    text: str
    page: str


class Suggestions(Struct, frozen=True):
    """What somebody who types may mean, in the order in which to show it."""

    suggestions: tuple[Suggested, ...]


def address(suggestion: Suggestion, language: Language) -> str:
    """Return the path of the page that a suggestion leads to."""
    if suggestion.kind == "title":
        return addresses.path("resource", language, suggestion.id)
    text = suggestion.text
    if suggestion.kind == "person":
        return addresses.path("person", language, text)
    if suggestion.kind == "subject":
        text = field(_SUBJECT[language], text)
    return addresses.path("search", language) + addresses.write(Query(text=text))


def field(name: str, text: str) -> str:
    """Return the query for these words together in one field."""
    words = " ".join(text.replace('"', " ").split())
    return f'{name}:"{words}"'


def register(app: Flask, catalogue: Catalogue, site: Site) -> None:
    """Give suggestions their address."""

    def suggest() -> Response:
        typed = addresses.text(request.args, "q")[:MAX_TEXT]
        language, limit = _language(site), _limit()
        found = [
            Suggested(each.kind, each.text, site.url + address(each, language))
            for each in catalogue.suggest(typed, limit)
        ]
        body = msgspec.json.encode(Suggestions(tuple(found)))
        return Response(body, content_type="application/json")

    app.add_url_rule(PATH, "api.suggest", suggest)


def _language(site: Site) -> Language:
    language = request.args.get("language") or site.language
    if language not in LANGUAGES:
        raise QueryError(f"language is one of {', '.join(LANGUAGES)}.")
    return language


def _limit() -> int:
    limit = request.args.get("limit") or str(USUAL)
    if not re.fullmatch(r"[1-9][0-9]?", limit) or int(limit) > MOST:
        raise QueryError(f"limit is a whole number from 1 to {MOST}.")
    return int(limit)
