"""RDF/XML that is written as the document is nested: the same graph as RDFLib makes of it."""

from __future__ import annotations

import pytest
from described import FIXTURES, LISTING, spoilt
from lxml import etree
from rdflib import Graph
from rdflib.compare import isomorphic

from catalog.export import rdf, rdf_tree, schema_org
from catalog.resource import Concept, LearningResource

RECORDS: list[LearningResource] = [one.values[0] for one in FIXTURES]


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: r.identifier[:40])
def test_it_is_the_same_graph(record: LearningResource) -> None:
    document = schema_org.document(record, LISTING)
    written = etree.tostring(rdf_tree.element(document))
    assert written == etree.tostring(rdf_tree.element(document))
    graph = Graph().parse(data=written, format="xml")
    assert isomorphic(graph, rdf.graph([document]))


def test_dirt_makes_no_difference() -> None:
    bad = Concept(label="no name: <a>", scheme="schema.org")
    for record in map(spoilt, RECORDS):
        document = schema_org.document(record, LISTING)
        document["@type"].append(bad.label)
        written = etree.tostring(rdf_tree.element(document))
        assert b"no name" not in written
        Graph().parse(data=written, format="xml")
