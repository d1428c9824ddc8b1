"""What other machines are told: the sets and instants of the OAI-PMH provider, and keys."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, String, Table

from catalog.store.tables.base import Number, metadata

#: Since when records are as they are, as harvesters are told: what has a number up to ``seq``, and
#: above that of the row before, was changed ``at``. Both only ever grow. At the instant ``told``
#: there was nothing beyond ``seq``, so whatever comes later is said to be no older than that.
moment = Table(
    "moment",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("at", String(20), nullable=False, index=True),
    Column("told", String(20), nullable=False),
)

#: The sets of the OAI-PMH provider that ever had a record; see ``catalog.sets``.
set_spec = Table(
    "set_spec",
    metadata,
    Column("id", Number, primary_key=True),
    Column("spec", String(255), nullable=False, unique=True),
)

#: The records of each set, with the number of their last change.
in_set = Table(
    "in_set",
    metadata,
    Column("set", Number, primary_key=True, autoincrement=False),
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("record", Number, nullable=False, index=True),
    sqlite_with_rowid=False,
)

#: Keys that are made where they are first needed, and are in no configuration.
secret = Table(
    "secret",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", LargeBinary(32), nullable=False),
)
