"""Identifiers and addresses: one name for whatever leads to the same material.

A name is ``scheme:value``: ``doi:10.1000/182``, ``isbn:9783161484100``, ``youtube:dQw4w9WgXcQ``,
or ``web:host/path?query`` for an address of which nothing more is known.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from urllib.parse import unquote

from msgspec import Struct

from catalog.resource import Identifier

_LONGEST = 1000
_WEB = re.compile(
    r"https?://(?:[^/?#@]*@)?([^/?#:]+)(?::(\d+))?([^#]*)(#.*)?", re.IGNORECASE | re.DOTALL
)
_WWW = re.compile(r"(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_TRACKING = re.compile(
    r"(?<=[?&])(?:utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|ref|ref_src|source|feature|si|phpsessid|"
    r"jsessionid|sid|_ga|download|type=pdf)(?:=[^&]*)?(?:&|\Z)",
    re.IGNORECASE,
)
# What an address ends in when it names a page or a shape, not another material.
_ENDING = re.compile(
    r"(?:/(?:index|default|home)\.(?:html?|php|aspx?|jsp))?/*\Z|"
    r"(?:/open)?/download/?\Z|\.(?:pdf|epub|mobi|html?|docx?|odt|djvu|azw3?)\Z",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"(doi|hdl|handle|isbn|urn:isbn|urn:issn|urn:nbn|arxiv):\s*(.+)", re.IGNORECASE
)
# Hosts in whose names the case of letters counts.
_CASED = frozenset(("youtube", "googledrive", "googlebooks", "spotify"))
_MOBILE = re.compile(r"(?<=\.)m\.(?=wiki)")
_VERSION = re.compile(r"v\d+\Z")
#: Schemes of names that registries give out; all others are those of a host, or of all hosts.
REGISTRIES = frozenset(("doi", "handle", "isbn", "issn", "nbn", "urn"))


class _Hosts(Struct, frozen=True):
    """``schemas/works/hosts.toml``, turned the way it is looked up."""

    by_host: dict[str, tuple[tuple[str, re.Pattern[str]], ...]]
    platforms: tuple[tuple[str, re.Pattern[str]], ...]


@cache
def _hosts() -> _Hosts:
    read = tomllib.loads((files("schemas") / "works" / "hosts.toml").read_text("utf-8"))
    by_host: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = {}
    for entry in read["host"]:
        forms = tuple([(entry["name"], re.compile(form)) for form in entry["forms"]])
        for host in entry["hosts"]:
            by_host[host] = by_host.get(host, ()) + forms
    return _Hosts(
        by_host,
        tuple([(entry["name"], re.compile(entry["form"])) for entry in read["platform"]]),
    )


def named(identifier: Identifier) -> str:
    """Return the name of what a canonical identifier names, or "" where it is nobody else's."""
    value = identifier.value
    match identifier.scheme:
        case "doi":
            return doi(value)
        case "isbn" | "issn":
            return f"{identifier.scheme}:{value}"
        case "handle":
            return f"handle:{value.lower()}"
        case "urn":
            return f"nbn:{value.lower()}" if value[:8].lower() == "urn:nbn:" else value
        case "uri":
            return address(value)
        case _:
            return ""


def doi(value: str) -> str:
    """Return the name of a DOI; of one that a repository makes from a number of its own, that."""
    value = value.lower()
    if value.startswith("10.5281/zenodo."):
        return f"zenodo:{value[15:]}"
    if value.startswith("10.48550/arxiv."):
        return f"arxiv:{_VERSION.sub('', value[15:])}"
    return f"doi:{value}"


def target(value: str) -> str:
    """Return the name of the target of a relation: an address, or "urn:isbn:..." ."""
    if value[:4].lower() == "http":
        return address(value)
    if not (found := _SPOKEN.match(value)):
        return value[:_LONGEST] if ":" in value else ""
    scheme, rest = found[1].lower().removeprefix("urn:"), found[2].strip()
    if scheme == "doi":
        return doi(rest)
    if scheme == "nbn":
        return f"nbn:urn:nbn:{rest.lower()}"
    return f"{'handle' if scheme == 'hdl' else scheme}:{rest.lower() if scheme != 'issn' else rest}"


@lru_cache(maxsize=4096)
def address(value: str) -> str:
    """Return the name of what a web address leads to, or "" where it is none.

    The front page of a site has a name that ends in ``/``: it says little (see ``is_front``).
    """
    found = _WEB.match(value[:_LONGEST])
    if not found:
        return ""
    host, port, path, fragment = found.groups()
    host = _MOBILE.sub("", _WWW.sub("", host.lower().rstrip(".")))
    if special := _special(host, path):
        return special
    if port not in (None, "80", "443"):
        host = f"{host}:{port}"
    if "?" in path:
        path = _without_tracking(path)
    path = _ENDING.sub("", path)
    if fragment and fragment.startswith(("#!", "#/", "#t=")):
        path += fragment
    return f"web:{host}{path or '/'}"


def _special(host: str, path: str) -> str:
    hosts = _hosts()
    forms = hosts.by_host.get(host)
    if forms is None and host.count(".") > 1:
        forms = hosts.by_host.get(host.partition(".")[2])
    if forms:
        for name, form in forms:
            if found := form.search(path):
                return _name(name, found[1])
    if "/10." in path or "/handle/" in path or "urn:nbn:" in path:
        for name, form in hosts.platforms:
            if found := form.search(path):
                return _name(name, found[1])
    return ""


def _name(name: str, value: str) -> str:
    if name == "doi":
        return doi(unquote(value).rstrip("/"))
    if name in _CASED:
        return f"{name}:{value}"
    return f"{name}:{_VERSION.sub('', value) if name == 'arxiv' else value.lower().rstrip('/')}"


def _without_tracking(path: str) -> str:
    before, _, query = path.partition("?")
    query = _TRACKING.sub("", f"?{query}")[1:].rstrip("&")
    return f"{before}?{'&'.join(sorted(query.split('&')))}" if query else before


def is_front(name: str) -> bool:
    """Tell whether a name is that of the front page of a site, which stands for all of it."""
    return name.startswith("web:") and name.find("/") in (-1, len(name) - 1)
