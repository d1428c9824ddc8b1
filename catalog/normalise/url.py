"""Addresses on the web: http and https only, in one canonical spelling.

Whether an address is private, alive or wise to visit is for the network to judge, not for this.
"""

from __future__ import annotations

import ipaddress
import re

import idna

_LONGEST = 4096

# What nearly all addresses look like already; no dots in a path that would have to be resolved.
_CANONICAL = re.compile(
    r"https?://(?:[a-z0-9]++(?:-++[a-z0-9]++)*+\.)++[a-z]{2,24}+"
    r"/(?:[A-Za-z0-9_~!$'()*+,:@-]++|/(?!\.)|(?<=[A-Za-z0-9_-])\.(?=[A-Za-z0-9_-]))*+"
    r"(?:\?[A-Za-z0-9_=.,:/+-]++(?:&[A-Za-z0-9_=.,:/+-]++)*+)?"
)
_IGNORED = re.compile(r"[\t\r\n]")  # browsers take them out before they look: WHATWG URL, 4.4
_AROUND = ' \x00\x0b\x0c\xa0\u200b\ufeff<>"'
_REPEATED = re.compile(r"\A(?:https?:/*+)+(?=https?://)", re.IGNORECASE | re.ASCII)
_WEB = re.compile(
    r"(https?)://([^/?#]+)([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.IGNORECASE | re.ASCII | re.DOTALL
)
_BARE = re.compile(r"www\.[^\s/?#@:]+\.[a-z]", re.IGNORECASE | re.ASCII)
_PORT = re.compile(r":([0-9]{0,5})\Z")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_LONGEST_HOST = 253
_LAST_PORT = 65535
_DEFAULT_PORTS = {"http": 80, "https": 443}

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})|([^A-Za-z0-9._~!$&'()*+,;=:@/?%-])|%")
_AMPERSANDS = re.compile(r"&(?:amp;)+")  # an address that was escaped for HTML once too often
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE | re.ASCII)
_TRACKING = re.compile(
    r"(?:utm_[a-z]+|fbclid|gclid|msclkid|mc_[ce]id|phpsessid)(?:=|\Z)", re.IGNORECASE | re.ASCII
)
_ROUTES = ("!", "/", "t=")  # pages of scripts, and moments in a film, are other addresses


def url(said: str) -> str:
    """Return ``said`` as a canonical http(s) address, or "" where it is none.

    Lower-case host in ASCII (IDNA 2008), no credentials, default port, tracking or fragment
    (but ``#!``, ``#/`` and ``#t=`` stay), dots resolved and characters escaped (RFC 3986, 6.2.2).
    """
    if canonical(said):
        return said
    address, fragment = _split(said)
    return f"{address}#{fragment}" if fragment.startswith(_ROUTES) else address


def uri(said: str) -> str:
    """Return ``said`` as ``url`` does, with its fragment, which may be what an identifier names."""
    if canonical(said):
        return said
    address, fragment = _split(said)
    return f"{address}#{fragment}" if fragment else address


def canonical(said: str) -> bool:
    """Tell whether ``said`` is an address as nearly all are, with nothing to do to it.

    May say no to one that is canonical, never the reverse. What it says yes to is clean text.
    """
    if len(said) > _LONGEST or not _CANONICAL.fullmatch(said):
        return False
    return "?" not in said or not any(map(_TRACKING.match, said.partition("?")[2].split("&")))


def _split(said: str) -> tuple[str, str]:
    text = _IGNORED.sub("", said).strip(_AROUND)
    if not text or len(text) > _LONGEST:
        return "", ""
    text = _ampersands(text)
    if _BARE.match(text):
        text = f"http://{text}"
    found = _WEB.fullmatch(_REPEATED.sub("", text))
    if not found:
        return "", ""
    scheme, authority, path, query, fragment = found.groups("")
    authority = _authority(authority, scheme.lower())
    if not authority:
        return "", ""
    address = f"{scheme.lower()}://{authority}{_path(path)}{_query(query)}"
    return (address, _escaped(fragment)) if len(address) <= _LONGEST else ("", "")


def _authority(said: str, scheme: str) -> str:
    if "\\" in said:  # a browser would end the host there, and go elsewhere than other readers
        return ""
    host = said.rpartition("@")[2].strip()
    port = ""
    if found := _PORT.search(host):
        host, port = host[: found.start()], found[1]
        if port and int(port) > _LAST_PORT:
            return ""
    host = _host(host)
    if not host or not port or int(port) == _DEFAULT_PORTS[scheme]:
        return host
    return f"{host}:{int(port)}"


def _host(said: str) -> str:
    if said.startswith("[") and said.endswith("]"):
        try:
            return f"[{ipaddress.IPv6Address(said[1:-1]).compressed}]"
        except ValueError:
            return ""
    host = said.lower()
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True, std3_rules=True).decode("ascii")
        except (idna.IDNAError, UnicodeError, IndexError):
            return ""
    host = host.removesuffix(".")
    if len(host) > _LONGEST_HOST or not all(map(_LABEL.fullmatch, host.split("."))):
        return ""
    return host


def _path(said: str) -> str:
    path = _SESSION.sub("", _escaped(said.replace("\\", "/")))
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    parts = path.split("/")[1:]
    for part in parts:
        if part == "..":
            kept[-1:] = []
        elif part != ".":
            kept.append(part)
    if parts[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _query(said: str) -> str:
    parts = _escaped(said).split("&")
    kept = "&".join(part for part in parts if part and not _TRACKING.match(part))
    return f"?{kept}" if kept else ""


def _escaped(said: str) -> str:
    return _ampersands(_ESCAPE.sub(_escape, said))


def _ampersands(said: str) -> str:
    return _AMPERSANDS.sub("&", said) if "&amp;" in said else said


def _escape(found: re.Match[str]) -> str:
    escaped, character = found.groups()
    if escaped:
        letter = chr(int(escaped, 16))
        plain = letter.isascii() and (letter.isalnum() or letter in "-._~")
        return letter if plain else f"%{escaped.upper()}"
    if character:
        return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
    return "%25"
