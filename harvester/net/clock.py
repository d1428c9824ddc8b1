"""The time by a server's own clock."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy.http import Response

SECOND = "%Y-%m-%dT%H:%M:%SZ"


def server_time(response: Response) -> str:
    """Return when an answer was made, by its Date header; never later than our own clock."""
    now = datetime.now(UTC)
    said = (response.headers.get("Date") or b"").decode("latin-1")
    try:
        then = min(parsedate_to_datetime(said).astimezone(UTC), now)
    except (TypeError, ValueError, OverflowError):
        then = now
    return then.strftime(SECOND)
