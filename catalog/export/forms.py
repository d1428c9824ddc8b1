"""All forms in which materials go out, by name: media type, ending of a file's name, writer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from catalog.export import amb, dublin_core, nl_lom, rdf, rdf_quads, rdf_tree, schema_org
from catalog.export.citation.bibtex import bibtex
from catalog.export.citation.ris import ris
from catalog.export.elements import document
from catalog.export.reading_list import Listed, csl_json, items, table

_JSON_LD = "application/ld+json"


class Form(Struct, frozen=True):
    """``write`` takes materials and a language for labels of ours, nl or en.

    Those that are ``single`` write one material, and the first of several.
    """

    media_type: str
    suffix: str
    write: Callable[[Sequence[Listed], str], bytes]
    single: bool = False


def _documents(listed: Sequence[Listed]) -> list[schema_org.Document]:
    return [schema_org.document(one.resource, one.listing) for one in listed]


def _json_ld(listed: Sequence[Listed], _: str) -> bytes:
    found = _documents(listed)
    return schema_org.encode(found[0] if len(found) == 1 else found)


def _amb(listed: Sequence[Listed], _: str) -> bytes:
    found = [amb.document(one.resource, one.listing) for one in listed]
    return schema_org.encode([one for one in found if one])


FORMS: dict[str, Form] = {
    "dublin-core": Form(
        "application/xml",
        ".dc.xml",
        lambda listed, _: document(dublin_core.element(listed[0].resource)),
        single=True,
    ),
    "nl-lom": Form(
        "application/xml",
        ".lom.xml",
        lambda listed, _: document(nl_lom.element(*listed[0])),
        single=True,
    ),
    "schema-org": Form(_JSON_LD, ".jsonld", _json_ld),
    "amb": Form(_JSON_LD, ".amb.jsonld", _amb),
    "turtle": Form("text/turtle", ".ttl", lambda listed, _: rdf.turtle(_documents(listed))),
    "rdf-xml": Form(
        "application/rdf+xml", ".rdf", lambda listed, _: rdf_tree.rdf_xml(_documents(listed))
    ),
    "n-quads": Form(
        "application/n-quads", ".nq", lambda listed, _: rdf_quads.n_quads(_documents(listed))
    ),
    "csl-json": Form("application/vnd.citationstyles.csl+json", ".csl.json", csl_json),
    "bibtex": Form(
        "application/x-bibtex",
        ".bib",
        lambda listed, language: bibtex(items(listed, language)).encode(),
    ),
    "ris": Form(
        "application/x-research-info-systems",
        ".ris",
        lambda listed, language: ris(items(listed, language)).encode(),
    ),
    "csv": Form(
        "text/csv; charset=utf-8",
        ".csv",
        # Excel takes a table for the code page of the machine unless it begins so.
        lambda listed, language: table(listed, language).encode("utf-8-sig"),
    ),
}
