"""N-Quads that are written as the document is nested: the same graph as RDFLib makes of it."""

from __future__ import annotations

import pytest
from described import FIXTURES, LISTING, spoilt
from msgspec.structs import replace
from rdflib import Graph
from rdflib.compare import isomorphic

from catalog.export import rdf, rdf_quads, schema_org
from catalog.resource import LearningResource, Text

RECORDS: list[LearningResource] = [one.values[0] for one in FIXTURES]
ENDING = f" <{LISTING.url}> .\n"


def triples(lines: dict[str, None]) -> Graph:
    text = "".join(line.removesuffix(ENDING) + " .\n" for line in lines)
    return Graph().parse(data=text, format="nt")


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.identifier[:40])
def test_it_is_the_same_graph(record: LearningResource) -> None:
    for each in (record, spoilt(record)):
        document = schema_org.document(each, LISTING)
        lines = rdf_quads.quads(document, "a")
        assert all(line.endswith(ENDING) for line in lines)
        assert list(lines) == list(rdf_quads.quads(document, "a"))
        assert isomorphic(triples(lines), rdf.graph([document]))


def test_a_statement_is_one_line_whatever_is_said() -> None:
    text = 'a "quote" \\n and \\ what\nends\r\nlines: \x85 \u2028 \u2029 \t.'
    record = replace(RECORDS[0], titles=(Text(text, "nl"),))
    document = schema_org.document(record, LISTING)
    lines = rdf_quads.quads(document, "a")
    assert "".join(lines).splitlines(keepends=True) == list(lines)
    name = document["name"]["@value"]
    assert name in {str(each) for each in triples(lines).objects()}


def test_what_has_no_name_is_another_in_each_material() -> None:
    documents = [schema_org.document(record, LISTING) for record in RECORDS[:2]]
    one, other = (
        "".join(rdf_quads.quads(d, label)) for d, label in zip(documents, "ab", strict=True)
    )
    assert "_:an1 " in one
    assert "_:bn1 " in other
    assert "_:b" not in one
    assert rdf_quads.n_quads(documents).decode().count("_:m1n1 ") > 0
