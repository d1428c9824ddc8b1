"""What a harvest does to the store, one page and one transaction at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.profile import Finding
from catalog.store import model, tables
from catalog.store.engine import Database
from catalog.store.model import Entry, Kept, Known, Reject

encode = msgspec.json.Encoder().encode
T = TypeVar("T")

record, page, reject, run = tables.record, tables.page, tables.reject, tables.run
finding, held = tables.finding, tables.held
_by_row = record.update().where(record.c.no == sa.bindparam("b_no"))


class Keeping:
    """Writes records, their raw pages and their rejects."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def known(self, ids: Sequence[str]) -> dict[str, Known]:
        """Return what is remembered of those of ``ids`` that the store has."""
        columns = [record.c[name] for name in Known.__struct_fields__]
        found: dict[str, Known] = {}
        with self._db.reading() as connection:
            for some in _parts(ids):
                rows = connection.execute(sa.select(*columns).where(record.c.id.in_(some)))
                found |= {row.id: Known(*row) for row in rows}
        return found

    def children(self, parents: Sequence[str]) -> dict[str, set[int]]:
        """Return the rows of further resources in raw records that hold several, by parent."""
        found: dict[str, set[int]] = {}
        with self._db.reading() as connection:
            for some in _parts(parents):
                for no, parent in connection.execute(
                    sa.select(record.c.no, record.c.parent).where(
                        record.c.parent.in_(some), record.c.deleted.is_(False)
                    )
                ):
                    found.setdefault(parent, set()).add(no)
        return found

    def keep(self, source: str, run_id: int, kept: Kept) -> None:
        """Keep a page: records, rejects, counts and checkpoint in one transaction.

        Raises StoreError, after which nothing of the page is kept.
        """
        # outside the transaction: it is slow
        body = model.pack(kept.body) if kept.entries or kept.rejects else b""
        with self._db.writing() as connection:
            hand = _Hand(connection, source, run_id, model.now())
            page_id = hand.keep_body(kept, body) if body else 0
            hand.write(kept.entries, page_id)
            hand.mark_gone(kept.gone)
            hand.sight(kept.sighted)
            hand.release([*kept.sighted, *(e.no for e in kept.entries if e.no is not None)])
            hand.hold(kept.withdrawn)
            hand.restamp(kept.restamped)
            hand.miss(kept.missing)
            hand.update([{"b_no": no, "absent": False} for no in kept.found])
            hand.forget_rejects(kept.cleared)
            hand.keep_rejects(kept.rejects, page_id)
            hand.advance(kept)

    def reread(
        self,
        source: str,
        page_id: int,
        entries: Sequence[Entry],
        cleared: Sequence[str],
        found: Mapping[int, Sequence[Finding]],
    ) -> None:
        """Keep what reading a kept page again has changed, and forget rejects that are good.

        ``found`` are the findings of rows that are as they were, but are now judged otherwise.
        """
        with self._db.writing() as connection:
            hand = _Hand(connection, source, 0, model.now())
            hand.write(entries, page_id)
            hand.forget_rejects(cleared)
            hand.forget_findings(list(found))
            hand.keep_findings(found)

    def unseen(self, source: str, run_id: int) -> tuple[int, list[int], list[int]]:
        """Return what a whole list left out, after it was read to its end.

        (number of live records, rows left out now, rows left out by the list before as well).
        """
        live = sa.and_(record.c.source == source, record.c.deleted.is_(False))
        seen = sa.exists().where(
            tables.sighting.c.run == run_id, tables.sighting.c.record == record.c.no
        )
        told = sa.exists().where(held.c.record == record.c.no, held.c.run == run_id)
        with self._db.reading() as connection:
            total = connection.execute(
                sa.select(sa.func.count()).select_from(record).where(live)
            ).scalar_one()
            absent = connection.execute(
                sa.select(record.c.no, record.c.absent).where(
                    live, record.c.run != run_id, ~seen, ~told
                )
            ).all()
        return total, [row.no for row in absent], [row.no for row in absent if row.absent]

    def taken(self, source: str, run_id: int) -> int:
        """Return how many records run ``run_id`` has deleted so far."""
        with self._db.reading() as connection:
            return connection.execute(
                sa.select(sa.func.count())
                .select_from(record)
                .where(record.c.source == source, record.c.deleted, record.c.run == run_id)
            ).scalar_one()

    def remove(self, source: str, run_id: int, rows: Sequence[int]) -> None:
        """Mark rows as deleted because their source says so, or a person does."""
        if rows:
            with self._db.writing() as connection:
                _Hand(connection, source, run_id, model.now()).mark_gone(rows)

    def settle(
        self, source: str, run_id: int, *, removed: Sequence[int], absent: Sequence[int]
    ) -> None:
        """Mark rows as deleted because a whole list left them out; remember the ``absent``."""
        with self._db.writing() as connection:
            hand = _Hand(connection, source, run_id, model.now())
            connection.execute(
                record.update()
                .where(record.c.source == source, record.c.absent.is_(True), record.c.run != run_id)
                .values(absent=False)
            )
            hand.update([{"b_no": no, "absent": True} for no in absent])
            hand.mark_gone(removed)


def _parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield values in numbers that a statement can hold (SQLite takes 32,766 parameters)."""
    for start in range(0, len(values), 10_000):
        yield values[start : start + 10_000]


@dataclass(frozen=True)
class _Hand:
    """One transaction's worth of writing."""

    connection: sa.Connection
    source: str
    run: int
    at: str

    def take(self, count: int) -> int:
        """Take the next ``count`` numbers of the sequence and return the first."""
        last = self.connection.execute(
            tables.sequence.update()
            .values(value=tables.sequence.c.value + count)
            .returning(tables.sequence.c.value)
        ).scalar_one()
        return int(last) - count + 1

    def update(self, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.connection.execute(_by_row, rows)

    def keep_body(self, kept: Kept, body: bytes) -> int:
        number: int = self.connection.execute(
            page.insert().returning(page.c.id),
            {"source": self.source, "run": self.run, "url": kept.url, "fetched": self.at,
             "media_type": kept.media_type, "body": body},
        ).scalar_one()  # fmt: skip
        return number

    def write(self, entries: Sequence[Entry], page_id: int) -> None:
        if not entries:
            return
        at, seq = self.at, self.take(len(entries))
        new, old = [], []
        for i, entry in enumerate(entries):
            row = self._row(entry)
            row["seq"], row["page"] = seq + i, page_id
            if entry.no is None:
                row["added"] = at
                new.append(row)
            else:
                row["b_no"] = entry.no
                old.append(row)
        if new:
            self._insert(record, new)
        self.update(old)
        self.forget_findings([row["b_no"] for row in old])
        if any(entry.findings for entry in entries):
            rows = self.connection.execute(
                sa.select(record.c.seq, record.c.no).where(
                    record.c.seq.between(seq, seq + len(entries) - 1)
                )
            )
            self.keep_findings({no: entries[number - seq].findings for number, no in rows})

    def _insert(self, table: sa.Table, rows: list[dict[str, Any]]) -> None:
        """Insert rows through the driver itself: most of a first harvest is spent here."""
        compiled = table.insert().compile(
            dialect=self.connection.dialect, column_keys=list(rows[0])
        )
        order = compiled.positiontup
        values = [tuple(row[name] for name in order) for row in rows] if order else rows
        self.connection.exec_driver_sql(str(compiled), values)

    def _row(self, entry: Entry) -> dict[str, Any]:
        return {
            "id": entry.id, "source": self.source, "identifier": entry.identifier,
            "parent": entry.parent, "format": entry.format, "datestamp": entry.datestamp,
            "sets": entry.sets, "deleted": False, "absent": False, "hash": entry.hash,
            "run": self.run, "position": entry.position, "changed": self.at,
            "resource": encode(entry.resource),
        }  # fmt: skip

    def mark_gone(self, gone: Sequence[int]) -> None:
        if gone:
            seq = self.take(len(gone))
            self.forget_findings(gone)
            self.release(gone)
            self.update(
                [
                    {"b_no": no, "seq": seq + i, "deleted": True, "page": None, "run": self.run,
                     "changed": self.at, "hash": b""}
                    for i, no in enumerate(gone)
                ]
            )  # fmt: skip

    def hold(self, rows: Sequence[int]) -> None:
        """Note what the source says is deleted, for the end of the run to weigh."""
        if rows:
            on = postgresql if self.connection.dialect.name == "postgresql" else sqlite
            new = {"source": self.source, "run": self.run, "because": "deleted"}
            insert = on.insert(held).on_conflict_do_update(index_elements=["record"], set_=new)
            self.connection.execute(insert, [{"record": no, **new} for no in rows])

    def release(self, rows: Sequence[int]) -> None:
        """Forget that rows were to be deleted: they are there, or are gone now."""
        waiting = sa.select(held.c.record).where(held.c.source == self.source).limit(1)
        if rows and self.connection.execute(waiting).first():
            for part in _parts(rows):
                self.connection.execute(held.delete().where(held.c.record.in_(part)))

    def sight(self, rows: Sequence[int]) -> None:
        """Note sightings; a page that is read twice notes the same ones again."""
        if rows:
            on = postgresql if self.connection.dialect.name == "postgresql" else sqlite
            self.connection.execute(
                on.insert(tables.sighting).on_conflict_do_nothing(),
                [{"run": self.run, "record": no} for no in rows],
            )

    def miss(self, rows: Sequence[int]) -> None:
        """Remember that this run missed rows; it does not count them as left out as well."""
        self.update([{"b_no": no, "absent": True, "run": self.run} for no in rows])

    def restamp(self, rows: Sequence[tuple[int, str]]) -> None:
        self.update([{"b_no": no, "datestamp": datestamp} for no, datestamp in rows])

    def forget_findings(self, rows: Sequence[int]) -> None:
        for part in _parts(rows):
            self.connection.execute(finding.delete().where(finding.c.record.in_(part)))

    def keep_findings(self, found: Mapping[int, Sequence[Finding]]) -> None:
        rows = [
            {"record": no, "rule": f.rule, "field": f.field, "value": f.value}
            for no, findings in found.items()
            for f in findings
        ]
        if rows:
            self._insert(finding, rows)

    def forget_rejects(self, keys: Sequence[str]) -> None:
        for some in _parts(keys):
            self.connection.execute(
                reject.delete().where(reject.c.source == self.source, reject.c.key.in_(some))
            )

    def keep_rejects(self, rejects: Sequence[Reject], page_id: int) -> None:
        rows = {r.key: self._reject_row(r, page_id) for r in rejects}
        if rows:
            self.forget_rejects(list(rows))
            self.connection.execute(reject.insert(), list(rows.values()))

    def _reject_row(self, r: Reject, page_id: int) -> dict[str, Any]:
        return {
            "source": self.source, "key": r.key, "identifier": r.identifier, "run": self.run,
            "rule": r.rule, "reason": r.reason, "url": r.url, "datestamp": r.datestamp,
            "sets": r.sets, "media_type": r.media_type, "payload": model.pack(r.payload),
            "page": page_id, "position": r.position, "at": self.at,
        }  # fmt: skip

    def advance(self, kept: Kept) -> None:
        """Move the run's counts and checkpoint along with the page."""
        counts = {
            name: run.c[name] + value
            for name, value in msgspec.structs.asdict(kept.counts).items()
            if value
        }
        total = {} if kept.total is None else {"total": kept.total}
        self.connection.execute(
            run.update()
            .where(run.c.id == self.run)
            .values(checkpoint=kept.checkpoint, **total, **counts)
        )
