"""What is kept of a source, taken apart again as it was when it came."""

from __future__ import annotations

from catalog.config import Source
from catalog.store import Store
from catalog.store.pages import RawPage
from harvester.raw import Raw
from harvester.spiders import unpack


def raws(page: RawPage, entry: Source) -> list[Raw]:
    """Return the raw records of a kept page. Raises ParseError (rule ``page.unreadable``)."""
    found = unpack(entry.kind)(
        page.body, source=page.source, url=page.url, media_type=page.media_type, entry=entry
    )
    return [raw.settle() for raw in found]


def payload(store: Store, entry: Source, id: str) -> bytes:  # noqa: A002 a record's id
    """Return the bytes of a record as its source gave it; b"" where they are no longer kept."""
    found = store.pages.get(id)
    if found is None:
        return b""
    page, position = found
    return raws(page, entry)[position].payload
