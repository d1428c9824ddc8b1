"""One record of a file: how it is kept, and the raw record that it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from lxml import etree

from harvester import iso2709
from harvester.errors import ParseError
from harvester.raw import Raw, xml_parser

#: A page of records: for each a line of JSON, [name, media type, length], its bytes, a line feed.
MEDIA_TYPE = "application/vnd.vindplaats.records"

MARC = "application/marc"
XML = "application/xml"
JSON = "application/json"

_DELETE = "05"  # ONIX code list 1
#: A directory that starts with 001, perhaps 003, and those fields.
_FIRST_FIELDS = re.compile(
    rb".{24}001[0-9]{9}(?:(?P<named>003)[0-9]{9})?[^\x1e]*\x1e"
    rb"(?P<number>[^\x1e\x1f]{1,64})\x1e(?(named)(?P<organisation>[^\x1e\x1f]{1,64})\x1e)",
    re.DOTALL,
)
_RECORD_REFERENCE = ("RecordReference", "a001")
_NOTIFICATION = ("NotificationType", "a002")


class Record(NamedTuple):
    """A record's bytes; ``name`` is its file's where the file holds no other, else ""."""

    name: str
    media_type: str
    payload: bytes


def pack(records: Iterable[Record]) -> bytes:
    parts: list[bytes] = []
    for name, media_type, payload in records:
        parts += (msgspec.json.encode((name, media_type, len(payload))), b"\n", payload, b"\n")
    return b"".join(parts)


def unpack(body: bytes) -> Iterator[Record]:
    """Yield what ``pack`` was given. Raises ParseError (rule ``page.unreadable``)."""
    at = 0
    while at < len(body):
        end = body.find(b"\n", at)
        try:
            name, media_type, length = msgspec.json.decode(body[at:end], type=tuple[str, str, int])
        except msgspec.DecodeError as error:
            raise ParseError("page.unreadable", f"no record begins at byte {at}") from error
        at = end + 1 + length
        yield Record(name, media_type, body[end + 1 : at])
        at += 1


def raw_of(record: Record, *, source: str, url: str) -> Raw:
    """Return the raw record: its own identifier, else its file's name.

    One that cannot be read, or says nowhere who it is, comes rejected.
    """
    raw = Raw(
        source=source,
        identifier="",
        media_type=record.media_type,
        url=url,
        content=record.payload,
    )
    try:
        _read = {MARC: _read_marc, XML: _read_xml}.get(record.media_type, _read_json)
        _read(raw)
    except ParseError as error:
        raw.rejected = error
    raw.identifier = raw.identifier or record.name
    if not raw.identifier and raw.rejected is None:
        raw.rejected = ParseError("record.identifier_missing", "it says nowhere which record it is")
    return raw


def _read_marc(raw: Raw) -> None:
    """001 is only unique within 003, the organisation that numbered it."""
    if first := _FIRST_FIELDS.match(raw.payload):  # holds for a damaged record too
        number, organisation = first["number"], first["organisation"] or b""
        raw.identifier = _number(number.decode("latin-1"), organisation.decode("latin-1"))
    found = iso2709.read(raw.payload)
    control = dict(reversed(found.fields))
    raw.identifier = _number(control.get("001", ""), control.get("003", ""))
    raw.deleted = found.leader[5:6] == "d"
    raw.repaired = found.repaired


def _read_xml(raw: Raw) -> None:
    try:
        root = etree.fromstring(raw.payload, xml_parser())
    except etree.XMLSyntaxError as error:
        raise ParseError("xml.malformed", f"not well-formed XML: {error}") from error
    raw.parsed = root
    name = etree.QName(root).localname
    if name in {"Product", "product"}:
        raw.identifier = _child(root, _RECORD_REFERENCE)
        raw.deleted = _child(root, _NOTIFICATION) == _DELETE
    elif name == "record":
        control = {c.get("tag"): (c.text or "") for c in root.iterchildren("{*}controlfield")}
        raw.identifier = _number(control.get("001", ""), control.get("003", ""))
        raw.deleted = (root.findtext("{*}leader") or "")[5:6] == "d"
    elif name == "mods":
        raw.identifier = (root.findtext("{*}recordInfo/{*}recordIdentifier") or "").strip()


def _read_json(raw: Raw) -> None:
    document = raw.document
    if not isinstance(document, dict):
        raise ParseError("json.shape", "a record in JSON is an object")
    said = [document.get(key) for key in ("@id", "id", "identifier", "url")]
    raw.identifier = next((str(s) for s in said if isinstance(s, str | int) and s), "")


def _number(number: str, organisation: str) -> str:
    number, organisation = number.strip(), organisation.strip()
    return f"({organisation}){number}" if number and organisation else number


def _child(root: Any, names: tuple[str, ...]) -> str:
    found = (c.text for name in names for c in root.iterchildren("{*}" + name))
    return next((text.strip() for text in found if text), "")
