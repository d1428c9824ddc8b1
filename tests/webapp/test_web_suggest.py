"""Suggestions while somebody types: what the API answers, and where it leads."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fake_catalogue import FakeCatalogue
from flask.testing import FlaskClient
from test_web_real import SITE, fill, real

from catalog.catalogue import Catalogue
from catalog.index import SearchError
from webapp import create_app


def suggested(client: FlaskClient, asked: str) -> list[dict[str, str]]:
    answer = client.get(f"/api/v1/suggest?q={asked}", headers=SITE)
    assert answer.status_code == 200
    found: list[dict[str, str]] = json.loads(answer.data)["suggestions"]
    return found


def test_each_suggestion_says_what_it_is_and_leads_somewhere(client: FlaskClient) -> None:
    found = suggested(client, "breuk&language=nl&limit=4")
    assert [each["kind"] for each in found] == ["query", "subject", "person", "title"]
    pages = [urlsplit(each["page"]) for each in found]
    assert {page.hostname for page in pages} == {"vindplaats.example"}
    asked = [parse_qs(page.query).get("q", [""])[0] for page in pages]
    assert asked == [
        "breuken oefenen",
        'onderwerp:"breuken gelijknamig"',
        "",
        "",
    ]
    assert pages[2].path == "/nl/maker/Fatima%20el%20Idrissi"
    assert pages[3].path == "/nl/materiaal/vb0"
    for page in pages:
        assert client.get(f"{page.path}?{page.query}").status_code == 200
    english = suggested(client, "breuk&language=en")
    assert "/en/search?q=subject" in english[1]["page"]
    assert english[3]["page"].endswith("/en/resource/vb0")


def test_an_answer_may_be_kept_for_a_minute(client: FlaskClient) -> None:
    answer = client.get("/api/v1/suggest?q=breuk")
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    again = client.get("/api/v1/suggest?q=breuk", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("", 200),
        ("?q=", 200),
        ("?q=%00%01", 200),
        ("?q=" + "x" * 9_000, 200),
        ("?q=a&limit=20", 200),
        ("?q=a&limit=21", 400),
        ("?q=a&limit=0", 400),
        ("?q=a&limit=-1", 400),
        ("?q=a&limit=%D9%A1", 400),
        ("?q=a&language=de", 400),
    ],
)
def test_questions_have_limits(client: FlaskClient, asked: str, status: int) -> None:
    assert client.get(f"/api/v1/suggest{asked}").status_code == status


def test_without_an_index_it_says_so(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    catalogue.error = SearchError("there is none")
    assert client.get("/api/v1/suggest?q=breuk").status_code == 503


def test_what_the_real_catalogue_suggests_is_found(tmp_path: Path) -> None:
    settings = real(tmp_path)
    with Catalogue(settings) as catalogue:
        client = create_app(catalogue, settings).test_client()
        fill(catalogue)
        for _ in range(5):
            catalogue.popular.note("Wonden verzorgen")
        catalogue.popular.bring()
        for typed, kind in (
            ("idri", "person"),
            ("breuk", "subject"),
            ("photo", "title"),
            ("wond", "query"),
        ):
            first = suggested(client, typed)[0]
            assert first["kind"] == kind
            page = client.get(first["page"].removeprefix(settings.site.url), headers=SITE)
            assert page.status_code == 200
            assert page.text.count('class="card"')
