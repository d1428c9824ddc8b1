"""What the two services ask and answer, in OpenAPI 3.1: as the standard has it, and no wider."""

from __future__ import annotations

from typing import Any

from catalog.config import Site
from catalog.index.plan import MOST_HITS, MOST_SIZE
from webapp.resource_search import filters
from webapp.resource_search.kinds import KINDS, OTHER
from webapp.resource_search.resources import AUDIENCE, FIELDS, HAZARDS, MODES
from webapp.resource_search.status import MINORS

_TEXT = {"type": "string", "minLength": 1}
_URL = {"type": "string", "format": "uri", "pattern": "^https?://"}
_REQUIRED = ("name", "learningResourceType", "publisher", "url", "identifier", "page")


def description(site: Site, prefix: str, sorts: tuple[str, ...]) -> dict[str, Any]:
    """Return the description of the services at ``prefix`` of a site."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{site.title}: LTI Resource Search",
            "version": "1.0",
            "contact": {"email": site.contact},
        },
        "servers": [{"url": site.url + prefix}],
        "paths": {
            "/resources": {
                "get": {
                    "operationId": "searchForResources",
                    "parameters": _parameters(sorts),
                    "responses": _responses("ResourceSet", ("400", "429", "503")),
                }
            },
            "/subjects": {
                "get": {
                    "operationId": "getAllSubjects",
                    "responses": _responses("SubjectSet", ("429",)),
                }
            },
        },
        "components": {
            "schemas": {
                "ResourceSet": _set("resources", "Resource", MOST_SIZE),
                "Resource": _object(_resource(), _REQUIRED),
                "SubjectSet": _set("subjects", "Subject"),
                "Subject": _object(
                    {"identifier": _number(2), "name": _TEXT, "parent": _number(1)},
                    ("identifier", "name", "parent"),
                ),
                "imsx_StatusInfo": _status(),
            }
        },
    }


def _parameters(sorts: tuple[str, ...]) -> list[dict[str, Any]]:
    fields = ", ".join(filters.FIELDS)
    said: dict[str, dict[str, Any]] = {
        "limit": {**_number(1), "maximum": MOST_SIZE, "default": MOST_SIZE},
        "offset": {**_number(0), "maximum": MOST_HITS - 1, "default": 0},
        "filter": {
            "type": "string",
            "maxLength": filters.MOST_CHARACTERS,
            "description": f"Conditions with AND, OR and parentheses, on {fields}.",
            "examples": ["search~'energy' AND learningResourceType='Media/Video'"],
        },
        "sort": {"enum": list(sorts)},
        "orderBy": {"enum": ["asc", "desc"]},
        "fields": {"type": "array", "items": {"enum": list(FIELDS)}},
    }
    return [
        {"name": name, "in": "query", "schema": schema, "explode": False}
        for name, schema in said.items()
    ]


def _responses(answer: str, errors: tuple[str, ...]) -> dict[str, Any]:
    return {
        "200": _response("What was asked for.", answer),
        **{status: _response("What is wrong, in words.", "imsx_StatusInfo") for status in errors},
        "default": _response("What is wrong, in words.", "imsx_StatusInfo"),
    }


def _response(words: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": words, "content": content}


def _resource() -> dict[str, Any]:
    objective = {
        "alignmentType": {"const": "educationLevel"},
        "educationalFramework": _TEXT,
        "targetName": _TEXT,
        "targetURL": _URL,
    }
    return {
        "name": _TEXT,
        "description": _TEXT,
        "subject": _list(_TEXT),
        "url": _URL,
        "learningResourceType": _list({"enum": sorted({OTHER, *KINDS.values()})}),
        "language": _list(_TEXT),
        "thumbnailUrl": _URL,
        "typicalAgeRange": {"type": "string", "pattern": "^[0-9]+-[0-9]+$"},
        "learningObjectives": _list(_object(objective, ("alignmentType", "targetName"))),
        "author": {"type": "array", "minItems": 1, "items": _TEXT},  # namesakes are two
        "publisher": _TEXT,
        "useRightsURL": _URL,
        "timeRequired": {"type": "string", "pattern": "^P[0-9YMWDTHS.]+$"},
        "technicalFormat": {"type": "string", "pattern": "^[a-z]+/[a-z0-9.+-]+$"},
        "educationalAudience": _list({"enum": list(AUDIENCE.values())}),
        "accessibilityFeatures": _list(_TEXT),
        "accessibilityHazards": _list({"enum": sorted(HAZARDS)}),
        "accessMode": _list({"enum": sorted(MODES)}),
        "publishDate": {"type": "string", "format": "date"},
        "identifier": _TEXT,
        "page": _URL,
    }


def _status() -> dict[str, Any]:
    minor = {"imsx_codeMinorFieldName": _TEXT, "imsx_codeMinorFieldValue": {"enum": list(MINORS)}}
    said = {
        "imsx_codeMajor": {"const": "failure"},
        "imsx_severity": {"const": "error"},
        "imsx_description": _TEXT,
        "imsx_codeMinor": _object(
            {"imsx_codeMinorField": _list(_object(minor, tuple(minor)))}, ("imsx_codeMinorField",)
        ),
    }
    return _object(said, tuple(said))


def _object(properties: dict[str, Any], required: tuple[str, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _set(name: str, of: str, most: int | None = None) -> dict[str, Any]:
    items: dict[str, Any] = {"type": "array", "items": {"$ref": f"#/components/schemas/{of}"}}
    return _object({name: items if most is None else {**items, "maxItems": most}}, (name,))


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "uniqueItems": True, "items": items}


def _number(least: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least}
