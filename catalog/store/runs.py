"""Runs, their rejects and the lease that keeps two harvests of one source apart."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from catalog.store import model, tables
from catalog.store.engine import Database, StoreError
from catalog.store.findings import narrowed
from catalog.store.lease import LeasedError, lease
from catalog.store.model import Counts, Reject, Run, Status

run, reject, page, record = tables.run, tables.reject, tables.page, tables.record


class SourceBusyError(StoreError):
    """Another process is harvesting the source."""


class Runs:
    """The table of runs."""

    def __init__(self, database: Database) -> None:
        self._db = database

    @contextlib.contextmanager
    def lease(self, source: str) -> Iterator[None]:
        """Hold ``source`` for this process alone; death frees it. Raises SourceBusyError."""
        try:
            with lease(self._db, source):
                yield
        except LeasedError as error:
            raise SourceBusyError(
                f"{source} is being harvested by another process; wait for it, or stop it, and "
                "try again."
            ) from error

    def begin(self, source: str, *, full: bool, since: str) -> Run:
        """Open a new run of ``source``."""
        blank = dict.fromkeys(Counts.__struct_fields__, 0)
        with self._db.writing() as connection:
            number = connection.execute(
                run.insert()
                .values(
                    source=source, status="running", full=full, whole=False, since=since,
                    watermark="", checkpoint="", started=model.now(), ended="", message="",
                    warnings="", **blank,
                )
                .returning(run.c.id)
            ).scalar_one()  # fmt: skip
            found = connection.execute(run.select().where(run.c.id == number)).one()
        return _run(found)

    def reopen(self, number: int) -> None:
        """Go on with a run that was broken off."""
        with self._db.writing() as connection:
            connection.execute(
                run.update()
                .where(run.c.id == number)
                .values(status="running", ended="", message="", warnings="")
            )

    def end(
        self,
        number: int,
        status: Status,
        message: str = "",
        *,
        watermark: str = "",
        whole: bool = False,
        warnings: Sequence[str] = (),
        removed: int = 0,
    ) -> None:
        """Close a run, drop its sightings, and the pages that no record stands on any more."""
        with self._db.writing() as connection:
            source = connection.execute(
                run.update()
                .where(run.c.id == number)
                .values(
                    status=status,
                    ended=model.now(),
                    message=message,
                    watermark=watermark,
                    whole=whole,
                    warnings="\n".join(warnings),
                    removed=run.c.removed + removed,
                )
                .returning(run.c.source)
            ).scalar_one()
            if status in ("complete", "refused"):
                connection.execute(tables.sighting.delete().where(tables.sighting.c.run == number))
            refused = sa.select(reject.c.page).where(reject.c.source == source)
            used = sa.select(record.c.page).where(
                record.c.source == source, record.c.page.is_not(None)
            )
            connection.execute(
                page.delete().where(
                    page.c.source == source, page.c.id.not_in(used), page.c.id.not_in(refused)
                )
            )

    def accept(self, number: int, message: str, *, removed: int) -> None:
        """Make a refused run complete: a person has agreed to what it would remove."""
        with self._db.writing() as connection:
            connection.execute(
                run.update()
                .where(run.c.id == number)
                .values(status="complete", message=message, removed=run.c.removed + removed)
            )

    def clear_rejects(self, source: str, before: int) -> None:
        """Forget rejects that a whole list, read to its end by run ``before``, did not repeat."""
        with self._db.writing() as connection:
            connection.execute(
                reject.delete().where(reject.c.source == source, reject.c.run < before)
            )

    def get(self, number: int) -> Run | None:
        with self._db.reading() as connection:
            row = connection.execute(run.select().where(run.c.id == number)).one_or_none()
            return _run(row) if row else None

    def list(
        self,
        source: str | None = None,
        limit: int | None = 50,
        *,
        status: Status | None = None,
        since: str = "",
    ) -> list[Run]:
        """Return runs, newest first; ``since`` is a date or instant at which they began."""
        query = run.select().where(run.c.started >= since).order_by(run.c.id.desc()).limit(limit)
        if source:
            query = query.where(run.c.source == source)
        if status:
            query = query.where(run.c.status == status)
        with self._db.reading() as connection:
            return [_run(row) for row in connection.execute(query)]

    def last(self, source: str, status: Status | None = None, *, whole: bool = False) -> Run | None:
        """Return the newest run of ``source``, or of those that ended as ``status``.

        With ``whole``, the newest that listed everything.
        """
        query = run.select().where(run.c.source == source).order_by(run.c.id.desc()).limit(1)
        if status:
            query = query.where(run.c.status == status)
        if whole:
            query = query.where(run.c.whole)
        with self._db.reading() as connection:
            row = connection.execute(query).one_or_none()
            return _run(row) if row else None


class Rejects:
    """The table of records that were not accepted."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def list(
        self,
        source: str | None = None,
        limit: int | None = None,
        *,
        rule: str = "",
        since: str = "",
    ) -> list[Reject]:
        """Return rejects, newest first; ``rule`` and ``since`` as in ``Findings.list``."""
        query = reject.select().where(reject.c.at >= since).order_by(reject.c.id.desc())
        query = narrowed(query.limit(limit), reject, source, reject, rule)
        with self._db.reading() as connection:
            return [_reject(row) for row in connection.execute(query)]

    def count_by_source(self) -> dict[str, int]:
        with self._db.reading() as connection:
            rows = connection.execute(
                sa.select(reject.c.source, sa.func.count()).group_by(reject.c.source)
            )
            return {row[0]: row[1] for row in rows}

    def count_by_rule(self, source: str) -> dict[str, int]:
        """Return how many rejects of ``source`` each rule has cost, most first."""
        count = sa.func.count()
        with self._db.reading() as connection:
            rows = connection.execute(
                sa.select(reject.c.rule, count)
                .where(reject.c.source == source)
                .group_by(reject.c.rule)
                .order_by(count.desc(), reject.c.rule)
            )
            return {row[0]: row[1] for row in rows}

    def keys(self, source: str, rule: str = "") -> set[str]:
        """Return the keys of the rejects of ``source``, or of those by one rule."""
        query = sa.select(reject.c.key).where(reject.c.source == source)
        if rule:
            query = query.where(reject.c.rule == rule)
        with self._db.reading() as connection:
            return set(connection.execute(query).scalars())


def _run(row: Any) -> Run:
    counts = Counts(**{name: getattr(row, name) for name in Counts.__struct_fields__})
    known = {
        name: getattr(row, name)
        for name in Run.__struct_fields__
        if name not in ("counts", "warnings")
    }
    return msgspec.convert(
        {**known, "counts": counts, "warnings": tuple(filter(None, row.warnings.split("\n")))}, Run
    )


def _reject(row: Any) -> Reject:
    known = {name: getattr(row, name) for name in Reject.__struct_fields__}
    return Reject(**{**known, "payload": model.unpack(row.payload)})
