"""Lists of the API that are gone through by tokens, over the real catalogue; what headers say."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import msgspec
import pytest
from asking import Client
from fake_catalogue import SETTINGS, FakeCatalogue
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from lxml import html
from openapi_spec_validator import OpenAPIV31SpecValidator
from real_catalogue import stocked
from test_web_real import fill, real
from werkzeug.test import TestResponse

from catalog.catalogue import Catalogue
from catalog.store.model import record_id
from webapp import addresses, create_app
from webapp.examples import MATERIAL, SOURCE, examples
from webapp.openapi import description
from webapp.operations import OPERATIONS
from webapp.problems import KINDS


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue(real(tmp_path)) as catalogue:
        fill(catalogue)
        catalogue.follow()
        yield catalogue


@pytest.fixture
def shop(filled: Catalogue) -> FlaskClient:
    app = create_app(filled, filled.settings)
    app.test_client_class = Client
    return app.test_client()


def ask(client: FlaskClient, address: str) -> Any:
    answer = client.get(address.removeprefix(SETTINGS.site.url))
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.data)


def said(answer: TestResponse) -> dict[str, Any]:
    return dict(msgspec.json.decode(answer.data))


def walk(client: FlaskClient, address: str) -> list[str]:
    seen = []
    while address:
        found = ask(client, address)
        seen += [each["id"] for each in found["results"]]
        address = found["next"]
    return seen


def test_the_description_is_valid(client: FlaskClient) -> None:
    OpenAPIV31SpecValidator(ask(client, "/api/v1/openapi.json")).validate()


@pytest.fixture
def exemplary(tmp_path: Path) -> Iterator[FlaskClient]:
    """Return a client of a catalogue that holds the material of the examples alone."""
    with stocked(tmp_path, [MATERIAL]) as catalogue:
        catalogue.follow()
        yield create_app(catalogue, catalogue.settings).test_client()


@pytest.mark.parametrize(
    ("operation", "address"),
    [
        ("search", "search?q=breuken&facets=type"),
        ("values", "facets/type"),
        ("suggest", "suggest?q=breuk"),
        ("resource", "resources/{id}"),
        ("copy", "copies/{id}"),
        ("changes", "changes"),
    ],
)
def test_examples_are_what_is_answered(
    exemplary: FlaskClient, operation: str, address: str
) -> None:
    id_ = record_id(SOURCE, MATERIAL.identifier)
    answer = exemplary.get(f"/api/v1/{address.format(id=id_)}")
    given = msgspec.json.encode(examples(SETTINGS.site)[operation])
    assert undated(given) == undated(answer.data)


def undated(answer: bytes) -> Any:
    """Return an answer without what is of its moment: instants and tokens."""
    plain = re.sub(r"(\d\d:\d\d:\d\dZ|since=)[^\"]*|\d{4}-\d\d-\d\dT", "", answer.decode())
    return json.loads(plain)


def test_every_answer_has_an_example_that_its_schema_allows(client: FlaskClient) -> None:
    said = ask(client, "/api/v1/openapi.json")
    found = {
        method["operationId"]: body
        for path in said["paths"].values()
        for method in path.values()
        for answer in method["responses"].values()
        for body in answer["content"].values()
        if "example" in body
    }
    assert {*found} == {each.id for each in OPERATIONS if each.answer}
    for body in found.values():
        Draft202012Validator({**body["schema"], "components": said["components"]}).validate(
            body["example"]
        )


@pytest.mark.parametrize("asked", ["", "sort=newest", "sort=title", "q=opgaven", "copies=1"])
def test_cursors_lead_through_all_results_once(shop: FlaskClient, asked: str) -> None:
    total = ask(shop, f"/api/v1/search?{asked}")["total"]
    seen = walk(shop, f"/api/v1/search?{asked}&size=7&facets=")
    assert len(seen) == len(set(seen)) == total > 14


def test_cursors_lead_past_where_pages_end(
    shop: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.api.MAX_HITS", 10)
    assert len(walk(shop, "/api/v1/search?sort=newest&size=4")) > 10
    assert shop.get("/api/v1/search?size=4&page=3").status_code == 404
    assert len(walk(shop, "/api/v1/search?q=opgaven&size=4")) == 10
    first = ask(shop, "/api/v1/search?q=opgaven&size=6")
    last = ask(shop, first["next"])
    assert last["size"] == 4
    assert "cursor.end" in last["notices"]
    assert "cursor.end" not in first["notices"]


def test_a_cursor_goes_with_its_search_alone(shop: FlaskClient) -> None:
    following = ask(shop, "/api/v1/search?level=hbo&size=3")["next"]
    token = following.partition("cursor=")[2]
    assert ask(shop, f"/api/v1/search?level=hbo&size=9&cursor={token}")["page"] is None
    for wrong in (f"level=wo&cursor={token}", f"level=hbo&cursor={token[:-2]}AA", "cursor=x"):
        answer = shop.get(f"/api/v1/search?{wrong}")
        assert answer.status_code == 404
        assert said(answer)["type"].endswith("/api#unknown-token")
    assert shop.get(f"/api/v1/changes?since={token}").status_code == 404


def test_who_pages_in_an_index_that_changed_is_told(shop: FlaskClient, filled: Catalogue) -> None:
    following = ask(shop, "/api/v1/search?q=opgaven&size=3")["next"]
    assert ask(shop, following)["notices"] == []
    one = ask(shop, "/api/v1/search?size=1")["results"][0]["id"]
    with filled.store.database.writing() as connection:
        from catalog.store import sequence  # noqa: PLC0415 the one test that writes by hand

        sequence.restate(connection, [one])
    filled.follow()
    assert ask(shop, following)["notices"] == ["cursor.moved"]


def test_changes_are_followed_from_the_beginning_and_later_on(
    shop: FlaskClient, filled: Catalogue
) -> None:
    address, seen, pages = "/api/v1/changes?size=7", [], 0
    while True:
        found = ask(shop, address)
        seen += [each["id"] for each in found["changes"]]
        address, pages = found["next"], pages + 1
        if not found["more"]:
            break
    assert pages > 5
    assert len(set(seen)) == 40
    assert ask(shop, address)["changes"] == []
    now = ask(shop, "/api/v1/changes?since=now")
    assert (now["changes"], now["more"]) == ([], False)

    gone = seen[3]
    with filled.store.database.writing() as connection:
        from catalog.store import sequence, tables  # noqa: PLC0415 as above

        number = sequence.take(connection, 1)
        row = tables.record.update().where(tables.record.c.id == gone)
        connection.execute(row.values(deleted=True, seq=number))
        sequence.restate(connection, [seen[5]])
    for token in (address, now["next"]):
        told = ask(shop, token)["changes"]
        assert [each["id"] for each in told] == [gone, seen[5]]
        assert [each["deleted"] for each in told] == [True, False]
        assert told[0]["record"] is None
        assert told[1]["record"]["id"] == seen[5]


def test_a_token_from_after_a_copy_was_put_back_says_to_start_again() -> None:
    catalogue = FakeCatalogue(9)
    app = create_app(catalogue, SETTINGS)  # type: ignore[arg-type]  # a fake of it
    app.test_client_class = Client
    client = app.test_client()
    following = ask(client, "/api/v1/changes?since=now")["next"]
    catalogue.cards.popitem()
    answer = client.get(following.removeprefix(SETTINGS.site.url))
    assert answer.status_code == 410
    assert said(answer)["type"] == "https://vindplaats.example/api#start-again"


def test_sources_say_how_much_is_here(client: FlaskClient) -> None:
    found = {each["name"]: each for each in ask(client, "/api/v1/sources")["sources"]}
    assert list(found) == list(SETTINGS.sources)
    assert found["leerbank"]["records"] > 0
    assert found["leerbank"]["last_run"]["status"] == "complete"
    assert found["leeg"]["last_run"] is None


@pytest.mark.parametrize(
    "address",
    ["search?q=breuken", "facets/level", "resources/vb1", "copies/vb1", "sources", "openapi.json",
     "changes?size=3", "suggest?q=breu"],
)  # fmt: skip
def test_what_did_not_change_is_not_sent_again(client: FlaskClient, address: str) -> None:
    first = client.get(f"/api/v1/{address}")
    assert first.status_code == 200
    again = client.get(f"/api/v1/{address}", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = client.get(f"/api/v1/{address}", headers={"If-None-Match": '"another"'})
    assert other.data == first.data
    head = client.head(f"/api/v1/{address}")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Vary"] == "Accept-Encoding"
    assert first.headers["Cache-Control"] in ("public, max-age=60", "no-cache")


def test_headers_lead_on(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?size=5")
    assert f'<{said(answer)["next"]}>; rel="next"' in answer.headers["Link"]
    assert '/api/v1/openapi.json>; rel="describedby"' in answer.headers["Link"]
    assert 'rel="canonical"' in client.get("/api/v1/resources/vb1").headers["Link"]


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("lavel=hbo", "Did you mean level?"),
        ("utm_source=x", "no such parameter"),
        ("not.openness=clsed", "openness: its values are open, restricted, closed, unknown"),
        ("level=hbo&level=hb", "level: its values are "),
        ("may_adapt=maybe", "may_adapt: its values are yes"),
        ("format=PDF", "format: its values are "),
        ("duration=x", "duration: its values are 0-10"),
        ("year=abc", "year: "),
        ("year=2010..x", "year: "),
        ("year=19..20", "year: "),
        ("year=1..2", "year: "),
        ("not.year=19", "year: "),
        ("sort=newest&sort=title", "more than once"),
        ("sort=", "its values are relevance"),
        ("size=101", "size"),
        ("page=1.5", "page is a whole number"),
        ("page=1.0", "page is a whole number"),
        ("page=1e3", "page is a whole number"),
        ("page=%D9%A1", "page is a whole number"),
        ("size=2.0", "size is a whole number"),
        ("size=-1", "size"),
        ("facets=level,colour", "facets"),
        ("level=a%00b", "level"),
        ("cursor=not.a.token", "cursor"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    client: FlaskClient, asked: str, hint: str
) -> None:
    answer = client.get(f"/api/v1/search?{asked}")
    assert answer.status_code == 400
    assert hint in said(answer)["detail"]
    assert said(answer)["type"] == "https://vindplaats.example/api#bad-request"


@pytest.mark.parametrize("number", ["1.0", "1e1", "x", "", "1%0A"])
@pytest.mark.parametrize("asked", ["facets/level?page", "changes?size", "suggest?q=b&limit"])
def test_a_number_is_whole_wherever_one_is_asked(
    client: FlaskClient, asked: str, number: str
) -> None:
    answer = client.get(f"/api/v1/{asked}={number}")
    assert answer.status_code == 400
    assert "is a whole number." in said(answer)["detail"]


@pytest.mark.parametrize("path", ["search", "resources/vb1", "changes", "nothing/x"])
@pytest.mark.parametrize("method", ["POST", "DELETE", "PATCH"])
def test_what_cannot_be_done_is_a_problem(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(f"/api/v1/{path}", method=method)
    assert answer.status_code == (404 if "nothing" in path else 405)
    assert answer.content_type == "application/problem+json"
    assert path.startswith("nothing") or "GET" in answer.headers["Allow"]


def test_what_breaks_is_a_problem_with_a_number(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.error = ZeroDivisionError("secret")
    answer = client.get("/api/v1/search")
    assert answer.status_code == 500
    assert said(answer)["type"].endswith("#broken")
    assert said(answer)["incident"]
    assert "secret" not in answer.text


@pytest.mark.parametrize("language", addresses.LANGUAGES)
def test_the_page_has_every_operation_parameter_and_problem(
    client: FlaskClient, language: addresses.Language
) -> None:
    page = client.get(addresses.path("api", language)).text
    openapi = description(SETTINGS.site)
    for path, item in openapi["paths"].items():
        assert path in page
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in page
            assert all(
                each["name"].removeprefix("not.") in page for each in operation["parameters"]
            )
    answers = html.fromstring(page).xpath("//details//code/text()")
    assert [json.loads(each) for each in answers] == [
        json.loads(msgspec.json.encode(each)) for each in examples(SETTINGS.site).values()
    ]
    assert all(f'id="{kind}"' in page for kind in KINDS)


@pytest.mark.parametrize("program", ["sh", "python"])
def test_examples_of_the_page_run(site: str, program: str) -> None:
    with urlopen(f"{site}/en/api") as answer:
        page = html.fromstring(answer.read().decode())
    example = page.xpath(f"string(//code[@data-run='{program}'])")
    # the site is told that it is at port 80
    example = example.replace("http://127.0.0.1/", f"{site}/")
    if program == "python":
        example = example.replace(
            'page["next"]', f'page["next"].replace("127.0.0.1", "{site[7:]}")'
        )
    elif not shutil.which("curl"):
        pytest.skip("curl is not installed")
    command = [sys.executable, "-c", example] if program == "python" else ["sh", "-c", example]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert run.returncode == 0, run.stderr
    ids = [line.split()[0] for line in run.stdout.splitlines()]
    assert len(set(ids)) > 250 if program == "python" else msgspec.json.decode(run.stdout)["next"]
