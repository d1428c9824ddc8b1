"""Reading ONIX elements by their reference names in lower case, whichever tags were used.

Short tags of composites are the reference name in lower case; those of data elements are codes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

from harvester.formats._xml import language, local, stated, text

_SHORT = {
    "a001": "recordreference", "a002": "notificationtype", "b221": "productidtype",
    "b244": "idvalue", "b012": "productform", "b333": "productformdetail",
    "b334": "productformfeaturetype", "b335": "productformfeaturevalue",
    "b336": "productformfeaturedescription", "x416": "primarycontenttype",
    "b385": "productcontenttype", "x511": "epublicensename", "x510": "epublicenseexpressionlink",
    "x317": "epubtechnicalprotection", "b202": "titletype", "x409": "titleelementlevel",
    "b203": "titletext", "b030": "titleprefix", "b031": "titlewithoutprefix", "b029": "subtitle",
    "x410": "partnumber", "b035": "contributorrole", "x415": "nameidtype", "b036": "personname",
    "b037": "personnameinverted", "b039": "namesbeforekey", "b040": "keynames",
    "b041": "namesafterkey", "b247": "prefixtokey", "b248": "suffixtokey",
    "b047": "corporatename", "b046": "affiliation", "x419": "editiontype",
    "b057": "editionnumber", "b058": "editionstatement", "b253": "languagerole",
    "b252": "languagecode", "b218": "extenttype", "b219": "extentvalue", "b220": "extentunit",
    "b067": "subjectschemeidentifier", "b171": "subjectschemename", "b069": "subjectcode",
    "b070": "subjectheadingtext", "b073": "audiencecode", "b204": "audiencecodetype",
    "b205": "audiencecodetypename", "b206": "audiencecodevalue", "x578": "audienceheadingtext",
    "b074": "audiencerangequalifier", "b075": "audiencerangeprecision",
    "b076": "audiencerangevalue", "b207": "audiencedescription", "x426": "texttype",
    "d104": "text", "x436": "resourcecontenttype", "x435": "resourcelink",
    "b291": "publishingrole", "b081": "publishername", "b079": "imprintname",
    "b394": "publishingstatus", "x448": "publishingdaterole", "b306": "date",
    "x455": "productrelationcode", "b367": "websiterole", "b295": "websitelink",
    "j192": "unpriceditemtype", "j151": "priceamount",
    # 2.1 alone
    "b211": "epubtype", "b028": "distinctivetitle", "b018": "titleofseries", "b023": "titleofset",
    "b056": "editiontypecode", "b059": "languageoftext", "b064": "basicmainsubject",
    "b065": "bicmainsubject", "b191": "mainsubjectschemeidentifier", "d100": "annotation",
    "d101": "maindescription", "d102": "texttypecode", "f114": "mediafiletypecode",
    "f117": "mediafilelink", "f123": "productwebsitelink", "b003": "publicationdate",
    "b088": "yearfirstpublished", "b390": "personnameidtype", "h208": "relationcode",
}  # fmt: skip
_BLOCKS = frozenset({"p", "br", "li", "div", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4"})


@functools.lru_cache(maxsize=4096)
def name(tag: Any) -> str:
    """Return the reference name of an element in lower case."""
    found = local(tag)
    return _SHORT.get(found, found)


def every(element: Any, *path: str) -> Iterator[Any]:
    """Yield the elements below ``element`` at ``path``, in order."""
    step, rest = path[0], path[1:]
    for child in element:
        if name(child.tag) == step:
            if rest:
                yield from every(child, *rest)
            else:
                yield child


def texts(element: Any, *path: str) -> list[str]:
    """Return what is said at ``path``, empty elements left out."""
    return [said for found in every(element, *path) if (said := text(found))]


def first(element: Any, *path: str) -> str:
    """Return the first thing said at ``path``, or ""."""
    return next((said for found in every(element, *path) if (said := text(found))), "")


def said_language(element: Any, *names: str) -> str:
    """Return the language that ``element``, or its first child of ``names``, claims."""
    if said := language(element):
        return said
    return next(
        (stated(said) for n in names for e in every(element, n) if (said := language(e))), ""
    )


def prose(element: Any) -> str:
    """Return the text of an element that may hold XHTML, its blocks on lines of their own."""
    if not len(element):
        return text(element)
    parts = [element.text or ""]
    for child in element.iterdescendants():
        parts.append("\n" if local(child.tag) in _BLOCKS else "")
        parts += (child.text or "", child.tail or "")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(filter(None, lines))
