"""What a web page says of its material outside JSON-LD: microdata, RDFa, citation_* and OpenGraph.

JSON-LD goes first and is richest; this is for pages where it describes no learning material. All
of it becomes nodes in the terms of schema.org, as if the page had said it in JSON-LD.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from harvester import jsonld

_CONTEXT = "https://schema.org"
#: What a page describes where it says nothing of learning, on a site whose pages are materials.
_WORKS = frozenset({
    "CreativeWork", "Book", "Chapter", "Article", "ScholarlyArticle", "TechArticle", "VideoObject",
    "AudioObject", "PresentationDigitalDocument", "TextDigitalDocument", "DigitalDocument",
    "PodcastEpisode", "Dataset", "Game", "HowTo", "Report", "Thesis", "WebApplication",
})  # fmt: skip
#: Highwire's names, which Google Scholar reads, in the terms of schema.org.
_CITATION = {
    "citation_title": "name", "citation_author": "author", "citation_abstract": "description",
    "citation_publication_date": "datePublished", "citation_online_date": "datePublished",
    "citation_date": "datePublished", "citation_year": "datePublished",
    "citation_publisher": "publisher", "citation_language": "inLanguage",
    "citation_keywords": "keywords", "citation_isbn": "isbn", "citation_doi": "identifier",
    "citation_abstract_html_url": "url", "citation_public_url": "url",
    "citation_fulltext_html_url": "url", "citation_inbook_title": "isPartOf",
}  # fmt: skip
_OPEN_GRAPH = {
    "og:title": "name", "og:description": "description", "og:image": "thumbnailUrl",
    "og:image:url": "thumbnailUrl", "og:locale": "inLanguage", "og:url": "url",
    "book:author": "author", "book:isbn": "isbn", "book:release_date": "datePublished",
    "article:published_time": "datePublished", "article:modified_time": "dateModified",
    "article:tag": "keywords", "book:tag": "keywords", "video:tag": "keywords",
    "video:duration": "duration",
}  # fmt: skip
_OPEN_GRAPH_TYPES = {"book": "Book", "article": "Article", "video": "VideoObject"}
_MANY = frozenset({"author", "keywords"})
#: What two large parsers raise on markup that nobody foresaw.
_STRANGE = (
    ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError,
    ValueError, etree.LxmlError,
)  # fmt: skip
_log = logging.getLogger(__name__)
_SWOLLEN = re.compile(r"<([A-Za-z][\w:-]*)\s[^<>]{20000,}>")
_NAMES = re.compile(r"<(?:link|meta)\b[^<>]*>", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_SCRIPT_END = re.compile(r"</script\b", re.IGNORECASE)
_LARGEST = 4 * 1024 * 1024  # characters; RDFa takes seconds for more
_MOST_NODES = 200


def nodes(text: str, root: Any, url: str, *, anything: bool) -> list[dict[str, Any]]:
    """Return the nodes about materials in a page.

    Those of learning; where there are none and ``anything`` goes, what the page is about. A
    single node takes from the page's meta elements what it does not say itself.
    """
    said = list(_embedded(text, url)) if len(text) <= _LARGEST else []
    found = [node for top in said for node in jsonld.learning(top)]
    if not found and anything:
        found = [node for node in said if not _WORKS.isdisjoint(_types(node))][:1]
    meta = _meta(root)
    if not found and anything and "name" in meta:
        found = [{"@context": _CONTEXT}]
    if len(found) == 1 and "@graph" not in found[0]:
        return [{**meta, **found[0]}]
    return found[:_MOST_NODES]


def _embedded(text: str, url: str) -> Iterator[dict[str, Any]]:
    """Yield the nodes of microdata and RDFa; a page too strange for their readers has none."""
    syntaxes = ["microdata"] * ("itemscope" in text) + ["rdfa"] * ("typeof=" in text)
    if not syntaxes:
        return
    import extruct  # noqa: PLC0415 it takes half a second, and most pages have JSON-LD

    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    for syntax in syntaxes:
        try:
            found = extruct.extract(
                text.encode("utf-8", "replace"),
                base_url=url,
                encoding="UTF-8",
                syntaxes=[syntax],
                uniform=syntax == "microdata",
                errors="strict",
            )[syntax]
        except _STRANGE as error:
            _log.info("%s: no %s: %s", url, syntax, error)
            continue
        if syntax == "rdfa":
            found = [{"@context": _CONTEXT, "@graph": [_shortened(node) for node in found]}]
        yield from (node for node in found if isinstance(node, dict))


def _shortened(node: dict[str, Any]) -> dict[str, Any]:
    """Return a node of expanded JSON-LD with schema.org's own names for its keys."""
    return {key.rpartition("schema.org/")[2]: value for key, value in node.items()}


def _types(node: dict[str, Any]) -> set[str]:
    said = node.get("@type", ())
    names = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    return {str(name).rpartition("/")[2] for name in names}


def _meta(root: Any) -> dict[str, Any]:
    """Return what the page's meta elements say; citation_* before OpenGraph."""
    node: dict[str, Any] = {}
    kind = ""
    for table in (_CITATION, _OPEN_GRAPH):
        own: dict[str, Any] = {}
        for element in root.iter("meta"):
            name = (element.get("property") or element.get("name") or "").strip().lower()
            content = (element.get("content") or "").strip()
            if name == "og:type":
                kind = _OPEN_GRAPH_TYPES.get(content.partition(".")[0].lower(), "")
            key = table.get(name)
            if not key or not content:
                continue
            if key in _MANY:
                own.setdefault(key, []).append(content)
            else:
                own.setdefault(key, content)
        node = {**own, **node}
    return {"@context": _CONTEXT, "@type": kind or "CreativeWork", **node}


def parsed(text: str) -> Any:
    """Return the page as a tree, None where nothing is in it.

    A tag as long as a book takes the parser minutes, and elements hundreds deep make it leave out
    all that follows: such a tag is emptied, and of such a page only what speaks of it is read.
    """
    text = _SWOLLEN.sub(r"<\1>", text)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        plain = "".join(_speaking(text)).encode("utf-8", "replace")
        root = etree.fromstring(plain, etree.HTMLParser(encoding="utf-8", no_network=True))
    return root


def _speaking(text: str) -> Iterator[str]:
    """Yield a page's links, meta elements and scripts; a script that does not end is none."""
    yield "<html>"
    yield from (found[0] for found in _NAMES.finditer(text))
    end = 0
    while start := _SCRIPT.search(text, end):
        over = _SCRIPT_END.search(text, start.end())
        if over is None:
            return
        end = over.start()
        yield text[start.start() : end] + "</script>"
