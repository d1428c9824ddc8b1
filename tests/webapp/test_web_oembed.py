"""oEmbed 1.0: cards of our own materials, and of nothing else."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from fake_catalogue import HOSTILE, FakeCatalogue, card, hostile, resource
from flask.testing import FlaskClient
from lxml import etree, html

from catalog.catalogue import Catalogue

SITE = "https://vindplaats.example"
ONE = f"{SITE}/en/resource/vb1"


def asked(url: str, more: str = "") -> str:
    return f"/oembed?url={quote(url, safe='')}{more}"


@pytest.mark.parametrize("page", ["/en/resource/vb1", "/nl/materiaal/vb1", "/en/copy/vb1"])
def test_a_page_of_a_material_is_a_card(client: FlaskClient, page: str) -> None:
    answer = client.get(asked(f"{SITE}{page}?utm_source=x#facts"))
    said = answer.get_json()
    assert answer.content_type == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (said["type"], said["version"], said["provider_url"]) == ("rich", "1.0", SITE)
    frame = html.fromstring(said["html"])
    assert frame.tag == "iframe"
    assert "allow-scripts" not in frame.get("sandbox")
    assert (frame.get("width"), frame.get("height")) == (str(said["width"]), str(said["height"]))
    shown = client.get(frame.get("src").removeprefix(SITE))
    assert "frame-ancestors 'self' https:" in shown.headers["Content-Security-Policy"]
    assert shown.status_code == 200
    assert said["title"] in shown.text
    assert frame.get("title") == said["title"] == "Photosynthesis step by step"


def test_xml_says_the_same(client: FlaskClient) -> None:
    answer = client.get(asked(ONE, "&format=xml"))
    assert answer.content_type == "text/xml; charset=utf-8"
    root = etree.fromstring(answer.data)
    assert root.tag == "oembed"
    said = client.get(asked(ONE)).get_json()
    assert {each.tag: each.text for each in root} == {k: str(v) for k, v in said.items()}


@pytest.mark.parametrize(
    ("room", "size"),
    [
        ("", (640, 280)),
        ("&maxwidth=300", (300, 280)),
        ("&maxwidth=1000000000", (640, 280)),
        ("&maxwidth=&maxheight=100", (640, 100)),
    ],
)
def test_a_card_fits_the_room(client: FlaskClient, room: str, size: tuple[int, int]) -> None:
    said = client.get(asked(ONE, room)).get_json()
    assert (said["width"], said["height"]) == size


@pytest.mark.parametrize("room", ["0", "-1", "1e9", "9" * 400, "x", "٣"])
def test_what_is_no_size_is_refused(client: FlaskClient, room: str) -> None:
    assert client.get(asked(ONE, f"&maxwidth={quote(room)}")).status_code == 400


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/en/resource/vb1",
        "https://vindplaats.example.evil.example/en/resource/vb1",
        "https://vindplaats.example@evil.example/en/resource/vb1",
        "http://127.0.0.1/en/resource/vb1",
        "javascript:alert(1)",
        "/en/resource/vb1",
        f"{SITE}/en/resource/none",
        f"{SITE}/en/resource/",
        f"{SITE}/nl/zoeken?q=vb1",
        f"{SITE}/en/resource/vb1/../vb2",
        SITE,
        "x" * 9000,
        f"{SITE}/en/resource/%00%ff",
    ],
)
def test_any_other_address_is_not_known(client: FlaskClient, url: str) -> None:
    for form in ("json", "xml"):
        answer = client.get(asked(url, f"&format={form}"))
        assert answer.status_code == 404
        assert answer.content_type.startswith("text/plain")


def test_no_address_is_no_question_and_other_forms_are_not_made(client: FlaskClient) -> None:
    assert client.get("/oembed").status_code == 400
    for form in ("yaml", "JSON", "json%00"):
        assert client.get(asked(ONE, f"&format={form}")).status_code == 501


def test_what_is_withdrawn_is_not_known(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    catalogue.cards["gone"] = card("gone", resource(1), deleted=True)
    assert client.get(asked(f"{SITE}/en/resource/gone")).status_code == 404


def test_a_hostile_title_stays_text(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    catalogue.cards["evil/é \x07"] = card("evil/é \x07", hostile())
    url = f"{SITE}/en/resource/{quote('evil/é ' + chr(7))}"
    said = client.get(asked(url)).get_json()
    (frame,) = html.fragments_fromstring(said["html"])
    assert frame.get("title") == said["title"] == HOSTILE
    assert len(frame) == 0
    assert set(frame.keys()) == {
        "src", "title", "width", "height", "sandbox", "loading", "style"
    }  # fmt: skip
    root = etree.fromstring(client.get(asked(url, "&format=xml")).data)
    assert root.findtext("html") == said["html"]


def test_pages_of_materials_say_where_their_cards_are(client: FlaskClient) -> None:
    tree = html.fromstring(client.get("/nl/materiaal/vb1").text)
    found = {
        kind: tree.xpath(f"//link[@rel='alternate'][@type='{kind}+oembed']/@href")
        for kind in ("application/json", "text/xml")
    }
    for kind, (address,) in found.items():
        answer = client.get(address.removeprefix(SITE))
        assert answer.status_code == 200
        assert answer.content_type.startswith(kind)
        assert "/nl/materiaal/vb1" in answer.text
    assert "oembed" not in client.get("/nl/zoeken").text


def test_a_client_that_others_made_finds_the_card(address: str, hundred: Catalogue) -> None:
    from pyoembed import oEmbed  # noqa: PLC0415 one test needs it

    (found,) = hundred.newest(1)
    said = oEmbed(f"{address}/en/resource/{found.id}", maxwidth=400)
    assert (said["type"], said["width"]) == ("rich", 400)
    assert said["title"] == found.resource.titles[0].text
    assert str(html.fromstring(said["html"]).get("src")).startswith(f"{address}/embed/")
