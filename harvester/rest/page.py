"""An answer as values: its items, of how many there are, and where it goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import jmespath
import msgspec

from catalog.config import RestSource
from harvester.errors import FetchError
from harvester.raw import Raw
from harvester.rest.mapping import ExpressionError, Mapping, find, word

_PLAIN_PATH = re.compile(r"@|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
_LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[^\s=;,]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s;,\"]+))?)*)")
_NEXT = re.compile(r";\s*rel\s*=\s*(?:\"[^\"]*\bnext\b[^\"]*\"|next(?![\w-]))", re.IGNORECASE)


class UnreadableError(ValueError):
    """The answer is not what was asked for; perhaps it is when asked again. Half a sentence."""


class ItemsMissingError(FetchError):
    """The answer has no list of items where the source says that it is."""


@dataclass(kw_only=True)
class RestPage:
    """One answer. ``token`` is the address or token of the next page, "" where none is named."""

    raws: list[Raw] = field(default_factory=list)
    token: str = ""
    total: int | None = None
    more: bool | None = None  # None: the answer does not say


def read(body: bytes, entry: RestSource, *, source: str, url: str) -> RestPage:
    """Read an answer. Raises UnreadableError, ItemsMissingError."""
    document, body, repaired = _decode(body)
    page = RestPage(total=_number(_ask(entry.total, document)))
    items = _ask(entry.items, document)
    if isinstance(items, list):
        mapping = Mapping(entry)
        page.raws = [
            mapping.raw(item, content, source=source, url=url)
            for item, content in zip(items, _contents(items, body, entry.items), strict=True)
        ]
        for raw in page.raws:
            raw.repaired = repaired
    elif items is not None or page.total != 0:  # some leave an empty list out
        said = "no list" if items is not None else "nothing"
        raise ItemsMissingError(
            f"{url}: there is {said} at items = {entry.items!r}{_keys(document)}"
        )
    if entry.paging in ("link", "cursor"):
        page.token = word(_ask(entry.next, document))
    if entry.more:
        page.more = bool(_ask(entry.more, document))
    return page


def _decode(body: bytes) -> tuple[Any, bytes, bool]:
    """Return the document, its bytes, and whether they had to be repaired."""
    text = body.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        raise UnreadableError("is empty")
    if text.startswith(b"<"):
        raise UnreadableError("is a web page or XML, not JSON")
    try:
        return msgspec.json.decode(text), text, False
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        text = _repaired(text)
        return msgspec.json.decode(text), text, True
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"is no JSON, or was cut off ({error})") from error


def _repaired(text: bytes) -> bytes:
    """Write JSON anew without what one careless item can do to a page. Raises ValueError.

    That is: bytes that are no UTF-8, halves of an emoji, control characters, numbers beyond all
    bounds. What was cut off stays cut off.
    """
    document = json.loads(
        text.decode("utf-8", "replace"),
        strict=False,
        parse_constant=lambda _: None,
        parse_float=lambda said: number if isfinite(number := float(said)) else None,
    )
    return _compact(document)


def _compact(document: Any) -> bytes:
    said = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return said.encode("utf-8", "replace")


def _ask(expression: str, document: Any) -> Any:
    try:
        return find(jmespath.compile(expression), document) if expression else None
    except ExpressionError:
        return None


def _contents(items: list[Any], body: bytes, path: str) -> Iterator[bytes]:
    """Yield each item's bytes: as they came where its path is plain, else written anew."""
    if not _PLAIN_PATH.fullmatch(path):
        for item in items:
            yield _compact(item)
        return
    part = msgspec.Raw(body)
    for key in path.split(".") if path != "@" else ():
        part = msgspec.json.decode(part, type=dict[str, msgspec.Raw])[key]
    for content in msgspec.json.decode(part, type=list[msgspec.Raw]):
        yield bytes(content)


def _number(value: Any) -> int | None:
    """Return a count, also one in quotes; JSON:API and others disagree."""
    said = word(value)
    return int(said[:18]) if said.isascii() and said.isdigit() else None


def _keys(document: Any) -> str:
    if not isinstance(document, dict):
        return f", but a {type(document).__name__}"
    return f"; the answer has {', '.join(list(document)[:8]) or 'nothing'}"


def next_link(header: str) -> str:
    """Return the address with ``rel=next`` in a Link header (RFC 8288), or ""."""
    return next((link[1].strip() for link in _LINK.finditer(header) if _NEXT.search(link[2])), "")
