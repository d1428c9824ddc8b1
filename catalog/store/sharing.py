"""Keys by which records may be recognised, and the blocks of records that share one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from catalog.store import tables
from catalog.store.among import Question

work_key = tables.work_key


def keys_of(connection: sa.Connection, rows: Collection[int]) -> dict[int, set[int]]:
    """Return the keys of those records that have any."""
    found: dict[int, set[int]] = defaultdict(set)
    for no, key in _keys.ask(connection, rows):
        found[no].add(key)
    return dict(found)


_keys = Question(
    lambda among: sa.select(work_key.c.record, work_key.c.key).where(among(work_key.c.record))
)
_SOME_IN_SQLITE = sa.text(
    "SELECT * FROM (SELECT value, (SELECT json_group_array(record) FROM"
    " (SELECT record FROM work_key WHERE key = value LIMIT :most)) AS few FROM json_each(:keys))"
    " WHERE few <> '[]'"
)
_SOME = sa.text(
    "SELECT * FROM (SELECT value, (SELECT array_agg(record) FROM"
    " (SELECT record FROM work_key WHERE key = value LIMIT :most) AS some_of_it) AS few"
    " FROM unnest(CAST(:keys AS bigint[])) AS value) AS blocks WHERE few IS NOT NULL"
)
_numbers = msgspec.json.Decoder(set[int]).decode


def blocks(connection: sa.Connection, keys: Collection[int], most: int) -> dict[int, set[int]]:
    """Return the records that have each key which any has, at most so many of each."""
    if not keys:
        return {}
    if connection.dialect.name == "postgresql":
        rows = connection.execute(_SOME, {"keys": list(keys), "most": most})
        return {key: set(few) for key, few in rows}
    asked = {"keys": msgspec.json.encode(list(keys)).decode(), "most": most}
    return {key: _numbers(few) for key, few in connection.execute(_SOME_IN_SQLITE, asked)}


def insert(connection: sa.Connection, keys: Sequence[tuple[int, int]]) -> None:
    """Insert (key, row) in their order, by the driver itself: there are so many."""
    if not keys:
        return
    if connection.dialect.name == "sqlite":
        statement = "INSERT OR IGNORE INTO work_key (key, record) VALUES (?, ?)"
        connection.exec_driver_sql(statement, keys)
    else:
        insert = postgresql.insert(work_key).on_conflict_do_nothing()
        connection.execute(insert, [{"key": key, "record": no} for key, no in keys])
