"""What is said of a dump: when it was made, of what, and what its files are."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Raw, Struct

from catalog.resource import LearningResource

NAME = "manifest.json"
SUMS = "SHA256SUMS"
RECORDS = "records.jsonl.gz"
QUADS = "records.nq.gz"
DELETES = "deletes.jsonl.gz"

#: Of what is in the files once they are unpacked. JSON Lines has no registered type.
MEDIA_TYPES = {
    RECORDS: "application/jsonl",
    QUADS: "application/n-quads",
    DELETES: "application/jsonl",
}


class File(Struct, frozen=True):
    """A file: ``size`` in bytes and ``sha256`` (hexadecimal) as it is, packed by gzip.

    ``lines`` and ``media_type`` are of what is in it: each record, statement or delete is a line.
    """

    name: str
    media_type: str
    lines: int
    size: int
    sha256: str


class Manifest(Struct, frozen=True, kw_only=True):
    """A dump: the catalogue after change ``seq``, live records in two forms and the deleted ones.

    ``made`` is an instant in UTC. ``since`` is the ``from`` with which the OAI-PMH provider tells
    of everything that changed later, and "" where there is no provider. ``licence`` is the address
    of the licence of the descriptions, or "". ``sources`` counts the records of each source.
    """

    name: str
    made: str
    seq: int
    since: str
    catalogue: str
    home: str
    licence: str
    records: int
    deletes: int
    sources: Mapping[str, int]
    files: tuple[File, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def file(self, name: str) -> File | None:
        """Return the file of that name, or None."""
        return next((file for file in self.files if file.name == name), None)


class Line(Struct, frozen=True, gc=False):
    """A line of RECORDS: one record, as one source describes a material.

    ``page`` is the address of the material here, for ever; ``work`` is shared by copies of it.
    """

    id: str
    page: str
    work: str
    seq: int
    format: str
    datestamp: str
    harvested: str
    changed: str
    resource: LearningResource | Raw


class Delete(Struct, frozen=True, gc=False):
    """A line of DELETES: ``datestamp`` is the instant at which the catalogue took note of it."""

    id: str
    datestamp: str


class Fields(Struct, frozen=True, gc=False):
    """What the statements about a record are made of: a line that is read again."""

    id: str
    page: str
    harvested: str
    changed: str
    resource: LearningResource


def encode(manifest: Manifest) -> bytes:
    """Return a manifest as it is kept and served: JSON for people, too."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"
