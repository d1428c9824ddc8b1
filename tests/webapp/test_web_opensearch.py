"""OpenSearch 1.1: what a browser needs to search here."""

from __future__ import annotations

import re

import pytest
from fake_catalogue import SETTINGS, FakeCatalogue
from flask.testing import FlaskClient
from lxml import etree, html
from msgspec.structs import replace

from webapp import create_app

OS = {"os": "http://a9.com/-/spec/opensearch/1.1/"}
SITE = "https://vindplaats.example"


@pytest.mark.parametrize("page", ["/nl/", "/en/search?q=x", "/en/resource/vb1", "/nl/nergens"])
def test_every_page_names_the_description(client: FlaskClient, page: str) -> None:
    tree = html.fromstring(client.get(page).text)
    (link,) = tree.xpath("//link[@rel='search']")
    assert link.get("type") == "application/opensearchdescription+xml"
    answer = client.get(link.get("href"))
    assert answer.content_type == link.get("type")
    assert etree.fromstring(answer.data).findtext("os:Language", namespaces=OS) == page[1:3]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_it_names_answers_as_it_says(client: FlaskClient, language: str) -> None:
    root = etree.fromstring(client.get(f"/{language}/opensearch.xml").data)
    urls = root.findall("os:Url", OS)
    assert [url.get("rel") for url in urls] == ["results"] * 3 + ["suggestions", "self"]
    for url in urls:
        for filled in ("breuken", ""):
            address = url.get("template").replace("{searchTerms}", filled or "x")
            address = re.sub(r"\{\w+\?\}", "1" if filled else "", address)
            answer = client.get(address.removeprefix(SITE))
            assert answer.status_code == 200, address
            assert answer.content_type.partition(";")[0] == url.get("type")


@pytest.mark.parametrize(("count", "given"), [("200", 100), ("0", 1), ("999999999", 100), ("7", 7)])
def test_it_gives_as_near_to_what_is_liked_as_it_can(
    client: FlaskClient, catalogue: FakeCatalogue, count: str, given: int
) -> None:
    root = etree.fromstring(client.get("/en/opensearch.xml").data)
    templates = [url.get("template") for url in root.findall("os:Url", OS)]
    counted = [template for template in templates if "{count?}" in template]
    assert len(counted) == 3
    for template in counted:
        address = template.replace("{count?}", count).replace("{startPage?}", "1")
        answer = client.get(address.removeprefix(SITE).replace("{searchTerms}", "opgaven"))
        assert answer.status_code == 200
        asked = catalogue.asked[0]
        assert (asked.text, asked.size) == ("opgaven", given)
        catalogue.asked.clear()
        if "xml" in answer.content_type:
            feed = etree.fromstring(answer.data)
            assert feed.findtext(".//os:itemsPerPage", namespaces=OS) == str(given)
    assert client.get(f"/api/v1/search?size={count}").status_code == (200 if count == "7" else 400)


def test_a_long_name_fits(catalogue: FakeCatalogue) -> None:
    site = replace(SETTINGS.site, title="Het grote <&> leermateriaal \x01 van " + "ver " * 20)
    client = create_app(catalogue, replace(SETTINGS, site=site)).test_client()  # type: ignore[arg-type]
    root = etree.fromstring(client.get("/nl/opensearch.xml", headers={"Host": "localhost"}).data)
    for name, most in (("ShortName", 16), ("LongName", 48), ("Description", 1024)):
        text = root.findtext(f"os:{name}", namespaces=OS)
        assert text
        assert len(text) <= most


def test_suggestions_are_four_lists(client: FlaskClient) -> None:
    typed, texts, told, urls = client.get("/en/suggestions?q=breuk").get_json(force=True)
    assert typed == "breuk"
    assert len(texts) == len(told) == len(urls) > 3
    for url in urls:
        assert client.get(url.removeprefix(SITE)).status_code == 200
    assert client.get("/nl/suggesties").get_json(force=True) == ["", [], [], []]
