"""The readers of foreign bytes, each as a function of bytes that keeps its promises or raises.

An input may begin with a line ``Content-Type: ...``: what a server would say of the rest. Nothing
here needs a fuzzer, so that what one has found can be read again everywhere.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import promises
from w3lib.encoding import http_content_type_encoding

from catalog.config import FilesSource
from harvester.files import DamagedError, updates
from harvester.files.record import MARC, MEDIA_TYPE, XML, Record, pack, raw_of, unpack
from harvester.files.records import Manner, kind_of, records
from harvester.oai import page as oai_page
from harvester.raw import Page, Raw
from harvester.site import pages

_HEAD = re.compile(rb"Content-Type: ([\x20-\x7e]{0,100})\r?\n")
_WHERE = "https://bron.example/les/1"
_MOST = 32 * 1024 * 1024  # bytes of an answer, as [harvest] has it
_TABLE = FilesSource(
    url=_WHERE,
    columns={
        "identifier": "id",
        "titles.nl": "titel",
        "descriptions": "omschrijving",
        "creators": "auteur",
        "url": "link",
        "rights": "licentie",
        "dates.issued": "jaar",
        "subjects": "vak",
        "identifiers.doi": "doi",
        "duration": "duur",
        "keywords": "trefwoorden",
        "level_terms": "niveau",
        "relations.ispartof": "reeks",
        "cost": "kosten",
    },
    separator="|",
)


def oai(data: bytes) -> None:
    """An answer of an OAI-PMH repository: mended, cut into records, each read."""
    media_type, body = _headed(data, "text/xml")
    try:
        found = oai_page.read(body, source=promises.SOURCE, url=_WHERE, media_type=media_type)
    except oai_page.UnreadableError as error:
        promises.can_be_kept(str(error))
        return
    promises.can_be_kept(found.token, found.response_date, *found.set_specs)
    promises.can_be_kept(oai_page.say(found.error) if found.error else "")
    for header in oai_page.newest(found.headers):
        promises.can_be_kept(header.identifier, header.datestamp)
        oai_page.instant(header.datestamp)
    promises.settle(_page(body, found.raws, media_type))


def marc(data: bytes) -> None:
    """A file of MARC 21 in ISO 2709."""
    _file(data, MARC, FilesSource(url=_WHERE))


def onix(data: bytes) -> None:
    """A message of ONIX for Books, or another list in XML."""
    _file(data, XML, FilesSource(url=_WHERE))


def site(data: bytes) -> None:
    """A page of a site, or JSON-LD by itself."""
    media_type, body = _headed(data, "text/html")
    raws = pages.read(
        body, source=promises.SOURCE, url=_WHERE, media_type=media_type, anything=True
    )
    promises.settle(_page(body, raws, media_type))


def table(data: bytes) -> None:
    """A table of which the source names the columns, or what else a file shows itself to be."""
    media_type, body = _headed(data, "text/csv")
    kind = kind_of(io.BytesIO(body)) or kind_of(io.BytesIO(body), "text/csv")
    charset = http_content_type_encoding(media_type) or ""
    _file(body, kind, _TABLE, charset=charset)


READERS: dict[str, Callable[[bytes], None]] = {
    read.__name__: read for read in (oai, marc, onix, site, table)
}


def _headed(data: bytes, usual: str) -> tuple[str, bytes]:
    """Return the Content-Type of an input and what follows it."""
    found = _HEAD.match(data)
    return (found[1].decode(), data[found.end() :]) if found else (usual, data)


def _file(data: bytes, kind: str, entry: FilesSource, *, charset: str = "") -> None:
    manner = Manner(_MOST, charset=charset)
    found: list[Record] = []
    try:
        found.extend(records(io.BytesIO(data), kind, "bestand", manner))
    except DamagedError as error:  # what came before it is kept
        promises.can_be_kept(str(error))
    body = pack(found)
    assert list(unpack(body)) == found
    raws = _raws(body, entry)
    page = _page(body, raws, MEDIA_TYPE)
    if any(raw.partial for raw in raws):
        page = updates.completed(page, lambda _: b"")
        again = _raws(page.body, entry)
        assert [raw.identifier for raw in again] == [raw.identifier for raw in page.raws]
    promises.settle(page)


def _raws(body: bytes, entry: FilesSource) -> list[Raw]:
    return [raw_of(r, source=promises.SOURCE, url=_WHERE, entry=entry) for r in unpack(body)]


def _page(body: bytes, raws: list[Raw], media_type: str) -> Page:
    return Page(url=_WHERE, body=body, media_type=media_type, raws=raws)
