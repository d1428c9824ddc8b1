"""What visitors say is wrong with a material: a reason, a few words, and nothing of who said it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, get_args

import sqlalchemy as sa
from msgspec import Struct

from catalog.store import tables
from catalog.store.engine import Database, StoreError

Reason = Literal[
    "gone", "description", "licence", "copyright", "access", "level", "double", "unfit", "other"
]
REASONS: tuple[Reason, ...] = get_args(Reason)
LONGEST = 500  # characters of what is said besides
MOST_A_DAY = 500
MOST_OF_ONE = 10  # of one material that wait

report = tables.report


class ReportsFullError(StoreError):
    """There are so many reports already that no more are taken in."""


class Report(Struct, frozen=True, kw_only=True):
    """``record`` is the id of a work or record; ``at`` an instant in UTC."""

    id: int
    record: str
    reason: Reason
    text: str
    at: str


class Reports:
    """The table of reports; what is dealt with is taken off it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, record: str, reason: Reason, text: str) -> None:
        """Keep a report. Raises ReportsFullError: enough for a day, or of this material."""
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        count = sa.select(sa.func.count()).select_from(report)
        with self._db.writing(visitor=True) as connection:
            today = connection.execute(count.where(report.c.at >= at[:10])).scalar_one()
            same = connection.execute(count.where(report.c.record == record)).scalar_one()
            if today >= MOST_A_DAY or same >= MOST_OF_ONE:
                raise ReportsFullError("there are enough reports for now.")
            row = {"record": record, "reason": reason, "text": text[:LONGEST], "at": at}
            connection.execute(report.insert(), row)

    def waiting(self, limit: int | None = None) -> list[Report]:
        """Return the reports that wait, newest first."""
        query = sa.select(report).order_by(report.c.id.desc()).limit(limit)
        with self._db.reading() as connection:
            return [Report(**row) for row in connection.execute(query).mappings()]

    def done(self, id: int) -> bool:  # noqa: A002 a report's id
        """Take a report off the list; False where there is none with this id."""
        with self._db.writing() as connection:
            return connection.execute(report.delete().where(report.c.id == id)).rowcount > 0
