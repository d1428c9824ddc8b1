"""ONIX for Books 2.1, 3.0 and 3.1, reference names or short tags: what the book trade says.

A feed is a shop's catalogue: whether a product is open is for the normalisers to tell from its
licence (EpubLicense) and price. One Product at a time, or its notices, oldest first; the message
around it is the transport's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from catalog.resource import Agent, Date, Identifier, LearningResource, Relation, Text
from harvester.errors import ParseError
from harvester.formats import parses
from harvester.formats.onix import codes, terms
from harvester.formats.onix.contributor import agent
from harvester.formats.onix.notices import merged
from harvester.formats.onix.older import upgraded
from harvester.formats.onix.product import every, first, name, prose, said_language, texts
from harvester.raw import Raw

_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})?([0-9]{2})?(?:T.*)?")


@parses("{*}Product", "{*}product", "{*}ProductNotices")
def parse(raw: Raw) -> Iterator[LearningResource]:
    """Read one Product. Raises ParseError (``onix.notice``, ``onix.partial``)."""
    product = _described(raw.document)
    detail = next(every(product, "descriptivedetail"), None)
    detail = product if detail is None else detail
    agents = [found for c in every(detail, "contributor") if (found := agent(c)).name]
    creators = tuple(a for a, makes in agents if makes)
    yield LearningResource(
        source=raw.source,
        identifier=raw.identifier,
        titles=tuple(_titles(detail)),
        descriptions=tuple(_descriptions(product)),
        keywords=terms.keywords(detail),
        creators=creators,
        contributors=tuple(a for a, makes in agents if not makes),
        publishers=tuple(_publishers(product)),
        identifiers=tuple(dict.fromkeys(_identifiers(product))),
        url=_url(product),
        thumbnail=_resource(product, codes.COVERS),
        languages=tuple(
            code
            for spoken in every(detail, "language")
            if first(spoken, "languagerole") in {"01", "08", ""}
            for code in texts(spoken, "languagecode")
        ),
        level_terms=terms.levels(detail),
        type_terms=terms.types(detail),
        subjects=terms.subjects(detail),
        rights=tuple(_rights(product)),
        access_terms=("OpenAccess",) if _open_access(product) else (),
        cost=terms.cost(product),
        dates=tuple(_dates(product)),
        duration=terms.duration(detail),
        media_types=terms.media_types(detail),
        version=first(detail, "editionnumber") or first(detail, "editionstatement"),
        status=codes.STATUS.get(first(product, "publishingdetail", "publishingstatus"), ""),
        audience_roles=terms.audience_roles(detail),
        age=terms.age(detail),
        relations=tuple(_relations(product)),
        access_modes=terms.access_modes(detail),
        accessibility_features=terms.accessibility_features(detail),
        accessibility_hazards=terms.accessibility_hazards(detail),
        accessibility_summary=terms.accessibility_summary(detail),
    )


def _described(product: Any) -> Any:
    """Return a Product of 3.0; refuse what describes no material, or only a part of one."""
    if name(product.tag) == "productnotices":
        if len(product) == 0:
            raise ParseError("record.empty", "the notices are empty")
        product = merged(product)
    notice = first(product, "notificationtype")
    if notice in codes.NOTICES:
        raise ParseError("onix.notice", f"this is {codes.NOTICES[notice]}, not a description")
    whole = next(every(product, "descriptivedetail"), None) is not None
    if not whole and any(next(every(product, n), None) is not None for n in codes.ONIX_2):
        product = upgraded(product)
        whole = next(every(product, "descriptivedetail", "titledetail"), None) is not None
    if notice == "04" and not whole:
        raise ParseError("onix.partial", "a partial update (04) of a product that is not kept")
    return product


def _titles(detail: Any) -> Iterator[Text]:
    """Yield the distinctive titles (01), else the first of another type."""
    found = list(every(detail, "titledetail"))
    chosen = [t for t in found if first(t, "titletype") == "01"] or found[:1]
    for title in chosen:
        if text := _title(title):
            yield text


def _title(detail: Any, level: str = "01") -> Text | None:
    """Put a title together from its elements of one level (list 149), else from all in order.

    A part that has a number and no name of its own is called after the whole: Physics. 2.
    """
    elements = list(every(detail, "titleelement"))
    own = [
        e
        for e in elements
        if first(e, "titleelementlevel") == level
        and (first(e, "titletext") or first(e, "titlewithoutprefix"))
    ]
    words = ". ".join(filter(None, map(_words, own or elements)))
    if not words:
        return None
    return Text(words, said_language((own or elements)[0], "titletext", "titlewithoutprefix"))


def _words(element: Any) -> str:
    prefix, rest = first(element, "titleprefix"), first(element, "titlewithoutprefix")
    name = first(element, "titletext") or " ".join(filter(None, (prefix, rest)))
    name = ". ".join(filter(None, (name, first(element, "partnumber"))))
    return ": ".join(filter(None, (name, first(element, "subtitle"))))


def _descriptions(product: Any) -> Iterator[Text]:
    """Yield descriptions (03), else abstracts (30), short ones (02), or what the cover says."""
    found = list(every(product, "collateraldetail", "textcontent"))
    for kind in codes.DESCRIPTIONS:
        chosen = [t for content in found if first(content, "texttype") == kind
                  for t in every(content, "text")]  # fmt: skip
        if chosen:
            yield from (Text(words, said_language(t)) for t in chosen if (words := prose(t)))
            return


def _publishers(product: Any) -> Iterator[Agent]:
    found = [
        name
        for publisher in every(product, "publishingdetail", "publisher")
        if first(publisher, "publishingrole") in {"01", "02", ""}
        for name in texts(publisher, "publishername")
    ] or texts(product, "publishingdetail", "imprint", "imprintname")
    for said in dict.fromkeys(found):
        yield Agent(name=said, kind="organisation", role="publisher")


def _identifiers(element: Any) -> Iterator[Identifier]:
    for found in every(element, "productidentifier"):
        kind, value = first(found, "productidtype"), first(found, "idvalue")
        if kind == "03" and value.startswith(("978", "979")):
            kind = "15"  # the GTIN of a book is its ISBN
        if value:
            yield Identifier(value=value, scheme=codes.IDENTIFIERS.get(kind, ""))


def _resource(product: Any, kinds: tuple[str, ...]) -> str:
    """Return the link to the first supporting resource of the first of ``kinds`` there is."""
    found = list(every(product, "collateraldetail", "supportingresource"))
    return next(
        (
            link
            for kind in kinds
            for resource in found
            if first(resource, "resourcecontenttype") == kind
            and (link := first(resource, "resourceversion", "resourcelink"))
        ),
        "",
    )


def _url(product: Any) -> str:
    """Return where the content itself is, else the product's own page; never a home page."""
    if link := _resource(product, ("28",)):
        return link
    sites: dict[str, str] = {}
    for path in codes.WEBSITES:
        for site in every(product, *path, "website"):
            sites.setdefault(first(site, "websiterole"), first(site, "websitelink"))
    return next((sites[role] for role in codes.WEBSITE_ROLES if sites.get(role)), "")


def _open_access(product: Any) -> list[str]:
    """Return the open access statements: TextContent of type 20."""
    return [
        prose(text)
        for content in every(product, "collateraldetail", "textcontent")
        if first(content, "texttype") == "20"
        for text in every(content, "text")
    ]


def _rights(product: Any) -> Iterator[str]:
    licences = list(every(product, "descriptivedetail", "epublicense"))
    for licence in licences:
        yield from texts(licence, "epublicenseexpression", "epublicenseexpressionlink")
    for licence in licences:
        yield from texts(licence, "epublicensename")
    yield from filter(None, _open_access(product))


def _dates(product: Any) -> Iterator[Date]:
    """Yield the publication date (01), else that of the first publication (11)."""
    found: dict[str, str] = {}
    for date in every(product, "publishingdetail", "publishingdate"):
        found.setdefault(first(date, "publishingdaterole"), first(date, "date"))
    said = next((found[role] for role in ("01", "11", "37") if found.get(role)), "")
    if parts := _DIGITS.fullmatch(said):
        yield Date(value="-".join(filter(None, parts.groups())), kind="issued")
    elif said:
        yield Date(value=said, kind="issued")


def _relations(product: Any) -> Iterator[Relation]:
    for related in every(product, "relatedmaterial", "relatedproduct"):
        for code in texts(related, "productrelationcode"):
            found = sorted(_identifiers(related), key=lambda i: codes.PREFERRED.index(i.scheme))
            if found and code in codes.RELATIONS:
                yield Relation(kind=codes.RELATIONS[code], target=found[0].value)
    for collection in every(product, "descriptivedetail", "collection"):
        for detail in every(collection, "titledetail"):
            if title := _title(detail, level="02"):
                yield Relation(kind="ispartof", title=title.text)
