"""AMB, the German profile of LRMI for exchanging learning materials (schema of 2023-10-19).

The profile is closed: one name in one language, levels of KIM alone, types of HCRT, licences at
addresses that it lists, whole dates. What does not fit is left out; ``schema_org`` has it all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from catalog import vocabulary
from catalog.export import UNLISTED, Listing, controlled
from catalog.export.addresses import WEB
from catalog.export.names import is_person
from catalog.export.schema_org import Document
from catalog.resource import Agent, LearningResource, Relation, Text

CONTEXT = "https://w3id.org/kim/amb/context.jsonld"
_KIM_FIELDS = "https://w3id.org/kim/hochschulfaechersystematik/"
_ROLES = "http://purl.org/dcx/lrmi-vocabs/educationalAudienceRole/"
_ACCESS = {
    "open": "http://w3id.org/kim/conditionsOfAccess/no_login",
    "login": "http://w3id.org/kim/conditionsOfAccess/login",
}
_LICENCES = re.compile(
    r"https?://(?:creativecommons\.org/(?:licenses|publicdomain)|www\.gnu\.org/licenses|"
    r"www\.apache\.org/licenses)/"
)
_WHOLE_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?", re.ASCII)
_DURATION = re.compile(r"P(?=[\dT])(?:\d+[YMWD])*(?:T(?:\d+(?:\.\d+)?[HMS])+)?", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2}")
_DATES = {"created": "dateCreated", "issued": "datePublished", "modified": "dateModified"}
#: Kinds of tie that the profile knows, and what it cannot do without in each.
_RELATIONS = {
    "ispartof": ("isPartOf", "id"),
    "haspart": ("hasPart", "id"),
    "isbasedon": ("isBasedOn", "name"),
}
#: Types of schema.org that sources call their materials and the profile lists.
_TYPES = frozenset(
    """
    Article AudioObject Audiobook Book Chapter Clip Collection Course CreativeWorkSeries
    DigitalDocument FAQPage Game HowTo ImageObject Map MediaObject MobileApplication Movie
    NewsArticle PodcastEpisode PodcastSeries PresentationDigitalDocument Quiz Report
    ScholarlyArticle SoftwareApplication SoftwareSourceCode SpreadsheetDigitalDocument
    TextDigitalDocument Thesis VideoGame VideoObject WebApplication WebPage
    """.split()  # noqa: SIM905 read as prose
)


def document(r: LearningResource, listing: Listing = UNLISTED) -> Document | None:
    """Return a record as AMB; None where it has no address, without which AMB has no material."""
    address = next((one for one in (r.url, listing.url) if one.startswith(WEB)), "")
    if not address:
        return None
    language = _language(r)
    types = [one.label for one in r.type_terms if one.scheme == "schema.org"]
    found: Document = {
        "@context": [CONTEXT, {"@language": language}],
        "id": address,
        "type": ["LearningResource", *(one for one in types if one in _TYPES)],
        "name": _spoken(r.titles, language) or address,
    }
    _described(found, r, language)
    _classified(found, r)
    _agents(found, r)
    for date in r.dates:
        if date.kind in _DATES and _WHOLE_DATE.fullmatch(date.value):
            found.setdefault(_DATES[date.kind], date.value)
    _ties(found, r.relations)
    if listing.url:
        found["mainEntityOfPage"] = [_page(listing)]
    return found


def _language(r: LearningResource) -> str:
    """Return the language of the texts: of the first title, else of the material, else Dutch."""
    said = (*(title.language for title in r.titles[:1]), *r.languages)
    return next((one[:2] for one in said if _LANGUAGE.match(one)), "nl")


def _spoken(texts: tuple[Text, ...], language: str) -> str:
    said = {text.language: text.text for text in reversed(texts)}
    return said.get(language) or (texts[0].text if texts else "")


def _described(found: Document, r: LearningResource, language: str) -> None:
    spoken = {
        "description": _spoken(r.descriptions, language),
        "keywords": [word.text for word in r.keywords],
        "inLanguage": [one for one in r.languages if _LANGUAGE.fullmatch(one)],
        "image": r.thumbnail if r.thumbnail.startswith(WEB) else "",
        "duration": r.duration if _DURATION.fullmatch(r.duration) else "",
        "license": {"id": r.licence_url} if _LICENCES.match(r.licence_url) else None,
        "conditionsOfAccess": {"id": _ACCESS[r.access]} if r.access in _ACCESS else None,
    }
    found.update({key: said for key, said in spoken.items() if said})
    if r.cost:
        found["isAccessibleForFree"] = r.cost == "free"


def _classified(found: Document, r: LearningResource) -> None:
    types, studies = vocabulary.get("type"), vocabulary.get("isced")
    if r.types:
        found["learningResourceType"] = [
            _concept("type", code, types.uri + code) for code in r.types
        ]
    levels = _matches("level", r.levels, controlled.KIM)
    if levels:
        found["educationalLevel"] = [{"type": "Concept", "id": uri} for uri in levels]
    fields = _matches("isced", _with_broader(r.isced), _KIM_FIELDS)
    if fields:  # labels of that list may not be passed on, its identifiers may
        found["about"] = [
            *({"type": "Concept", "id": uri} for uri in fields),
            *(_concept("isced", c, controlled.ISCED_F + c) for c in r.isced if c in studies),
        ]
    roles = _matches("audience", r.audience_roles, _ROLES)
    if roles:
        found["audience"] = [{"type": "Concept", "id": uri} for uri in roles]


def _with_broader(codes: tuple[str, ...]) -> list[str]:
    """Return each code, or the nearest above it that the German subjects have a match for."""
    studies = vocabulary.get("isced")
    found = (
        next(
            (one for one in (code, *studies.ancestors(code)) if studies.matches(one, _KIM_FIELDS)),
            "",
        )
        for code in codes
    )
    return [code for code in found if code]


def _matches(name: vocabulary.Name, codes: Iterable[str], prefix: str) -> list[str]:
    terms = vocabulary.get(name)
    return list(dict.fromkeys(match.uri for code in codes for match in terms.matches(code, prefix)))


def _concept(name: vocabulary.Name, code: str, uri: str) -> Any:
    return {"type": "Concept", "id": uri, "prefLabel": vocabulary.get(name)[code].labels}


def _agents(found: Document, r: LearningResource) -> None:
    for key, agents in (
        ("creator", r.creators),
        ("contributor", r.contributors),
        ("publisher", r.publishers),
    ):
        if agents:
            found[key] = [_agent(one) for one in agents]


def _agent(said: Agent) -> dict[str, Any]:
    """Return an agent; AMB asks for its type, so one that is not known is told from its name."""
    found: dict[str, Any] = {
        "type": "Person" if is_person(said) else "Organization",
        "name": said.name,
    }
    if said.ids and said.ids[0].startswith(WEB):
        found["id"] = said.ids[0]
    if said.affiliation:
        found["affiliation"] = {"type": "Organization", "name": said.affiliation}
    return found


def _ties(found: Document, relations: tuple[Relation, ...]) -> None:
    for one in relations:
        name, needed = _RELATIONS.get(one.kind, ("", ""))
        said = {
            "id": one.target if one.target.startswith(WEB) else "",
            "name": one.title,
        }
        if name and said[needed]:
            other = {key: text for key, text in said.items() if text}
            found.setdefault(name, []).append({"type": ["LearningResource"], **other})


def _page(listing: Listing) -> dict[str, Any]:
    page: dict[str, Any] = {"id": listing.url, "type": "WebContent"}
    if listing.home:
        page["provider"] = {"id": listing.home, "type": "Service", "name": listing.catalogue}
    if _WHOLE_DATE.fullmatch(listing.changed):
        page["dateModified"] = listing.changed
    return page
