"""What is said of a material in vocabularies: LOM 5 (educational), 6 (rights), 9 (classification).

Sources of values are those of NL-LOM (purl.edustandaard.nl).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from lxml.etree import SubElement

from catalog import vocabulary
from catalog.export import controlled
from catalog.export.elements import add
from catalog.export.nl_lom.values import EDU, langstring, tag, value
from catalog.resource import Concept, LearningResource

LANGUAGE = "nl"  # of labels that are ours

_AUDIENCE = EDU + "vdex_intendedenduserrole_lomv1p0_20060628.xml"
_CONTEXT = EDU + "vdex_context_czp_20060628.xml"
_COST = EDU + "vdex_cost_lomv1p0_20060628.xml"
_RIGHTS = EDU + "copyrightsandotherrestrictions_nllom_20180530"
_PURPOSE = EDU + "classification_purpose_nllom_20180530"
_ACCESS = EDU + "classification_accessrights_nllom_20180530"

_LISTED_AUDIENCE = frozenset({"author", "learner", "manager", "teacher"})
#: The context (5.6) of a level, or of the nearest above it.
_CONTEXTS = {
    "vve": "VVE", "po": "PO", "sbao": "SBaO", "so": "SO", "vo": "VO", "bve": "BVE", "hbo": "HBO",
    "wo": "WO", "bedrijfsopleiding": "bedrijfsopleiding",
}  # fmt: skip
_COSTS = {"free": "no", "paid": "yes"}
#: NL-LOM names the licences of 4.0, and the Dutch ports of 3.0, by codes of its own.
_FAMILIES = ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
_CC = "https://creativecommons.org/"
CODES = {
    **{f"{_CC}licenses/{name}/4.0/": f"cc-{name}-40" for name in _FAMILIES},
    **{f"{_CC}licenses/{name}/3.0/nl/": f"cc-{name}-30" for name in _FAMILIES},
    f"{_CC}publicdomain/zero/1.0/": "cc0-10",
    f"{_CC}publicdomain/mark/1.0/": "pdm-10",
}
#: What 6.2 may say; what else a source says of the rights is explanation, 6.3.
_RESTRICTIONS = frozenset({*CODES.values(), "yes", "no"})
_ACCESS_TERMS = {"open": "OpenAccess", "restricted": "RestrictedAccess", "closed": "ClosedAccess"}


def educational(part: Any, r: LearningResource) -> None:
    """Add types, audience, context, age and learning time (5)."""
    for kind in (*r.type_terms, *controlled.kinds(r, LANGUAGE)):
        value(part, "learningresourcetype", kind.scheme, kind.id or kind.label)
    for role in r.audience_roles:
        value(part, "intendedenduserrole", _AUDIENCE if role in _LISTED_AUDIENCE else "", role)
    for term in r.level_terms:
        if _is_context(term):
            value(part, "context", term.scheme, term.id or term.label)
    for context in _contexts(r.level_terms, r.levels):
        value(part, "context", _CONTEXT, context)
    if r.age:
        langstring(SubElement(part, tag("typicalagerange")), r.age)
    if r.duration:
        add(SubElement(part, tag("typicallearningtime")), tag("datetime"), r.duration)


def rights(part: Any, r: LearningResource) -> None:
    """Add cost, restrictions and what explains them (6).

    6.2 is what the source said there, else the code of the licence, else that there are some.
    """
    if r.cost:
        value(part, "cost", _COST, _COSTS[r.cost])
    said = dict.fromkeys(r.rights)
    restriction = next((one for one in r.rights if one in _RESTRICTIONS), "")
    restriction = restriction or CODES.get(r.licence_url, "")
    said.pop(restriction, None)
    if r.licence_url and not restriction.startswith(("cc", "pdm")):
        said[r.licence_url] = None
    if not restriction and r.openness:  # alone, a yes would say that all rights are reserved
        restriction = "yes"
    if restriction:
        value(part, "copyrightandotherrestrictions", _RIGHTS, restriction)
    if said:
        description = SubElement(part, tag("description"))
        for statement in said:
            langstring(description, statement)


def classifications(lom: Any, r: LearningResource) -> None:
    """Add subjects, levels and access rights (9), one classification for each."""
    subjects = (*r.subjects, *controlled.fields(r, LANGUAGE))
    _classification(lom, "discipline", subjects)
    levels = [term for term in r.level_terms if not _is_context(term)]
    _classification(lom, "educational level", (*levels, *controlled.levels(r, LANGUAGE)))
    access = r.access_terms
    if not access and r.access in _ACCESS_TERMS:
        access = (_ACCESS_TERMS[r.access],)
    _classification(lom, "access rights", [Concept(id=one, scheme=_ACCESS) for one in access])


def _classification(lom: Any, purpose: str, concepts: Iterable[Concept]) -> None:
    part = None
    for concept in concepts:
        if part is None:
            part = SubElement(lom, tag("classification"))
            value(part, "purpose", _PURPOSE, purpose)
        path = SubElement(part, tag("taxonpath"))
        langstring(SubElement(path, tag("source")), concept.scheme)
        taxon = SubElement(path, tag("taxon"))
        if concept.id:
            add(taxon, tag("id"), concept.id)
        if concept.label:
            langstring(SubElement(taxon, tag("entry")), concept.label, concept.language)


def _is_context(term: Concept) -> bool:
    return "_context_" in term.scheme


@functools.lru_cache(maxsize=4096)
def _contexts(said: tuple[Concept, ...], codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the contexts of levels, without those that the source said itself."""
    terms = vocabulary.get("level")
    known = {term.id or term.label for term in said if _is_context(term)}
    found = (
        next((_CONTEXTS[one] for one in (code, *terms.ancestors(code)) if one in _CONTEXTS), "")
        for code in codes
    )
    return tuple(context for context in dict.fromkeys(found) if context and context not in known)
