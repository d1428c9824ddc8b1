"""Asking for many rows at once."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from msgspec import json
from sqlalchemy.dialects import postgresql

_encode = json.Encoder().encode


def among(
    connection: sa.Connection, column: sa.Column[int] | sa.Column[str], values: Collection[object]
) -> sa.ColumnElement[bool]:
    """Return the condition that ``column`` is one of ``values``, however many these are.

    They are bound as one: to bind thousands of parameters takes longer than to look them up, and
    databases take only so many.
    """
    if connection.dialect.name == "postgresql":
        some = sa.bindparam(None, list(values), type_=postgresql.ARRAY(column.type))
        return column == sa.any_(some)
    text = sa.bindparam(None, _encode(list(values)).decode(), type_=sa.Text)
    return column.in_(sa.select(sa.func.json_each(text).table_valued("value").c.value))
