"""Which works there are, by the first digits of their ids: for those who list every page.

Ids are spread evenly (see ``catalog.store.model.record_id``), so that a range of them is a share
of all, found by an index, and stays the same one whatever comes and goes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import sqlalchemy as sa
from msgspec import Struct

from catalog.store import tables
from catalog.store.engine import Database

record, member = tables.record, tables.member

_DIGITS = 2  # of the ids by which changes are known
_END = "g"  # after every hexadecimal digit


class Mapped(Struct, frozen=True):
    """A work that has a live copy, and the instant of its last change."""

    id: str
    changed: str


class Map:
    """The tables of records and works, for reading."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._lock = threading.Lock()
        self._reached = 0  # the change up to which the instants are known
        self._changed: dict[str, str] = {}

    def size(self) -> int:
        """Return the number of live records: of works there are no more."""
        query = sa.select(sa.func.count()).where(record.c.deleted.is_(False))
        with self._db.reading() as connection:
            return connection.execute(query).scalar_one()

    def works(self, start: str) -> Iterator[Mapped]:
        """Return the works whose ids start so, in order."""
        alone = (
            sa.select(record.c.id.label("id"), record.c.changed.label("changed"))
            .join(member, member.c.record == record.c.no, isouter=True)
            .where(record.c.deleted.is_(False), member.c.record.is_(None))
            .where(record.c.id >= start, record.c.id < start + _END)
        )
        grouped = (
            sa.select(member.c.work, sa.func.max(record.c.changed))
            .join(record, record.c.no == member.c.record)
            .where(record.c.deleted.is_(False))
            .where(member.c.work >= start, member.c.work < start + _END)
            .group_by(member.c.work)
        )
        with self._db.reading() as connection:
            rows = connection.execute(sa.union_all(alone, grouped).order_by("id")).all()
        return (Mapped(id_, changed) for id_, changed in rows)

    def changed(self, digits: int) -> dict[str, str]:
        """Return when something last changed, by the first ``digits`` (0 to 2) of works' ids.

        All records are looked at once; after that, only what has changed since.
        """
        of = sa.func.substr(sa.func.coalesce(member.c.work, record.c.id), 1, _DIGITS)
        with self._lock:
            query = (
                sa.select(of, sa.func.max(record.c.changed), sa.func.max(record.c.seq))
                .join(member, member.c.record == record.c.no, isouter=True)
                .where(record.c.seq > self._reached)
                .group_by(of)
            )
            with self._db.reading() as connection:
                rows = connection.execute(query).all()
            for start, changed, seq in rows:
                self._changed[start] = max(changed, self._changed.get(start, ""))
                self._reached = max(seq, self._reached)
            known = dict(self._changed)
        found: dict[str, str] = {}
        for start, changed in known.items():
            found[start[:digits]] = max(changed, found.get(start[:digits], ""))
        return found
