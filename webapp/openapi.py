"""The OpenAPI 3.1 description of the API: made of its operations and the types they answer with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec

from catalog.config import Site
from webapp.examples import examples
from webapp.operations import OPERATIONS, Operation, told
from webapp.parameters import Parameter
from webapp.problems import KINDS, MEDIA_TYPE, Problem

_SCHEMA = "#/components/schemas/{name}"
_JSON = "application/json"
_BODIES = ("application/xml", _JSON, "application/marc")
_LIMITED = r'^"[a-z]+";r=[0-9]+;t=[0-9]+$'
_HEADERS: dict[str, tuple[str, dict[str, Any]]] = {
    "ETag": ("header.etag", {"type": "string", "pattern": '^(W/)?".*"$'}),
    "Link": ("header.link", {"type": "string"}),
    "Location": ("header.location", {"type": "string", "format": "uri"}),
    "RateLimit": ("header.ratelimit", {"type": "string", "pattern": _LIMITED}),
    "RateLimit-Policy": ("header.policy", {"type": "string"}),
    "Retry-After": ("header.retry", {"type": "string", "pattern": "^[0-9]+$"}),
    "WWW-Authenticate": ("header.authenticate", {"type": "string"}),
}
_COUNTED = ("RateLimit", "RateLimit-Policy")
#: Of a problem, beyond what every answer has.
_OWN = {429: ("Retry-After",), 503: ("Retry-After",), 401: ("WWW-Authenticate",)}


def description(site: Site) -> dict[str, Any]:
    """Return the description of the API of one site, in English."""
    answers = [operation.answer for operation in OPERATIONS if operation.answer]
    _, schemas = msgspec.json.schema_components([*answers, Problem], ref_template=_SCHEMA)
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation, site)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{site.title} API",
            "version": "1",
            "summary": told("summary", "en"),
            "description": told("about", "en", page=f"{site.url}/api"),
            "contact": {"email": site.contact},
        },
        "servers": [{"url": site.url}],
        "externalDocs": {"url": f"{site.url}/api"},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "headers": {
                name: {"description": told(words, "en"), "schema": schema}
                for name, (words, schema) in _HEADERS.items()
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(operation: Operation, site: Site) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": operation.id,
        "summary": told(f"{operation.id}.title", "en"),
        "description": told(f"{operation.id}.text", "en"),
        "parameters": [_parameter(each) for each in operation.parameters],
        "responses": dict(_responses(operation, site)),
    }
    if operation.posts:
        said["security"] = [{"token": []}]
    if operation.body:
        said["requestBody"] = {"required": True, "content": {each: {} for each in _BODIES}}
    return said


def _responses(operation: Operation, site: Site) -> Iterator[tuple[str, dict[str, Any]]]:
    body: dict[str, Any] = {"schema": {"type": "object"}}
    if operation.answer:
        schema = {"$ref": _SCHEMA.format(name=operation.answer.__name__)}
        body = {"schema": schema, "example": examples(site)[operation.id]}
    counted = () if operation.posts else _COUNTED
    own = ("Location",) if operation.posts else ("ETag", *(("Link",) if operation.links else ()))
    yield (
        str(operation.status),
        {
            "description": told(f"{operation.id}.answer", "en"),
            "headers": _headers(*own, *counted),
            "content": {_JSON: body},
        },
    )
    for status, kinds in groupby(sorted(operation.problems, key=_status), _status):
        yield str(status), _failure(status, [*kinds], counted, site)


def _failure(
    status: int, kinds: Sequence[str], counted: tuple[str, ...], site: Site
) -> dict[str, Any]:
    """Return what is said of a status that stands for one kind of problem, or for several."""
    examples = {
        kind: {"value": Problem(f"{site.url}/api#{kind}", KINDS[kind][1], status)} for kind in kinds
    }
    schema = {"$ref": _SCHEMA.format(name=Problem.__name__)}
    return {
        "description": " ".join(told(f"problem.{kind}", "en") for kind in kinds),
        "headers": _headers(*counted, *_OWN.get(status, ())),
        "content": {MEDIA_TYPE: {"schema": schema, "examples": examples}},
    }


def _status(kind: str) -> int:
    return KINDS[kind][0]


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = parameter.schema()
    said: dict[str, Any] = {
        "name": parameter.name,
        "in": "path" if parameter.in_path else "query",
        "required": parameter.in_path,
        "description": told(f"parameter.{parameter.words}", "en", **parameter.values),
        "schema": schema,
    }
    if parameter.commas:
        said |= {"style": "form", "explode": False}
    if parameter.example:
        several = [parameter.example] if not parameter.commas else parameter.example.split(",")
        said["example"] = several if parameter.several else parameter.example
    return said
