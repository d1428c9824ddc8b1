"""NL-LOM in the IMS MD 1.2.4 binding, as Edurep and the Dutch repositories exchange it."""

from __future__ import annotations

from lxml import etree

from demo.licences import LEVELS, LICENCES, TYPES
from demo.materials import Material
from demo.xml import add

NS = "http://www.imsglobal.org/xsd/imsmd_v1p2"
SCHEMA = "http://www.imsglobal.org/xsd/imsmd_v1p2p4.xsd"
_EDU = "http://purl.edustandaard.nl/"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def write(material: Material) -> etree._Element:
    """Return ``material`` as a ``lom`` element, its parts in the order of the schema."""
    lom = etree.Element(f"{{{NS}}}lom", nsmap={None: NS})
    _general(lom, material)
    _lifecycle(lom, material)
    _metametadata(lom)
    technical = add(lom, "technical")
    add(technical, "format", "video/mp4" if material.type == "video" else "text/html")
    add(technical, "location", material.address)
    _educational(lom, material)
    _rights(lom, material)
    _classifications(lom, material)
    return lom


def _general(lom: etree._Element, material: Material) -> None:
    general = add(lom, "general")
    _text(add(general, "title"), material.full_title, material.language)
    _entry(general, "URI", material.address)
    if material.isbn:
        _entry(general, "ISBN", material.isbn)
    add(general, "language", material.language)
    _text(add(general, "description"), material.description, material.language)
    for subject in material.subjects:
        _text(add(general, "keyword"), subject, material.language)
    level = {"textbook": "4", "course": "4", "lesson": "3", "image": "1"}.get(material.type, "2")
    _value(general, "aggregationlevel", "vdex_aggregationlevel_czp_20060628.xml", level)


def _lifecycle(lom: etree._Element, material: Material) -> None:
    lifecycle = add(lom, "lifecycle")
    if material.edition:
        _text(add(lifecycle, "version"), str(material.edition), "x-none")
    for maker in material.makers:
        given, _, family = maker.rpartition(" ")
        _contribute(lifecycle, "author", f"N:{family};{given};;;\r\nFN:{maker}")
    if material.publisher:
        name = material.publisher.replace(",", "\\,").replace(";", "\\;")
        _contribute(lifecycle, "publisher", f"N:;;;;\r\nFN:{name}\r\nORG:{name}", material.year)


def _contribute(parent: etree._Element, role: str, card: str, year: int = 0) -> None:
    contribute = add(parent, "contribute")
    _value(contribute, "role", "vdex_lifecycle_contribute_role_lomv1p0_20060628.xml", role)
    vcard = f"BEGIN:VCARD\r\nVERSION:3.0\r\n{card}\r\nEND:VCARD"
    # Line ends as \n: a carriage return would be written as a character reference.
    add(add(contribute, "centity"), "vcard", vcard.replace("\r\n", "\n"))
    if year:
        add(add(contribute, "date"), "datetime", str(year))


def _metametadata(lom: etree._Element) -> None:
    about = add(lom, "metametadata")
    add(about, "metadatascheme", "LOMv1.0")
    add(about, "metadatascheme", "nl_lom_v1p0")


def _educational(lom: etree._Element, material: Material) -> None:
    educational = add(lom, "educational")
    for kind, list_ in zip(TYPES[material.type][:2], ("czp", "lomv1p0"), strict=True):
        vocabulary = f"vdex_learningresourcetype_{list_}_20060628.xml"
        _value(educational, "learningresourcetype", vocabulary, kind)
    role = "teacher" if material.type == "training" else "learner"
    vocabulary = "vdex_intendedenduserrole_lomv1p0_20060628.xml"
    _value(educational, "intendedenduserrole", vocabulary, role)
    for context in dict.fromkeys(LEVELS[level][0] for level in material.levels):
        _value(educational, "context", "vdex_context_czp_20060628.xml", context)


def _rights(lom: etree._Element, material: Material) -> None:
    rights = add(lom, "rights")
    _value(rights, "cost", "vdex_cost_lomv1p0_20060628.xml", "no")
    if material.licence:
        url, code = LICENCES[material.licence]
        vocabulary = "copyrightsandotherrestrictions_nllom_20180530"
        _value(rights, "copyrightandotherrestrictions", vocabulary, code)
        if code == "yes":
            _text(add(rights, "description"), url, "x-none")


def _classifications(lom: etree._Element, material: Material) -> None:
    # The first subject is the discipline; the others are keywords only.
    _taxon(_classification(lom, "discipline"), "", material.subjects[0], material.language)
    for level in material.levels:
        _, id_, name = LEVELS[level]
        _taxon(_classification(lom, "educational level"), id_, name, "nl")
    if material.licence:
        access = _classification(lom, "access rights")
        _taxon(
            access, "OpenAccess", "open toegang", "nl", "classification_accessrights_nllom_20180530"
        )


def _classification(lom: etree._Element, purpose: str) -> etree._Element:
    part = add(lom, "classification")
    _value(part, "purpose", "classification_purpose_nllom_20180530", purpose)
    return part


def _taxon(
    part: etree._Element, id_: str, name: str, language: str, vocabulary: str = "begrippenkader"
) -> None:
    path = add(part, "taxonpath")
    _text(add(path, "source"), _EDU + vocabulary, "x-none")
    taxon = add(path, "taxon")
    if id_:
        add(taxon, "id", id_)
    _text(add(taxon, "entry"), name, language)


def _entry(general: etree._Element, catalogue: str, value: str) -> None:
    entry = add(general, "catalogentry")
    add(entry, "catalog", catalogue)
    _text(add(entry, "entry"), value, "x-none")


def _value(parent: etree._Element, name: str, vocabulary: str, value: str) -> None:
    part = add(parent, name)
    _text(add(part, "source"), _EDU + vocabulary, "x-none")
    _text(add(part, "value"), value, "x-none")


def _text(parent: etree._Element, text: str, language: str) -> None:
    add(parent, "langstring", text).set(_LANG, language)
