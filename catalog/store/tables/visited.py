"""The addresses of materials, and what visitors did: never who they were."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from catalog.store.tables.base import Number, metadata

#: An address of materials, and what became of it.
link = Table(
    "link",
    metadata,
    Column("id", Number, primary_key=True),
    Column("hash", LargeBinary(16), nullable=False, unique=True),  # of the address
    Column("url", Text, nullable=False),
    Column("host", String(253), nullable=False),
    Column("state", String(10), nullable=False),  # "" until it was checked
    Column("reason", String(40), nullable=False),
    Column("detail", Text, nullable=False),
    Column("target", Text, nullable=False),  # where a moved one leads
    Column("since", String(20), nullable=False),  # of the state
    Column("checked", String(20), nullable=False),
    Column("due", String(20), nullable=False),
    Column("failures", Integer, nullable=False),  # one after another
    Column("failing", String(20), nullable=False),  # since when
)
Index(None, link.c.due)
Index(None, link.c.host)

#: Which link each live record has.
linked = Table(
    "linked",
    metadata,
    Column("record", Number, primary_key=True, autoincrement=False),
    Column("link", Number, nullable=False, index=True),
    sqlite_with_rowid=False,
)

#: How often a query was asked on a day; nothing of who asked it.
asked = Table(
    "asked",
    metadata,
    Column("day", String(10), primary_key=True),  # YYYY-MM-DD, in UTC
    Column("text", String(60), primary_key=True),
    Column("times", Integer, nullable=False),
    sqlite_with_rowid=False,
)

#: How often a card was opened on a day; nothing of who opened it.
opened = Table(
    "opened",
    metadata,
    Column("day", String(10), primary_key=True),  # YYYY-MM-DD, in UTC
    Column("id", String(16), primary_key=True),
    Column("times", Integer, nullable=False),
    sqlite_with_rowid=False,
)

#: What a visitor said is wrong with a material, until somebody has dealt with it.
report = Table(
    "report",
    metadata,
    Column("id", Number, primary_key=True),
    Column("record", String(16), nullable=False, index=True),  # id of a work or record
    Column("reason", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", String(20), nullable=False, index=True),
)
