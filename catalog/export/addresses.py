"""Identifiers and codes as addresses."""

from __future__ import annotations

import functools
from urllib.parse import quote

from catalog.resource import Identifier

_SAFE = "/:;()!$*,+=@~._-"  # what may stand in a path as it is (RFC 3986, 3.3)
_RESOLVERS = {
    "doi": "https://doi.org/",
    "handle": "https://hdl.handle.net/",
    "isbn": "urn:isbn:",
    "issn": "urn:issn:",
}
WEB = ("http://", "https://")


@functools.lru_cache(maxsize=4096)
def address(identifier: Identifier) -> str:
    """Return an identifier as a URI where its scheme has one, else its value as it is."""
    resolver = _RESOLVERS.get(identifier.scheme)
    if not resolver:
        return identifier.value
    return resolver + quote(identifier.value, safe=_SAFE, errors="replace")
