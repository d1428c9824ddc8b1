"""How often queries were asked, by day: nothing of who asked them, and nothing finer than a day."""

from __future__ import annotations

import sqlalchemy as sa

from catalog.store import tables
from catalog.store.daily import Daily
from catalog.store.engine import Database

LEAST_DAYS = 3  # different ones on which a query was asked, before it is shown to others
LEAST_TIMES = 5  # or in all
MOST = 5_000  # queries that are shown

asked = tables.asked


class Asked(Daily):
    """The table of counts; a query has at most 60 characters."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, asked, asked.c.text)

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
