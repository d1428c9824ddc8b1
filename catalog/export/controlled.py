"""The derived codes of a record as concepts of vocabularies that others know.

What the source said goes out as said; these go beside it where none of its terms has the same
address. So a record that is exported, read and exported again says the same twice.
"""

from __future__ import annotations

import functools

from catalog import vocabulary
from catalog.resource import Concept, LearningResource
from catalog.vocabulary import uri_key

#: The Dutch concepts for education (OBK), by which NL-LOM names a level.
OBK = "http://purl.edustandaard.nl/begrippenkader"
KIM = "https://w3id.org/kim/educationalLevel/"
ISCED_F = "http://data.europa.eu/snb/isced-f/"

Concepts = tuple[Concept, ...]


def language_of(r: LearningResource) -> str:
    """Return the language in which labels of ours go with a record: ``nl`` or ``en``."""
    return "nl" if not r.languages or "nl" in r.languages else "en"


def levels(r: LearningResource, language: str) -> Concepts:
    """Return the levels that no said term names by its OBK address, labelled in ``language``."""
    return _levels(r.level_terms, r.levels, language) if r.levels else ()


def kinds(r: LearningResource, language: str) -> Concepts:
    """Return the types (HCRT) that no said term names by its address."""
    return _kinds(r.type_terms, r.types, language) if r.types else ()


def fields(r: LearningResource, language: str) -> Concepts:
    """Return the fields of study (ISCED-F 2013) that no said subject names by their address."""
    return _fields(r.subjects, r.isced, language) if r.isced else ()


@functools.lru_cache(maxsize=4096)
def _levels(said: Concepts, codes: tuple[str, ...], language: str) -> Concepts:
    terms = vocabulary.get("level")
    found = []
    for code in codes:
        uri = next((match.uri for match in terms.matches(code, OBK)), "")
        found.append(Concept(uri, terms.label(code, language), OBK if uri else "", language))
    return _unsaid(said, found)


@functools.lru_cache(maxsize=4096)
def _kinds(said: Concepts, codes: tuple[str, ...], language: str) -> Concepts:
    terms = vocabulary.get("type")
    found = [Concept(terms.uri + c, terms.label(c, language), terms.uri, language) for c in codes]
    return _unsaid(said, found)


@functools.lru_cache(maxsize=4096)
def _fields(said: Concepts, codes: tuple[str, ...], language: str) -> Concepts:
    terms = vocabulary.get("isced")
    found = [Concept(ISCED_F + c, terms.label(c, language), ISCED_F, language) for c in codes]
    return _unsaid(said, found)


def _unsaid(said: Concepts, found: list[Concept]) -> Concepts:
    known = {_name(one) for one in said}
    return tuple(one for one in found if _name(one) not in known)


def _name(concept: Concept) -> str:
    return uri_key(concept.id) if concept.id else concept.label.casefold()
