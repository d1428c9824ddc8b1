"""Partial updates: a notice that says only what is new is kept behind what it adds to.

ONIX (notification type 04, code list 1) has them. A product's notices are kept as one document,
``<ProductNotices>``, the whole description first; what they say together is for the format.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lxml import etree

from harvester.errors import ParseError
from harvester.files.record import NOTICES, pack, raw_of, unpack
from harvester.raw import Page, xml_parser

#: The payload that is kept of the record with this identifier, b"" where there is none.
KeptPayload = Callable[[str], bytes]

_ABOUT_THE_NOTICE = frozenset({
    "RecordReference", "NotificationType", "ProductIdentifier",
    "a001", "a002", "productidentifier",
})  # fmt: skip
_MOST = 100  # updates of one product that stand; ONIX has fewer things to say


def completed(page: Page, kept: KeptPayload) -> Page:
    """Return ``page`` with each partial update behind the notices before it.

    Those are on the page itself or ``kept``. Where there are none the update stays alone, for the
    format to refuse. The page's body is what its raws are made of, as ever.
    """
    records = list(unpack(page.body))
    raws = list(page.raws)
    here: dict[str, bytes] = {}
    for place, raw in enumerate(raws):
        if raw.rejected is not None:
            continue
        if raw.partial:
            before = here[raw.identifier] if raw.identifier in here else kept(raw.identifier)
            if before:
                try:
                    payload = appended(before, raw.payload)
                except ParseError as error:
                    raw.rejected = error
                    continue
                records[place] = records[place]._replace(payload=payload)
                raws[place] = raw_of(records[place], source=raw.source, url=raw.url)
            elif raw.identifier in here:
                raw.deleted = True  # what it adds to was deleted a moment ago
        here[raw.identifier] = b"" if raw.deleted else raws[place].payload
    return replace(page, body=pack(records), raws=raws, complete=None)


def appended(before: bytes, update: bytes) -> bytes:
    """Return the notices with ``update`` behind them, each an XML document.

    Earlier updates of which nothing is left are dropped, so the document does not grow with every
    update; one that is there already, and still stands, changes nothing. Raises ParseError
    (rule ``onix.partial``) where there are too many of them.
    """
    root, new = (etree.fromstring(xml, xml_parser()) for xml in (before, update))
    whole, *updates = list(root) if root.tag == NOTICES else [root]
    said = _subjects(new)
    alike = (o for o in reversed(updates) if (of := _subjects(o)) == said or of & said)
    if (last := next(alike, None)) is not None and _same(last, new):
        return before
    standing = [old for old in updates if not _subjects(old) <= said]
    if len(standing) >= _MOST:
        raise ParseError("onix.partial", f"more than {_MOST} partial updates (04) are kept already")
    notices = etree.Element(NOTICES)
    notices.extend([whole, *standing, new])
    for notice in notices:
        notice.tail = None
    return etree.tostring(notices, encoding="utf-8")


def _subjects(notice: Any) -> set[str]:
    """Return the names of what a notice is about."""
    return {etree.QName(child).localname for child in notice} - _ABOUT_THE_NOTICE


def _same(one: Any, other: Any) -> bool:
    first, second = (etree.tostring(e, method="c14n2", strip_text=True) for e in (one, other))
    return first == second
