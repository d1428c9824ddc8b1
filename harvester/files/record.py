"""One record of a file: how it is kept, and the raw record that it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.entities import html5
from typing import Any, NamedTuple

import msgspec
from lxml import etree

from catalog.config import FilesSource
from harvester import iso2709
from harvester.errors import ParseError
from harvester.oai import clean
from harvester.raw import Raw, xml_parser

#: A page of records: for each a line of JSON, [name, media type, length], its bytes, a line feed.
MEDIA_TYPE = "application/vnd.vindplaats.records"

MARC = "application/marc"
XML = "application/xml"
JSON = "application/json"
#: A row of a table, its cells by the names of their columns.
KBART = "application/vnd.vindplaats.kbart+json"
ROW = "application/vnd.vindplaats.row+json"

#: Root of a document that holds the notices of one product, oldest first.
NOTICES = "ProductNotices"

_UPDATE, _DELETE = "04", "05"  # ONIX code list 1
#: A directory that starts with 001, perhaps 003, and those fields.
_FIRST_FIELDS = re.compile(
    rb".{24}001[0-9]{9}(?:(?P<named>003)[0-9]{9})?[^\x1e]*\x1e"
    rb"(?P<number>[^\x1e\x1f]{1,64})\x1e(?(named)(?P<organisation>[^\x1e\x1f]{1,64})\x1e)",
    re.DOTALL,
)
#: What may name a title in KBART, the surest first; the last is WorldCat's own column.
_TITLE_IDS = ("title_id", "online_identifier", "print_identifier", "title_url", "oclc_number")
_OAI_RECORD = "{http://www.openarchives.org/OAI/2.0/}record"
_SRU_RECORDS = frozenset({
    "{http://www.loc.gov/zing/srw/}record", "{http://docs.oasis-open.org/ns/search-ws/sruResponse}record",
})  # fmt: skip
#: Where metadata without a place for the record's own name say what the material is called.
_OWN_NAMES = {
    "dc": ("{*}identifier",),
    "qualifieddc": ("{*}identifier",),
    "lom": (
        "{*}general/{*}identifier/{*}entry",
        "{*}general/{*}catalogentry/{*}entry/{*}langstring",
        "{*}general/{*}identifier",
        "{*}technical/{*}location",
    ),
    "mods": ("{*}identifier",),
}
_ENTITY = re.compile(r"&([A-Za-z]\w{0,31});")
_RECORD_REFERENCE = ("RecordReference", "a001")
_PROSE = ("titles", "descriptions")  # may have any separator in it
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


def raw_of(record: Record, *, source: str, url: str, entry: FilesSource | None = None) -> Raw:
    """Return the raw record: its own identifier, else its file's name.

    One that cannot be read, or says nowhere who it is, comes rejected. What the cells of a row
    mean is in ``entry``.
    """
    raw = Raw(
        source=source,
        identifier="",
        media_type=record.media_type,
        url=url,
        content=record.payload,
    )
    try:
        _READERS.get(record.media_type, _read_json)(raw)
        if record.media_type == ROW and entry:
            _map(raw, entry)
    except ParseError as error:
        raw.rejected = error
    raw.identifier = raw.identifier or record.name or _own_name(raw)
    if not raw.identifier and raw.rejected is None:
        raw.rejected = ParseError("record.identifier_missing", "it says nowhere which record it is")
    return raw


def _read_marc(raw: Raw) -> None:
    """001 is only unique within 003, the organisation that numbered it."""
    if first := _FIRST_FIELDS.match(raw.payload):  # holds for a damaged record too
        number, organisation = first["number"], first["organisation"] or b""
        raw.identifier = _number(number.decode("latin-1"), organisation.decode("latin-1"))
    found = iso2709.read(raw.payload)
    _note_marc(raw, found.leader, found.fields)
    raw.repaired = found.repaired


def _note_marc(raw: Raw, leader: str, fields: Iterable[tuple[str, str]]) -> None:
    """Name a record by 001, or by the first 035 $a: what another system calls it.

    035 says which system in front, (OCoLC)1234, and is preferred where it does.
    """
    values: dict[str, list[str]] = {}
    for tag, value in fields:
        values.setdefault(tag, []).append(value)
    number, organisation = (values.get(tag, [""])[0] for tag in ("001", "003"))
    others = [
        part[1:].strip()
        for value in values.get("035", ())
        for part in value.split(iso2709.SUBFIELD)[1:]
        if part[:1] == "a" and part[1:].strip()
    ]
    others.sort(key=lambda other: not other.startswith("("))
    raw.identifier = _number(number, organisation) or next(iter(others), "")
    raw.deleted = leader[5:6] == "d"


def _read_xml(raw: Raw) -> None:
    try:
        root = etree.fromstring(raw.payload, xml_parser())
    except etree.XMLSyntaxError as error:
        root = _mended(raw, error)
    _read_element(raw, root)


def _mended(raw: Raw, error: etree.XMLSyntaxError) -> Any:
    """Parse what is well-formed but for its characters: a stray ``&``, bytes of another charset.

    A name that stands for something of the document's own has lost its meaning. Raises ParseError.
    """
    text, _ = clean.decode(raw.payload, "", "")
    try:
        if any(f"{name};" not in html5 for name in _ENTITY.findall(text)):
            raise error
        root = etree.fromstring(clean.clean(text).encode(), xml_parser())
    except etree.XMLSyntaxError:
        raise ParseError("xml.malformed", f"not well-formed XML: {error}") from error
    raw.content = etree.tostring(root, encoding="utf-8")
    raw.repaired = True
    return root


def _read_element(raw: Raw, root: Any) -> None:
    raw.parsed = root
    name = etree.QName(root).localname
    if root.tag == _OAI_RECORD:
        _read_oai(raw, root)
    elif root.tag in _SRU_RECORDS:
        _read_sru(raw, root)
    elif name == NOTICES and len(root):
        raw.identifier = _child(root[0], _RECORD_REFERENCE)
    elif name in {"Product", "product"}:
        raw.identifier = _child(root, _RECORD_REFERENCE)
        notice = _child(root, _NOTIFICATION)
        raw.deleted, raw.partial = notice == _DELETE, notice == _UPDATE
    elif name == "record":
        _note_marc(raw, *_marc_in_xml(root))
    elif name == "mods":
        raw.identifier = (root.findtext("{*}recordInfo/{*}recordIdentifier") or "").strip()


def _marc_in_xml(root: Any) -> tuple[str, list[tuple[str, str]]]:
    """Return the leader, the control fields, and 035 as it would stand in ISO 2709."""
    control = [(c.get("tag", ""), c.text or "") for c in root.iterchildren("{*}controlfield")]
    numbers = [
        ("035", f"{iso2709.SUBFIELD}a{part.text or ''}")
        for part in root.iterfind("{*}datafield[@tag='035']/{*}subfield[@code='a']")
    ]
    return root.findtext("{*}leader") or "", control + numbers


def _read_json(raw: Raw) -> None:
    text, right = clean.decode(raw.payload, "", "")
    if not right:
        raw.content = text.encode()
    document = _object(raw)
    raw.repaired = not right
    if marc := iso2709.in_json(document):
        _note_marc(raw, marc.leader, marc.fields)
        return
    said = [document.get(key) for key in ("@id", "id", "identifier", "url")]
    raw.identifier = next((str(s) for s in said if isinstance(s, str | int) and s), "")


def _read_oai(raw: Raw, record: Any) -> None:
    """Read a record as OAI-PMH wraps it (2.5): who it is and when; its metadata is the document."""
    raw.identifier = _child(record.find("{*}header"), ("identifier",))
    raw.datestamp = _child(record.find("{*}header"), ("datestamp",))
    raw.sets = tuple((e.text or "").strip() for e in record.iterfind("{*}header/{*}setSpec"))
    raw.deleted = record.find("{*}header[@status='deleted']") is not None
    raw.parsed = next((e for m in record.iterchildren("{*}metadata") for e in m), None)
    if raw.parsed is None and not raw.deleted:
        raise ParseError("metadata.missing", "the record is not deleted, yet is empty")


def _read_sru(raw: Raw, record: Any) -> None:
    """Read a record as SRU wraps it (1.2, 2.0): an element, or one that is written as a string."""
    data = next(record.iterchildren("{*}recordData"), None)
    if data is None:
        raise ParseError("metadata.missing", "the record of an SRU answer has no data")
    if len(data):
        _read_element(raw, data[0])
    else:
        packed = Raw(source="", identifier="", content=(data.text or "").strip().encode())
        _read_element(raw, packed.document)
    raw.identifier = raw.identifier or _child(record, ("recordIdentifier",)) or _own_name(raw)


def _own_name(raw: Raw) -> str:
    """Return what the metadata of a list call the material, where nothing names the record."""
    root = raw.parsed
    if not isinstance(root, etree._Element):  # noqa: SLF001 the type has no public name
        return ""
    said = (root.findtext(path) for path in _OWN_NAMES.get(etree.QName(root).localname.lower(), ()))
    return next((name for one in said if (name := (one or "").strip())), "")


def _read_row(raw: Raw) -> None:
    row = _object(raw)
    if "@cells" in row:
        raise ParseError(
            "row.ragged",
            f"row {row.get('@row')} has {len(row['@cells'])} cells, and there are "
            f"{row.get('@columns')} columns",
        )


def _read_kbart(raw: Raw) -> None:
    _read_row(raw)
    row = _object(raw)
    raw.identifier = next((str(row[name]) for name in _TITLE_IDS if row.get(name)), "")
    raw.parsed = {"@type": "kbart", **row}


def _map(raw: Raw, entry: FilesSource) -> None:
    """Read a row as the source's entry says: each field of a record from its column."""
    row = _object(raw)
    said = {field: row[column] for field, column in entry.columns.items() if row.get(column)}
    raw.identifier = str(said.pop("identifier", ""))
    if entry.separator:
        said = {
            field: cell if field.partition(".")[0] in _PROSE else cell.split(entry.separator)
            for field, cell in said.items()
        }
    raw.parsed = {"@type": "Mapped", **said}


def _object(raw: Raw) -> dict[str, Any]:
    document = raw.document
    if not isinstance(document, dict):
        raise ParseError("json.shape", "a record in JSON is an object")
    return document


_READERS = {MARC: _read_marc, XML: _read_xml, KBART: _read_kbart, ROW: _read_row}


def _number(number: str, organisation: str) -> str:
    number, organisation = number.strip(), organisation.strip()
    return f"({organisation}){number}" if number and organisation else number


def _child(root: Any, names: tuple[str, ...]) -> str:
    if root is None:
        return ""
    found = (c.text for name in names for c in root.iterchildren("{*}" + name))
    return next((text.strip() for text in found if text), "")
