"""Megabytes of what is worst for each reader: it ends in seconds, or the bound says so.

Each of these once took a time that grew with the square of its length.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from bounds import bounded
from readers import READERS

MOST = 5_000_000
SECONDS = 20  # of processor time; none takes a quarter of it

HEAD = (
    b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record><header>'
    b"<identifier>a</identifier></header><metadata>"
)
TAIL = b"</metadata></record></ListRecords></OAI-PMH>"
UPDATE = (
    b"<Product><RecordReference>a</RecordReference><NotificationType>0%d</NotificationType>"
    b"<Eigen%d/></Product>"
)


def much(part: bytes, most: int = MOST) -> bytes:
    return part * (most // len(part))


def marc(*fields: tuple[bytes, bytes]) -> bytes:
    """Return a record whose lengths are not to be believed, as in all that are this long."""
    ends = b"".join(value + b"\x1e" for _, value in fields)
    directory = b"".join(tag + b"000000000" for tag, _ in fields)
    return b"00000cam a2200000 a 4500" + directory + b"\x1e" + ends + b"\x1d"


LARGE: dict[str, Callable[[], bytes]] = {
    "oai of CDATA that does not end": lambda: HEAD + much(b"<![CDATA[") + TAIL,
    "oai of prologs that do not end": lambda: b"<OAI-PMH>" + much(b"<?xml ") + b"</OAI-PMH>",
    "oai of document types": lambda: b"<OAI-PMH>" + much(b"<!DOCTYPE ") + b"</OAI-PMH>",
    "oai of ampersands": lambda: HEAD + much(b"&") + TAIL,
    "oai of roots": lambda: much(b"<OAI-PMH "),
    "marc of a title in parts": lambda: marc((b"245", b"10" + much(b"\x1fa\xe1", 1_000_000))),
    "marc of people": lambda: marc(*[(b"700", b"1 \x1faJansen, A%d" % i) for i in range(100_000)]),
    "marc of escapes": lambda: marc((b"245", b"10\x1fa" + much(b"\x1b$1"))),
    "marc of ends": lambda: much(b"\x1e") + b"\x1d",
    "onix of updates": lambda: (
        b"<ONIXMessage>"
        + UPDATE % (3, 0)
        + b"".join(UPDATE % (4, i) for i in range(2_000))
        + b"</ONIXMessage>"
    ),
    "onix of entities": lambda: b"<ONIXMessage>" + much(b"&nbsp;") + b"</ONIXMessage>",
    "onix of broken products": lambda: (
        b"<ONIXMessage>" + much(b"<Product><a></Product>", 300_000) + b"</ONIXMessage>"
    ),
    "table of broken items": lambda: b"[" + much(b"{x},", 300_000) + b"{}]",
    "table of items that never end": lambda: b"[{x}," + much(b'{"x":[{"y":1},') + b"]",
    "site of scripts": lambda: much(b'<script type="application/ld+json">'),
    "site of comments": lambda: b'<script type="application/ld+json">' + much(b"/* a"),
    "site of brackets": lambda: b"Content-Type: application/ld+json\n" + much(b"["),
    "table of quotes": lambda: b"id;titel\n1;" + much(b'"'),
    "table of columns": lambda: b"id" + much(b";a") + b"\n1;2\n",
}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", LARGE)
def test_a_large_input_ends_soon(name: str) -> None:
    data = LARGE[name]()
    with bounded(SECONDS, 2000):
        READERS[name.partition(" ")[0]](data)
