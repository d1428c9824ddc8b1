"""Which records are copies of one work, for reading: what the site, the index and exports ask.

A record that was never one of several copies has no row here: it is a work of its own, whose id
is its own. Any other belongs to a work, and goes on doing so when it is deleted or alone again. A
work's id is the id of one of its records, and an id that was once shown leads somewhere for ever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Literal

import sqlalchemy as sa
from msgspec import Struct, json, structs

from catalog.store import model, sequence, tables
from catalog.store.among import Question, among
from catalog.store.engine import Database
from catalog.store.model import Stored
from catalog.store.records import STORED, as_stored
from catalog.works.reasons import Reason

record, member, tie, decision = tables.record, tables.member, tables.tie, tables.decision

_evidence = json.Decoder(tuple[Reason, ...]).decode


class Tied(Struct, frozen=True, kw_only=True):
    """What a live record has to do with another one.

    ``direction`` is 1 where ``kind`` is said of ``id`` as seen from ``other`` (it is the newer
    edition, the translation, the part), -1 where it is the other way round, and 0 where that is
    not known. ``score`` is 0 to 1. The values in the evidence are of ``id`` first.
    """

    id: str
    other: str
    work: str  # that the other belongs to
    kind: str
    direction: int
    score: float
    evidence: tuple[Reason, ...]


class Decision(Struct, frozen=True, kw_only=True):
    """What an editor decided about works; see ``catalog.works.decisions``.

    join: ``records`` are one work. split: they are not that of the ``others``. Both are ids of
    records, ``others`` what else was in the works of ``records`` at the time. ``undone`` is when
    it was taken back, "" while it holds.
    """

    id: int
    kind: Literal["join", "split"]
    records: tuple[str, ...]
    others: tuple[str, ...]
    why: str
    by: str
    at: str
    undone: str
    seq: int


_copies = Question(
    lambda among: (
        sa.select(member.c.work, *STORED)
        .join(record, record.c.no == member.c.record)
        .where(record.c.deleted.is_(False), among(member.c.work))
        .order_by(record.c.no)
    )
)


class Works:
    """The tables of works, for reading."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, ids: Collection[str]) -> dict[str, str]:
        """Return the work of those records that are, or were, one of several copies."""
        query = sa.select(record.c.id, member.c.work).join(member, member.c.record == record.c.no)
        with self._db.reading() as connection:
            rows = connection.execute(query.where(among(connection, record.c.id, ids)))
            return {row.id: row.work for row in rows}

    def copies(self, works: Collection[str]) -> dict[str, list[Stored]]:
        """Return the live copies of works, in the order in which they came into the store.

        A work of which no copy lives, and an id that is no work, are left out.
        """
        found: dict[str, list[Stored]] = defaultdict(list)
        with self._db.reading() as connection:
            for work, *stored in _copies.ask(connection, works):
                found[work].append(as_stored(stored))
        return dict(found)

    def leads(self, id: str) -> str | None:  # noqa: A002 a record's or a work's id
        """Return the work to which an address leads; None: to the record itself, if there is one.

        It leads there also when the record was deleted, or its work became another's.
        """
        return self.of([id]).get(id)

    def ties(self, ids: Collection[str]) -> list[Tied]:
        """Return what live records have to do with other live ones, strongest first."""
        found = []
        with self._db.reading() as connection:
            asked = sa.select(record.c.no).where(
                among(connection, record.c.id, ids), record.c.deleted.is_(False)
            )
            columns = (tie.c.kind, tie.c.direction, tie.c.score, tie.c.evidence)
            rows = connection.execute(
                sa.union_all(
                    sa.select(tie.c.a, tie.c.b, sa.literal(1), *columns).where(tie.c.a.in_(asked)),
                    sa.select(tie.c.b, tie.c.a, sa.literal(-1), *columns).where(tie.c.b.in_(asked)),
                )
            ).all()
            ends = _ends(connection, {row[0] for row in rows} | {row[1] for row in rows})
        for one, other, sense, kind, direction, score, evidence in rows:
            if other in ends:
                found.append(
                    Tied(
                        id=ends[one][0],
                        other=ends[other][0],
                        work=ends[other][1],
                        kind=kind,
                        direction=direction * sense,
                        score=score / 1000,
                        evidence=_seen(_evidence(evidence), sense),
                    )
                )
        return sorted(found, key=lambda tied: (-tied.score, tied.kind, tied.id, tied.other))

    def decisions(self) -> list[Decision]:
        """Return what was decided, also what was taken back, in order."""
        with self._db.reading() as connection:
            return decisions(connection)

    def decide(
        self,
        kind: Literal["join", "split"],
        records: Sequence[str],
        others: Sequence[str],
        *,
        why: str,
        by: str,
    ) -> int:
        """Note a decision, which those who group will follow; return its number."""
        row = {"kind": kind, "records": " ".join(records), "others": " ".join(others), "why": why}
        row |= {"by": by, "at": model.now(), "undone": ""}
        with self._db.writing() as connection:
            insert = decision.insert().returning(decision.c.id)
            seq = sequence.take(connection, 1)
            return int(connection.execute(insert, {**row, "seq": seq}).scalar_one())

    def undo(self, number: int) -> bool:
        """Take a decision back; tell whether there was one that held."""
        holds = sa.and_(decision.c.id == number, decision.c.undone == "")
        with self._db.writing() as connection:
            if connection.execute(sa.select(decision.c.id).where(holds)).first() is None:
                return False
            seq = sequence.take(connection, 1)
            connection.execute(decision.update().where(holds).values(undone=model.now(), seq=seq))
            return True

    def count(self) -> int:
        """Return the number of works that have a live copy."""
        copies, works = sa.func.count(), sa.func.count(member.c.work.distinct())
        live = sa.select(copies).select_from(record).where(record.c.deleted.is_(False))
        with self._db.reading() as connection:
            every = connection.execute(live).scalar_one()
            doubles = connection.execute(_living(sa.select(copies - works))).scalar_one()
            return every - int(doubles)

    def count_by_source(self) -> dict[str, int]:
        """Return of how many works each source has a live copy."""
        copies, works = sa.func.count(), sa.func.count(member.c.work.distinct())
        with self._db.reading() as connection:
            every = connection.execute(
                sa.select(record.c.source, copies)
                .where(record.c.deleted.is_(False))
                .group_by(record.c.source)
            ).all()
            grouped = connection.execute(
                _living(sa.select(record.c.source, copies - works)).group_by(record.c.source)
            )
            doubles = {row[0]: row[1] for row in grouped}
        return {source: number - doubles.get(source, 0) for source, number in every}


def _seen(evidence: tuple[Reason, ...], sense: int) -> tuple[Reason, ...]:
    """Return evidence with its values in the order of who asks and who else."""
    if sense > 0:
        return evidence
    return tuple([structs.replace(each, values=each.values[::-1]) for each in evidence])


def decisions(connection: sa.Connection) -> list[Decision]:
    """Return what was decided, also what was taken back, in order."""
    found = []
    for row in connection.execute(decision.select().order_by(decision.c.id)).mappings():
        ids = {name: tuple(row[name].split()) for name in ("records", "others")}
        found.append(Decision(**{**row, **ids}))
    return found


def _living(query: Any) -> Any:
    """Return ``query`` over the live records that belong to a work."""
    return (
        query.select_from(member)
        .join(record, record.c.no == member.c.record)
        .where(record.c.deleted.is_(False))
    )


def _ends(connection: sa.Connection, rows: Collection[int]) -> dict[int, Sequence[str]]:
    """Return the id and the work of those rows that are live records."""
    query = (
        sa.select(record.c.no, record.c.id, sa.func.coalesce(member.c.work, record.c.id))
        .join(member, member.c.record == record.c.no, isouter=True)
        .where(among(connection, record.c.no, rows), record.c.deleted.is_(False))
    )
    return {no: (id_, work) for no, id_, work in connection.execute(query)}
