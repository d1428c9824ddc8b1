"""The tables. A change here goes with a migration; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)

# SQLite makes only INTEGER a rowid; PostgreSQL wants room to count
_Number = BigInteger().with_variant(Integer, "sqlite")

#: One row: the number of the last change. Taken inside the transaction that makes the change, so
#: numbers become visible in the order in which they were given out.
sequence = Table(
    "sequence",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", _Number, nullable=False),
)

#: What the catalogue knows of each record: one row, whether it is live or deleted.
record = Table(
    "record",
    metadata,
    Column("no", _Number, primary_key=True),
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
    Column("run", _Number, nullable=False),  # that changed it last
    Column("page", _Number),  # where its raw bytes are
    Column("position", Integer, nullable=False),  # among the raws of that page
    Column("seq", _Number, nullable=False),
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
    Column("id", _Number, primary_key=True),
    Column("source", String(40), nullable=False, index=True),
    Column("run", _Number, nullable=False),
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
    Column("run", _Number, primary_key=True, autoincrement=False),
    Column("record", _Number, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

#: Records that could not be read or were not accepted, with their bytes and the reason.
reject = Table(
    "reject",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("source", String(40), nullable=False),
    Column("key", Text, nullable=False),  # the identifier, or what stands in for a missing one
    Column("identifier", Text, nullable=False),
    Column("run", _Number, nullable=False),
    Column("rule", String(60), nullable=False),
    Column("reason", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("datestamp", Text, nullable=False),
    Column("sets", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),  # zstandard
    Column("page", _Number, nullable=False),  # where it stands, for reading it again
    Column("position", Integer, nullable=False),
    Column("at", String(20), nullable=False),
)
Index(None, reject.c.source, reject.c.key, unique=True)

#: What live records lack of what their source's profile recommends; most have no row here.
finding = Table(
    "finding",
    metadata,
    Column("record", _Number, primary_key=True, autoincrement=False),
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
    Column("record", _Number, primary_key=True, autoincrement=False),
    Column("source", String(40), nullable=False, index=True),
    Column("run", _Number, nullable=False),
    Column("because", String(10), nullable=False),  # deleted: the source said so; absent: unseen
)

#: What providers have posted, and what came of it.
inbox = Table(
    "inbox",
    metadata,
    Column("id", _Number, primary_key=True),
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

#: How often a query was asked on a day; nothing of who asked it.
asked = Table(
    "asked",
    metadata,
    Column("day", String(10), primary_key=True),  # YYYY-MM-DD, in UTC
    Column("text", String(60), primary_key=True),
    Column("times", Integer, nullable=False),
    sqlite_with_rowid=False,
)

#: Cards that have to be described anew for another reason than a change of their record: it has
#: joined or left a work, the work has changed, its link died.
restated = Table(
    "restated",
    metadata,
    Column("id", String(16), primary_key=True),  # of a record or a work
    Column("seq", _Number, nullable=False, unique=True),
    sqlite_with_rowid=False,
)

#: How far in the change sequence each of those has come that follow it and stand in the store.
followed = Table(
    "followed",
    metadata,
    Column("name", String(20), primary_key=True),  # works, links
    Column("seq", _Number, nullable=False),
    sqlite_with_rowid=False,
)

#: By what records may be recognised as one work; see ``catalog.works.keys``.
work_key = Table(
    "work_key",
    metadata,
    Column("key", _Number, primary_key=True, autoincrement=False),
    Column("record", _Number, primary_key=True, autoincrement=False, index=True),
    sqlite_with_rowid=False,
)

#: What two records have to do with each other, the lower row first, and why.
tie = Table(
    "tie",
    metadata,
    Column("a", _Number, primary_key=True, autoincrement=False),
    Column("b", _Number, primary_key=True, autoincrement=False, index=True),
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
    Column("record", _Number, primary_key=True, autoincrement=False),
    Column("work", String(16), nullable=False, index=True),
    Column("began", String(16), nullable=False),  # the first work that it was in
    sqlite_with_rowid=False,
)

#: What an editor has decided about works, which outlives every harvest.
decision = Table(
    "decision",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("kind", String(8), nullable=False),  # join, split
    Column("records", Text, nullable=False),  # that were named: ids, separated by spaces
    Column("others", Text, nullable=False),  # ids of what else was in their works
    Column("why", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", String(20), nullable=False),
    Column("undone", String(20), nullable=False),  # "" while it holds
    Column("seq", _Number, nullable=False, unique=True),  # of its last change
)

#: An address of materials, and what became of it.
link = Table(
    "link",
    metadata,
    Column("id", _Number, primary_key=True),
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
    Column("record", _Number, primary_key=True, autoincrement=False),
    Column("link", _Number, nullable=False, index=True),
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
    Column("id", _Number, primary_key=True),
    Column("record", String(16), nullable=False, index=True),  # id of a work or record
    Column("reason", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", String(20), nullable=False, index=True),
)

#: Since when records are as they are, as harvesters are told: what has a number up to ``seq``, and
#: above that of the row before, was changed ``at``. Both only ever grow. At the instant ``told``
#: there was nothing beyond ``seq``, so whatever comes later is said to be no older than that.
moment = Table(
    "moment",
    metadata,
    Column("seq", _Number, primary_key=True, autoincrement=False),
    Column("at", String(20), nullable=False, index=True),
    Column("told", String(20), nullable=False),
)

#: The sets of the OAI-PMH provider that ever had a record; see ``catalog.sets``.
set_spec = Table(
    "set_spec",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("spec", String(255), nullable=False, unique=True),
)

#: The records of each set, with the number of their last change.
in_set = Table(
    "in_set",
    metadata,
    Column("set", _Number, primary_key=True, autoincrement=False),
    Column("seq", _Number, primary_key=True, autoincrement=False),
    Column("record", _Number, nullable=False, index=True),
    sqlite_with_rowid=False,
)

#: Keys that are made where they are first needed, and are in no configuration.
secret = Table(
    "secret",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", LargeBinary(32), nullable=False),
)

#: The LMSs that may launch us by LTI 1.3, as they or their administrator made themselves known.
lti_platform = Table(
    "lti_platform",
    metadata,
    Column("id", String(16), primary_key=True),  # from issuer and client_id
    Column("issuer", Text, nullable=False, index=True),
    Column("client_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("login_url", Text, nullable=False),  # its OIDC authorisation endpoint
    Column("keys_url", Text, nullable=False),
    Column("origins", Text, nullable=False),  # that may frame us besides, separated by spaces
    Column("added", String(20), nullable=False),
    Column("changed", String(20), nullable=False),
)

#: Where in an LMS we are in use: launches of no other deployment are taken.
lti_deployment = Table(
    "lti_deployment",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("deployment", String(255), primary_key=True),
)

#: Links by which an LMS may register itself, each once.
lti_invitation = Table(
    "lti_invitation",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("expires", String(20), nullable=False),
)

#: The keys with which we sign what we answer; an old one is public until its tokens are past.
lti_key = Table(
    "lti_key",
    metadata,
    Column("kid", String(64), primary_key=True),
    Column("pem", Text, nullable=False),
    Column("since", String(20), nullable=False),  # it signs from then on
)

#: Launches that have begun and were not answered yet, and for a while those that were.
lti_login = Table(
    "lti_login",
    metadata,
    Column("state", String(64), primary_key=True),  # hash of it
    Column("nonce", String(64), nullable=False),
    Column("platform", String(16), nullable=False, index=True),
    Column("browser", String(64), nullable=False),  # hash of what only that browser has
    Column("hints", LargeBinary, nullable=False),  # sealed by the state itself
    Column("expires", String(20), nullable=False, index=True),
    Column("used", Boolean, nullable=False),
)

#: What an accepted launch may do, for a short while: to choose materials, or to see one.
lti_session = Table(
    "lti_session",
    metadata,
    Column("id", String(64), primary_key=True),  # hash of it
    Column("browser", String(64), nullable=False),  # as in lti_login; "" where it keeps no cookies
    Column("body", LargeBinary, nullable=False),  # JSON
    Column("expires", String(20), nullable=False, index=True),
    Column("used", Boolean, nullable=False),
)

#: One harvest of one source.
run = Table(
    "run",
    metadata,
    Column("id", _Number, primary_key=True),
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
