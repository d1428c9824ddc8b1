"""What a harvest does to the store, one page and one transaction at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import starmap

import sqlalchemy as sa

from catalog.profile import Finding
from catalog.store import model, tables
from catalog.store.engine import Database
from catalog.store.hand import Hand, parts
from catalog.store.model import Entry, Kept, Known, Reject

record, held = tables.record, tables.held

# Made once: to build it takes longer than to run it. SQLite is handed all ids as one value, as
# to bind hundreds of parameters, too, takes longer than to look them up.
_remembered = sa.select(*(record.c[name] for name in Known.__struct_fields__))
_known = _remembered.where(record.c.id.in_(sa.bindparam("ids", expanding=True)))
_each_id = sa.func.json_each(sa.bindparam("ids", type_=sa.Text)).table_valued("value")
_known_in_sqlite = _remembered.where(record.c.id.in_(sa.select(_each_id.c.value)))


class Keeping:
    """Writes records, their raw pages and their rejects."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def known(self, ids: Sequence[str]) -> dict[str, Known]:
        """Return what is remembered of those of ``ids`` that the store has."""
        found: dict[str, Known] = {}
        with self._db.reading() as connection:
            if self._db.is_sqlite:
                rows = connection.execute(_known_in_sqlite, {"ids": model.encode(ids).decode()})
                return {known.id: known for known in starmap(Known, rows)}
            for some in parts(ids):
                rows = connection.execute(_known, {"ids": some})
                found |= {known.id: known for known in starmap(Known, rows)}
        return found

    def children(self, parents: Sequence[str]) -> dict[str, set[int]]:
        """Return the rows of further resources in raw records that hold several, by parent."""
        found: dict[str, set[int]] = {}
        with self._db.reading() as connection:
            for some in parts(parents):
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
            hand = Hand(connection, source, run_id, model.now())
            page_id = hand.keep_body(kept, body) if body else 0
            hand.write(kept.entries, page_id)
            hand.mark_gone(kept.gone)
            hand.sight(kept.sighted)
            if kept.version and not body:
                hand.renew(kept)
            hand.release([*kept.sighted, *(e.no for e in kept.entries if e.no is not None)])
            hand.hold(kept.withdrawn)
            hand.restamp(kept.restamped)
            hand.miss(kept.missing)
            hand.update([{"b_no": no, "absent": False} for no in kept.found])
            hand.forget_rejects(kept.cleared)
            hand.keep_rejects(kept.rejects, page_id)
            hand.advance(kept)

    def reread(  # noqa: PLR0917 what a page comes to, in the order in which it is written
        self,
        source: str,
        page_id: int,
        entries: Sequence[Entry],
        cleared: Sequence[str],
        found: Mapping[int, Sequence[Finding]],
        refused: Sequence[Reject] = (),
    ) -> None:
        """Keep what reading a kept page again has changed, and forget rejects that are good.

        A record that is ``refused`` now stays as it was, beside its reject.
        ``found`` are the findings of rows that are as they were, but are now judged otherwise.
        """
        with self._db.writing() as connection:
            hand = Hand(connection, source, 0, model.now())
            hand.write(entries, page_id)
            hand.forget_rejects(cleared)
            hand.keep_rejects(refused, page_id)
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

    def told(self, source: str, run_id: int) -> dict[str, str]:
        """Return what run ``run_id`` was told is deleted: ids, with the datestamp of that."""
        with self._db.reading() as connection:
            rows = connection.execute(
                sa.select(record.c.id, record.c.datestamp)
                .join(held, held.c.record == record.c.no)
                .where(held.c.source == source, held.c.run == run_id)
            )
            return {row.id: row.datestamp for row in rows}

    def awaits(self, source: str) -> bool:
        """Tell whether the last whole list of ``source`` left out records that live."""
        left = sa.and_(record.c.source == source, record.c.deleted.is_(False), record.c.absent)
        with self._db.reading() as connection:
            return bool(connection.execute(sa.select(sa.exists().where(left))).scalar_one())

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
                Hand(connection, source, run_id, model.now()).mark_gone(rows)

    def settle(
        self, source: str, run_id: int, *, removed: Sequence[int], absent: Sequence[int]
    ) -> None:
        """Mark rows as deleted because a whole list left them out; remember the ``absent``."""
        with self._db.writing() as connection:
            hand = Hand(connection, source, run_id, model.now())
            connection.execute(
                record.update()
                .where(record.c.source == source, record.c.absent.is_(True), record.c.run != run_id)
                .values(absent=False)
            )
            hand.update([{"b_no": no, "absent": True} for no in absent])
            hand.mark_gone(removed)
