"""Every form of every record can be read by somebody else, whatever is in the record."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from described import FIXTURES, LISTING, spoilt
from jsonschema import Draft7Validator, FormatChecker
from msgspec.structs import replace
from rdflib import Graph
from rdflib.compare import isomorphic
from referencing import Registry, Resource

from catalog.export import UNLISTED, amb, rdf, rdf_quads, rdf_tree, schema_org
from catalog.export.forms import FORMS
from catalog.export.reading_list import COLUMNS, Listed, table
from catalog.normalise import normalise
from catalog.resource import Agent, Concept, Date, LearningResource, Relation, Text
from harvester import formats
from harvester.raw import Raw

CLEAN: list[LearningResource] = [one.values[0] for one in FIXTURES]
EMPTY = LearningResource(source="s", identifier="i")
LIST = [Listed(r, LISTING) for r in (*CLEAN, *map(spoilt, CLEAN), EMPTY)]
DOCUMENTS = [schema_org.document(*one) for one in LIST]


@pytest.mark.parametrize("name", FORMS)
def test_every_form_takes_any_record_and_lists_of_them(name: str) -> None:
    form = FORMS[name]
    for one in LIST[:: 1 if form.single else 10]:
        assert form.write([one], "nl").decode("utf-8")
    if not form.single:
        assert form.write(LIST, "en").decode("utf-8")
        form.write([], "en").decode("utf-8")


def test_forms_are_told_apart_by_their_suffix() -> None:
    assert len({form.suffix for form in FORMS.values()}) == len(FORMS)


READERS: dict[str, tuple[Callable[[list[schema_org.Document]], bytes], str]] = {
    "turtle": (rdf.turtle, "turtle"),
    "rdf-xml": (rdf_tree.rdf_xml, "xml"),
}


@pytest.mark.parametrize("name", READERS)
def test_a_graph_that_is_written_is_read_as_the_same_graph(name: str) -> None:
    write, reader = READERS[name]
    for document in DOCUMENTS[::3]:
        graph, written = rdf.graph([document]), write([document])
        assert isomorphic(Graph().parse(data=written, format=reader), graph)
        assert write([document]) == written  # or it would be sent anew whenever it is asked for


def test_quads_are_in_the_graph_of_their_page() -> None:
    lines = rdf_quads.n_quads(DOCUMENTS).decode().splitlines()
    ending = f" <{LISTING.url}> ."
    assert all(line.endswith(ending) for line in lines)
    triples = "\n".join(line.removesuffix(ending) + " ." for line in lines)
    assert len(Graph().parse(data=triples, format="nt")) == len(set(lines))


def test_quads_of_what_has_no_page_are_triples() -> None:
    document = schema_org.document(CLEAN[0])
    quads = rdf_quads.n_quads([document]).decode()
    assert isomorphic(Graph().parse(data=quads, format="nt"), rdf.graph([document]))


def test_what_is_no_address_is_no_name_in_rdf() -> None:
    record = LearningResource(
        source="s",
        identifier="i",
        titles=(Text("Titel", "x" * 20), Text("Title", "en")),
        url="https://x.example/a b<c>",
        subjects=(Concept(id="https://x.example/{id}", label="Iets", scheme="eigen lijst"),),
        creators=(Agent("Iemand", ids=("https://x.example/\u202e",)),),
    )
    graph = Graph().parse(data=rdf.turtle([schema_org.document(record)]), format="turtle")
    said = {str(text) for text in graph.objects()}
    assert {"Titel", "Title", "https://x.example/a b<c>", "Iets", "eigen lijst"} <= said
    names = {str(node) for triple in graph for node in triple if type(node).__name__ == "URIRef"}
    assert all(name.startswith(("https://schema.org/", "http://www.w3.org/")) for name in names)


def test_json_ld_can_stand_in_a_page() -> None:
    for document in DOCUMENTS:
        written = schema_org.encode(document)
        assert not {b"<", b">", b"&"} & {written[at : at + 1] for at in range(len(written))}
        assert json.loads(written)["@context"]


def test_a_table_has_a_row_for_each_and_no_formulas() -> None:
    evil = replace(
        EMPTY,
        titles=(Text('=HYPERLINK("http://x")'),),
        creators=(Agent("+1"), Agent("\uff1d2")),
        keywords=(Text("@SUM(A1)"),),
        descriptions=(Text("-1+1|cmd\nregel"),),
    )
    rows = list(csv.DictReader(io.StringIO(table([Listed(evil, UNLISTED), *LIST], "nl"))))
    assert len(rows) == len(LIST) + 1
    assert rows[0]["title"] == '\'=HYPERLINK("http://x")'
    assert rows[0]["keywords"] == "'@SUM(A1)"
    assert rows[0]["description"] == "'-1+1|cmd\nregel"
    for row in rows:
        assert tuple(row) == COLUMNS
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


def test_a_row_says_what_people_ask_of_a_list() -> None:
    record = normalise(
        LearningResource(
            source="bron",
            identifier="1",
            titles=(Text("Wondzorg", "nl"),),
            creators=(Agent("Berg, Anna van den"), Agent("Zorgschool")),
            dates=(Date("2019-03", "issued"),),
            rights=("cc-by-sa-40",),
            type_terms=(Concept(label="video"),),
            level_terms=(Concept(label="mbo-4"),),
            languages=("nl",),
        )
    )
    (row,) = csv.DictReader(io.StringIO(table([Listed(record, LISTING)], "nl")))
    assert {key: cell for key, cell in row.items() if cell} == {
        "title": "Wondzorg",
        "creators": "Anna van den Berg; Zorgschool",
        "year": "2019",
        "licence": "CC BY-SA 4.0",
        "licence_url": "https://creativecommons.org/licenses/by-sa/4.0/",
        "languages": "nl",
        "types": "Video",
        "levels": "Mbo niveau 4",
        "source": "Bron",
        "page": LISTING.url,
    }


def judge(samples: Path) -> Draft7Validator:
    """Return AMB's own validator; its parts name each other by address."""
    folder = samples.parent / "schemas" / "amb" / "20231019" / "schemas"
    if not folder.is_dir():
        pytest.skip("the schemas of AMB are not beside the samples")
    parts = [json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))]
    known: Registry[Any] = Registry().with_resources(
        [(part["$id"], Resource.from_contents(part)) for part in parts]
    )
    (whole,) = (part for part in parts if part["$id"].endswith("/schema.json"))
    return Draft7Validator(whole, registry=known, format_checker=FormatChecker())


def test_samples_beside_schemas_what_goes_out_as_amb_is_amb(samples: Path) -> None:
    validator = judge(samples)
    found = [amb.document(*one) for one in LIST]
    assert all(found)
    for one in found:
        assert not list(validator.iter_errors(json.loads(schema_org.encode(one))))


def test_amb_says_what_it_has_words_for() -> None:
    record = LearningResource(
        source="s",
        identifier="i",
        titles=(Text("Wondzorg", "nl"),),
        url="https://zorg.example.org/1",
        creators=(Agent("Anna van den Berg"), Agent("Zorgschool", "organisation")),
        type_terms=(Concept("https://schema.org/VideoObject", "VideoObject", "schema.org"),),
        level_terms=(Concept(label="hbo bachelor"),),
        subjects=(Concept(label="verpleegkunde"),),
        rights=("cc-by-40",),
        access_terms=("OpenAccess",),
        audience_roles=("learner",),
        dates=(Date("2019", "issued"), Date("2019-03-01", "created")),
        relations=(Relation("ispartof", "https://zorg.example.org/", "Zorg"),),
    )
    found = amb.document(normalise(record), LISTING)
    assert found
    assert found["type"] == ["LearningResource", "VideoObject"]
    assert found["creator"] == [
        {"type": "Person", "name": "Anna van den Berg"},
        {"type": "Organization", "name": "Zorgschool"},
    ]
    assert found["learningResourceType"][0]["id"] == "https://w3id.org/kim/hcrt/video"
    assert found["educationalLevel"] == [
        {"type": "Concept", "id": "https://w3id.org/kim/educationalLevel/level_6"}
    ]
    assert any("hochschulfaechersystematik" in one["id"] for one in found["about"])
    assert found["license"] == {"id": "https://creativecommons.org/licenses/by/4.0/"}
    assert found["conditionsOfAccess"] == {"id": "http://w3id.org/kim/conditionsOfAccess/no_login"}
    assert "datePublished" not in found
    assert found["dateCreated"] == "2019-03-01"
    assert found["isPartOf"][0]["id"] == "https://zorg.example.org/"


def test_amb_is_read_back_as_the_same_material() -> None:
    for r in CLEAN:
        document = amb.document(r)
        if document is None:
            continue
        raw = Raw(
            source=r.source,
            identifier=r.identifier,
            media_type="application/ld+json",
            content=schema_org.encode(document),
        )
        (back,) = map(normalise, formats.read(raw)[1])
        assert back.url == r.url
        assert {one.name for one in back.creators} == {one.name for one in r.creators}
        assert back.types == r.types
        assert back.licence_url in (r.licence_url, "")
        assert not r.titles or back.titles[0].text in {title.text for title in r.titles}


def test_without_an_address_there_is_no_amb() -> None:
    assert amb.document(EMPTY) is None
