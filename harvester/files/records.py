"""The records in one file, streamed: a feed of a gigabyte takes no more memory than its records."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from typing import IO, Any, Literal, NamedTuple

import msgspec
from lxml import etree

from harvester import iso2709
from harvester.files import DamagedError
from harvester.files.record import JSON, KBART, MARC, ROW, XML, Record
from harvester.files.rows import is_kbart, rows

#: Roots that are only a list, and what is listed.
_LISTS = {
    "onixmessage": {"Product", "product"},
    "collection": {"record"},
    "modscollection": {"mods"},
}
#: Roots with lists in them: an OAI-PMH static repository, and a kept answer of a repository.
_LISTS_OF_LISTS = {"repository": {"record"}, "oai-pmh": {"record"}}
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
_MARC = re.compile(rb"\s*[0-9]{5}[a-z ]{5}[0-9 ]{7}|[^\0]*\x1e[0-9 ]{2}\x1f[a-z0-9]")
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r")
_LONGEST_ENTITY = 40


def kind_of(stream: IO[bytes], media_type: str = "") -> str:
    """Return MARC, XML, JSON, KBART, ROW, or "" for none; ``media_type`` is the operator's word.

    Any text might be a table, so ROW is only ever the operator's word.
    """
    if media_type:
        return _KINDS.get(media_type.partition(";")[0].strip().lower(), "")
    head = stream.read(4096)
    stream.seek(0)
    start = head.lstrip(_BLANKS)
    if start.startswith(b"<") or head.startswith((b"\xff\xfe<\x00", b"\xfe\xff\x00<")):
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


def records(stream: IO[bytes], kind: str, name: str, manner: Manner) -> Iterator[Record]:
    """Yield the records in a file. Raises DamagedError where it cannot be read to its end."""
    if kind == MARC:
        return _marc(stream, manner.limit)
    if kind == XML:
        return _xml(stream, name, manner)
    if kind in (KBART, ROW):
        return rows(
            stream,
            media_type=kind,
            wanted=manner.columns,
            delimiter=manner.delimiter,
            charset=manner.charset,
        )
    return _json(stream, name, manner.limit)


def _marc(stream: Any, limit: int) -> Iterator[Record]:
    count, payload = 0, iso2709.RECORD_END
    for count, payload in enumerate(iso2709.split(stream, limit), 1):  # noqa: B007 read below
        yield Record("", MARC, payload)
    if not payload.endswith(iso2709.RECORD_END):
        raise DamagedError(f"it ends in the middle of record {count}")


def _xml(stream: IO[bytes], name: str, manner: Manner) -> Iterator[Record]:
    """Yield what a list lists, else the whole document."""
    root = _root(stream)
    stream.seek(0)
    if root not in _LISTS and root not in _LISTS_OF_LISTS:
        payload = stream.read(manner.limit + 1)
        if len(payload) > manner.limit:
            raise DamagedError(f"it is one document of more than {manner.limit} bytes")
        yield Record(name, XML, payload)
        return
    count = 0
    try:
        for element in _listed(stream, root, manner.prefix):
            payload = etree.tostring(element, encoding="utf-8", with_tail=False)
            yield Record("", XML, payload)
            count += 1
    except etree.XMLSyntaxError as error:
        raise DamagedError(f"after record {count} it is no XML any more: {error}") from error


def _parser(stream: IO[bytes], *events: Literal["start", "end"]) -> Any:
    return etree.iterparse(
        Clean(stream),
        events=events,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _root(stream: IO[bytes]) -> str:
    """Return the root's local name in lower case, "" where it has none that can be read."""
    try:
        for _, element in _parser(stream, "start"):
            return etree.QName(element).localname.lower()
    except etree.XMLSyntaxError:
        pass
    return ""


def _listed(stream: IO[bytes], root: str, prefix: str) -> Iterator[Any]:
    """Yield what the root, or a list in it, lists; forget each afterwards.

    A static repository has a list for each metadataPrefix; one of them is read.
    """
    names = _LISTS.get(root) or _LISTS_OF_LISTS[root]
    level = 1 if root in _LISTS else 2
    depth = 0
    for event, element in _parser(stream, "start", "end"):
        depth += 1 if event == "start" else -1
        if event == "end" and depth == level:
            if etree.QName(element).localname in names:
                said = element.getparent().get("metadataPrefix") or ""
                prefix = prefix or said
                if said in (prefix, ""):
                    yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


class Clean:
    """A stream of XML without control characters, HTML's entities written as numbers.

    Both are common in feeds, and either would end the parse for good. UTF-16 is let through.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._held = b""
        self._wide: bool | None = None

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        if self._wide is None:
            self._wide = b"\x00" in data[:4]
            data = data if self._wide else data.lstrip(_BLANKS)
        if self._wide:
            return data
        ended = not data
        data = self._held + data.translate(None, _CONTROLS)
        cut = len(data) if ended else data.rfind(b"&", max(0, len(data) - _LONGEST_ENTITY))
        cut = len(data) if cut < 0 or b";" in data[cut:] else cut
        self._held = data[cut:]
        found = _ENTITY.sub(_number, data[:cut])
        return found or (b"" if ended else self.read(size))


def _number(entity: re.Match[bytes]) -> bytes:
    name = entity[1]
    said = "" if name in _XML_ENTITIES else html5.get(name.decode() + ";", "")
    return "".join(f"&#{ord(c)};" for c in said).encode() or entity[0]


def _json(stream: IO[bytes], name: str, limit: int) -> Iterator[Record]:
    """Yield the objects of a list, or of each line, or the one object that a file is."""
    first = stream.readline(limit + 1)
    lines = bool(first.strip(_BLANKS)) and _is_object(first) and bool(stream.read(1))
    stream.seek(0)
    if lines:
        yield from _json_lines(stream, limit)
        return
    data = stream.read(limit + 1).strip(_BLANKS)
    if len(data) > limit:
        raise DamagedError(f"it is one document of more than {limit} bytes; use JSON lines")
    if not data.startswith(b"["):
        yield Record(name, JSON, data)
        return
    try:
        items = msgspec.json.decode(data, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError) as error:
        raise DamagedError(f"it is no list in JSON: {error}") from error
    for item in items:
        yield Record("", JSON, bytes(item))


def _json_lines(stream: IO[bytes], limit: int) -> Iterator[Record]:
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) > limit:
            raise DamagedError(f"line {number} has more than {limit} bytes")
        if record := line.strip(_BLANKS):
            yield Record("", JSON, record)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(line.strip(_BLANKS)), dict)
    except (msgspec.DecodeError, RecursionError):
        return False
