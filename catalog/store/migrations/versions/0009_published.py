"""What the OAI-PMH provider tells: since when records are as they are, and their sets."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "moment",
        sa.Column("seq", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("at", sa.String(20), nullable=False),
        sa.Column("told", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_moment"),
    )
    op.create_index("ix_moment_at", "moment", ["at"])
    op.create_table(
        "set_spec",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("spec", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_set_spec"),
        sa.UniqueConstraint("spec"),
    )
    op.create_table(
        "in_set",
        sa.Column("set", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("seq", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("record", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("set", "seq", name="pk_in_set"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_in_set_record", "in_set", ["record"])
    op.create_table(
        "secret",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("value", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_secret"),
    )
