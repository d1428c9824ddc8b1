"""The raw pages that records stand on, for reading them again without the network."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from msgspec import Struct

from catalog.store import model, tables
from catalog.store.engine import Database

page, record = tables.page, tables.record


class Standing(Struct, frozen=True):
    """A record that stands on a page, at ``position`` among its raws."""

    no: int
    id: str
    identifier: str
    position: int
    format: str
    parent: str | None
    resource: bytes


class RawPage(Struct, frozen=True, kw_only=True):
    """One kept answer, the live records that stand on it, and its rejects."""

    id: int
    source: str
    url: str
    media_type: str
    body: bytes
    records: tuple[Standing, ...]
    rejects: dict[int, str]  # key by position


class Pages:
    """The table of pages."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of(self, source: str) -> Iterator[RawPage]:
        """Yield the pages of ``source``, one at a time, oldest first."""
        after = 0
        while found := self._next(source, after):
            yield found
            after = found.id

    def count(self, source: str) -> int:
        with self._db.reading() as connection:
            query = sa.select(sa.func.count()).select_from(page).where(page.c.source == source)
            return connection.execute(query).scalar_one()

    def standing(self, source: str) -> dict[str, list[str]]:
        """Return the identifiers of the live records on each page of ``source``, by its address."""
        found: dict[str, list[str]] = {}
        with self._db.reading() as connection:
            for url, identifier in connection.execute(
                sa.select(page.c.url, record.c.identifier)
                .join(page, page.c.id == record.c.page)
                .where(record.c.source == source, record.c.deleted.is_(False))
            ):
                found.setdefault(url, []).append(identifier)
        return found

    def versions(self, source: str) -> dict[str, str]:
        """Return in what version each page of ``source`` was read last, by its address."""
        with self._db.reading() as connection:
            rows = connection.execute(
                sa.select(page.c.url, page.c.version)
                .where(page.c.source == source, page.c.version != "")
                .order_by(page.c.id)
            )
            return {row.url: row.version for row in rows}

    def get(self, id: str) -> tuple[RawPage, int] | None:  # noqa: A002 a record's id
        """Return the page that record ``id`` stands on, and its position."""
        with self._db.reading() as connection:
            row = connection.execute(
                sa.select(record.c.page, record.c.position, record.c.source).where(
                    record.c.id == id, record.c.page.is_not(None)
                )
            ).one_or_none()
        found = self._next(row.source, row.page - 1) if row else None
        return (found, row.position) if row and found and found.id == row.page else None

    def _next(self, source: str, after: int) -> RawPage | None:
        columns = [record.c[name] for name in Standing.__struct_fields__]
        with self._db.reading() as connection:
            row = connection.execute(
                page.select()
                .where(page.c.source == source, page.c.id > after)
                .order_by(page.c.id)
                .limit(1)
            ).one_or_none()
            if row is None:
                return None
            standing = connection.execute(
                sa.select(*columns).where(
                    record.c.source == source,
                    record.c.deleted.is_(False),
                    record.c.page == row.id,
                )
            ).all()
            refused = connection.execute(
                sa.select(tables.reject.c.position, tables.reject.c.key).where(
                    tables.reject.c.source == source, tables.reject.c.page == row.id
                )
            ).all()
        return RawPage(
            id=row.id,
            source=source,
            url=row.url,
            media_type=row.media_type,
            body=model.unpack(row.body),
            records=tuple(Standing(*r) for r in standing),
            rejects={r.position: r.key for r in refused},
        )
