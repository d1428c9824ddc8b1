"""Feeds as values: RSS 0.9 to 2.0, Atom, podcasts; read as leniently as feedparser can.

An entry becomes a document that says what its values mean (formats.mapped), since what a feed
says is spread over entry, channel and half a dozen namespaces.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import feedparser

from harvester.errors import ParseError
from harvester.jsonld import joined
from harvester.raw import Raw

_WEB = ("http://", "https://")
_ENDS = (b"</rss", b"</feed", b":feed", b"rdf>")
_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_TYPES = {"audio": "audio", "video": "video"}


class UnreadableFeedError(ValueError):
    """The answer is no feed, or not all of one. Half a sentence."""


@dataclass(kw_only=True)
class Feed:
    """One page of a feed; ``next`` is the address of the page before it in time, or ""."""

    raws: list[Raw] = field(default_factory=list)
    next: str = ""


def read(body: bytes, *, source: str, url: str, media_type: str) -> Feed:
    """Read a page of a feed. Raises UnreadableFeedError.

    An entry is known by its id (Atom), guid (RSS), else its link, else its enclosure; one that
    has none comes ``rejected`` (``record.identifier_missing``).
    """
    if b"<!ENTITY" in body:
        raise UnreadableFeedError("declares entities, which no feed needs")
    headers = {"content-type": media_type, "content-location": url}
    # Bytes alone would be taken for a file's name or an address: a stream is only read.
    parsed = feedparser.parse(io.BytesIO(body), response_headers=headers)
    if not parsed.get("version") or not body.strip():
        raise UnreadableFeedError("is no RSS or Atom")
    malformed = isinstance(parsed.get("bozo_exception"), feedparser.api.xml.sax.SAXParseException)
    tail = body[-1000:].replace(b"\0", b"").lower()
    if malformed and not any(end in tail for end in _ENDS):
        raise UnreadableFeedError("was cut off")
    if malformed and len(parsed.entries) < len(_ENTRY.findall(body)):
        raise UnreadableFeedError("is not well-formed, and entries of it cannot be told apart")
    channel = parsed.feed
    feed = Feed(next=_following(channel, url))
    for entry in parsed.entries:
        raw = Raw(source=source, identifier=_identifier(entry), url=url, repaired=malformed)
        raw.media_type = "application/json"
        raw.datestamp = _instant(entry, "updated") or _instant(entry, "published")
        raw.parsed = {name: said for name, said in _document(entry, channel, url).items() if said}
        if not raw.identifier:
            raw.rejected = ParseError(
                "record.identifier_missing", "the entry has no id, link or enclosure"
            )
        feed.raws.append(raw)
    return feed


def _following(channel: Any, url: str) -> str:
    """Return the next page (RFC 5005, 3), else the archive before this one (4)."""
    links = {link.get("rel"): link.get("href") for link in channel.get("links", ())}
    found = links.get("next") or links.get("prev-archive")
    return joined(url, found) if found else ""


def _identifier(entry: Any) -> str:
    files = [file.get("href", "") for file in entry.get("enclosures", ())]
    return next((said.strip() for said in (entry.get("id"), entry.get("link"), *files) if said), "")


def _document(entry: Any, channel: Any, url: str) -> dict[str, Any]:
    files = _files(entry)
    kinds = [file.get("type", "").partition("/")[0] for file in files]
    language = entry.get("language") or channel.get("language")
    link = entry.get("link", "")
    return {
        "@type": "Mapped",
        "titles": _text(entry, "title", language),
        "descriptions": _description(entry, language),
        "keywords": list(_keywords(entry)),
        "creators": list(_people(entry.get("authors") or channel.get("authors", ()))),
        "contributors": list(_people(entry.get("contributors", ()))),
        "publishers": list(_people([channel.get("publisher_detail", {})])),
        "url": [link if link.startswith(_WEB) else "", *(f.get("href") for f in files)],
        "thumbnail": list(_pictures(entry, channel, url)),
        "languages": language or entry.get("title_detail", {}).get("language"),
        "type_terms": [_TYPES[kind] for kind in kinds if kind in _TYPES],
        "rights": list(_rights(entry)) or list(_rights(channel)),
        "duration": entry.get("itunes_duration") or next(_seconds(files), None),
        "media_types": [file.get("type") for file in files],
        "dates.issued": _instant(entry, "published"),
        "dates.modified": _instant(entry, "updated"),
        "relations.ispartof": {"title": channel.get("title"), "target": channel.get("link")},
    }


def _files(entry: Any) -> list[Any]:
    """Return the files of an entry: its enclosures, else its content in Media RSS but pictures."""
    media = [{**file, "href": file.get("url")} for file in entry.get("media_content", ())]
    return list(entry.get("enclosures", ())) or [
        file for file in media if file.get("type") and not file["type"].startswith("image/")
    ]


def _seconds(files: list[Any]) -> Iterator[str]:
    """Yield how long files play; Media RSS says it in seconds."""
    return (file["duration"] for file in files if file.get("duration"))


def _text(thing: Any, name: str, language: str | None) -> Any:
    detail = thing.get(f"{name}_detail", {})
    said = thing.get(name, "")
    return {"value": said, "language": detail.get("language") or language or ""} if said else None


def _description(entry: Any, language: str | None) -> Any:
    """Return the summary, else the content, which feedparser calls a summary without details."""
    first = next(iter(entry.get("content", ())), None)
    if first is None or "summary_detail" in entry:
        return _text(entry, "summary", language)
    return {"value": first.get("value"), "language": first.get("language") or language or ""}


def _keywords(entry: Any) -> Iterator[str]:
    for tag in entry.get("tags", ()):
        said = tag.get("label") or tag.get("term")
        if said and not said.startswith(_WEB):
            yield said


def _people(said: Any) -> Iterator[dict[str, str]]:
    """Yield who is named. An address for mail is none of our business."""
    for who in said:
        name = (who.get("name") or "").strip()
        if name and "@" not in name:
            home = who.get("href") or ""
            yield {"name": name, **({"orcid": home} if "://orcid.org/" in home else {})}


def _rights(thing: Any) -> Iterator[str]:
    """Yield links with rel=license (RFC 4946; cc:license is one too), then words."""
    for link in thing.get("links", ()):
        if link.get("rel") == "license" and link.get("href"):
            yield link["href"]
    if thing.get("rights"):
        yield thing["rights"]


def _pictures(entry: Any, channel: Any, url: str) -> Iterator[str]:
    images = [*entry.get("media_thumbnail", ()), entry.get("image", {}), channel.get("image", {})]
    for image in images:
        found = image.get("href") or image.get("url")
        if found and (address := joined(url, found)):
            yield address


def _instant(entry: Any, name: str) -> str:
    """Return a date as feedparser understood it, in UTC."""
    when = dict.get(entry, f"{name}_parsed")  # its own get() takes published for updated
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", when) if when and when[0] > 0 else ""
