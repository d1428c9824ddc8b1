"""An item of an API to a document that says what its values mean, by a source's mapping."""

from __future__ import annotations

from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from catalog.config import RestSource
from harvester.errors import ParseError
from harvester.raw import Raw

MEDIA_TYPE = "application/json"


class ExpressionError(ValueError):
    """An expression cannot be applied to what is there."""


class Mapping:
    """The expressions of one source, compiled."""

    def __init__(self, source: RestSource) -> None:
        self._fields = [(name, jmespath.compile(said)) for name, said in source.map.items()]
        self._identifier = jmespath.compile(source.identifier)
        self._datestamp = jmespath.compile(source.datestamp) if source.datestamp else None
        self._deleted = jmespath.compile(source.deleted) if source.deleted else None

    def raw(self, item: Any, content: bytes, *, source: str, url: str) -> Raw:
        """Return the raw of an item.

        Its ``content`` is the item as it came, its ``parsed`` the mapped document. It comes
        ``rejected`` where it is no object (``json.shape``), has no identifier
        (``record.identifier_missing``) or an expression fails on it (``mapping.failed``).
        """
        raw = Raw(source=source, identifier="", media_type=MEDIA_TYPE, url=url, content=content)
        if not isinstance(item, dict):
            raw.rejected = ParseError("json.shape", f"the item is no object: {content[:60]!r}")
            return raw
        try:
            raw.identifier = word(find(self._identifier, item))
            if self._datestamp:
                raw.datestamp = word(find(self._datestamp, item))
            if not raw.identifier:
                raw.rejected = ParseError(
                    "record.identifier_missing", "the item says nowhere which record it is"
                )
            elif self._deleted and find(self._deleted, item):
                raw.deleted = True
            else:
                raw.parsed = self._document(item)
        except ExpressionError as error:
            raw.rejected = ParseError("mapping.failed", str(error))
        return raw

    def _document(self, item: dict[str, Any]) -> dict[str, Any]:
        document: dict[str, Any] = {"@type": "Mapped"}
        for name, expression in self._fields:
            try:
                value = find(expression, item)
            except ExpressionError as error:
                raise ExpressionError(f"{name}: {error}") from error
            if value not in (None, "", [], {}):
                document[name] = value
        return document


def find(expression: Any, document: Any) -> Any:
    """Return what a compiled expression finds. Raises ExpressionError."""
    try:
        return expression.search(document)
    except (JMESPathError, ArithmeticError, TypeError, ValueError, RecursionError) as error:
        raise ExpressionError(f"{expression.expression}: {error}") from error


def word(value: Any) -> str:
    """Return a string or number as a string, and "" for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()
