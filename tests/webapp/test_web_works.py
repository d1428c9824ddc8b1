"""Works of several copies: their page, the pages of their copies, and both kinds of search."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from fake_catalogue import HOSTILE, FakeCatalogue, card, hostile, resource
from flask.testing import FlaskClient
from lxml import html
from msgspec.structs import replace

from catalog.cards import Related, Whole
from catalog.links import REASONS
from catalog.resource import Text
from catalog.store.links import State
from catalog.works.reasons import SENTENCES, Reason
from webapp.answers import Work
from webapp.words import words
from webapp.works import KINDS, link, reason

DEAD = State("dead", "not-found", "2026-02-03T04:05:06Z", "2026-03-01T00:00:00Z", "")
ALIVE = State("alive", "answers", "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z", "")


def page(client: FlaskClient, address: str, status: int = 200) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == status, answer.text[:500]
    return html.document_fromstring(answer.text)


def text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture
def whole(catalogue: FakeCatalogue) -> Whole:
    one = replace(resource(0), url="https://een.example/x", licence_url="")
    other = replace(
        resource(0), source="openboek", url="https://twee.example/x", licence="CC-BY-NC-4.0",
        licence_url="https://creativecommons.org/licenses/by-nc/4.0/", openness="restricted",
        titles=(Text("Breuken", "nl"),), levels=("wo",),
    )  # fmt: skip
    return catalogue.join(one, other, links=(ALIVE, DEAD))


@pytest.mark.usefixtures("whole")
def test_a_work_lists_its_copies_and_each_has_a_page(client: FlaskClient) -> None:
    tree = page(client, "/nl/materiaal/w")
    (copies,) = tree.xpath("//section[@aria-labelledby='copies']")
    assert text(copies.xpath("./h2")[0]) == "2 vindplaatsen"
    assert copies.xpath(".//h3/a/@href") == ["/nl/vindplaats/c0", "/nl/vindplaats/c1"]
    one, other = (text(each) for each in copies.xpath("./ul/li"))
    assert "De Leerbank" in one
    assert "Werkt" in one
    assert "Open Boek" in other
    assert "CC BY-NC 4.0" in other
    assert "Verdwenen" in other
    assert "Sinds 3 februari 2026 is dit hier niet meer te vinden." in other
    assert "(404)" in other
    assert copies.xpath("./ul/li//a[@class='held-open']/@href") == [
        "https://een.example/x",
        "https://twee.example/x",
    ]
    assert tree.xpath("//a[contains(@class, 'open-button')]/@href") == ["https://een.example/x"]

    for address, source in (("/nl/vindplaats/c1", "Open Boek"), ("/en/copy/c0", "De Leerbank")):
        tree = page(client, address)
        assert not tree.xpath("//section[@aria-labelledby='copies']")
        back = "/nl/materiaal/w" if "nl" in address else "/en/resource/w"
        assert tree.xpath("//header[@class='resource-head']/p[@class='notice']//a/@href") == [back]
        assert source in text(tree.xpath("//section[@class='origin']")[0])
        assert tree.xpath("//meta[@name='robots']/@content") == ["noindex, follow"]
        assert f"/api/v1/copies/{address[-2:]}" in tree.xpath("//a/@href")


@pytest.mark.usefixtures("whole")
def test_addresses_of_records_lead_to_their_work_and_not_for_ever(client: FlaskClient) -> None:
    for address, there in (
        ("/nl/materiaal/c0", "/nl/materiaal/w"),
        ("/en/resource/c1", "/en/resource/w"),
        ("/nl/vindplaats/vb1", "/nl/materiaal/vb1"),  # that is no copy of anything
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (303, there)
    assert client.get("/nl/vindplaats/niets").status_code == 404


def test_a_copy_that_is_gone_leads_to_its_work(
    client: FlaskClient, catalogue: FakeCatalogue, whole: Whole
) -> None:
    gone = replace(whole.copies[0], deleted=True)
    catalogue.wholes["w"] = replace_copies(whole, (gone, whole.copies[1]))
    assert client.get("/nl/vindplaats/c0").headers["Location"] == "/nl/materiaal/c0"
    assert client.get("/nl/materiaal/c0").headers["Location"] == "/nl/materiaal/w"
    assert client.get("/api/v1/copies/c0").status_code == 410


def replace_copies(whole: Whole, copies: tuple[Any, ...]) -> Whole:
    return msgspec.structs.replace(whole, copies=copies)


@pytest.mark.usefixtures("whole")
def test_it_is_told_whence_values_are_and_what_they_contradict(client: FlaskClient) -> None:
    tree = page(client, "/nl/materiaal/w")
    whence = tree.xpath("//details[@class='whence']")[0]
    rows = {
        text(row.xpath("./dt")[0]): text(row.xpath("./dd")[0]) for row in whence.xpath(".//div")
    }
    assert rows["Titel"] == "De Leerbank"
    assert rows["Adres"] == "De Leerbank"
    assert rows["Licentie"] == "Open Boek"
    assert rows["Niveau"] == "De Leerbank, Open Boek"
    assert "verschillende niveaus: Vmbo (De Leerbank); Wo (Open Boek)" in text(whence)
    assert "beide hebben 10.5072/w" in text(tree.xpath("//section[@class='copies']")[0])
    (reuse,) = tree.xpath("//section[@aria-labelledby='reuse']")
    said = text(reuse)
    assert "verschillende licenties" in said
    assert "(De Leerbank)" in said
    assert "de strengste" in said
    assert "Hergebruik zonder winst" in said


def test_a_material_of_which_all_links_are_dead_says_so(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.join(replace(resource(1), url="https://een.example/?a=1&b='\""),
        replace(resource(1), source="openboek", url="https://twee.example/x"),
        links=(DEAD, DEAD))  # fmt: skip
    tree = page(client, "/en/resource/w")
    notice = tree.xpath("//aside//p[@class='notice']")[0]
    assert "Since 3 February 2026" in text(notice)
    archived = notice.xpath(".//a/@href")[0]
    assert archived.startswith("https://web.archive.org/web/20260203*/https://")
    assert text(tree.xpath("//a[contains(@class, 'open-button')]")[0]) == "Try the address anyway"
    assert "Link no longer works" in text(page(client, "/en/search?q=photosynthesis"))


def test_other_works_are_named_with_the_reasons(
    client: FlaskClient, catalogue: FakeCatalogue, whole: Whole
) -> None:
    catalogue.wholes["w"] = msgspec.structs.replace(
        whole,
        related=tuple(
            Related(
                kind=kind,
                direction=direction,
                card=card(f"{kind}{direction}", hostile()),
                score=0.9,
                evidence=(Reason("other_language", ("nl", "en")), Reason("title", (HOSTILE,)),
                          Reason("unheard of", ("x",)), Reason("title", ())),
            )
            for kind in (*KINDS, "unknown")
            for direction in (1, -1, 0)
        ),
    )  # fmt: skip
    for address, word in (
        ("/nl/materiaal/w", "Eerdere druk"),
        ("/en/resource/w", "Earlier edition"),
    ):
        answer = client.get(address).text
        assert "<script>alert" not in answer
        (related,) = html.document_fromstring(answer).xpath("//section[@class='related']")
        assert text(related.xpath("./h3")[0]) == word
        assert len(related.xpath("./h3")) == len(related.xpath("./ul/li")) == 12
        assert related.xpath("./ul/li/a/@href")[0].endswith("/edition1")
        assert len(related.xpath("./ul/li[1]/details/ul/li")) == 3 * 12
    assert "Nederlands / Engels" in text(page(client, "/nl/materiaal/w"))


def test_hostile_copies_are_shown_as_text(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    bad = State("dead", HOSTILE, HOSTILE, HOSTILE, "javascript:alert(9)")
    catalogue.join(hostile(), replace(hostile(), source="openboek", licence="CC-BY-4.0",
        levels=("wo",), url="https://x.example/'\"><script>"), links=(bad, bad))  # fmt: skip
    for address in ("/nl/materiaal/w", "/en/copy/c1", "/nl/zoeken?q=alert"):
        answer = client.get(address).text
        assert "<script>alert" not in answer
        assert "<img src=x" not in answer
        tree = html.document_fromstring(answer)
        assert not [href for href in tree.xpath("//a/@href") if href.startswith("javascript")]


def test_many_copies_are_listed_up_to_a_hundred(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.join(*(replace(resource(2), identifier=str(n)) for n in range(130)))
    tree = page(client, "/en/resource/w")
    assert len(tree.xpath("//section[@class='copies']/ul/li")) == 100
    assert "and 30 more copies" in text(tree)


@pytest.mark.usefixtures("whole")
def test_results_say_how_many_copies_and_lead_to_each_by_itself(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    tree = page(client, "/nl/zoeken?q=breuken&level=vmbo&page=1")
    assert catalogue.asked[0].copies is False
    count = tree.xpath("//article//a[@href='/nl/materiaal/w#copies']")
    assert [text(each) for each in count] == ["2 vindplaatsen"]
    (there,) = tree.xpath("//p[@class='grain']/a")
    assert there.get("href") == "/nl/zoeken?q=breuken&level=vmbo&copies=1"
    catalogue.asked.clear()
    tree = page(client, there.get("href"))
    assert catalogue.asked[0].copies is True
    assert "vindplaats" in text(tree.xpath("//h1")[0])
    (back,) = tree.xpath("//p[@class='grain']/a/@href")
    assert back == "/nl/zoeken?q=breuken&level=vmbo"
    assert tree.xpath("//form[@role='search']//input[@name='copies']/@value") == ["1"]
    facets = tree.xpath("//nav[@class='facets']//a[@class='value']/@href")
    assert facets
    assert all("copies=1" in href for href in facets)


def test_the_api_tells_everything_of_a_work(client: FlaskClient, whole: Whole) -> None:
    for id_ in ("w", "c0"):
        work = msgspec.json.decode(client.get(f"/api/v1/resources/{id_}").data, type=Work)
        assert (work.id, work.work, work.copy_count) == ("w", "w", 2)
        assert work.sources == ("leerbank", "openboek")
        assert work.resource == whole.card.resource
        assert [copy.id for copy in work.copies] == ["c0", "c1"]
        assert {copy.work for copy in work.copies} == {"w"}
        assert work.origins["licence"] == ("c1",)
        assert {each.field for each in work.disagreements} == {"licence", "level"}
        assert work.disagreements[1].said[0].copies == ("c0",)
        assert work.copies[1].link
        assert work.copies[1].link.state == "dead"
        assert work.copies[1].page == "https://vindplaats.example/nl/vindplaats/c1"
    answer = msgspec.json.decode(client.get("/api/v1/search?copies=1&q=breuken").data)
    assert answer["total"]


@pytest.mark.usefixtures("whole")
def test_copies_are_explained_and_followed_each_by_itself(client: FlaskClient) -> None:
    tree = page(client, "/nl/waarom/c1?q=breuken&copies=1")
    assert tree.xpath("//article//a[@href='/nl/vindplaats/c1']")
    assert "/nl/zoeken?q=breuken&copies=1" in tree.xpath("//a/@href")
    feed = client.get("/nl/zoeken.atom?q=breuken&copies=1").text
    assert "copies=1" in feed


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_state_and_reason_has_its_words(language: Any) -> None:
    t = words(language)
    for why, states in REASONS.items():
        for state in states:
            shown = link(State(state, why, "2026-01-01", "2026-02-01", ""), "https://x.example", t)
            assert shown.label
            assert shown.told
            assert bool(shown.archive) == (state in ("dead", "unsure"))
    for code in SENTENCES:
        told = reason(Reason(code, ("een", "twee")), language)
        assert told
        assert "{" not in told
