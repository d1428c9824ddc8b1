"""What was harvested: the records, the bytes they stand on, and the runs that brought them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from catalog.store.tables.base import Number, metadata

#: One row: the number of the last change. Taken inside the transaction that makes the change, so
#: numbers become visible in the order in which they were given out.
sequence = Table(
    "sequence",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", Number, nullable=False),
)

#: What the catalogue knows of each record: one row, whether it is live or deleted.
record = Table(
    "record",
    metadata,
    Column("no", Number, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),  # public, from source and identifier
    Column("source", String(40), nullable=False),
    Column("identifier", Text, nullable=False),
    Column("parent", String(16)),  # id of the first resource, where one raw record holds several
    Column("format", String(40), nullable=False),
    Column("datestamp", Text, nullable=False),  # as the source said it
    Column("sets", Text, nullable=False),  # setSpecs, separated by spaces
    Column("deleted", Boolean, nullable=False),
    Column("absent", Boolean, nullable=False),  # the last whole list left it out
    Column("hash", LargeBinary(16), nullable=False),  # of the raw record
    Column("run", Number, nullable=False),  # that changed it last
    Column("page", Number),  # where its raw bytes are
    Column("position", Integer, nullable=False),  # among the raws of that page
    Column("seq", Number, nullable=False),
    Column("added", String(20), nullable=False),  # instants, YYYY-MM-DDThh:mm:ssZ
    Column("changed", String(20), nullable=False),
    Column("resource", LargeBinary, nullable=False),  # JSON; of a deleted record, its last
)
Index(None, record.c.seq, unique=True)
Index(None, record.c.source, record.c.deleted, record.c.page)
_has_parent = record.c.parent.is_not(None)
Index(None, record.c.parent, sqlite_where=_has_parent, postgresql_where=_has_parent)

#: The bytes of an answer, as long as a record stands on it.
page = Table(
    "page",
    metadata,
    Column("id", Number, primary_key=True),
    Column("source", String(40), nullable=False, index=True),
    Column("run", Number, nullable=False),
    Column("url", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("fetched", String(20), nullable=False),
    Column("body", LargeBinary, nullable=False),  # zstandard
    Column("version", Text, nullable=False, server_default=""),  # as its server calls it; JSON
)

#: Unchanged records that a run met; with record.run it tells what a whole list left out.
sighting = Table(
    "sighting",
    metadata,
    Column("run", Number, primary_key=True, autoincrement=False),
    Column("record", Number, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

#: Records that could not be read or were not accepted, with their bytes and the reason.
reject = Table(
    "reject",
    metadata,
    Column("id", Number, primary_key=True),
    Column("source", String(40), nullable=False),
    Column("key", Text, nullable=False),  # the identifier, or what stands in for a missing one
    Column("identifier", Text, nullable=False),
    Column("run", Number, nullable=False),
    Column("rule", String(60), nullable=False),
    Column("reason", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("datestamp", Text, nullable=False),
    Column("sets", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),  # zstandard
    Column("page", Number, nullable=False),  # where it stands, for reading it again
    Column("position", Integer, nullable=False),
    Column("at", String(20), nullable=False),
)
Index(None, reject.c.source, reject.c.key, unique=True)

#: What live records lack of what their source's profile recommends; most have no row here.
finding = Table(
    "finding",
    metadata,
    Column("record", Number, primary_key=True, autoincrement=False),
    Column("rule", String(60), primary_key=True),
    Column("field", String(40), nullable=False),
    Column("value", Text, nullable=False),  # what the record has there, cut short
    sqlite_with_rowid=False,
)

#: Live records that a run would delete, until the run ends or, where those are too many, a person
#: decides.
held = Table(
    "held",
    metadata,
    Column("record", Number, primary_key=True, autoincrement=False),
    Column("source", String(40), nullable=False, index=True),
    Column("run", Number, nullable=False),
    Column("because", String(10), nullable=False),  # deleted: the source said so; absent: unseen
)

#: What providers have posted, and what came of it.
inbox = Table(
    "inbox",
    metadata,
    Column("id", Number, primary_key=True),
    Column("receipt", String(32), nullable=False, unique=True),  # public; cannot be guessed
    Column("source", String(40), nullable=False),
    Column("method", String(6), nullable=False),  # post, put, delete
    Column("identifier", Text, nullable=False),  # of put and delete
    Column("body", LargeBinary, nullable=False),  # zstandard; empty once it was answered
    Column("received", String(20), nullable=False),
    Column("status", String(10), nullable=False),
    Column("answered", String(20), nullable=False),
    Column("seen", Integer, nullable=False),  # how many records it held
    Column("rejects", Text, nullable=False),  # JSON
)
Index(None, inbox.c.status, inbox.c.source)

#: One harvest of one source.
run = Table(
    "run",
    metadata,
    Column("id", Number, primary_key=True),
    Column("source", String(40), nullable=False, index=True),
    Column("status", String(12), nullable=False),
    Column("full", Boolean, nullable=False),  # the operator asked for everything
    Column("whole", Boolean, nullable=False),  # the list read was everything
    Column("since", Text, nullable=False),
    Column("watermark", Text, nullable=False),
    Column("checkpoint", Text, nullable=False),
    Column("started", String(20), nullable=False),
    Column("ended", String(20), nullable=False),
    Column("total", Integer),
    Column("pages", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("added", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("deleted", Integer, nullable=False),  # as the source said
    Column("removed", Integer, nullable=False),  # as their absence said
    Column("rejected", Integer, nullable=False),
    Column("duplicates", Integer, nullable=False),
    Column("repaired", Integer, nullable=False),
    Column("message", Text, nullable=False),
    Column("warnings", Text, nullable=False),  # sentences, one a line
)
