"""The parts of LOM that need sorting out: people, dates, classifications, relations, places.

Numbers in comments are those of the elements in IEEE 1484.12.1.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from catalog.resource import Agent, Date, Identifier, Relation
from harvester.formats._lom_reader import contributions, identifiers, said, strings, taxons, term
from harvester.formats._xml import every, texts

_AGENTS = {
    **dict.fromkeys(("author", "creator", "auteur", "maker"), "creators"),
    **dict.fromkeys(("publisher", "uitgever"), "publishers"),
}
_PROVIDERS = frozenset({"provider", "content provider", "distributor", "aanbieder"})
#: What the date of a contribution says of the material; a validator's says nothing of it.
_DATES = {
    **dict.fromkeys(("author", "creator", "auteur", "maker", "initiator"), "created"),
    **dict.fromkeys(("publisher", "uitgever"), "issued"),
    **dict.fromkeys(("", "unknown"), ""),
}
_PURPOSES = {  # 9.1, letters only; what a material requires or guards against is left
    **dict.fromkeys(("", "discipline", "idea", "competency", "educationalobjective"), "subjects"),
    **dict.fromkeys(("educationallevel", "skilllevel"), "level_terms"),
    "accessrights": "access_terms",  # NL-LOM
}
_KINDS = {  # 7.1, which has Dublin Core's names; others become "relation"
    **{
        kind: kind
        for kind in (
            *("ispartof", "haspart", "isversionof", "hasversion", "isformatof", "hasformat"),
            *("references", "isreferencedby", "isbasedon", "requires", "isrequiredby"),
            *("replaces", "isreplacedby", "istranslationof"),
        )
    },
    "embed": "hasformat",  # NL-LOM: the same material, fit for embedding
}
_PICTURES = frozenset({"thumbnail", "preview"})  # NL-LOM
_WEB = ("http://", "https://")


def agents(lom: Any) -> dict[str, tuple[Agent, ...]]:
    """Return creators, contributors and publishers (2.3), and providers (3.2)."""
    found: dict[str, list[Agent]] = defaultdict(list)
    for role, names, _ in contributions(lom, "lifecycle"):
        kind = _AGENTS.get(role, "contributors")
        found[kind].extend(Agent(name, role=role) for name in names)
    for role, names, _ in contributions(lom, "metametadata"):
        if role in _PROVIDERS:
            found["providers"].extend(Agent(name, role=role) for name in names)
    return {kind: tuple(dict.fromkeys(people)) for kind, people in found.items()}


def dates(lom: Any) -> tuple[Date, ...]:
    """Return the dates of contributions that are dates of the material, each once."""
    found = [
        Date(date, _DATES[role])
        for role, _, date in contributions(lom, "lifecycle")
        if date and role in _DATES
    ]
    return tuple(dict.fromkeys(found))


def classified(lom: Any) -> dict[str, list[Any]]:
    """Return subjects, level_terms, access_terms and keywords of classifications (9)."""
    found: dict[str, list[Any]] = defaultdict(list)
    for classification in every(lom, "classification"):
        purpose = filter(str.isalpha, term(classification, "purpose").lower())
        field = _PURPOSES.get("".join(purpose), "")
        if field == "subjects":
            found["keywords"] += strings(classification, "keyword")
        if field:
            found[field].extend(
                taxon.id or taxon.label if field == "access_terms" else taxon
                for taxon in taxons(classification)
            )
    return found


def relations(lom: Any) -> tuple[tuple[Relation, ...], str]:
    """Return the relations (7) and, apart, the address of a picture of the material."""
    found = []
    picture = ""
    for relation in every(lom, "relation"):
        kind = term(relation, "kind").lower().replace(" ", "")
        targets = [
            identifier.value
            for resource in every(relation, "resource")
            for _, identifier in identifiers(resource)
        ]
        target = next(filter(_is_web, targets), targets[0] if targets else "")
        title = said(relation, "resource", "description")
        if kind in _PICTURES:
            picture = picture or target
        elif target or title:
            found.append(Relation(_KINDS.get(kind, "relation"), target, title))
    return tuple(found), picture


def location(lom: Any, entries: list[tuple[str, Identifier]]) -> str:
    """Return where the material is (4.3), a web address before another.

    An identifier (1.1) is not a location, says NL-LOM, save where its catalogue says it is one.
    """
    places = texts(lom, "technical", "location")
    urls = [entry.value for catalogue, entry in entries if catalogue == "url"]
    words = (place for place in places if len(place.split()) == 1)
    return next(filter(_is_web, (*places, *urls)), next(words, ""))


def _is_web(address: str) -> bool:
    return address[:8].lower().startswith(_WEB)
