"""The API, against its own description."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from fake_catalogue import FakeCatalogue, card, hostile, resource
from flask.testing import FlaskClient
from msgspec.structs import replace

from catalog.index import FACETS
from catalog.resource import Agent
from webapp.answers import Record, Results, Values


@pytest.fixture
def openapi(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return dict(msgspec.json.decode(answer.data))


def schema(openapi: dict[str, Any], name: str) -> dict[str, Any]:
    return dict(openapi["components"]["schemas"][name])


def test_the_description_names_every_route_and_only_those(
    client: FlaskClient, openapi: dict[str, Any]
) -> None:
    assert openapi["openapi"].startswith("3.1")
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }
    assert routes == set(openapi["paths"])


def test_every_reference_in_the_description_resolves(openapi: dict[str, Any]) -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if "$ref" in node else []
            return own + [ref for child in node.values() for ref in references(child)]
        return (
            [ref for child in node for ref in references(child)] if isinstance(node, list) else []
        )

    found = references(openapi)
    assert found
    for reference in found:
        _, _, kind, name = reference.rsplit("/", 3)
        assert name in openapi["components"][kind]


def test_search_answers_as_described(client: FlaskClient, openapi: dict[str, Any]) -> None:
    parameters = openapi["paths"]["/api/v1/search"]["get"]["parameters"]
    names = [parameter["name"] for parameter in parameters]
    assert len(names) == len(set(names))
    out = {f"not.{facet}" for facet in FACETS}
    years = {"year.from", "year.to"}
    assert set(names) == {
        "q", *FACETS, *out, *years, "copies", "literal", "sort", "page", "size", "facets", "cursor"
    }  # fmt: skip
    answer = client.get("/api/v1/search?q=breuken&size=5&openness=open&sort=newest")
    assert answer.content_type == "application/json"
    described = schema(openapi, "Results")
    assert (
        set(msgspec.json.decode(answer.data))
        == set(described["required"])
        == set(described["properties"])
    )
    results = msgspec.json.decode(answer.data, type=Results)
    assert results.size == 5
    assert results.total > 5
    assert set(results.facets) == set(FACETS)
    assert results.results[0].page.startswith("https://vindplaats.example/nl/materiaal/")


def test_next_leads_through_all_results(client: FlaskClient) -> None:
    address, seen = "/api/v1/search?size=100&q=hoofdstuk&level=hbo", []
    while address:
        answer = msgspec.json.decode(
            client.get(address.removeprefix("https://vindplaats.example")).data
        )
        seen += [each["id"] for each in answer["results"]]
        address = answer["next"]
    assert len(seen) == len(set(seen)) == answer["total"]


def test_only_the_facets_asked_for_are_counted(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?facets=year,level&size=100&not.openness=open")
    results = msgspec.json.decode(answer.data, type=Results)
    assert set(results.facets) == {"year", "level"}
    assert "facets=year,level" in results.next
    assert "not.openness=open" in results.next
    none = msgspec.json.decode(client.get("/api/v1/search?facets=").data, type=Results)
    assert none.facets == {}


def test_values_of_a_facet_are_listed(client: FlaskClient, openapi: dict[str, Any]) -> None:
    parameters = openapi["paths"]["/api/v1/facets/{name}"]["get"]["parameters"]
    assert {"name", "q", "level", "not.level", "find", "order", "page"} <= {
        parameter["name"] for parameter in parameters
    }
    answer = client.get("/api/v1/facets/level?q=hoofdstuk&not.type=video&find=hbo&order=name")
    listed = msgspec.json.decode(answer.data, type=Values)
    assert set(msgspec.json.decode(answer.data)) == set(schema(openapi, "Values")["required"])
    assert [each.value for each in listed.values] == ["hbo"]
    assert listed.values[0].label == "Hbo"
    assert (listed.total, listed.page, listed.next) == (1, 1, "")
    counted = msgspec.json.decode(
        client.get("/api/v1/search?q=hoofdstuk&not.type=video").data, type=Results
    )
    assert listed.values[0].count == {c.value: c.count for c in counted.facets["level"]}["hbo"]


def test_next_leads_through_all_values(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    for number in range(250):
        own = replace(resource(number), publishers=(Agent(f"Pers {number}"),))
        catalogue.cards[f"vb{number}"] = card(f"vb{number}", own)
    address, seen = "/api/v1/facets/institution?find=pers&q=hoofdstuk", []
    while address:
        listed = msgspec.json.decode(
            client.get(address.removeprefix("https://vindplaats.example")).data, type=Values
        )
        seen += [each.value for each in listed.values]
        address = listed.next
    assert len(seen) == len(set(seen)) == listed.total > 200


def test_a_record_is_the_resource_itself(client: FlaskClient, openapi: dict[str, Any]) -> None:
    answer = client.get("/api/v1/resources/vb1")
    assert set(msgspec.json.decode(answer.data)) == set(schema(openapi, "Work")["required"])
    assert msgspec.json.decode(answer.data, type=Record).resource == resource(1)
    one = client.get("/api/v1/copies/vb1")
    assert set(msgspec.json.decode(one.data)) == set(schema(openapi, "Record")["required"])


def test_a_hostile_record_survives_the_journey(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.cards["evil"] = card("evil", hostile())
    answer = client.get("/api/v1/resources/evil")
    assert msgspec.json.decode(answer.data, type=Record).resource == hostile()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/resources/none", 404),
        ("/api/v1/copies/none", 404),
        ("/api/v1/copies/weg", 410),
        ("/api/v1/search?copies=2", 400),
        ("/api/v1/resources/weg", 410),
        ("/api/v1/search?page=0", 400),
        ("/api/v1/search?facets=colour", 400),
        ("/api/v1/facets/colour", 404),
        ("/api/v1/facets/level?order=size", 400),
        ("/api/v1/nothing", 404),
    ],
)
def test_errors_are_problems(
    client: FlaskClient,
    catalogue: FakeCatalogue,
    openapi: dict[str, Any],
    address: str,
    status: int,
) -> None:
    catalogue.cards["weg"] = card("weg", resource(1), deleted=True)
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    problem = msgspec.json.decode(answer.data)
    assert problem["status"] == status
    assert set(problem) <= set(schema(openapi, "Problem")["properties"])
