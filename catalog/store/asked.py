"""How often queries were asked, by day: nothing of who asked them, and nothing finer than a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.store import tables
from catalog.store.engine import Database

KEPT_DAYS = 90
LEAST_DAYS = 3  # different ones on which a query was asked, before it is shown to others
LEAST_TIMES = 5  # or in all
MOST = 5_000  # queries that are shown

asked = tables.asked


class Asked:
    """The table of counts."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, day: date, counts: Mapping[str, int]) -> None:
        """Count queries of a day (at most 60 characters each), and forget what is too old."""
        on = sqlite if self._db.is_sqlite else postgresql
        insert = on.insert(asked)
        more = insert.on_conflict_do_update(
            index_elements=["day", "text"], set_={"times": asked.c.times + insert.excluded.times}
        )
        # In one order, so that no two processes wait for each other's rows.
        rows = [{"day": day.isoformat(), "text": t, "times": n} for t, n in sorted(counts.items())]
        oldest = (day - timedelta(days=KEPT_DAYS)).isoformat()
        with self._db.writing() as connection:
            if rows:
                connection.execute(more, rows)
            connection.execute(asked.delete().where(asked.c.day < oldest))

    def popular(self) -> list[str]:
        """Return the queries that enough people asked to be shown to others, most asked first."""
        times, days = sa.func.sum(asked.c.times), sa.func.count()
        query = (
            sa.select(asked.c.text)
            .group_by(asked.c.text)
            .having(sa.or_(times >= LEAST_TIMES, days >= LEAST_DAYS))
            .order_by(times.desc(), asked.c.text)
            .limit(MOST)
        )
        with self._db.reading() as connection:
            return list(connection.execute(query).scalars())
