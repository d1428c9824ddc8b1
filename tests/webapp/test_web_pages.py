"""Every page, in both languages, and what it says of a record."""

from __future__ import annotations

import itertools
import re

import msgspec
import pytest
from fake_catalogue import (
    HOSTILE,
    SETTINGS,
    FakeCatalogue,
    card,
    hostile,
    resource,
    run,
    without_data,
)
from flask.testing import FlaskClient
from lxml import html
from msgspec.structs import replace

from catalog.index import SearchError
from catalog.resource import LearningResource, Text

PAGES = [
    ("/nl/", "/en/"),
    ("/nl/zoeken?q=breuken&level=vmbo&page=1", "/en/search?q=breuken&level=vmbo"),
    ("/nl/materiaal/vb1", "/en/resource/vb1"),
    ("/nl/bron/leerbank", "/en/source/leerbank"),
    ("/nl/bron/leeg", "/en/source/leeg"),
    ("/nl/api", "/en/api"),
    ("/nl/hulp", "/en/help"),
    ("/nl/over", "/en/about"),
    ("/nl/privacy", "/en/privacy"),
    ("/nl/toegankelijkheid", "/en/accessibility"),
    ("/nl/vakgebieden", "/en/disciplines"),
    ("/nl/niveaus", "/en/levels"),
    ("/nl/soorten", "/en/kinds"),
    ("/nl/talen", "/en/languages"),
    ("/nl/instellingen?find=hoge&order=name", "/en/institutions?find=hoge&order=name"),
    ("/nl/bronnen", "/en/sources"),
    ("/nl/vakgebied/techniek", "/en/discipline/techniek"),
    ("/nl/vakgebied/0541?sort=title&page=2", "/en/discipline/0541?sort=title&page=2"),
    ("/nl/niveau/ho", "/en/level/ho"),
    ("/nl/soort/video", "/en/kind/video"),
    ("/nl/taal/en", "/en/language/en"),
    (
        "/nl/instelling/Hogeschool%20aan%20de%20Vaart",
        "/en/institution/Hogeschool%20aan%20de%20Vaart",
    ),
    ("/nl/maker/K.%20Vos", "/en/maker/K.%20Vos"),
]


def page(client: FlaskClient, address: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == status, answer.text[:500]
    return html.document_fromstring(answer.text)


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize(("dutch", "english"), PAGES)
def test_each_page_leads_to_itself_in_the_other_language(
    client: FlaskClient, dutch: str, english: str
) -> None:
    for address, language, other in ((dutch, "nl", english), (english, "en", dutch)):
        tree = page(client, address)
        assert tree.get("lang") == language
        switch = tree.xpath("//a[contains(@class, 'language')]")[0]
        assert switch.get("href").split("?")[0] == other.split("?")[0]
        assert ("q=breuken&level=vmbo" in switch.get("href")) == ("breuken" in address)
        alternates = tree.xpath("//link[@rel='alternate' and @hreflang]/@href")
        assert len(alternates) == 2
        assert all(href.startswith("https://vindplaats.example/") for href in alternates)
        assert client.get(switch.get("href")).status_code == 200


@pytest.mark.parametrize("address", [address for pair in PAGES for address in pair])
def test_each_page_has_landmarks_one_h1_and_headings_without_gaps(
    client: FlaskClient, address: str
) -> None:
    tree = page(client, address)
    for landmark in ("header", "main", "footer", "nav"):
        assert tree.xpath(f"//{landmark}"), landmark
    assert tree.xpath("//a[@class='skip']/@href") == ["#main"]
    levels = [int(each.tag[1]) for each in tree.xpath("//h1|//h2|//h3|//h4")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert all(tree.xpath(f"//*[@id='{each}']") for each in tree.xpath("//@aria-labelledby"))
    for field in tree.xpath("//input[not(@type='hidden')]"):
        assert tree.xpath(f"//label[@for='{field.get('id')}']")
    assert all(text(link) for link in tree.xpath("//a"))


def test_home_searches_browses_and_shows_the_newest(client: FlaskClient) -> None:
    tree = page(client, "/nl/")
    assert tree.xpath("//form/@action") == ["/nl/zoeken"]
    levels = [text(link) for link in tree.xpath("//section[@aria-labelledby='levels']//li/a")]
    # those that people name, in the order of education, not of size
    assert [level.split()[0] for level in levels] == ["Vmbo", "Havo", "Vwo", "Mbo", "Hbo", "Wo"]
    disciplines = tree.xpath("//section[@aria-labelledby='disciplines']//li/a/@href")
    assert len(disciplines) == 7
    assert "/nl/vakgebied/techniek" in disciplines
    assert not any("0541" in href for href in disciplines)
    assert len(tree.xpath("//article")) == 6
    assert "/nl/bron/leerbank" in tree.xpath("//ul[@class='sources']//a/@href")


def test_home_tells_the_browser_what_its_style_sheet_will_ask_for(client: FlaskClient) -> None:
    link = client.get("/nl/").headers["Link"]
    target = link.partition(";")[0].strip("<>")
    with client.get(target) as answer:
        assert answer.status_code == 200
    with client.get("/static/site.css") as style:
        assert f"url({target.removeprefix('/static/')})" in style.text


def test_home_without_an_index_still_shows_what_there_is(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.error = SearchError("no index yet")
    for address in ("/nl/", "/nl/materiaal/vb1", "/nl/bron/leerbank"):
        assert page(client, address).xpath("//h1")


def test_home_of_an_empty_catalogue_says_so(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    catalogue.cards.clear()
    assert "nog leeg" in text(page(client, "/nl/"))


def test_resource_page_tells_what_it_is_and_what_may_be_done(client: FlaskClient) -> None:
    tree = page(client, "/nl/materiaal/vb1")
    assert text(tree.xpath("//h1")[0]) == "Photosynthesis step by step"
    assert tree.xpath("//h1/@lang") == ["en"]
    words = text(tree)
    for said in ("Joris van der Meulen", "noem de maker", "1 uur 30 min", "2 maart 2023", "Video"):
        assert said in words
    assert "Deel wat je ervan maakt onder dezelfde licentie" in words
    button = tree.xpath("//a[@class='open-button']")[0]
    assert button.get("href") == "https://leerbank.example/materiaal/1"
    assert "https://doi.org/10.5072/vb.1" in tree.xpath("//a/@href")


def test_who_made_it_leads_to_all_that_they_made_and_to_who_they_are(client: FlaskClient) -> None:
    first = page(client, "/nl/materiaal/vb0")
    person = first.xpath("//a[text()='Fatima el Idrissi']/@href")
    assert person == ["/nl/maker/Fatima%20el%20Idrissi"]
    assert first.xpath("//a[text()='ORCID']/@href") == ["https://orcid.org/0000-0002-1825-0097"]
    made = page(client, "/nl/materiaal/vb2").xpath("//a[text()='Hogeschool aan de Vaart']/@href")
    assert made == ["/nl/instelling/Hogeschool%20aan%20de%20Vaart"]
    published = first.xpath("//a[text()='Uitgeverij de Brug']/@href")
    for href in (*person, *made, *published):
        assert page(client, href).xpath("//article")


def test_a_material_without_anything_is_still_a_page(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.cards["bare"] = card("bare", LearningResource(source="leerbank", identifier="1"))
    words = text(page(client, "/nl/materiaal/bare"))
    for said in ("Zonder titel", "Licentie niet vermeld", "geen beschrijving", "geen adres"):
        assert said in words


def test_the_readers_own_language_goes_first(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    titles = (Text("Bruch", "de"), Text("Fraction", "en-GB"), Text("Breuk", "nl"))
    catalogue.cards["three"] = card("three", replace(resource(1), titles=titles))
    assert text(page(client, "/nl/materiaal/three").xpath("//h1")[0]) == "Breuk"
    assert text(page(client, "/en/resource/three").xpath("//h1")[0]) == "Fraction"


def test_an_id_with_slashes_and_blanks_has_a_page(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    odd = "oai:x//a b/%2F?#é"
    catalogue.cards[odd] = card(odd, resource(1))
    tree = page(client, "/nl/zoeken?sort=newest&q=photosynthesis&size=100")
    address = next(href for href in tree.xpath("//article//h2/a/@href") if "oai:x" in href)
    again = page(client, address)
    record = client.get(again.xpath("//a[starts-with(@href, '/api/v1/resources')]/@href")[0])
    assert record.status_code == 200
    assert msgspec.json.decode(record.data)["id"] == odd


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("complete", "Compleet"),
        ("incomplete", "Onvolledig"),
        ("failed", "Mislukt"),
        ("deferred", "Uitgesteld"),
        ("refused", "Vastgehouden"),
        ("running", "Nu bezig"),
    ],
)
def test_source_page_tells_how_the_last_run_went(
    client: FlaskClient, catalogue: FakeCatalogue, status: str, said: str
) -> None:
    catalogue.run = run(status)  # type: ignore[arg-type]
    words = text(page(client, "/nl/bron/leerbank"))
    assert said in words
    assert "3 januari 2026 04:00 UTC" in words


def test_source_page_of_files_shows_no_path_of_the_server(
    client: FlaskClient, catalogue: FakeCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = catalogue.source("leerbank")
    assert state
    hidden = replace(state, url="/srv/secret/records.mrc", kind="files")
    monkeypatch.setattr(catalogue, "source", lambda _: hidden)
    assert "/srv/secret" not in client.get("/nl/bron/leerbank").text


@pytest.mark.parametrize(
    "address", ["/nl/materiaal/evil", "/nl/zoeken?size=100", "/en/", "/en/search"]
)
def test_markup_in_any_field_stays_text(
    client: FlaskClient, catalogue: FakeCatalogue, address: str
) -> None:
    others = dict(list(catalogue.cards.items())[:3])
    catalogue.cards.clear()
    catalogue.cards.update({"evil": card("evil", hostile()), **others})
    body = client.get(address).text
    tree = without_data(body)
    assert HOSTILE in tree.text_content()
    assert not tree.xpath(
        "//script[text() or not(starts-with(@src, '/static/'))]|//img|//style|//iframe|//object"
    )
    assert not [name for each in tree.iter() for name in each.attrib if name.startswith("on")]
    assert not tree.xpath("//@style")
    assert "javascript:" not in " ".join(tree.xpath("//@href|//@src|//@action"))
    assert "evil.example" not in html.tostring(tree, encoding="unicode")


def test_a_hostile_query_is_shown_as_text(client: FlaskClient) -> None:
    tree = html.document_fromstring(
        client.get("/nl/zoeken", query_string={"q": HOSTILE, "level": HOSTILE}).text
    )
    assert tree.xpath("//input[@id='q']/@value") == [HOSTILE]
    assert not tree.xpath("//script[text() or not(starts-with(@src, '/static/'))]|//img")


def test_foreign_links_are_http_and_tell_nothing(client: FlaskClient) -> None:
    for address in ("/nl/materiaal/vb1", "/nl/bron/leerbank", "/nl/zoeken?q=breuken"):
        for link in page(client, address).xpath("//a[contains(@href, '//')]"):
            assert link.get("href").startswith(("https://", "http://"))
            assert {"nofollow", "noopener", "noreferrer"} <= set(link.get("rel").split())


@pytest.mark.parametrize(
    ("accept", "language"),
    [("en-GB,en;q=0.9,nl;q=0.5", "en"), ("nl", "nl"), ("fr,de", "nl"), ("", "nl"), ("\"';x", "nl")],
)
def test_the_root_goes_to_the_language_that_the_visitor_reads(
    client: FlaskClient, accept: str, language: str
) -> None:
    for address in ("/", "/api"):
        answer = client.get(address, headers={"Accept-Language": accept})
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"/{language}{address}"
        assert "Accept-Language" in answer.headers["Vary"]


def test_robots_are_kept_out_of_the_facets_only(client: FlaskClient) -> None:
    rules = client.get("/robots.txt").text
    assert "Disallow: /nl/zoeken" in rules
    assert "Disallow: /en/search" in rules
    assert not re.search(r"Disallow: /(nl|en)?/?$", rules, re.MULTILINE)
    assert "resource" not in rules


def test_the_settings_of_the_fake_are_those_of_its_sources(catalogue: FakeCatalogue) -> None:
    assert [state.name for state in catalogue.sources()] == list(SETTINGS.sources)
