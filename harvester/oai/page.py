"""An OAI-PMH answer as values: what it said, its errors, its records, where it goes on.

The envelope is matched by local name, so that a wrong or missing namespace loses nothing
(OAI-PMH 3.2); the metadata inside is left exactly as it is.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from oaipmh import error as oai_errors
from oaipmh.common import Identify

from harvester.errors import ParseError
from harvester.oai.clean import UnreadableError, parse
from harvester.raw import Raw

_NAMESPACE = "{http://www.openarchives.org/OAI/2.0/}"

#: OAI-PMH 3.6: code -> the protocol library's exception.
_ERRORS: dict[str, type[Exception]] = {
    kind().oainame(): kind for kind in oai_errors.ErrorBase.__subclasses__()
}


@dataclass(kw_only=True)
class OaiPage:
    """One answer to ``verb``; ``token`` is "" at a list's end and ``total`` None where unsaid."""

    verb: str = ""
    response_date: str = ""
    repaired: bool = False
    error: Exception | None = None  # of oaipmh.error; its text is the server's
    raws: list[Raw] = field(default_factory=list)
    headers: list[Raw] = field(default_factory=list)  # of ListIdentifiers: no content
    token: str = ""
    total: int | None = None
    set_specs: list[str] = field(default_factory=list)
    identify: Identify | None = None


def read(body: bytes, *, source: str, url: str = "", media_type: str = "") -> OaiPage:
    """Read an answer to any verb. Raises UnreadableError.

    ``raws`` share one tree; each ``parsed`` is the child of its ``metadata``. A record that
    breaks the protocol is there too, with ``rejected`` set.
    """
    root, repaired = parse(body, media_type)
    page = OaiPage(repaired=repaired or not str(root.tag).startswith(_NAMESPACE))
    for child in root:
        name = _local(child)
        if name == "responseDate":
            page.response_date = _text(child)
        elif name == "error":
            page.error = _worse(page.error, _error(child))
        elif name in ("ListRecords", "GetRecord", "ListIdentifiers", "ListSets", "Identify"):
            page.verb = name
            if name in ("ListRecords", "GetRecord"):
                _read_records(child, page, source, url)
            elif name == "ListIdentifiers":
                _read_headers(child, page, source, url)
            elif name == "ListSets":
                _read_sets(child, page)
            else:
                page.identify = _identify(child)
    if isinstance(page.error, oai_errors.NoRecordsMatchError) and _has_content(page):
        page.error = None  # what is there is believed above a word that it is not
    return page


def _has_content(page: OaiPage) -> bool:
    return bool(page.raws or page.headers or page.token)


def _local(element: Any) -> str:
    return _name(element.tag)


@functools.lru_cache(maxsize=256)
def _name(tag: Any) -> str:
    """Return the local name in ``tag``; "" for comments, entities and the like."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()


def _error(element: etree._Element) -> Exception:
    code = (element.get("code") or "").strip()
    words = " ".join("".join(element.itertext()).split())
    kind: type[Exception] = _ERRORS.get(code, oai_errors.UnknownError)
    return kind(words if code in _ERRORS else f"{code or 'no code'}: {words}")


def _worse(one: Exception | None, other: Exception) -> Exception:
    """Keep the error that says most: noRecordsMatch beside another is no news."""
    return other if one is None or isinstance(one, oai_errors.NoRecordsMatchError) else one


def is_known(error: Exception | None) -> bool:
    """Tell whether an error is one of the protocol: others may pass, and are asked again."""
    return error is not None and not isinstance(error, oai_errors.UnknownError)


def say(error: Exception) -> str:
    """Return an error as its code and the server's words."""
    code = error.oainame() if isinstance(error, oai_errors.ErrorBase) else "error"
    return f"{code}: {error}" if str(error) else str(code)


def _read_records(listing: Any, page: OaiPage, source: str, url: str) -> None:
    repaired, add = page.repaired, page.raws.append
    for record in listing:
        name = _name(record.tag)
        if name == "record":
            add(_record(record, source, url, repaired))
        elif name == "resumptionToken":
            _read_token(record, page)


def _record(record: Any, source: str, url: str, repaired: bool) -> Raw:  # noqa: FBT001 hot path
    identifier = datestamp = ""
    deleted, sets, metadata = False, [], None
    for part in record:
        name = _name(part.tag)
        if name == "header":
            status = part.get("status")
            deleted = status is not None and _says_deleted(status)
            for said in part:
                tag = _name(said.tag)
                if tag == "identifier":
                    identifier = _text(said)
                elif tag == "datestamp":
                    datestamp = _text(said)
                elif tag == "setSpec":
                    sets.append(_text(said))
        elif name == "metadata" and metadata is None:
            metadata = next(iter(part), None)
    raw = Raw(
        source=source,
        identifier=identifier,
        datestamp=datestamp,
        deleted=deleted,
        url=url,
        sets=tuple(sets),
        repaired=repaired,
        parsed=None if deleted else metadata,
    )
    if not identifier:
        raw.rejected = ParseError("record.identifier_missing", "the record has no identifier")
    elif metadata is None and not deleted:
        _settle_empty(raw, record)
    return raw


def _settle_empty(raw: Raw, record: Any) -> None:
    """Say of a record without metadata whether it is deleted: some do so a level too high."""
    raw.deleted = _says_deleted(record.get("status") or "")
    if not raw.deleted:
        raw.rejected = ParseError("metadata.missing", "the record is not deleted, yet is empty")


def _says_deleted(status: str) -> bool:
    return status.strip().lower() == "deleted"


def _read_headers(listing: etree._Element, page: OaiPage, source: str, url: str) -> None:
    for child in listing:
        name = _local(child)
        if name == "header":
            said = {_local(part): _text(part) for part in child}
            raw = Raw(source=source, identifier=said.get("identifier", ""), url=url)
            raw.datestamp = said.get("datestamp", "")
            raw.deleted = _says_deleted(child.get("status") or "")
            raw.sets = tuple([_text(part) for part in child if _local(part) == "setSpec"])
            page.headers.append(raw)
        elif name == "resumptionToken":
            _read_token(child, page)


def _read_token(element: etree._Element, page: OaiPage) -> None:
    page.token = _text(element)
    said = (element.get("completeListSize") or "").strip()
    size = int(said[:18]) if said.isascii() and said.isdigit() else 0
    page.total = size or None  # zero is what servers say that cannot count


def _read_sets(listing: etree._Element, page: OaiPage) -> None:
    for child in listing:
        if _local(child) == "set":
            page.set_specs += [_text(part) for part in child if _local(part) == "setSpec"]
        elif _local(child) == "resumptionToken":
            _read_token(child, page)


def _identify(element: etree._Element) -> Identify:
    said: dict[str, list[str]] = {}
    for child in element:
        said.setdefault(_local(child), []).append(_text(child))

    def first(name: str) -> str:
        return next(iter(said.get(name, [])), "")

    return Identify(
        repositoryName=first("repositoryName"),
        baseURL=first("baseURL"),
        protocolVersion=first("protocolVersion"),
        adminEmails=said.get("adminEmail", []),
        earliestDatestamp=first("earliestDatestamp"),
        deletedRecord=first("deletedRecord"),
        granularity=first("granularity"),
        compression=said.get("compression", []),
        toolkit_description=False,
    )


def newest(headers: Sequence[Raw]) -> list[Raw]:
    """Return one header an identifier: of several the newest, of those the last."""
    found: dict[str, Raw] = {}
    for header in headers:
        before = found.get(header.identifier)
        if before is None or before.datestamp <= header.datestamp:
            found[header.identifier] = header
    return list(found.values())


def instant(said: str) -> datetime | None:
    """Return a datestamp as an aware time, leniently: fractions, offsets and no ``Z`` will do.

    None for what is no date at all, such as ``0000-00-00``.
    """
    try:
        then = datetime.fromisoformat(said.strip())
        return then.replace(tzinfo=UTC) if then.tzinfo is None else then.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


__all__ = ["OaiPage", "UnreadableError", "instant", "is_known", "newest", "read", "say"]
