"""Who made, published and described a material, and when: LOM 2 and 3, with vCards (RFC 2426)."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.etree import SubElement

from catalog.export import Listing
from catalog.export.elements import add
from catalog.export.names import parted
from catalog.export.nl_lom.values import EDU, entry, langstring, tag, value
from catalog.resource import Agent, LearningResource

_STATUS = EDU + "vdex_status_lomv1p0_20060628.xml"
_ROLES = EDU + "vdex_lifecycle_contribute_role_lomv1p0_20060628.xml"
_ABOUT_ROLES = EDU + "vdex_metametadata_contribute_role_lomv1p0_20060628.xml"
_LISTED_STATUS = frozenset({"draft", "final", "revised", "unavailable"})
_LISTED_ROLES = frozenset(
    {
        "author", "publisher", "unknown", "initiator", "terminator", "validator", "editor",
        "graphical designer", "technical implementer", "content provider", "technical validator",
        "educational validator", "script writer", "instructional designer",
        "subject matter expert",
    }
)  # fmt: skip
#: What somebody who made the material may be called; for all others it is author.
_MAKERS = frozenset({"author", "creator"})
_AUTHORITIES = {
    "https://orcid.org/": "X-ORCID",
    "https://isni.org/isni/": "X-ISNI",
    "https://ror.org/": "X-ROR",
}


def lifecycle(part: Any, r: LearningResource) -> None:
    """Add version, status and contributions (2)."""
    if r.version:
        langstring(SubElement(part, tag("version")), r.version)
    if r.status:
        value(part, "status", _STATUS if r.status in _LISTED_STATUS else "", r.status)
    makers = [(one.role if one.role in _MAKERS else "author", one) for one in r.creators]
    _contributions(part, makers, _dated(r, "created"), "author")
    _contributions(
        part, [("publisher", one) for one in r.publishers], _dated(r, "issued"), "publisher"
    )
    others = [(one.role or "unknown", one) for one in r.contributors]
    _contributions(part, others, iter(()), "")
    _contributions(part, (), _dated(r, ""), "unknown")


def metametadata(part: Any, r: LearningResource, listing: Listing) -> None:
    """Add who describes the material (3): the catalogue, and who offers it."""
    if listing.url:
        entry(part, listing.url)
    if listing.catalogue:
        said = Agent(listing.catalogue, kind="organisation")
        _contribute(part, _ABOUT_ROLES, "creator", (said,), listing.changed)
    if r.providers:
        _contribute(part, "", "provider", r.providers)
    add(part, tag("metadatascheme"), "LOMv1.0")
    add(part, tag("metadatascheme"), "nl_lom_v1p0")


def _dated(r: LearningResource, kind: str) -> Iterator[str]:
    return iter([date.value for date in r.dates if date.kind == kind])


def _contributions(
    part: Any, made: Iterable[tuple[str, Agent]], dates: Iterator[str], dated: str
) -> None:
    """Add one contribution a role, with the first date; further dates are contributions alone."""
    by_role: dict[str, list[Agent]] = defaultdict(list)
    for role, agent in made:
        by_role[role].append(agent)
    for role, agents in by_role.items():
        listed = _ROLES if role in _LISTED_ROLES else ""
        _contribute(part, listed, role, agents, next(dates, ""))
    for date in dates:
        _contribute(part, _ROLES, dated, (), date)


def _contribute(part: Any, source: str, role: str, agents: Iterable[Agent], date: str = "") -> None:
    contribute = SubElement(part, tag("contribute"))
    value(contribute, "role", source, role)
    for agent in agents:
        add(SubElement(contribute, tag("centity")), tag("vcard"), vcard(agent))
    if date:
        add(SubElement(contribute, tag("date")), tag("datetime"), date)


@functools.lru_cache(maxsize=16384)
def vcard(agent: Agent) -> str:
    """Return an agent as a vCard 3.0: a name, an organisation, public identifiers.

    An organisation has no parts of a name, and its own name as ORG (RFC 2426, 3.1.2 and 3.5.5). The
    lines end in a bare line feed: XML would write a carriage return as a character reference.
    """
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{_escaped(agent.name)}"]
    organisation = agent.affiliation
    if agent.kind == "organisation":
        lines.append("N:;;;;")
        organisation = agent.name
    elif agent.kind == "person":
        name = parted(agent.name)
        family = f"{name.particle} {name.family}".strip()
        parts = (family, name.given, "", name.title, name.suffix)
        lines.append(f"N:{';'.join(map(_escaped, parts))}")
        if not name.given:
            lines.append("KIND:individual")
    else:
        lines.append(f"N:{_escaped(agent.name)};;;;")
    if organisation:
        lines.append(f"ORG:{_escaped(organisation)}")
    lines += [f"{name}:{id_}" for name, id_ in _ids(agent.ids)]
    return "\n".join([*lines, "END:VCARD"])


def _ids(ids: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the first identifier as the URL that all readers know, others by their authority."""
    if ids:
        yield "URL", ids[0]
    for id_ in ids[1:]:
        for authority, name in _AUTHORITIES.items():
            if id_.startswith(authority):
                yield name, id_


_ESCAPES = str.maketrans(
    {"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": " ", "\r": " ", "\v": " ", "\f": " "}
)
_PROPERTY = re.compile(r"(?<=[A-Z0-9]):")


def _escaped(text: str) -> str:
    """Escape a value; and a colon after a capital, by which readers know where properties begin."""
    return _PROPERTY.sub("\\:", text.translate(_ESCAPES))
