"""Counts by day: how often something was asked for, and nothing of who did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.store.engine import Database

KEPT_DAYS = 90


class Daily:
    """A table of counts: ``day``, what was asked for, ``times``."""

    def __init__(self, database: Database, table: sa.Table, key: sa.Column[str]) -> None:
        self._db = database
        self._table = table
        self._key = key.name

    def add(self, day: date, counts: Mapping[str, int]) -> None:
        """Count what was asked for on a day, and forget what is too old. Raises StoreError."""
        table, on = self._table, sqlite if self._db.is_sqlite else postgresql
        insert = on.insert(table)
        more = insert.on_conflict_do_update(
            index_elements=["day", self._key],
            set_={"times": table.c.times + insert.excluded.times},
        )
        # In one order, so that no two processes wait for each other's rows.
        rows = [
            {"day": day.isoformat(), self._key: key, "times": times}
            for key, times in sorted(counts.items())
        ]
        oldest = (day - timedelta(days=KEPT_DAYS)).isoformat()
        with self._db.writing() as connection:
            if rows:
                connection.execute(more, rows)
            connection.execute(table.delete().where(table.c.day < oldest))
