"""Help for who found little, and the reasons for a result."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from fake_catalogue import HOSTILE, FakeCatalogue
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis.strategies import sampled_from, text
from lxml import html
from test_web_real import SITE, fill, real

from catalog.catalogue import Catalogue
from catalog.index import Explanation, Match, SearchError
from catalog.index.query import parse, sought
from webapp import create_app
from webapp.helping import _loose, all_words, replaced


def page(client: FlaskClient, address: str, **asked: str) -> html.HtmlElement:
    answer = client.get(address, query_string=asked or None)
    assert answer.status_code == 200
    return html.document_fromstring(answer.text)


def plain(said: str) -> str:
    """Return a text with plain quotes and single spaces."""
    said = re.sub("[\\N{LEFT SINGLE QUOTATION MARK}\\N{RIGHT SINGLE QUOTATION MARK}]", "'", said)
    return " ".join(said.split())


def links(tree: html.HtmlElement, start: str) -> dict[str, str]:
    """Return the query of each link to results within what starts with these words."""
    found = {}
    for each in tree.xpath("//li[.//a]|//p[.//a]"):
        if plain(each.text_content()).startswith(start):
            for link in each.xpath(".//a"):
                query = parse_qs(urlsplit(link.get("href")).query)
                found[plain(link.text_content())] = query.get("q", [""])[0]
    return found


def test_a_word_that_nothing_has_is_named_and_another_offered(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken?q=breukenn%20verhoudingen")
    assert "In geen enkel materiaal staat: breukenn." in " ".join(tree.text_content().split())
    meant = links(tree, "Bedoelde je")
    assert meant["breuken verhoudingen"] == "breuken verhoudingen"
    assert links(tree, "Zoek zonder 'breukenn'") == {"Zoek zonder 'breukenn'": "verhoudingen"}


def test_where_no_word_is_missing_each_may_be_left_out(client: FlaskClient) -> None:
    tree = page(client, "/nl/zoeken?q=contractenrecht%20gelijkstroom")
    assert "In geen enkel materiaal" not in tree.text_content()
    assert links(tree, "Zoek zonder 'contractenrecht'") == {
        "Zoek zonder 'contractenrecht'": "gelijkstroom"
    }
    assert links(tree, "Zoek zonder 'gelijkstroom'") != {}


def test_what_is_chosen_may_be_let_go(client: FlaskClient) -> None:
    tree = page(client, "/en/search?q=contractenrecht&language=de")
    assert links(tree, "Search without filters") == {"Search without filters": "contractenrecht"}
    assert links(page(client, "/en/search?q=zzz&language=de"), "Search without filters") == {}


def test_quotes_and_exclusions_may_be_let_go(client: FlaskClient) -> None:
    # the catalogue here knows no query language: what is typed are words
    for typed in (
        '"contractenrecht" -zzz',
        "\N{DOUBLE LOW-9 QUOTATION MARK}contractenrecht\N{RIGHT DOUBLE QUOTATION MARK} -zzz",
        "titel:contractenrecht",
        'Titel: "contractenrecht"',
        "subject:contractenrecht -(zzz yyy)",
        'contractenrecht -auteur:"zzz yyy"',
    ):
        tree = page(client, "/nl/zoeken", q=typed)
        offered = links(tree, "Zonder aanhalingstekens, velden en uitsluitingen:")
        assert offered == {"contractenrecht": "contractenrecht"}, typed


@pytest.mark.parametrize(
    ("asked", "name"), [("/nl/zoeken?q=video", "Video"), ("/en/search?q=lesplan", "Lesson plan")]
)
def test_the_name_of_a_concept_leads_to_everything_of_it(
    client: FlaskClient, catalogue: FakeCatalogue, asked: str, name: str
) -> None:
    tree = page(client, asked)
    offers = links(tree, "Bekijk alles van:") | links(tree, "See everything of:")
    chosen = [query.filters for query in catalogue.asked if query.filters]
    assert chosen
    assert chosen[0]["type"]
    assert set(offers) <= {name}


def test_nothing_is_offered_that_finds_nothing(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    tree = page(client, "/nl/zoeken?q=qqqq%20xxxx%20-zzzz")
    assert not tree.xpath("//*[@class='none']//span[@class='count']")
    assert len(catalogue.asked) < 20


def test_most_words_instead_of_all_is_said_with_a_way_back(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.notices = ("query.relaxed",)
    # the catalogue here takes AND for a word: in Dutch its texts have it, in English they do not
    tree = page(client, "/nl/zoeken?q=zelfstudie%20opgaven%20van%20een")
    assert links(tree, "Maar 214 materialen hebben al je woorden.") == {
        "Alleen met al je woorden": "zelfstudie EN opgaven"
    }
    tree = page(client, "/en/search?q=zelfstudie%20opgaven")
    assert "No material has all your words;" in tree.text_content()
    tree = page(client, "/en/search?q=opgaven")
    assert "Little material has this whole word;" in tree.text_content()
    tree = page(client, "/en/search?q=(zelfstudie)%20opgaven")
    assert "Little material has all your words;" in tree.text_content()
    catalogue.missing = {"opgaven"}
    tree = page(client, "/en/search?q=opgaven")
    assert "No material has this whole word; these have a part of it." in tree.text_content()
    assert "No material has: opgaven." in plain(tree.text_content())
    tree = page(client, "/en/search?q=(zelfstudie)%20opgaven")
    assert "No material has all your words;" in tree.text_content()


def test_another_spelling_is_offered_where_a_word_was_let_go(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    assert links(page(client, "/nl/zoeken?q=opgaven"), "Bedoelde je") == {}
    catalogue.notices = ("query.relaxed",)
    catalogue.missing = {"opgaven"}  # though there is enough without it
    assert links(page(client, "/nl/zoeken?q=opgaven%20toets"), "Bedoelde je") != {}


def test_of_what_has_two_writings_neither_is_missing(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.missing = {"web2", "toets"}
    tree = page(client, "/nl/zoeken?q=web2.0%20toets")
    assert [plain(each.text_content()) for each in tree.find_class("missing")] == [
        "In geen enkel materiaal staat: toets."
    ]


@pytest.mark.parametrize(
    ("there", "missing"), [({"data", "datamining"}, "toets"), ({"data"}, "mining, toets")]
)
def test_what_is_there_as_one_word_is_not_missing_as_two(
    client: FlaskClient,
    catalogue: FakeCatalogue,
    monkeypatch: pytest.MonkeyPatch,
    there: set[str],
    missing: str,
) -> None:
    monkeypatch.setattr(catalogue, "frequency", lambda word: int(word in there))
    tree = page(client, "/nl/zoeken?q=data%20mining%20toets")
    assert [plain(each.text_content()) for each in tree.find_class("missing")] == [
        f"In geen enkel materiaal staat: {missing}."
    ]


def test_only_what_is_found_with_all_words_is_counted(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    client.get("/nl/zoeken?q=opgaven")
    client.get("/nl/zoeken?q=opgaven&page=2")
    client.get("/nl/zoeken?q=qqqq")
    client.get("/nl/zoeken")
    client.get("/api/v1/search?q=opgaven")
    catalogue.notices = ("query.relaxed",)
    client.get("/nl/zoeken?q=zelfstudie")
    assert [text for text in catalogue.popular if text] == ["opgaven"]


@pytest.mark.parametrize(
    ("query", "word", "other", "expected"),
    [
        ("Breuken en cellen", "breuken", "breuk", "breuk en cellen"),
        ("titel:xyz abc", "xyz", "", "abc"),
        ('titel:"xyz" abc', "xyz", "", "abc"),
        ('"xyz abc"', "xyz", "foo", '"foo abc"'),
        ("abc EN xyz", "xyz", "", "abc"),
        ("(xyz) abc", "xyz", "", "abc"),
        ("xyz OR xyz", "xyz", "", ""),
        ("zoölogie", "zoologie", "biologie", "biologie"),
    ],
)
def test_a_word_is_replaced_where_it_stands(
    query: str, word: str, other: str, expected: str
) -> None:
    assert replaced(query, word, other) == expected


def words_of(query: str) -> Iterable[str]:
    return list(sought(parse(query).tree))


@given(text(alphabet='aAäenoÉ "()-:&|/titel数'), sampled_from(["a", "en", "o"]))
def test_what_is_replaced_is_there_no_more(query: str, word: str) -> None:
    assert word not in words_of(replaced(query, word, ""))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("geschiedenis van het recht", "geschiedenis EN recht"),
        ('"a b" c -d titel:x', '"a b" EN c EN -d EN titel:x'),
        ("a OR b", ""),
        ("(a b) c", ""),
        ("cel", "cel"),
    ],
)
def test_all_words_are_asked_for(query: str, expected: str) -> None:
    assert all_words(query, "nl") == expected
    assert not expected or " " not in expected or parse(expected).strict


def test_the_reasons_for_a_result_are_said_in_words(client: FlaskClient) -> None:
    results = page(client, "/nl/zoeken?q=breuken%20zelfstudie")
    [href, *_] = results.xpath("//a[@class='card-why']/@href")
    tree = page(client, href)
    said = " ".join(tree.xpath("string(//*[@id='why'])").split())
    assert "breuken: staat zo in de titel; is een deel of een geheel van een samengesteld" in said
    assert "is een naam, in welke taal ook," in said
    assert "Het is in de taal van deze pagina: hoger." in said
    assert said.index("taal van deze pagina") < said.index("mager")
    assert tree.xpath("//meta[@name='robots']/@content") == ["noindex, nofollow"]
    english = page(client, href.replace("/nl/waarom/", "/en/why/"))
    assert "stands so in the title" in english.text_content()


def test_a_word_that_is_not_there_is_said_so(client: FlaskClient) -> None:
    tree = page(client, "/nl/waarom/vb0?q=het%20van%20breuken")
    assert tree.xpath("//*[@id='why']//strong/text()") == ["breuken"]
    assert tree.xpath("//*[@id='why']//li")
    assert "qqq: staat er niet in." in page(client, "/nl/waarom/vb0?q=qqq").text_content()
    assert "geen enkel woord" in page(client, "/nl/waarom/vb0").text_content()


@pytest.mark.parametrize(
    ("address", "order"),
    [
        ("/nl/waarom/vb0?q=breuken", "de volgorde komt van de woorden"),
        ("/nl/waarom/vb0?q=breuken&sort=newest", "het nieuwste staat bovenaan."),
        ("/en/why/vb0?q=breuken&sort=title", "titles stand in the order of the alphabet."),
        ("/en/why/vb0?q=-breuken", "the newest come first."),
    ],
)
def test_the_order_that_results_stand_in_is_named(
    client: FlaskClient, address: str, order: str
) -> None:
    assert order in page(client, address).xpath("string(//*[@id='why'])")


@pytest.mark.parametrize(
    ("asked", "looser"),
    [
        ("breuken -breuken", "breuken"),
        ("breuken NOT breuken", "breuken"),
        ("breuken EN NIET breuken", "breuken"),
        ("breuken AND NOT (breuken OR rekenen)", "breuken"),
        ('breuken NOT titel:"breuken rekenen"', "breuken"),
        ("NOT breuken OR rekenen", "rekenen"),
        ("(breuken NOT breuken) rekenen", "(breuken ) rekenen"),
        ('"Breuken NOT rekenen"', "Breuken not rekenen"),
    ],
)
def test_what_is_left_out_is_let_in_again(asked: str, looser: str) -> None:
    assert _loose(asked) == looser


def test_words_in_a_row_are_told_as_they_were_asked(
    client: FlaskClient, catalogue: FakeCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    matches = (Match("to be or not", (("title", "exact"),)), Match("the", ()))
    monkeypatch.setattr(catalogue, "explain", lambda *_: Explanation(matches))
    tree = page(client, "/en/why/vb0", q='"to be or not" the breuken')
    assert tree.xpath("//*[@id='why']//strong/text()") == ["to be or not"]


def test_reasons_have_the_errors_of_records(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    assert client.get("/nl/waarom/none?q=x").status_code == 404
    assert client.get("/nl/waarom/vb0?page=x").status_code == 400
    catalogue.error = SearchError("there is none")
    assert client.get("/nl/zoeken?q=x").status_code == 503


def test_what_is_hostile_stays_text(client: FlaskClient) -> None:
    for address in ("/nl/zoeken", "/nl/waarom/vb0"):
        tree = html.document_fromstring(client.get(address, query_string={"q": HOSTILE}).text)
        assert not tree.xpath("//script[text()]|//img|//@onerror|//@style")


@pytest.mark.parametrize(
    ("asked", "fails", "without", "looser"),
    [
        (
            "titel:zelfstudie",
            "Geen enkel materiaal heeft precies dit in de titel: zelfstudie.",
            {},
            {"zelfstudie": "zelfstudie"},
        ),
        (
            "titel:zelfstudie breuken",
            "Geen enkel materiaal heeft precies dit in de titel: zelfstudie.",
            {"Zoek zonder 'zelfstudie'": "breuken"},
            {"zelfstudie breuken": "zelfstudie breuken"},
        ),
        (
            '"breuken zelfstudie"',
            "Geen enkel materiaal heeft precies dit: breuken zelfstudie.",
            {},
            {"breuken zelfstudie": "breuken zelfstudie"},
        ),
        (
            'beschrijving:"rekenen met verhoudingen" (titel:opgaven OR breuken)',
            "Geen enkel materiaal heeft precies dit in de beschrijving: rekenen met verhoudingen.",
            {"Zoek zonder 'rekenen met verhoudingen'": "(titel:opgaven OR breuken)"},
            {},
        ),
        (
            "titel:zzqq breuken",
            "In geen enkel materiaal staat: zzqq.",
            {"Zoek zonder 'zzqq'": "breuken"},
            {},
        ),
    ],
)
def test_what_fails_in_its_field_or_as_a_phrase_is_named(
    filled: FlaskClient, asked: str, fails: str, without: dict[str, str], looser: dict[str, str]
) -> None:
    tree = page(filled, "/nl/zoeken", q=asked)
    assert [plain(each.text_content()) for each in tree.find_class("missing")] == [fails]
    assert links(tree, "Zoek zonder") == without
    found = links(tree, "Zonder aanhalingstekens")
    assert looser.items() <= found.items()


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    settings = real(tmp_path_factory.mktemp("real"))
    settings = msgspec.structs.replace(
        settings, index=msgspec.structs.replace(settings.index, engine=request.param)
    )
    with Catalogue(settings) as catalogue:
        client = create_app(catalogue, settings).test_client()
        client.environ_base["HTTP_HOST"] = SITE["Host"]
        fill(catalogue)
        yield client


@pytest.mark.parametrize("asked", ["breuken -breuken", "breuken NOT breuken"])
def test_a_search_without_its_exclusion_is_offered(filled: FlaskClient, asked: str) -> None:
    tree = page(filled, "/nl/zoeken", q=asked)
    assert "breuken" in links(tree, "Zonder aanhalingstekens")


def test_the_real_catalogue_helps_and_explains(filled: FlaskClient) -> None:
    client = filled
    tree = page(client, "/nl/zoeken?q=wondverzorgingg&literal=1")
    assert "In geen enkel materiaal staat: wondverzorgingg." in plain(tree.text_content())
    assert links(tree, "Bedoelde je") == {"wondverzorging": "wondverzorging"}
    tree = page(client, "/nl/zoeken?q=wondverzorgingg%20breuken&literal=1")
    assert "al je woorden" in tree.text_content()
    [href, *_] = page(client, "/nl/zoeken?q=breuk").xpath("//a[@class='card-why']/@href")
    said = plain(page(client, href).xpath("string(//*[@id='why'])"))
    assert "breuk: staat in een andere vorm in de titel" in said
    assert "in de taal van deze pagina: hoger" in said
    said = plain(page(client, f"{href}&sort=title").xpath("string(//*[@id='why'])"))
    assert "in de taal van deze pagina" not in said
