"""The results page: a search and its address, facets, paging, marked words."""

from __future__ import annotations

from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from fake_catalogue import FakeCatalogue
from flask.testing import FlaskClient
from lxml import html
from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from catalog.index import FACETS, FacetCount, Query, QueryError
from webapp import addresses
from webapp.addresses import MAX_HITS
from webapp.search import paging
from webapp.years import histogram


def page(client: FlaskClient, address: str) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == 200
    return html.document_fromstring(answer.text)


def asked(href: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(href).query)


def test_the_address_becomes_the_query(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    client.get("/en/search?q=%20breuken%00&level=hbo&level=wo&sort=newest&page=2&utm_source=mail")
    wanted = Query(text="breuken", filters={"level": ("hbo", "wo")}, sort="newest", page=2)
    assert [each.language for each in catalogue.asked] == ["en"]
    assert [replace(each, values=50, long=None, language="") for each in catalogue.asked] == [
        wanted
    ]


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(text="a & b = c + é", page=3, size=20),
        Query(filters={**dict.fromkeys(FACETS, ("x y", "&")), "year": ("2019",)}, sort="title"),
        Query(
            without={**dict.fromkeys(FACETS, ("x, y", "=")), "year": ("..", "..2001")},
            filters={"year": ("2019..2021",)},
        ),
        Query(facets=("level", "year")),
        Query(facets=()),
    ],
)
def test_a_query_written_and_read_is_itself(query: Query) -> None:
    address = addresses.write(query)
    pairs = parse_qs(address.removeprefix("?"), keep_blank_values=True)
    assert addresses.read(MultiDict(pairs)) == query


@pytest.mark.parametrize("facet", FACETS)
@pytest.mark.parametrize("value", ["x y", "&", "%00", "é=", "new", "a,b"])
def test_addresses_written_together_are_those_written_one_by_one(facet: str, value: str) -> None:
    query = Query(text="%00 a", filters=dict.fromkeys(FACETS, ("x y", "%00")), size=20, page=2)
    left_out = replace(query, filters={}, without=dict.fromkeys(FACETS, ("x y", "a,b")))
    for each in (query, left_out, Query(), Query(filters={"year": ("2019",)}, sort="title")):
        for name in (facet, f"not.{facet}"):
            single = addresses.write(addresses.toggled(each, name, value))
            assert addresses.toggling(each, name)(value) == single


def test_what_is_chosen_is_not_left_out_and_the_other_way_round() -> None:
    chosen = addresses.toggled(Query(page=3), "level", "hbo")
    assert (chosen.filters, chosen.without, chosen.page) == ({"level": ("hbo",)}, {}, 1)
    out = addresses.toggled(chosen, "not.level", "hbo")
    assert (out.filters, out.without) == ({}, {"level": ("hbo",)})
    assert addresses.toggled(out, "level", "hbo") == chosen
    assert addresses.toggled(out, "not.level", "hbo") == Query()


@pytest.mark.parametrize(
    ("chosen", "value", "then"),
    [
        (("mbo", "wo"), "mbo-4", ("wo", "mbo-4")),  # narrower takes the place of wider
        (("mbo-2", "mbo-4", "wo"), "bve", ("wo", "bve")),
        (("mbo-2",), "mbo-4", ("mbo-2", "mbo-4")),
        (("mbo-4",), "mbo-4", None),
    ],
)
def test_in_a_tree_a_value_takes_the_place_of_those_above_and_below(
    chosen: tuple[str, ...], value: str, then: tuple[str, ...] | None
) -> None:
    for name, query in (
        ("level", Query(filters={"level": chosen})),
        ("not.level", Query(without={"level": chosen})),
    ):
        after = addresses.toggled(query, name, value)
        assert (after.without if name.startswith("not.") else after.filters).get("level") == then
        assert addresses.toggling(query, name)(value) == addresses.write(after)
    out = addresses.toggled(Query(filters={"level": ("mbo",)}), "not.level", "mbo-4")
    assert (out.filters, out.without) == ({"level": ("mbo",)}, {"level": ("mbo-4",)})
    out = addresses.toggled(Query(filters={"level": ("mbo-2", "wo")}), "not.level", "mbo")
    assert (out.filters, out.without) == ({"level": ("wo",)}, {"level": ("mbo",)})
    back = addresses.toggled(out, "level", "mbo-4")
    assert (back.filters, back.without) == ({"level": ("wo", "mbo-4")}, {})


@pytest.mark.parametrize(
    ("form", "years"),
    [
        ("year.from=2015&year.to=2019", ("2015..2019",)),
        ("year.from=2019&year.to=2015", ("2015..2019",)),
        ("year.from=2019&year.to=2019", ("2019",)),
        ("year.from=2015&year.to=", ("2015..",)),
        ("year.from=&year.to=+2015+", ("..2015",)),
        ("year.from=&year.to=", None),
        ("year=2001&year.from=2015&year.to=", ("2015..",)),
        ("year=2001&year=2015..2019", ("2001", "2015..2019")),
    ],
)
def test_years_from_a_form_are_a_span(form: str, years: tuple[str, ...] | None) -> None:
    assert addresses.read(MultiDict(parse_qsl(form))).filters.get("year") == years


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
        "size=abc",
        "size=-1",
        "size=%D9%A1",
        "size=" + "9" * 5000,
        "size=100&page=101",
        "sort=random",
        "level=" + "x" * 201,
        "level=a%00b",
        "not.level=a%00b",
        "year.from=19",
        "year.to=later",
        "year=19..20",
        "year=1..2",
        "year=19",
        "not.year=2019..x",
        "year=2019&year=2019..202",
        "facets=level,colour",
        "&".join(f"level={n}" for n in range(21)),
    ],
)
@pytest.mark.parametrize("path", ["/nl/zoeken", "/en/search", "/api/v1/search"])
def test_nonsense_in_the_address_is_a_400(client: FlaskClient, path: str, nonsense: str) -> None:
    # pages that the API does not have are not there: its cursors go on
    status = 404 if path.startswith("/api") and nonsense.endswith("page=101") else 400
    assert client.get(f"{path}?{nonsense}").status_code == status


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


@pytest.mark.parametrize(
    ("path", "told", "heading"),
    [("/nl/zoeken", "geen woord", " materialen"), ("/en/search", "no word", " materials")],
)
def test_what_has_no_word_in_it_finds_everything_and_says_so(
    client: FlaskClient, catalogue: FakeCatalogue, path: str, told: str, heading: str
) -> None:
    catalogue.notices = ("query.empty",)
    tree = page(client, f"{path}?q=%F0%9F%98%80")
    (notice,) = tree.xpath("//p[@class='notice']")
    assert told in notice.text_content()
    assert tree.xpath("//h1")[0].text_content().endswith(heading)


def test_facets_choose_and_let_go(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken?q=hoofdstuk&level=hbo&sort=title&page=2")
    links = tree.xpath("//details[@id='facet-level']//a[@class='value']")
    chosen = [link for link in links if link.get("aria-current")]
    assert [asked(link.get("href")) for link in chosen] == [{"q": ["hoofdstuk"], "sort": ["title"]}]
    other = next(link for link in links if not link.get("aria-current"))
    assert len(asked(other.get("href"))["level"]) == 2
    assert "page" not in asked(other.get("href"))
    assert all("nofollow" in link.get("rel") for link in tree.xpath("//nav[@class='facets']//a"))


def test_a_value_is_left_out_and_let_in_again(client: FlaskClient) -> None:
    before = page(client, "/en/search?type=course")
    link = before.xpath("//details[@id='facet-type']//a[@class='not']")[1]
    assert link.text_content().startswith("Not these: ")
    (left_out,) = asked(link.get("href"))["not.type"]
    after = page(client, f"/en/search?not.type={left_out}")
    row = after.xpath("//details[@id='facet-type']//div[@class='value-row is-out']")[0]
    assert asked(row.xpath("./a/@href")[0]) == {}
    assert "left out" in row.text_content()
    assert after.xpath("//ul[@class='chips']//a[@class='out']/@href") == ["/en/search"]


def test_a_parent_holds_its_children_and_opens_for_a_chosen_one(client: FlaskClient) -> None:
    closed = page(client, "/nl/zoeken").xpath("//details[@id='facet-discipline']//details")
    assert closed
    assert not any("open" in each.attrib for each in closed)
    tree = page(client, "/nl/zoeken?discipline=0541")
    (chosen,) = tree.xpath("//details[@id='facet-discipline']//a[@aria-current]")
    assert all("open" in each.attrib for each in chosen.xpath("./ancestor::details[@class='twig']"))
    assert chosen.xpath("./ancestor::details[@class='twig']")


def test_levels_are_in_the_order_of_education_and_known_ones_in_sight(client: FlaskClient) -> None:
    top = page(client, "/en/search").xpath("//details[@id='facet-level']/ul/li")
    names = [each.xpath(".//span[@class='value-name']")[0].text for each in top]
    assert names[0] == "Secondary education"
    assert "mbo" in names[1]  # and not bve, which is no more than mbo here
    assert names[2:] == ["Higher education"]
    assert all("open" in each.attrib for li in top for each in li.xpath("./details"))


def test_groups_are_closed_after_the_first_and_open_for_a_choice(client: FlaskClient) -> None:
    groups = page(client, "/nl/zoeken?source=leerbank").xpath("//details[@class='facet']")
    state = {each.get("id"): "open" in each.attrib for each in groups}
    assert list(state.values())[:5] == [True] * 5
    assert state["facet-source"]
    assert not state["facet-licence"]
    assert "facet-accessibility" not in state  # nothing has a feature


def test_leave_of_a_licence_is_chosen_beside_openness(client: FlaskClient) -> None:
    group = page(client, "/nl/zoeken").xpath("//details[@id='facet-openness']")[0]
    hrefs = [asked(href) for href in group.xpath(".//a[@class='value']/@href")]
    assert {"may_adapt": ["yes"]} in hrefs
    assert {"may_sell": ["yes"]} in hrefs
    assert "Mag worden aangepast" in group.text_content()


def test_a_chosen_value_without_results_can_still_be_let_go(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken?type=nosuchtype")
    assert tree.xpath("//details[@id='facet-type']//a[@aria-current]")
    assert tree.xpath("//ul[@class='chips']//a/@href") == ["/nl/zoeken"]
    assert "Niets gevonden" in tree.text_content()


def test_chips_remove_one_and_all(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken?q=x&level=hbo&level=wo&openness=open")
    hrefs = tree.xpath("//ul[@class='chips']//a/@href")
    assert [asked(href).get("level") for href in hrefs] == [["wo"], ["hbo"], ["hbo", "wo"], None]
    assert asked(hrefs[-1]) == {"q": ["x"]}


def test_a_new_question_keeps_the_filters(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken?q=x&level=hbo&level=wo&sort=title&page=1")
    fields = [(f.get("name"), f.get("value")) for f in tree.xpath("//form[@role]//input")]
    assert fields == [("q", "x"), ("level", "hbo"), ("level", "wo"), ("sort", "title")]


def test_codes_are_shown_as_words(client: FlaskClient) -> None:
    words = page(client, "/en/search").text_content()
    for said in ("Free to reuse, with credit", "German", "Textbook", "De Leerbank"):
        assert said in words


def test_years_are_a_histogram_to_click_and_a_span_to_type(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken?q=hoofdstuk&year=2019&not.type=video&sort=title")
    bars = tree.xpath("//*[name()='svg'][@class='bars']/*")
    assert len(bars) == 17
    heights = tree.xpath("//*[name()='rect'][not(@class)]/@height")
    assert max(map(int, heights)) == 100
    assert [bar.get("class") for bar in bars].count("chosen") == 1
    assert all(bar.get("tabindex") == "-1" for bar in bars)  # keyboards have the form
    years = [asked(bar.get("href")).get("year") for bar in bars]
    assert years.count(None) == 1
    assert ["2019", "2020"] in years
    form = tree.xpath("//form[@class='span']")[0]
    assert [(f.get("name"), f.get("value")) for f in form.xpath(".//input")] == [
        ("q", "hoofdstuk"),
        ("not.type", "video"),
        ("sort", "title"),
        ("year.from", "2019"),
        ("year.to", "2019"),
    ]


def counts(**years: int) -> list[FacetCount]:
    return [FacetCount(year.strip("y"), count) for year, count in years.items()]


def test_many_years_are_few_bars_and_the_tails_are_swept_up() -> None:
    every = counts(y0999=1, y1600=1, **{f"y{year}": 10 for year in range(1950, 2025)}, y9999=2)
    found = histogram(Query(filters={"year": ("1990..2009",)}), every, "/x")
    assert found
    assert (found.start, found.end) == ("1950", "2024")
    assert len(found.bars) == 15
    assert found.bars[0].span == "..1954"
    assert found.bars[-1].span == "2020.."
    assert sum(bar.count for bar in found.bars) == sum(each.count for each in every)
    assert [bar.span for bar in found.bars if bar.chosen] == [
        "1990..1994", "1995..1999", "2000..2004", "2005..2009",
    ]  # fmt: skip
    assert (found.first, found.last) == ("1990", "2009")


@pytest.mark.parametrize("years", [{}, {"y2019": 5}, {"y2019": 5, "y2020": 1}])
def test_few_years_have_no_bars(years: dict[str, int]) -> None:
    found = histogram(Query(), counts(**years), "/x")
    assert (found is None) == (not years)
    assert not found or found.bars == ()


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
    links = paging(at, -(-min(total, MAX_HITS) // 10), str)
    assert [link and link[0] for link in links.pages] == shown
    assert bool(links.previous) == (at > 1)
    assert bool(links.following) == (at < links.last)


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
