"""Asking for many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import sqlalchemy as sa
from msgspec import json
from sqlalchemy.dialects import postgresql

_encode = json.Encoder().encode


Column = sa.Column[int] | sa.Column[str]


def among(
    connection: sa.Connection, column: Column, values: Collection[object]
) -> sa.ColumnElement[bool]:
    """Return the condition that ``column`` is one of ``values``, however many these are.

    They are bound as one: to bind thousands of parameters takes longer than to look them up, and
    databases take only so many.
    """
    dialect = connection.dialect.name
    return _among(dialect, column, sa.literal(_bound(dialect, values), _type(dialect, column)))


class Question:
    """A query about many rows, built once for each database: that takes longer than to run it.

    ``build`` is handed what makes the condition that a column is one of the values asked about.
    """

    def __init__(self, build: Callable[[Callable[[Column], sa.ColumnElement[bool]]], Any]) -> None:
        self._build = build
        self._built: dict[str, Any] = {}

    def ask(self, connection: sa.Connection, values: Collection[object]) -> Sequence[Any]:
        """Return the rows that answer it; none where nothing is asked about."""
        if not values:
            return []
        dialect = connection.dialect.name
        if dialect not in self._built:
            self._built[dialect] = self._build(
                lambda column: _among(
                    dialect, column, sa.bindparam("values", type_=_type(dialect, column))
                )
            )
        return connection.execute(self._built[dialect], {"values": _bound(dialect, values)}).all()


def _among(dialect: str, column: Column, values: Any) -> sa.ColumnElement[bool]:
    if dialect == "postgresql":
        return column == sa.any_(values)
    return column.in_(sa.select(sa.func.json_each(values).table_valued("value").c.value))


def _bound(dialect: str, values: Collection[object]) -> object:
    return list(values) if dialect == "postgresql" else _encode(list(values)).decode()


def _type(dialect: str, column: Column) -> Any:
    return postgresql.ARRAY(column.type) if dialect == "postgresql" else sa.Text()
