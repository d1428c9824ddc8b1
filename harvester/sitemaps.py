"""Sitemaps (sitemaps.org 0.9): addresses of pages, or of further sitemaps."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from harvester.jsonld import joined
from harvester.oai.clean import clean
from harvester.raw import xml_parser

_CLOSED = re.compile(r"</(?:[\w.-]+:)?(?:urlset|sitemapindex)\s*>\s*$")


class UnreadableSitemapError(Exception):
    """It is no sitemap; the text is the end of a sentence about it."""


@dataclass
class Sitemap:
    """``pages`` are addresses with their lastmod, "" where none is said."""

    pages: dict[str, str] = field(default_factory=dict)
    sitemaps: list[str] = field(default_factory=list)


def read(body: bytes, url: str = "") -> Sitemap:
    """Read a sitemap at ``url``, in XML or as lines of text. Raises UnreadableSitemapError."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"http://", b"https://")):
        lines = body.decode("utf-8-sig", "replace").split()
        return Sitemap({line: "" for line in lines if line.startswith("http")})
    root = _parse(body)
    found = Sitemap()
    name = etree.QName(root).localname
    if name not in ("urlset", "sitemapindex"):
        raise UnreadableSitemapError(f"is a <{name}>, not a sitemap")
    for entry in root:
        said = (entry.findtext("{*}loc") or "").strip()
        loc = joined(url, said) or said
        if not loc:
            continue
        if name == "urlset":
            lastmod = (entry.findtext("{*}lastmod") or "").strip()
            found.pages[loc] = agreed(found.pages.get(loc), lastmod)
        else:
            found.sitemaps.append(loc)
    return found


def agreed(one: str | None, other: str) -> str:
    """Return the lastmod of a page that is listed again; "" where there are two of them."""
    return other if one in (None, other) else ""


def _parse(body: bytes) -> etree._Element:
    try:
        return etree.fromstring(body.strip(), xml_parser())
    except etree.XMLSyntaxError as error:
        text = body.decode("utf-8-sig", "replace")
        start = text.find("<urlset") if "<urlset" in text else text.find("<sitemapindex")
        if start < 0 or not _CLOSED.search(text):  # cut off: what is left would look whole
            raise UnreadableSitemapError(f"is no complete sitemap: {error}") from error
        try:
            return etree.fromstring(clean(text[start:]).encode(), xml_parser())
        except etree.XMLSyntaxError:
            raise UnreadableSitemapError(f"is not well-formed: {error}") from error
