"""Texts, people, terms and ties as schema.org writes them."""

from __future__ import annotations

import functools
from typing import Any

from catalog.export.addresses import WEB
from catalog.resource import Agent, Concept, LearningResource, Relation, Text

_KINDS = {"person": "Person", "organisation": "Organization"}
#: Roles that are a property of CreativeWork; others are said in a Role around the agent.
_CREATORS = {"author": "author", "": "author", "creator": "creator"}
_CONTRIBUTORS = {
    **{role: role for role in ("editor", "translator", "illustrator", "director", "producer")},
    "": "contributor",
    "contributor": "contributor",
}
_PUBLISHERS = {"publisher": "publisher", "": "publisher"}
_PROVIDERS = {"provider": "provider", "": "provider"}
_RELATIONS = {
    "ispartof": "isPartOf",
    "haspart": "hasPart",
    "isbasedon": "isBasedOn",
    "isversionof": "exampleOfWork",
    "hasversion": "workExample",
    "istranslationof": "translationOfWork",
    "references": "citation",
    "isformatof": "dcterms:isFormatOf",
    "hasformat": "dcterms:hasFormat",
    "replaces": "dcterms:replaces",
    "isreplacedby": "dcterms:isReplacedBy",
    "requires": "dcterms:requires",
    "isrequiredby": "dcterms:isRequiredBy",
    "isreferencedby": "dcterms:isReferencedBy",
}


def text(said: Text) -> Any:
    """Return a text: a value object where its language is known, else a string."""
    return {"@value": said.text, "@language": said.language} if said.language else said.text


def agents(r: LearningResource) -> dict[str, list[Any]]:
    """Return all people and organisations by property."""
    found: dict[str, list[Any]] = {}
    for said, properties, usual in (
        (r.creators, _CREATORS, "author"),
        (r.contributors, _CONTRIBUTORS, "contributor"),
        (r.publishers, _PUBLISHERS, "publisher"),
        (r.providers, _PROVIDERS, "provider"),
    ):
        for agent in said:
            name = properties.get(agent.role)
            if name:
                found.setdefault(name, []).append(_agent(agent))
            else:
                role = {"@type": "Role", "roleName": agent.role, usual: _agent(agent)}
                found.setdefault(usual, []).append(role)
    return found


@functools.lru_cache(maxsize=16384)
def _agent(said: Agent) -> dict[str, Any]:
    """Return an agent; nobody changes what is returned, so it is made once."""
    found: dict[str, Any] = {}
    if said.kind:
        found["@type"] = _KINDS[said.kind]
    found["name"] = said.name
    if said.ids:
        found["@id"] = said.ids[0]
        if len(said.ids) > 1:
            found["sameAs"] = said.ids[1:]
    if said.affiliation:
        found["affiliation"] = {"@type": "Organization", "name": said.affiliation}
    return found


@functools.lru_cache(maxsize=16384)
def concept(said: Concept) -> Any:
    """Return a term: a DefinedTerm, or a text where it is only that."""
    if not (said.id or said.scheme):
        return text(Text(said.label, said.language))
    found: dict[str, Any] = {"@type": "DefinedTerm"}
    if said.id.startswith(WEB):
        found["@id"] = said.id
    elif said.id:
        found["termCode"] = said.id
    if said.label:
        found["name"] = text(Text(said.label, said.language))
    if said.scheme:
        found["inDefinedTermSet"] = said.scheme
    return found


def relations(said: tuple[Relation, ...]) -> dict[str, list[Any]]:
    """Return ties by property; a target that is no address is a name like any other."""
    found: dict[str, list[Any]] = {}
    for one in said:
        other: dict[str, Any] = {"@type": "CreativeWork"}
        if one.target:
            other["url" if one.target.startswith(WEB) else "identifier"] = one.target
        if one.title or "url" not in other:
            other["name"] = one.title or one.target
        found.setdefault(_RELATIONS.get(one.kind, "dcterms:relation"), []).append(other)
    return found
