"""Bring a database to the form that this version knows (Alembic)."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa

from catalog.store.engine import Database, StoreError

#: The newest migration. A test compares it with the folder.
HEAD = "0011"


def upgrade(database: Database) -> None:
    """Migrate where needed; a copy of an existing SQLite file is made first.

    Raises StoreError where the database is of a newer version than the program.
    """
    with database.reading() as connection:
        have = _version(connection)
    if have == HEAD:
        return
    if have and have > HEAD:
        raise StoreError(
            f"the store is of version {have} and this program knows up to {HEAD}; upgrade "
            "Vindplaats, or restore the backup that the upgrade made."
        )
    if have and database.is_sqlite:
        _back_up(database.path, have)
    _upgrade(database)


def _version(connection: sa.Connection) -> str:
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or ""


def _back_up(path: Path, version: str) -> None:
    copy = path.with_name(f"{path.name}.before-{HEAD}-from-{version}")
    with sqlite3.connect(path) as source, sqlite3.connect(copy) as target:
        source.backup(target)


def _upgrade(database: Database) -> None:
    from alembic import command  # noqa: PLC0415 slow to import, and rarely needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with database.writing() as connection:
        if not database.is_sqlite:  # of two that start at once, one migrates and one waits
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7301)"))
        if _version(connection) == HEAD:
            return
        config.attributes["connection"] = connection
        command.upgrade(config, HEAD)
