"""MODS 3, alone, in a collection, or in the DIDL of Dutch repositories."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from catalog.resource import LearningResource
from harvester.errors import ParseError
from harvester.formats import _didl, parses
from harvester.formats._mods_parts import dates, identifiers, location, relations, titles
from harvester.formats._mods_people import agents
from harvester.formats._mods_terms import concepts, keywords, languages, prose, subjects
from harvester.formats._terms import is_access_term
from harvester.formats._xml import every, filled, first, local, text, texts
from harvester.raw import Raw

_HREF = "{http://www.w3.org/1999/xlink}href"


@parses("{*}mods", "{*}modsCollection", "{*}DIDL")
def parse(raw: Raw) -> Iterable[LearningResource]:
    """Return the resources in a record. Raises ParseError (rule ``record.empty``).

    The members of a collection have their own recordIdentifier, or a number, for an identifier.
    """
    root = filled(raw.document)
    if local(root.tag) == "didl":
        return (_enveloped(raw, root),)
    if local(root.tag) == "mods":
        return (_resource(raw.source, raw.identifier, root),)
    found = {}
    for number, mods in enumerate(every(root, "mods"), 1):
        name = first(mods, "recordinfo", "recordidentifier")
        if not name or name in found:
            name = f"{raw.identifier}#{number}"
        found[name] = _resource(raw.source, name, mods)
    if not found:
        raise ParseError("record.empty", "the collection has no mods in it")
    return found.values()


def _enveloped(raw: Raw, didl: Any) -> LearningResource:
    """Return the first MODS in a DIDL, with what the DIDL says of the material."""
    mods = next((found for found in didl.iter("{*}mods")), None)
    envelope = _didl.read(didl)
    if mods is None:
        resource = LearningResource(source=raw.source, identifier=raw.identifier)
    else:
        resource = _resource(raw.source, raw.identifier, mods)
    return msgspec.structs.replace(
        resource,
        url=envelope.url or resource.url,
        identifiers=_joined(envelope.identifiers, resource.identifiers),
        rights=_joined(resource.rights, envelope.rights),
        access_terms=_joined(resource.access_terms, envelope.access_terms),
        dates=_joined(resource.dates, envelope.dates),
        media_types=_joined(resource.media_types, envelope.media_types),
    )


def _joined(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(one + other))


def _resource(source: str, identifier: str, mods: Any) -> LearningResource:
    people: Any = agents(mods)
    url, picture = location(mods)
    conditions = [
        (found.get("type", ""), said)
        for found in every(mods, "accesscondition")
        for said in dict.fromkeys((text(found), found.get(_HREF, "").strip()))
        if said
    ]
    return LearningResource(
        source=source,
        identifier=identifier,
        titles=titles(mods),
        descriptions=tuple(prose(mods, "abstract", "tableofcontents")),
        keywords=tuple(keywords(mods)),
        identifiers=tuple(identifiers(mods)),
        url=url,
        thumbnail=picture,
        languages=tuple(languages(mods)),
        level_terms=tuple(concepts(mods, "targetaudience")),
        type_terms=(*concepts(mods, "genre"), *concepts(mods, "typeofresource")),
        subjects=tuple(subjects(mods)),
        rights=tuple(said for _, said in conditions),
        access_terms=tuple(
            said for kind, said in conditions if "restriction" in kind or is_access_term(said)
        ),
        dates=dates(mods),
        media_types=tuple(texts(mods, "physicaldescription", "internetmediatype")),
        version=first(mods, "origininfo", "edition"),
        relations=tuple(relations(mods)),
        **people,
    )
