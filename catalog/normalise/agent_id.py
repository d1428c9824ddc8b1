"""Identifiers of people and organisations: ORCID, ISNI and ROR, as addresses."""

from __future__ import annotations

import re

from catalog.normalise.url import url

ORCID = "https://orcid.org/"
ISNI = "https://isni.org/isni/"
ROR = "https://ror.org/"

_SIXTEEN = re.compile(
    r"(?:(https?://(?:www\.)?(?:sandbox\.)?orcid\.org/|(?:info:)?\(?orcid(?:\.org)?\)?[\s:/]*)"
    r"|(https?://(?:www\.)?isni(?:-url\.oclc\.nl|\.org)/(?:isni/)?|\(?isni\)?[\s:/]*))?"
    r"([0-9]{4})[- ]?([0-9]{4})[- ]?([0-9]{4})[- ]?([0-9]{3}[0-9X])/?",
    re.IGNORECASE | re.ASCII,
)
_ROR = re.compile(
    r"(?:(?:https?://)?(?:www\.)?ror\.org/|ror:\s*)(0[a-hj-km-np-tv-z0-9]{6}[0-9]{2})/?",
    re.IGNORECASE | re.ASCII,
)
_ORCID_IN_NAME = re.compile(
    r"\s*[(\[]?(?:https?://)?(?:orcid\.org/|orcid(?:\s*id)?\s*:?\s*)?"
    r"\b([0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9Xx])\b[)\]]?",
    re.IGNORECASE | re.ASCII,
)

# The blocks of ISNI that are set apart for ORCID: support.orcid.org, "structure of the identifier".
_BLOCKS = (("0000000150000007", "0000000350000001"), ("0009000000000000", "0009001000000000"))
_CROCKFORD = {letter: place for place, letter in enumerate("0123456789abcdefghjkmnpqrstvwxyz")}


def agent_id(said: str) -> str:
    """Return the identifier as an address, or "" where it is none or its check digit is wrong."""
    said = said.strip()
    if found := _SIXTEEN.fullmatch(said):
        return _sixteen("".join(found.groups()[2:]).upper(), bool(found[1]), bool(found[2]))
    if found := _ROR.fullmatch(said):
        name = found[1].lower()
        return ROR + name if _ror_holds(name) else ""
    address = url(said)
    return "" if address.startswith((ORCID, ISNI, ROR)) else address


def known_id(said: str) -> str:
    """Return the identifier where it is an ORCID, ISNI or ROR; any other address is ""."""
    clean = agent_id(said)
    return clean if clean.startswith((ORCID, ISNI, ROR)) else ""


def taken_from(name: str) -> tuple[str, tuple[str, ...]]:
    """Return a name without the ORCIDs that stand in it, and those ORCIDs."""
    if "000" not in name or not _ORCID_IN_NAME.search(name):  # all ORCIDs begin with 000
        return name, ()
    found = tuple(f"{ORCID}{one.upper()}" for one in _ORCID_IN_NAME.findall(name))
    return " ".join(_ORCID_IN_NAME.sub(" ", name).split()), found


def _sixteen(digits: str, said_orcid: bool, said_isni: bool) -> str:  # noqa: FBT001 two answers
    if _check(digits[:15]) != digits[15]:
        return ""
    in_block = any(first <= digits <= last for first, last in _BLOCKS)
    if said_orcid or (in_block and not said_isni):
        return ORCID + "-".join(digits[start : start + 4] for start in range(0, 16, 4))
    return ISNI + digits


def _check(digits: str) -> str:
    """Return the check character of ISO 7064, MOD 11-2."""
    total = 0
    for one in digits:
        total = (total + int(one)) * 2
    return "0123456789X"[(12 - total % 11) % 11]


def _ror_holds(name: str) -> bool:
    """Check the last two digits of a ROR, which follow ISO 7064, MOD 97-10."""
    number = 0
    for letter in name[1:7]:
        number = number * 32 + _CROCKFORD[letter]
    return 98 - number * 100 % 97 == int(name[7:])
