"""ONIX 2.1 written as 3.0 would have it, so that one reader serves both.

Version 2.1 has everything directly in the Product; 3.0 gathered it in blocks, made composites of
some data elements and renamed a few. What a catalogue has no use for is left out.
"""

from __future__ import annotations

import copy
from typing import Any

from lxml import etree

from harvester.formats.onix.product import every, first, name, said_language

#: Where an element of 2.1 stands in 3.0.
_HOMES = {
    "recordreference": "", "notificationtype": "", "productidentifier": "",
    "productform": "descriptivedetail", "productformdetail": "descriptivedetail",
    "contributor": "descriptivedetail", "editionnumber": "descriptivedetail",
    "editionstatement": "descriptivedetail", "editiontypecode": "descriptivedetail",
    "language": "descriptivedetail", "extent": "descriptivedetail",
    "mainsubject": "descriptivedetail", "subject": "descriptivedetail",
    "audiencecode": "descriptivedetail", "audience": "descriptivedetail",
    "audiencerange": "descriptivedetail", "audiencedescription": "descriptivedetail",
    "othertext": "collateraldetail", "imprint": "publishingdetail",
    "publisher": "publishingdetail", "publishingstatus": "publishingdetail",
    "website": "publishingdetail/publisher", "productwebsite": "publishingdetail/publisher",
    "relatedproduct": "relatedmaterial", "supplydetail": "productsupply",
}  # fmt: skip
_RENAMED = {
    "editiontypecode": "editiontype", "mainsubject": "subject", "othertext": "textcontent",
    "mainsubjectschemeidentifier": "subjectschemeidentifier", "texttypecode": "texttype",
    "personnameidentifier": "nameidentifier", "personnameidtype": "nameidtype",
    "productwebsite": "website", "productwebsitelink": "websitelink",
    "relationcode": "productrelationcode",
}  # fmt: skip
#: Data elements of 2.1 that are composites in 3.0: which, what else it says, and the value's name.
_VALUES = {
    "epubtype": ("descriptivedetail", {}, "productformdetail"),
    "basicmainsubject": ("descriptivedetail/subject", {"subjectschemeidentifier": "10"},
                         "subjectcode"),
    "bicmainsubject": ("descriptivedetail/subject", {"subjectschemeidentifier": "12"},
                       "subjectcode"),
    "languageoftext": ("descriptivedetail/language", {"languagerole": "01"}, "languagecode"),
    "maindescription": ("collateraldetail/textcontent", {"texttype": "03"}, "text"),
    "annotation": ("collateraldetail/textcontent", {"texttype": "02"}, "text"),
    "publicationdate": ("publishingdetail/publishingdate", {"publishingdaterole": "01"}, "date"),
    "yearfirstpublished": ("publishingdetail/publishingdate", {"publishingdaterole": "11"}, "date"),
    "publishername": ("publishingdetail/publisher", {}, "publishername"),
    "imprintname": ("publishingdetail/imprint", {}, "imprintname"),
}  # fmt: skip
#: Codes of other lists than in 3.0: 7 for 150, 10 for 175, 33 for 153, 38 for 158.
_FORMS = {"DG": "ED", "DH": "EC"}
_EPUB_TYPES = {"001": "E105", "002": "E107", "022": "E127", "029": "E101"}
_TEXTS = {"01": "03", "03": "03", "17": "05", "18": "05", "02": "02", "04": "04"}
_PICTURES = {"04": "01", "06": "01", "07": "27"}
_CODES = {"productform": _FORMS, "epubtype": _EPUB_TYPES, "texttypecode": _TEXTS}
_SHARED = frozenset({
    "descriptivedetail", "collateraldetail", "publishingdetail", "relatedmaterial", "productsupply",
})  # fmt: skip
_NAMES = ("titletext", "titleprefix", "titlewithoutprefix", "subtitle")


def upgraded(product: Any) -> Any:
    """Return a Product of 3.0 that says what this one of 2.1 says; this one stays as it is."""
    new = etree.Element("product")
    for child in product:
        said = name(child.tag)
        if said in _HOMES:
            _move(new, child, _HOMES[said])
        elif said in _VALUES:
            path, fixed, value = _VALUES[said]
            _move(_made(new, path, fixed), child, "", value)
        elif said == "title":
            _add_title(new, child, "descriptivedetail/titledetail", "01")
        elif said in ("series", "set"):
            inner = next(every(child, "title"), child)
            _add_title(new, inner, "descriptivedetail/collection/titledetail", "02")
        elif said == "mediafile" and first(child, "mediafilelink").startswith("http"):
            kind = _PICTURES.get(first(child, "mediafiletypecode"), "")
            picture = _made(new, "collateraldetail/supportingresource",
                            {"resourcecontenttype": kind})  # fmt: skip
            _made(picture, "resourceversion", {"resourcelink": first(child, "mediafilelink")})
    if next(every(product, "title"), None) is None:
        _add_title(new, product, "descriptivedetail/titledetail", "01")
    return new


def _move(new: Any, child: Any, path: str, tag: str = "") -> None:
    moved = copy.deepcopy(child)
    moved.tail = None
    for element in moved.iter():
        said = name(element.tag)
        if said in _CODES:
            element.text = _CODES[said].get((element.text or "").strip(), element.text)
        if said in _RENAMED:  # of a mended document not every tag may be set again
            element.tag = _RENAMED[said]
    moved.tag = tag or moved.tag
    (_made(new, path, {}) if path else new).append(moved)


def _add_title(new: Any, old: Any, path: str, level: str) -> None:
    parts = {part: first(old, part) for part in _NAMES}
    other = (first(old, other) for other in ("distinctivetitle", "titleofseries", "titleofset"))
    parts["titletext"] = parts["titletext"] or next(filter(None, other), "")
    if not any(parts.values()):
        return
    detail = _made(new, path, {"titletype": first(old, "titletype") or "01"})
    element = _made(detail, "titleelement", {"titleelementlevel": level, **parts})
    if said := said_language(old, "titletext", "titlewithoutprefix"):
        element.set("language", said)


def _made(parent: Any, path: str, parts: dict[str, str]) -> Any:
    """Make the composite at ``path``; the blocks of 3.0 are there once."""
    for step in path.split("/"):
        shared = next(every(parent, step), None) if step in _SHARED else None
        parent = etree.SubElement(parent, step) if shared is None else shared
    for tag, text in parts.items():
        if text:
            etree.SubElement(parent, tag).text = text
    return parent
