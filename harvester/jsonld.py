"""JSON-LD in web pages: which blocks describe learning materials, read as leniently as is safe.

A block counts where its type is one of learning (schema.org LearningResource, Course ...) or
where it says something that LRMI made for learning, such as ``learningResourceType``: pages are
full of other blocks, about breadcrumbs and organisations.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec

from harvester import formats
from harvester.charset import storable
from harvester.errors import ParseError
from harvester.raw import Raw

MEDIA_TYPE = "application/ld+json"

_TYPES = frozenset({"LearningResource", "Course", "Quiz", "Syllabus"})
_LRMI = frozenset(
    {
        "learningResourceType",
        "educationalLevel",
        "educationalAlignment",
        "educationalUse",
        "educationalRole",
        "interactivityType",
        "typicalAgeRange",
        "teaches",
        "assesses",
        "competencyRequired",
    }
)
_WRAPPERS = (
    *("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "dataFeedElement", "item"),
    "hasPart",
)
_DEEPEST = 6  # wrappers inside wrappers

_MARKUP = re.compile(r"<!--|-->|<!\[CDATA\[|\]\]>|^[ \t]*//[ \t\r]*$", re.MULTILINE)
# What does not end runs to the end of the text, so that it is looked for once.
_STRING_OR_JUNK = re.compile(
    r"""("(?:[^"\\]|\\.)*+(?:"|\\?\Z))|/\*.*?(?:\*/|\Z)|//[^\n]*|,(?=\s*[}\]])""", re.DOTALL
)
_BETWEEN = re.compile("[ \t\r\n;\ufeff]*")


def document(body: bytes, *, source: str, url: str) -> list[Raw]:
    """Return a raw for each material in an answer that is itself JSON-LD."""
    return named(list(_block(body.decode("utf-8-sig", "replace"), source, url)), url)


def blocks(root: Any, *, source: str, url: str) -> list[Raw]:
    """Return a raw for each block of a page about a learning material, yet without a name.

    A block that is no JSON comes with ``rejected`` (rule ``json.malformed``).
    """
    raws: list[Raw] = []
    for script in root.iter("script"):
        if MEDIA_TYPE in (script.get("type") or "").lower():
            raws += _block("".join(script.itertext()), source, url)
    return raws


def _block(text: str, source: str, url: str) -> Iterator[Raw]:
    try:
        documents = loads(text)
    except ParseError as error:
        yield Raw(
            source=source,
            identifier="",
            media_type=MEDIA_TYPE,
            url=url,
            content=text.encode("utf-8", "replace"),
            rejected=error,
        )
        return
    for document in documents:
        for node in learning(document):
            yield Raw(source=source, identifier="", media_type=MEDIA_TYPE, url=url, parsed=node)


def named(raws: list[Raw], canonical: str) -> list[Raw]:
    """Name the materials of a page by its canonical address.

    Where there are several, each has its own address on the site, or the canonical one with
    ``#2``, ``#3``.
    """
    taken: set[str] = set()
    for place, raw in enumerate(raws, 1):
        own = _own_address(raw.parsed, canonical) if len(raws) > 1 else ""
        name = own or canonical
        raw.identifier = name if name not in taken else f"{canonical}#{place}"
        taken.add(raw.identifier)
    return raws


def _own_address(node: Any, canonical: str) -> str:
    for key in ("@id", "url"):
        said = node.get(key) if isinstance(node, dict) else None
        if isinstance(said, str) and same_site(address := joined(canonical, said), canonical):
            return address
    return ""


def canonical_address(root: Any, url: str) -> str:
    """Return what the page calls itself, where that is on the same site; else its address."""
    for link in root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            address = joined(url, str(link.get("href") or "").strip())
            if same_site(address, url):
                return address.partition("#")[0]
    return url.partition("#")[0]


def joined(base: str, link: str) -> str:
    """Return where a link on ``base`` leads; "" for one that no address is made of."""
    try:
        return urljoin(base, link)
    except ValueError:  # [ and ] where a host should be
        return ""


def same_site(one: str, other: str) -> bool:
    """Tell whether two addresses are on one host, with or without ``www.``, by http(s)."""
    try:
        first, second = urlsplit(one), urlsplit(other)
    except ValueError:
        return False
    hosts = [(parts.hostname or "").removeprefix("www.") for parts in (first, second)]
    return first.scheme in ("http", "https") and hosts[0] == hosts[1] != ""


def learning(document: Any, context: Any = None, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the nodes of a document about learning materials, outermost only.

    A node inside another gets the outer ``@context``. Where one is found in a ``@graph``, the
    whole document is given: its nodes refer to each other.
    """
    if depth > _DEEPEST:
        return
    if isinstance(document, list):
        for item in document:
            yield from learning(item, context, depth + 1)
    if not isinstance(document, dict):
        return
    context = document.get("@context", context)
    if _is_learning(document):
        yield (
            document
            if "@context" in document or not context
            else {
                "@context": context,
                **document,
            }
        )
        return
    for wrapper in _WRAPPERS:
        found = learning(document.get(wrapper), context, depth + 1)
        if wrapper == "@graph" and next(found, None) is not None:
            yield document
            return
        yield from found


def materials(document: Any) -> list[dict[str, Any]]:
    """Return all materials in a document, each complete in itself.

    For files and lists: where a page has a ``@graph`` to describe itself, a file may hold a whole
    catalogue in one. What a material of it refers to is put into it.
    """
    graph = document.get("@graph") if isinstance(document, dict) else None
    if not isinstance(graph, list):
        return list(learning(document))
    nodes = [node for node in graph if isinstance(node, dict)]
    wanted = [node for node in nodes if _is_learning(node)] or _tops(nodes)
    if len(wanted) <= 1:
        return [document]
    apart = {id(node) for node in wanted}
    named = {name: node for node in nodes if id(node) not in apart and (name := _name(node))}
    context = {"@context": document["@context"]} if "@context" in document else {}
    return [{**context, **_complete(node, named)} for node in wanted]


def _tops(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the nodes that a format reads and that no other refers to."""
    inside = {
        _name(value)
        for node in nodes
        for said in node.values()
        for value in (said if isinstance(said, list) else [said])
        if isinstance(value, dict)
    }
    return [node for node in nodes if formats.claims(node) and _name(node) not in inside - {""}]


def _complete(value: Any, named: dict[str, dict[str, Any]], depth: int = 0) -> Any:
    """Return ``value`` with what it refers to inside; references of those stay references."""
    if depth > _DEEPEST:
        return value
    if isinstance(value, list):
        return [_complete(item, named, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and (found := named.get(_name(value))):
        return found
    return {key: _complete(said, named, depth + 1) for key, said in value.items()}


def _name(node: dict[str, Any]) -> str:
    said = node.get("@id", node.get("id"))
    return said if isinstance(said, str) else ""


def _is_learning(node: dict[str, Any]) -> bool:
    said = node.get("@type", ())
    types = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    names = {re.split("[/#:]", name)[-1] for name in types if isinstance(name, str)}
    return not _TYPES.isdisjoint(names) or not _LRMI.isdisjoint(node)


def loads(text: str) -> list[Any]:
    """Return the JSON documents in a block. Raises ParseError (rule ``json.malformed``).

    Strictly at first; then with raw control characters; then without comments, HTML around it,
    commas and semicolons at the end, and with more than one document; then unescaped.
    """
    try:
        return [msgspec.json.decode(text)]
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        pass
    trouble: Exception | None = None
    for attempt in (text, _without_junk(text), _without_junk(html.unescape(text))):
        try:
            return [_whole(document) for document in _documents(attempt)]
        except (ValueError, RecursionError) as error:
            trouble = trouble or error
    raise ParseError("json.malformed", f"the JSON-LD block cannot be read: {trouble}")


def _whole(value: Any) -> Any:
    """Return ``value`` without the half surrogate pairs that only a lenient reader lets through."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): _whole(said) for key, said in value.items()}
    return value


def _without_junk(text: str) -> str:
    return _STRING_OR_JUNK.sub(lambda found: found[1] or "", _MARKUP.sub("", text))


def _documents(text: str) -> Iterator[Any]:
    decoder, place = json.JSONDecoder(strict=False), _after_blanks(text, 0)
    while place < len(text):
        document, place = decoder.raw_decode(text, place)
        yield document
        place = _after_blanks(text, place)


def _after_blanks(text: str, place: int) -> int:
    found = _BETWEEN.match(text, place)
    return found.end() if found else place
