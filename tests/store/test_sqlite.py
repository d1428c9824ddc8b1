"""What only SQLite needs: damage, full disks, other versions, many writers."""

from __future__ import annotations

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from catalog.store import Store, StoreError, migrate, tables
from catalog.store.engine import BusyError


def test_the_migrations_make_the_tables(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/s.db")
    with store.database.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.metadata) == []
    folder = Path(migrate.__file__).parent / "migrations" / "versions"
    newest = max(path.name for path in folder.glob("*.py"))
    assert newest.startswith(migrate.HEAD)
    store.close()


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path}/s.db").close()
    with sqlite3.connect(tmp_path / "s.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"version 9999 .* upgrade Vindplaats"):
        Store(f"sqlite:///{tmp_path}/s.db")


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "s.db").write_bytes(b"this is not a database" * 1000)
    with pytest.raises(StoreError, match=r"s\.db is damaged .* backup"):
        Store(f"sqlite:///{tmp_path}/s.db")


def test_a_full_disk_is_named_and_reading_goes_on(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/s.db")
    run = store.runs.begin("a", full=False, since="")
    with store.database.engine.connect() as connection:
        size = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    with pytest.raises(StoreError, match="full; make room"), store.database.writing() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {size}")
        connection.execute(
            tables.page.insert(),
            {
                "source": "a",
                "run": 1,
                "url": "",
                "media_type": "",
                "fetched": "",
                "body": b"x" * 10**6,
            },
        )
    assert store.runs.get(run.id) == run
    store.close()


def test_an_impossible_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        Store(f"sqlite:///{tmp_path}/file/s.db")


def test_a_wrong_url_is_explained() -> None:
    for url in ("nonsense", "foo://x", "oracle://x/y"):
        with pytest.raises(StoreError, match=r"\[store\] url is a SQLAlchemy URL"):
            Store(url)


def _count(url: str, times: int) -> None:
    store = Store(url)
    for _ in range(times):
        with store.database.writing() as connection:
            value = connection.execute(sa.select(tables.sequence.c.value)).scalar_one()
            connection.execute(tables.sequence.update().values(value=value + 1))
    store.close()


def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.db"
    store = Store(url)
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_count, args=(url, 50)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    assert store.records.latest() == 200
    store.close()


def test_a_visitor_waits_for_a_moment_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.store.engine.MOMENT", 0)
    store = Store(f"sqlite:///{tmp_path}/s.db")
    patience = sa.text("PRAGMA busy_timeout")
    with sqlite3.connect(tmp_path / "s.db", isolation_level=None) as harvest:
        harvest.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(BusyError, match="try again"),
            store.database.writing(visitor=True),
        ):
            pytest.fail("the lock is held by another")
        harvest.execute("ROLLBACK")
    with store.database.writing(visitor=True) as connection:
        assert connection.execute(patience).scalar_one() == 30_000
    with store.database.reading() as connection:  # the same connection, as whoever has time
        assert connection.execute(patience).scalar_one() == 30_000
    store.close()
