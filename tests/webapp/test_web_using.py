"""Licences put together, previews, lists by address, and reports: what the server does of it."""

from __future__ import annotations

import csv
import io
import json
import time
from typing import Any

import pytest
from fake_catalogue import HOSTILE, SETTINGS, FakeCatalogue, card, resource
from flask.testing import FlaskClient
from lxml import html
from msgspec.structs import replace

from catalog.export import Listing
from catalog.resource import Concept, Text
from webapp import citing, headers, reporting
from webapp.facts import facts
from webapp.labels import Labels
from webapp.preview import preview


def page(client: FlaskClient, address: str) -> html.HtmlElement:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return html.document_fromstring(answer.text)


def said(tree: html.HtmlElement, path: str) -> list[str]:
    return [" ".join(each.text_content().split()) for each in tree.xpath(path)]


@pytest.mark.parametrize(
    ("query", "adaptation", "collection"),
    [
        ("licence=CC-BY-4.0&licence=CC-BY-SA-4.0", "op voorwaarden|onder voorwaarden", "mag je"),
        ("licence=CC-BY-NC-4.0&licence=CC-BY-SA-4.0", "niet tot één werk", "onder voorwaarden"),
        ("licence=CC0-1.0&licence=CC-PDM-1.0", "mag je samen bewerken.", "naast elkaar delen."),
        ("licence=CC-BY-4.0&licence=All+rights+reserved", "niet tot één werk", "niet naast"),
        ("licence=CC-BY-4.0&licence=unknown", "niet te zeggen", "niet te zeggen"),
    ],
)
def test_what_licences_give_together(
    client: FlaskClient, query: str, adaptation: str, collection: str
) -> None:
    tree = page(client, f"/nl/licenties?{query}")
    one, other = said(tree, "//section[starts-with(@aria-labelledby, 'made-')]")
    assert any(each in one for each in adaptation.split("|"))
    assert collection in other


def test_a_licence_is_known_however_it_is_called(client: FlaskClient) -> None:
    for value in (
        "CC-BY-SA-4.0",
        "https://creativecommons.org/licenses/by-sa/4.0/",
        "cc by-sa 4.0",
    ):
        tree = page(client, f"/en/licences?licence={value}")
        assert tree.xpath("//option[@selected]/@value") == ["CC-BY-SA-4.0"]
        assert said(tree, "//h3") == ["CC BY-SA 4.0"]
        assert not tree.xpath("//section[starts-with(@aria-labelledby, 'made-')]")
    assert page(client, "/en/licences").xpath("count(//select)") == 2


def test_the_page_of_a_material_leads_to_its_licence(client: FlaskClient) -> None:
    for number, value in enumerate(
        [
            "CC-BY-4.0",
            "CC-BY-SA-4.0",
            "CC-BY-NC-ND-4.0",
            "unknown",
            "CC0-1.0",
            "All+rights+reserved",
        ]
    ):
        tree = page(client, f"/en/resource/vb{number}")
        assert f"/en/licences?licence={value}" in tree.xpath("//a/@href")
    assert "licence=CC-BY-4.0" in page(client, "/en/licences?licence=CC-BY-4.0").xpath(
        "string(//a[@class='language']/@href)"
    )


@pytest.mark.parametrize(
    ("url", "frame"),
    [
        ("https://www.youtube.com/watch?v=abcdefghijk&t=3", "/embed/abcdefghijk"),
        ("http://youtube.com/watch?list=x&v=abcdefghijk#t=3", "/embed/abcdefghijk"),
        ("https://youtu.be/abcdefghijk?si=x", "/embed/abcdefghijk"),
        ("https://www.youtube.com/playlist?list=PLabcdefghij", "videoseries?list=PLabcdefghij"),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
        ("https://player.vimeo.com/video/76979871", "/video/76979871?dnt=1"),
        (
            "https://commons.wikimedia.org/wiki/File:Een_film.webm",
            "https://commons.wikimedia.org/wiki/File:Een_film.webm?embedplayer=yes",
        ),
        ("https://video.edu.nl/w/abcdefghijklmnop", "/videos/embed/abcdefghijklmnop"),
        (
            "https://cdnapisec.kaltura.com/p/123/embedPlaykitJs/uiconf_id/45?iframeembed=true&entry_id=1_abcd",
            "https://cdnapisec.kaltura.com/p/123/embedPlaykitJs/uiconf_id/45?iframeembed=true&entry_id=1_abcd",
        ),
        (
            "https://docs.google.com/presentation/d/1abcdefghijklmnopqrst/edit#slide=id.p",
            "https://docs.google.com/presentation/d/1abcdefghijklmnopqrst/embed",
        ),
    ],
)
def test_what_can_be_looked_at(url: str, frame: str) -> None:
    found = preview(url)
    assert found
    assert found.frame.endswith(frame)
    assert found.origin in found.frame
    assert found.origin.count("/") == 2


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://www.youtube.com/",
        "https://www.youtube.com/channel/UCabcdefghijk",
        "https://youtube.com.evil.example/watch?v=abcdefghijk",
        "https://evil.example/?u=https://youtu.be/abcdefghijk",
        'https://youtu.be/abcdefghijk"onload="x',
        "https://youtu.be/abcdefghijk;script-src *",
        "javascript:https://youtu.be/abcdefghijk",
        "https://commons.wikimedia.org/wiki/File:Foto.jpg",
        "https://docs.google.com/presentation/d/e/2PACX-abcdefghijklmnop/pub",
    ],
)
def test_what_cannot(url: str) -> None:
    assert preview(url) is None


def test_the_policy_lets_in_one_host_on_one_page(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    film = replace(resource(1), url="https://vimeo.com/76979871")
    catalogue.cards["film"] = card("film", film)
    policy = "Content-Security-Policy"
    answer = client.get("/nl/materiaal/film")
    assert answer.headers[policy] == f"{headers.POLICY}; frame-src https://player.vimeo.com"
    assert "<iframe" not in answer.text
    assert "Vimeo" in answer.text
    for address in ("/nl/materiaal/vb1", "/nl/zoeken", "/nl/lijst?m=film"):
        assert client.get(address).headers.get_all(policy) == [headers.POLICY]


def test_a_list_shows_what_its_address_names(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    catalogue.join(resource(1), replace(resource(1), source="colleges"))
    catalogue.cards["gone"] = card("gone", resource(9), deleted=True)
    tree = page(client, "/nl/lijst?m=vb3.c1.gone.vb3.never.w.<script>..vb2")
    assert tree.xpath("//li/@data-id") == ["vb3", "w", "vb2"]
    assert tree.xpath("//li[@data-id='w']/@data-was") == ["c1 w"]
    assert said(tree, "//p[@class='list-count']") == ["3 materialen"]
    assert "2 materialen van deze lijst zijn er niet meer." in said(tree, "//p[@class='notice']")
    assert tree.xpath("//a[@class='language']/@href") == ["/en/list?m=vb3.w.vb2"]


def test_a_list_has_an_end(client: FlaskClient) -> None:
    tree = page(client, f"/en/list?m={'.'.join(f'vb{n}' for n in range(120))}")
    assert len(tree.xpath("//li/@data-id")) == 100
    assert "at most 100 materials" in said(tree, "//p[@class='notice']")[0]


def test_a_list_is_downloaded(client: FlaskClient) -> None:
    address = "/en/list?m=vb3.vb1&format="
    table = client.get(f"{address}csv")
    rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert [row["title"] for row in rows] == [
        "Statistics with real data",
        "Photosynthesis step by step",
    ]
    assert rows[0]["page"] == "https://vindplaats.example/en/resource/vb3"
    assert table.headers["Content-Disposition"] == 'attachment; filename="list.csv"'
    assert client.get(f"{address}ris").text.count("TY  - ") == 2
    assert len(json.loads(client.get(f"{address}csl-json").data)) == 2
    assert client.get(f"{address}nl-lom").status_code == 400
    assert client.get("/en/list?format=ris").status_code == 200


def report(client: FlaskClient, address: str = "/nl/melden/vb1", **data: str) -> Any:
    return client.post(address, data=data)


def test_a_report_comes_in_without_who_sent_it(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    answer = report(client, reason="licence", text=" Vraag jan@school.example,\x00\r\nof mij. ")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/nl/gemeld/vb1")
    assert "Set-Cookie" not in answer.headers
    assert list(catalogue.reports) == [("vb1", "licence", "Vraag [@] of mij.")]
    assert "Dank je wel" in client.get("/nl/gemeld/vb1").text


def test_reports_are_capped_and_belong_to_something(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    assert report(client, reason="other", text="é" * 900).status_code == 303
    assert len(catalogue.reports[0][2]) == 500
    assert report(client, reason="nonsense").status_code == 400
    assert report(client).status_code == 400
    assert report(client, "/en/report/never", reason="other").status_code == 404
    catalogue.cards["gone"] = card("gone", resource(2), deleted=True)
    assert report(client, "/en/report/gone", reason="other").status_code == 410
    catalogue.join(resource(1), replace(resource(1), source="colleges"))
    assert report(client, "/en/report/c1", reason="gone").status_code == 303
    assert catalogue.reports[-1] == ("w", "gone", "")


def test_programs_are_thanked_and_forgotten(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    assert (
        report(client, reason="other", text=HOSTILE, website="https://x.example").status_code == 303
    )
    assert list(catalogue.reports) == []


def test_other_sites_cannot_report(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    there = {"Sec-Fetch-Site": "cross-site"}
    answer = client.post("/nl/melden/vb1", data={"reason": "other"}, headers=there)
    assert answer.status_code == 403
    assert list(catalogue.reports) == []


def test_too_many_reports_are_put_off(
    client: FlaskClient, catalogue: FakeCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    for _ in range(reporting._A_MINUTE):
        assert report(client, reason="other").status_code == 303
    assert report(client, reason="other").status_code == 429
    monkeypatch.setattr(time, "monotonic", lambda: 1061.0)
    assert report(client, reason="other").status_code == 303
    catalogue.reports.full = True
    assert report(client, reason="other").status_code == 429


@pytest.mark.parametrize(
    ("access", "cost", "words"),
    [
        ("open", "free", ["Open to everybody", "Free"]),
        ("login", "", ["Opens after logging in"]),
        ("", "paid", ["paid"]),
        ("", "", []),
    ],
)
def test_who_may_see_it_is_said_plainly(
    client: FlaskClient, catalogue: FakeCatalogue, access: Any, cost: Any, words: list[str]
) -> None:
    catalogue.cards["a"] = card("a", replace(resource(1), access=access, cost=cost))
    found = said(page(client, "/en/resource/a"), "//ul[@class='access']/li")
    assert len(found) == len(words)
    assert all(word.lower() in line.lower() for word, line in zip(words, found, strict=True))


def test_a_subject_that_is_a_keyword_too_is_said_once() -> None:
    said_twice = replace(
        resource(1),
        keywords=(Text("Breuken"), Text("procenten")),
        subjects=(Concept(label="breuken"), Concept(label="rekenen")),
    )
    rows = {
        row.key: [x.text for x in row.lines] for row in facts(said_twice, "nl", Labels(SETTINGS))
    }
    assert (rows["keywords"], rows["subjects"]) == (["Breuken", "procenten"], ["rekenen"])


def test_who_is_named_as_the_way_to_a_material_is_one_or_nobody() -> None:
    listed = Listing(source="De Lessenkast")
    one, two = card("a", resource(1)), replace(card("a", resource(1)), sources=("a", "b"))
    assert "via De Lessenkast" in citing.credits_(one, listed, "nl")[0].text
    assert "via" not in citing.credits_(two, listed, "nl")[0].text
