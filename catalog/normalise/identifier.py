"""Identifiers: DOI, ISBN, ISSN, handle and URN in any spelling to bare and canonical values."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from catalog.normalise import text
from catalog.normalise.url import canonical, uri
from catalog.resource import Identifier

_DOI = re.compile(
    r"(?:https?://(?:(?:dx|www)\.)?doi\.org/|(?:urn|info):doi[:/]\s*|doi\s*[:=]?\s*/*)?"
    r"(10\.\d{4,9}(?:\.\d+)*/[^\s\"]+)",
    re.IGNORECASE | re.ASCII,
)
#: In a citation, which Dublin Core has among its identifiers.
_CITED_DOI = re.compile(
    r"(?:\bdoi\.org/|\bdoi\s*[:=]?\s*)(10\.\d{4,9}(?:\.\d+)*/[^\s\"\]]+)",
    re.IGNORECASE | re.ASCII,
)
_BARE_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"]+", re.ASCII)
_HANDLE = re.compile(
    r"(https?://hdl\.handle\.net/|hdl:\s*|info:hdl/)?(\d[\d.]*/\S+)", re.IGNORECASE | re.ASCII
)
_ISBN = re.compile(
    r"(urn:isbn:|isbn(?:[- ]?1[03])?\s*:?\s*)?"
    r"((?:97[89][- \u2010-\u2015]?)?(?:\d[- \u2010-\u2015]?){9}[\dXx])(?![\d-])(?:\s*[(:;].*)?",
    re.IGNORECASE | re.ASCII,
)
_ISSN = re.compile(
    r"(urn:issn:|e?-?issn(?:-l)?\s*:?\s*)?(\d{4})[-\u2010-\u2015 ]?(\d{3}[\dXx])(?:\s*\(.*)?",
    re.IGNORECASE | re.ASCII,
)
_URN = re.compile(r"urn:([a-z0-9][a-z0-9-]{0,31}):(\S+)", re.IGNORECASE | re.ASCII)
_UUID = re.compile(
    r"(?:urn:uuid:)?\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?", re.IGNORECASE | re.ASCII
)
_NO_SIGN = re.compile(r"[^a-z0-9]")
_OTHER_URI = re.compile(r"(?:ark|info|tag|oai):\S+\Z", re.IGNORECASE | re.ASCII)
_MUSIC = "9790"  # ISMN, ISO 10957: of the same length as an ISBN, but none
_CASELESS_URNS = frozenset({"nbn", "uuid"})  # RFC 8458, 4.2; RFC 9562, 4

_SCHEMES = {
    "doi": "doi",
    "isbn": "isbn",
    "isbn10": "isbn",
    "isbn13": "isbn",
    "ean": "isbn",
    "gtin13": "isbn",
    "issn": "issn",
    "eissn": "issn",
    "issnl": "issn",
    "handle": "handle",
    "hdl": "handle",
    "urn": "urn",
    "uuid": "urn",
    "uri": "uri",
    "url": "uri",
}


def identifiers(said: tuple[Identifier, ...]) -> tuple[Identifier, ...]:
    """Return identifiers in their canonical form, each once; untyped twins of typed ones go.

    The DOI in a citation is an identifier as well.
    """
    if not said:
        return ()
    found = dict.fromkeys([clean for one in said if (clean := identifier(one)).value])
    for citation in [one.value for one in found if not one.scheme and " " in one.value]:
        if doi := _cited(citation):
            found[Identifier(doi, "doi")] = None
    typed = {one.value for one in found if one.scheme}
    return tuple([one for one in found if one.scheme or one.value not in typed])


def identifier(said: Identifier) -> Identifier:
    """Return one identifier; where it is not valid in its scheme, as said and without scheme."""
    if _is_address(said.value):  # the quick way for most
        return Identifier(said.value, "uri")
    value = text.plain(said.value)
    scheme = _SCHEMES.get(_NO_SIGN.sub("", said.scheme.lower()), "") if said.scheme else ""
    clean = recognised(value, scheme)
    if clean.scheme or scheme != "uri" or not _OTHER_URI.match(value):
        return clean
    return Identifier(value, "uri")


def recognised(value: str, said: str = "") -> Identifier:
    """Return the identifier that ``value``, a clean line, is by the rules of a scheme.

    ``said`` is the scheme that the source names: where a value could be more than one thing, it
    decides. Without a match the scheme is "" and the value untouched.
    """
    if _is_address(value):
        return Identifier(value, "uri")
    for scheme, read in _READERS:
        if clean := read(value, said):
            if scheme == "uri" and clean != value:
                return recognised(clean, said)  # tidied, it may show itself to be a DOI
            return Identifier(clean, scheme)
    return Identifier(value)


def _is_address(value: str) -> bool:
    """Tell whether ``value`` is a canonical address, and not one of a resolver."""
    return "doi.org/" not in value and "hdl.handle.net/" not in value and canonical(value)


def _doi(value: str, said: str) -> str:
    """Return the bare DOI in lower case; its letters' case means nothing (DOI Handbook, 3.4)."""
    found = _DOI.fullmatch(value)
    if not found:
        return ""
    bare = found[1]
    if bare != value:
        bare = _unescaped(bare)
    elif said == "handle":
        return ""
    bare = bare.rstrip(".,;" if "(" in bare else ".,;)").lower()
    return bare if _BARE_DOI.fullmatch(bare) else ""


def _cited(citation: str) -> str:
    """Return the only DOI that is named in a text, or ""."""
    said = {_doi(f"https://doi.org/{found}", "") for found in _CITED_DOI.findall(citation)}
    return said.pop() if len(said) == 1 else ""


def _handle(value: str, said: str) -> str:
    found = _HANDLE.fullmatch(value)
    if not found or not (found[1] or said == "handle"):
        return ""
    return _unescaped(found[2]) if found[1] else value


def _unescaped(part: str) -> str:
    """Undo the escaping of an address, unless what comes out could not be told apart again."""
    if "%" not in part:
        return part
    plain = unquote(part)
    return plain if " " not in plain and text.plain(plain) == plain else part


def _isbn(value: str, said: str) -> str:
    """Return 13 digits where the check digit is right (ISO 2108); ten bare digits prove nothing."""
    found = _ISBN.fullmatch(value)
    if not found:
        return ""
    digits = re.sub(r"[^0-9X]", "", found[2].upper())
    if len(digits) == 13:  # noqa: PLR2004 as the standard has it
        holds = digits.isdigit() and _check13(digits[:12]) == digits[12]
        return digits if holds and not digits.startswith(_MUSIC) else ""
    if (
        not (found[1] or said == "isbn" or found[2].count("-") > 1)
        or _check11(digits[:9]) != digits[9]
    ):
        return ""
    return f"978{digits[:9]}{_check13('978' + digits[:9])}"


def _issn(value: str, said: str) -> str:
    """Return 1234-567X where the check digit is right (ISO 3297) and it is said to be one."""
    found = _ISSN.fullmatch(value)
    if not found or not (found[1] or said == "issn"):
        return ""
    digits = (found[2] + found[3]).upper()
    return f"{digits[:4]}-{digits[4:]}" if _check11(digits[:7]) == digits[7] else ""


def _urn(value: str, _: str) -> str:
    if found := _UUID.fullmatch(value):
        return f"urn:uuid:{found[1].lower()}"
    found = _URN.fullmatch(value)
    if not found:
        return ""
    space = found[1].lower()
    return f"urn:{space}:{found[2].lower() if space in _CASELESS_URNS else found[2]}"


def _uri(value: str, _: str) -> str:
    return uri(value)


def _check13(digits: str) -> str:
    total = sum(int(one) * (3 if place % 2 else 1) for place, one in enumerate(digits))
    return str(-total % 10)


def _check11(digits: str) -> str:
    """Return the check digit of ISBN-10 and ISSN: weights rise from the right, starting at two."""
    total = sum(int(one) * weight for weight, one in enumerate(reversed(digits), start=2))
    return "0123456789X"[-total % 11]


#: What can be told from the value itself, the most certain first.
_READERS: tuple[tuple[str, Callable[[str, str], str]], ...] = (
    ("doi", _doi),
    ("handle", _handle),
    ("isbn", _isbn),
    ("issn", _issn),
    ("urn", _urn),
    ("uri", _uri),
)
