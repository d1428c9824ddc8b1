"""People and organisations: readable names, checked identifiers, no contact data.

Names of people are turned the way they are spoken ("Jansen, Piet" -> "Piet Jansen"); names of
publishers are not ("Springer, Berlin").
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import chain

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
        "diversen", "admin", "admin admin",
        "administrator", "beheerder", "tba", "tbd", "not available", "niet bekend",
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
    r",\s*(?:ph\.?\s?d|m\.?\s?sc|b\.?\s?sc|ed\.?d|llm|mba|dr|prof|ir|ing|drs)\.?\Z", re.IGNORECASE
)
_TITLE = r"(?i:(?:prof|drs?|ir|ing|mr|mrs|ms)\.\s*|(?:professor|prof|drs?)\s+)"
_TITLES_BEFORE = re.compile(rf"\A{_TITLE}+(?=\S)")
#: "Jansen, Jan [TU Delft]", "Tolkien, J.R.R. (John Ronald Reuel)".
_ASIDE = re.compile(r"(?<=[^\s,])\s*(?:\([^()]*\)|\[[^\[\]]*\])\Z")
# Initials, too, after a family name of one word or with a particle: "Jansen, MA", "Van Dam, MA".
_DEGREES = re.compile(
    r"(?<!\w)(?!(?:[a-z]|Van|De|Den|Der|Te|Ten|Ter|Von)\b)(\S+ .+), (?:MD|RN|MA|BA)"
)
#: That there are more of them: "Jansen, P. et al."; E.A. with capitals are initials.
_OTHERS = re.compile(
    r"[\s,;]*[\s,;(\[](?:et\.?\s?al(?:ii|ia)?|(?-i:[eu]\.\s?a)|(?:en|and|und) (?:anderen?|others))"
    r"\.?[)\]]?\Z",
    re.IGNORECASE,
)
#: "Jansen, P. & Pietersen, K."
_AND = re.compile(r"\s+(?:&|and|en|und)\s+")
#: "J. Jansen, P. Pietersen & K. de Vries": what begins with an initial is not a family name.
_COMMA_OR_AND = re.compile(r"\s*,\s*(?:(?:&|and|en|und)\s+)?|\s+(?:&|and|en|und)\s+")
_INITIAL = re.compile(r"(?![a-z])[^\W\d_]\.(?!\s?[a-z]\.)")  # but "v.d. Berg" and "V.d. Berg"
_INITIALS_AND_NAME = re.compile(
    rf"{_TITLE}*{_INITIAL.pattern}(?:[\s-]?[^\W\d_]\.)*\s(?:[^\W\d_]|['\u2019]){{2,}}(?!\w*\.)"
)
_CAPITALS_LAST = re.compile(r"\S [A-Z]{1,3}\Z")  # "Jansen J, Pietersen PK" are two as well
#: Two names with a particle inside the second are two people: "Piet Jansen, Anna de Vries". Turned
#: names have theirs at the end.
_SPOKEN = re.compile(r"\S+ (?:(?:van|de|den|der|von|ten|ter|te|het|op|in|'t) )+[^\W\d_a-z]")
_SUFFIX = re.compile(r",?\s+(jr\.?|sr\.?|i{2,3}|iv)\Z", re.IGNORECASE)

# Words that only organisations have in their names, and parts of words: Rijksuniversiteit.
_PARTS = (
    "universit", "universidad", "hogeschool", "hochschule", "bibliothe", "instituut", "ministeri",
    "uitgever", "vereniging", "stichting", "genootschap", "faculteit", "onderwijs", "werkgroep",
)  # fmt: skip
_WORDS = frozenset(
    {
        "institute", "institutes", "ministry", "academie", "academy", "foundation", "association",
        "society", "company", "corporation", "corp", "inc", "ltd", "llc", "gmbh", "vzw", "v.z.w",
        "plc", "publishers", "publishing", "verlag", "college", "school", "schools", "library",
        "libraries", "museum", "centrum", "centre", "center", "department", "faculty", "afdeling",
        "gemeente", "provincie", "consortium", "committee", "commissie", "commission", "council",
        "agency", "organisation", "organization", "netwerk", "network", "group", "project", "team",
        "redactie", "wikipedia", "wikiwijs", "schooltv",
    }
)  # fmt: skip
_CAPITALS = frozenset({"ROC", "UMC"})  # Roc is a first name
_PARTNERS = re.compile(r"& (?:sons|co|zonen|zn)\.?\Z", re.IGNORECASE)
_LEGAL = re.compile(r"(?<=[^,] )(?:b\.?v|n\.v)\.?\Z", re.IGNORECASE)  # "Jansen, B.V." has initials
_FORM = re.compile(r"(?:inc|ltd|llc|corp|gmbh|plc)\.?", re.IGNORECASE)
_WORDS_IN_A_PART = 4
_LONGEST = 500


def agents(said: tuple[Agent, ...]) -> tuple[Agent, ...]:
    """Return agents with clean names, each once in each role; those without a name go."""
    return _cleaned(said, True) if said else ()  # noqa: FBT003 quick to look up in a cache


def bodies(said: tuple[Agent, ...]) -> tuple[Agent, ...]:
    """Return publishers and providers as ``agents`` does, but leave names as they are written.

    What follows the comma in "Springer, Berlin" is a place. Only who is said to be a person is
    turned.
    """
    return _cleaned(said, False) if said else ()  # noqa: FBT003 the same


def _cleaned(said: tuple[Agent, ...], turned: bool) -> tuple[Agent, ...]:  # noqa: FBT001 the same
    found = _read(said[0], turned)
    if len(said) > 1:
        found += tuple(chain.from_iterable(_read(one, turned) for one in said[1:]))
    if len(found) > 1 and len({one.name.casefold() for one in found}) < len(found):
        return _merged(found)
    return found


@functools.lru_cache(maxsize=16384)
def _read(said: Agent, turned: bool) -> tuple[Agent, ...]:  # noqa: FBT001 the same
    if vcard.is_vcard(said.name):
        said = vcard.agent(said)
    name, orcids = taken_from(text.plain(said.name))
    ids = tuple(dict.fromkeys(filter(None, map(agent_id, (*said.ids, *orcids)))))
    role = text.plain(said.role).lower()
    affiliation = text.plain(said.affiliation)
    kind = said.kind or _kind_by(ids)
    turned = kind == "person" or (turned and role not in _BODIES)
    found = [_named(name, kind, turned=turned)] if ids else _people(name, kind, turned=turned)
    return tuple(
        Agent(clean, clean_kind, role, ids, "" if _nobody(affiliation) else affiliation)
        for clean, clean_kind in found
        if clean
    )


def _people(name: str, kind: AgentKind, *, turned: bool) -> Iterator[tuple[str, AgentKind]]:
    """Yield the names and kinds in one value; cleaning may bring to light that there are more."""
    several = [name] if kind == "organisation" else _parted(name, turned=turned)
    for part in several:
        clean, found = _named(part, kind, turned=turned)
        known = turned or found == "person"
        if found != "organisation" and clean != name and len(_parted(clean, turned=known)) > 1:
            yield from _people(clean, found, turned=known)
        else:
            yield clean, found


def _parted(name: str, *, turned: bool) -> list[str]:
    """Return the names in one value; in that of a publisher a place may follow a semicolon."""
    if not turned:
        return [name]
    if ";" in name:  # "Jansen, J.; Pietersen, P."
        return name.split(";")
    parts = _AND.split(name) if name.count(",") > 1 else []
    if parts and all(map(_inverted, parts)):
        return parts
    if "." in name and _INITIALS_AND_NAME.match(name):
        parts = _COMMA_OR_AND.split(name)
        return parts if all(map(_INITIALS_AND_NAME.match, parts)) else [name]
    return [name]


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
        name = _without_mail(name).strip(" ,;:/")
        if not kind and not _inverted(name) and _organised(name):
            kind = "organisation"
        if kind != "organisation":
            name = _without_notes(name)
            if turned and (spoken := _spoken(name)):
                name, kind = spoken, "person"
    return ("", kind) if _nobody(name) else (name, kind)


def _without_mail(name: str) -> str:
    if "@" not in name:
        return name
    name = text.plain(_MAIL.sub(" ", name))
    if name.startswith("(") and name.endswith(")"):  # RSS: "jan@example.org (Jan Jansen)"
        name = name[1:-1]
    return name


def _without_notes(name: str) -> str:
    name = _OTHERS.sub("", name)
    if "," in name or name.endswith((")", "]", ").", "].")):
        for pattern in (_DID, _LIFE, _TITLES):
            name = pattern.sub("", name)
        if found := _DEGREES.fullmatch(name):
            name = found[1]
    last = name.rsplit(" ", 1)[-1]
    if last.endswith(".") and last[-4:-1].islower() and last.count(".") == 1:
        name = name[:-1]  # MARC ends headings in a full stop; initials and Jr. keep theirs
    return name.rstrip(" ,")


def _spoken(name: str) -> str:
    """Return "Piet Jansen" for "Jansen, Piet", or "" where the name is not written so."""
    suffix = ""
    if name.count(",") > 1 and (found := _SUFFIX.search(name)):
        suffix, name = f" {found[1]}", name[: found.start()]
    family, given = _turned_name(name) if "," in name else ("", "")
    if not given:
        return ""
    if found := _SUFFIX.search(family):  # "King Jr., Martin Luther"
        suffix, family = f" {found[1]}", family[: found.start()]
    return f"{given} {family.strip()}{suffix}"


def _inverted(name: str) -> bool:
    return "," in name and _turned_name(name) != ("", "")


@functools.lru_cache(maxsize=64)  # of one name it is asked more than once
def _turned_name(name: str) -> tuple[str, str]:
    """Return the family and given name of "Jansen, Piet", both "" where it is not written so.

    A title before the family name and what is said in brackets go.
    """
    if name.endswith((")", "]")):
        name = _ASIDE.sub("", name)
    family, _, given = name.partition(",")
    family, given = _TITLES_BEFORE.sub("", family.strip()), given.strip()
    if not (family and given) or "," in given:
        return "", ""
    turned = (
        not _INITIAL.match(family)
        and max(family.count(" "), given.count(" ")) < _WORDS_IN_A_PART
        and not any(map(str.isdecimal, name))
        and not (" " in family and _SPOKEN.match(given))
        and not (_CAPITALS_LAST.search(family) and _CAPITALS_LAST.search(given))
        and not _FORM.fullmatch(given)
        and not _organised(given)
        and not (" " in family and _organised(family))
    )
    return (family, given) if turned else ("", "")


def _organised(name: str) -> bool:
    """Tell whether a name has a word that only organisations have in theirs."""
    lowered = name.casefold()
    if any(part in lowered for part in _PARTS):
        return True
    if not _WORDS.isdisjoint([word.strip(".,()/") for word in lowered.split()]):
        return True
    if "&" in name and _PARTNERS.search(name):
        return True
    return not _CAPITALS.isdisjoint(name.split()) or _LEGAL.search(name) is not None


def _nobody(name: str) -> bool:
    if not any(map(str.isalpha, name)) or "@" in name or vcard.is_vcard(name):
        return True
    if name.startswith(("http://", "https://")) or name.upper().endswith("END:VCARD"):
        return True
    return name.strip(" .[]()<>?*-").casefold() in _NOBODY


def _merged(found: tuple[Agent, ...]) -> tuple[Agent, ...]:
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
