"""IMS packages (Common Cartridge, Content Packaging, SCORM): their manifest, made complete.

A package is one record: its ``imsmanifest.xml``. What the manifest only refers to is put into it,
so that the record says by itself what it says: metadata in a file of its own
(``adlcp:location``), and web links, inside their resource as in a Thin Common Cartridge.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from lxml import etree

from harvester.raw import xml_parser

MANIFEST = "imsmanifest.xml"

_MOST_LINKS = 2_000
_LARGEST_PART = 1024 * 1024  # bytes


def manifest_in(names: Iterable[str]) -> str:
    """Return the name of the manifest: at the top, or in the one folder that all is in; or ""."""
    names = list(names)
    if MANIFEST in names:
        return MANIFEST
    tops = {name.partition("/")[0] for name in names}
    inner = f"{next(iter(tops))}/{MANIFEST}" if len(tops) == 1 else ""
    return inner if inner in names else ""


def completed(manifest: bytes, read: Callable[[str, int], bytes]) -> bytes:
    """Return the manifest with what it refers to.

    ``read`` gives at most so many bytes of a file named from the manifest's folder, b"" where
    there is none. What cannot be read is left out; a manifest that is no XML stays as it is.
    """
    try:
        root = etree.fromstring(manifest, xml_parser())
    except etree.XMLSyntaxError:
        return manifest
    for metadata in root.iterchildren("{*}metadata"):
        for location in list(metadata.iterchildren("{*}location")):
            _put(metadata, location.text or "", read)
    links = (r for r in root.iter("{*}resource") if (r.get("type") or "").startswith("imswl"))
    for _, resource in zip(range(_MOST_LINKS), links, strict=False):
        if next(resource.iterchildren("{*}webLink"), None) is None:
            files = [file.get("href") or "" for file in resource.iterchildren("{*}file")]
            _put(resource, next(iter(files), ""), read)
    return etree.tostring(root, encoding="utf-8")


def _put(parent: Any, href: str, read: Callable[[str, int], bytes]) -> None:
    name = posixpath.normpath(unquote(href.strip()))
    if not href.strip() or name.startswith(("..", "/")):
        return
    try:
        parent.append(etree.fromstring(read(name, _LARGEST_PART), xml_parser()))
    except etree.XMLSyntaxError:
        return
