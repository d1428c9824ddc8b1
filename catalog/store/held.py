"""Deletions that wait: for the end of their run, or for a person where they are too many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from catalog.resource import LearningResource
from catalog.store import tables
from catalog.store.engine import Database

held, record, run = tables.held, tables.record, tables.run

#: deleted: the source says that it is; absent: a whole list left it out.
Because = Literal["deleted", "absent"]

_decode = msgspec.json.Decoder(LearningResource).decode


class Waiting(Struct, frozen=True, kw_only=True):
    """A live record that run ``run`` would have deleted; ``since`` is when that run began.

    ``instead`` is the identifier under which its source seems to have it now, where somebody has
    looked for that.
    """

    source: str
    id: str
    identifier: str
    title: str
    url: str
    because: Because
    run: int
    since: str
    instead: str = ""


class Held:
    """The table of deletions that wait. A record that comes by again is taken off it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of_run(self, source: str, run_id: int) -> list[int]:
        """Return the rows that run ``run_id`` would delete."""
        with self._db.reading() as connection:
            return list(
                connection.execute(
                    sa.select(held.c.record).where(held.c.source == source, held.c.run == run_id)
                ).scalars()
            )

    def keep(self, source: str, run_id: int, rows: Sequence[int], because: Because) -> None:
        """Let rows wait; those of former runs of ``source`` wait no longer."""
        known = set(self.of_run(source, run_id))
        fresh = [
            {"record": no, "source": source, "run": run_id, "because": because}
            for no in rows
            if no not in known
        ]
        with self._db.writing() as connection:
            connection.execute(held.delete().where(held.c.source == source, held.c.run != run_id))
            if fresh:
                connection.execute(held.insert(), fresh)

    def forget(self, source: str, *, unless_refused: bool = False) -> int:
        """Let the records be; return how many. ``unless_refused``: not what waits for a person."""
        query = held.delete().where(held.c.source == source)
        if unless_refused:
            refused = sa.select(run.c.id).where(run.c.source == source, run.c.status == "refused")
            query = query.where(held.c.run.not_in(refused))
        with self._db.writing() as connection:
            return connection.execute(query).rowcount

    def list(self, source: str | None = None) -> list[Waiting]:
        """Return what waits for a person, by source and identifier."""
        query = (
            sa.select(held.c.source, record.c.id, record.c.identifier, record.c.resource,
                      held.c.because, held.c.run, run.c.started)
            .join(record, record.c.no == held.c.record)
            .join(run, run.c.id == held.c.run)
            .where(run.c.status != "running", record.c.deleted.is_(False))
            .order_by(held.c.source, record.c.identifier)
        )  # fmt: skip
        if source:
            query = query.where(held.c.source == source)
        with self._db.reading() as connection:
            return [_waiting(row) for row in connection.execute(query)]

    def count_by_source(self) -> dict[str, int]:
        """Return how many records of each source wait for a person."""
        query = (
            sa.select(held.c.source, sa.func.count())
            .join(run, run.c.id == held.c.run)
            .where(run.c.status != "running")
            .group_by(held.c.source)
        )
        with self._db.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _waiting(row: Any) -> Waiting:
    resource = _decode(row.resource)
    return Waiting(
        source=row.source,
        id=row.id,
        identifier=row.identifier,
        title=resource.titles[0].text if resource.titles else "",
        url=resource.url,
        because=row.because,
        run=row.run,
        since=row.started,
    )
