"""Connections: how each database is opened, how a write begins, what its errors mean."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc


class StoreError(Exception):
    """The store cannot do what was asked. One sentence that names the way out."""


class BusyError(StoreError):
    """Another process writes, and has not finished within the time that there was to wait."""


#: Seconds to wait for whoever writes: of a process that has work to do, and of a visitor.
PATIENCE, MOMENT = 30, 3


class Database:
    """An engine with two kinds of transaction: ``reading`` and ``writing``."""

    def __init__(self, url: str) -> None:
        try:
            self.url = sa.make_url(url)
            self.is_sqlite = self.url.get_backend_name() == "sqlite"
            self.engine = sa.create_engine(
                self.url, pool_size=8, max_overflow=24, **self._options()
            )
        except (exc.ArgumentError, exc.NoSuchModuleError, ModuleNotFoundError) as error:
            raise StoreError(
                f"the store cannot be opened at {url!r}: {error}. [store] url is a SQLAlchemy "
                "URL; PostgreSQL needs the extra vindplaats[postgresql]."
            ) from error
        if self.is_sqlite:
            _prepare_folder(self.path)
            sa.event.listen(self.engine, "connect", _sqlite_connect)
            sa.event.listen(self.engine, "begin", _sqlite_begin)
        self._writer = self.engine.execution_options(write=True)
        self._visitor = self.engine.execution_options(write=True, moment=True)
        self._still = self.engine.execution_options(
            # in SQLite every transaction sees one moment; in PostgreSQL those that ask for it
            **({} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"})
        )

    def _options(self) -> dict[str, Any]:
        if self.is_sqlite:
            return {"connect_args": {"timeout": PATIENCE}, "poolclass": sa.QueuePool}
        return {"pool_pre_ping": True}

    @property
    def path(self) -> Path:
        """File of a SQLite database."""
        return Path(self.url.database or "")

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection that sees one moment of the store and waits for nobody."""
        with self._translated(), self.engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def still(self) -> Iterator[sa.Connection]:
        """Yield a connection whose queries all see the same moment, and are read as they come.

        It is to be left within minutes: what changes meanwhile cannot be tidied up.
        """
        with self._translated(), self._still.begin() as connection:
            yield connection.execution_options(yield_per=1000)

    @contextlib.contextmanager
    def writing(self, *, visitor: bool = False) -> Iterator[sa.Connection]:
        """Yield a connection in a transaction that has taken the write lock from its start.

        For a ``visitor`` it is waited for a moment only: the site has few threads, and one that
        waits answers nobody. Raises BusyError.
        """
        writer = self._visitor if visitor else self._writer
        with self._translated(), writer.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except exc.DBAPIError as error:
            problem = str(error.orig)
            if "locked" in problem:
                raise BusyError(
                    f"{self._name} is kept busy by another process; try again."
                ) from error
            raise StoreError(self._explain(problem)) from error

    @property
    def _name(self) -> str:
        return str(self.path) if self.is_sqlite else self.url.render_as_string(hide_password=True)

    def _explain(self, problem: str) -> str:
        name = self._name
        if "disk is full" in problem or "No space left" in problem:
            return f"the disk with {name} is full; make room and run the command again."
        if "disk I/O error" in problem:  # what SQLite makes of a quota or a limit on files
            return (
                f"the disk with {name} is full, over its quota or failing ({problem}); make room "
                "and run the command again."
            )
        if "malformed" in problem or "not a database" in problem:
            return (
                f"{name} is damaged ({problem}); put a backup in its place, or move it away and "
                "harvest again."
            )
        if "readonly" in problem or "unable to open" in problem:
            return f"{name} cannot be written ({problem}); check its folder and rights."
        return f"the store at {name} failed: {problem}"

    def close(self) -> None:
        self.engine.dispose()


def _prepare_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the folder {path.parent} cannot be made: {error.strerror}.") from error


def _sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _sqlite_begin
    connection.execute("PRAGMA journal_mode = WAL")  # readers never wait for the writer
    connection.execute("PRAGMA synchronous = NORMAL")  # whole after kill -9; fsync at checkpoint
    # 32 MiB: pages of an index that change at each commit are written and waited for less often
    connection.execute("PRAGMA wal_autocheckpoint = 8000")
    connection.execute(_patience(PATIENCE))
    connection.execute("PRAGMA cache_size = -8000")
    connection.execute("PRAGMA journal_size_limit = 67108864")


def _sqlite_begin(connection: sa.Connection) -> None:
    """Take the lock first: a transaction that reads and then writes fails at once in WAL mode."""
    options = connection.get_execution_options()
    if not options.get("moment"):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("write") else "BEGIN")
        return
    connection.exec_driver_sql(_patience(MOMENT))
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(_patience(PATIENCE))


def _patience(seconds: int) -> str:
    return f"PRAGMA busy_timeout = {seconds * 1000}"
