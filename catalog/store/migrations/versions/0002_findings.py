"""What records lack of what their source's profile recommends."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "finding",
        sa.Column("record", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("rule", sa.String(60), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", "rule", name="pk_finding"),
        sqlite_with_rowid=False,
    )
