"""Where a crawl is, what it has found to be gone, and which pages it needs to visit."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from harvester.checkpoint import Checkpoint
from harvester.oai.page import instant

_OVERLAP = timedelta(hours=48)  # lastmod is the site's own clock, often a date without a zone


class Place(Checkpoint, omit_defaults=True):
    """The state of a run between two pages; as JSON it is the checkpoint."""

    last: str = ""  # address of the page visited last
    visited: int = 0
    watermark: str = ""
    whole: bool = True  # every page of the sitemaps is or will be visited
    missed: bool = False  # a page or sitemap could not be fetched
    gone: list[str] = msgspec.field(
        default_factory=list
    )  # pages of the sitemaps that answered 404 or 410
    dropped: list[str] = msgspec.field(
        default_factory=list
    )  # those of pages that the sitemaps list no longer
    suspect: int = 0  # pages that may say "not found" with 200


def is_changed(lastmod: str, since: datetime | None) -> bool:
    """Tell whether a page may have changed; one that does not say when, may have."""
    then = instant(lastmod) if lastmod else None
    return since is None or then is None or then >= since - _OVERLAP
