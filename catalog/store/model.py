"""What goes into the store and comes out of it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Literal

import zstandard
from msgspec import Raw, Struct, json

from catalog.profile import Finding
from catalog.resource import LearningResource

#: A resource as it is stored: JSON, empty fields left out.
encode = json.Encoder().encode

Status = Literal["running", "complete", "incomplete", "failed", "deferred", "refused"]


class Known(Struct, frozen=True, gc=False):
    """What the store remembers of a record that comes by again."""

    no: int
    id: str
    hash: bytes
    deleted: bool
    datestamp: str
    run: int
    absent: bool = False  # the run before missed it


class Entry(Struct, frozen=True, gc=False, kw_only=True):
    """One record to be kept; ``no`` is its row where it is known already.

    ``resource`` may be given as it is stored, by ``encode``: right after it was made that costs
    a quarter of what it does when the page is complete.
    """

    id: str
    identifier: str
    format: str
    datestamp: str
    sets: str
    hash: bytes
    position: int
    resource: LearningResource | Raw
    parent: str | None = None
    no: int | None = None
    findings: tuple[Finding, ...] = ()  # warnings of its source's profile


class Reject(Struct, frozen=True, gc=False, kw_only=True):
    """One record that was not accepted, and why. ``payload`` is as it came."""

    source: str
    identifier: str
    rule: str
    reason: str
    url: str
    media_type: str
    payload: bytes
    position: int
    datestamp: str = ""
    sets: str = ""
    at: str = ""
    id: int = 0

    @property
    def key(self) -> str:
        return self.identifier or "?" + hashlib.blake2b(self.payload, digest_size=8).hexdigest()


class Counts(Struct, kw_only=True):
    """How many; ``seen`` is the sum of added to duplicates."""

    pages: int = 0
    seen: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    removed: int = 0
    rejected: int = 0
    duplicates: int = 0
    repaired: int = 0


class Kept(Struct, frozen=True, kw_only=True):
    """A page of a harvest, ready to be kept in one transaction."""

    url: str
    media_type: str
    version: str = ""  # that the next run asks about
    body: bytes
    checkpoint: str
    total: int | None
    counts: Counts
    entries: list[Entry]
    gone: list[int]  # rows that are in their raw record no longer
    sighted: list[int]  # rows that came by unchanged
    restamped: list[tuple[int, str]]  # rows of which only the datestamp moved
    missing: list[int] = []  # rows that are not where they were: the next run decides
    found: list[int] = []  # rows that were missing, or left out, and are there again
    rejects: list[Reject]
    cleared: list[str]  # keys of earlier rejects that are good now
    withdrawn: list[int] = []  # rows that the source says are deleted: weighed as the run ends


class Run(Struct, frozen=True, kw_only=True):
    """One harvest of one source, as the operator sees it."""

    id: int
    source: str
    status: Status
    full: bool
    whole: bool
    since: str
    watermark: str
    checkpoint: str
    started: str
    ended: str
    total: int | None
    counts: Counts
    message: str
    warnings: tuple[str, ...]


class Stored(Struct, frozen=True, gc=False, kw_only=True):
    """A record as it is kept."""

    id: str
    seq: int
    format: str
    datestamp: str
    deleted: bool
    added: str
    changed: str
    resource: LearningResource


def record_id(source: str, identifier: str) -> str:
    """Return the public id of a record: 16 hexadecimal digits, for ever the same."""
    name = f"{source}\0{identifier}".encode(errors="surrogatepass")
    return hashlib.blake2b(name, digest_size=8).hexdigest()


def now() -> str:
    """Return the present instant, ``YYYY-MM-DDThh:mm:ssZ``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def later(seconds: int) -> str:
    """Return the instant so many seconds from now, as ``now`` does."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def hashed(secret: str) -> str:
    """Return by what a secret of 256 bits is recognised without being kept, 64 hex digits."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def pack(data: bytes) -> bytes:
    return zstandard.compress(data, 3)


def unpack(data: bytes, limit: int = 512 * 1024 * 1024) -> bytes:
    return zstandard.ZstdDecompressor().decompress(data, max_output_size=limit)
