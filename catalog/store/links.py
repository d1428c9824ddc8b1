"""The addresses of materials: which there are, what became of each, and which is asked for next."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from catalog import links as rules
from catalog.links import Standing, Verdict
from catalog.store import tables
from catalog.store.among import Question
from catalog.store.engine import Database, StoreError
from catalog.store.hand import parts
from catalog.store.lease import LeasedError, lease
from catalog.store.linking import digest, host, relink, restate_records

link, linked, record, member = tables.link, tables.linked, tables.record, tables.member
opened, followed = tables.opened, tables.followed

_NAME = "links"  # in ``followed``
_LEASE = "_links"  # no source is called so
_BATCH = 2_000  # records followed in one transaction
_by_row = link.update().where(link.c.id == sa.bindparam("b_id"))
_STANDING = tuple(link.c[name] for name in Standing.__struct_fields__)


class LinksBusyError(StoreError):
    """Another process is asking for addresses."""


class State(Struct, frozen=True, gc=False):
    """What a reader is told of an address; see ``catalog.links`` for the words and instants."""

    state: rules.State
    reason: str
    since: str
    checked: str
    target: str


_states = Question(
    lambda among: (
        sa.select(record.c.id, *(link.c[name] for name in State.__struct_fields__))
        .join(linked, linked.c.record == record.c.no)
        .join(link, link.c.id == linked.c.link)
        .where(among(record.c.id))
    )
)


class Due(Struct, frozen=True, gc=False):
    """An address that is to be asked for."""

    url: str
    host: str


class Figure(Struct, frozen=True, gc=False):
    """How many addresses, or records of one source, are in a state for a reason."""

    state: rules.State
    reason: str
    count: int


class _Address(Struct):
    """What is read of a resource."""

    url: str = ""


_address = msgspec.json.Decoder(_Address).decode


class Links:
    """The tables of links: a follower of the change sequence, and a list of what is due."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # ---- for readers

    def states(self, ids: Iterable[str]) -> dict[str, State]:
        """Return what became of the address of each record; one without an address is left out.

        The state is "" where the address was never asked for.
        """
        with self._db.reading() as connection:
            rows = _states.ask(connection, list(dict.fromkeys(ids)))
            return {row[0]: State(*row[1:]) for row in rows}

    def figures(self) -> list[Figure]:
        """Return how many addresses are in each state, for each reason; most first."""
        count = sa.func.count()
        query = sa.select(link.c.state, link.c.reason, count).group_by(link.c.state, link.c.reason)
        with self._db.reading() as connection:
            rows = connection.execute(query.order_by(count.desc(), link.c.state, link.c.reason))
            return [Figure(*row) for row in rows]

    def figures_by_source(self) -> dict[str, list[Figure]]:
        """Return how many live records of each source have an address in each state."""
        count = sa.func.count()
        columns = (record.c.source, link.c.state, link.c.reason)
        query = (
            sa.select(*columns, count)
            .select_from(linked)
            .join(record, record.c.no == linked.c.record)
            .join(link, link.c.id == linked.c.link)
            .group_by(*columns)
            .order_by(record.c.source, count.desc(), link.c.state, link.c.reason)
        )
        found: dict[str, list[Figure]] = {}
        with self._db.reading() as connection:
            for source, *figure in connection.execute(query):
                found.setdefault(source, []).append(Figure(*figure))
        return found

    # ---- following the records

    def follow(self, now: datetime) -> int:
        """Take note of the addresses of all records that changed; return how many did.

        A new address is due at once. Raises StoreError.
        """
        done = 0
        while self._waits() and (some := self._follow(rules.instant(now))):
            done += some
        return done

    def _waits(self) -> bool:
        with self._db.reading() as connection:
            changed = sa.exists().where(record.c.seq > _place(connection))
            return bool(connection.execute(sa.select(changed)).scalar_one())

    def _follow(self, at: str) -> int:
        with self._db.writing() as connection:
            rows = connection.execute(
                sa.select(record.c.seq, record.c.no, record.c.deleted, record.c.resource)
                .where(record.c.seq > _place(connection))
                .order_by(record.c.seq)
                .limit(_BATCH)
            ).all()
            if not rows:
                return 0
            said = {no: "" if gone else _address(text).url for _, no, gone, text in rows}
            relink(connection, {no: url for no, url in said.items() if host(url)}, set(said), at)
            place = {"name": _NAME, "seq": rows[-1].seq}
            connection.execute(followed.delete().where(followed.c.name == _NAME))
            connection.execute(followed.insert(), place)
        return len(rows)

    # ---- asking

    def lease(self) -> AbstractContextManager[None]:
        """Hold what is due for this process alone; death frees it. Raises LinksBusyError."""
        return _leased(self._db)

    def count(self) -> int:
        """Return how many addresses there are."""
        with self._db.reading() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(link)).scalar_one()

    def witnesses(self, limit: int) -> list[str]:
        """Return addresses that were there lately, each of another host."""
        query = (
            sa.select(link.c.host, link.c.url)
            .where(link.c.state.in_(("alive", "moved")))
            .order_by(link.c.checked.desc(), link.c.id)
            .limit(20 * limit)
        )
        with self._db.reading() as connection:
            by_host = {row.host: row.url for row in connection.execute(query)}
        return list(by_host.values())[:limit]

    def due(self, now: datetime, limit: int, *, source: str = "", again: bool = False) -> list[Due]:
        """Return the addresses to ask for at ``now``, most urgent first.

        Those whose cards are opened most go first, then those that have waited longest.
        ``again``: all, whether it is time or not. ``source``: of its records only.
        """
        often = _often().subquery()
        query = (
            sa.select(link.c.url, link.c.host)
            .outerjoin(often, often.c.link == link.c.id)
            .order_by(sa.func.coalesce(often.c.times, 0).desc(), link.c.due, link.c.id)
            .limit(limit)
        )
        if not again:
            query = query.where(link.c.due <= rules.instant(now))
        if source:
            own = sa.select(linked.c.link).join(record, record.c.no == linked.c.record)
            query = query.where(link.c.id.in_(own.where(record.c.source == source)))
        with self._db.reading() as connection:
            return [Due(*row) for row in connection.execute(query)]

    def record(self, results: Mapping[str, Verdict], now: datetime, *, days: float) -> int:
        """Keep what visits to addresses said, in one transaction.

        Cards of which a reader sees another state are restated. Returns how many links are seen
        otherwise. Raises StoreError, after which nothing of it is kept.
        """
        verdicts = {digest(url): verdict for url, verdict in results.items()}
        changed = []
        with self._db.writing() as connection:
            for some in parts(sorted(verdicts)):
                rows = connection.execute(
                    sa.select(link.c.id, link.c.hash, *_STANDING).where(link.c.hash.in_(some))
                ).all()
                after = []
                for number, hash_, *standing in rows:
                    known, share = Standing(*standing), int.from_bytes(hash_[:4]) / 2**32
                    new = rules.transition(
                        known, verdicts[bytes(hash_)], now, days=days, share=share
                    )
                    after.append({"b_id": number, **msgspec.structs.asdict(new)})
                    if rules.seen(known) != rules.seen(new):
                        changed.append(number)
                if after:
                    connection.execute(_by_row, after)
            for some in parts(changed):
                theirs = sa.select(linked.c.record).where(linked.c.link.in_(some))
                restate_records(connection, theirs)
        return len(changed)


@contextlib.contextmanager
def _leased(database: Database) -> Iterator[None]:
    try:
        with lease(database, _LEASE):
            yield
    except LeasedError as error:
        raise LinksBusyError(
            "addresses are being asked for by another process; wait for it, or stop it."
        ) from error


def _place(connection: sa.Connection) -> int:
    """Return the number up to which records were followed."""
    query = sa.select(followed.c.seq).where(followed.c.name == _NAME)
    return connection.execute(query).scalar() or 0


def _often() -> sa.Select[Any]:
    """Return (link, times): how often the cards of records, or of their works, were opened."""
    own = sa.select(linked.c.link, opened.c.times).select_from(
        opened.join(record, record.c.id == opened.c.id).join(linked, linked.c.record == record.c.no)
    )
    work = sa.select(linked.c.link, opened.c.times).select_from(
        opened.join(member, member.c.work == opened.c.id).join(
            linked, linked.c.record == member.c.record
        )
    )
    both = sa.union_all(own, work).subquery()
    return sa.select(both.c.link, sa.func.sum(both.c.times).label("times")).group_by(both.c.link)
