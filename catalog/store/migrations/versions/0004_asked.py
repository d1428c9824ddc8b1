"""How often queries were asked, by day."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "asked",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("text", sa.String(60), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "text", name="pk_asked"),
        sqlite_with_rowid=False,
    )
