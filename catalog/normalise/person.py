"""People and organisations: readable names, checked identifiers, no contact data.

Names of people are turned the way they are spoken ("Jansen, Piet" -> "Piet Jansen"); names of
publishers are not ("Springer, Berlin").
"""

from __future__ import annotations

import functools
import re

from catalog.normalise import text, vcard
from catalog.normalise.agent_id import ORCID, ROR, agent_id, taken_from
from catalog.resource import Agent, AgentKind

_BODIES = frozenset({"publisher", "provider", "distributor", "funder", "sponsor", "host"})

_MAIL = re.compile(r"\s*[<(\[]?(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+[>)\]]?", re.IGNORECASE)
_NOBODY = frozenset(
    {
        "unknown", "author unknown", "unknown author", "anonymous", "anon", "anoniem", "onbekend",
        "auteur onbekend", "unbekannt", "anonym", "n/a", "na", "n.a", "none", "null", "undefined",
        "nobody", "niemand", "geen", "s.n", "sn", "n.n", "nn", "various", "et al", "e.a",
        "diversen", "tba", "tbd", "not available", "niet bekend",
    }
)  # fmt: skip

# What MARC puts after a name: dates of life (100 $d) and what the person did (100 $e).
_LIFE = re.compile(
    r"[,\s]*(?:,|(?=\())\s*\(?(?:(?:approximately|active|born|died|fl|ca?|b|d)\b\.?\s*)*"
    r"[0-9]{1,4}\??(?:\s*[-\u2013]\s*(?:ca\.?\s*)?(?:[0-9]{1,4}\??)?)?\)?[.,]?\Z",
    re.IGNORECASE,
)
_DID = re.compile(
    r"(?:,\s*|\s*[(\[])(?:author|auteur|editor|ed|eds|redacteur|red|illustrator|translator|"
    r"vertaler|compiler|contributor|photographer|narrator|aut|edt|trl|ill|hrsg|verfasser)"
    r"\.?[)\]]?\Z",
    re.IGNORECASE,
)
_TITLES = re.compile(
    r",\s*(?:ph\.?\s?d|m\.?\s?sc|b\.?\s?sc|m\.?\s?a|b\.?\s?a|m\.?\s?d|r\.?\s?n|ed\.?\s?d|llm|mba|"
    r"dr|prof|ir|ing|drs|mr)\.?\Z",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r",?\s+(jr\.?|sr\.?|i{2,3}|iv)\Z", re.IGNORECASE)

# Words that only organisations have in their names. Compounds count: Rijksuniversiteit.
_ORGANISATION = re.compile(
    r"universit|universidad|hogeschool|hochschule|bibliothe|instituut|ministeri|uitgever|vereniging"
    r"|stichting|genootschap|faculteit|onderwijs|werkgroep|redactie\b"
    r"|\b(?:institute?s?|ministry|academie|academy|foundation|association|society|company"
    r"|corporation|corp|inc|ltd|llc|gmbh|vzw|v\.z\.w\.|plc|publishers|publishing|verlag|college"
    r"|schools?|library|libraries|museum|centrum|centre|center|department|faculty|afdeling"
    r"|gemeente|provincie|consortium|committee|commissie|commission|council|agency"
    r"|organi[sz]ation|netwerk|network|group|project|team|(?-i:ROC|UMC)"
    r"|wikipedia|wikiwijs|schooltv)(?!\w)"
    r"|& (?:sons|co|zonen|zn)(?!\w)|(?<=[^,] )(?:b\.?v|n\.v)\.?\Z",  # "Jansen, B.V." has initials
    re.IGNORECASE,
)
_FORM = re.compile(r"(?:inc|ltd|llc|corp|gmbh|plc)\.?", re.IGNORECASE)
_WORDS_IN_A_PART = 4
_LONGEST = 500


def agents(said: tuple[Agent, ...]) -> tuple[Agent, ...]:
    """Return agents with clean names, each once in each role; those without a name go."""
    return _cleaned(said, turned=True) if said else ()


def bodies(said: tuple[Agent, ...]) -> tuple[Agent, ...]:
    """Return publishers and providers as ``agents`` does, but leave names as they are written.

    What follows the comma in "Springer, Berlin" is a place. Only who is said to be a person is
    turned.
    """
    return _cleaned(said, turned=False) if said else ()


def _cleaned(said: tuple[Agent, ...], *, turned: bool) -> tuple[Agent, ...]:
    found: list[Agent] = []
    for one in said:
        found += _read(one, turned=turned)
    return tuple(found) if len(found) < 2 else _merged(found)  # noqa: PLR2004 nothing to merge


@functools.lru_cache(maxsize=16384)
def _read(said: Agent, *, turned: bool) -> tuple[Agent, ...]:
    if vcard.is_vcard(said.name):
        said = vcard.agent(said)
    name, orcids = taken_from(text.plain(said.name))
    ids = tuple(dict.fromkeys(filter(None, map(agent_id, (*said.ids, *orcids)))))
    role = text.plain(said.role).lower()
    affiliation = text.plain(said.affiliation)
    kind = said.kind or _kind_by(ids)
    turned = kind == "person" or (turned and role not in _BODIES)
    several = [name]
    if ";" in name and not ids and kind != "organisation":  # "Jansen, J.; Pietersen, P."
        several = name.split(";")
    return tuple(
        Agent(clean, found, role, ids, "" if _nobody(affiliation) else affiliation)
        for part in several
        for clean, found in (_named(part, kind, turned=turned),)
        if clean
    )


def _kind_by(ids: tuple[str, ...]) -> AgentKind:
    for one in ids:
        if one.startswith(ORCID):
            return "person"
        if one.startswith(ROR):
            return "organisation"
    return ""


def _named(said: str, kind: AgentKind, *, turned: bool) -> tuple[str, AgentKind]:
    """Return the name and kind, repeating until there is nothing left to take off."""
    if len(said) > _LONGEST:
        return "", kind
    name, before = text.plain(said), ("", kind)
    while before != (name, kind):  # ends: each step makes the name shorter
        before = name, kind
        name = text.plain(_without_mail(name)).strip(" ,;:/")
        if not kind and _ORGANISATION.search(name) and not _inverted(name):
            kind = "organisation"
        if kind != "organisation":
            name = _without_notes(name)
            if turned and (spoken := _spoken(name)):
                name, kind = spoken, "person"
    return ("", kind) if _nobody(name) else (name, kind)


def _without_mail(name: str) -> str:
    if "@" not in name:
        return name
    name = _MAIL.sub(" ", name).strip()
    if name.startswith("(") and name.endswith(")"):  # RSS: "jan@example.org (Jan Jansen)"
        name = name[1:-1]
    return name


def _without_notes(name: str) -> str:
    for pattern in (_DID, _LIFE, _TITLES):
        name = pattern.sub("", name)
    last = name.rsplit(" ", 1)[-1]
    if last.endswith(".") and last[-4:-1].islower() and last.count(".") == 1:
        name = name[:-1]  # MARC ends headings in a full stop; initials and Jr. keep theirs
    return name.rstrip(" ,")


def _spoken(name: str) -> str:
    """Return "Piet Jansen" for "Jansen, Piet", or "" where the name is not written so."""
    suffix = ""
    if name.count(",") > 1 and (found := _SUFFIX.search(name)):
        suffix, name = f" {found[1]}", name[: found.start()]
    if not _inverted(name):
        return ""
    family, _, given = name.partition(",")
    if found := _SUFFIX.search(family):  # "King Jr., Martin Luther"
        suffix, family = f" {found[1]}", family[: found.start()]
    return f"{given.strip()} {family.strip()}{suffix}"


def _inverted(name: str) -> bool:
    family, comma, given = name.partition(",")
    family, given = family.strip(), given.strip()
    return bool(
        comma
        and family
        and given
        and "," not in given
        and not any(map(str.isdecimal, name))
        and not _FORM.fullmatch(given)
        and not _ORGANISATION.search(given)
        and not (" " in family and _ORGANISATION.search(family))
        and max(len(family.split()), len(given.split())) <= _WORDS_IN_A_PART
    )


def _nobody(name: str) -> bool:
    if not any(map(str.isalpha, name)) or "@" in name or vcard.is_vcard(name):
        return True
    if name.startswith(("http://", "https://")):
        return True
    return name.strip(" .[]()<>?*-").casefold() in _NOBODY


def _merged(found: list[Agent]) -> tuple[Agent, ...]:
    """Merge agents of one name and role; one without a role is the one that has a role."""
    merged: dict[tuple[str, str], Agent] = {}
    roles: dict[str, str] = {}
    for one in found:
        name = one.name.casefold()
        roles.setdefault(name, one.role)
        roles[name] = roles[name] or one.role
    for one in found:
        name = one.name.casefold()
        role = one.role or roles[name]
        known = merged.get((name, role), one)
        merged[name, role] = Agent(
            known.name,
            known.kind or one.kind,
            role,
            known.ids if known is one else tuple(dict.fromkeys((*known.ids, *one.ids))),
            known.affiliation or one.affiliation,
        )
    return tuple(merged.values())
