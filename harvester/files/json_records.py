"""The records in a file of JSON: the objects of a list, of each line, or the one that it is."""

from __future__ import annotations

import codecs
import io
import itertools
import json
import re
from collections.abc import Iterator
from typing import IO, Any

import msgspec

from harvester import formats, jsonld
from harvester.files import DamagedError
from harvester.files.record import JSON, Record
from harvester.oai import clean

_BLANKS = b" \t\r\n\xef\xbb\xbf"
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_FIRST_LINES = 5
_FAR = 1 << 16  # characters
_PATIENCE = 8  # times the length of a list that may be read in vain
_NEXT = re.compile(r"\}\s*,\s*(?=\{)")  # where another item of a list begins


def records(stream: IO[bytes], name: str, *, limit: int) -> Iterator[Record]:
    """Yield the records. Raises DamagedError where what is there is not all of it."""
    if stream.read(2) in _WIDE:
        stream.seek(0)
        stream = io.BytesIO(stream.read(limit + 1).decode("utf-16", "replace").encode())
    stream.seek(0)
    lines = _are_lines(stream, limit)
    stream.seek(0)
    if lines:
        yield from _lines(stream, limit)
        return
    data = stream.read(limit + 1).strip(_BLANKS)
    if len(data) > limit:
        raise DamagedError(f"it is one document of more than {limit} bytes; use JSON lines")
    if data.startswith(b"["):
        for item in _items(data):
            yield from _apart(item, "")
    else:
        yield from _apart(data, name)


def _are_lines(stream: IO[bytes], limit: int) -> bool:
    """Tell whether each line begins an object, and one of the first ends it too.

    Not the first of all: that may be the broken one.
    """
    whole = (line.strip(_BLANKS) for line in iter(lambda: stream.readline(limit + 1), b""))
    first = list(itertools.islice(filter(None, whole), _FIRST_LINES))
    if not first or not first[0].startswith(b"{"):
        return False
    return len(first) > 1 and any(map(_is_object, first[:2]))


def _lines(stream: IO[bytes], limit: int) -> Iterator[Record]:
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) > limit:
            raise DamagedError(f"line {number} has more than {limit} bytes")
        if record := line.strip(_BLANKS):
            yield Record("", JSON, record)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(clean.decode(line, "", "")[0]), dict)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def _items(data: bytes) -> Iterator[bytes]:
    """Yield the items of a list. Raises DamagedError where it does not end."""
    try:
        items = msgspec.json.decode(data, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        yield from _broken_items(data, f"it is no list in JSON: {error}")
    else:
        yield from map(bytes, items)


def _broken_items(data: bytes, trouble: str) -> Iterator[bytes]:
    """Yield the items, and of one that cannot be read what stands before the next.

    Raises DamagedError where they do not end, or break so late and so often that to read on would
    take for ever.
    """
    # each byte a character: what an item is written in is for whoever reads it
    text, decoder = data.decode("latin-1"), json.JSONDecoder(strict=False)
    if not text.endswith("]"):
        raise DamagedError(trouble)
    patience = _PATIENCE * len(text)
    at = text.find("{")
    while at >= 0:
        if at > _FAR:  # an error counts the lines before it
            text, at = text[at:], 0
        try:
            end = decoder.raw_decode(text, at)[1]
        except (ValueError, RecursionError) as error:
            patience -= error.pos - at if isinstance(error, json.JSONDecodeError) else _FAR
            if patience < 0:
                raise DamagedError(trouble) from error
            found = _NEXT.search(text, at)
            end = found.start() + 1 if found else len(text) - 1
        yield text[at:end].strip(" \t\r\n").encode("latin-1")
        at = text.find("{", end)


def _apart(data: bytes, name: str) -> Iterator[Record]:
    """Yield an object; of one in JSON-LD that only holds materials, each of those."""
    parts: list[Any] = []
    if b'"@' in data:
        try:
            document = msgspec.json.decode(clean.decode(data, "", "")[0])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            document = None
        if isinstance(document, list) or (
            isinstance(document, dict) and ("@graph" in document or not formats.claims(document))
        ):
            parts = jsonld.materials(document)
    if len(parts) > 1:
        yield from (Record("", JSON, msgspec.json.encode(part)) for part in parts)
    else:
        yield Record(name, JSON, msgspec.json.encode(parts[0]) if parts else data)
