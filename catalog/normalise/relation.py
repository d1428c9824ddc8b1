"""Ties to other materials: kinds in the words of Dublin Core, targets as addresses."""

from __future__ import annotations

import functools
import re
from urllib.parse import quote

from catalog.normalise import text
from catalog.normalise.identifier import recognised
from catalog.resource import Relation

_KINDS = frozenset(
    {
        "ispartof", "haspart", "isbasedon", "isversionof", "hasversion", "isformatof", "hasformat",
        "replaces", "isreplacedby", "references", "isreferencedby", "requires", "isrequiredby",
        "istranslationof", "relation",
    }
)  # fmt: skip
_ALIASES = {
    "partof": "ispartof",
    "isin": "ispartof",
    "parts": "haspart",
    "basedon": "isbasedon",
    "isbasedonurl": "isbasedon",
    "isderivedfrom": "isbasedon",
    "derivedfrom": "isbasedon",
    "source": "isbasedon",
    "versionof": "isversionof",
    "translationofwork": "istranslationof",
    "translationof": "istranslationof",
    "isreplacementof": "replaces",
    "embed": "hasformat",  # NL-LOM: the same material, made to stand inside another page
    "cites": "references",
    "citation": "references",
    "mentions": "references",
}
_PICTURES = frozenset({"thumbnail", "preview"})  # NL-LOM keeps pictures among relations

# A scheme that does something, or reads from the visitor's own machine.
_REFUSED = re.compile(r"(?:javascript|data|vbscript|file|blob|about|mailto):|//", re.IGNORECASE)
_RESOLVERS = {
    "doi": "https://doi.org/",
    "handle": "https://hdl.handle.net/",
    "isbn": "urn:isbn:",
    "issn": "urn:issn:",
}


def relations(said: tuple[Relation, ...]) -> tuple[Relation, ...]:
    """Return the ties that lead somewhere or at least name something, each once."""
    if not said:
        return ()
    found: dict[tuple[str, str], Relation] = {}
    for one in said:
        kind = _kind(one.kind)
        target = _target(one.target)
        title = text.plain(one.title)
        if " " in target:  # a citation, not an address
            target, title = "", title or target
        if kind not in _PICTURES and (target or title):
            key = (kind, target or title)
            known = found.setdefault(key, Relation(kind, target, title))
            if title and not known.title:
                found[key] = Relation(kind, target, title)
    return tuple(found.values())


@functools.lru_cache(maxsize=1024)
def _kind(said: str) -> str:
    kind = re.sub(r"[^a-z]", "", said.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower())
    kind = _ALIASES.get(kind, kind)
    return kind if kind in _KINDS or kind in _PICTURES else "relation"


def _target(said: str) -> str:
    target = text.plain(said)
    if not target or _REFUSED.match(re.sub(r"\s", "", target)):
        return ""
    found = recognised(target)
    if found.scheme not in _RESOLVERS:
        return found.value
    return _RESOLVERS[found.scheme] + quote(found.value, safe="/:;()!$*,+=@~._-")
