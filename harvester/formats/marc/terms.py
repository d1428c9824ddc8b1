"""What a library's material is about, of what kind, for whom and on what terms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.resource import Concept, Cost
from harvester.formats.marc.record import Field, Record, trim

Concepts = tuple[Concept, ...]

_THESAURI = {"0": "lcsh", "1": "lcshac", "2": "mesh", "3": "nal", "5": "cash", "6": "rvm"}
_HEADINGS = ("600", "610", "611", "630", "648", "650", "651", "658")
#: What 521 $a speaks of, by first indicator; 8 and blank: its own words.
_AUDIENCES = {"0": "marc:reading-grade", "2": "marc:interest-grade", "3": "marc:audience"}
#: Leader/06, said only where no field names the kind of content.
_LEADER_TYPES = {
    "a": "language material", "c": "notated music", "d": "manuscript notated music",
    "e": "cartographic material", "f": "manuscript cartographic material",
    "g": "projected medium", "i": "nonmusical sound recording", "j": "musical sound recording",
    "k": "two-dimensional nonprojectable graphic", "m": "computer file", "o": "kit",
    "p": "mixed materials", "r": "three-dimensional artefact", "t": "manuscript language material",
}  # fmt: skip
_AMOUNT = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


def subjects(record: Record) -> Concepts:
    """Return headings (6XX) with their subdivisions, and classes (050, 072, 080 to 084)."""
    return tuple(_headings(record)) + tuple(_classes(record))


def _headings(record: Record) -> Iterator[Concept]:
    for tag in _HEADINGS:
        for field in record.all(tag):
            main = trim(field.join("a") if tag in {"650", "658"} else field.join("abcdt"))
            parts = [main, *(trim(said) for said in field.every("vxyz"))]
            label = " -- ".join(filter(None, parts))
            if label:
                scheme = field.first("2") or _THESAURI.get(field.ind2, "")
                yield Concept(id=_uri(field), label=label, scheme=scheme)


def _classes(record: Record) -> Iterator[Concept]:
    for tag, scheme in (("050", "lcc"), ("072", ""), ("080", "udc"), ("082", "ddc"), ("084", "")):
        for field in record.all(tag):
            for said in field.every("a"):
                # DDC marks where a number may be cut: 372.7/044.
                code = said.replace("/", "") if scheme == "ddc" else said
                own = scheme or field.first("2")
                yield Concept(id=trim(code), scheme=own)


def types(record: Record) -> Concepts:
    """Return content types (336) and genres (655); the leader's where there is neither."""
    found = [
        Concept(id=f.first("b") or _uri(f), label=f.first("a"), scheme=f.first("2"))
        for f in record.all("336")
    ]
    for field in record.all("655"):
        if label := trim(field.first("a")):
            scheme = field.first("2") or _THESAURI.get(field.ind2, "")
            found.append(Concept(id=_uri(field), label=label, scheme=scheme))
    code = record.leader[6:7]
    if not found and code in _LEADER_TYPES:
        found.append(Concept(id=code, label=_LEADER_TYPES[code], scheme="marc:leader06"))
    return tuple(found)


def levels(record: Record) -> Concepts:
    """Return for whom it is (521, ages left out) and in which programmes it is used (526)."""
    found = [
        Concept(label=trim(said), scheme=_AUDIENCES.get(field.ind1, ""))
        for field in record.all("521")
        if field.ind1 not in {"1", "4"}
        for said in field.every("a")
    ]
    for field in record.all("526"):
        found += [
            Concept(label=trim(said), scheme="marc:interest-level") for said in field.every("b")
        ]
    return tuple(found)


def age(record: Record) -> str:
    """Return the first age level (521, first indicator 1), as said: ``012-015``, ``9+``."""
    return next((f.first("a").rstrip(" .") for f in record.all("521") if f.ind1 == "1"), "")


def rights(record: Record) -> tuple[str, ...]:
    """Return terms of use (540): addresses and codes first, they say the most."""
    fields = record.all("540")
    return tuple(
        dict.fromkeys(said for codes in ("u", "f", "a") for f in fields for said in f.every(codes))
    )


def access(record: Record) -> tuple[str, ...]:
    """Return restrictions on access (506); first indicator 0 says that there are none."""
    found = []
    for field in record.all("506"):
        if field.ind1 == "0":
            found.append("OpenAccess")
        elif field.ind1 == "1":
            found.append("RestrictedAccess")
        found += [trim(said) for said in field.every("fua")]
    return tuple(dict.fromkeys(found))


def cost(record: Record) -> Cost:
    """Return whether the trade price (365 $b) is nothing."""
    amounts = [found[0] for f in record.all("365") if (found := _AMOUNT.match(f.first("b")))]
    if not amounts:
        return ""
    return "paid" if min(float(amount.replace(",", ".")) for amount in amounts) else "free"


def _uri(field: Field) -> str:
    """Return $0 or $1 where it is an address."""
    return next((said for said in field.every("01") if said.startswith("http")), "")
