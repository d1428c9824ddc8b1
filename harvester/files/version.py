"""Which version of a file the last complete run read, so that it is not fetched again unchanged.

It stands in the run's watermark, behind the time: ``2024-05-01T10:00:00Z ["...", "...", "..."]``.
"""

from __future__ import annotations

import hashlib
from importlib import metadata
from typing import NamedTuple

import msgspec

from catalog.config import Source


class Version(NamedTuple):
    """What a server says of a file (RFC 9110, 8.8), and in what way it was read."""

    etag: str = ""
    modified: str = ""
    reading: str = ""  # digest of the source's entry and of our own version

    def headers(self) -> dict[str, str]:
        """Return the headers that ask for the file only if it is another one by now."""
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in said.items() if value}


def version_of(etag: str, entry: Source, modified: str = "") -> Version:
    """Return the version that was read as ``entry`` says."""
    return Version(etag, modified, _reading(entry))


def watermark(instant: str, version: Version) -> str:
    """Return what a run remembers: when it began, and of what version."""
    known = version.etag or version.modified
    return f"{instant} {msgspec.json.encode(version).decode()}" if known else instant


def recalled(since: str, entry: Source) -> Version:
    """Return the version in a watermark; an empty one if it was read in another way."""
    try:
        found = msgspec.json.decode(since.partition(" ")[2] or "[]", type=tuple[str, ...])
        version = Version(*found)
    except (msgspec.DecodeError, TypeError):
        return Version()
    return version if version.reading == _reading(entry) else Version()


def _reading(entry: Source) -> str:
    read_by = metadata.version("vindplaats").encode() + msgspec.json.encode(entry)
    return hashlib.blake2b(read_by, digest_size=8).hexdigest()
