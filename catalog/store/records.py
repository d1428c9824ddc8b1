"""Records in and out, and the change sequence that all others follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from catalog.resource import LearningResource
from catalog.store import model, tables
from catalog.store.engine import Database
from catalog.store.model import Entry, Kept, Known, Reject, Stored

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(LearningResource).decode

record, page, reject, run = tables.record, tables.page, tables.reject, tables.run

_STORED = (
    record.c.id, record.c.seq, record.c.format, record.c.datestamp,
    record.c.deleted, record.c.added, record.c.changed, record.c.resource,
)  # fmt: skip


class Records:
    """The table of records, and what a page of a harvest does to it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # ---- writing

    def known(self, ids: Sequence[str]) -> dict[str, Known]:
        """Return what is remembered of those of ``ids`` that the store has."""
        columns = (record.c.no, record.c.id, record.c.hash, record.c.deleted,
                   record.c.datestamp, record.c.run)  # fmt: skip
        with self._db.reading() as connection:
            rows = connection.execute(sa.select(*columns).where(record.c.id.in_(ids)))
            return {row.id: Known(*row) for row in rows}

    def children(self, parents: Sequence[str]) -> dict[str, list[int]]:
        """Return the rows of further resources in raw records that hold several, by parent."""
        found: dict[str, list[int]] = {}
        with self._db.reading() as connection:
            for no, parent in connection.execute(
                sa.select(record.c.no, record.c.parent).where(
                    record.c.parent.in_(parents), record.c.deleted.is_(False)
                )
            ):
                found.setdefault(parent, []).append(no)
        return found

    def keep(self, source: str, run_id: int, kept: Kept) -> None:
        """Keep a page: records, rejects, counts and checkpoint in one transaction.

        Raises StoreError, after which nothing of the page is kept.
        """
        at = model.now()
        body = model.pack(kept.body) if kept.entries else b""
        rows = [_row(entry, source, run_id, at) for entry in kept.entries]
        with self._db.writing() as connection:
            if rows or kept.gone:
                page_id = self._keep_body(connection, source, run_id, kept, body, at)
                seq = _take(connection, len(rows) + len(kept.gone))
                _number(rows, seq, page_id)
                self._write(connection, rows)
                self._mark_gone(connection, kept.gone, run_id, seq + len(rows), at)
            if kept.sighted:
                _sight(connection, run_id, kept.sighted)
            for no, datestamp in kept.restamped:
                connection.execute(
                    record.update().where(record.c.no == no).values(datestamp=datestamp)
                )
            self._keep_rejects(connection, source, run_id, kept.rejects, kept.cleared, at)
            _advance(connection, run_id, kept)

    @staticmethod
    def _keep_body(
        connection: sa.Connection, source: str, run_id: int, kept: Kept, body: bytes, at: str
    ) -> int | None:
        if not body:
            return None
        return connection.execute(
            page.insert()
            .values(source=source, run=run_id, url=kept.url, media_type=kept.media_type,
                    fetched=at, body=body)
            .returning(page.c.id)
        ).scalar_one()  # fmt: skip

    @staticmethod
    def _write(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
        new = [row for row in rows if "b_no" not in row]
        old = [row for row in rows if "b_no" in row]
        if new:
            connection.execute(record.insert(), new)
        if old:
            statement = record.update().where(record.c.no == sa.bindparam("b_no"))
            connection.execute(statement, [{**row, "b_no": row["b_no"]} for row in old])

    @staticmethod
    def _mark_gone(
        connection: sa.Connection, gone: Sequence[int], run_id: int, seq: int, at: str
    ) -> None:
        if gone:
            connection.execute(
                record.update().where(record.c.no == sa.bindparam("b_no")),
                [
                    {"b_no": no, "seq": seq + i, "deleted": True, "page": None,
                     "run": run_id, "changed": at, "hash": b""}
                    for i, no in enumerate(gone)
                ],
            )  # fmt: skip

    @staticmethod
    def _keep_rejects(
        connection: sa.Connection,
        source: str,
        run_id: int,
        rejects: Sequence[Reject],
        cleared: Sequence[str],
        at: str,
    ) -> None:
        keys = [*cleared, *(r.key for r in rejects)]
        if keys:
            connection.execute(
                reject.delete().where(reject.c.source == source, reject.c.key.in_(keys))
            )
        rows = {
            r.key: {"source": source, "key": r.key, "identifier": r.identifier, "run": run_id,
                    "rule": r.rule, "reason": r.reason, "url": r.url, "datestamp": r.datestamp,
                    "sets": r.sets, "media_type": r.media_type, "payload": model.pack(r.payload),
                    "at": at}
            for r in rejects
        }  # fmt: skip
        if rows:
            connection.execute(reject.insert(), list(rows.values()))

    def rewrite(self, changed: Sequence[tuple[int, str, LearningResource]]) -> None:
        """Give rows ``(no, format, resource)`` a new reading of the same raw record."""
        at = model.now()
        with self._db.writing() as connection:
            seq = _take(connection, len(changed))
            connection.execute(
                record.update().where(record.c.no == sa.bindparam("b_no")),
                [
                    {"b_no": no, "format": name, "resource": _encode(resource),
                     "seq": seq + i, "changed": at}
                    for i, (no, name, resource) in enumerate(changed)
                ],
            )  # fmt: skip

    # ---- whole lists

    def unseen(self, source: str, run_id: int) -> tuple[int, list[int], list[int]]:
        """Return what a whole list left out, after it was read to its end.

        (number of live records, rows left out now, rows left out by the list before as well).
        """
        live = sa.and_(record.c.source == source, record.c.deleted.is_(False))
        seen = sa.exists().where(
            tables.sighting.c.run == run_id, tables.sighting.c.record == record.c.no
        )
        with self._db.reading() as connection:
            total = connection.execute(
                sa.select(sa.func.count()).select_from(record).where(live)
            ).scalar_one()
            absent = connection.execute(
                sa.select(record.c.no, record.c.absent).where(live, record.c.run != run_id, ~seen)
            ).all()
        return total, [row.no for row in absent], [row.no for row in absent if row.absent]

    def settle(
        self, source: str, run_id: int, *, removed: Sequence[int], absent: Sequence[int]
    ) -> None:
        """Mark rows as deleted because a whole list left them out; remember the ``absent``."""
        with self._db.writing() as connection:
            connection.execute(
                record.update()
                .where(record.c.source == source, record.c.absent.is_(True))
                .values(absent=False)
            )
            if absent:
                connection.execute(
                    record.update().where(record.c.no == sa.bindparam("b_no")).values(absent=True),
                    [{"b_no": no} for no in absent],
                )
            seq = _take(connection, len(removed))
            self._mark_gone(connection, removed, run_id, seq, model.now())

    # ---- reading

    def latest(self) -> int:
        """Return the number of the last change."""
        with self._db.reading() as connection:
            return connection.execute(sa.select(tables.sequence.c.value)).scalar() or 0

    def changes(self, after: int, limit: int = 1000) -> list[Stored]:
        """Return the records that changed after number ``after``, in order, deletes included."""
        with self._db.reading() as connection:
            rows = connection.execute(
                sa.select(*_STORED).where(record.c.seq > after).order_by(record.c.seq).limit(limit)
            )
            return [_stored(row) for row in rows]

    def all_changes(self, after: int = 0) -> Iterator[Stored]:
        """Yield every record by its last change, in small transactions."""
        while batch := self.changes(after):
            yield from batch
            after = batch[-1].seq

    def numbers(self) -> Iterator[tuple[str, int]]:
        """Yield (id, seq) of every live record, to compare an index with."""
        after = 0
        while True:
            with self._db.reading() as connection:
                rows = connection.execute(
                    sa.select(record.c.id, record.c.seq)
                    .where(record.c.seq > after, record.c.deleted.is_(False))
                    .order_by(record.c.seq)
                    .limit(10_000)
                ).all()
            if not rows:
                return
            yield from ((row.id, row.seq) for row in rows)
            after = rows[-1].seq

    def get(self, id: str) -> Stored | None:  # noqa: A002 it is the record's id
        return self.get_many([id]).get(id)

    def get_many(self, ids: Iterable[str]) -> dict[str, Stored]:
        with self._db.reading() as connection:
            rows = connection.execute(sa.select(*_STORED).where(record.c.id.in_(list(ids))))
            return {row.id: _stored(row) for row in rows}

    def newest(self, limit: int) -> list[Stored]:
        """Return the live records that changed last, newest first."""
        with self._db.reading() as connection:
            rows = connection.execute(
                sa.select(*_STORED)
                .where(record.c.deleted.is_(False))
                .order_by(record.c.seq.desc())
                .limit(limit)
            )
            return [_stored(row) for row in rows]

    def count_by_source(self) -> dict[str, int]:
        """Return the number of live records of each source that has any."""
        with self._db.reading() as connection:
            rows = connection.execute(
                sa.select(record.c.source, sa.func.count())
                .where(record.c.deleted.is_(False))
                .group_by(record.c.source)
            )
            return {row[0]: row[1] for row in rows}


def _row(entry: Entry, source: str, run_id: int, at: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": entry.id, "source": source, "identifier": entry.identifier, "parent": entry.parent,
        "format": entry.format, "datestamp": entry.datestamp, "sets": entry.sets,
        "deleted": False, "absent": False, "hash": entry.hash, "run": run_id, "position": entry.position,
        "changed": at, "resource": _encode(entry.resource),
    }  # fmt: skip
    if entry.no is None:
        row["added"] = at
    else:
        row["b_no"] = entry.no
    return row


def _number(rows: list[dict[str, Any]], seq: int, page_id: int | None) -> None:
    for i, row in enumerate(rows):
        row["seq"] = seq + i
        row["page"] = page_id


def _take(connection: sa.Connection, count: int) -> int:
    """Take the next ``count`` numbers of the sequence and return the first."""
    last = connection.execute(
        tables.sequence.update()
        .values(value=tables.sequence.c.value + count)
        .returning(tables.sequence.c.value)
    ).scalar_one()
    return int(last) - count + 1


def _sight(connection: sa.Connection, run_id: int, rows: Sequence[int]) -> None:
    """Note sightings; a page that is read twice notes the same ones again."""
    insert: Any
    if connection.dialect.name == "sqlite":
        insert = tables.sighting.insert().prefix_with("OR IGNORE")
    else:
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 only where it is used

        insert = postgresql.insert(tables.sighting).on_conflict_do_nothing()
    connection.execute(insert, [{"run": run_id, "record": no} for no in rows])


def _advance(connection: sa.Connection, run_id: int, kept: Kept) -> None:
    counts = {
        name: getattr(run.c, name) + value
        for name, value in msgspec.structs.asdict(kept.counts).items()
        if value
    }
    total = {} if kept.total is None else {"total": kept.total}
    connection.execute(
        run.update().where(run.c.id == run_id).values(checkpoint=kept.checkpoint, **total, **counts)
    )


def _stored(row: Any) -> Stored:
    return Stored(
        id=row.id,
        seq=row.seq,
        format=row.format,
        datestamp=row.datestamp,
        deleted=bool(row.deleted),
        added=row.added,
        changed=row.changed,
        resource=_decode(row.resource),
    )
