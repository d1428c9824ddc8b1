"""What grouping asks of the store, a batch of records at a time, and what it writes.

Records are spoken of by their rows. All but ``write`` and ``keep_position`` ask, while others may
write.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects import postgresql, sqlite

from catalog.resource import LearningResource
from catalog.store import sequence, sharing, tables
from catalog.store.among import Question

record, member, tie, work_key = tables.record, tables.member, tables.tie, tables.work_key
decision, followed = tables.decision, tables.followed

Pair = tuple[int, int]  # the lower row first

_decode = msgspec.json.Decoder(LearningResource).decode


class Changed(NamedTuple):
    """A record that is to be looked at; ``resource`` None: it is deleted."""

    no: int
    seq: int
    resource: LearningResource | None


class TieRow(NamedTuple):
    """A tie as it is kept: ``score`` in thousandths, ``evidence`` as JSON."""

    kind: str
    direction: int
    score: int
    evidence: str


class Regrouped(Struct, kw_only=True):
    """What a batch changes."""

    keys_gone: list[Pair] = []  # key and row
    keys: list[Pair] = []
    ties_gone: list[Pair] = []
    ties: dict[Pair, TieRow] = {}
    members: dict[int, tuple[str, str]] = {}  # work and began, by row
    restated: set[str] = set()


# ---- how far it has come


def positions(connection: sa.Connection) -> dict[str, int]:
    """Return the numbers that are kept, by name."""
    return {row.name: row.seq for row in connection.execute(sa.select(followed))}


def keep_position(connection: sa.Connection, name: str, number: int | None) -> None:
    """Keep a number, in a writing transaction; None: keep none."""
    connection.execute(followed.delete().where(followed.c.name == name))
    if number is not None:
        connection.execute(followed.insert(), {"name": name, "seq": number})


def latest(connection: sa.Connection) -> int:
    """Return the last number that was given out; what has a number up to it can be seen."""
    return connection.execute(sa.select(tables.sequence.c.value)).scalar() or 0


def last_change(connection: sa.Connection) -> int:
    """Return the number of the last change of a record or a decision."""
    numbers = (connection.execute(sa.select(sa.func.max(t.c.seq))) for t in (record, decision))
    return max(number.scalar() or 0 for number in numbers)


def changed(connection: sa.Connection, after: int, limit: int) -> list[Changed]:
    """Return the records that changed after number ``after``, in order."""
    return _read(connection, record.c.seq > after, record.c.seq, limit)


def beyond(connection: sa.Connection, row: int, limit: int) -> list[Changed]:
    """Return the records beyond a row, in order."""
    return _read(connection, record.c.no > row, record.c.no, limit)


def count_changed(connection: sa.Connection, after: int) -> int:
    """Return how many records changed after number ``after``."""
    query = sa.select(sa.func.count()).select_from(record).where(record.c.seq > after)
    return connection.execute(query).scalar_one()


def count_beyond(connection: sa.Connection, row: int) -> int:
    """Return how many records there are beyond a row."""
    query = sa.select(sa.func.count()).select_from(record).where(record.c.no > row)
    return connection.execute(query).scalar_one()


def resources(connection: sa.Connection, rows: Collection[int]) -> dict[int, LearningResource]:
    """Return what live records say."""
    return {no: _decode(said) for no, said in _said.ask(connection, rows)}


_said = Question(
    lambda among: sa.select(record.c.no, record.c.resource).where(
        among(record.c.no), record.c.deleted.is_(False)
    )
)


def _read(
    connection: sa.Connection, which: sa.ColumnElement[bool], order: sa.Column[int], limit: int
) -> list[Changed]:
    columns = (record.c.no, record.c.seq, record.c.deleted, record.c.resource)
    rows = connection.execute(sa.select(*columns).where(which).order_by(order).limit(limit))
    return [Changed(no, seq, None if gone else _decode(said)) for no, seq, gone, said in rows]


# ---- ties


def ties_of(connection: sa.Connection, rows: Collection[int]) -> dict[Pair, TieRow]:
    """Return the ties at one end of which one of the records stands."""
    return {(a, b): TieRow(*row) for a, b, *row in _ties.ask(connection, rows)}


_ties = Question(
    lambda among: sa.union(tie.select().where(among(tie.c.a)), tie.select().where(among(tie.c.b)))
)


def same_from(connection: sa.Connection, rows: Collection[int]) -> dict[Pair, int]:
    """Return the scores of the ties "same" of which the lower row is one of ``rows``."""
    return {(a, b): score for a, b, score in _same.ask(connection, rows)}


_same = Question(
    lambda among: sa.select(tie.c.a, tie.c.b, tie.c.score).where(
        tie.c.kind == "same", among(tie.c.a)
    )
)


def reached(connection: sa.Connection, rows: Collection[int]) -> set[int]:
    """Return the records that ties "same" lead to, on and on, with those where they start."""
    return {row[0] for row in _reached.ask(connection, rows)}


def _reaching(among: Callable[[sa.Column[int]], sa.ColumnElement[bool]]) -> Any:
    reach = sa.select(record.c.no).where(among(record.c.no)).cte("reach", recursive=True)
    step = sa.select(sa.case((tie.c.a == reach.c.no, tie.c.b), else_=tie.c.a)).where(
        tie.c.kind == "same", sa.or_(tie.c.a == reach.c.no, tie.c.b == reach.c.no)
    )
    return sa.select(reach.union(step).c.no)


_reached = Question(_reaching)


# ---- works


class Standing(NamedTuple):
    """A record and the work in which it is, or was last; "" for none."""

    no: int
    id: str
    live: bool
    work: str
    began: str


def standing(connection: sa.Connection, rows: Collection[int]) -> list[Standing]:
    """Return how records stand."""
    return [
        Standing(no, id_, not deleted, work or "", began or "")
        for no, id_, deleted, work, began in _standing.ask(connection, rows)
    ]


_standing = Question(
    lambda among: (
        sa.select(record.c.no, record.c.id, record.c.deleted, member.c.work, member.c.began)
        .join(member, member.c.record == record.c.no, isouter=True)
        .where(among(record.c.no))
    )
)


def together(connection: sa.Connection, rows: Collection[int]) -> set[int]:
    """Return the records that are, or were last, in a work of one of those records."""
    return {row[0] for row in _together.ask(connection, rows)}


_together = Question(
    lambda among: sa.select(member.c.record).where(
        member.c.work.in_(sa.select(member.c.work).where(among(member.c.record)))
    )
)


def grouped(connection: sa.Connection, rows: Collection[int]) -> set[int]:
    """Return those of the records that are, or were, one of several copies."""
    return {row[0] for row in _grouped.ask(connection, rows)}


_grouped = Question(lambda among: sa.select(member.c.record).where(among(member.c.record)))


def concerned(connection: sa.Connection) -> set[int]:
    """Return the records that are or were in a work, or have a tie "same"."""
    same = (sa.select(end).where(tie.c.kind == "same") for end in (tie.c.a, tie.c.b))
    every = sa.union(sa.select(member.c.record), *same)
    return set(connection.execute(every).scalars())


def leftovers(connection: sa.Connection) -> set[int]:
    """Return deleted records that still have keys or ties."""
    queries = (
        sa.select(record.c.no).join(each.table, each == record.c.no).where(record.c.deleted)
        for each in (work_key.c.record, tie.c.a, tie.c.b)
    )
    return {no for query in queries for no in connection.execute(query).scalars()}


def rows_of(connection: sa.Connection, ids: Collection[str]) -> dict[str, int]:
    """Return the rows of those ids that are records'."""
    return dict(_rows.ask(connection, ids))


_rows = Question(lambda among: sa.select(record.c.id, record.c.no).where(among(record.c.id)))


# ---- writing


def write(connection: sa.Connection, found: Regrouped) -> None:
    """Write what a batch changes, and note whose cards are to be described anew."""
    on = postgresql if connection.dialect.name == "postgresql" else sqlite
    _delete(connection, work_key, ("key", "record"), found.keys_gone)
    _delete(connection, tie, ("a", "b"), found.ties_gone)
    sharing.insert(connection, sorted(found.keys))
    ties = on.insert(tie)
    names = TieRow._fields
    _insert(
        connection,
        ties.on_conflict_do_update(
            index_elements=["a", "b"], set_={name: ties.excluded[name] for name in names}
        ),
        ("a", "b", *names),
        [(*pair, *row) for pair, row in found.ties.items()],
    )
    members = on.insert(member)
    _insert(
        connection,
        members.on_conflict_do_update(
            index_elements=["record"],
            set_={"work": members.excluded.work, "began": members.excluded.began},
        ),
        ("record", "work", "began"),
        [(no, *row) for no, row in found.members.items()],
    )
    sequence.restate(connection, sorted(found.restated))


def _insert(
    connection: sa.Connection,
    statement: sa.Insert,
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> None:
    if values := [dict(zip(names, row, strict=True)) for row in rows]:
        connection.execute(statement, values)


def _delete(
    connection: sa.Connection, table: sa.Table, names: Sequence[str], rows: Iterable[Pair]
) -> None:
    if values := [
        {f"b_{name}": value for name, value in zip(names, row, strict=True)} for row in rows
    ]:
        which = (table.c[name] == sa.bindparam(f"b_{name}") for name in names)
        connection.execute(table.delete().where(*which), values)
