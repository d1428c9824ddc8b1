"""The tables. A change here goes with a migration; a test compares the two."""

from catalog.store.tables.base import metadata
from catalog.store.tables.harvested import (
    finding,
    held,
    inbox,
    page,
    record,
    reject,
    run,
    sequence,
    sighting,
)
from catalog.store.tables.lti import (
    lti_deployment,
    lti_invitation,
    lti_key,
    lti_login,
    lti_platform,
    lti_session,
)
from catalog.store.tables.outward import in_set, moment, secret, set_spec
from catalog.store.tables.visited import asked, link, linked, opened, report
from catalog.store.tables.works import decision, followed, member, restated, tie, work_key

__all__ = [
    "asked",
    "decision",
    "finding",
    "followed",
    "held",
    "in_set",
    "inbox",
    "link",
    "linked",
    "lti_deployment",
    "lti_invitation",
    "lti_key",
    "lti_login",
    "lti_platform",
    "lti_session",
    "member",
    "metadata",
    "moment",
    "opened",
    "page",
    "record",
    "reject",
    "report",
    "restated",
    "run",
    "secret",
    "sequence",
    "set_spec",
    "sighting",
    "tie",
    "work_key",
]
