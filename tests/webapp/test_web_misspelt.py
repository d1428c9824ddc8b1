"""What is said, and where it leads, where other words were searched for than were typed."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from fake_catalogue import HOSTILE, FakeCatalogue
from flask.testing import FlaskClient
from lxml import etree, html
from msgspec.structs import replace
from test_web_help import page, plain
from test_web_real import SITE, fill, real

from catalog.catalogue import Catalogue
from catalog.config import IndexSettings
from catalog.index.folder import Engine
from webapp import create_app


@pytest.mark.parametrize(
    ("address", "said", "way_back"),
    [
        (
            "/nl/zoeken",
            "Geen materiaal heeft 'verhuodingen'. Getoond: resultaten voor 'verhoudingen toets'.",
            "Zoek toch op 'verhuodingen toets'",
        ),
        (
            "/en/search",
            "No material has 'verhuodingen'. Shown are results for 'verhoudingen toets'.",
            "Search for 'verhuodingen toets' all the same",
        ),
    ],
)
def test_what_was_searched_for_is_said_with_a_way_back(
    client: FlaskClient, catalogue: FakeCatalogue, address: str, said: str, way_back: str
) -> None:
    catalogue.meant = "verhoudingen toets"
    tree = page(client, f"{address}?q=verhuodingen%20toets")
    (notice,) = tree.xpath("//p[@class='notice']")
    assert plain(notice.text_content()) == f"{said} {way_back}"
    (link,) = notice.xpath(".//a")
    assert parse_qs(urlsplit(link.get("href")).query) == {
        "q": ["verhuodingen toets"],
        "literal": ["1"],
    }
    assert tree.xpath("//input[@name='q']/@value")[0] == "verhuodingen toets"
    tree = page(client, link.get("href"))
    assert not tree.xpath("//p[@class='notice']")
    assert catalogue.asked[-1].literal


def test_what_somebody_else_means_is_not_counted_as_asked(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.meant = "opgaven"
    page(client, "/nl/zoeken?q=opgaven")
    assert not any(catalogue.popular)


def test_hostile_words_are_shown_as_they_stand(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.meant = HOSTILE
    answer = client.get("/nl/zoeken", query_string={"q": HOSTILE + " x"})
    assert answer.status_code == 200
    assert HOSTILE not in answer.text


def test_literal_is_one_or_nought(client: FlaskClient) -> None:
    assert client.get("/nl/zoeken?q=x&literal=yes").status_code == 400
    assert client.get("/api/v1/search?q=x&literal=2").status_code == 400
    assert client.get("/api/v1/search?q=x&literal=0").status_code == 200


@pytest.mark.parametrize("engine", ["tantivy", "whoosh"])
def test_pages_api_and_feed_search_for_what_is_meant(engine: Engine, tmp_path: Path) -> None:
    settings = replace(
        real(tmp_path), index=IndexSettings(path=str(tmp_path / "index"), engine=engine)
    )
    with Catalogue(settings) as catalogue:
        fill(catalogue)
        client = create_app(catalogue, settings).test_client()

        def get(address: str) -> str:
            answer = client.get(address, headers=SITE)
            assert answer.status_code == 200
            return answer.text

        asked = "q=verhuodingen"
        tree = html.document_fromstring(get(f"/nl/zoeken?{asked}"))
        assert "Zoek toch op" in tree.text_content()
        assert tree.xpath("//mark")
        (why, *_) = tree.xpath("//a[contains(@href, '/waarom/')]/@href")
        assert "titel" in get(why)
        found = client.get(f"/api/v1/search?{asked}", headers=SITE).get_json()
        assert (found["query"], found["notices"]) == ("verhoudingen", ["query.corrected"])
        assert found["total"]
        literal = client.get(f"/api/v1/search?{asked}&literal=1", headers=SITE).get_json()
        assert (literal["query"], literal["notices"], literal["total"]) == ("verhuodingen", [], 0)
        feed = etree.fromstring(get(f"/nl/zoeken.atom?{asked}").encode())
        assert feed.findtext("{*}title", "").startswith("verhoudingen")
        assert len(feed.findall("{*}entry")) == min(found["total"], 30)
        tree = html.document_fromstring(get(f"/nl/zoeken?{asked}&literal=1"))
        assert "Bedoelde je" in tree.text_content()
        (offer, *_) = tree.xpath("//p[@class='meant']//a/@href")
        assert parse_qs(urlsplit(offer).query) == {"q": ["verhoudingen"]}
