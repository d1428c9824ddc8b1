"""vCards as they really occur in LOM: folded, indented, on one line, half empty.

Only what a catalogue may know is read: a name, an organisation, public identifiers. Addresses,
telephone numbers and e-mail are personal data and are not kept.
"""

from __future__ import annotations

import quopri
import re

from catalog.normalise.agent_id import known_id
from catalog.resource import Agent, AgentKind

_PROPERTIES = (
    "BEGIN|VERSION|FN|N|ORG|EMAIL|URL|UID|TEL|ADR|LABEL|TITLE|ROLE|NOTE|KIND|NICKNAME|PHOTO|LOGO|"
    "BDAY|REV|SOURCE|CATEGORIES|GEO|TZ|MAILER|PRODID|SORT-STRING|KEY|CLASS|PROFILE|IMPP|LANG|END|"
    "X-[A-Za-z0-9-]+"
)
# A property starts a line, in either case, or follows a blank in a card on one line.
_START = re.compile(
    rf"(?:\n\s*(?i:(?=(?:[a-z0-9]+\.)?(?:{_PROPERTIES})(?:;[^:\n]*)?:))"
    rf"|(?<![ \t])[ \t]+(?=(?:[A-Za-z0-9]+\.)?(?:{_PROPERTIES})(?:;[^:\n]*)?:))"
)
_LINE_ENDS = re.compile(
    r"\r\n?|&#(?:13|10|x0?[ad]);|\\r|\\n(?=\s*(?:[A-Z-]+(?:;[^:\n]*)?:|\Z))", re.IGNORECASE
)
_FOLD = re.compile(r"\n[ \t]?")
_SPLIT = re.compile(r"(?<!\\);")
_ESCAPED = re.compile(r"\\([\\,;:])")
_GROUP = re.compile(r"^[A-Za-z0-9]+\.")
_CHARSET = re.compile(
    r"CHARSET=\"?(utf-8|us-ascii|iso-8859-(?:1[013-6]?|[2-9])|windows-125[0-8])(?![\w-])",
    re.IGNORECASE,
)
_KINDS: dict[str, AgentKind] = {
    "individual": "person",
    "org": "organisation",
    "group": "organisation",
}
_LONGEST = 5_000


def is_vcard(text: str) -> bool:
    """Tell whether ``text`` is a vCard rather than a name."""
    return text[:60].lstrip("\ufeff \t\r\n")[:11].upper() == "BEGIN:VCARD"


def agent(said: Agent) -> Agent:
    """Return the agent whose name is a vCard (RFC 2426, RFC 6350) with a name in its place.

    The name is "" where the card has none.
    """
    card = _properties(said.name[:_LONGEST])
    organisation = _parts(card.get("ORG", ""))[0]
    family, given = _structured(card.get("N", ""))
    whole = f"{given} {family}".strip()
    name = _unescaped(card.get("FN", "")) or whole or organisation
    if "@" in name:  # a mail address in the place of a name
        name = whole or organisation
    kind = said.kind or _KINDS.get(card.get("KIND", "").lower(), "")
    if not kind:
        kind = "person" if family and given else "organisation" if name == organisation else ""
    ids = (
        known_id(card[key]) for key in ("UID", "URL", "X-ORCID", "X-ISNI", "X-ROR") if key in card
    )
    return Agent(
        name=name,
        kind=kind,
        role=said.role,
        ids=(*said.ids, *filter(None, ids)),
        affiliation=said.affiliation or (organisation if organisation != name else ""),
    )


def _properties(text: str) -> dict[str, str]:
    """Return the first value of each property by its name in capitals."""
    found: dict[str, str] = {}
    lines = _LINE_ENDS.sub("\n", text).split("\n")
    for line in _START.split("\n".join(line for line in lines if line.strip())):
        head, colon, value = line.strip().partition(":")
        head = _FOLD.sub("", head)
        quoted = "QUOTED-PRINTABLE" in head.upper()
        value = _unquoted(head, value) if quoted else _FOLD.sub("", value)
        name = _GROUP.sub("", head.split(";", 1)[0].strip()).upper()
        if colon and value.strip():
            found.setdefault(name, value.strip())
    return found


def _unquoted(head: str, value: str) -> str:
    """Return a value of vCard 2.1, where lines that are folded end in "=", as it reads."""
    charset = _CHARSET.search(head)
    said = quopri.decodestring(re.sub(r"=?\n\s*", "", value).encode("utf-8", "replace"))
    try:
        return said.decode(charset[1] if charset else "utf-8")
    except UnicodeDecodeError:
        return value


def _structured(name: str) -> tuple[str, str]:
    """Return family name and given names of N: family;given;additional;prefixes;suffixes."""
    family, given, additional, *_ = (*_parts(name), "", "")
    return family, f"{given} {additional}".strip()


def _parts(value: str) -> list[str]:
    return [_unescaped(part) for part in _SPLIT.split(value)]


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(r"\1", value.replace("\\n", " ").replace("\\N", " ")).strip()
