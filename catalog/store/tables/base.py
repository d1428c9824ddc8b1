"""What all tables have."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)

#: SQLite makes only INTEGER a rowid; PostgreSQL wants room to count.
Number = BigInteger().with_variant(Integer, "sqlite")
