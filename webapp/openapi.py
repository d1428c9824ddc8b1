"""The OpenAPI 3.1 description of the API; its schemas are read from the types it answers with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from catalog.config import Site
from catalog.index import FACETS, SPANS
from catalog.store.inbox import Receipt
from webapp import suggesting
from webapp.addresses import (
    LANGUAGES,
    MAX_HITS,
    MAX_SIZE,
    MAX_TEXT,
    MAX_VALUE,
    MAX_VALUES,
    NOT,
    SIZE,
    SORTS,
    YEARS,
)
from webapp.long_facets import ORDERS
from webapp.problems import MEDIA_TYPE, Problem
from webapp.push import Accepted
from webapp.suggesting import Suggestions

_REF = "#/components/schemas/{name}"


def description(
    site: Site,
    record: type[Struct],
    work: type[Struct],
    results: type[Struct],
    values: type[Struct],
) -> dict[str, Any]:
    """Return the description; the types are what routes answer."""
    answers = [record, work, results, values, Suggestions, Accepted, Receipt, Problem]
    _, schemas = msgspec.json.schema_components(answers, ref_template=_REF)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{site.title} API",
            "version": "1",
            "description": "Search, read and post descriptions of learning materials.",
            "contact": {"email": site.contact},
        },
        "servers": [{"url": site.url}],
        "paths": {
            "/api/v1/search": {
                "get": {
                    "operationId": "search",
                    "summary": "Search the catalogue",
                    "parameters": [*_parameters(), _COUNTED, _SIZE],
                    "responses": {
                        "200": _answer("One page of results", "application/json", results),
                        **_refusals(),
                    },
                }
            },
            "/api/v1/facets/{name}": {
                "get": {
                    "operationId": "values",
                    "summary": "List all values of a facet within a search",
                    "parameters": [_in_path("name", FACETS), *_parameters(), *_LISTED],
                    "responses": {
                        "200": _answer("One page of values", "application/json", values),
                        "404": _problem("There is no such facet"),
                        **_refusals(),
                    },
                }
            },
            suggesting.PATH: {
                "get": {
                    "operationId": "suggest",
                    "summary": "Suggest queries, subjects, people and titles while somebody types",
                    "parameters": _suggesting(site),
                    "responses": {
                        "200": _answer("Suggestions", "application/json", Suggestions),
                        **_refusals(),
                    },
                }
            },
            "/api/v1/resources/{id}": {
                "get": {
                    "operationId": "resource",
                    "summary": "Read one work: the id of any of its records leads to it",
                    "parameters": [_in_path("id")],
                    "responses": {
                        "200": _answer("The work", "application/json", work),
                        "404": _problem("There is no such work"),
                        "410": _problem("All its sources have withdrawn it"),
                    },
                }
            },
            "/api/v1/copies/{id}": {
                "get": {
                    "operationId": "copy",
                    "summary": "Read one record as its source describes it",
                    "parameters": [_in_path("id")],
                    "responses": {
                        "200": _answer("The record", "application/json", record),
                        "404": _problem("There is no such record"),
                        "410": _problem("The source has withdrawn the record"),
                    },
                }
            },
            **_posting(),
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _posting() -> dict[str, Any]:
    """Return the routes by which providers post records, and ask what became of them."""
    taken = {
        "202": _answer("Taken in, to be read", "application/json", Accepted),
        "401": _problem("No token, or an unknown one"),
        "403": _problem("A token of another source"),
        "413": _problem("Larger than this source may send"),
        "429": _problem("Too many requests, or too many that wait; see Retry-After"),
    }
    media = ("application/xml", "application/json", "application/marc")
    body = {"required": True, "content": {each: {} for each in media}}
    safe: dict[str, Any] = {"security": [{"token": []}], "responses": taken}
    name, identifier = _in_path("name"), _in_path("identifier")
    return {
        "/api/v1/sources/{name}/records": {
            "post": {"operationId": "post", "summary": "Add or change records", **safe,
                     "parameters": [name], "requestBody": body},
        },
        "/api/v1/sources/{name}/records/{identifier}": {
            "put": {"operationId": "put", "summary": "Add or change one record", **safe,
                    "parameters": [name, identifier], "requestBody": body},
            "delete": {"operationId": "delete", "summary": "Withdraw one record", **safe,
                       "parameters": [name, identifier]},
        },
        "/api/v1/receipts/{id}": {
            "get": {
                "operationId": "receipt",
                "summary": "Ask what became of what was posted",
                "parameters": [_in_path("id")],
                "responses": {
                    "200": _answer("The receipt", "application/json", Receipt),
                    "404": _problem("There is no such receipt, or it is older than a month"),
                },
            }
        },
    }  # fmt: skip


def _in_path(name: str, among: Sequence[str] = ()) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", **({"enum": list(among)} if among else {})}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _refusals() -> dict[str, Any]:
    return {
        "400": _problem("The question makes no sense"),
        "503": _problem("The index is being rebuilt; try again later"),
    }


def _parameters() -> list[dict[str, Any]]:
    """Return the parameters of a search and of a list of values alike."""
    value = {"type": "string", "maxLength": MAX_VALUE}
    values = {"type": "array", "maxItems": MAX_VALUES, "items": value}
    several = "repeat the parameter for more than one"
    return [
        _parameter("q", {"type": "string"}, f"words to look for; {MAX_TEXT} characters are read"),
        *(
            _parameter(facet, values, f"any of these will do; {several}{_SPANS.get(facet, '')}")
            for facet in FACETS
        ),
        *(
            _parameter(f"{NOT}{facet}", values, f"none of these; {several}{_SPANS.get(facet, '')}")
            for facet in FACETS
        ),
        *(
            _parameter(end, {"type": "string", "pattern": "^[0-9]{4}$"}, text)
            for end, text in zip(YEARS, ("the first year", "the last year"), strict=True)
        ),
        _parameter("copies", {"enum": ["0", "1"], "default": "0"}, _COPIES),
        _parameter("literal", {"enum": ["0", "1"], "default": "0"}, _LITERAL),
        _parameter("sort", {"enum": list(SORTS), "default": "relevance"}, "order"),
        _parameter(
            "page",
            {"type": "integer", "minimum": 1, "default": 1},
            f"page times size is at most {MAX_HITS}",
        ),
    ]


def _suggesting(site: Site) -> list[dict[str, Any]]:
    most = {"type": "integer", "minimum": 1, "maximum": suggesting.MOST}
    language = {"enum": list(LANGUAGES), "default": site.language}
    return [
        _parameter("q", {"type": "string"}, "what is typed; the last word may be unfinished"),
        _parameter("language", language, "of the pages that suggestions lead to"),
        _parameter("limit", {**most, "default": suggesting.USUAL}, "suggestions at most"),
    ]


def _parameter(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": text}


def _answer(text: str, media_type: str, kind: type[Struct]) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name=kind.__name__)}
    return {"description": text, "content": {media_type: {"schema": schema}}}


def _problem(text: str) -> dict[str, Any]:
    return _answer(text, MEDIA_TYPE, Problem)


_LITERAL = "1: words as they are spelled, though nothing has them; a notice says where others were"
_COPIES = "1: each record by itself, and no works of several"
_SPANS = dict.fromkeys(SPANS, "; 2019..2023, 2019.. and ..2023 are spans, ends included")
_COUNTED = _parameter(
    "facets",
    {"type": "string", "default": ",".join(FACETS)},
    "facets to count, with commas between them; empty for none",
)
_SIZE = _parameter(
    "size", {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": SIZE}, "results"
)
_LISTED = [
    _parameter("find", {"type": "string"}, "words that the label of a value has"),
    _parameter("order", {"enum": list(ORDERS), "default": "count"}, "order of the values"),
]
