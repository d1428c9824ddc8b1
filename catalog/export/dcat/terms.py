"""The vocabularies in which a catalogue is described, and values as they write them."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import XSD, Literal, Namespace, URIRef
from rdflib.term import Node

from catalog.dump.manifest import DELETES, QUADS, RECORDS, Manifest
from catalog.export.dcat.offer import Texts
from catalog.export.rdf import is_iri

DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCT = Namespace("http://purl.org/dc/terms/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
PREFIXES = {"dcat": DCAT, "dcterms": DCT, "foaf": FOAF, "vcard": VCARD, "spdx": SPDX}

EU = Namespace("http://publications.europa.eu/resource/authority/")
IANA = Namespace("https://www.iana.org/assignments/media-types/")
LANGUAGES = {"nl": EU["language/NLD"], "en": EU["language/ENG"]}
EDUCATION = EU["data-theme/EDUC"]
KEYWORDS = (("nl", "leermateriaal"), ("nl", "metadata"), ("en", "learning materials"),
             ("en", "open educational resources"), ("en", "metadata"))  # fmt: skip
#: What is in a file: its type as IANA has it, where it has one; as the EU lists it; a standard.
FORMS: dict[str, tuple[str, str, str]] = {
    RECORDS: ("", "JSON", "https://jsonlines.org/"),
    QUADS: ("application/n-quads", "RDF_N_QUADS", "http://www.w3.org/TR/n-quads/"),
    DELETES: ("", "JSON", "https://jsonlines.org/"),
}

#: What is said of something; None is not said.
Pairs = Iterable[tuple[URIRef, Node | None]]


def texts(said: Texts) -> list[Literal]:
    """Return texts in their languages."""
    return [Literal(text, lang=language) for language, text in said]


def made(dump: Manifest | None) -> Pairs:
    """Yield when a dataset was made and is made anew, where it is at all."""
    if dump:
        yield DCT.modified, instant(dump)
        yield DCAT.version, Literal(str(dump.seq))
        yield DCT.accrualPeriodicity, EU["frequency/DAILY"]


def instant(dump: Manifest | None) -> Literal | None:
    """Return when a dump was made."""
    return Literal(dump.made, datatype=XSD.dateTime) if dump else None


def address(url: str) -> URIRef | None:
    """Return an address, where it is one."""
    return URIRef(url) if is_iri(url) else None
