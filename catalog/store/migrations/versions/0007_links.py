"""The addresses of materials, what became of them, and how often cards were opened."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("hash", sa.LargeBinary(16), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", sa.String(253), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("since", sa.String(20), nullable=False),
        sa.Column("checked", sa.String(20), nullable=False),
        sa.Column("due", sa.String(20), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_link"),
        sa.UniqueConstraint("hash"),
    )
    op.create_index("ix_link_due", "link", ["due"])
    op.create_index("ix_link_host", "link", ["host"])
    op.create_table(
        "linked",
        sa.Column("record", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("link", _NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("record", name="pk_linked"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_linked_link", "linked", ["link"])
    op.create_table(
        "opened",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "id", name="pk_opened"),
        sqlite_with_rowid=False,
    )
