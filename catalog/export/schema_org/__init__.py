"""schema.org with LRMI in JSON-LD: one ``LearningResource`` that search engines read as it is.

Names are plain schema.org, so that a page can carry it; the few things that schema.org has no word
for go by those of DCMI Terms and LOM, whose prefixes are declared where they are used. Texts in a
known language are value objects (JSON-LD 1.1, 4.2.4).
"""

from __future__ import annotations

from typing import Any

import msgspec

from catalog.export import UNLISTED, Listing, controlled
from catalog.export.addresses import WEB, address
from catalog.export.characters import writable
from catalog.export.schema_org.parts import agents, concept, relations, text
from catalog.resource import Identifier, LearningResource

Document = dict[str, Any]

CONTEXT = "https://schema.org/"
PREFIXES = {"dcterms": "http://purl.org/dc/terms/", "lom": "http://ltsc.ieee.org/xsd/LOM#"}
_COAR = {
    "open": "http://purl.org/coar/access_right/c_abf2",
    "embargoed": "http://purl.org/coar/access_right/c_f1cf",
    "restricted": "http://purl.org/coar/access_right/c_16ec",
    "closed": "http://purl.org/coar/access_right/c_14cb",
}
_DATES = {
    "created": "dateCreated",
    "issued": "datePublished",
    "modified": "dateModified",
    "available": "dcterms:available",
    "valid": "dcterms:valid",
    "": "dcterms:date",
}
#: Fields that go out under a name of schema.org just as they are.
_AS_THEY_ARE = (
    ("inLanguage", "languages"),
    ("encodingFormat", "media_types"),
    ("accessMode", "access_modes"),
    ("accessibilityFeature", "accessibility_features"),
    ("accessibilityHazard", "accessibility_hazards"),
    ("accessibilitySummary", "accessibility_summary"),
    ("thumbnailUrl", "thumbnail"),
    ("timeRequired", "duration"),
    ("version", "version"),
    ("creativeWorkStatus", "status"),
    ("typicalAgeRange", "age"),
    ("lom:aggregationLevel", "aggregation"),
)


def document(r: LearningResource, listing: Listing = UNLISTED) -> Document:
    """Return a record as a JSON-LD object, ``@context`` first; absent values have no key.

    Parts of it (people, terms) are shared with other documents: they are to be read, not changed.
    """
    found: Document = {"@type": _types(r)}
    name = identity(r)
    if name:
        found["@id"] = name
    if r.url:
        found["url"] = r.url
    _described(found, r)
    found.update(agents(r))
    _classified(found, r)
    _terms_of_use(found, r)
    for key, field in _AS_THEY_ARE:
        said = getattr(r, field)
        if said:
            found[key] = said
    for date in r.dates:
        key = _DATES.get(date.kind, "")
        if key and key not in found:
            found[key] = date.value
    found.update(relations(r.relations))
    _listed(found, listing)
    prefixes = {key.partition(":")[0] for key in found if ":" in key}
    if prefixes:
        return {"@context": [CONTEXT, {name: PREFIXES[name] for name in prefixes}], **found}
    return {"@context": CONTEXT, **found}


def encode(found: Any) -> bytes:
    r"""Return JSON in UTF-8 that may stand in a ``script`` element.

    ``<``, ``>`` and ``&`` are escaped (``\u003c``): no text can end the element or open a comment.
    """
    try:
        said = msgspec.json.encode(found)
    except UnicodeEncodeError:  # a lone surrogate
        said = msgspec.json.encode(_writable(found))
    for character, escaped in ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026")):
        if character in said:  # they occur in strings alone
            said = said.replace(character, escaped)
    return said


def identity(r: LearningResource) -> str:
    """Return the address that names the material: of its DOI, else where it is; or ""."""
    for identifier in r.identifiers:
        if identifier.scheme == "doi":
            return address(identifier)
    return r.url if r.url.startswith(WEB) else ""


def _types(r: LearningResource) -> list[str]:
    """Return LearningResource, and the type of schema.org by which a source called it."""
    said = [one.label for one in r.type_terms if one.scheme == "schema.org"]
    return ["LearningResource", *said]


def _described(found: Document, r: LearningResource) -> None:
    for key, texts in (
        ("name", r.titles),
        ("description", r.descriptions),
        ("keywords", r.keywords),
    ):
        if texts:
            found[key] = [text(one) for one in texts] if len(texts) > 1 else text(texts[0])
    if r.identifiers:
        found["identifier"] = [_identifier(one) for one in r.identifiers]


def _identifier(said: Identifier) -> Any:
    if said.scheme in ("", "uri", "urn"):
        return said.value
    return {"@type": "PropertyValue", "propertyID": said.scheme, "value": said.value}


def _classified(found: Document, r: LearningResource) -> None:
    language = controlled.language_of(r)
    kinds = [one for one in r.type_terms if one.scheme != "schema.org"]
    for key, concepts in (
        ("learningResourceType", (*kinds, *controlled.kinds(r, language))),
        ("educationalLevel", (*r.level_terms, *controlled.levels(r, language))),
        ("about", (*r.subjects, *controlled.fields(r, language))),
    ):
        if concepts:
            found[key] = [concept(one) for one in concepts]
    if r.audience_roles:
        found["audience"] = [
            {"@type": "EducationalAudience", "educationalRole": role} for role in r.audience_roles
        ]


def _terms_of_use(found: Document, r: LearningResource) -> None:
    if r.licence_url:
        found["license"] = r.licence_url
    said = [one for one in r.rights if one != r.licence_url]
    if said:
        found["copyrightNotice"] = said
    if r.access_terms:
        found["conditionsOfAccess"] = r.access_terms
    elif r.access in _COAR:
        found["conditionsOfAccess"] = _COAR[r.access]
    if r.cost:
        found["isAccessibleForFree"] = r.cost == "free"


def _listed(found: Document, listing: Listing) -> None:
    if listing.url:
        found["mainEntityOfPage"] = {"@type": "WebPage", "@id": listing.url}
    if listing.catalogue:
        found["sdPublisher"] = {"@type": "Organization", "name": listing.catalogue}
        if listing.home:
            found["sdPublisher"]["url"] = listing.home
    if listing.changed:
        found["sdDatePublished"] = listing.changed


def _writable(value: Any) -> Any:
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, dict):
        return {key: _writable(one) for key, one in value.items()}
    return [_writable(one) for one in value] if isinstance(value, list | tuple) else value
