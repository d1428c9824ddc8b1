"""The one sequence of changes: who takes the next numbers, and what is described anew by them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.store import tables
from catalog.store.among import among
from catalog.store.engine import Database

restated = tables.restated

# Made once: to build it takes longer than to run it.
_take = (
    tables.sequence.update()
    .values(value=tables.sequence.c.value + sa.bindparam("count"))
    .returning(tables.sequence.c.value)
)


def take(connection: sa.Connection, count: int) -> int:
    """Take the next ``count`` numbers, in a writing transaction, and return the first."""
    last = connection.execute(_take, {"count": count}).scalar_one()
    return int(last) - count + 1


def restate(connection: sa.Connection, ids: Iterable[str]) -> None:
    """Note, in a writing transaction, that the cards with these ids are to be described anew."""
    if not (rows := [{"id": each} for each in dict.fromkeys(ids)]):
        return
    first = take(connection, len(rows))
    insert = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(restated)
    again = insert.on_conflict_do_update(index_elements=["id"], set_={"seq": insert.excluded.seq})
    connection.execute(again, [{**row, "seq": first + i} for i, row in enumerate(rows)])


class Restated:
    """The table of cards that are to be described anew, for reading."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def changes(self, after: int, limit: int = 1000) -> list[tuple[int, str]]:
        """Return (number, id) of what was restated after a number, in order."""
        query = (
            sa.select(restated.c.seq, restated.c.id)
            .where(restated.c.seq > after)
            .order_by(restated.c.seq)
            .limit(limit)
        )
        with self._db.reading() as connection:
            return [(row.seq, row.id) for row in connection.execute(query)]

    def of(self, ids: Collection[str]) -> dict[str, int]:
        """Return the number by which each of these cards was restated last, if it ever was."""
        query = sa.select(restated.c.id, restated.c.seq)
        with self._db.reading() as connection:
            rows = connection.execute(query.where(among(connection, restated.c.id, ids)))
            return {row.id: row.seq for row in rows}
