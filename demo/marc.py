"""A library's file of MARC 21 records, in UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pymarc import Field, Indicators, Record, Subfield

from demo.dc import inverted
from demo.licences import BIBLIOGRAPHIC, LICENCES
from demo.materials import Material

_ONLINE = "00000nam a2200000 i 4500"


def write(materials: Iterable[Material]) -> bytes:
    """Return the records of ``materials`` one after another, as ISO 2709 has it."""
    return b"".join(_record(material).as_marc() for material in materials)


def _record(material: Material) -> Record:
    language = BIBLIOGRAPHIC[material.language]
    fields = [
        Field(tag="001", data=f"nk{material.id}"),
        Field(tag="003", data="NL-Noorderkade"),
        Field(tag="005", data=f"{material.changed:%Y%m%d%H%M%S}.0"),
        Field(tag="007", data="cr"),
        Field(tag="008", data=_fixed(material, language)),
        *_numbers(material),
        *_names_and_title(material),
        _field("336", "  ", a="text", b="txt", _2="rdacontent"),
        _field("338", "  ", a="online resource", b="cr", _2="rdacarrier"),
        _field("506", "0 ", a="Vrij toegankelijk.", f="Unrestricted online access"),
        _field("520", "  ", a=material.description),
        *[_field("521", "8 ", a=level) for level in material.levels],
    ]
    if material.licence:
        fields.append(_field("540", "  ", a=material.licence, u=LICENCES[material.licence][0]))
    fields += [_field("650", " 4", a=subject.capitalize() + ".") for subject in material.subjects]
    fields.append(_field("856", "40", u=material.address_2 or material.address, y="Lees online"))
    return Record(fields=fields, leader=_ONLINE, force_utf8=True)


def _numbers(material: Material) -> Iterator[Field]:
    if material.isbn:
        yield _field("020", "  ", a=material.isbn, q="online")
    if material.doi:
        yield _field("024", "7 ", a=material.doi, _2="doi")


def _names_and_title(material: Material) -> Iterator[Field]:
    """Yield 100, 245, 250, 264 and 700, with the punctuation that cataloguers put in them."""
    first, *others = material.makers or ("",)
    if first:
        yield _field("100", "1 ", a=f"{inverted(first)},", e="author.")
    title = {"a": f"{material.title} :" if material.subtitle else f"{material.title} /"}
    if material.subtitle:
        title["b"] = f"{material.subtitle} /"
    title["c"] = ", ".join(material.makers) + "." if first else f"{material.publisher}."
    yield _field("245", f"{int(bool(first))}0", **title)
    if material.edition:
        yield _field("250", "  ", a=f"{_ordinal(material.edition)} edition.")
    if material.publisher:
        year = {"c": f"{material.year}."} if material.year else {}
        yield _field("264", " 1", b=f"{material.publisher},", **year)
    for other in others:
        yield _field("700", "1 ", a=f"{inverted(other)},", e="author.")


def _fixed(material: Material, language: str) -> str:
    """Return field 008: entered on, date of publication, form of item (online), language."""
    date = f"s{material.year}    " if material.year else "nuuuuuuuu"
    return f"{material.changed:%y%m%d}{date}xx{' ' * 6}o{' ' * 11}{language} d"


def _ordinal(number: int) -> str:
    return {1: "First", 2: "Second", 3: "Third"}.get(number, f"{number}th")


def _field(tag: str, indicators: str, **subfields: str) -> Field:
    """Return a data field; ``_2`` stands for subfield 2, which cannot be a Python name."""
    parts = [Subfield(code.lstrip("_"), value) for code, value in subfields.items()]
    return Field(tag=tag, indicators=Indicators(*indicators), subfields=parts)
