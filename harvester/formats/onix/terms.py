"""What a product is about, of what kind, for whom and at what price (ONIX DescriptiveDetail)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.resource import Concept, Cost, Text
from harvester.formats.onix import codes
from harvester.formats.onix.product import every, first, prose, texts

Concepts = tuple[Concept, ...]

_BETWEEN_KEYWORDS = re.compile(r"\s*[;,\n]\s*")


def subjects(detail: Any) -> Concepts:
    """Return subject codes and headings, by scheme (code list 27); keywords left out."""
    found = []
    for subject in every(detail, "subject"):
        kind = first(subject, "subjectschemeidentifier")
        scheme = codes.SUBJECTS.get(kind, "") or first(subject, "subjectschemename")
        code, heading = first(subject, "subjectcode"), first(subject, "subjectheadingtext")
        if kind not in codes.KEYWORDS and (code or heading):
            scheme = scheme or (f"onix:27:{kind}" if kind else "")
            found.append(Concept(id=code, label=heading, scheme=scheme))
    return tuple(found)


def keywords(detail: Any) -> tuple[Text, ...]:
    said = [
        word
        for subject in every(detail, "subject")
        if first(subject, "subjectschemeidentifier") in codes.KEYWORDS
        for heading in texts(subject, "subjectheadingtext")
        # Semicolons part keywords; commas only where there is none.
        for word in (heading.split(";") if ";" in heading else _BETWEEN_KEYWORDS.split(heading))
    ]
    return tuple(Text(word) for word in dict.fromkeys(map(str.strip, said)) if word)


def types(detail: Any) -> Concepts:
    """Return the form (list 150) and the kinds of content (list 81), the primary one first."""
    form = first(detail, "productform")
    found = [Concept(id=form, label=codes.form(form), scheme="onix:150")] if form else []
    content = texts(detail, "primarycontenttype") + texts(detail, "productcontenttype")
    found += [
        Concept(id=code, label=codes.CONTENT.get(code, ""), scheme="onix:81")
        for code in dict.fromkeys(content)
    ]
    return tuple(found)


def media_types(detail: Any) -> tuple[str, ...]:
    found = (codes.MEDIA_TYPES.get(code, "") for code in texts(detail, "productformdetail"))
    return tuple(dict.fromkeys(filter(None, found)))


def levels(detail: Any) -> Concepts:
    """Return audience codes (lists 28 and 29), school grades (list 30), and words."""
    found = [_audience("01", code) for code in texts(detail, "audiencecode")]
    for audience in every(detail, "audience"):
        kind, code = first(audience, "audiencecodetype"), first(audience, "audiencecodevalue")
        if code and kind not in codes.RATINGS:
            said = _audience(kind, code)
            named = first(audience, "audienceheadingtext") or said.label
            found.append(Concept(id=said.id, label=named, scheme=said.scheme))
    for qualifier, span in _ranges(detail):
        if qualifier not in codes.AGES:
            found.append(Concept(label=span, scheme=f"onix:30:{qualifier}"))
    found += [Concept(label=prose(said)) for said in every(detail, "audiencedescription")]
    return tuple(found)


def _audience(kind: str, code: str) -> Concept:
    label = codes.AUDIENCES.get(code, "") if kind == "01" else ""
    return Concept(id=code, label=label, scheme=codes.AUDIENCE_SCHEMES.get(kind, f"onix:29:{kind}"))


def _ranges(detail: Any) -> Iterator[tuple[str, str]]:
    """Yield qualifier (list 30) and span: ``12``, ``12-15``, ``16-`` or ``-8``."""
    for said in every(detail, "audiencerange"):
        bounds = dict(
            zip(
                texts(said, "audiencerangeprecision"),
                texts(said, "audiencerangevalue"),
                strict=False,
            )
        )
        low, high = bounds.get("03", ""), bounds.get("04", "")
        span = bounds.get("01") or (f"{low}-{high}" if low or high else "")
        if span:
            yield first(said, "audiencerangequalifier"), span


def age(detail: Any) -> str:
    """Return the interest or reading age in years, the first that is said."""
    return next((span for qualifier, span in _ranges(detail) if qualifier in {"17", "18"}), "")


def audience_roles(detail: Any) -> tuple[str, ...]:
    """Return for whom the edition is made: a teacher's or a student's (list 21)."""
    roles = {"TCH": "teacher", "STU": "learner", "SCH": "learner"}
    found = (roles.get(code, "") for code in texts(detail, "editiontype"))
    return tuple(dict.fromkeys(filter(None, found)))


def duration(detail: Any) -> str:
    """Return the running time (extent types 09 and 14) as ISO 8601, or ""."""
    for extent in every(detail, "extent"):
        if first(extent, "extenttype") in {"09", "14"}:
            clock = codes.CLOCKS.get(first(extent, "extentunit"), _no_clock)
            if said := clock(first(extent, "extentvalue")):
                return said
    return ""


def _no_clock(_: str) -> str:
    return ""


def cost(product: Any) -> Cost:
    """Return free if any supplier asks nothing for it (UnpricedItemType 01, or a price of 0)."""
    supplies = list(every(product, "productsupply", "supplydetail"))
    prices = [price for supply in supplies for price in every(supply, "price")]
    unpriced = [first(element, "unpriceditemtype") for element in (*supplies, *prices)]
    amounts = [amount for price in prices for amount in map(_amount, texts(price, "priceamount"))]
    if "01" in unpriced or any(amount == 0 for amount in amounts):
        return "free"
    return "paid" if any(amount is not None for amount in amounts) else ""


def _amount(said: str) -> Decimal | None:
    try:
        return Decimal(said)
    except InvalidOperation:
        return None


def _features(detail: Any, kind: str) -> Iterator[Any]:
    for feature in every(detail, "productformfeature"):
        if first(feature, "productformfeaturetype") == kind:
            yield feature


def _mapped(detail: Any, kind: str, table: dict[str, str]) -> tuple[str, ...]:
    said = [first(feature, "productformfeaturevalue") for feature in _features(detail, kind)]
    return tuple(dict.fromkeys(table[code] for code in said if code in table))


def accessibility_features(detail: Any) -> tuple[str, ...]:
    """Return names of schema.org's accessibilityFeature for list 196; no DRM is ``unlocked``."""
    free = "00" in texts(detail, "epubtechnicalprotection")
    return _mapped(detail, "09", codes.ACCESSIBILITY) + (("unlocked",) if free else ())


def accessibility_hazards(detail: Any) -> tuple[str, ...]:
    return _mapped(detail, "12", codes.HAZARDS)


def access_modes(detail: Any) -> tuple[str, ...]:
    return _mapped(detail, "09", codes.ACCESS_MODES)


def accessibility_summary(detail: Any) -> str:
    found = [
        prose(words)
        for feature in _features(detail, "09")
        if first(feature, "productformfeaturevalue") == "00"
        for words in every(feature, "productformfeaturedescription")
    ]
    return "\n".join(filter(None, found))
