"""The words in MODS: prose, topics, kinds, audiences and languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from catalog.resource import Concept, Text
from harvester.formats._terms import concept, is_uri
from harvester.formats._xml import every, language, local, stated, text


def prose(mods: Any, *names: str) -> Iterator[Text]:
    """Yield the texts of elements by these names, with the language that each claims."""
    for name in names:
        for found in every(mods, name):
            if said := text(found):
                yield Text(said, language(found))


def concepts(element: Any, name: str, authority: str = "") -> Iterator[Concept]:
    """Yield values with the authority and the URI that they, or else their parent, state."""
    for found in every(element, name):
        if said := text(found):
            scheme = found.get("authority") or found.get("authorityURI") or authority
            term = concept(said, scheme, language(found))
            uri = found.get("valueURI", "").strip()
            yield msgspec.structs.replace(term, id=uri) if uri else term


def subjects(mods: Any) -> Iterator[Concept]:
    """Yield topics that come from a vocabulary, and the codes of classifications."""
    for subject in every(mods, "subject"):
        authority = subject.get("authority") or subject.get("authorityURI") or ""
        for term in concepts(subject, "topic", authority):
            if term.scheme or term.id:
                yield term
    for found in every(mods, "classification"):
        if said := text(found):
            yield Concept(id=said, scheme=found.get("authority", ""))


def keywords(mods: Any) -> Iterator[Text]:
    """Yield what the material is about in words: topics, places and times."""
    for subject in every(mods, "subject"):
        tongue = language(subject)
        for found in subject:
            if local(found.tag) in ("topic", "geographic", "temporal"):
                said = text(found)
                if said and not is_uri(said):
                    yield Text(said, language(found) or tongue)


def languages(mods: Any) -> Iterator[str]:
    """Yield a language once, by its code where there is one; not those of a part only."""
    for found in every(mods, "language"):
        if found.get("objectPart"):
            continue
        terms = sorted(every(found, "languageterm"), key=lambda term: term.get("type") == "text")
        said = next(filter(None, map(text, terms or [found])), "")
        if stated(said):
            yield said
