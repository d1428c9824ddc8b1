"""The store: the truth. Two databases, one implementation (SQLAlchemy Core)."""

from __future__ import annotations

from catalog.store.asked import Asked
from catalog.store.engine import Database, StoreError
from catalog.store.findings import Findings
from catalog.store.held import Held
from catalog.store.inbox import Inbox
from catalog.store.keeping import Keeping
from catalog.store.launches import Launches
from catalog.store.links import Links, LinksBusyError
from catalog.store.mapped import Map
from catalog.store.migrate import upgrade
from catalog.store.opened import Opened
from catalog.store.pages import Pages
from catalog.store.platforms import Platforms
from catalog.store.published import Published
from catalog.store.records import Records
from catalog.store.reports import Reports
from catalog.store.runs import Rejects, Runs, SourceBusyError
from catalog.store.sequence import Restated
from catalog.store.signing import Signing
from catalog.store.works import Works

__all__ = ["LinksBusyError", "SourceBusyError", "Store", "StoreError"]


class Store:
    """Records, the raw pages they came on, rejects and runs, in one database."""

    def __init__(self, url: str) -> None:
        """Open the store at a SQLAlchemy URL, made or migrated as needed. Raises StoreError."""
        self.database = Database(url)
        upgrade(self.database)
        self.records = Records(self.database)
        self.restated = Restated(self.database)
        self.keeping = Keeping(self.database)
        self.pages = Pages(self.database)
        self.rejects = Rejects(self.database)
        self.findings = Findings(self.database)
        self.held = Held(self.database)
        self.inbox = Inbox(self.database)
        self.runs = Runs(self.database)
        self.asked = Asked(self.database)
        self.works = Works(self.database)
        self.map = Map(self.database)
        self.opened = Opened(self.database)
        self.links = Links(self.database)
        self.reports = Reports(self.database)
        self.published = Published(self.database)
        self.platforms = Platforms(self.database)
        self.launches = Launches(self.database)
        self.signing = Signing(self.database)

    def check(self) -> list[str]:
        """Return what is wrong with the database itself, one sentence each."""
        if not self.database.is_sqlite:
            return []
        with self.database.reading() as connection:
            rows = connection.exec_driver_sql("PRAGMA quick_check(5)").scalars().all()
        return [] if rows == ["ok"] else [f"{self.database.path}: {row}" for row in rows]

    def close(self) -> None:
        self.database.close()
