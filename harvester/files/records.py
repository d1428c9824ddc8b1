"""The records in one file, streamed: a feed of a gigabyte takes no more memory than its records."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from harvester import iso2709
from harvester.files import DamagedError, json_records, xml_records
from harvester.files.record import JSON, KBART, MARC, ROW, XML, Record
from harvester.files.rows import is_kbart, rows
from harvester.files.saved import Saved

_KINDS = {
    "application/marc": MARC,
    "application/xml": XML,
    "text/xml": XML,
    "application/marcxml+xml": XML,
    "application/onix+xml": XML,
    "application/json": JSON,
    "application/ld+json": JSON,
    "application/x-ndjson": JSON,
    "application/jsonl": JSON,
    "text/csv": ROW,
    "text/tab-separated-values": ROW,
}
_BLANKS = b" \t\r\n\xef\xbb\xbf"
_MARC = re.compile(
    rb"(?:\xef\xbb\xbf)?[\s\x00\x1a]*[0-9]{5}[a-z ]{5}[0-9 ]{7}|[^\0]*\x1e[0-9 ]{2}\x1f[a-z0-9]"
)


def kind_of(stream: IO[bytes], media_type: str = "") -> str:
    """Return MARC, XML, JSON, KBART, ROW, or "" for none; ``media_type`` is the operator's word.

    Any text might be a table, so ROW is only ever the operator's word.
    """
    if media_type:
        return _KINDS.get(media_type.partition(";")[0].strip().lower(), "")
    head = stream.read(4096)
    stream.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "replace").encode()
    start = head.lstrip(_BLANKS)
    if start.startswith(b"<"):
        return XML
    if start.startswith((b"{", b"[")):
        return JSON
    if _MARC.match(head):
        return MARC
    if is_kbart(head):
        return KBART
    return ""


class Manner(NamedTuple):
    """How files are to be read: what the source's entry says, and its server."""

    limit: int  # bytes that a single record, or a file that is one, may have
    delimiter: str = ""
    charset: str = ""
    columns: frozenset[str] = frozenset()  # that a table must have
    prefix: str = ""  # metadataPrefix of the records in a static repository; "": the first
    saved: Saved | None = None  # is told of saved pages of OAI-PMH


def records(stream: IO[bytes], kind: str, name: str, manner: Manner) -> Iterator[Record]:
    """Yield the records in a file. Raises DamagedError where it cannot be read to its end."""
    if kind == MARC:
        return _marc(stream, manner.limit)
    if kind == XML:
        return xml_records.records(
            stream, name, limit=manner.limit, prefix=manner.prefix, saved=manner.saved
        )
    if kind in (KBART, ROW):
        return rows(
            stream,
            media_type=kind,
            wanted=manner.columns,
            delimiter=manner.delimiter,
            charset=manner.charset,
        )
    return json_records.records(stream, name, limit=manner.limit)


def _marc(stream: Any, limit: int) -> Iterator[Record]:
    count, payload = 0, iso2709.RECORD_END
    for count, payload in enumerate(iso2709.split(stream, limit), 1):  # noqa: B007 read below
        yield Record("", MARC, payload)
    if not (payload.endswith(iso2709.RECORD_END) or iso2709.lacks_only_its_end(payload)):
        raise DamagedError(f"it ends in the middle of record {count}")
