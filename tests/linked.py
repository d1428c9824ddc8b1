"""Records of which the address alone matters."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from catalog.resource import LearningResource
from catalog.store import Store
from catalog.store.model import Counts, Entry, Kept, record_id

BLANK = Kept(
    url="", media_type="", body=b"<page/>", checkpoint="", total=None, counts=Counts(),
    entries=[], gone=[], sighted=[], restamped=[], rejects=[], cleared=[],
)  # fmt: skip


def keep(
    store: Store,
    urls: Mapping[str, str],
    *,
    source: str = "a",
    thumbnails: Mapping[str, str] = {},
) -> None:
    """Keep a record for each name, with its address and its picture; "-" deletes it."""
    known = store.keeping.known([record_id(source, name) for name in urls])
    number = {name: known[record_id(source, name)].no for name in urls if urls[name] == "-"}
    entries = [
        Entry(
            id=record_id(source, name), identifier=name, format="x", datestamp="", sets="",
            hash=url.encode()[-16:], position=0,
            resource=LearningResource(
                source=source, identifier=name, url=url, thumbnail=thumbnails.get(name, "")
            ),
            no=known[record_id(source, name)].no if record_id(source, name) in known else None,
        )
        for name, url in urls.items() if name not in number
    ]  # fmt: skip
    run = store.runs.begin(source, full=False, since="")
    kept = msgspec.structs.replace(BLANK, entries=entries, gone=list(number.values()))
    store.keeping.keep(source, run.id, kept)
