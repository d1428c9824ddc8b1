"""MARC 21, in ISO 2709, MARCXML or JSON: what libraries say of a book, a film, a web page.

Title, dates, language and address are read here; who made it in ``agents``, what it is about and
for whom in ``terms``, the container in ``record``. The extent (300), media and carrier types (337,
338) have no place in a learning resource and are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.resource import Date, Identifier, LearningResource, Relation, Text
from harvester.formats import parses
from harvester.formats.marc import agents, terms
from harvester.formats.marc.record import Record, trim
from harvester.raw import Raw

_IDENTIFIERS = {"doi": "doi", "hdl": "handle", "handle": "handle", "urn": "urn", "uri": "uri"}
_RELATIONS = {
    "765": "istranslationof",
    "770": "haspart",
    "772": "ispartof",
    "773": "ispartof",
    "775": "isversionof",
    "776": "isformatof",
    "780": "replaces",
    "785": "isreplacedby",
    "786": "isbasedon",
    "787": "relation",
    "830": "ispartof",
}
_SINGLE_DATE = frozenset("estpcdumikqr")  # 008/06: types whose date 1 is when it came out
_YEAR = re.compile(r"[0-9]{4}")
_MONTH_DAY = re.compile(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])?")
_HOURS = re.compile(r"[0-9]{6}")
_COVER = re.compile(r"cover|thumb|omslag|umschlag|couverture", re.IGNORECASE)


@parses(
    "marc21",
    "{http://www.loc.gov/MARC21/slim}record",
    "{http://www.loc.gov/MARC21/slim}collection",
    "{info:lc/xmlns/marcxchange-v1}record",
    "json:leader+fields",
    "record",  # MARCXML whose namespace was lost
)
def parse(raw: Raw) -> Iterator[LearningResource]:
    """Read one record. Raises ParseError (``marc.truncated``, ``marc.directory``)."""
    record = Record.of(raw.document)
    creators, contributors, publishers = agents.read(record)
    url, thumbnail, links = _links(record)
    yield LearningResource(
        source=raw.source,
        identifier=raw.identifier,
        titles=tuple(_titles(record)),
        descriptions=tuple(Text(f.join("ab")) for f in record.all("520") or record.all("505")),
        keywords=tuple(Text(trim(said)) for f in record.all("653") for said in f.every("a")),
        creators=creators,
        contributors=contributors,
        publishers=publishers,
        identifiers=tuple(_identifiers(record)),
        url=url,
        thumbnail=thumbnail,
        languages=tuple(_languages(record)),
        level_terms=terms.levels(record),
        type_terms=terms.types(record),
        subjects=terms.subjects(record),
        rights=terms.rights(record),
        access_terms=terms.access(record),
        cost=terms.cost(record),
        dates=tuple(_dates(record)),
        duration=_duration(record),
        media_types=tuple(said for f in record.all("347") for said in f.every("b"))
        + tuple(said for f in record.all("856") if f.ind2 != "2" for said in f.every("q")),
        version=trim(record.first("250", "a")),
        age=terms.age(record),
        relations=(*_relations(record), *links),
        access_modes=tuple(said for f in record.all("341") for said in f.every("a")),
        accessibility_features=tuple(said for f in record.all("341") for said in f.every("bcde")),
        accessibility_summary="\n".join(f.join("a") for f in record.all("532")),
    )


def _titles(record: Record) -> Iterator[Text]:
    """Yield 245, and its form in another script (880 linked to it)."""
    for field in [*record.all("245"), *record.all("880")]:
        if field.tag == "880" and not field.first("6").startswith("245"):
            continue
        parts: list[str] = []
        mark = ": "
        for code, said in field.subfields:
            part = trim(said)
            if code in "abnpks" and part:
                parts += (mark if code == "b" else ". ", part)
                mark = " = " if said.endswith("=") else ": "  # what follows is a parallel title
        if parts:
            yield Text("".join(parts[1:]))


def _identifiers(record: Record) -> Iterator[Identifier]:
    for field in record.all("020"):
        for said in field.every("a"):
            yield Identifier(value=said.partition(" ")[0].rstrip(":;,"), scheme="isbn")
    for field in record.all("022"):
        for said in field.every("a"):
            yield Identifier(value=said, scheme="issn")
    for field in record.all("024"):
        if said := field.first("a"):
            yield Identifier(value=said, scheme=_IDENTIFIERS.get(field.first("2").lower(), ""))


def _languages(record: Record) -> Iterator[str]:
    """Yield codes of ISO 639-2/B from 041 and 008; words from 546 only where there are none."""
    said = [code for f in record.all("041") for code in f.every("ad")]
    # Before 2001 several codes were written in one subfield: engfre.
    codes = [code[at : at + 3] for code in said for at in range(0, len(code), 3)]
    codes.append(record.control("008")[35:38])
    found = list(dict.fromkeys(code for code in codes if code.isalpha() and code != "und"))
    yield from found or [trim(f.join("a")) for f in record.all("546")]


def _dates(record: Record) -> Iterator[Date]:
    """Yield when it was issued: 008 where that has a full year, else 264 or 260 $c as said."""
    coded = record.control("008")
    year = coded[7:11]
    if coded[6:7] in _SINGLE_DATE and _YEAR.fullmatch(year) and year not in {"9999", "0000"}:
        rest = coded[11:15].strip()
        if coded[6] == "e" and _MONTH_DAY.fullmatch(rest):
            year = "-".join(filter(None, (year, rest[:2], rest[2:])))
        yield Date(value=year, kind="issued")
        return
    for field in [*(f for f in record.all("264") if f.ind2 == "1"), *record.all("260")]:
        if said := trim(field.first("c")):
            yield Date(value=said, kind="issued")
            return


def _duration(record: Record) -> str:
    said = record.first("306", "a")
    if not _HOURS.fullmatch(said):
        return ""
    parts = zip((said[:2], said[2:4], said[4:]), "HMS", strict=True)
    clock = "".join(f"{int(number)}{unit}" for number, unit in parts if int(number))
    return f"PT{clock}" if clock else ""


def _links(record: Record) -> tuple[str, str, list[Relation]]:
    """Return where it is, its thumbnail, and what is merely related (856, second indicator 2)."""
    found: dict[str, str] = {}
    thumbnail = ""
    related = []
    for field in record.all("856"):
        about = field.join("3yz")
        for url in field.every("u"):
            if field.ind2 != "2":
                found.setdefault(field.ind2, url)
            elif _COVER.search(about):
                thumbnail = thumbnail or url
            else:
                related.append(Relation(kind="relation", target=url, title=trim(about)))
    url = next((found[kind] for kind in ("0", "1", " ", *found) if kind in found), "")
    return url, thumbnail, related


def _relations(record: Record) -> Iterator[Relation]:
    for tag, kind in _RELATIONS.items():
        for field in record.all(tag):
            title = trim(field.first("a" if tag == "830" else "ta"))
            target = field.first("o") or field.first("u") or field.first("zx") or field.first("w")
            if title or target:
                yield Relation(kind=kind, target=target, title=title)
