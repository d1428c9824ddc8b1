"""The results page: a search and its address, facets, paging, marked words."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from fake_catalogue import FakeCatalogue
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis.strategies import text
from lxml import html
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from catalog.index import FACETS, Query, QueryError
from catalog.index.analysis import spans
from webapp import addresses
from webapp.highlight import Wanted, _hits, marked, snippet, wanted
from webapp.search import paging


def page(client: FlaskClient, address: str) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == 200
    return html.document_fromstring(answer.text)


def asked(href: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(href).query)


def test_the_address_becomes_the_query(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    client.get("/en/search?q=%20breuken%00&level=hbo&level=wo&sort=newest&page=2&utm_source=mail")
    assert catalogue.asked == [
        Query(text="breuken", filters={"level": ("hbo", "wo")}, sort="newest", page=2)
    ]


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(text="a & b = c + é", page=3, size=20),
        Query(filters=dict.fromkeys(FACETS, ("x y", "&")), sort="title"),
    ],
)
def test_a_query_written_and_read_is_itself(query: Query) -> None:
    address = addresses.write(query)
    pairs = parse_qs(address.removeprefix("?"))
    assert addresses.read(MultiDict(pairs)) == query


@pytest.mark.parametrize("facet", FACETS)
@pytest.mark.parametrize("value", ["x y", "&", "%00", "é=", "new"])
def test_addresses_written_together_are_those_written_one_by_one(facet: str, value: str) -> None:
    query = Query(text="%00 a", filters=dict.fromkeys(FACETS, ("x y", "%00")), size=20, page=2)
    for each in (query, Query(), Query(filters={"year": ("2019",)}, sort="title")):
        single = addresses.write(addresses.toggled(each, facet, value))
        assert addresses.toggling(each, facet)(value) == single


@pytest.mark.parametrize(
    "nonsense",
    [
        "page=0",
        "page=-1",
        "page=1e9",
        "page=x",
        "page=99999999",
        "page=1001",
        "page=%D9%A1",
        "size=101",
        "size=0",
        "size=100&page=101",
        "sort=random",
        "level=" + "x" * 201,
        "level=a%00b",
        "&".join(f"level={n}" for n in range(21)),
    ],
)
@pytest.mark.parametrize("path", ["/nl/zoeken", "/en/search", "/api/v1/search"])
def test_nonsense_in_the_address_is_a_400(client: FlaskClient, path: str, nonsense: str) -> None:
    assert client.get(f"{path}?{nonsense}").status_code == 400


def test_a_very_long_question_is_cut_and_says_so(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    tree = page(client, "/nl/zoeken?q=" + "a" * 5000)
    assert len(catalogue.asked[0].text) == addresses.MAX_TEXT
    assert "erg lang" in tree.text_content()


def test_notices_of_the_index_are_told_and_unknown_ones_are_not(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.notices = ("query.repaired", "query.unheard_of")
    notices = page(client, "/en/search?q=x").xpath("//p[@class='notice']")
    assert len(notices) == 1


def test_facets_choose_and_let_go(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken?q=hoofdstuk&level=hbo&sort=title&page=2")
    links = tree.xpath("//section[@aria-labelledby='facet-level']//a")
    chosen = [link for link in links if link.get("aria-current")]
    assert [asked(link.get("href")) for link in chosen] == [{"q": ["hoofdstuk"], "sort": ["title"]}]
    other = next(link for link in links if not link.get("aria-current"))
    assert len(asked(other.get("href"))["level"]) == 2
    assert "page" not in asked(other.get("href"))
    assert all("nofollow" in link.get("rel") for link in links)


def test_a_chosen_value_without_results_can_still_be_let_go(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken?type=nosuchtype")
    assert tree.xpath("//section[@aria-labelledby='facet-type']//a[@aria-current]")
    assert tree.xpath("//ul[@class='chips']//a/@href") == ["/nl/zoeken"]
    assert "Niets gevonden" in tree.text_content()


def test_chips_remove_one_and_all(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken?q=x&level=hbo&level=wo&openness=open")
    hrefs = tree.xpath("//ul[@class='chips']//a/@href")
    assert [asked(href).get("level") for href in hrefs] == [["wo"], ["hbo"], ["hbo", "wo"], None]
    assert asked(hrefs[-1]) == {"q": ["x"]}


def test_a_new_question_keeps_the_filters(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken?q=x&level=hbo&level=wo&sort=title&page=1")
    fields = [(f.get("name"), f.get("value")) for f in tree.xpath("//form//input")]
    assert fields == [("q", "x"), ("level", "hbo"), ("level", "wo"), ("sort", "title")]


def test_codes_are_shown_as_words(client: FlaskClient) -> None:
    words = page(client, "/en/search").text_content()
    for said in ("Free to reuse, with credit", "German", "Textbook", "De Leerbank"):
        assert said in words


def test_years_are_a_histogram_and_a_list(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken")
    bars = tree.xpath("//*[name()='rect']")
    assert len(bars) == 17
    assert max(int(bar.get("height")) for bar in bars) == 100
    years = [a.xpath(".//span[@class='value-name']")[0].text for a in
             tree.xpath("//section[@aria-labelledby='facet-year']//a")]  # fmt: skip
    assert years == sorted(years, reverse=True)


def test_paging_reaches_the_last_page_and_no_further(client: FlaskClient) -> None:
    seen = []
    address = "/nl/zoeken?size=100"
    while address:
        tree = page(client, address)
        seen += tree.xpath("//article//h2/a/@href")
        address = next(iter(tree.xpath("//a[starts-with(@rel, 'next')]/@href")), "")
    assert len(seen) == len(set(seen)) == 250


@pytest.mark.parametrize(
    ("at", "total", "shown"),
    [
        (1, 0, [1]),
        (1, 10, [1]),
        (1, 11, [1, 2]),
        (5, 200, [1, None, 4, 5, 6, None, 20]),
        (1000, 50_000, [1, None, 999, 1000]),
        (30, 10, [1]),
    ],
)
def test_paging_shows_the_ends_and_the_neighbours(
    at: int, total: int, shown: list[int | None]
) -> None:
    links = paging(Query(page=at), total, "/nl/zoeken")
    assert [link and link[0] for link in links.pages] == shown
    assert bool(links.previous) == (at > 1)
    assert bool(links.following) == (at < links.last)


@pytest.mark.parametrize(
    ("query", "given_text", "expected"),
    [
        ("breuk", "Een breuk.", "Een <mark>breuk</mark>."),
        ("BREUK", "breuk <b>", "<mark>breuk</mark> &lt;b&gt;"),
        ("zoologie", "Zoölogie & meer", "<mark>Zoölogie</mark> &amp; meer"),
        ("breu*", "breuken", "<mark>breuken</mark>"),
        ("breuk", "breuken", "breuken"),  # as the index finds it: no stems
        ("les -breuk", "breuk les", "breuk <mark>les</mark>"),
        ('les -"een breuk"', "een breuk les", "een breuk <mark>les</mark>"),
        ("title:breuk AND les", "and breuk", "and <mark>breuk</mark>"),
        ("数", "数学", "<mark>数</mark>学"),
        ("b", "<b>", "&lt;<mark>b</mark>&gt;"),
        ("", "x", "x"),
        ('""*-:', "x", "x"),
    ],
)
def test_words_of_the_query_are_marked(query: str, given_text: str, expected: str) -> None:
    assert marked(given_text, wanted(query)) == Markup(expected)


@given(text())
def test_words_are_cut_as_the_index_cuts_them(words: str) -> None:
    everything = Wanted(prefixes=("",))
    assert list(_hits(words, everything)) == [(start, end) for start, end, _ in spans(words)]


def test_a_snippet_is_cut_round_the_words() -> None:
    long = "begin " * 200 + "vondst " + "eind " * 200
    part = snippet(long, wanted("vondst"))
    assert "vondst" in part
    assert part.startswith("… ")
    assert part.endswith(" …")
    assert len(part) < 310
    assert len(snippet("x" * 9000, wanted("y"))) < 310
    assert snippet("kort", wanted("")) == "kort"


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("https://x.example/a?b=c#d", True),
        ("http://x.example:8080/", True),
        ("javascript:alert(1)", False),
        ("//x.example", False),
        ("https://", False),
        ("https://x.example/\na", False),
        ("https:\\\\x.example", False),
        (" https://x.example", False),
        ("https://x.example:99999999/", False),
        ("http://[::1", False),
        ("data:text/html,x", False),
        ("ftp://x.example", False),
        ("", False),
    ],
)
def test_only_web_addresses_are_linked(value: str, good: bool) -> None:
    assert addresses.web_url(value) == (value if good else "")


def test_read_names_what_is_wrong() -> None:
    with pytest.raises(QueryError, match="sort"):
        addresses.read(MultiDict({"sort": "x"}))
