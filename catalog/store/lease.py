"""A lease: what one process holds for itself alone, until it lets go or dies."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from catalog.store.engine import Database


class LeasedError(Exception):
    """Another process holds it."""


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a file for this process alone. Raises LeasedError where another has it, and OSError."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LeasedError(path.stem) from None
        yield


@contextlib.contextmanager
def lease(database: Database, name: str) -> Iterator[None]:
    """Hold ``name`` of a database: a file lock, or an advisory one in PostgreSQL.

    Raises LeasedError where another process has it.
    """
    if database.is_sqlite:
        folder = database.path.parent / "locks"
        folder.mkdir(exist_ok=True)
        with held(folder / f"{name}.lock"):
            yield
        return
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    key = int.from_bytes(digest, signed=True)
    with database.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        if not alone.execute(sa.select(sa.func.pg_try_advisory_lock(key))).scalar():
            raise LeasedError(name)
        try:
            yield
        finally:
            alone.execute(sa.select(sa.func.pg_advisory_unlock(key)))
