"""Statements of rights to one licence: its canonical address, its SPDX id, and how open it is.

- open: everybody may use, change and share it (CC BY, BY-SA, CC0, public domain, free software);
- restricted: with conditions on the use (NC) or on changes (ND);
- closed: rights reserved;
- "": not known. "No restrictions" as LOM has it (6.2 = no) is no licence, so it is not known.

Where statements disagree the strictest counts, whatever their order. A Creative Commons licence
without a version is known for its openness and its family, so ``url`` is the address of the family
(``https://creativecommons.org/licenses/by/``), and ``spdx`` is empty: no version is guessed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from msgspec import Struct

from catalog import vocabulary
from catalog.normalise.denial import stated, states
from catalog.resource import Openness


class Licence(Struct, frozen=True):
    """What a material's users may do. ``spdx`` is "" where SPDX lists no such licence."""

    url: str = ""
    spdx: str = ""
    openness: Openness = ""


UNKNOWN = Licence()
_RESERVED = Licence(openness="closed")
_STRICTNESS = {"": 0, "open": 1, "restricted": 2, "closed": 3}

_LONGEST = 4000  # characters of one statement that are read
_MOST = 50  # statements
_CC = "https://creativecommons.org/"

#: What may stand before a host: nothing that makes it another, or a part of a path.
_AT = r"(?:(?<=[:/]/)|(?<![\w./@-]))(?:[a-z]{2,6}\.)?"
_CC_ADDRESS = re.compile(
    _AT + r"creativecommons\.org/(?:licen[cs]es?|publicdomain)/(?P<elements>[a-z+-]+)"
    r"(?:/v?(?P<major>\d)(?:\.(?P<minor>\d))?(?![\d]))?(?:/(?P<port>igo|scotland|[a-z]{2})(?![\w.-]))?"
)
_CC_CODE = re.compile(
    r"(?<![a-z0-9])(?P<cc>(?:cc|creative commons)[\s_:/+\u2010-\u2015-]{0,4})?"
    r"(?P<elements>by(?:[\s_/+\u2010-\u2015-]{0,4}(?:nc|nd|sa))*)(?![a-z])"
    r"(?:[\s_,/(-]{0,4}(?:v(?:ersion|ersie|\.)?\s?)?(?P<major>[1-4])[.,]?(?P<minor>\d)?(?!\d))?"
    r"(?:[\s_/-]{1,4}(?P<port>nl|de|at|au|us|uk|fr|jp|igo)(?![\w.]))?"
)
_CC_ZERO = re.compile(r"(?<![a-z0-9])cc[\s_-]*(?:0|zero)(?![a-z])|creative commons zero")
#: Words in which the elements are said, in Dutch, English, German and French.
_WORDS = """
    and en non no niet nicht geen keine derivative derivatives derivs works afgeleide werken share
    alike sharealike gelijk delen gelijkdelen commercial commercieel commerciële kommerziell
    kommerzielle nutzung noncommercial noderivatives noderivs nietcommercieel geenafgeleidewerken
    afgeleidewerken bearbeitung bearbeitungen weitergabe unter gleichen bedingungen pas d d'
    utilisation commerciale de modification modifications partage dans des les mêmes memes
    conditions initiales à l l' identique
""".split()  # noqa: SIM905 read as prose
_ANY_WORD = "|".join(sorted(_WORDS, key=len, reverse=True)).replace("'", "['\u2019]")
_CC_WORDS = re.compile(
    r"(?:attribution|naamsvermelding|namensnennung|paternit[e\u00e9])"
    rf"(?P<elements>(?:[\s,_/()\u2010-\u2015-]{{0,4}}(?:{_ANY_WORD}))*)"
    r"(?:[\s,(-]{0,4}(?:licen[cs]e|licentie|lizenz)?[\s,(-]{0,4}(?:v(?:ersion|ersie)?\s?)?"
    r"(?P<major>[1-4])[.,](?P<minor>\d))?"
)
_ELEMENTS = {  # the words of _CC_WORDS that tell an element
    "nc": re.compile(r"(?:non|niet|nicht|keine|pas d\W*utilisation)\W*(?:commer|kommer)"),
    "nd": re.compile(r"(?:no|geen|keine|pas de)\W*(?:deriv|afgeleide|bearbeitung|modification)"),
    "sa": re.compile(r"share\W*alike|gelijk\W*delen|gleichen|m[e\u00ea]mes conditions|identique"),
}
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+")
_SOFTWARE = re.compile(
    r"\b(?:gnu )?[al]?gpl(?:[ -]?v(?:ersion)?)?[ .-]*[123](?:\.\d)?\+?(?:-only|-or-later)?|"
    r"\b(?:mit|apache|bsd|eupl|isc|mozilla public|free art|gnu (?:lesser |affero )?general public|"
    r"gnu free documentation) licen[cs]e(?:,? (?:version )?\d\.\d)?|\bgfdl(?:[ -]1\.\d)?\b|"
    r"\bopen government licen[cs]e (?:v(?:ersion )?)?[123]\.0"
)
_ETALAB = re.compile(
    r"\b(?:licence ouverte|etalab)"
    r"(?:[\s/,()|\u2013-]{0,3}(?:open licen[cs]e|(?:d['\u2019])?etalab))*"
    r"[\s,()-]{0,3}(?:v(?:ersion)?[\s.]?)?(?P<version>[12]\.0)?"
)
_STATEMENT = re.compile(_AT + r"rightsstatements\.org/(?:vocab|page)/([a-z-]+)(?:/(\d\.\d))?")
_STATEMENTS: dict[str, tuple[str, Openness]] = {
    "inc": ("InC", "closed"),
    "inc-ow-eu": ("InC-OW-EU", "closed"),
    "inc-ruu": ("InC-RUU", "closed"),
    "inc-edu": ("InC-EDU", "restricted"),
    "inc-nc": ("InC-NC", "restricted"),
    "noc-nc": ("NoC-NC", "restricted"),
    "noc-cr": ("NoC-CR", "restricted"),
    "noc-oklr": ("NoC-OKLR", "restricted"),
    "noc-us": ("NoC-US", "open"),
}
_PUBLIC_DOMAIN = re.compile(r"\bpublic domain\b|\bpubliek domein\b")
_ALL_RIGHTS = re.compile(
    r"\b(?:all|alle)\s+(?:rights|rechten|rechte)\s+(?:are\s+)?(?:reserved|voorbehouden|vorbehalten)"
)
#: LOM 6.2, yes, there are restrictions; or that there is copyright. Both are true of a material
#: under an open licence too, so they count where nothing else is said.
_RESTRICTIONS = re.compile(
    r"^\W*(?:yes|ja|true|rights reserved|copyright)\W*$|\bcopyrighted\b|^in copyright\b|"
    r"\bprotected by copyright\b|\bauteursrechtelijk beschermd\b|\burheberrechtlich gesch\u00fctzt|"
    r"\bprot\u00e9g\u00e9e?s? par (?:le droit d['\u2019]auteur|copyright)"
)


def licence(said: tuple[str, ...]) -> Licence:
    """Return the licence that the statements ``said`` give, the strictest of several."""
    if not said:
        return UNKNOWN
    if len(max(said, key=len)) > _LONGEST or len(said) > _MOST:  # megabytes would fill the cache
        said = tuple(statement[:_LONGEST] for statement in said[:_MOST])
    return _licence(said)


def named(said: str) -> Licence:
    """Return the licence with this address or SPDX id; UNKNOWN where it has no address."""
    found = licence((said,)) if said else UNKNOWN
    return found if found.url else UNKNOWN


@functools.lru_cache(maxsize=4096)
def _licence(said: tuple[str, ...]) -> Licence:
    found = [licence for statement in said for licence in _read(statement.casefold())]
    if found:
        return max(found, key=strictness)
    if any(states(_RESTRICTIONS, statement.casefold()) for statement in said):
        return _RESERVED
    return UNKNOWN


def strictness(found: Licence) -> tuple[int, int, bool]:
    """Stricter goes first: by openness, by number of conditions; then the more precise."""
    elements = re.search(r"/licenses/([a-z-]+)/", found.url)
    conditions = elements[1].count("-") if elements else 0
    return _STRICTNESS[found.openness], conditions, bool(found.spdx) or found.url.count("/") > 5  # noqa: PLR2004 five slashes: a family


def _read(statement: str) -> Iterator[Licence]:
    """Yield each licence in one statement, in lower case."""
    statement = statement.strip()
    known = vocabulary.get("licence").by_term(statement)
    if known:
        yield _by_code(known[0])
        return
    if states(_ALL_RIGHTS, statement):
        yield _RESERVED
    addressed = list(_by_address(statement)) if "." in statement else []
    if addressed:
        yield from addressed
        statement = _ADDRESS.sub(" ", statement)
    for found in stated(_CC_CODE, statement):
        # "by" is a word as well: by itself it needs CC before it, or a version and nothing more.
        if found["cc"] or (found["major"] and found[0] == statement):
            port = found["port"] or ("nl" if _is_nl_lom(statement, found) else "")
            yield _creative_commons(found["elements"], found["major"], found["minor"], port)
    if states(_CC_ZERO, statement):
        yield _by_code("CC0-1.0")
    yield from _by_words(statement, certain=bool(addressed))


def _is_nl_lom(statement: str, found: re.Match[str]) -> bool:
    """Tell whether a code is NL-LOM's: ``cc-by-sa-30`` is the Dutch port of 3.0."""
    return found[0] == statement and re.search(r"[_-]30$", statement) is not None


def _by_address(statement: str) -> Iterator[Licence]:
    for found in stated(_CC_ADDRESS, statement) if "commons.org/" in statement else ():
        yield _creative_commons(
            found["elements"], found["major"], found["minor"], found["port"] or ""
        )
    for found in stated(_STATEMENT, statement) if "statements.org/" in statement else ():
        name, openness = _STATEMENTS.get(found[1].rstrip("-"), ("", ""))
        if openness:
            version = found[2] or "1.0"
            yield Licence(f"http://rightsstatements.org/vocab/{name}/{version}/", "", openness)
    for found in stated(_ADDRESS, statement):
        known = vocabulary.get("licence").by_uri(found[0].rstrip(".,;"))
        if known:
            yield _by_code(known[0])


def _by_words(statement: str, *, certain: bool) -> Iterator[Licence]:
    for found in stated(_CC_WORDS, statement):
        words = found["elements"]
        elements = [name for name, pattern in _ELEMENTS.items() if pattern.search(words)]
        # "attribution required" is no licence; a version, an element or the name makes it one.
        if found["major"] or elements or re.search(r"creative commons|\bcc\b", statement):
            yield _creative_commons("-".join(["by", *elements]), found["major"], found["minor"])
    for found in stated(_ETALAB, statement):
        yield _by_code("etalab-2.0" if found["version"] == "2.0" else "licence-ouverte")
    for found in stated(_SOFTWARE, statement):
        known = vocabulary.get("licence").by_term(found[0])
        if known:
            yield _by_code(known[0])
    if not certain and states(_PUBLIC_DOMAIN, statement) and "cc0" not in statement:
        yield _by_code("CC-PDM-1.0")


_ORDER = ("by", "nc", "nd", "sa")
#: Those of version 1.0 that ask for no attribution; later versions all do.
_WITHOUT_BY = {
    "nc": "nc/1.0", "nd": "nd/1.0", "sa": "sa/1.0", "nc-nd": "nd-nc/1.0", "nc-sa": "nc-sa/1.0",
}  # fmt: skip


@functools.lru_cache(maxsize=1024)
def _creative_commons(
    elements: str, major: str | None, minor: str | None, port: str = ""
) -> Licence:
    """Return the licence with ``elements`` such as ``by-nc``, in any order and with any dash."""
    if elements in {"zero", "mark"}:
        return _by_code("CC0-1.0" if elements == "zero" else "CC-PDM-1.0")
    if elements == "publicdomain":
        return Licence(f"{_CC}licenses/publicdomain/", "CC-PDDC", "open")
    parts = set(re.findall(r"by|nc|nd|sa", elements))
    if not parts or "sampling" in elements:  # withdrawn, as devnations: neither open nor closed
        return UNKNOWN
    family = "-".join(name for name in _ORDER if name in parts)
    openness: Openness = "restricted" if parts & {"nc", "nd"} else "open"
    terms = vocabulary.get("licence")
    version = f"{major}.{minor or '0'}" if major else ""
    for path in (f"{version}/{port}/" if version != "4.0" else "", f"{version}/"):
        known = terms.by_uri(f"{_CC}licenses/{family}/{path}") if path.strip("/") else ()
        if known:
            found = _by_code(known[0])
            if not port or version == "4.0" or path.rstrip("/").endswith(port):
                return found
            # A port that the vocabulary does not name is a licence of its own all the same.
            return Licence(f"{_CC}licenses/{family}/{version}/{port}/", "", openness)
    if version == "1.0":
        family = _WITHOUT_BY.get(family, family)
    return Licence(f"{_CC}licenses/{family}/", "", openness)


@functools.lru_cache(maxsize=256)
def _by_code(code: str) -> Licence:
    """Return the licence with ``code`` in the vocabulary."""
    terms = vocabulary.get("licence")
    url = next(match.uri for match in terms.matches(code) if match.kind == "exact")
    parts = set(code.casefold().split("-"))
    restricted = parts.intersection({"nc", "nd"}) and "cc" in parts
    spdx = code if not code.islower() or terms.matches(code, "https://spdx.org/") else ""
    return Licence(url, spdx, "restricted" if restricted else "open")
