"""The materials in a web page: those in JSON-LD, else those in its other markup."""

from __future__ import annotations

from scrapy.http import Response
from w3lib.encoding import html_to_unicode

from harvester import jsonld
from harvester.raw import Raw
from harvester.site import markup


def media_type(response: Response) -> str:
    """Return what an answer says that it is, with its charset; HTML where it does not."""
    return str((response.headers.get("Content-Type") or b"text/html").decode("latin-1"))


def text_of(body: bytes, media_type: str) -> str:
    """Return a page's text, in the encoding that a browser would take it to be in."""
    return str(html_to_unicode(media_type or None, body, default_encoding="utf-8")[1])


def read(
    body: bytes, *, source: str, url: str, media_type: str, anything: bool = False
) -> list[Raw]:
    """Return a raw for each material that a page describes, by JSON-LD first.

    With ``anything``, on a site whose pages are all materials, what is not said to be for
    learning counts too. Identifiers are as ``jsonld.named`` makes them.
    """
    if "json" in media_type:
        return jsonld.document(body, source=source, url=url)
    text = text_of(body, media_type)
    root = markup.parsed(text)
    if root is None:
        return []
    raws = jsonld.blocks(root, source=source, url=url)
    if not any(raw.rejected is None for raw in raws):
        found = markup.nodes(text, root, url, anything=anything)
        others = [
            Raw(source=source, identifier="", media_type=jsonld.MEDIA_TYPE, url=url, parsed=node)
            for node in found
        ]
        raws = others or raws
    return jsonld.named(raws, jsonld.canonical_address(root, url))
