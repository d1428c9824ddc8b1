"""What a mapping for an API in JSON may say, and the mappings that come along.

A mapping names, field by field, the JMESPath expression that finds a value in an item. Those in
``schemas/mappings`` say all that there is to know of one API; a source's entry may overrule any
of it.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from importlib import resources
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from catalog.sources import FilesSource, RestSource

#: Fields of a record that a mapping can fill -> what may stand after their name and a dot: the
#: language of texts, the role of people, the scheme of terms, the kind of dates; "" for nothing.
FIELDS: dict[str, str] = {
    **dict.fromkeys(("titles", "descriptions", "keywords"), "language"),
    **dict.fromkeys(("creators", "contributors", "publishers", "providers"), "role"),
    **dict.fromkeys(("level_terms", "type_terms", "subjects", "identifiers"), "scheme"),
    **dict.fromkeys(("dates", "relations"), "kind"),
    **dict.fromkeys(
        (
            *("url", "thumbnail", "languages", "rights", "access_terms", "cost", "duration"),
            *("media_types", "version", "status", "aggregation", "audience_roles", "age"),
            *("access_modes", "accessibility_features", "accessibility_hazards"),
            "accessibility_summary",
        ),
        "",
    ),
}

_ANSWER = ("items", "total", "next", "more")
_ITEM = ("identifier", "datestamp", "deleted")
_TABLES = ("map", "query", "headers", "secret_headers")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SECRET = re.compile(r"authori[sz]ation|cookie|key|token|secret|passw", re.IGNORECASE)


class MappingError(ValueError):
    """A mapping cannot be used. Half a sentence that names the key."""


def names() -> list[str]:
    """Return the names of the mappings that come along."""
    return sorted(
        file.name.removesuffix(".toml")
        for file in (resources.files("schemas") / "mappings").iterdir()
        if file.name.endswith(".toml")
    )


def filled(entry: Any) -> Any:
    """Return a source's entry with what its ``mapping`` says where it says nothing itself.

    In ``map`` tables in tables are joined: ``dates = {issued = ...}`` is ``"dates.issued"``. A
    field that is mapped to "" is not filled. Raises MappingError.
    """
    if isinstance(entry, dict) and entry.get("kind") == "files":
        columns = entry.get("columns", {})
        return {**entry, "columns": _flat(columns) if isinstance(columns, dict) else columns}
    if not isinstance(entry, dict) or entry.get("kind") != "rest":
        return entry
    preset = _preset(entry.get("mapping", ""))
    whole = {**preset, **entry}
    for key in _TABLES:
        own, usual = entry.get(key, {}), preset.get(key, {})
        if isinstance(own, dict):
            whole[key] = {**_flat(usual), **_flat(own)}
    if isinstance(whole["map"], dict):
        whole["map"] = {name: said for name, said in whole["map"].items() if said != ""}
    return whole


def _preset(name: Any) -> dict[str, Any]:
    if not name:
        return {}
    if name not in names():
        raise MappingError(f"mapping: there is no {name!r}; there are: {', '.join(names())}")
    file = resources.files("schemas") / "mappings" / f"{name}.toml"
    return tomllib.loads(file.read_text("utf-8"))


def _flat(table: dict[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        flat |= (
            _flat(value, f"{before}{key}.") if isinstance(value, dict) else {before + key: value}
        )
    return flat


def check(source: RestSource) -> None:
    """Raise MappingError at the first thing in ``source`` that could never work."""
    for problem in _problems(source):
        raise MappingError(problem)


def _problems(source: RestSource) -> Iterator[str]:
    expressions = {key: getattr(source, key) for key in (*_ANSWER, *_ITEM)}
    expressions |= {f"map.{name}": said for name, said in source.map.items()}
    for key, said in expressions.items():
        try:
            jmespath.compile(said or "@")
        except JMESPathError as error:
            yield f"{key}: {said!r} is no JMESPath ({_first_line(error)})"
    yield from _field_problems(source)
    if source.paging in ("link", "cursor") and not source.next:
        yield f"paging {source.paging!r} needs next: where the next page is named in an answer"
    for name in source.headers:
        if _SECRET.search(name):
            yield (
                f"headers.{name} looks like a secret: put it in an environment variable, and the "
                "variable's name in secret_headers"
            )
    for name, variable in source.secret_headers.items():
        if not _VARIABLE.fullmatch(variable):
            yield f"secret_headers.{name} must be the name of an environment variable"


def check_columns(source: FilesSource) -> None:
    """Check which fields the columns of a table are to fill. Raises MappingError."""
    if not source.columns:
        return
    fields = {name: column for name, column in source.columns.items() if name != "identifier"}
    for problem in _table_problems("columns", fields):
        raise MappingError(problem)
    if "identifier" not in source.columns:
        raise MappingError(
            "columns: identifier is missing: the column that names a record for ever"
        )


def _field_problems(source: RestSource) -> Iterator[str]:
    return _table_problems("map", source.map)


def _table_problems(table: str, fields: dict[str, str]) -> Iterator[str]:
    for name in fields:
        field, dot, _ = name.partition(".")
        if field not in FIELDS:
            close = difflib.get_close_matches(field, FIELDS, 1)
            hint = f"; did you mean {close[0]}?" if close else f"; there are: {', '.join(FIELDS)}"
            yield f"{table}.{name}: there is no field {field}{hint}"
        elif dot and not FIELDS[field]:
            yield f"{table}.{name}: nothing can stand after {field}"
    if not any(name.partition(".")[0] == "titles" for name in fields):
        yield f"{table}: titles is missing, and a record without a title is not accepted"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(":. ")
