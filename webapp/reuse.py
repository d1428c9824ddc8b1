"""What a licence lets a teacher do, in plain words rather than in letters."""

from __future__ import annotations

import re

from msgspec import Struct

from catalog.resource import LearningResource

_CC = re.compile(r"CC-(BY(?:-NC)?(?:-SA|-ND)?)-[0-9.]+(?:-[A-Z]+)?|CC0-[0-9.]+|CC-PDM-[0-9.]+")
_CC_URL = re.compile(
    r"https?://creativecommons\.org/(?:licenses/([a-z-]+)|publicdomain/(zero|mark))/"
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
    elements = _elements(resource)
    tone = resource.openness or "unknown"
    kind = elements or tone
    if not elements:
        return Reuse(kind, tone, _ICON.get(tone, "question"), resource.licence, "")
    free = elements in {"cc0", "pdm"}
    parts = elements.split("-")
    closed = "nd" in parts or "nc" in parts
    tone = "restricted" if closed else "open"
    return Reuse(
        kind=kind,
        tone=tone,
        icon=_ICON[tone],
        name=_short(resource),
        url=resource.licence_url,
        rules=(
            ("share", True),
            ("adapt", "nd" not in parts),
            ("sell", "nc" not in parts),
        ),
        duties=() if free else ("credit", *(["alike"] if "sa" in parts else [])),
    )


def _elements(resource: LearningResource) -> str:
    """Return "by-nc-sa", "cc0", "pdm", or "" for what is not Creative Commons."""
    spdx = _CC.fullmatch(resource.licence)
    if spdx:
        if spdx[1]:
            return spdx[1].lower()
        return "cc0" if resource.licence.startswith("CC0") else "pdm"
    url = _CC_URL.match(resource.licence_url)
    if not url:
        return ""
    if url[2]:
        return "cc0" if url[2] == "zero" else "pdm"
    known = {"by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd"}
    return url[1] if url[1] in known else ""


def _short(resource: LearningResource) -> str:
    """Return CC-BY-SA-4.0 as people write it: "CC BY-SA 4.0"."""
    if resource.licence.startswith("CC0"):
        return "CC0 " + resource.licence.removeprefix("CC0-")
    if resource.licence.startswith("CC-PDM"):
        return "Public Domain Mark"
    if resource.licence:
        elements, _, version = resource.licence.removeprefix("CC-").partition(".")
        head, _, major = elements.rpartition("-")
        return f"CC {head} {major}.{version}".replace("-NL", " NL")
    return "Creative Commons"
