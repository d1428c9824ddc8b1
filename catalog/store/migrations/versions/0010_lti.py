"""LMSs that launch us by LTI 1.3: who they are, our keys, launches and their sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "lti_platform",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("login_url", sa.Text(), nullable=False),
        sa.Column("keys_url", sa.Text(), nullable=False),
        sa.Column("origins", sa.Text(), nullable=False),
        sa.Column("added", sa.String(20), nullable=False),
        sa.Column("changed", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lti_platform"),
    )
    op.create_index("ix_lti_platform_issuer", "lti_platform", ["issuer"])
    op.create_table(
        "lti_deployment",
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("deployment", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("platform", "deployment", name="pk_lti_deployment"),
    )
    op.create_table(
        "lti_invitation",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("expires", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_lti_invitation"),
    )
    op.create_table(
        "lti_key",
        sa.Column("kid", sa.String(64), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("since", sa.String(20), nullable=False),
        sa.PrimaryKeyConstraint("kid", name="pk_lti_key"),
    )
    op.create_table(
        "lti_login",
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("hints", sa.LargeBinary(), nullable=False),
        sa.Column("expires", sa.String(20), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("state", name="pk_lti_login"),
    )
    op.create_index("ix_lti_login_expires", "lti_login", ["expires"])
    op.create_table(
        "lti_session",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("expires", sa.String(20), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lti_session"),
    )
    op.create_index("ix_lti_session_expires", "lti_session", ["expires"])
