"""A list in XML that breaks: cut at its tags, so that one bad record costs one record.

A parser ends at the first tag that does not fit, and takes along all that follows. Here nothing is
parsed: a record goes from the tag that begins it to the one that ends it, and what is wrong inside
is for whoever reads it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple, Protocol

from harvester.files import DamagedError

_BLOCK = 1 << 16
_NAMES = rb"<(?:[\w.-]+:)?(?:%s)(?=[\s>])"
_END = rb"</(?:[\w.-]+:)?(?:%s)\s*>"
_XMLNS = re.compile(rb"""\s(xmlns(?::[\w.-]+)?)\s*=\s*(?:"[^"]*"|'[^']*')""")
_ENCODING = re.compile(rb"""\A<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_LONGEST_BETWEEN = 4096  # bytes of an end tag and the blanks behind it


class Readable(Protocol):
    """Bytes from their start to their end."""

    def read(self, size: int, /) -> bytes: ...


class Tags(NamedTuple):
    """What a list looks like: its root, what it lists, and what each of those begins with."""

    root: str
    names: Collection[str]
    first: str = ""  # a pattern for the name of the first element in a record; "": any


def cut(stream: Readable, tags: Tags, limit: int) -> Iterator[bytes]:
    """Yield each record in ``stream`` as a document in UTF-8, well-formed or not.

    Raises DamagedError where the list does not end, or has a record of more than ``limit`` bytes.
    """
    names = "|".join(sorted(tags.names)).encode()
    start = _NAMES % names
    if tags.first:
        start += rb"[^<>]*>\s*<(?:[\w.-]+:)?(?:%s)[\s>/]" % tags.first.encode()
    boundary = re.compile(rb"</[^<>]*>\s*(?=%s)" % start)
    begins, ends = re.compile(start), re.compile(_END % names)
    head, held = _head(stream, begins, limit)
    searched, more = 0, True
    while more:
        at = 0
        while found := boundary.search(held, max(at, searched)):
            yield _document(held[at : found.end()], head, ends)
            at = searched = found.end()
        held = held[at:]
        if len(held) > limit:
            raise DamagedError(f"a record in it has more than {limit} bytes")
        searched = max(0, len(held) - _LONGEST_BETWEEN)
        more = bool(data := stream.read(_BLOCK))
        held += data
    last = list(ends.finditer(held))
    if last:
        yield _document(held, head, ends)
    closed = re.compile(rb"</(?:[\w.-]+:)?%s\s*>" % tags.root.encode(), re.IGNORECASE)
    if not last or not closed.search(held, last[-1].end()):
        raise DamagedError("it breaks off")


def _head(stream: Readable, begins: re.Pattern[bytes], limit: int) -> tuple[bytes, bytes]:
    """Return what comes before the first record, and what of that has been read."""
    held = b""
    while data := stream.read(_BLOCK):
        held += data
        if found := begins.search(held):
            return held[: found.start()], held[found.start() :]
        if len(held) > limit:
            break
    raise DamagedError("no record begins in it")


def _document(chunk: bytes, head: bytes, ends: re.Pattern[bytes]) -> bytes:
    """Return a record with the namespaces that hold around it."""
    if ended := list(ends.finditer(chunk)):
        chunk = chunk[: ended[-1].end()]
    own, _, _ = chunk.partition(b">")
    known = {found[1] for found in _XMLNS.finditer(own)}
    wanted = {found[1]: found[0] for found in _XMLNS.finditer(head) if found[1] not in known}
    name = re.match(rb"<[^\s>]+", chunk)
    if name:
        chunk = name[0] + b"".join(wanted.values()) + chunk[name.end() :]
    declared = _ENCODING.match(head)
    try:
        return chunk.decode(declared[1].decode() if declared else "utf-8").encode()
    except (UnicodeDecodeError, LookupError):
        return chunk
