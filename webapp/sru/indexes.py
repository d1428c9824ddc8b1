"""The indexes that may be asked, by the names that Edurep and Dublin Core gave them.

An index has words, of which a few are enough, or values, which are whole: codes of ours, or what
stands for them elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec import Struct

from catalog import vocabulary
from catalog.export.nl_lom.terms import CODES
from catalog.index import FACETS
from catalog.index.formats import groups
from catalog.normalise import language

#: Context set -> the addresses by which a query may name it; the first is our own choice.
SETS: Mapping[str, tuple[str, ...]] = {
    "cql": ("info:srw/cql-context-set/1/cql-v1.2", "info:srw/cql-context-set/1/cql-v1.1"),
    "dc": ("info:srw/cql-context-set/1/dc-v1.1",),
    "rec": ("info:srw/cql-context-set/2/rec-1.1", "info:srw/cql-context-set/2/rec-1.0"),
    "lom": ("http://www.imsglobal.org/xsd/imsmd_v1p2",),
    "about": ("http://meresco.org/namespace/harvester/meta",),
    "facet": ("https://vindplaats.example/facet",),
}
USUAL_SET = "dc"  # of an index that is named without one

Values = Callable[[str], tuple[str, ...]]


class Index(Struct, frozen=True):
    """An index of words (of a field, "" for all) or of values (of a facet)."""

    kind: Literal["words", "values"]
    of: str
    values: Values = lambda term: (term,)  # a term as the values of ours that it stands for


def _of(*names: vocabulary.Name) -> Values:
    """Return what finds the codes of vocabularies that a term stands for: code, address or word."""

    def values(term: str) -> tuple[str, ...]:
        for name in names:
            known = vocabulary.get(name)
            if term in known:
                return (term,)
            if found := known.by_uri(term) or known.by_term(term):
                return found
        return (term,)

    return values


def _licences(term: str) -> tuple[str, ...]:
    """Return licences by SPDX, address, or the code that NL-LOM has for them."""
    urls = [url for url, code in CODES.items() if code == term.lower()]
    return _of("licence")(urls[0] if urls else term)


def _languages(term: str) -> tuple[str, ...]:
    return (language.tag(term) or term,)


def _formats(term: str) -> tuple[str, ...]:
    return groups((term.lower(),)) or (term,)


_LEVEL = Index("values", "level", _of("level"))
_DISCIPLINE = Index("values", "discipline", _of("discipline", "isced"))
_TYPE = Index("values", "type", _of("type"))
_LANGUAGE = Index("values", "language", _languages)
_FORMAT = Index("values", "format", _formats)
_LICENCE = Index("values", "licence", _licences)
_YEAR = Index("values", "year")
_SOURCE = Index("values", "source")
_EVERYWHERE = Index("words", "")
_KNOWN = {each.of: each for each in (_LEVEL, _DISCIPLINE, _TYPE, _LANGUAGE, _FORMAT, _LICENCE)}

#: Name -> index; see ``find``. ``cql.allRecords`` and ``cql.resultSetId`` are no indexes here.
INDEXES: Mapping[str, Index] = {
    "cql.serverChoice": _EVERYWHERE,
    "cql.anywhere": _EVERYWHERE,
    "cql.allIndexes": _EVERYWHERE,
    "cql.keywords": _EVERYWHERE,
    "dc.title": Index("words", "title"),
    "dc.creator": Index("words", "creator"),
    "dc.contributor": Index("words", "creator"),
    "dc.subject": Index("words", "subject"),
    "dc.description": Index("words", "description"),
    "dc.publisher": Index("words", "publisher"),
    "dc.identifier": Index("words", "identifier"),
    "dc.language": _LANGUAGE,
    "dc.type": _TYPE,
    "dc.format": _FORMAT,
    "dc.rights": _LICENCE,
    "dc.date": _YEAR,
    "dc.source": _SOURCE,
    "rec.identifier": Index("words", "identifier"),
    "lom.general.title": Index("words", "title"),
    "lom.general.description": Index("words", "description"),
    "lom.general.keyword": Index("words", "subject"),
    "lom.general.catalogentry.entry": Index("words", "identifier"),
    "lom.general.identifier": Index("words", "identifier"),
    "lom.general.language": _LANGUAGE,
    "lom.lifecycle.contribute.author": Index("words", "creator"),
    "lom.lifecycle.contribute.publisher": Index("words", "publisher"),
    "lom.lifecycle.contribute.publisherdate": _YEAR,
    "lom.technical.format": _FORMAT,
    "lom.educational.learningresourcetype": _TYPE,
    "lom.educational.context": _LEVEL,
    "lom.rights.copyrightandotherrestrictions": _LICENCE,
    "lom.classification.discipline.id": _DISCIPLINE,
    "lom.classification.obk.discipline.id": _DISCIPLINE,
    "lom.classification.educationallevel.id": _LEVEL,
    "lom.classification.obk.educationallevel.id": _LEVEL,
    "about.repository": _SOURCE,
    **{f"facet.{facet}": _KNOWN.get(facet, Index("values", facet)) for facet in FACETS},
}

_FOLDED = {name.lower(): index for name, index in INDEXES.items()}


def find(name: str) -> Index | None:
    """Return the index with this name, however it is capitalised, or None."""
    return _FOLDED.get(name.lower())
