"""A publisher's ONIX 3.0 message with reference tags: digital books, free of charge."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from demo.dc import inverted
from demo.licences import BIBLIOGRAPHIC, LICENCES
from demo.materials import Material
from demo.xml import add

NS = "http://ns.editeur.org/onix/3.0/reference"


def write(materials: Iterable[Material], sent: str) -> bytes:
    """Return a message about ``materials``; ``sent`` is the moment it was made, ISO 8601."""
    message = etree.Element(f"{{{NS}}}ONIXMessage", nsmap={None: NS}, release="3.0")
    header = add(message, "Header")
    add(add(header, "Sender"), "SenderName", "Vrijboek Distributie")
    add(header, "SentDateTime", "".join(c for c in sent if c not in "-:"))
    for material in materials:
        _product(message, material)
    return etree.tostring(message, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _product(message: etree._Element, material: Material) -> None:
    product = add(message, "Product")
    add(product, "RecordReference", f"nl.vrijboek.{material.id}")
    add(product, "NotificationType", "03")
    identifier = add(product, "ProductIdentifier")
    add(identifier, "ProductIDType", "15" if material.isbn else "01")
    if not material.isbn:
        add(identifier, "IDTypeName", "Vrijboek")
    add(identifier, "IDValue", material.isbn or material.id)
    _description(product, material)
    text = add(add(product, "CollateralDetail"), "TextContent")
    add(text, "TextType", "03")
    add(text, "ContentAudience", "00")
    add(text, "Text", material.description, language=BIBLIOGRAPHIC[material.language])
    _publishing(product, material)
    _supply(product, material)


def _description(product: etree._Element, material: Material) -> None:
    detail = add(product, "DescriptiveDetail")
    add(detail, "ProductComposition", "00")
    add(detail, "ProductForm", "EC")
    add(detail, "ProductFormDetail", "E105")
    add(detail, "EpubTechnicalProtection", "00")
    if material.licence:
        licence = add(detail, "EpubLicense")
        add(licence, "EpubLicenseName", material.licence.replace("CC ", "Creative Commons "))
        expression = add(licence, "EpubLicenseExpression")
        add(expression, "EpubLicenseExpressionType", "01")
        add(expression, "EpubLicenseExpressionLink", LICENCES[material.licence][0])
    _title(detail, material)
    for place, maker in enumerate(material.makers, start=1):
        contributor = add(detail, "Contributor")
        add(contributor, "SequenceNumber", str(place))
        add(contributor, "ContributorRole", "A01")
        add(contributor, "PersonName", maker)
        add(contributor, "PersonNameInverted", inverted(maker))
    if material.edition:
        add(detail, "EditionNumber", str(material.edition))
    language = add(detail, "Language")
    add(language, "LanguageRole", "01")
    add(language, "LanguageCode", BIBLIOGRAPHIC[material.language])
    subject = add(detail, "Subject")
    add(subject, "SubjectSchemeIdentifier", "20")
    add(subject, "SubjectHeadingText", "; ".join(material.subjects))
    audience = add(detail, "Audience")
    add(audience, "AudienceCodeType", "01")
    add(audience, "AudienceCodeValue", "05" if {"hbo", "wo"} & {*material.levels} else "04")


def _title(detail: etree._Element, material: Material) -> None:
    title = add(detail, "TitleDetail")
    add(title, "TitleType", "01")
    element = add(title, "TitleElement")
    add(element, "TitleElementLevel", "01")
    add(element, "TitleText", material.title)
    if material.subtitle:
        add(element, "Subtitle", material.subtitle)


def _publishing(product: etree._Element, material: Material) -> None:
    detail = add(product, "PublishingDetail")
    if material.publisher:
        publisher = add(detail, "Publisher")
        add(publisher, "PublishingRole", "01")
        add(publisher, "PublisherName", material.publisher)
    add(detail, "PublishingStatus", "04")
    if material.year:
        date = add(detail, "PublishingDate")
        add(date, "PublishingDateRole", "01")
        add(date, "Date", str(material.year), dateformat="05")


def _supply(product: etree._Element, material: Material) -> None:
    supply = add(add(product, "ProductSupply"), "SupplyDetail")
    supplier = add(supply, "Supplier")
    add(supplier, "SupplierRole", "01")
    add(supplier, "SupplierName", material.publisher or "Vrijboek Distributie")
    website = add(supplier, "Website")
    add(website, "WebsiteRole", "29")  # full content
    add(website, "WebsiteLink", material.address)
    add(supply, "ProductAvailability", "20")
    add(supply, "UnpricedItemType", "01")
