"""Records that a repository names and does not give: each becomes a reject of its own."""

from __future__ import annotations

import msgspec

from harvester.errors import ParseError
from harvester.raw import Page, Raw

#: What stands in the place of an answer that never came; no server sends this.
MEDIA_TYPE = "application/vnd.vindplaats.unfetched+json"


class _Unfetched(msgspec.Struct):
    identifier: str
    datestamp: str
    reason: str


def page(raw: Raw, reason: str) -> Page:
    """Return the page for one record, known by its header alone, that cannot be fetched."""
    body = msgspec.json.encode(_Unfetched(raw.identifier, raw.datestamp, reason))
    return Page(
        url=raw.url,
        body=body,
        media_type=MEDIA_TYPE,
        raws=unpack(body, source=raw.source, url=raw.url),
    )


def unpack(body: bytes, *, source: str, url: str) -> list[Raw]:
    """Return the one raw of such a page. Raises ParseError (rule ``page.unreadable``)."""
    try:
        said = msgspec.json.decode(body, type=_Unfetched)
    except msgspec.DecodeError as error:
        raise ParseError("page.unreadable", f"the page is damaged: {error}") from error
    return [
        Raw(
            source=source,
            identifier=said.identifier,
            datestamp=said.datestamp,
            url=url,
            rejected=ParseError("record.unfetchable", said.reason),
        )
    ]
