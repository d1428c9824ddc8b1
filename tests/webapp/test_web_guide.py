"""What the site says about itself is true of its settings, and its examples find something."""

from __future__ import annotations

import pytest
from fake_catalogue import SETTINGS, FakeCatalogue, card, hostile
from flask.testing import FlaskClient
from lxml import html
from msgspec.structs import replace

from catalog.config import SearchSettings, Settings
from catalog.index import SearchError
from webapp import create_app

GUIDES = ["/nl/over", "/en/about", "/nl/privacy", "/en/privacy", "/nl/toegankelijkheid",
          "/en/accessibility", "/nl/hulp", "/en/help"]  # fmt: skip


def asked(settings: Settings, address: str) -> html.HtmlElement:
    client = create_app(FakeCatalogue(9), settings).test_client()  # type: ignore[arg-type]
    answer = client.get(address, headers={"Host": "vindplaats.example"})
    assert answer.status_code == 200
    return html.document_fromstring(answer.text)


def site(**changes: object) -> Settings:
    return replace(SETTINGS, site=replace(SETTINGS.site, **changes))


@pytest.mark.parametrize("address", GUIDES)
def test_whoever_runs_the_site_is_named(address: str) -> None:
    url = "https://beheer.example/"
    main = asked(site(operator="Stichting <b>Boekerij</b>", operator_url=url), address)
    assert "Stichting <b>Boekerij</b>" in main.text_content()
    assert url in main.xpath("//a/@href")
    assert "beheer@vindplaats.example" in main.text_content()
    evil = asked(site(operator="Boekerij", operator_url="javascript:alert(1)"), address)
    assert "javascript:alert(1)" not in evil.xpath("//a/@href")
    assert "Boekerij" in evil.text_content()
    assert "Boekerij" not in asked(SETTINGS, address).text_content()


def test_privacy_says_what_is_counted() -> None:
    counted, silent = "per dag geteld", "worden niet geteld"
    assert counted in asked(SETTINGS, "/nl/privacy").text_content()
    off = replace(SETTINGS, search=SearchSettings(popular=False))
    assert silent in asked(off, "/nl/privacy").text_content()
    assert silent not in asked(SETTINGS, "/nl/privacy").text_content()


def test_the_accessibility_statement_claims_no_audit_but_a_named_one() -> None:
    assert "Eerste maatregelen genomen" in asked(SETTINGS, "/nl/toegankelijkheid").text_content()
    url = "https://register.example/verklaring/1"
    audited = asked(site(accessibility_url=url), "/nl/toegankelijkheid")
    assert url in audited.xpath("//a/@href")
    assert "Eerste maatregelen" not in audited.text_content()


@pytest.mark.parametrize("address", ["/nl/hulp", "/en/help"])
def test_every_example_of_the_help_finds_something(client: FlaskClient, address: str) -> None:
    tree = html.document_fromstring(client.get(address).text)
    examples = tree.xpath("//a[@class='try']/@href")
    assert len(examples) >= 2
    for href in examples:
        assert html.document_fromstring(client.get(href).text).xpath("//article")


def test_help_helps_without_an_index_without_records_and_with_hostile_ones(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.error = SearchError("no index yet")
    assert "try" not in client.get("/nl/hulp").text.partition("<main")[2].partition("suggest")[2]
    catalogue.error = None
    catalogue.cards.clear()
    assert client.get("/nl/hulp").status_code == 200
    catalogue.cards["evil"] = card("evil", hostile())
    tree = html.document_fromstring(client.get("/nl/hulp").text)
    assert not tree.xpath("//script[text()]|//img")
