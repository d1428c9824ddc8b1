"""What one transaction writes: the rows of records, pages, rejects, findings and runs."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from catalog.profile import Finding
from catalog.store import model, sequence, tables
from catalog.store.model import Counts, Entry, Kept, Reject

T = TypeVar("T")

record, page, reject, run = tables.record, tables.page, tables.reject, tables.run
finding, held = tables.finding, tables.held

# Made once: to build these takes longer than to run them.
_by_row = record.update().where(record.c.no == sa.bindparam("b_no"))
_advance = (
    run.update()
    .where(run.c.id == sa.bindparam("b_run"))
    .values(
        checkpoint=sa.bindparam("b_checkpoint"),
        total=sa.func.coalesce(sa.bindparam("b_total", type_=sa.Integer), run.c.total),
        **{name: run.c[name] + sa.bindparam(f"b_{name}") for name in Counts.__struct_fields__},
    )
)


def parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield values in numbers that a statement can hold (SQLite takes 32,766 parameters)."""
    for start in range(0, len(values), 10_000):
        yield values[start : start + 10_000]


@functools.lru_cache(maxsize=8)
def _insertion(
    table: sa.Table,
    dialect: sa.Dialect,
    columns: tuple[str, ...],
    known_pass: bool,  # noqa: FBT001 quick to look up in a cache
) -> tuple[str, list[str]]:
    """Return an INSERT in the driver's words, and its values in order; [] where they have names.

    ``known_pass``: rows that are there already stay as they are.
    """
    insert = (postgresql if dialect.name == "postgresql" else sqlite).insert(table)
    if known_pass:
        insert = insert.on_conflict_do_nothing()
    compiled = insert.compile(dialect=dialect, column_keys=columns)
    return str(compiled), compiled.positiontup or []


def insert(
    connection: sa.Connection,
    table: sa.Table,
    rows: list[dict[str, Any]],
    *,
    known_pass: bool = False,
) -> None:
    """Insert rows through the driver itself: much of a harvest is spent here."""
    columns = tuple(rows[0])
    statement, order = _insertion(table, connection.dialect, columns, known_pass)
    values = list(map(itemgetter(*order), rows)) if order else rows
    connection.exec_driver_sql(statement, values)


@dataclass(frozen=True)
class Hand:
    """One transaction's worth of writing."""

    connection: sa.Connection
    source: str
    run: int
    at: str

    def take(self, count: int) -> int:
        """Take the next ``count`` numbers of the sequence and return the first."""
        return sequence.take(self.connection, count)

    def update(self, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.connection.execute(_by_row, rows)

    def keep_body(self, kept: Kept, body: bytes) -> int:
        number: int = self.connection.execute(
            page.insert().returning(page.c.id),
            {"source": self.source, "run": self.run, "url": kept.url, "fetched": self.at,
             "media_type": kept.media_type, "version": kept.version, "body": body},
        ).scalar_one()  # fmt: skip
        return number

    def renew(self, kept: Kept) -> None:
        """Note in which version a page was read on which all records are as they were."""
        for some in parts(kept.sighted):
            pages = sa.select(record.c.page).where(record.c.no.in_(some))
            self.connection.execute(
                page.update()
                .where(page.c.id.in_(pages), page.c.url == kept.url)
                .values(version=kept.version)
            )

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
            insert(self.connection, record, new)
        self.update(old)
        self.forget_findings([row["b_no"] for row in old])
        if found := {seq + i: entry.findings for i, entry in enumerate(entries) if entry.findings}:
            rows = self.connection.execute(
                sa.select(record.c.seq, record.c.no).where(
                    record.c.seq.between(min(found), max(found))
                )
            )
            self.keep_findings({no: found[number] for number, no in rows if number in found})

    def _row(self, entry: Entry) -> dict[str, Any]:
        return {
            "id": entry.id, "source": self.source, "identifier": entry.identifier,
            "parent": entry.parent, "format": entry.format, "datestamp": entry.datestamp,
            "sets": entry.sets, "deleted": False, "absent": False, "hash": entry.hash,
            "run": self.run, "position": entry.position, "changed": self.at,
            "resource": model.encode(entry.resource),
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
            for part in parts(rows):
                self.connection.execute(held.delete().where(held.c.record.in_(part)))

    def sight(self, rows: Sequence[int]) -> None:
        """Note sightings; a page that is read twice notes the same ones again."""
        if rows:
            seen = [{"run": self.run, "record": no} for no in rows]
            insert(self.connection, tables.sighting, seen, known_pass=True)

    def miss(self, rows: Sequence[int]) -> None:
        """Remember that this run missed rows; it does not count them as left out as well."""
        self.update([{"b_no": no, "absent": True, "run": self.run} for no in rows])

    def restamp(self, rows: Sequence[tuple[int, str]]) -> None:
        self.update([{"b_no": no, "datestamp": datestamp} for no, datestamp in rows])

    def forget_findings(self, rows: Sequence[int]) -> None:
        for part in parts(rows):
            self.connection.execute(finding.delete().where(finding.c.record.in_(part)))

    def keep_findings(self, found: Mapping[int, Sequence[Finding]]) -> None:
        rows = [
            {"record": no, "rule": f.rule, "field": f.field, "value": f.value}
            for no, findings in found.items()
            for f in findings
        ]
        if rows:
            insert(self.connection, finding, rows)

    def forget_rejects(self, keys: Sequence[str]) -> None:
        for some in parts(keys):
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
        counts = msgspec.structs.asdict(kept.counts)
        self.connection.execute(
            _advance,
            {"b_run": self.run, "b_checkpoint": kept.checkpoint, "b_total": kept.total}
            | {f"b_{name}": value for name, value in counts.items()},
        )
