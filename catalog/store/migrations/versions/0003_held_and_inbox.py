"""Deletions that wait for a person, and what providers have posted."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "held",
        sa.Column("record", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("run", _NUMBER, nullable=False),
        sa.Column("because", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("record", name="pk_held"),
    )
    op.create_index("ix_held_source", "held", ["source"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("receipt", sa.String(32), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("method", sa.String(6), nullable=False),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received", sa.String(20), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("answered", sa.String(20), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("rejects", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("receipt"),
    )
    op.create_index("ix_inbox_status_source", "inbox", ["status", "source"], unique=False)
