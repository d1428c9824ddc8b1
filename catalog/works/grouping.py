"""Grouping: a follower of the change sequence that brings the works along, batch after batch.

Which records are one work follows from the records that live and from the editors' decisions, and
not from the order in which they came. A batch is one transaction with the number it has come to,
so whoever is killed goes on there.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import sqlalchemy as sa
from msgspec import Struct

from catalog.store import Store, StoreError, regrouping
from catalog.store.lease import LeasedError, lease
from catalog.store.regrouping import Changed, Regrouped
from catalog.store.works import Decision, decisions
from catalog.works.decisions import ruled
from catalog.works.forming import form
from catalog.works.tying import Rules, Signatures, retie

#: Of the rules by which records are recognised. Where the store was grouped by others, all
#: records are looked at again.
VERSION = 1

BATCH = 1000  # records
FEW = 200  # for a process that has other things to do,
REST = 2.0  # and rests so many times as long as each batch took

_MOMENT = 1.0  # seconds
_PATIENCE = 30.0
_AGAIN_AFTER = 0.02
_KEPT = 20_000  # signatures in memory, of about a kilobyte
_LEASE = "_works"  # no source is called so
_FOLLOWED, _AGAIN, _RULES = "works", "works again", "works rules"


class GroupingBusyError(StoreError):
    """Another process groups at this moment."""


class Progress(Struct, frozen=True):
    """How far a batch has come: ``records`` looked at, and ``restated`` cards by it."""

    records: int
    restated: int


class _Batch(Struct, frozen=True):
    changes: Sequence[Changed]
    decided: Sequence[Decision]  # now: made or taken back
    decisions: Sequence[Decision]  # all there are
    until: Mapping[str, int | None]  # what is to be noted when it is done
    afresh: bool  # not because of a change


class Grouping:
    """Brings the works of one store along. Not for several threads."""

    def __init__(self, store: Store, *, rules: Rules | None = None, batch: int = BATCH) -> None:
        self._db = store.database
        self._size = batch
        self._signatures = Signatures(rules or Rules(), _KEPT)
        self._at: Mapping[str, int | None] = {}  # where this process left off

    def behind(self) -> bool:
        """Tell whether there is something to do."""
        with self._db.reading() as connection:
            at = _positions(connection)
            return (
                at[_RULES] not in (None, VERSION)
                or at[_AGAIN] is not None
                or (at[_FOLLOWED] or 0) < regrouping.last_change(connection)
            )

    def waiting(self) -> int:
        """Return how many records are still to be looked at."""
        with self._db.reading() as connection:
            at = _positions(connection)
            again = 0 if at[_RULES] not in (None, VERSION) else at[_AGAIN]
            rest = 0 if again is None else regrouping.count_beyond(connection, again)
            return rest + regrouping.count_changed(connection, at[_FOLLOWED] or 0)

    def again(self) -> None:
        """Have every record looked at again, after what has changed."""
        with self._db.writing() as connection:
            regrouping.keep_position(connection, _AGAIN, 0)

    def catch_up(self, told: Callable[[Progress], None] = lambda _progress: None) -> int:
        """Do all there is to do; return how many records were looked at.

        Raises GroupingBusyError where another process is at it all the time, and StoreError.
        """
        looked = 0
        while done := self._patiently():
            looked += done.records
            told(done)
        return looked

    def _patiently(self) -> Progress | None:
        """Do one batch; where another process does one just now, after that."""
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                return self.step()
            except GroupingBusyError:
                if time.monotonic() > end:
                    raise
            time.sleep(_AGAIN_AFTER)

    def some(self, stop: threading.Event) -> None:
        """Group for a moment, and rest longer than each batch took: others come first.

        Raises as ``catch_up``.
        """
        end = time.monotonic() + _MOMENT
        while (began := time.monotonic()) < end and self.step():
            stop.wait(REST * (time.monotonic() - began))

    def step(self) -> Progress | None:
        """Do one batch; None where there is nothing to do. Raises as ``catch_up``."""
        with self._alone():
            with self._db.reading() as connection:
                at = _positions(connection)
                batch = self._next(connection, at)
                if batch is None:
                    return None
                if at != self._at:
                    self._signatures.forget()
                found = self._regroup(connection, batch)
            with self._db.writing() as connection:
                if _positions(connection) != at:  # told meanwhile to look at all again
                    return Progress(0, 0)
                regrouping.write(connection, found)
                for name, number in batch.until.items():
                    regrouping.keep_position(connection, name, number)
            self._at = {**at, **batch.until}
            self._signatures.trim()
            return Progress(len(batch.changes), len(found.restated))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            with lease(self._db, _LEASE):
                yield
        except LeasedError:
            raise GroupingBusyError(
                "another process is grouping the works at this moment; try again when it is done."
            ) from None

    def _next(self, connection: sa.Connection, at: Mapping[str, int | None]) -> _Batch | None:
        after, again = at[_FOLLOWED] or 0, at[_AGAIN]
        if at[_RULES] != VERSION:
            begun = {} if at[_FOLLOWED] is None else {_AGAIN: 0}
            return _Batch([], [], [], {_RULES: VERSION, **begun}, afresh=False)
        until = regrouping.latest(connection)  # first: all that came before it can be seen
        changes = regrouping.changed(connection, after, self._size)
        if len(changes) == self._size:
            until = min(until, changes[-1].seq)
        changes = [each for each in changes if each.seq <= until]
        every = decisions(connection)
        decided = [each for each in every if after < each.seq <= until]
        if changes or decided:
            last = max([each.seq for each in changes] + [each.seq for each in decided])
            return _Batch(changes, decided, every, {_FOLLOWED: last}, afresh=False)
        if again is None:
            return None
        rest = regrouping.beyond(connection, again, self._size)
        return _Batch(rest, [], every, {_AGAIN: rest[-1].no if rest else None}, afresh=True)

    def _regroup(self, connection: sa.Connection, batch: _Batch) -> Regrouped:
        rows = {each.no for each in batch.changes}
        retied = retie(connection, batch.changes, self._signatures)
        ids = {id_ for each in batch.decided for id_ in (*each.records, *each.others)}
        seeds = retied.moved | regrouping.grouped(connection, rows)
        seeds |= set(regrouping.rows_of(connection, ids).values())
        rulings = ruled(batch.decisions).rulings
        formed = form(connection, seeds, retied, rulings, self._signatures)
        described = set() if batch.afresh else {formed.works.get(no, "") for no in rows} - {""}
        return Regrouped(
            keys_gone=retied.keys_gone,
            keys=retied.keys,
            ties_gone=retied.ties_gone,
            ties=retied.ties,
            members=formed.members,
            restated=formed.restated | described,
        )


def _positions(connection: sa.Connection) -> dict[str, int | None]:
    kept = regrouping.positions(connection)
    return {name: kept.get(name) for name in (_FOLLOWED, _AGAIN, _RULES)}
