"""What harvesters of the OAI-PMH provider are told: lists of records in the order of their changes.

A record is told of by its number in the change sequence, which no two have and which only grows. So
a page of a list begins after a number, at the same cost wherever in the list it is, and a record
that changes meanwhile moves to the end of the list: it may be met twice, but is never missed.

Datestamps are not the instants at which changes were written: a clock may go back, and what is
written at one second may be seen at the next only, by when a harvester has asked for that second.
They are kept in the table ``moment``, which follows the sequence: they grow with the numbers, and
are never earlier than an instant at which somebody was told that there was nothing more.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects import postgresql, sqlite

from catalog import sets
from catalog.store import model, sequence, tables
from catalog.store.among import among
from catalog.store.engine import Database
from catalog.store.hand import insert

#: Of what is told about a record. When a format going out says something else, or sets are made
#: otherwise, all datestamps have to move (OAI-PMH 2.0, 2.7.1): a higher number sees to that.
FORM = 1

BATCH = 2000  # records

record, moment, in_set, set_spec = tables.record, tables.moment, tables.in_set, tables.set_spec
secret, followed = tables.secret, tables.followed

_FORM = "oai form"
_placed = msgspec.json.Decoder(sets.Placed).decode
_since = (
    sa.select(moment.c.at)
    .where(moment.c.seq >= record.c.seq)
    .order_by(moment.c.seq)
    .limit(1)
    .scalar_subquery()
)
_TOLD = (
    record.c.id, record.c.seq, _since.label("at"), record.c.deleted, record.c.source,
    record.c.identifier, record.c.format, record.c.datestamp, record.c.added, record.c.changed,
    record.c.resource,
)  # fmt: skip


class Told(Struct, frozen=True, gc=False):
    """A record as harvesters are told of it; ``at`` is its datestamp, ``datestamp`` the source's.

    ``resource`` is JSON; of a deleted record, what it was.
    """

    id: str
    seq: int
    at: str
    deleted: bool
    source: str
    identifier: str
    format: str
    datestamp: str
    added: str
    changed: str
    resource: bytes


class Span(Struct, frozen=True):
    """Which changes a list is of: above ``after`` up to ``until``, of ``set`` or, if "", all."""

    set: str
    after: int
    until: int


class Published:
    """The tables of what is told, which follow the change sequence when they are asked to."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._keys: dict[str, bytes] = {}

    # ---- following

    def catch_up(self, seconds: float) -> tuple[int, str] | None:
        """Take in what has changed, for so long at most; None where that was too short.

        Else (number, instant): all changes up to the number are told from now on, and what comes
        after is told with datestamps from that instant on. It never goes back.
        """
        end = time.monotonic() + seconds
        while (reached := self._step()) is None:
            if time.monotonic() > end:
                return None
        return reached

    def _step(self) -> tuple[int, str] | None:
        """Take in a batch; return what has been reached where nothing waits any more."""
        with self._db.writing() as connection:
            # Whoever has the sequence's row sees all numbers that were given out.
            latest = sequence.take(connection, 0) - 1
            _renew(connection)
            last = connection.execute(
                sa.select(moment.c.seq, moment.c.told).order_by(moment.c.seq.desc()).limit(1)
            ).first()
            seq, told = last or (0, "")
            changed = connection.execute(
                sa.select(record.c.no, record.c.seq, record.c.changed, record.c.resource)
                .where(record.c.seq > seq)
                .order_by(record.c.seq)
                .limit(BATCH)
            ).all()
            if len(changed) == BATCH:
                _keep_moments(connection, changed, told, changed[-1].seq)
                _keep_sets(connection, changed)
                return None
            if changed:
                told = _keep_moments(connection, changed, told, latest)
                _keep_sets(connection, changed)
            at = max(model.now(), told)
            if changed or last:
                new = moment.update().where(moment.c.seq == (latest if changed else seq))
                connection.execute(new, {"seq": latest, "told": at})
            else:
                connection.execute(moment.insert(), {"seq": latest, "at": at, "told": at})
            return latest, at

    # ---- reading

    def reached(self) -> int:
        """Return the last number of which anything is told."""
        with self._db.reading() as connection:
            return connection.execute(sa.select(sa.func.max(moment.c.seq))).scalar() or 0

    def earliest(self) -> str:
        """Return an instant before which no record is said to have changed; "" before the first."""
        with self._db.reading() as connection:
            return connection.execute(sa.select(sa.func.min(moment.c.at))).scalar() or ""

    def before(self, at: str) -> int:
        """Return the last number that is told to be of before an instant, or 0."""
        return self._last(moment.c.at < at)

    def until(self, at: str) -> int:
        """Return the last number that is told to be of an instant or before it, or 0."""
        return self._last(moment.c.at <= at)

    def _last(self, condition: sa.ColumnElement[bool]) -> int:
        query = sa.select(moment.c.seq).where(condition).order_by(moment.c.at.desc())
        query = query.order_by(moment.c.seq.desc()).limit(1)
        with self._db.reading() as connection:
            return connection.execute(query).scalar() or 0

    def page(self, span: Span, limit: int) -> list[Told]:
        """Return the first ``limit`` records of a list, in the order of their changes."""
        number, source = _numbers(span)
        query = sa.select(*_TOLD).select_from(source).order_by(number).limit(limit)
        with self._db.reading() as connection:
            return [Told(*row) for row in connection.execute(query.where(*_within(span)))]

    def count(self, span: Span) -> int:
        """Return how many records a list has."""
        _, source = _numbers(span)
        query = sa.select(sa.func.count()).select_from(source).where(*_within(span))
        with self._db.reading() as connection:
            return connection.execute(query).scalar_one()

    def get(self, id: str) -> Told | None:  # noqa: A002 it is the record's id
        """Return a record; ``at`` is None where its last change was not taken in yet."""
        with self._db.reading() as connection:
            row = connection.execute(sa.select(*_TOLD).where(record.c.id == id)).first()
            return Told(*row) if row else None

    def specs(self) -> list[str]:
        """Return the setSpecs of all sets that ever had a record, in their order."""
        with self._db.reading() as connection:
            query = sa.select(set_spec.c.spec).order_by(set_spec.c.spec)
            return list(connection.execute(query).scalars())

    # ---- keys

    def key(self, name: str) -> bytes:
        """Return the key of that name, 32 bytes, made the first time that it is asked for."""
        if name not in self._keys:
            self._keys[name] = self._kept_key(name)
        return self._keys[name]

    def _kept_key(self, name: str) -> bytes:
        query = sa.select(secret.c.value).where(secret.c.name == name)
        with self._db.reading() as connection:
            if found := connection.execute(query).scalar():
                return bytes(found)
        on = sqlite if self._db.is_sqlite else postgresql
        made = on.insert(secret).on_conflict_do_nothing()
        with self._db.writing() as connection:
            connection.execute(made, {"name": name, "value": secrets.token_bytes(32)})
            return bytes(connection.execute(query).scalar_one())


def _numbers(span: Span) -> tuple[sa.Column[int], sa.FromClause]:
    """Return the column of numbers that a list goes by, and where it is.

    A record of a set that has changed since has another number, and is met at that one.
    """
    if not span.set:
        return record.c.seq, record
    return in_set.c.seq, in_set.join(record, record.c.seq == in_set.c.seq)


def _within(span: Span) -> list[sa.ColumnElement[bool]]:
    number, _ = _numbers(span)
    found = [number > span.after, number <= span.until]
    if span.set:
        which = sa.select(set_spec.c.id).where(set_spec.c.spec == span.set).scalar_subquery()
        found.append(in_set.c.set == which)
    return found


def _renew(connection: sa.Connection) -> None:
    """Begin anew, from the present instant on, where what is told was of another form."""
    known = followed.c.name == _FORM
    form = connection.execute(sa.select(followed.c.seq).where(known)).scalar()
    if form == FORM:
        return
    if form is None:
        connection.execute(followed.insert(), {"name": _FORM, "seq": FORM})
        return
    connection.execute(followed.update().where(known), {"seq": FORM})
    told = connection.execute(sa.select(sa.func.max(moment.c.told))).scalar() or ""
    at = max(model.now(), told)
    connection.execute(in_set.delete())
    connection.execute(moment.delete())
    connection.execute(moment.insert(), {"seq": 0, "at": at, "told": at})


def _keep_moments(connection: sa.Connection, changed: Sequence[Any], at: str, until: int) -> str:
    """Keep since when records are as they are, none earlier than ``at``; return the last one."""
    at = max(at, changed[0].changed)
    found: list[dict[str, object]] = []
    for row, following in pairwise(changed):
        if following.changed > at:
            found.append({"seq": row.seq, "at": at, "told": at})
            at = following.changed
    found.append({"seq": until, "at": at, "told": at})
    connection.execute(moment.insert(), found)
    return at


def _keep_sets(connection: sa.Connection, changed: Sequence[Any]) -> None:
    """Put records into their sets, and out of those that they were in."""
    query = sa.select(set_spec.c.spec, set_spec.c.id)
    known = {row.spec: row.id for row in connection.execute(query)}
    there: dict[sets.Placed, list[int]] = {}  # most records are in the sets of another one
    rows = []
    for row in changed:
        placed = _placed(row.resource)
        if placed not in there:
            there[placed] = [_number(connection, known, spec) for spec in sets.every(placed)]
        rows += [{"set": each, "seq": row.seq, "record": row.no} for each in there[placed]]
    old = among(connection, in_set.c.record, [row.no for row in changed])
    connection.execute(in_set.delete().where(old))
    insert(connection, in_set, rows)


def _number(connection: sa.Connection, known: dict[str, int], spec: str) -> int:
    """Return the number of a set, which it is given when its first record comes."""
    if spec not in known:
        new = set_spec.insert().returning(set_spec.c.id)
        known[spec] = connection.execute(new, {"spec": spec}).scalar_one()
    return known[spec]
