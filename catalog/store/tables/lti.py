"""LMSs that launch us by LTI 1.3, and launches."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, LargeBinary, String, Table, Text

from catalog.store.tables.base import metadata

#: The LMSs that may launch us by LTI 1.3, as they or their administrator made themselves known.
lti_platform = Table(
    "lti_platform",
    metadata,
    Column("id", String(16), primary_key=True),  # from issuer and client_id
    Column("issuer", Text, nullable=False, index=True),
    Column("client_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("login_url", Text, nullable=False),  # its OIDC authorisation endpoint
    Column("keys_url", Text, nullable=False),
    Column("origins", Text, nullable=False),  # that may frame us besides, separated by spaces
    Column("added", String(20), nullable=False),
    Column("changed", String(20), nullable=False),
)

#: Where in an LMS we are in use: launches of no other deployment are taken.
lti_deployment = Table(
    "lti_deployment",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("deployment", String(255), primary_key=True),
)

#: Links by which an LMS may register itself, each once.
lti_invitation = Table(
    "lti_invitation",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("expires", String(20), nullable=False),
)

#: The keys with which we sign what we answer; an old one is public until its tokens are past.
lti_key = Table(
    "lti_key",
    metadata,
    Column("kid", String(64), primary_key=True),
    Column("pem", Text, nullable=False),
    Column("since", String(20), nullable=False),  # it signs from then on
)

#: Launches that have begun and were not answered yet, and for a while those that were.
lti_login = Table(
    "lti_login",
    metadata,
    Column("state", String(64), primary_key=True),  # hash of it
    Column("nonce", String(64), nullable=False),
    Column("platform", String(16), nullable=False, index=True),
    Column("browser", String(64), nullable=False),  # hash of what only that browser has
    Column("hints", LargeBinary, nullable=False),  # sealed by the state itself
    Column("expires", String(20), nullable=False, index=True),
    Column("used", Boolean, nullable=False),
)

#: What an accepted launch may do, for a short while: to choose materials, or to see one.
lti_session = Table(
    "lti_session",
    metadata,
    Column("id", String(64), primary_key=True),  # hash of it
    Column("browser", String(64), nullable=False),  # as in lti_login; "" where it keeps no cookies
    Column("body", LargeBinary, nullable=False),  # JSON
    Column("expires", String(20), nullable=False, index=True),
    Column("used", Boolean, nullable=False),
)
