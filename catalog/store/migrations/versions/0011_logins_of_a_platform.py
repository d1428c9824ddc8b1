"""Launches of one platform are counted at each that begins: by an index, however many there are."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index("ix_lti_login_platform", "lti_login", ["platform"])
