"""The indexes that may be asked, by the names that Edurep and Dublin Core gave them."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.index import FACETS
from webapp.foreign import (
    DISCIPLINE,
    FORMAT,
    LANGUAGE,
    LEVEL,
    LICENCE,
    SOURCE,
    TYPE,
    YEAR,
    Index,
    words,
)

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

_KNOWN = {each.of: each for each in (LEVEL, DISCIPLINE, TYPE, LANGUAGE, FORMAT, LICENCE)}

#: Name -> index; see ``find``. ``cql.allRecords`` and ``cql.resultSetId`` are no indexes here.
INDEXES: Mapping[str, Index] = {
    "cql.serverChoice": words(""),
    "cql.anywhere": words(""),
    "cql.allIndexes": words(""),
    "cql.keywords": words(""),
    "dc.title": words("title"),
    "dc.creator": words("creator"),
    "dc.contributor": words("creator"),
    "dc.subject": words("subject"),
    "dc.description": words("description"),
    "dc.publisher": words("publisher"),
    "dc.identifier": words("identifier"),
    "dc.language": LANGUAGE,
    "dc.type": TYPE,
    "dc.format": FORMAT,
    "dc.rights": LICENCE,
    "dc.date": YEAR,
    "dc.source": SOURCE,
    "rec.identifier": words("identifier"),
    "lom.general.title": words("title"),
    "lom.general.description": words("description"),
    "lom.general.keyword": words("subject"),
    "lom.general.catalogentry.entry": words("identifier"),
    "lom.general.identifier": words("identifier"),
    "lom.general.language": LANGUAGE,
    "lom.lifecycle.contribute.author": words("creator"),
    "lom.lifecycle.contribute.publisher": words("publisher"),
    "lom.lifecycle.contribute.publisherdate": YEAR,
    "lom.technical.format": FORMAT,
    "lom.educational.learningresourcetype": TYPE,
    "lom.educational.context": LEVEL,
    "lom.rights.copyrightandotherrestrictions": LICENCE,
    "lom.classification.discipline.id": DISCIPLINE,
    "lom.classification.obk.discipline.id": DISCIPLINE,
    "lom.classification.educationallevel.id": LEVEL,
    "lom.classification.obk.educationallevel.id": LEVEL,
    "about.repository": SOURCE,
    **{f"facet.{facet}": _KNOWN.get(facet, Index("values", facet)) for facet in FACETS},
}

_FOLDED = {name.lower(): index for name, index in INDEXES.items()}


def find(name: str) -> Index | None:
    """Return the index with this name, however it is capitalised, or None."""
    return _FOLDED.get(name.lower())
