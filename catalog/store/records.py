"""Records out of the store, and the change sequence that all others follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from catalog.resource import LearningResource
from catalog.store import tables
from catalog.store.among import Question
from catalog.store.engine import Database
from catalog.store.model import Stored

_decode = msgspec.json.Decoder(LearningResource).decode

record = tables.record

#: The columns of a ``Stored``, for ``as_stored``.
STORED = (
    record.c.id, record.c.seq, record.c.format, record.c.datestamp,
    record.c.deleted, record.c.added, record.c.changed, record.c.resource,
)  # fmt: skip

# Made once: a harvest's index asks for it again and again.
_changed = (
    sa.select(*STORED)
    .where(record.c.seq > sa.bindparam("after"))
    .order_by(record.c.seq)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_by_id = Question(lambda among: sa.select(*STORED).where(among(record.c.id)))


class Records:
    """The table of records, for reading."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def latest(self) -> int:
        """Return the number of the last change."""
        with self._db.reading() as connection:
            return connection.execute(sa.select(tables.sequence.c.value)).scalar() or 0

    def changes(self, after: int, limit: int = 1000) -> list[Stored]:
        """Return the records that changed after number ``after``, in order, deletes included."""
        with self._db.reading() as connection:
            rows = connection.execute(_changed, {"after": after, "limit": limit})
            return list(map(as_stored, rows.all()))

    def all_changes(self, until: int | None = None) -> Iterator[Stored]:
        """Yield every record by its last change, in small transactions.

        With ``until`` a number of the sequence, records that change later are left out, so that
        none is met twice however long this takes.
        """
        after = 0
        while batch := self.changes(after):
            after = batch[-1].seq
            if until is not None and after > until:
                yield from (stored for stored in batch if stored.seq <= until)
                return
            yield from batch

    def get(self, id: str) -> Stored | None:  # noqa: A002 it is the record's id
        return self.get_many([id]).get(id)

    def get_many(self, ids: Iterable[str]) -> dict[str, Stored]:
        with self._db.reading() as connection:
            return {row[0]: as_stored(row) for row in _by_id.ask(connection, list(ids))}

    def by_rows(self, rows: Sequence[int]) -> Iterator[LearningResource]:
        """Yield what is described by ``rows``, in no order."""
        for start in range(0, len(rows), 1000):
            part = rows[start : start + 1000]
            with self._db.reading() as connection:
                query = sa.select(record.c.resource).where(record.c.no.in_(part))
                yield from map(_decode, connection.execute(query).scalars().all())

    def newest(self, limit: int) -> list[Stored]:
        """Return the live records that changed last, newest first."""
        with self._db.reading() as connection:
            rows = connection.execute(
                sa.select(*STORED)
                .where(record.c.deleted.is_(False))
                .order_by(record.c.seq.desc())
                .limit(limit)
            )
            return [as_stored(row) for row in rows]

    def of(self, source: str) -> Iterator[LearningResource]:
        """Yield the live resources of ``source``, in small transactions."""
        return (stored.resource for stored in self.live(source))

    def live(self, source: str) -> Iterator[Stored]:
        """Yield the live records of ``source``, in small transactions."""
        query = sa.select(record.c.no).where(record.c.source == source, record.c.deleted.is_(False))
        with self._db.reading() as connection:
            rows = sorted(connection.execute(query).scalars())
        for start in range(0, len(rows), 1000):
            some = sa.select(*STORED).where(record.c.no.in_(rows[start : start + 1000]))
            with self._db.reading() as connection:
                found = connection.execute(some.where(record.c.deleted.is_(False))).all()
            yield from map(as_stored, found)

    def ids(self, rows: Sequence[int]) -> list[str]:
        """Return the ids of rows."""
        query = sa.select(record.c.id).where(record.c.no.in_(rows)).order_by(record.c.no)
        with self._db.reading() as connection:
            return list(connection.execute(query).scalars())

    def count_by_source(self) -> dict[str, int]:
        """Return the number of live records of each source that has any."""
        with self._db.reading() as connection:
            rows = connection.execute(
                sa.select(record.c.source, sa.func.count())
                .where(record.c.deleted.is_(False))
                .group_by(record.c.source)
            )
            return {row[0]: row[1] for row in rows}


def as_stored(row: Sequence[Any]) -> Stored:
    """Return what a row of the columns ``STORED`` says."""
    record_id, seq, name, datestamp, deleted, added, changed, described = row
    return Stored(
        id=record_id,
        seq=seq,
        format=name,
        datestamp=datestamp,
        deleted=bool(deleted),
        added=added,
        changed=changed,
        resource=_decode(described),
    )
