"""The records in a file of XML: what a list lists, streamed, or the one document that it is."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from html.entities import html5
from typing import IO, Any, Literal

from lxml import etree

from harvester import formats
from harvester.files import DamagedError, salvage
from harvester.files.record import XML, Record
from harvester.files.saved import Saved

#: Roots that are only a list, and what is listed.
_LISTS = {
    "onixmessage": {"Product", "product"},
    "collection": {"record"},
    "modscollection": {"mods"},
}
#: Roots with lists in them: an OAI-PMH static repository, and kept answers to OAI-PMH and SRU.
_LISTS_OF_LISTS = {
    "repository": {"record"},
    "oai-pmh": {"record"},
    "searchretrieveresponse": {"record"},
}
#: What a record in those begins with, for a record of MARC may lie in it.
_FIRST = "header|record[A-Z][a-zA-Z]*"
_BLANKS = b" \t\r\n\xef\xbb\xbf"
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r")
_LONGEST_ENTITY = 40


def records(
    stream: IO[bytes], name: str, *, limit: int, prefix: str, saved: Saved | None = None
) -> Iterator[Record]:
    """Yield what a list lists, else the whole document.

    A list is one by its name; or its root says nothing to any format, and what is in it does.
    Raises DamagedError.
    """
    root, names = _list(stream)
    stream.seek(0)
    if names:
        level = 2 if root in _LISTS_OF_LISTS else 1
        tags = salvage.Tags(root, names, _FIRST if level > 1 else "")
        saved = (saved or Saved()) if root == "oai-pmh" else None
        found = _all(stream, _listed(stream, names, level, prefix, saved), tags, limit)
        found = saved.page(found) if saved else found
        yield from found if root in _LISTS or level > 1 else _named(found, name)
        return
    payload = stream.read(limit + 1)
    if len(payload) > limit:
        raise DamagedError(f"it is one document of more than {limit} bytes")
    yield Record(name, XML, payload)


def _all(
    stream: IO[bytes], found: Iterator[bytes], tags: salvage.Tags, limit: int
) -> Iterator[Record]:
    """Yield the records as a parser finds them; from where it cannot go on, as they are cut."""
    count = 0
    try:
        for payload in found:
            yield Record("", XML, payload)
            count += 1
    except etree.XMLSyntaxError as error:
        trouble = f"it is no XML any more: {error}"
    else:
        return
    stream.seek(0)
    # Which list of a static repository a record is in cannot be told without a parser.
    rest = () if tags.root == "repository" else salvage.cut(Clean(stream), tags, limit)
    try:
        for payload in itertools.islice(rest, count, None):
            yield Record("", XML, payload)
            count += 1
    except DamagedError as error:
        raise DamagedError(f"after record {count} {trouble}") from error
    if not rest:
        raise DamagedError(f"after record {count} {trouble}")


def _named(found: Iterator[Record], name: str) -> Iterator[Record]:
    """Yield the records; one that is alone in its file may be called by the file's name."""
    first = next(found, None)
    if first is None:
        return
    try:
        second = next(found, None)
    except DamagedError:
        yield first
        raise
    yield first if second else first._replace(name=name)
    if second:
        yield second
        yield from found


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


def _list(stream: IO[bytes]) -> tuple[str, set[str]]:
    """Return the root's local name in lower case and what it lists; neither where it is none."""
    root = ""
    try:
        for _, element in _parser(stream, "start"):
            name = _name(element)
            if root:
                return (root, {name}) if formats.claims(element) else ("", set())
            root = name.lower()
            names = _LISTS.get(root) or _LISTS_OF_LISTS.get(root)
            if names or formats.claims(element):
                return root, names or set()
    except etree.XMLSyntaxError:
        pass
    return "", set()


def _name(element: Any) -> str:
    """Return its local name; lxml's own way has no answer where a prefix is not declared."""
    return str(element.tag).rpartition("}")[2]


def _listed(
    stream: IO[bytes], names: set[str], level: int, prefix: str, saved: Saved | None
) -> Iterator[bytes]:
    """Yield what the root, or a list in it, lists; forget each afterwards.

    A static repository has a list for each metadataPrefix; one of them is read. ``saved`` takes
    the token of a list of OAI-PMH.
    """
    depth = 0
    for event, element in _parser(stream, "start", "end"):
        depth += 1 if event == "start" else -1
        if event == "end" and depth == level:
            if _name(element) in names:
                said = element.getparent().get("metadataPrefix") or ""
                prefix = prefix or said
                if said in (prefix, ""):
                    yield etree.tostring(element, encoding="utf-8", with_tail=False)
            elif saved and _is_token(element):
                saved.take(element)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _is_token(element: Any) -> bool:
    return _name(element) == "resumptionToken" and _name(element.getparent()) == "ListRecords"


class Clean:
    """A stream of XML without control characters, HTML's entities written as numbers.

    Both are common in feeds, and either would end the parse for good. UTF-16 is let through.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._held = b""
        self._wide: bool | None = None

    def read(self, size: int = -1) -> bytes:
        found = b""
        while not found and (data := self._stream.read(size)):
            found = self._cleaned(data)
        return found or self._rest()

    def _cleaned(self, data: bytes) -> bytes:
        if self._wide is None:
            self._wide = b"\x00" in data[:4]
            data = data if self._wide else data.lstrip(_BLANKS)
        if self._wide:
            return data
        data = self._held + data.translate(None, _CONTROLS)
        cut = data.rfind(b"&", max(0, len(data) - _LONGEST_ENTITY))
        cut = len(data) if cut < 0 or b";" in data[cut:] else cut
        self._held = data[cut:]
        return _ENTITY.sub(_number, data[:cut])

    def _rest(self) -> bytes:
        """Return what was held back, an entity that does not end."""
        rest, self._held = self._held, b""
        return rest


def _number(entity: re.Match[bytes]) -> bytes:
    name = entity[1]
    said = "" if name in _XML_ENTITIES else html5.get(name.decode() + ";", "")
    return "".join(f"&#{ord(c)};" for c in said).encode() or entity[0]
