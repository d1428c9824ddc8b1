"""Pages that have records and stand in no sitemap any more: when they are asked for.

An increment does not visit pages that say that they are old, so it never meets their 404. What two
complete readings of the sitemaps have left out is asked for: a page may well live on unlisted.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec

from harvester.site.gone import MOST
from harvester.site.traps import cleaned


def recalled(watermark: str) -> tuple[str, frozenset[str]]:
    """Return the instant in a watermark, and the pages that were left out at that time."""
    time, _, said = watermark.partition(" ")
    try:
        return time, frozenset(msgspec.json.decode(said or "[]", type=list[str]))
    except msgspec.DecodeError:
        return time, frozenset()


def watermark(time: str, left: Iterable[str]) -> str:
    """Return what the next run is told: when this one began, and what the sitemaps left out."""
    pages = sorted(left)[:MOST]
    return f"{time} {msgspec.json.encode(pages).decode()}" if pages else time


def left_out(standing: Iterable[str], listed: Iterable[str]) -> set[str]:
    """Return those addresses of pages with records that are not ``listed``.

    Addresses are found to be the same with http or https, with or without www. or a last slash:
    sitemaps are often behind in that, and the site redirects.
    """
    known = {_key(address) for address in listed}
    return {address for address in standing if _key(address) not in known}


def _key(address: str) -> tuple[str, str, str]:
    parts = urlsplit(cleaned(address))
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/"), parts.query
