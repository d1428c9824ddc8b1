"""Records that are one material, and who has come how far in following the records."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from catalog.store.tables.base import Number, metadata

#: By what records may be recognised as one work; see ``catalog.works.keys``.
work_key = Table(
    "work_key",
    metadata,
    Column("key", Number, primary_key=True, autoincrement=False),
    Column("record", Number, primary_key=True, autoincrement=False, index=True),
    sqlite_with_rowid=False,
)

#: What two records have to do with each other, the lower row first, and why.
tie = Table(
    "tie",
    metadata,
    Column("a", Number, primary_key=True, autoincrement=False),
    Column("b", Number, primary_key=True, autoincrement=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("direction", Integer, nullable=False),  # 1 from a to b, -1 from b to a, 0 neither
    Column("score", Integer, nullable=False),  # thousandths
    Column("evidence", Text, nullable=False),  # JSON
    sqlite_with_rowid=False,
)

#: Records that are, or once were, one of several copies; all others are a work of their own. A
#: work's id is that of one of its records, so a record's row is also where that address leads.
member = Table(
    "member",
    metadata,
    Column("record", Number, primary_key=True, autoincrement=False),
    Column("work", String(16), nullable=False, index=True),
    Column("began", String(16), nullable=False),  # the first work that it was in
    sqlite_with_rowid=False,
)

#: What an editor has decided about works, which outlives every harvest.
decision = Table(
    "decision",
    metadata,
    Column("id", Number, primary_key=True),
    Column("kind", String(8), nullable=False),  # join, split
    Column("records", Text, nullable=False),  # that were named: ids, separated by spaces
    Column("others", Text, nullable=False),  # ids of what else was in their works
    Column("why", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", String(20), nullable=False),
    Column("undone", String(20), nullable=False),  # "" while it holds
    Column("seq", Number, nullable=False, unique=True),  # of its last change
)

#: Cards that have to be described anew for another reason than a change of their record: it has
#: joined or left a work, the work has changed, its link died.
restated = Table(
    "restated",
    metadata,
    Column("id", String(16), primary_key=True),  # of a record or a work
    Column("seq", Number, nullable=False, unique=True),
    sqlite_with_rowid=False,
)

#: How far in the change sequence each of those has come that follow it and stand in the store.
followed = Table(
    "followed",
    metadata,
    Column("name", String(20), primary_key=True),  # works, links
    Column("seq", Number, nullable=False),
    sqlite_with_rowid=False,
)
