"""Pages to browse by, their lists and their indexes: complete, sorted, paged and never hostile."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from fake_catalogue import HOSTILE, FakeCatalogue, card, hostile, resource
from flask.testing import FlaskClient
from lxml import html
from msgspec.structs import replace

from catalog.resource import Agent

VAART = "Hogeschool aan de Vaart"


def page(client: FlaskClient, address: str) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:300]
    return html.document_fromstring(answer.text)


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def titles(tree: html.HtmlElement) -> list[str]:
    return [text(each) for each in tree.xpath("//article//h2")]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/nl/vakgebied/techniek", "Techniek"),
        ("/en/discipline/techniek", "Engineering"),
        ("/nl/vakgebied/0541", "Wiskunde"),
        ("/nl/niveau/hbo", "Hbo"),
        ("/en/level/ho", "Higher education"),
        ("/nl/soort/video", "Video"),
        ("/en/language/de", "German"),
        (f"/en/institution/{quote(VAART)}", VAART),
        ("/nl/maker/Joris%20van%20der%20Meulen", "Joris van der Meulen"),
    ],
)
def test_a_topic_has_its_name_its_number_and_its_materials(
    client: FlaskClient, address: str, said: str
) -> None:
    tree = page(client, address)
    assert text(tree.xpath("//h1")[0]).startswith(said)
    assert len(tree.xpath("//article")) == 10
    total = int(text(tree.xpath("//p[@class='lead']")[0]).split()[0])
    assert total > 10
    last = text(tree.xpath("//nav[@class='paging']//li[last() - 1]")[0])
    assert int(last.split()[-1]) == -(-total // 10)


def test_a_list_pages_and_sorts_and_its_pages_lead_to_each_other(client: FlaskClient) -> None:
    seen: list[str] = []
    address = "/nl/niveau/mbo-4?sort=title"
    while address:
        tree = page(client, address)
        seen += tree.xpath("//article//h2/a/@href")
        assert text(tree.xpath("//*[@aria-current='true']")[0]) == "Titel"
        address = next(iter(tree.xpath("//a[contains(@rel, 'next')]/@href")), "")
    found = page(client, "/nl/zoeken?level=mbo-4&size=100")
    assert sorted(seen) == sorted(found.xpath("//article//h2/a/@href"))
    assert len(seen) == len(set(seen)) > 20


def test_what_is_above_and_below_is_a_page_away(client: FlaskClient) -> None:
    tree = page(client, "/nl/niveau/mbo")
    below = tree.xpath("//ul[@class='chips']//a/@href")
    assert below == ["/nl/niveau/mbo-4"]
    deep = page(client, "/nl/vakgebied/0541")
    trail = deep.xpath("//nav[@class='trail']//a/@href")
    assert trail == ["/nl/vakgebieden", "/nl/vakgebied/exact_informatica", "/nl/vakgebied/054"]
    for href in trail:
        assert page(client, href).xpath("//h1")


def test_figures_lead_to_the_search_for_both(client: FlaskClient) -> None:
    tree = page(client, "/en/discipline/techniek")
    levels = tree.xpath("//section[@aria-labelledby='chart-level']//a")
    assert levels
    for link in levels:
        count = int(link.xpath(".//span[@class='count']/text()")[0])
        found = page(client, link.get("href"))
        assert text(found.xpath("//h1")[0]).split()[0] == str(count)
    assert not tree.xpath("//section[@aria-labelledby='chart-discipline']")
    shares = [int(each) for each in tree.xpath("//ul[@class='chart']//rect/@width")]
    assert max(shares) == 100
    assert min(shares) > 0
    assert tree.xpath("//section[@aria-labelledby='chart-year']//*[local-name()='rect']")


@pytest.mark.parametrize(
    "address",
    [
        "/nl/vakgebied/bestaat-niet",
        "/en/level/none",
        "/nl/taal/xx",
        "/nl/instelling/Niemand",
        "/nl/maker/Niemand",
        "/nl/maker/!!!",
        "/nl/maker/%0A",
        "/nl/instelling/" + "x" * 300,
        "/nl/niveau/hbo?page=900",
    ],
)
def test_what_is_not_there_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_value_that_is_known_may_have_nothing_yet(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.cards.clear()
    tree = page(client, "/nl/vakgebied/techniek")
    assert "nog geen materiaal" in text(tree)
    assert tree.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]
    for index in ("vakgebieden", "niveaus", "soorten", "talen", "instellingen"):
        assert "nog geen materiaal" in text(page(client, f"/nl/{index}"))


@pytest.mark.parametrize("address", ["/nl/niveau/hbo?page=0", "/nl/soort/video?sort=up"])
def test_an_order_or_page_that_makes_no_sense_is_refused(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("kind", ["niveau", "soort", "instelling", "maker"])
def test_markup_in_a_value_stays_text(
    client: FlaskClient, catalogue: FakeCatalogue, kind: str
) -> None:
    evil = replace(hostile(), creators=(Agent(HOSTILE, "organisation"),))
    catalogue.cards.clear()
    catalogue.cards["evil"] = card("evil", evil)
    catalogue.cards["plain"] = card("plain", resource(1))
    name = HOSTILE if kind != "maker" else HOSTILE.replace('"', " ")
    answer = client.get(f"/nl/{kind}/{quote(name, safe='')}")
    assert answer.status_code in ({200, 404} if kind == "maker" else {200})
    for address in ("/nl/instellingen", "/nl/niveaus", "/nl/soorten", "/nl/talen", "/nl/"):
        answer = client.get(address)
        tree = html.document_fromstring(answer.text)
        assert not tree.xpath("//script[text()]|//img|//style|//iframe|//@style")
        assert not [n for each in tree.iter() for n in each.attrib if n.startswith("on")]
        # and what it leads to is a page again
        for href in tree.xpath("//*[contains(@class, 'doors')]//a/@href"):
            assert client.get(href).status_code == 200


@pytest.mark.parametrize(
    "odd", ["TU/e // Bouw & Co? 100%", "Bouw\N{NO-BREAK SPACE}Co", "Bouw\tCo", "Bouw " + "x" * 300]
)
def test_a_name_like_no_other_has_a_page(
    client: FlaskClient, catalogue: FakeCatalogue, odd: str
) -> None:
    agents = (Agent(odd, "organisation"),)
    catalogue.cards["odd"] = card("odd", replace(resource(1), publishers=agents))
    tree = page(client, "/en/institutions?find=Bouw")
    (href,) = tree.xpath("//ul[contains(@class, 'doors')]//a/@href")
    assert text(page(client, href).xpath("//h1")[0]) == " ".join(odd[:200].split())
    material = page(client, "/en/resource/odd")
    assert href in material.xpath("//dl[@class='facts']//a/@href")


def test_long_names_and_many_values_are_paged(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    for number in range(250):
        agents = (Agent(f"{number} {'Lang' * 40}", "organisation"),)
        catalogue.cards[f"n{number}"] = card(f"n{number}", replace(resource(1), publishers=agents))
    first = page(client, "/nl/instellingen")
    assert len(first.xpath("//ul[contains(@class, 'doors')]/li")) == 100
    assert first.xpath("//a[contains(@rel, 'next')]/@href") == ["/nl/instellingen?page=2"]
    found = page(client, "/nl/instellingen?find=lang&order=name&level=wo")
    assert "250" in text(found.xpath("//div[@class='order']/p")[0])


def test_trees_are_listed_with_what_is_under_them(client: FlaskClient) -> None:
    tree = page(client, "/nl/niveaus")
    top = [text(each).split()[0] for each in tree.xpath("//section/h2")]
    assert top == ["Voortgezet", "Beroepsonderwijs", "Hoger"] or len(top) > 1
    for href in tree.xpath("//div[@class='branches']//a/@href"):
        assert href.startswith("/nl/niveau/")
        assert client.get(href).status_code == 200


def test_all_sources_are_listed(client: FlaskClient) -> None:
    hrefs = page(client, "/en/sources").xpath("//ul[@class='sources']//a/@href")
    assert hrefs == [f"/en/source/{name}" for name in ("leerbank", "openboek", "colleges", "leeg")]
