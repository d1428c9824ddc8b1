"""What a server called a page when it was read, so that it is fetched again only if it changed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("page", sa.Column("version", sa.Text(), nullable=False, server_default=""))
