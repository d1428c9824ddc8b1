"""People, terms, identifiers and ties in schema.org, LRMI, AMB and Edurep's mixture of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from catalog.resource import Agent, AgentKind, Concept, Cost, Date, Identifier, Relation, Text
from harvester.formats._terms import concept, is_uri
from harvester.formats.schema_org.node import Node, plain, texts

_AUTHORITY = re.compile(
    r"https?://(?:www\.)?(?:orcid\.org|isni\.org|ror\.org|viaf\.org|d-nb\.info/gnd)/", re.IGNORECASE
)
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)
_HANDLE = re.compile(r"(?:https?://hdl\.handle\.net/|hdl:)(\S+)", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_SCHEMES = frozenset({"doi", "isbn", "issn", "handle", "urn"})
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")

_RELATIONS = {
    "isPartOf": "ispartof", "hasPart": "haspart", "isBasedOn": "isbasedon",
    "isBasedOnUrl": "isbasedon", "isVersionOf": "isversionof", "hasVersion": "hasversion",
    "isFormatOf": "isformatof", "hasFormat": "hasformat", "replaces": "replaces",
    "isReplacedBy": "isreplacedby", "requires": "requires", "references": "references",
    "citation": "references", "exampleOfWork": "isversionof", "workExample": "hasversion",
    "translationOfWork": "istranslationof", "workTranslation": "hasversion",
    "isRequiredBy": "isrequiredby", "isReferencedBy": "isreferencedby", "relation": "relation",
}  # fmt: skip
_DATES = {
    "created": ("dateCreated", "created"),
    "issued": ("datePublished", "issued", "uploadDate"),
    "modified": ("dateModified", "modified"),
    "available": ("available",),
    "valid": ("valid",),
    "": ("date",),
}


def agents(node: Node, *names: str) -> tuple[Agent, ...]:
    """Return who is at ``names``; the property is the role, unless a Role object says better."""
    found: dict[str, Agent] = {}
    for name in names:
        for value in node.values(name):
            for agent in _agents(value, node, name):
                if agent.name:
                    found.setdefault(agent.name, agent)
    return tuple(found.values())


def _agents(value: Any, node: Node, role: str) -> Iterator[Agent]:
    if isinstance(value, str):
        if not is_uri(value):
            yield Agent(name=value.strip(), role=role.lower())
            return
        value = node.graph.resolve({"@id": value.strip()})
    if not isinstance(value, dict):
        return
    who = Node(value, node.graph)
    if any(kind.endswith("Role") for kind in who.types):
        said = who.word("roleName") or role
        for inner in who.nodes(role):
            yield _agent(inner, plain(said))
    else:
        yield _agent(who, role)


def _agent(who: Node, role: str) -> Agent:
    name = who.label().text or " ".join(who.words("givenName", "familyName"))
    said = [v for v in who.values("id", "sameAs", "identifier", "url") if isinstance(v, str)]
    said += [v.word("value") or v.id for v in who.nodes("identifier", "sameAs")]
    ids = tuple(dict.fromkeys(link for link in said if _AUTHORITY.match(link)))
    home = who.word("affiliation", "worksFor")
    return Agent(name=name, kind=_kind(who), role=role.lower(), ids=ids, affiliation=home)


def _kind(who: Node) -> AgentKind:
    if "Person" in who.types or who.values("familyName"):
        return "person"
    return "organisation" if who.types else ""


def concepts(node: Node, *names: str) -> tuple[Concept, ...]:
    """Return strings, DefinedTerms, AlignmentObjects and SKOS concepts at ``names``."""
    found = []
    for value in node.values(*names):
        if isinstance(value, str):
            found.append(concept(value.strip(), language=node.graph.language))
        elif isinstance(value, dict):
            found.append(_concept(Node(value, node.graph)))
    return tuple(c for c in dict.fromkeys(found) if c.id or c.label)


def _concept(term: Node) -> Concept:
    if "@value" in term.source:
        said = next(texts([term.source], term.graph), Text(""))
        return concept(said.text, language=said.language)
    schemes = ("educationalFramework", "inDefinedTermSet", "inScheme")
    scheme = next(iter(term.links(*schemes)), "") or term.word(*schemes)
    label = next(iter(term.texts("targetName")), None) or term.label()
    link = next(iter(term.links("targetUrl")), "") or term.id or next(iter(term.links("url")), "")
    code = link if link and not link.startswith("_:") else term.word("termCode")
    if not code and _UUID.fullmatch(label.text):  # Edurep names a discipline by its bare key
        return Concept(id=label.text, scheme=scheme)
    return Concept(id=code, label=label.text, scheme=scheme, language=label.language)


def alignments(node: Node, *, level: bool) -> tuple[Concept, ...]:
    """Return what educationalAlignment says of the level, or of anything else."""
    found = (
        _concept(alignment)
        for alignment in node.nodes("educationalAlignment")
        if ("level" in alignment.word("alignmentType").lower()) == level
    )
    return tuple(c for c in dict.fromkeys(found) if c.id or c.label)


def identifiers(node: Node) -> Iterator[Identifier]:
    """Yield what names the material: identifier, isbn, issn, and what @id and sameAs say of it."""
    for name in ("isbn", "issn", "doi"):
        for said in node.words(name):
            yield _identifier(said, name)
    for value in node.values("identifier"):
        if isinstance(value, str):
            yield _identifier(value.strip())
        elif isinstance(value, dict):
            property_value = Node(value, node.graph)
            said = property_value.word("value") or property_value.id
            if said:
                yield _identifier(said, plain(property_value.word("propertyID", "name")).lower())
    for said in (node.id, *node.links("sameAs")):
        if _DOI.fullmatch(said) or _HANDLE.fullmatch(said):
            yield _identifier(said)


def _identifier(said: str, scheme: str = "") -> Identifier:
    if found := _DOI.fullmatch(said):
        return Identifier(value=found[1], scheme="doi")
    if found := _HANDLE.fullmatch(said):
        return Identifier(value=found[1], scheme="handle")
    if scheme not in _SCHEMES:
        scheme = "urn" if said.startswith("urn:") else "uri" if is_uri(said) else ""
    return Identifier(value=said, scheme=scheme)


def languages(node: Node) -> tuple[str, ...]:
    """Return codes, or names, of inLanguage: strings or Language objects."""
    found: list[str] = []
    for value in node.values("inLanguage", "language"):
        if isinstance(value, str):
            found.append(value.strip())
        elif isinstance(value, dict):
            spoken = Node(value, node.graph)
            ways = ("alternateName", "identifier", "termCode", "value", "name", "id")
            found += [said for way in ways if (said := spoken.word(way))][:1]
    return tuple(dict.fromkeys(filter(None, found)))


def rights(node: Node) -> tuple[str, ...]:
    """Return licences, addresses before names, then other statements."""
    names = ("license", "useRightsUrl", "usageInfo")
    found = [*node.links(*names), *node.words(*names)]
    found += node.words("copyrightAndOtherRestrictions", "copyrightNotice", "rights")
    return tuple(dict.fromkeys(found))


def access(node: Node) -> tuple[str, ...]:
    """Return conditionsOfAccess and dcterms:accessRights: the key of a concept, else its words."""
    names = ("conditionsOfAccess", "accessRights")
    return tuple(dict.fromkeys(c.id or c.label for c in concepts(node, *names)))


def cost(node: Node) -> Cost:
    """Return isAccessibleForFree, else lom:cost, else whether the cheapest offer is for nothing."""
    free = plain(node.word("isAccessibleForFree")).lower()
    if free in {"true", "yes", "1"}:
        return "free"
    if free in {"false", "no", "0"}:
        return "paid"
    said = node.word("cost").lower()
    if said in {"yes", "no"}:
        return "paid" if said == "yes" else "free"
    prices = [
        n[0] for o in node.nodes("offers") for w in o.words("price") if (n := _NUMBER.match(w))
    ]
    if not prices:
        return ""
    return "paid" if min(float(p.replace(",", ".")) for p in prices) else "free"


def dates(node: Node) -> Iterator[Date]:
    for kind, names in _DATES.items():
        if said := node.word(*names):
            yield Date(value=said, kind=kind)


def audience_roles(node: Node) -> tuple[str, ...]:
    """Return educationalRole or audienceType; of a bare concept the last part of its key."""
    found = node.words("educationalRole")
    for value in node.values("audience"):
        if isinstance(value, str):
            found.append(plain(value.strip()) if is_uri(value) else value.strip())
        elif isinstance(value, dict):
            who = Node(value, node.graph)
            said = who.words("educationalRole") or who.words("audienceType") or [who.label().text]
            found += [plain(role) if is_uri(role) else role for role in said if role] or [
                plain(who.id)
            ]
    return tuple(dict.fromkeys(filter(None, found)))


def relations(node: Node) -> Iterator[Relation]:
    for name, kind in _RELATIONS.items():
        for value in node.values(name):
            if isinstance(value, str):
                said = value.strip()
                target, title = (said, "") if is_uri(said) else ("", said)
            elif isinstance(value, dict) and value is not node.source:  # pages do say that
                other = Node(value, node.graph)
                target = next((t for t in (*other.links("url"), other.id) if is_uri(t)), "")
                title = other.label().text
            else:
                continue
            if target or title:
                yield Relation(kind=kind, target=target, title=title)
