"""Tables in text: KBART, and CSV or TSV of which the source's entry names the columns.

The first row names the columns. A record is a row as a JSON object of its filled cells.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator
from typing import IO, Any

import msgspec

from harvester.charset import codec
from harvester.files import DamagedError
from harvester.files.record import KBART, Record

#: What a file of title lists has for columns (NISO RP-9-2014, 6.5).
_KBART = {"publication_title", "title_url"}
_DELIMITERS = "\t;,|"
_BLOCK = 1 << 16
_MOST_NAMED = 30  # columns
_LONGEST_LINE = 1024 * 1024
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

csv.field_size_limit(_LONGEST_LINE)


def is_kbart(head: bytes) -> bool:
    """Tell from the first bytes of a file whether it is a list of titles."""
    line = head.splitlines()[0] if head else b""
    names = {name.strip(b' "\xef\xbb\xbf').lower() for name in re.split(rb"[\t;,|]", line)}
    return {name.encode() for name in _KBART} <= names


def rows(
    stream: IO[bytes],
    *,
    media_type: str,
    wanted: frozenset[str] = frozenset(),
    delimiter: str = "",
    charset: str = "",
) -> Iterator[Record]:
    """Yield a record a row. Raises DamagedError where the table cannot be read further.

    It cannot be read at all where a column of ``wanted`` is not there.

    A row with more or fewer cells than there are columns becomes a record that says so, for it
    to be rejected; empty ones beyond the last column do no harm. ``charset`` is what the server
    says the file is in; a byte order mark and bytes that are UTF-8 know better.
    """
    encoding = _encoding(stream, charset)
    text = io.TextIOWrapper(io.BufferedReader(_Kept(stream)), encoding, "replace", newline="")
    kbart = media_type == KBART
    try:
        first = text.readline(_LONGEST_LINE)
        delimiter = delimiter or max(_DELIMITERS, key=first.count)
        lines = itertools.chain([first], iter(lambda: text.readline(_LONGEST_LINE), ""))
        table = csv.reader(lines, delimiter=delimiter)
        names = [name.strip().lower() if kbart else name.strip() for name in next(table, [])]
        if missing := sorted(wanted.difference(names)):
            said = ", ".join(map(repr, filter(None, names[:_MOST_NAMED])))
            raise DamagedError(f"the table has no column {missing[0]!r}; it has {said}")
        for number, cells in enumerate(table, 2):
            if any(cells):
                yield Record("", media_type, _row(names, cells, number))
    except csv.Error as error:
        raise DamagedError(f"the table cannot be read to its end: {error}") from error


def _row(names: list[str], cells: list[str], number: int) -> bytes:
    while len(cells) > len(names) and not cells[-1].strip():
        cells.pop()
    if len(cells) != len(names):
        return msgspec.json.encode({"@row": number, "@columns": len(names), "@cells": cells})
    said = zip(reversed(names), map(str.strip, reversed(cells)), strict=True)
    found = {name: cell for name, cell in said if name and cell}  # of two by a name the first
    return msgspec.json.encode(dict(reversed(found.items())))


def _encoding(stream: IO[bytes], charset: str) -> str:
    """Return the encoding of ``stream``: by its mark, the server's word, UTF-8, else cp1252."""
    head = stream.read(4)
    stream.seek(0)
    for bom, encoding in _BOMS.items():
        if head.startswith(bom):
            return encoding
    for encoding in ("utf-8", codec(charset)):
        if encoding and _reads_as(stream, encoding):
            return encoding
    return "cp1252"


def _reads_as(stream: IO[bytes], encoding: str) -> bool:
    try:
        decoder: Any = codecs.getincrementaldecoder(encoding)()
        while block := stream.read(_BLOCK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    finally:
        stream.seek(0)
    return True


class _Kept(io.RawIOBase):
    """A file that is read through, and stays its owner's to close."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
