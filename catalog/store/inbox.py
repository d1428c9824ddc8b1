"""What providers post: kept as it came until a run reads it, with a receipt that says what came."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from catalog.store import model, tables
from catalog.store.engine import Database, StoreError

inbox = tables.inbox

Method = Literal["post", "put", "delete"]
State = Literal["pending", "accepted", "rejected"]

#: Requests of one source that may wait, each of at most its ``max_bytes``.
MOST = 1000
#: Days for which the receipt of what was answered is kept.
KEPT_DAYS = 30

_encode = msgspec.json.Encoder().encode


class InboxFullError(StoreError):
    """So much of this source waits already that no more is taken."""


class Posted(Struct, frozen=True, kw_only=True):
    """A request that waits; ``identifier`` is that of put and delete."""

    id: int
    method: Method
    identifier: str
    body: bytes


class Refusal(Struct, frozen=True):
    """A record that was not accepted, by which rule and why."""

    identifier: str
    rule: str
    reason: str


class Receipt(Struct, frozen=True, kw_only=True):
    """What became of a request; rejected: at least one of its ``records`` was not accepted."""

    id: str
    source: str
    status: State
    received: str
    answered: str
    records: int
    rejects: tuple[Refusal, ...]


class Inbox:
    """The table of what was posted."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, source: str, method: Method, identifier: str, body: bytes) -> str:
        """Keep a request and return its receipt. Raises InboxFullError."""
        receipt, packed = secrets.token_hex(16), model.pack(body)
        pending = _waiting(source)
        with self._db.writing() as connection:
            count = sa.select(sa.func.count()).select_from(inbox).where(pending)
            if connection.execute(count).scalar_one() >= MOST:
                raise InboxFullError(f"{MOST} requests wait to be read; try again later.")
            connection.execute(
                inbox.insert().values(
                    receipt=receipt, source=source, method=method, identifier=identifier,
                    body=packed, received=model.now(), status="pending", answered="", seen=0,
                    rejects="[]",
                )
            )  # fmt: skip
        return receipt

    def pending(self, source: str) -> Iterator[Posted]:
        """Yield what waits now, one at a time, in the order in which it came."""
        with self._db.reading() as connection:
            ids = connection.execute(
                sa.select(inbox.c.id).where(_waiting(source)).order_by(inbox.c.id)
            ).scalars().all()  # fmt: skip
        for number in ids:
            with self._db.reading() as connection:
                row = connection.execute(inbox.select().where(inbox.c.id == number)).one()
            yield Posted(
                id=row.id,
                method=row.method,
                identifier=row.identifier,
                body=model.unpack(row.body),
            )

    def sources(self) -> set[str]:
        """Return the sources of which something waits."""
        with self._db.reading() as connection:
            query = sa.select(inbox.c.source).where(inbox.c.status == "pending").distinct()
            return set(connection.execute(query).scalars())

    def count(self) -> dict[str, int]:
        """Return how many requests wait, by source."""
        query = sa.select(inbox.c.source, sa.func.count()).where(inbox.c.status == "pending")
        with self._db.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(query.group_by(inbox.c.source))}

    def answer(self, number: int, seen: int, refusals: Sequence[Refusal]) -> None:
        """Say what came of a request, and let go of its bytes and of old receipts."""
        old = datetime.now(UTC) - timedelta(days=KEPT_DAYS)
        with self._db.writing() as connection:
            connection.execute(
                inbox.update()
                .where(inbox.c.id == number)
                .values(
                    status="rejected" if refusals else "accepted",
                    answered=model.now(),
                    seen=seen,
                    rejects=_encode(refusals).decode(),
                    body=b"",
                )
            )
            connection.execute(
                inbox.delete().where(
                    inbox.c.status != "pending",
                    inbox.c.answered < old.strftime("%Y-%m-%dT%H:%M:%SZ"),
                )
            )

    def receipt(self, receipt: str) -> Receipt | None:
        with self._db.reading() as connection:
            row = connection.execute(
                inbox.select().where(inbox.c.receipt == receipt)
            ).one_or_none()  # fmt: skip
        if row is None:
            return None
        return Receipt(
            id=row.receipt,
            source=row.source,
            status=row.status,
            received=row.received,
            answered=row.answered,
            records=row.seen,
            rejects=msgspec.json.decode(row.rejects, type=tuple[Refusal, ...]),
        )


def _waiting(source: str) -> Any:
    return sa.and_(inbox.c.source == source, inbox.c.status == "pending")
