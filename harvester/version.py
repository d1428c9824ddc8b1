"""Which version of a file, a page or a list was read, so that it is not fetched again unchanged.

It stands in a run's watermark, behind the time: ``2024-05-01T10:00:00Z {"etag": "...", ...}``; of
the pages of a site, beside each page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from importlib import metadata

import msgspec
from scrapy.http import Response

from catalog.config import Source
from harvester.checkpoint import Checkpoint
from harvester.net.clock import server_time
from harvester.oai.page import instant

#: How long a server is believed that calls something unchanged: some always do.
_BELIEVED = timedelta(days=30)
#: A change this soon after an answer may bear the same date (RFC 9110, 8.8.2.2).
_SOON = timedelta(minutes=1)


class Version(Checkpoint, omit_defaults=True):
    """What a server says of what it sent (RFC 9110, 8.8), and in what way that was read."""

    time: str = ""  # when it was read
    etag: str = ""
    modified: str = ""
    reading: str = ""  # digest of the source's entry, our own version, and what was found

    def headers(self, now: datetime | None = None) -> dict[str, str]:
        """Return the headers that ask for it only if it is another one by now.

        RFC 9110, 13.1: a server that knows both looks at the first. None after 30 days.
        """
        read = instant(self.time)
        if read is None or (now or datetime.now(UTC)) - read > _BELIEVED:
            return {}
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in said.items() if value}

    def is_kept(self, response: Response) -> bool:
        """Tell whether an answer says "not modified", was asked that, and means this version.

        One that names another ETag or date means that: a copy older than ours was put back, say,
        and its server asks only whether it is newer. One from another address means that one.
        """
        if response.status != HTTPStatus.NOT_MODIFIED or not self.headers():
            return False
        etag, modified = header(response, "ETag"), header(response, "Last-Modified")
        same_tag = _bare(etag) in ("", _bare(self.etag))
        moved = bool(response.request and response.request.meta.get("redirect_urls"))
        return same_tag and modified in ("", self.modified) and not moved


def version_of(
    response: Response, entry: Source, names: Iterable[str] = (), *, dated: bool = False
) -> Version:
    """Return the version of an answer that was read as ``entry`` says; ``names`` are in it.

    ``dated``: where its server says nothing of it, the time of the answer stands for the date of
    its last change (RFC 9110, 13.1.3).
    """
    time, etag = server_time(response), header(response, "ETag")
    modified = header(response, "Last-Modified")
    if dated and not (etag or modified) and (then := instant(time)):
        modified = format_datetime(then - _SOON, usegmt=True)
    return Version(time, etag, modified, reading(entry, names))


def watermark(time: str, version: Version) -> str:
    """Return what a run remembers: when it began, and of what version."""
    return f"{time} {version.dump()}" if version.etag or version.modified else time


def recalled(since: str, entry: Source) -> Version:
    """Return the version in a watermark; an empty one if it was read in another way."""
    return known(since.partition(" ")[2], entry)


def known(said: str, entry: Source, names: Iterable[str] = ()) -> Version:
    """Return the version that ``dump`` wrote; an empty one if it was read in another way."""
    version = Version.parse(said) or Version()
    return version if version.reading == reading(entry, names) else Version()


def reading(entry: Source, names: Iterable[str] = ()) -> str:
    """Return a digest of all that makes something of the same bytes, and of what that was."""
    how = [metadata.version("vindplaats"), sorted(set(names))]
    read_by = msgspec.json.encode(how) + msgspec.json.encode(entry)
    return hashlib.blake2b(read_by, digest_size=8).hexdigest()


def header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1").strip()


def _bare(etag: str) -> str:
    """Return an ETag without its mark of weakness: If-None-Match compares so (13.1.2)."""
    return etag.removeprefix("W/")
