"""The searchable fields of a record: its words as they stand, and as they are analysed."""

from __future__ import annotations

import functools
from collections.abc import Container, Iterable, Iterator

from msgspec import Struct

from catalog.index.analysis import GAP, fold
from catalog.index.bag import FIELD, analyse, bag, known_language, labels, named
from catalog.index.words import NONE, Own, spoken
from catalog.resource import Agent, Concept, LearningResource, Text

#: Searchable fields and what a word in each is worth when hits are ranked.
FIELDS = {
    "title": 4,
    "subject": 2,
    "creator": 2,
    "kind": 1,  # type and level, as said
    "publisher": 1,
    "identifier": 1,
    "description": 1,
}
#: The last of what is analysed: names of the record's concepts, in every language there is.
LABEL = "label"

_LONGEST_TEXT = 16_000  # characters of one field; engines refuse words over 64 KiB
_LONGEST_KEPT = 2_500  # characters of one analysed field that are kept for ranking
_LONGEST_LABEL = 80  # characters of a text that is likely to come back
_BETWEEN = f" {GAP} "

Said = tuple[str, str]  # a text, and the language that it says it is in, or its record
Read = tuple[str, str]  # its words as they stand, and analysed


class Words(Struct, frozen=True, gc=False):
    """What is searched of a record."""

    #: field -> folded words; fields without words are left out
    texts: dict[str, str]
    #: see ``bag``
    bag: str
    #: what is kept for ranking and explaining: the analysed words of each of ``FIELDS`` and of
    #: ``LABEL``, with ``bag.FIELD`` between them
    about: str
    #: folded words of each subject and keyword, and of each creator's name
    subjects: list[str]
    creators: list[str]


def own_language(resource: LearningResource) -> str:
    """Return the language of what says none itself: the first stated, else what the texts show.

    One of ours, or "": it is another, or cannot be told.
    """
    if resource.languages:
        return known_language(resource.languages[0])
    said = " ".join([text.text for text in (*resource.titles, *resource.descriptions)])
    return spoken(fold(said[:_LONGEST_TEXT]).split())


def language_in(text: Text, own: str) -> str:
    """Return the language that a title or description is read in, whatever it is said to be.

    ``own`` is that of its record.
    """
    ((said, stated),) = _texts((text,), own)
    return _prose(said, stated)[1] if stated else ""


def heard(resource: LearningResource, languages: Container[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the words of each text of a record that is read in one of some languages, after it."""
    own = own_language(resource)
    for text, stated in _texts(resource.titles + resource.descriptions, own):
        words, language = _prose(text, stated)
        if language in languages:
            yield language, words
    terms = _labelled(resource.subjects + resource.type_terms + resource.level_terms, own)
    for text, language in (*_texts(resource.keywords, own), *terms):
        if language in languages:
            yield language, fold(text[:_LONGEST_TEXT]).split()


def read(resource: LearningResource, levels: tuple[str, ...], own: Own = NONE) -> Words:
    """Return what is searched of a record; ``levels`` are its own and those above them.

    ``own`` are the parts of compounds that the catalogue adds to the lists.
    """
    language = own_language(resource)
    about = _labelled(resource.subjects, language) + _texts(resource.keywords, language)
    subjects = [_known(*said, own) for said in about]
    people = _names(resource.creators)
    terms = _labelled(resource.type_terms + resource.level_terms, language)
    kinds = [_known(*said, own) for said in terms]
    kinds.append(_codes(levels, resource.types))
    identifiers = [one.value for one in resource.identifiers]
    identifiers.append(resource.identifier)
    said = (
        _joined([_fluent(*said, own) for said in _texts(resource.titles, language)]),
        _joined(subjects),
        _joined(people + _names(resource.contributors)),
        _joined(kinds),
        _joined(_names(resource.publishers + resource.providers)),
        _named(identifiers, resource.url),
        _joined([_fluent(*said, own) for said in _texts(resource.descriptions, language)]),
    )
    analysed = [text for _, text in said]
    analysed.append(_labels(resource.disciplines, resource.isced, resource.types, levels))
    return Words(
        {field: read[0] for field, read in zip(FIELDS, said, strict=True) if read[0]},
        bag(zip(analysed, _WEIGHTS, strict=True)),
        FIELD.join([text[:_LONGEST_KEPT] for text in analysed]),
        [folded for folded, _ in subjects],
        [folded for folded, _ in people],
    )


_WEIGHTS = (*FIELDS.values(), 1)


def _texts(texts: tuple[Text, ...], language: str) -> list[Said]:
    return [(one.text, known_language(one.language) if one.language else language) for one in texts]


def _labelled(concepts: tuple[Concept, ...], language: str) -> list[Said]:
    return [
        (one.label, known_language(one.language) if one.language else language) for one in concepts
    ]


def _named(identifiers: Iterable[str], address: str) -> Read:
    """Return what names a record: it is found by its whole address, and not by words of that."""
    values = (*identifiers, address)
    folded = [" ".join(fold(value[:_LONGEST_TEXT]).split()) for value in values]
    stands = _BETWEEN.join(filter(None, dict.fromkeys(folded)))
    return stands[:_LONGEST_TEXT], " ".join(filter(None, folded[:-1]))[:_LONGEST_TEXT]


def _names(agents: tuple[Agent, ...]) -> list[Read]:
    return [_name(agent.name) for agent in agents]


@functools.lru_cache(maxsize=4096)
def _name(text: str) -> Read:
    words = fold(text[:_LONGEST_TEXT]).split()
    return " ".join(words)[:_LONGEST_TEXT], named(words)[:_LONGEST_TEXT]


@functools.lru_cache(maxsize=2048)
def _codes(levels: tuple[str, ...], types: tuple[str, ...]) -> Read:
    return _joined([_fresh(code, "", NONE) for code in (*levels, *types)])


def _joined(found: list[Read]) -> Read:
    if len(found) == 1:
        return found[0]
    if not found:
        return _NOTHING
    words = _BETWEEN.join([read[0] for read in found if read[0]])
    return words[:_LONGEST_TEXT], " ".join([read[1] for read in found if read[1]])[:_LONGEST_TEXT]


_NOTHING = ("", "")


def _prose(text: str, language: str) -> tuple[list[str], str]:
    """Return the words of a title or description, and the language in which they are read."""
    words = fold(text[:_LONGEST_TEXT]).split()
    return words, spoken(words, language) if language else ""


def _fluent(text: str, language: str, own: Own) -> Read:
    return _analysed(*_prose(text, language), own)


def _fresh(text: str, language: str, own: Own) -> Read:
    return _analysed(fold(text[:_LONGEST_TEXT]).split(), language, own)


def _analysed(words: list[str], language: str, own: Own) -> Read:
    folded = " ".join(words)[:_LONGEST_TEXT]
    return folded, analyse(words, language, own)[:_LONGEST_TEXT] if language else folded


def _known(text: str, language: str, own: Own) -> Read:
    found = _remembered if len(text) <= _LONGEST_LABEL else _fresh
    return found(text, language, own)


_remembered = functools.lru_cache(maxsize=8192)(_fresh)


@functools.lru_cache(maxsize=2048)
def _labels(
    disciplines: tuple[str, ...],
    isced: tuple[str, ...],
    types: tuple[str, ...],
    levels: tuple[str, ...],
) -> str:
    found = (
        labels("discipline", disciplines),
        labels("isced", isced),
        labels("type", types),
        labels("level", levels),
    )
    return " ".join(dict.fromkeys(" ".join(found).split()))[:_LONGEST_TEXT]
