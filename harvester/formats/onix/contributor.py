"""Who made a book, and as what (ONIX Contributor, code list 17)."""

from __future__ import annotations

from typing import Any, NamedTuple

from catalog.resource import Agent
from harvester.formats.onix.product import every, first, texts

_ROLES = {
    "A01": "author", "A02": "author", "A06": "composer", "A07": "artist", "A08": "photographer",
    "A09": "creator", "A12": "illustrator", "A13": "photographer", "A14": "author",
    "A15": "author of preface", "A19": "author of afterword", "A23": "author of foreword",
    "A24": "author of introduction", "A30": "programmer", "A32": "contributor",
    "A35": "illustrator", "A36": "cover designer", "A38": "author", "A39": "cartographer",
    "B01": "editor", "B02": "reviser", "B03": "reteller", "B05": "adapter", "B06": "translator",
    "B08": "translator", "B09": "series editor", "B10": "editor", "B11": "editor-in-chief",
    "B12": "editor", "B13": "volume editor", "B16": "managing editor", "B18": "editor",
    "B19": "associate editor", "B20": "consultant editor", "B21": "editor", "B29": "editor",
    "C01": "compiler", "C02": "compiler", "D01": "producer", "D02": "director",
    "E03": "narrator", "E07": "narrator", "E09": "speaker", "Z04": "reviewer",
}  # fmt: skip
#: Roles of group A that serve another's work rather than make it.
_SERVING = frozenset({"A12", "A13", "A15", "A19", "A23", "A24", "A32", "A34", "A35", "A36", "A39"})
_AUTHORITIES = {
    "16": "https://isni.org/isni/",
    "21": "https://orcid.org/",
    "25": "https://d-nb.info/gnd/",
    "31": "https://viaf.org/viaf/",
    "40": "https://ror.org/",
}


class Made(NamedTuple):
    """An agent, and whether the material is its own work (a role of group A)."""

    agent: Agent
    maker: bool

    @property
    def name(self) -> str:
        return self.agent.name


def agent(contributor: Any) -> Made:
    """Read one Contributor; an unnamed one has the name ""."""
    roles = texts(contributor, "contributorrole")
    making = [role for role in roles if role.startswith("A") and role not in _SERVING]
    role = (making or roles or [""])[0]
    organisation = first(contributor, "corporatename")
    return Made(
        Agent(
            name=_person(contributor) or organisation,
            kind="organisation" if organisation else "person",
            role=_ROLES.get(role, role.lower()),
            ids=tuple(_ids(contributor)),
            affiliation=first(contributor, "professionalaffiliation", "affiliation"),
        ),
        bool(making) or not roles,
    )


def _person(contributor: Any) -> str:
    if said := first(contributor, "personname"):
        return said
    order = ("namesbeforekey", "prefixtokey", "keynames", "namesafterkey", "suffixtokey")
    parts = [first(contributor, part) for part in order]
    return " ".join(filter(None, parts)) or first(contributor, "personnameinverted")


def _ids(contributor: Any) -> list[str]:
    found = []
    for identifier in every(contributor, "nameidentifier"):
        kind, value = first(identifier, "nameidtype"), first(identifier, "idvalue")
        if value.startswith("http"):
            found.append(value)
        elif kind in _AUTHORITIES and value:
            bare = "".join(value.split())
            if kind == "21" and bare.isalnum():  # ONIX writes an ORCID without hyphens
                bare = "-".join(bare[at : at + 4] for at in range(0, len(bare), 4))
            found.append(_AUTHORITIES[kind] + bare)
    return found
