"""What a page is, as far as it tells whether the material is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from harvester.links.phrases import phrases
from harvester.site import soft404
from harvester.site.markup import parsed
from harvester.site.pages import text_of

#: Bytes of a page that are read.
LARGEST = 64 * 1024

_LONGEST = 20_000  # characters of text that phrases are looked for in
_REFRESH = re.compile(r"^\s*([0-9.]*)\s*[;,]?\s*(?:url\s*=\s*)?['\"]?([^'\"]+)", re.IGNORECASE)
_SOON = 10.0  # seconds; what is refreshed later is a page that is meant to be read
_EMBEDS = (
    "iframe", "frame", "object", "embed", "video", "audio", "img", "svg", "canvas", "picture",
)  # fmt: skip
_FROM = ("script", "iframe", "frame")  # what takes from other hosts


class Page(Struct, frozen=True, kw_only=True, gc=False):
    """A page of HTML; texts are in small letters, their white space single."""

    title: str = ""
    heading: str = ""  # the first
    text: str = ""  # what it shows, cut off
    words: int = 0
    shingles: frozenset[str] = frozenset()
    password: bool = False  # a form asks for one
    fields: frozenset[str] = frozenset()  # names in forms
    shell: bool = False  # an element that scripts fill, or words that ask for them
    scripts: bool = False
    embeds: bool = False  # pictures, films, frames: things without words
    hosts: frozenset[str] = frozenset()  # from which scripts and frames come
    canonical: str = ""  # the address that it goes by
    refresh: str = ""  # address to which it leads on by itself
    removed: str = ""  # what its scripts are told, where that is that nothing is there


def read(body: bytes, *, asked: str, url: str, media_type: str) -> Page:
    """Return what an answer is, which was ``asked`` for and found at ``url``."""
    text = text_of(body[:LARGEST], media_type)
    root = parsed(text)
    if root is None:
        return Page()
    source, told = text.casefold(), phrases()
    facts: dict[str, Any] = {
        "password": next(_names(root, "input", "type", "password"), None) is not None,
        "fields": frozenset(
            name.lower() for name in root.xpath("//form//input/@name | //form//button/@name")
        ),
        "scripts": root.find(".//script") is not None,
        "embeds": any(root.find(f".//{tag}") is not None for tag in _EMBEDS),
        "hosts": frozenset(_hosts(root, url)),
        "canonical": _canonical(root, url),
        "refresh": _refresh(root, url),
        "removed": next((mark for mark in told.removed.markup if mark in source), ""),
        "title": _text(root.find(".//title")),
    }
    heading = _text(next(root.iter("h1", "h2"), None))
    shell = _is_shell(root) or bool(told.script.said(_asides(root)))
    seen = soft404.visible(root)
    return Page(
        **facts,
        heading=heading,
        shell=shell,
        text=plain(seen[:_LONGEST]),
        words=len(seen.split()),
        shingles=soft404.runs(soft404.forgetting(seen, asked.casefold())),
    )


def plain(text: str) -> str:
    """Return text in small letters, with one kind of apostrophe and single white space."""
    return " ".join(text.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def _text(element: Any) -> str:
    return "" if element is None else plain("".join(element.itertext()))[:300]


def _names(root: Any, tag: str, attribute: str, value: str) -> Iterator[Any]:
    return (e for e in root.iter(tag) if (e.get(attribute) or "").strip().lower() == value)


def _is_shell(root: Any) -> bool:
    shells = phrases().script.shells
    named = (str(id_).lower() for id_ in root.xpath("//body//div/@id | //body//main/@id"))
    tags = (e.tag for e in root.iter() if isinstance(e.tag, str) and "-" in e.tag)
    return not shells.isdisjoint([*named, *tags])


def _asides(root: Any) -> str:
    """Return what is said to those without scripts."""
    return plain(" ".join("".join(e.itertext()) for e in root.iter("noscript")))


def _canonical(root: Any, url: str) -> str:
    for element in _names(root, "link", "rel", "canonical"):
        try:
            return str(urljoin(url, (element.get("href") or "").strip()))
        except ValueError:
            return ""
    return ""


def _hosts(root: Any, url: str) -> Iterator[str]:
    for element in root.iter(*_FROM):
        if host := _host(url, element.get("src") or ""):
            yield host


def _host(base: str, address: str) -> str:
    try:
        return urlsplit(urljoin(base, address.strip())).hostname or "" if address.strip() else ""
    except ValueError:
        return ""


def _refresh(root: Any, url: str) -> str:
    """Return where a meta refresh leads to; one for those without scripts leads nowhere."""
    for element in _names(root, "meta", "http-equiv", "refresh"):
        found = _REFRESH.match(element.get("content") or "")
        if not found or any(parent.tag == "noscript" for parent in element.iterancestors()):
            continue
        try:
            soon = float(found[1] or 0) <= _SOON
            target = str(urljoin(url, found[2].strip()))
        except ValueError:
            continue
        if soon and target.partition("#")[0] != url.partition("#")[0]:
            return target
    return ""
