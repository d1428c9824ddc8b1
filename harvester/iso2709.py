"""ISO 2709, the container that MARC 21 records travel in: leader, directory, fields.

Read by field ends, not by the lengths that leader and directory claim: those are wrong in real
files (records over 99,999 bytes, re-encoded text, short leaders) while the terminators survive.
That is also four times as fast as following the directory with pymarc, whose part here is MARC-8.
"""

from __future__ import annotations

import contextlib
import io
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from harvester.errors import ParseError

RECORD_END = b"\x1d"
FIELD_END = "\x1e"
SUBFIELD = "\x1f"

_LEADER = 24
_ENTRY = 12
#: What exporters put between records. Blanks only before a digit: a bad leader may start with one.
_BETWEEN = re.compile(rb"(?:\xef\xbb\xbf)?(?:[\s\x00\x1a]*(?=[0-9]|\Z)|[\r\n\x00\x1a]*)")
_AFTER = b"\r\n\x00\x1a "  # and after the last one
_DIRECTORY = re.compile(r"(?:[0-9A-Za-z]{3}[0-9]{9})*")
#: Bytes that ANSEL does not have, or a combining one with no letter to stand on: not MARC-8.
_NOT_ANSEL = re.compile(
    rb"[\x80-\x87\x8a-\x8c\x8f-\xa0\xc9-\xdf\xff]|[\xe0-\xfe](?![A-Za-z\xa1-\xc8\xe0-\xfe])"
)


class Fields(NamedTuple):
    """A record taken apart: ``leader`` and (tag, value) in the order of the directory.

    A value is NFC text as it stands between field ends, indicators and subfield codes included.
    ``repaired``: the character set was not the one that leader/09 claims.
    """

    leader: str
    fields: list[tuple[str, str]]
    repaired: bool


def split(stream: BinaryIO, limit: int, block: int = 1 << 16) -> Iterator[bytes]:
    """Yield the records of ``stream``, each with its terminator, however long it says it is.

    What follows the last terminator is yielded too if it is more than white space. Memory is
    bounded: of a record longer than ``limit`` bytes the first ``limit`` are yielded, without
    terminator, and the rest is passed over.
    """
    rest = b""
    over = False
    while data := stream.read(block):
        *whole, rest = (rest + data).split(RECORD_END)
        for chunk in whole:
            if not over and (record := _BETWEEN.sub(b"", chunk, count=1)):
                yield record + RECORD_END
            over = False
        if len(rest) > limit:
            if not over:
                yield rest[:limit]
            rest, over = b"", True
    if not over and (record := _BETWEEN.sub(b"", rest, count=1)):
        yield record


def lacks_only_its_end(payload: bytes) -> bool:
    """Tell whether every field that the directory names is there, but no end of record after it."""
    head, *values = payload.rstrip(_AFTER).split(FIELD_END.encode())
    directory = head[_LEADER:].decode("latin-1")
    whole = len(values) > 1 and not values[-1]
    return (
        whole
        and _DIRECTORY.fullmatch(directory) is not None
        and (len(directory) == _ENTRY * (len(values) - 1))
    )


def read(payload: bytes) -> Fields:
    """Take one record apart. Raises ParseError (``marc.truncated``, ``marc.directory``)."""
    if not payload.endswith(RECORD_END):
        if not lacks_only_its_end(payload):
            raise ParseError("marc.truncated", f"no end of record after {len(payload)} bytes")
        return read(payload.rstrip(_AFTER) + RECORD_END)._replace(repaired=True)
    text, repaired = decode(payload[:-1], utf8=payload[9:10] == b"a")
    head, *values = text.split(FIELD_END)
    if values and not values[-1].strip():
        values.pop()
    if not values:
        raise ParseError("marc.directory", "there are no fields in it")
    directory = head[max(0, len(head) - _ENTRY * len(values)) :]
    # A leader of other than 24 characters is damaged, but the directory still ends where it ends.
    leader = head[: len(head) - len(directory)]
    if len(directory) != _ENTRY * len(values) or len(leader) >= _LEADER + _ENTRY:
        return Fields(head[:_LEADER], _by_directory(payload, head), repaired=True)
    if not _DIRECTORY.fullmatch(directory):
        raise ParseError("marc.directory", "what should be the directory is something else")
    starts = range(0, len(directory), _ENTRY)
    fields = [(directory[at : at + 3], value) for at, value in zip(starts, values, strict=True)]
    offsets = [directory[at + 7 : at + _ENTRY] for at in starts]
    if offsets != sorted(offsets):
        # Fields may be stored in another order than the directory's (ISO 2709, 4.4); or the record
        # is over 99,999 bytes and the offsets have begun again at zero.
        with contextlib.suppress(ParseError):
            fields = _by_directory(payload, head)
    return Fields(leader.ljust(_LEADER), fields, repaired)


def in_json(document: dict[str, Any]) -> Fields | None:
    """Return a record in MARC-in-JSON (as pymarc and marc4j write it); None where it is none.

    A control field is a text, a data field an object with ind1, ind2 and subfields; each stands
    alone in an object under its tag.
    """
    leader, said = document.get("leader"), document.get("fields")
    if not (isinstance(leader, str) and isinstance(said, list)):
        return None
    fields = [
        (tag, _value(value))
        for each in said
        if isinstance(each, dict)
        for tag, value in each.items()
    ]
    return Fields(leader, fields, repaired=False)


def _value(said: Any) -> str:
    """Return a field's value as it stands in ISO 2709."""
    if not isinstance(said, dict):
        return _text(said)
    parts = [f"{_text(said.get('ind1')) or ' ':.1}{_text(said.get('ind2')) or ' ':.1}"]
    subfields = said.get("subfields")
    for each in subfields if isinstance(subfields, list) else ():
        if isinstance(each, dict):
            parts += [f"{code or ' ':.1}{_text(value)}" for code, value in each.items()]
    return unicodedata.normalize("NFC", SUBFIELD.join(parts))


def _text(said: Any) -> str:
    return said if isinstance(said, str) else ""


def _by_directory(payload: bytes, head: str) -> list[tuple[str, str]]:
    """Cut fields where the directory says, if each cut is at a field end."""
    directory = head[_LEADER:]
    if not directory or len(directory) % _ENTRY or not _DIRECTORY.fullmatch(directory):
        raise ParseError("marc.directory", "directory and fields do not agree")
    base = len(head.encode()) + 1
    fields = []
    for at in range(0, len(directory), _ENTRY):
        start = base + int(directory[at + 7 : at + _ENTRY])
        end = start + int(directory[at + 3 : at + 7]) - 1
        if payload[end : end + 1] != FIELD_END.encode():
            tag = directory[at : at + 3]
            raise ParseError("marc.directory", f"field {tag} does not end where it should")
        value, _ = decode(payload[start:end], utf8=payload[9:10] == b"a")
        fields.append((directory[at : at + 3], value.replace(FIELD_END, " ")))
    return fields


def decode(data: bytes, *, utf8: bool) -> tuple[str, bool]:
    """Return NFC text, and whether ``utf8`` (the leader's claim) was wrong about it."""
    if b"\x1b" not in data:
        if data.isascii():
            return data.decode("ascii"), False
        with contextlib.suppress(UnicodeDecodeError):
            return unicodedata.normalize("NFC", data.decode("utf-8")), not utf8
    # Not one character set throughout: each subfield is read as what it looks like.
    parts = re.split(rb"([\x1e\x1f])", data)
    read = [_part(part, utf8=utf8) for part in parts]
    return unicodedata.normalize("NFC", "".join(text for text, _ in read)), any(
        lied for _, lied in read
    )


def _part(data: bytes, *, utf8: bool) -> tuple[str, bool]:
    escaped = b"\x1b" in data
    if data.isascii() and not escaped:
        return data.decode("ascii"), False
    if not escaped:
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("utf-8"), not utf8
        if _NOT_ANSEL.search(data):
            return _western(data), True
    from pymarc.marc8 import marc8_to_unicode  # noqa: PLC0415 its table is 6 MB, seldom needed

    with contextlib.suppress(UnicodeDecodeError), contextlib.redirect_stderr(io.StringIO()):
        return str(marc8_to_unicode(data, hide_utf8_warnings=True)), utf8
    return _western(data), True


def _western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")
