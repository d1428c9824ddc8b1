"""The names in MODS: who made the material, and what each of them did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from catalog.resource import Agent, AgentKind
from harvester.formats._xml import every, first, text, texts

_WEB = ("http://", "https://")
_KINDS: dict[str, AgentKind] = {
    "personal": "person", "family": "person",
    "corporate": "organisation", "conference": "organisation",
}  # fmt: skip
#: Codes of the MARC relators that are met in learning materials; others stay codes.
_RELATORS = {
    "aut": "author", "cre": "creator", "edt": "editor", "ctb": "contributor", "pbl": "publisher",
    "ths": "thesis advisor", "trl": "translator", "ill": "illustrator", "fnd": "funder",
    "spk": "speaker", "drt": "director", "com": "compiler", "dst": "distributor",
    "his": "host institution", "pro": "producer", "pht": "photographer", "prv": "provider",
}  # fmt: skip
_AGENTS = {
    **dict.fromkeys(("", "author", "creator", "auteur", "photographer"), "creators"),
    **dict.fromkeys(("publisher", "uitgever"), "publishers"),
    **dict.fromkeys(("distributor", "provider", "host institution"), "providers"),
}
_ID_PREFIXES = {
    "orcid": "https://orcid.org/",
    "isni": "https://isni.org/isni/",
    "ror": "https://ror.org/",
}


def agents(mods: Any) -> dict[str, tuple[Agent, ...]]:
    """Return creators, contributors, publishers and providers."""
    found: dict[str, list[Agent]] = defaultdict(list)
    for name in every(mods, "name"):
        agent = _agent(name)
        if agent.name:
            found[_AGENTS.get(agent.role, "contributors")].append(agent)
    found["publishers"] += map(Agent, texts(mods, "origininfo", "publisher"))
    return {field: tuple(dict.fromkeys(people)) for field, people in found.items()}


def _agent(name: Any) -> Agent:
    parts: dict[str, list[str]] = defaultdict(list)
    for part in every(name, "namepart"):
        if said := text(part):
            parts[part.get("type", "")].append(said)
    family, given = " ".join(parts["family"]), " ".join(parts["given"])
    whole = ", ".join(filter(None, (family, given))) or " ".join(parts[""])
    return Agent(
        whole or first(name, "displayform"),
        kind=_KINDS.get(name.get("type", ""), ""),
        role=_role(name),
        ids=tuple(_ids(name)),
        affiliation=first(name, "affiliation"),
    )


def _role(name: Any) -> str:
    """Return the first role in words, be it that a code has to be read for them."""
    terms = list(every(name, "role", "roleterm"))
    terms.sort(key=lambda term: term.get("type", "") == "code")
    said = next((said for term in terms if (said := text(term))), "").lower()
    said = said.rpartition("/")[2]  # some give http://id.loc.gov/vocabulary/relators/aut
    return _RELATORS.get(said, said)


def _ids(name: Any) -> Iterator[str]:
    for found in every(name, "nameidentifier"):
        said = text(found)
        prefix = _ID_PREFIXES.get(found.get("type", "").lower(), "")
        if said.lower().startswith(_WEB):
            yield said
        elif said and prefix:
            yield prefix + said.replace(" ", "")
    uri = name.get("valueURI", "").strip()
    if uri.lower().startswith(_WEB):
        yield uri
