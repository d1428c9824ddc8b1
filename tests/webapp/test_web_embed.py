"""Frames for other sites: who may have them, what stays in them, and how they look."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from asking import Client
from fake_catalogue import SETTINGS, FakeCatalogue
from flask.testing import FlaskClient
from lxml import html
from msgspec.structs import replace

from catalog.config import ConfigError, EmbedSettings, Settings, parse
from catalog.index import SearchError
from webapp import create_app, framing
from webapp.embed import looks
from webapp.framing import Frame

Made = Callable[[EmbedSettings], FlaskClient]


@pytest.fixture
def made(catalogue: FakeCatalogue) -> Made:
    def make(embed: EmbedSettings) -> FlaskClient:
        app = create_app(catalogue, replace(SETTINGS, embed=embed))  # type: ignore[arg-type]
        app.test_client_class = Client
        return app.test_client()

    return make


def ancestors(client: FlaskClient, address: str) -> list[str]:
    policy = client.get(address).headers["Content-Security-Policy"]
    named = [each.split() for each in policy.split(";")]
    found = [words[1:] for words in named if words[:1] == ["frame-ancestors"]]
    assert len(found) == 1
    return found[0]


NEVER = ["/nl/", "/nl/zoeken", "/en/resource/vb1", "/nl/insluiten", "/embed?q=x", "/embed.js",
         "/oembed?url=x", "/embed/none/nl/zoeken", "/embed/auto@nobody/nl/zoeken", "/api/v1/search",
         "/embed/auto/nl/bron/leerbank", "/embed/auto/nl/melden/vb1", "/nl/nergens"]  # fmt: skip


@pytest.mark.parametrize("address", NEVER)
def test_all_else_is_framed_by_nobody(client: FlaskClient, address: str) -> None:
    assert ancestors(client, address) == ["'none'"]


FRAMED = [
    "/embed/auto/nl/zoeken?q=breuken",
    "/embed/dark.7a1f5c/en/search",
    "/embed/light/en/resource/vb1",
    "/embed/auto/nl/zoeken/level",
    "/embed/auto/nl/zoeken?page=0",
    "/embed/auto/nl/materiaal/none",
]


@pytest.mark.parametrize("address", FRAMED)
def test_frames_are_for_every_site_on_https(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert ancestors(client, address) == ["'self'", "https:"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "X-Frame-Options" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert html.fromstring(answer.text).xpath("//body[contains(@class, 'framed')]")


def test_a_frame_without_an_index_is_still_one(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.error = SearchError("none yet")
    assert client.get("/embed/auto/nl/zoeken").status_code == 503
    assert ancestors(client, "/embed/auto/nl/zoeken") == ["'self'", "https:"]


def test_sites_have_frames_of_their_own(made: Made) -> None:
    clients = {"bright": ("https://leren.example",), "shut": ()}
    client = made(EmbedSettings(origins=(), clients=clients))
    assert ancestors(client, "/embed/auto@bright/nl/zoeken") == ["'self'", "https://leren.example"]
    assert ancestors(client, "/embed/auto@shut/nl/zoeken") == ["'self'"]
    assert ancestors(client, "/embed/auto/nl/zoeken") == ["'self'"]
    assert client.get("/embed/auto@other/nl/zoeken").status_code == 404
    assert client.get("/embed?client=other").status_code == 400
    moved = client.get("/embed?client=bright&theme=dark").headers["Location"]
    assert moved == "/embed/dark@bright/nl/zoeken"
    assert client.get("/oembed?url=https://vindplaats.example/nl/materiaal/vb1").status_code == 404
    assert "json+oembed" not in client.get("/nl/materiaal/vb1").text
    page = client.get("/nl/insluiten").text
    assert "alleen te zien op sites die ze kent" in page
    assert "alleen te zien" not in client.get("/nl/insluiten?client=bright").text


def test_it_can_be_switched_off(made: Made) -> None:
    client = made(EmbedSettings(on=False))
    for address in (*FRAMED, "/embed", "/embed.js", "/nl/insluiten", "/oembed"):
        assert client.get(address).status_code == 404
        assert ancestors(client, address) == ["'none'"]
    assert "insluiten" not in client.get("/nl/").text
    assert "insluiten" not in client.get("/nl/zoeken").text
    assert "json+oembed" not in client.get("/nl/materiaal/vb1").text


@pytest.mark.parametrize(
    "origin",
    ["*", "http:", "lms.example", "https://a.example/path", "https://a.example; script-src *",
     "https://a.example *", "'self'", "javascript:alert(1)", "https://", "https://*", "https:\r\n",
     "https://a.example:port", "data:"],
)  # fmt: skip
def test_what_is_no_origin_is_no_setting(origin: str, tmp_path: object) -> None:
    for value in (f"origins = [{origin!r}]", f"clients.a = [{origin!r}]"):
        text = "[embed]\n" + value.replace("'", '"')
        with pytest.raises(ConfigError):
            parse(text, "it", tmp_path)  # type: ignore[arg-type]


def test_origins_of_all_kinds_are_settings(tmp_path: object) -> None:
    given = ("https:", "https://a.example", "https://*.a.example", "http://127.0.0.1:8080")
    read: Settings = parse(f"[embed]\norigins = {list(given)}", "it", tmp_path)  # type: ignore[arg-type]
    assert read.embed.origins == given
    with pytest.raises(ConfigError):
        parse('[embed.clients]\n"a b" = ["https:"]', "it", tmp_path)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("", "/embed/auto/nl/zoeken"),
        ("?lang=en&theme=dark&accent=%23FFEE00&q=a+b", "/embed/dark.ffee00/en/search?q=a+b"),
        ("?lang=xx&level=hbo&not.type=video", "/embed/auto/nl/zoeken?level=hbo&not.type=video"),
        ("?accent=00655a&accented=0", "/embed/auto/nl/zoeken"),
    ],
)
def test_an_address_written_by_hand_leads_to_the_frame(
    client: FlaskClient, asked: str, leads: str
) -> None:
    answer = client.get(f"/embed{asked}")
    assert (answer.status_code, answer.headers["Location"]) == (302, leads)


@pytest.mark.parametrize(
    "asked", ["theme=pink", "accent=red", "accent=0065", "client=x", "page=0", "theme=dark/../x"]
)
def test_what_makes_no_frame_is_refused(client: FlaskClient, asked: str) -> None:
    for page in ("/embed", "/nl/insluiten"):
        assert client.get(f"{page}?{asked}").status_code == 400


@pytest.mark.parametrize(
    "name",
    ["", "auto.", "auto.zzzzzz", "dark.7A1F5C", "auto@", "auto@A", "auto@a/b", "auto@a b", "x"],
)
def test_what_names_no_frame_is_none(name: str) -> None:
    assert framing.read(name) is None


def test_names_of_frames_are_read_back() -> None:
    for parts in itertools.product(framing.THEMES, ("", "00ff7f"), ("", "a-b1")):
        assert framing.read(Frame(*parts).name) == Frame(*parts)


def test_who_searches_stays_in_the_frame_and_materials_open_outside(client: FlaskClient) -> None:
    at = "/embed/dark.7a1f5c"
    tree = html.fromstring(client.get(f"{at}/en/search?q=hoofdstuk&level=hbo&page=2").text)
    assert set(tree.xpath("//form/@action")) == {f"{at}/en/search"}
    seen = {True: 0, False: 0}
    for link in tree.xpath("//a[@href][not(starts-with(@href, '#'))]"):
        away = not link.get("href").startswith(f"{at}/")
        assert (link.get("target") == "_blank") is away, link.get("href")
        assert not (away and "/embed/" in link.get("href"))
        seen[away] += 1
    assert min(seen.values()) > 10
    assert tree.xpath("//link[@rel='canonical']/@href") == [
        "https://vindplaats.example/en/search?q=hoofdstuk&level=hbo&page=2"
    ]


def test_facets_and_years_stay_in_the_frame(client: FlaskClient) -> None:
    at = "/embed/auto"
    tree = html.fromstring(client.get(f"{at}/nl/zoeken/level?q=hoofdstuk&find=h").text)
    assert tree.xpath("//form/@action") == [f"{at}/nl/zoeken/level"]
    links = tree.xpath("//main//a/@href")
    assert links
    assert all(link.startswith(f"{at}/nl/zoeken") for link in links)


def test_a_search_on_the_site_knows_nothing_of_frames(client: FlaskClient) -> None:
    tree = html.fromstring(client.get("/nl/zoeken?q=hoofdstuk").text)
    assert not tree.xpath("//a[@target]")
    assert not tree.xpath("//*[starts-with(@href, '/embed/') or starts-with(@action, '/embed/')]")
    assert tree.xpath("//a[starts-with(@href, '/nl/insluiten')]/@href")[0].endswith("?q=hoofdstuk")


def test_a_card_is_one_material_and_nothing_more(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    tree = html.fromstring(client.get("/embed/light/en/resource/vb1").text)
    assert tree.xpath("string(//h1)").strip() == "Photosynthesis step by step"
    assert tree.xpath("//h1/a/@target") == ["_blank"]
    assert not tree.xpath("//form")
    catalogue.cards["vb1"] = replace(catalogue.cards["vb1"], deleted=True)
    assert client.get("/embed/light/en/resource/vb1").status_code == 410
    assert catalogue.openings == []


def test_the_page_makes_code_without_scripts(client: FlaskClient) -> None:
    asked = "?q=%3C%2Ftextarea%3E&level=hbo&theme=dark&accented=1&accent=%237A1F5C&lang=en"
    answer = client.get(f"/nl/insluiten{asked}")
    tree = html.fromstring(answer.text)
    script, frame = (
        html.fragments_fromstring(code)[-1] for code in tree.xpath("//textarea/text()")
    )
    there = "/embed/dark.7a1f5c/en/search?q=%3C%2Ftextarea%3E&level=hbo"
    assert frame.get("src") == f"https://vindplaats.example{there}"
    assert "allow-top-navigation" not in frame.get("sandbox")
    assert script.tag == "vindplaats-zoek"
    assert script.get("query") == "q=%3C%2Ftextarea%3E&level=hbo"
    assert (script.get("accent"), script.get("lang")) == ("7a1f5c", "en")
    assert tree.xpath("//iframe/@src") == [there]
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    assert tree.xpath("//form//input[@name='level']/@value") == ["hbo"]
    other = tree.xpath("//a[@class='language']/@href")[0]
    assert html.fromstring(client.get(other).text).xpath("//iframe/@src") == [there]
    assert (
        client.get(frame.get("src").removeprefix("https://vindplaats.example")).status_code == 200
    )


def test_chips_of_the_page_take_away_what_they_say(client: FlaskClient) -> None:
    tree = html.fromstring(client.get("/en/embed?level=hbo&not.type=video&theme=dark").text)
    for link in tree.xpath("//ul[@class='chips']//a/@href"):
        left = html.fromstring(client.get(link).text)
        assert len(left.xpath("//ul[@class='chips']/li")) == 1
        assert left.xpath("//iframe/@src")[0].startswith("/embed/dark/en/search?")


ACCENTS = [bytes(each).hex() for each in itertools.product((0, 51, 128, 200, 255), repeat=3)]


@pytest.mark.parametrize("palette", looks.palettes(), ids=["light", "dark"])
def test_any_accent_can_be_read(palette: dict[str, str]) -> None:
    """WCAG 2.2, 1.4.3."""
    for accent in ACCENTS:
        made = looks.accented(palette, accent)
        for name in ("accent", "accent-strong"):
            for ground in (palette["paper"], palette["ground"], made["tint"]):
                assert looks.contrast(made[name], ground) >= 4.5, (accent, name)
            assert looks.contrast(made[name], made["on-accent"]) >= 4.5, (accent, name)


def test_an_accent_that_can_be_read_is_left_as_it_is() -> None:
    light, dark = looks.palettes()
    assert looks.accented(light, "7a1f5c")["accent"] == "#7a1f5c"
    assert looks.accented(dark, "ffee00")["accent"] == "#ffee00"
    assert looks.accented(light, "ffee00")["accent"] != "#ffee00"


def test_contrast_is_that_of_the_standard() -> None:
    assert looks.contrast("#fff", "#000000") == pytest.approx(21)
    assert looks.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_looks_are_style_sheets(client: FlaskClient) -> None:
    light, dark = looks.palettes()
    assert light["paper"] == "#fff"
    assert dark["paper"] != light["paper"]
    for address, count, media in [("light", 1, 0), ("dark", 1, 0), ("auto.ff0000", 2, 1)]:
        answer = client.get(f"/embed/{address}.css")
        assert answer.content_type == "text/css; charset=utf-8"
        assert (answer.text.count(":root"), answer.text.count("@media")) == (count, media)
    for address in ("none", "dark@x", "dark.}body{"):
        assert client.get(f"/embed/{address}.css").status_code == 404
