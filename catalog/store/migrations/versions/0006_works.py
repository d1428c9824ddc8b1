"""Which records are one work, why, and what editors decided."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "restated",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("seq", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_restated"),
        sa.UniqueConstraint("seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "followed",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("seq", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_followed"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "work_key",
        sa.Column("key", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("record", _NUMBER, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "record", name="pk_work_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_work_key_record", "work_key", ["record"])
    op.create_table(
        "tie",
        sa.Column("a", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("b", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("direction", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("a", "b", name="pk_tie"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tie_b", "tie", ["b"])
    op.create_table(
        "member",
        sa.Column("record", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("work", sa.String(16), nullable=False),
        sa.Column("began", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("record", name="pk_member"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_member_work", "member", ["work"])
    op.create_table(
        "decision",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("records", sa.Text(), nullable=False),
        sa.Column("others", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(20), nullable=False),
        sa.Column("undone", sa.String(20), nullable=False),
        sa.Column("seq", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint("seq"),
    )
