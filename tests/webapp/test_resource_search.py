"""LTI Resource Search 1.0: what is found, and in which shape, errors included."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema
import pytest
from fake_catalogue import SETTINGS, FakeCatalogue, card, hostile, resource
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from catalog import vocabulary
from catalog.index import SearchError
from catalog.resource import Text
from webapp.resource_search.description import description
from webapp.resource_search.filters import read
from webapp.resource_search.kinds import KINDS
from webapp.resource_search.resources import FIELDS

BASE = "/ims/rs/v1p0"
DESCRIBED = description(SETTINGS.site, BASE, ("name", "publishDate", "relevance"))


def judge(name: str) -> jsonschema.Draft202012Validator:
    """Return what holds an answer to our own description of it."""
    schema = {**DESCRIBED, "$ref": f"#/components/schemas/{name}"}
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


RESOURCES, SUBJECTS, FAILURE = map(judge, ("ResourceSet", "SubjectSet", "imsx_StatusInfo"))


def asked(client: FlaskClient, **given: Any) -> Any:
    response = client.get(f"{BASE}/resources?{urlencode(given)}")
    assert response.status_code == 200, response.text
    assert response.content_type == "application/json"
    said = response.get_json()
    RESOURCES.validate(said)
    assert int(response.headers["X-Total-Count"]) >= len(said["resources"])
    return response


def total(client: FlaskClient, filter_: str) -> int:
    return int(asked(client, filter=filter_, limit=1).headers["X-Total-Count"])


def failed(client: FlaskClient, address: str, status: int = 400) -> tuple[str, str]:
    """Return the code and the words of an error."""
    response = client.get(address)
    assert response.status_code == status, response.text[:300]
    assert response.content_type == "application/json"
    said = response.get_json()
    FAILURE.validate(said)
    (minor,) = said["imsx_codeMinor"]["imsx_codeMinorField"]
    return minor["imsx_codeMinorFieldValue"], said["imsx_description"]


@pytest.mark.parametrize(
    ("filter_", "number"),
    [
        ("", 120),
        (" ", 120),
        ("search~'contractenrecht'", 15),
        ("search = 'inleiding contractenrecht'", 15),
        ("search = 'contractenrecht inleiding'", 0),
        ('name~"contractenrecht inleiding"', 15),
        ("name='contractenrecht' OR name='statistics'", 30),
        ("name='contractenrecht' || name='statistics'", 30),
        ("name='contractenrecht' AND name='statistics'", 0),
        ("name='contractenrecht' && search~'inleiding'", 15),
        # AND binds tighter than OR
        ("name='statistics' OR name='contractenrecht' AND name='niets'", 15),
        ("(name='statistics' OR name='contractenrecht') AND name='niets'", 0),
        ("((name='statistics'))", 15),
        ("name!='statistics'", 105),
        ("author~'Meulen'", 24),
        ("publisher='de brug'", 120),
        ("subject~'breuken'", 120),
        ("learningResourceType='Media/Video'", 15),
        ("learningResourceType~'media'", 30),
        ("learningResourceType='media'", 0),
        ("language='deu'", 15),
        ("technicalFormat='video/mp4'", 15),
        ("useRightsURL='https://creativecommons.org/licenses/by/4.0/'", 20),
        ("publishDate>='0000'", 120),
        ("publishDate<'0000-01-01'", 0),
        ('search~"O\'Reilly"', 0),
    ],
)
def test_what_a_filter_finds(asks: FlaskClient, filter_: str, number: int) -> None:
    assert total(asks, filter_) == number


def test_years_levels_and_what_has_no_type(asks: FlaskClient) -> None:
    def chosen(**facet: str) -> int:
        found: int = asks.get(f"/api/v1/search?{urlencode(facet)}").get_json()["total"]
        assert 0 < found < 120
        return found

    assert total(asks, "publishDate>'2018-05-01'") == chosen(year="2019..")
    assert total(asks, "publishDate='2018'") == chosen(year="2018")
    hbo = "http://purl.edustandaard.nl/begrippenkader/be140797-803f-4b9e-81cc-5572c711e09c"
    assert total(asks, f"learningObjectives.targetURL='{hbo}'") == chosen(level="hbo")
    assert total(asks, "learningObjectives.targetName='HBO'") == chosen(level="hbo")
    assert total(asks, "subject='Techniek'") == chosen(discipline="techniek")
    assert total(asks, "learningResourceType='Other'") == 0
    assert total(asks, "learningResourceType!='Other'") == 120


def test_every_type_of_theirs_is_found_by_its_name(asks: FlaskClient) -> None:
    for each in asked(asks).get_json()["resources"]:
        for kind in each["learningResourceType"]:
            assert total(asks, f"learningResourceType='{kind}'") > 0
    assert set(KINDS) <= set(vocabulary.get("type").codes)


def test_pages_lead_to_each_other(asks: FlaskClient) -> None:
    site = "https://vindplaats.example"
    address, seen = f"{BASE}/resources?limit=50&filter=search~%27breuken%27", []
    while address:
        response = asks.get(address)
        seen += [each["identifier"] for each in response.get_json()["resources"]]
        links = {
            rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', response.headers["Link"])
        }
        assert links["first"].endswith("offset=0")
        assert links["last"].endswith("offset=100")
        address = links.get("next", "").removeprefix(site)
        assert ("prev" in links) == (len(seen) > 50)
    assert len(seen) == len(set(seen)) == 120


def test_links_too_long_for_a_header_are_left_out(asks: FlaskClient) -> None:
    filter_ = " OR ".join(f"name~'{n}{chr(0xE9) * 40}'" for n in range(20))
    assert "Link" not in asked(asks, filter=filter_, limit=10).headers


def test_no_offset_need_be_a_multiple(asks: FlaskClient) -> None:
    whole = asked(asks, limit=100, sort="name", orderBy="asc").get_json()["resources"]
    assert asked(asks, limit=7, offset=5, sort="name").get_json()["resources"] == whole[5:12]
    beyond = asked(asks, offset=9_999)
    assert beyond.get_json() == {"resources": []}
    assert beyond.headers["X-Total-Count"] == "120"
    newest = asked(asks, sort="publishDate", orderBy="desc").get_json()["resources"]
    dates = [each["publishDate"][:4] for each in newest]
    assert dates == sorted(dates, reverse=True)


def test_only_the_fields_that_are_asked_for(asks: FlaskClient) -> None:
    response = asks.get(f"{BASE}/resources?fields=name,url,%20author&limit=10")
    for each in response.get_json()["resources"]:
        assert {"name", "url"} <= set(each) <= {"name", "url", "author"}


def test_subjects_are_a_tree_of_numbers(asks: FlaskClient) -> None:
    said = asks.get(f"{BASE}/subjects").get_json()
    SUBJECTS.validate(said)
    nodes = said["subjects"]
    numbers = [each["identifier"] for each in nodes]
    assert len(set(numbers)) == len(numbers) > 11
    assert [each["parent"] for each in nodes].count(1) == 11
    known = {1}
    for each in nodes:
        assert set(each) == {"identifier", "name", "parent"}
        assert each["parent"] in known
        known.add(each["identifier"])


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("limit=0", "limit is 1 to 100"),
        ("limit=101", "limit is 1 to 100"),
        ("limit=x", "whole number"),
        ("offset=-1", "whole number"),
        ("offset=%D9%A3", "whole number"),
        ("offset=10000", "OAI-PMH"),
        ("sort=author", "sort is one of"),
        ("sort=name&orderBy=desc", "asc alone"),
        ("sort=name&orderBy=up", "orderBy is"),
        ("fields=name,prijs", "prijs"),
        ("filter=x", "character 1"),
        ("filter=name", "character 1"),
        ("filter=name~energie", "character 1"),
        ("filter=name~'energie", "character 1"),
        ("filter=name~'a' name~'b'", "lacks AND"),
        ("filter=name~'a' AND", "lacks a condition"),
        ("filter=OR name~'a'", "lacks a condition"),
        ("filter=()", "lacks a condition"),
        ("filter=(name~'a'", "closing parenthesis"),
        ("filter=name~'a')", "closing parenthesis"),
        ("filter=rating='5'", "rating"),
        ("filter=name>'a'", "publishDate it can"),
        ("filter=name~''", "nothing"),
        ("filter=name~'!?'", "word"),
        ("filter=publishDate='gisteren'", "no date"),
        ("filter=" + "(" * 30 + "name~'a'" + ")" * 30, "20 parentheses"),
        ("filter=" + "%20OR%20".join(["name~'a'"] * 60), "50 conditions"),
        ("filter=name~'" + "a%20" * 100 + "'", "64 words"),
        ("filter=" + "a" * 2001, "2000 characters"),
    ],
)
def test_what_is_wrong_is_said(asks: FlaskClient, query: str, why: str) -> None:
    code, said = failed(asks, f"{BASE}/resources?{query}")
    assert code == "invalidqueryparameter"
    assert why in said


def test_other_errors_have_the_same_shape(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    assert failed(client, f"{BASE}/nothing", 404)[0] == "invaliddata"
    assert client.post(f"{BASE}/resources").get_json()["imsx_codeMajor"] == "failure"
    catalogue.error = SearchError("no index")
    assert failed(client, f"{BASE}/resources", 503)[0] == "server_busy"
    catalogue.error = RuntimeError("broken")
    code, said = failed(client, f"{BASE}/resources", 500)
    assert (code, "broken" in said) == ("internal_server_error", False)


def test_hostile_records_keep_to_the_shape(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    catalogue.cards.clear()
    catalogue.cards["evil"] = card("evil", hostile())
    bare = replace(resource(1), titles=(), publishers=(), types=(), url="", descriptions=())
    catalogue.cards["bare"] = card("bare", bare)
    torn = (Text("half \ud800 \x00 \x0b", "nl"),)
    catalogue.cards["torn"] = card("torn", replace(resource(2), titles=torn, keywords=torn))
    catalogue.cards["long"] = card("long", replace(resource(2), descriptions=(Text("w " * 10**6),)))
    response = asked(client)
    assert len(response.get_json()["resources"]) == 4
    assert len(response.data) < 30_000
    assert "javascript:" not in response.text


def test_pages_of_any_site_may_read_it(asks: FlaskClient) -> None:
    response = asked(asks, limit=1)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Total-Count" in response.headers["Access-Control-Expose-Headers"]
    etag = response.headers["ETag"]
    again = asks.get(f"{BASE}/resources?limit=1", headers={"If-None-Match": etag})
    assert again.status_code == 304


@given(st.text(alphabet="name~='\"()ANDORsearch &|<>!_\u00e9\x00", max_size=80))
@settings(max_examples=500, suppress_health_check=list(HealthCheck))
def test_no_filter_breaks_it(asks: FlaskClient, text: str) -> None:
    response = asks.get(f"{BASE}/resources?{urlencode({'filter': text, 'limit': 1})}")
    assert response.status_code in {200, 400}


def test_blanks_around_a_filter_mean_nothing() -> None:
    assert read(" " * 1000 + "name~'a'" + " " * 900) == read("name~'a'")


def test_samples_answers_keep_to_the_description_of_the_standard(
    asks: FlaskClient, samples: Path
) -> None:
    file = samples.parent / "schemas" / "lti-rs" / "lti-rs-v1p0.swagger.yaml"
    if not file.is_file():
        pytest.skip("the description of the standard is not beside the samples")
    yaml = pytest.importorskip("yaml")
    described = yaml.safe_load(file.read_text("utf-8"))
    definitions = described["definitions"]
    answers = {
        "ResourceSet.Type": asks.get(f"{BASE}/resources"),
        "SubjectSet.Type": asks.get(f"{BASE}/subjects"),
        "imsx_StatusInfo.Type": asks.get(f"{BASE}/resources?limit=x"),
    }
    checker = jsonschema.FormatChecker()
    for name, answer in answers.items():
        schema = {"$ref": f"#/definitions/{name}", "definitions": definitions}
        jsonschema.Draft4Validator(schema, format_checker=checker).validate(answer.get_json())
    parameters = described["paths"]["/resources"]["get"]["parameters"]
    assert {each["name"] for each in parameters} == {
        "limit", "offset", "filter", "sort", "orderBy", "fields"
    }  # fmt: skip
    theirs = definitions["Resource.Type"]["properties"]
    assert set(FIELDS) - set(theirs) == {"identifier", "page"}
    kinds = theirs["learningResourceType"]["items"]["enum"]
    assert {*KINDS.values(), "Other"} <= set(kinds)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.one_of(st.text(max_size=20), st.sampled_from(["1", "7", "name", "asc", "url"]))
            for name in ("limit", "offset", "sort", "orderBy", "fields", "x", "filter")
        },
    )
)
@settings(max_examples=300, suppress_health_check=list(HealthCheck))
def test_nothing_that_is_sent_breaks_it(asks: FlaskClient, pairs: dict[str, str]) -> None:
    response = asks.get(f"{BASE}/resources?{urlencode(pairs, errors='surrogatepass')}")
    assert response.status_code in {200, 400}
    if response.status_code == 400:
        FAILURE.validate(response.get_json())
    else:
        assert len(response.get_json()["resources"]) <= 100


def test_it_describes_itself(asks: FlaskClient) -> None:
    validator = pytest.importorskip("openapi_spec_validator")
    served = asks.get(f"{BASE}/openapi.json").get_json()
    validator.validate(served)
    assert served == DESCRIBED
    assert list(served["components"]["schemas"]["Resource"]["properties"]) == list(FIELDS)
    for each in served["paths"]["/resources"]["get"]["parameters"]:
        for example in each["schema"].get("examples", ()):
            assert asked(asks, **{each["name"]: example})
