"""What a spider hands over: a page of raw records, exactly as they came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from lxml import etree

from harvester.charset import storable
from harvester.errors import ParseError


def xml_parser() -> etree.XMLParser:
    """Return the only kind of parser that foreign XML meets: no network, no entities, no DTD."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
    )


class Raw(msgspec.Struct, kw_only=True):
    """One record as its source gave it.

    ``document`` is what a format reads: an ``etree._Element`` for XML, decoded JSON (dict or
    list) for JSON, bytes for MARC. A spider that has parsed the record already passes it as
    ``parsed`` and leaves ``payload`` to be made from it when somebody asks.
    """

    source: str
    identifier: str
    media_type: str = "application/xml"
    datestamp: str = ""
    deleted: bool = False
    missing: bool = False  # not found where it was: gone when the next run does not find it either
    partial: bool = False  # says only what is new; the rest stands in what is kept
    url: str = ""
    sets: tuple[str, ...] = ()
    repaired: bool = False  # the bytes had to be cleaned before they could be parsed
    rejected: ParseError | None = None  # the transport itself could not read it
    content: bytes | None = None
    parsed: Any = None

    def settle(self) -> Raw:
        """Make what it is kept by storable, and return it."""
        self.identifier = storable(self.identifier)
        self.datestamp = storable(self.datestamp)
        return self

    @property
    def payload(self) -> bytes:
        """The record's bytes, for keeping and comparing."""
        return self._serialised() if self.content is None else self.content

    def _serialised(self) -> bytes:
        if self.parsed is None:
            return b""
        if isinstance(self.parsed, etree._Element):  # noqa: SLF001 the type has no public name
            return etree.tostring(self.parsed, encoding="utf-8", with_tail=False)
        return msgspec.json.encode(self.parsed)

    @property
    def document(self) -> Any:
        """The parsed record. Raises ParseError (rule ``xml.malformed``, ``json.malformed``)."""
        if self.parsed is None:
            self.parsed = self._parse()
        return self.parsed

    def _parse(self) -> Any:
        try:
            if self.media_type.endswith("json"):
                return msgspec.json.decode(self.payload)
            if self.media_type == "application/marc":
                return self.payload
            return etree.fromstring(self.payload, xml_parser())
        except etree.XMLSyntaxError as error:
            raise ParseError("xml.malformed", f"not well-formed XML: {error}") from error
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ParseError("json.malformed", f"not JSON: {error}") from error


@dataclass(kw_only=True)
class Page:
    """One answer of a source and the records in it: what one transaction keeps.

    ``body`` is kept (compressed) so that ``unpack`` can make the same raws again without the
    network; ``checkpoint`` is where the next page starts, opaque to all but the spider, and ""
    on the last page.
    """

    url: str
    body: bytes
    media_type: str
    raws: Sequence[Raw]
    checkpoint: str = ""
    total: int | None = None  # of how many records, where the source says so
    listed: Sequence[str] = ()  # identifiers that came by without their records
    headers: bool = False  # all of it came without records; the raws are what is deleted
    unmodified: bool = False  # those listed are as they are kept: the server says so
    version: str = ""  # what the next run is told of this state of the page
    #: Asked just before the page is kept, where raws are partial: makes them whole with the
    #: payloads that are kept of their identifiers (b"": none), and returns the page to keep.
    complete: Callable[[Page, Callable[[str], bytes]], Page] | None = None
    #: Told, once the page is kept, which of its records were rejected: identifier, rule, reason.
    kept: Callable[[Sequence[tuple[str, str, str]]], None] | None = None

    def __post_init__(self) -> None:
        for raw in self.raws:  # here, because every record passes here before it is looked up
            raw.settle()


#: Every spider module has ``unpack(body, *, source, url, media_type, entry) -> list[Raw]``: pure,
#: without network, in the order in which the page was first read. ``entry`` is the source's entry
#: in config.toml. Raises ParseError (rule ``page.unreadable``).
Unpack = Callable[..., list[Raw]]
