"""Works in figures: what ``vindplaats works`` prints."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from catalog.store import tables
from catalog.store.engine import Database

record, member, tie, work_key = tables.record, tables.member, tables.tie, tables.work_key


class Tally(Struct, frozen=True, kw_only=True):
    """How the records are grouped.

    ``with_copies`` are works of several live copies, ``copies`` the records in them, ``largest``
    the most that one has. ``ties`` are told by kind; ``apart`` are those that say "same" of
    records which nevertheless are in different works, as something speaks against it. ``crowded``
    are keys that too many records share to say anything, and ``in_crowds`` those records.
    """

    records: int
    with_copies: int
    copies: int
    largest: int
    ties: dict[str, int]
    apart: int
    crowded: int
    in_crowds: int

    @property
    def works(self) -> int:
        return self.records - self.copies + self.with_copies


def tally(database: Database, common: int) -> Tally:
    """Count; ``common`` is how many records may share a key for it to say something."""
    number = sa.func.count()
    live = record.c.deleted.is_(False)
    works = (
        sa.select(number.label("copies"))
        .select_from(member)
        .join(record, record.c.no == member.c.record)
        .where(live)
        .group_by(member.c.work)
        .having(number > 1)
        .subquery()
    )
    crowds = (sa.select(work_key.c.key).group_by(work_key.c.key).having(number > common)).subquery()
    crowd = sa.select(work_key.c.record).join(crowds, crowds.c.key == work_key.c.key).distinct()

    with database.reading() as connection:

        def one(query: Any) -> Any:
            return connection.execute(query).one()

        (records,) = one(sa.select(number).select_from(record).where(live))
        many, copies, largest = one(
            sa.select(number, sa.func.sum(works.c.copies), sa.func.max(works.c.copies))
        )
        kinds = connection.execute(
            sa.select(tie.c.kind, number).group_by(tie.c.kind).order_by(number.desc(), tie.c.kind)
        )
        return Tally(
            records=records,
            with_copies=many,
            copies=copies or 0,
            largest=largest or 0,
            ties={row[0]: row[1] for row in kinds},
            apart=one(_apart())[0],
            crowded=one(sa.select(number).select_from(crowds))[0],
            in_crowds=one(sa.select(number).select_from(crowd.subquery()))[0],
        )


def _apart() -> Any:
    """Ask how many ties "same" lead from one work to another."""
    a, b = member.alias("work_of_a"), member.alias("work_of_b")
    return (
        sa.select(sa.func.count())
        .select_from(tie)
        .join(a, a.c.record == tie.c.a, isouter=True)
        .join(b, b.c.record == tie.c.b, isouter=True)
        .where(
            tie.c.kind == "same",
            sa.or_(a.c.work.is_(None), b.c.work.is_(None), a.c.work != b.c.work),
        )
    )
