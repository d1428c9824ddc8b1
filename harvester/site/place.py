"""Where a crawl is, and which pages it needs to visit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import msgspec

from harvester.oai.page import instant

_MOST_GONE = 1_000  # pages; they are kept in the checkpoint
_OVERLAP = timedelta(hours=48)  # lastmod is the site's own clock, often a date without a zone


class Place(msgspec.Struct, omit_defaults=True):
    """The state of a run between two pages; as JSON it is the checkpoint."""

    last: str = ""  # address of the page visited last
    visited: int = 0
    watermark: str = ""
    whole: bool = True  # every page of the sitemaps is or will be visited
    missed: bool = False  # a page or sitemap could not be fetched
    gone: list[str] = []  # pages that answered 404 or 410
    suspect: int = 0  # pages that may say "not found" with 200

    def believed(self) -> bool:
        """Tell whether the pages that are gone are few enough for that to be true."""
        return len(self.gone) <= min(_MOST_GONE, max(1, self.visited // 10))

    def dump(self) -> str:
        return msgspec.json.encode(self).decode()


def place_of(checkpoint: str) -> Place:
    """Return the place in a checkpoint; the start, where it cannot be read."""
    try:
        return msgspec.json.decode(checkpoint, type=Place) if checkpoint else Place()
    except msgspec.DecodeError:
        return Place()


def server_time(said: str) -> str:
    """Return what a Date header says, in our own form; the present where it says nothing."""
    now = datetime.now(UTC)
    try:
        then = min(parsedate_to_datetime(said).astimezone(UTC), now)
    except (TypeError, ValueError, OverflowError):
        then = now
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


def is_changed(lastmod: str, since: datetime | None) -> bool:
    """Tell whether a page may have changed; one that does not say when, may have."""
    then = instant(lastmod) if lastmod else None
    return since is None or then is None or then >= since - _OVERLAP
