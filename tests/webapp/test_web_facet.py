"""The page with all values of a facet: within a search, by name or number, in pages."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from fake_catalogue import FakeCatalogue, card, resource
from flask.testing import FlaskClient
from lxml import html
from msgspec.structs import replace

from catalog.index import FACETS
from catalog.resource import Agent


@pytest.fixture
def catalogue() -> FakeCatalogue:
    """Return a catalogue with 301 institutions, of which one is in every record."""
    made = FakeCatalogue(300)
    for number, name in enumerate(list(made.cards)):
        publisher = Agent(f"Instituut {number:03} voor Zoölogie", "organisation")
        own = replace(resource(number), creators=(), contributors=())
        made.cards[name] = card(name, replace(own, publishers=(*own.publishers, publisher)))
    return made


def page(client: FlaskClient, address: str) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return html.document_fromstring(answer.text)


def shown(tree: html.HtmlElement) -> list[str]:
    names = tree.xpath("//ul[@class='every-values']//span[@class='value-name']")
    return [name.text_content().strip() for name in names]


def following(tree: html.HtmlElement) -> str:
    return next(iter(tree.xpath("//a[starts-with(@rel, 'next')]/@href")), "")


@pytest.mark.parametrize("order", ["count", "name"])
def test_every_value_is_reached(client: FlaskClient, order: str) -> None:
    address, seen = f"/nl/zoeken/institution?order={order}", []
    while address:
        tree = page(client, address)
        seen += shown(tree)
        address = following(tree)
    assert len(seen) == len(set(seen)) == 301
    assert seen.index("Uitgeverij de Brug") == (0 if order == "count" else 300)


@pytest.mark.parametrize(
    ("address", "one", "more"),
    [
        ("/nl/zoeken/institution", "1 materiaal", "300 materialen"),
        ("/en/search/institution", "1 material", "300 materials"),
    ],
)
def test_what_is_counted_is_said_in_the_singular_of_one(
    client: FlaskClient, address: str, one: str, more: str
) -> None:
    tree = page(client, address)
    counts = [each.text_content() for each in tree.xpath("//a[@class='value']/*[@class='count']")]
    assert set(counts) == {one, more}


def test_a_list_is_searched_by_words_without_accents_or_order(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken/institution?find=zoologie+01&order=name")
    assert "Instituut 010 voor Zoölogie" in shown(tree)
    assert all("01" in name for name in shown(tree))
    assert [(f.get("name"), f.get("value")) for f in tree.xpath("//form//input")] == [
        ("order", "name"),
        ("find", "zoologie 01"),
    ]
    assert "heet zo" in page(client, "/nl/zoeken/institution?find=zzz").text_content()


def test_a_page_past_the_end_leads_to_the_first(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken/institution?find=zoologie&page=9")
    (hint,) = tree.find_class("hint")
    assert "Zoveel pagina's heeft deze lijst niet." in hint.text_content()
    (first,) = hint.xpath(".//a/@href")
    assert len(shown(page(client, first))) == 100
    none = page(client, "/nl/zoeken/institution?find=zzqq&page=9")
    assert "heet zo" in none.find_class("hint")[0].text_content()


def test_the_other_language_has_the_same_list(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken/level?q=hoofdstuk&find=o&order=name")
    (other,) = tree.xpath("//a[@class='language']/@href")
    assert other == "/en/search/level?q=hoofdstuk&find=o&order=name"


def test_values_are_of_the_search_and_lead_back_to_it(client: FlaskClient) -> None:
    tree = page(client, "/en/search/level?q=hoofdstuk&source=leerbank&not.type=video&sort=title")
    link = tree.xpath("//ul[@class='every-values']//a[@class='value']/@href")[0]
    assert urlsplit(link).path == "/en/search"
    query = parse_qs(urlsplit(link).query)
    assert query.pop("level")
    assert query == {
        "q": ["hoofdstuk"], "source": ["leerbank"], "not.type": ["video"], "sort": ["title"],
    }  # fmt: skip
    assert parse_qs(urlsplit(tree.xpath("//p[@class='back']/a/@href")[0]).query) == query
    assert {f.get("name") for f in tree.xpath("//form//input")} == {*query, "find"}


def test_what_stands_under_something_says_under_what(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken/level?order=name")
    assert "Hbo Hoger onderwijs" in [" ".join(name.split()) for name in shown(tree)]


@pytest.mark.parametrize("language", ["nl/zoeken", "en/search"])
@pytest.mark.parametrize("facet", FACETS)
def test_each_facet_has_a_page(client: FlaskClient, language: str, facet: str) -> None:
    assert page(client, f"/{language}/{facet}").xpath("//h1")


@pytest.mark.parametrize(
    ("tail", "status"),
    [
        ("colour", 404),
        ("level?order=size", 400),
        ("level?page=0", 400),
        ("level?page=900", 200),
        ("level?find=" + "x" * 3000, 200),
        ("level?find=%00%22%3Cscript%3E", 200),
        ("level?level=" + "x" * 300, 400),
    ],
)
def test_nonsense_in_the_address(client: FlaskClient, tail: str, status: int) -> None:
    answer = client.get(f"/nl/zoeken/{tail}")
    assert answer.status_code == status
    assert "<script>" not in answer.text
