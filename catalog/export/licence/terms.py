"""Which licence it is, taken apart: family, elements, version, port."""

from __future__ import annotations

import functools
import re

from msgspec import Struct

from catalog import vocabulary
from catalog.normalise.licence import Licence, licence
from catalog.resource import LearningResource, Openness

_CC = re.compile(
    r"https?://creativecommons\.org/licenses/(?P<elements>(?:by|nc|nd|sa)(?:-(?:nc|nd|sa))*)/"
    r"(?:(?P<version>\d\.\d)/)?(?:(?P<port>[a-z]+)/)?"
)
_STATEMENT = re.compile(r"https?://rightsstatements\.org/vocab/(?P<name>[A-Za-z-]+)/")
#: Article 25fa of the Dutch copyright act, called after its proposer: a maker may open an article.
_TAVERNE = re.compile(
    r"\btaverne\b|\b25\s?fa\b|you share,? we take care|you-share-we-take-care", re.IGNORECASE
)
_ORDER = ("by", "nc", "nd", "sa")

#: Licences that are not of Creative Commons, by their code in the vocabulary: what kind they are.
_KINDS = {
    "CC0-1.0": "cc0",
    "CC-PDM-1.0": "pdm",
    **dict.fromkeys(("PDDL-1.0", "Unlicense"), "waived"),
    **dict.fromkeys(
        ("OGL-UK-1.0", "OGL-UK-2.0", "OGL-UK-3.0", "etalab-2.0", "licence-ouverte", "ODC-By-1.0"),
        "credit",
    ),
    **dict.fromkeys(
        ("MIT", "ISC", "bsd", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "Artistic-2.0"),
        "notice",
    ),
    **dict.fromkeys(
        (
            *("gpl", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later"),
            *("lgpl", "LGPL-3.0-only", "AGPL-3.0-only", "MPL-2.0", "EUPL-1.2"),
        ),
        "copyleft",
    ),
    **dict.fromkeys(("gfdl", "GFDL-1.2-only", "GFDL-1.3-only", "LAL-1.3", "ODbL-1.0"), "copyleft"),
}


_NAMES = {"CC0-1.0": "CC0 1.0", "CC-PDM-1.0": "Public Domain Mark"}


class Terms(Struct, frozen=True):
    """A licence or statement of rights.

    ``kind``: ``cc`` (with ``elements`` by, nc, nd, sa), cc0, pdm, waived (other public domain),
    credit, notice (MIT and its like), copyleft (GPL and its like), statement (rightsstatements.org,
    its name in ``code``), taverne; where only that much is known open, restricted or closed; or
    unknown. ``version`` and ``port`` are "" where they are not said; ``code`` is that of the
    vocabulary "licence", or "".
    """

    kind: str
    name: str = ""
    url: str = ""
    code: str = ""
    elements: tuple[str, ...] = ()
    version: str = ""
    port: str = ""

    @property
    def key(self) -> str:
        """Return what tells it from others in words: ``by-nc-sa``, ``cc0``, ``InC-EDU``."""
        if self.kind == "cc":
            return "-".join(self.elements)
        return self.code if self.kind == "statement" else self.kind


def of_resource(r: LearningResource) -> Terms:
    """Return the licence of a material, as the catalogue has it or as its source words it."""
    found = _of(r.licence_url, r.openness)
    if found.url:
        return found
    return _TAVERNE_TERMS if any(map(_TAVERNE.search, r.rights)) else found


def terms(said: str) -> Terms:
    """Return the licence that ``said`` names: an address, an SPDX id, or words."""
    found: Licence = licence((said,)) if said.strip() else Licence()
    if not found.url and _TAVERNE.search(said):
        return _TAVERNE_TERMS
    return _of(found.url, found.openness)


_TAVERNE_TERMS = Terms("taverne", "Taverne")


@functools.lru_cache(maxsize=1024)
def _of(url: str, openness: Openness) -> Terms:
    if found := _CC.fullmatch(url):
        return _creative_commons(url, found)
    if found := _STATEMENT.match(url):
        return Terms("statement", found["name"], url, code=found["name"])
    known = vocabulary.get("licence").by_uri(url) if url else ()
    if known:
        label = _NAMES.get(known[0]) or vocabulary.get("licence").label(known[0])
        version = re.search(r"\d(?:\.\d)?", known[0])
        kind = _KINDS.get(known[0], openness or "unknown")
        return Terms(kind, label, url, known[0], version=version[0] if version else "")
    if url.startswith("https://creativecommons.org/licenses/publicdomain/"):
        return Terms("waived", "Public domain (CC)", url)
    return Terms(openness or "unknown", url=url)


def _creative_commons(url: str, found: re.Match[str]) -> Terms:
    elements = tuple(sorted(found["elements"].split("-"), key=_ORDER.index))
    version, port = found["version"] or "", found["port"] or ""
    known = vocabulary.get("licence").by_uri(url)
    name = f"CC {'-'.join(elements)} {version} {port}".upper().strip()
    return Terms(
        "cc", " ".join(name.split()), url, known[0] if known else "", elements, version, port
    )
