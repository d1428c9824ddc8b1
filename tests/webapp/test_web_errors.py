"""Errors that help, headers that protect, and no cookies."""

from __future__ import annotations

import logging
import re

import pytest
from fake_catalogue import SETTINGS, FakeCatalogue, card, resource
from flask.testing import FlaskClient
from lxml import html
from msgspec.structs import replace
from werkzeug.exceptions import TooManyRequests

from catalog.index import IndexDamagedError
from webapp import create_app

ADDRESSES = ["/", "/nl/", "/en/search?q=x", "/nl/materiaal/vb1", "/en/source/leeg", "/nl/nergens",
             "/nl/zoeken?page=x", "/api/v1/search", "/api/v1/resources/none", "/robots.txt",
             "/static/site.css", "/en/api"]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_is_protected_and_sets_no_cookie(client: FlaskClient, address: str) -> None:
    with client.get(address) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]
    assert headers["Permissions-Policy"]
    assert headers["Strict-Transport-Security"]
    assert "Set-Cookie" not in headers
    assert ("Access-Control-Allow-Origin" in headers) == address.startswith("/api/v1/")


def test_hsts_is_not_sent_by_a_site_without_https() -> None:
    settings = replace(SETTINGS, site=replace(SETTINGS.site, url="http://127.0.0.1:8000"))
    client = create_app(FakeCatalogue(3), settings).test_client()  # type: ignore[arg-type]
    answer = client.get("/nl/", headers={"Host": "127.0.0.1:8000"})
    assert answer.status_code == 200
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("host", ["evil.example", "vindplaats.example.evil", "a b", ""])
def test_another_host_gets_no_page(client: FlaskClient, host: str) -> None:
    answer = client.get("/nl/", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert "evil" not in str(answer.headers)


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/nl/nergens", 404, "Hier is niets"),
        ("/en/nowhere", 404, "There is nothing here"),
        ("/nl/materiaal/geen", 404, "Hier is niets"),
        ("/en/source/none", 404, "There is nothing here"),
        ("/nl/materiaal/weg", 410, "teruggetrokken"),
        ("/en/resource/weg", 410, "withdrawn"),
        ("/en/search?page=0", 400, "cannot follow"),
        ("/nl/%00%ff", 404, "Hier is niets"),
    ],
)
def test_a_wrong_address_gets_a_page_that_helps(
    client: FlaskClient, catalogue: FakeCatalogue, address: str, status: int, said: str
) -> None:
    catalogue.cards["weg"] = card("weg", resource(1), deleted=True)
    answer = client.get(address)
    assert answer.status_code == status
    assert said in answer.text
    assert 'role="search"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        ("/nl/lessen/breuken-oefenen.html", "lessen breuken oefenen"),
        ("/en/resource/photosynthesis%20for%20beginners/", "photosynthesis for beginners"),
        ("/nl/maker/Niemand", "Niemand"),
        ("/nl/materiaal/3f2a99c1", ""),
        ("/wp-login.php", "wp login"),
        ("/nl/%22%3E%3Cscript%3Ealert(1)", "script alert"),
        ("/nl/" + "woord/" * 500 + "x" * 500, "woord"),
        ("/nl/%00%ff/2024/", ""),
    ],
)
def test_a_page_that_is_not_there_offers_a_search_for_its_words(
    client: FlaskClient, address: str, asked: str
) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    tree = html.document_fromstring(answer.text)
    assert tree.xpath("//input[@name='q']/@value") == [asked]
    said = "Deze woorden stonden" in answer.text or "These words were" in answer.text
    assert said == bool(asked)


def test_too_many_requests_get_a_page_that_says_so(client: FlaskClient) -> None:
    def busy() -> None:
        raise TooManyRequests(retry_after=20)

    client.application.add_url_rule("/nl/druk", "druk", busy)
    answer = client.get("/nl/druk")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "20"
    assert "Even rustig aan" in answer.text


def test_writing_is_refused(client: FlaskClient) -> None:
    answer = client.post("/nl/zoeken", data={"q": "x"})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert client.post("/nl/zoeken", data=b"x" * 100_000).status_code in {405, 413}


def test_an_index_that_is_being_rebuilt_is_a_503(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.error = IndexDamagedError("/srv/index/seg.7 is missing")
    for address in ("/nl/zoeken", "/en/search", "/api/v1/search"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "30"
        assert "/srv" not in answer.text
    assert "opnieuw opgebouwd" in client.get("/nl/zoeken").text


@pytest.mark.parametrize("address", ["/nl/zoeken?q=x%0Aforged", "/en/search", "/api/v1/search"])
def test_an_accident_has_a_number_and_no_stack(
    client: FlaskClient, catalogue: FakeCatalogue, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    catalogue.error = RuntimeError("SELECT secret FROM /srv/store")
    with caplog.at_level(logging.ERROR, "vindplaats.web"):
        answer = client.get(address)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    number = re.search(r"\b[0-9a-f]{8}\b", answer.text)
    assert number
    message = caplog.records[-1].getMessage()
    assert number[0] in message
    assert "\n" not in message


def test_pages_are_not_sent_twice_to_who_has_them(client: FlaskClient) -> None:
    for address in ("/nl/", "/en/search?q=x", "/nl/materiaal/vb1", "/api/v1/search"):
        first = client.get(address)
        assert "max-age" in first.headers["Cache-Control"]
        again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert not again.data


def test_files_are_kept_for_a_year_under_an_address_that_changes_with_them(
    client: FlaskClient,
) -> None:
    links = re.findall(r'/static/[^"#]+', client.get("/nl/").text)
    assert links
    for link in set(links):
        with client.get(link) as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]


def test_head_is_answered_like_get(client: FlaskClient) -> None:
    assert client.head("/nl/zoeken").status_code == 200
