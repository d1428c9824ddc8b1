"""What grouping asks of the store, a batch of records at a time, and what it writes.

Records are spoken of by their rows. All but ``write`` and ``keep_position`` ask, while others may
write.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects import postgresql, sqlite

from catalog.resource import LearningResource
from catalog.store import sequence, tables
from catalog.store.among import among

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


def position(connection: sa.Connection, name: str) -> int | None:
    """Return the number that was kept as ``name``."""
    query = sa.select(followed.c.seq).where(followed.c.name == name)
    return connection.execute(query).scalar()


def keep_position(connection: sa.Connection, name: str, number: int | None) -> None:
    """Keep a number, in a writing transaction; None: keep none."""
    connection.execute(followed.delete().where(followed.c.name == name))
    if number is not None:
        connection.execute(followed.insert(), {"name": name, "seq": number})


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
    found = _read(connection, among(connection, record.c.no, rows), record.c.no, None)
    return {each.no: each.resource for each in found if each.resource is not None}


def _read(
    connection: sa.Connection,
    which: sa.ColumnElement[bool],
    order: sa.Column[int],
    limit: int | None,
) -> list[Changed]:
    columns = (record.c.no, record.c.seq, record.c.deleted, record.c.resource)
    rows = connection.execute(sa.select(*columns).where(which).order_by(order).limit(limit))
    return [Changed(no, seq, None if gone else _decode(said)) for no, seq, gone, said in rows]


# ---- blocks: records with a key in common


def keys_of(connection: sa.Connection, rows: Collection[int]) -> dict[int, set[int]]:
    """Return the keys of those records that have any."""
    found: dict[int, set[int]] = defaultdict(set)
    query = sa.select(work_key.c.record, work_key.c.key)
    for no, key in connection.execute(query.where(among(connection, work_key.c.record, rows))):
        found[no].add(key)
    return dict(found)


_SOME_IN_SQLITE = sa.text(
    "SELECT * FROM (SELECT value, (SELECT json_group_array(record) FROM"
    " (SELECT record FROM work_key WHERE key = value LIMIT :most)) AS few FROM json_each(:keys))"
    " WHERE few <> '[]'"
)
_SOME = sa.text(
    "SELECT * FROM (SELECT value, (SELECT array_agg(record) FROM"
    " (SELECT record FROM work_key WHERE key = value LIMIT :most) AS some_of_it) AS few"
    " FROM unnest(CAST(:keys AS bigint[])) AS value) AS blocks WHERE few IS NOT NULL"
)
_numbers = msgspec.json.Decoder(set[int]).decode


def blocks(connection: sa.Connection, keys: Collection[int], most: int) -> dict[int, set[int]]:
    """Return the records that have each key which any has, at most so many of each."""
    if connection.dialect.name == "postgresql":
        rows = connection.execute(_SOME, {"keys": list(keys), "most": most})
        return {key: set(few) for key, few in rows}
    asked = {"keys": msgspec.json.encode(list(keys)).decode(), "most": most}
    return {key: _numbers(few) for key, few in connection.execute(_SOME_IN_SQLITE, asked)}


# ---- ties


def ties_of(connection: sa.Connection, rows: Collection[int]) -> dict[Pair, TieRow]:
    """Return the ties at one end of which one of the records stands."""
    return {
        (row[0], row[1]): TieRow(*row[2:])
        for end in (tie.c.a, tie.c.b)
        for row in connection.execute(tie.select().where(among(connection, end, rows)))
    }


def same_from(connection: sa.Connection, rows: Collection[int]) -> dict[Pair, int]:
    """Return the scores of the ties "same" of which the lower row is one of ``rows``."""
    query = sa.select(tie.c.a, tie.c.b, tie.c.score).where(tie.c.kind == "same")
    found = connection.execute(query.where(among(connection, tie.c.a, rows)))
    return {(a, b): score for a, b, score in found}


def reached(connection: sa.Connection, rows: Collection[int]) -> set[int]:
    """Return the records that ties "same" lead to, on and on, with those where they start."""
    start = sa.select(record.c.no).where(among(connection, record.c.no, rows))
    reach = start.cte("reach", recursive=True)
    step = sa.select(sa.case((tie.c.a == reach.c.no, tie.c.b), else_=tie.c.a)).where(
        tie.c.kind == "same", sa.or_(tie.c.a == reach.c.no, tie.c.b == reach.c.no)
    )
    return set(connection.execute(sa.select(reach.union(step).c.no)).scalars())


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
    columns = (record.c.no, record.c.id, record.c.deleted, member.c.work, member.c.began)
    query = sa.select(*columns).join(member, member.c.record == record.c.no, isouter=True)
    return [
        Standing(no, id_, not deleted, work or "", began or "")
        for no, id_, deleted, work, began in connection.execute(
            query.where(among(connection, record.c.no, rows))
        )
    ]


def together(connection: sa.Connection, rows: Collection[int]) -> set[int]:
    """Return the records that are, or were last, in a work of one of those records."""
    works = sa.select(member.c.work).where(among(connection, member.c.record, rows))
    query = sa.select(member.c.record).where(member.c.work.in_(works))
    return set(connection.execute(query).scalars())


def grouped(connection: sa.Connection, rows: Collection[int]) -> set[int]:
    """Return those of the records that are, or were, one of several copies."""
    query = sa.select(member.c.record).where(among(connection, member.c.record, rows))
    return set(connection.execute(query).scalars())


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
    query = sa.select(record.c.id, record.c.no).where(among(connection, record.c.id, ids))
    return {row.id: row.no for row in connection.execute(query)}


# ---- writing


def write(connection: sa.Connection, found: Regrouped) -> None:
    """Write what a batch changes, and note whose cards are to be described anew."""
    on = postgresql if connection.dialect.name == "postgresql" else sqlite
    _delete(connection, work_key, ("key", "record"), found.keys_gone)
    _delete(connection, tie, ("a", "b"), found.ties_gone)
    _insert_keys(connection, sorted(found.keys))
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


def _insert_keys(connection: sa.Connection, keys: Sequence[Pair]) -> None:
    """Insert keys, in their order and by the driver itself: there are so many."""
    if not keys:
        return
    if connection.dialect.name == "sqlite":
        statement = "INSERT OR IGNORE INTO work_key (key, record) VALUES (?, ?)"
        connection.exec_driver_sql(statement, keys)
    else:
        insert = postgresql.insert(work_key).on_conflict_do_nothing()
        connection.execute(insert, [{"key": key, "record": no} for key, no in keys])


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
