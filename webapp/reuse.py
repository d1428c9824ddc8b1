"""What a licence lets a teacher do, in plain words rather than in letters."""

from __future__ import annotations

import re

from msgspec import Struct

from catalog.resource import LearningResource

_SPDX = re.compile(
    r"CC-(?P<by>BY(?:-NC)?(?:-SA|-ND)?)-(?P<version>[0-9.]+)(?:-(?P<port>[A-Z]+))?"
    r"|CC0-[0-9.]+|(?P<mark>CC-PDM)-[0-9.]+"
)
_URL = re.compile(
    r"https?://creativecommons\.org/(?:"
    r"licenses/(?P<by>by(?:-nc)?(?:-sa|-nd)?)/(?P<version>[0-9.]+)/(?:(?P<port>[a-z]+)/)?"
    r"|publicdomain/(?:zero|(?P<mark>mark))/)"
)
_ICON = {"open": "open", "restricted": "half", "closed": "lock"}


class Reuse(Struct, frozen=True):
    """``kind`` names the words (``licence.by-sa``); ``rules`` are (word, allowed) pairs."""

    kind: str
    tone: str  # open, restricted, closed or unknown
    icon: str
    name: str  # the licence's short name: "CC BY-SA 4.0", or ""
    url: str
    rules: tuple[tuple[str, bool], ...] = ()
    duties: tuple[str, ...] = ()


def reuse(resource: LearningResource) -> Reuse:
    """Return what the resource's licence allows; from its SPDX id, else from its address."""
    found = _SPDX.fullmatch(resource.licence) or _URL.match(resource.licence_url)
    if not found:
        tone = resource.openness or "unknown"
        return Reuse(tone, tone, _ICON.get(tone, "question"), resource.licence, "")
    kind = (found["by"] or ("pdm" if found["mark"] else "cc0")).lower()
    parts = kind.split("-")
    tone = "restricted" if "nd" in parts or "nc" in parts else "open"
    return Reuse(
        kind=kind,
        tone=tone,
        icon=_ICON[tone],
        name=_name(found),
        url=resource.licence_url,
        rules=(("share", True), ("adapt", "nd" not in parts), ("sell", "nc" not in parts)),
        duties=(("credit",) if found["by"] else ()) + (("alike",) if "sa" in parts else ()),
    )


def _name(found: re.Match[str]) -> str:
    """Return a licence as people write it: "CC BY-SA 3.0 NL"."""
    if not found["by"]:
        return "Public Domain Mark" if found["mark"] else "CC0 1.0"
    name = f"CC {found['by']} {found['version']} {found['port'] or ''}"
    return name.upper().strip()
