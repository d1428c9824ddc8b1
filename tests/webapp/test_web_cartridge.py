"""Cartridges over the web: of a list, of a search; which there are, and where they are offered."""

from __future__ import annotations

import io
import zipfile

import pytest
from fake_catalogue import HOSTILE, FakeCatalogue, card, hostile, resource
from flask.testing import FlaskClient
from lxml import etree, html
from msgspec.structs import replace
from werkzeug.test import TestResponse

from catalog.export.cartridge import VERSIONS
from catalog.resource import Text

SITE = "https://vindplaats.example"


def read(answer: TestResponse) -> tuple[dict[str, bytes], list[str], str]:
    """Return the files of a cartridge, the titles of its items in order, and its description."""
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = etree.fromstring(files["imsmanifest.xml"])
    items = [one for one in manifest.iter("{*}item") if one.get("identifierref")]
    told = manifest.findtext("{*}metadata/{*}lom/{*}general/{*}description/{*}string")
    return files, [item.findtext("{*}title") or "" for item in items], told or ""


@pytest.mark.parametrize("name", VERSIONS)
def test_a_list_goes_out_in_its_order(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/nl/lijst?m=vb4.vb1.vb2&format={name}")
    version = VERSIONS[name]
    assert answer.content_type == version.media_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="list{version.suffix}"'
    assert answer.headers["X-Robots-Tag"] == "noindex"
    files, titles, told = read(answer)
    assert titles == [
        "Wondverzorging in de praktijk",
        "Photosynthesis step by step",
        "Inleiding contractenrecht",
        "Bronnen en licenties",
    ]
    assert told == "Links naar leermateriaal van anderen: 3."
    if version.thin:
        assert f"{SITE}/nl/lijst?m=vb4.vb1.vb2".encode() in files["imsmanifest.xml"]
    else:
        (page,) = (html.document_fromstring(data) for file, data in files.items()
                   if file.startswith("bronnen-en-licenties-"))  # fmt: skip
        links = [link.get("href") for link in page.iter("a")]
        assert f"{SITE}/nl/materiaal/vb4" in links
        assert links[-1] == f"{SITE}/nl/lijst?m=vb4.vb1.vb2"
    etag = answer.headers["ETag"]
    again = client.get(f"/nl/lijst?m=vb4.vb1.vb2&format={name}", headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_what_is_gone_is_counted_and_the_rest_goes_on(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    catalogue.cards["gone"] = card("gone", resource(2), deleted=True)
    catalogue.cards["evil"] = card("evil", hostile())
    catalogue.cards["bare"] = card("bare", replace(resource(3), url="", identifiers=()))
    files, titles, told = read(client.get("/en/list?m=gone.vb1.evil.nothing.bare&format=cc1.3"))
    assert [titles[0], titles[1], titles[3]] == [
        "Photosynthesis step by step", HOSTILE, "Sources and licences",
    ]  # fmt: skip
    assert told == (
        "Links to learning materials by others: 3. Left out, as no longer in the catalogue: 2."
    )
    assert f"{SITE}/en/resource/bare".encode() in b"".join(files.values())
    assert b"javascript:" not in b"".join(files.values())


def test_a_list_that_is_too_long_says_so(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    for number in range(101):
        catalogue.cards[f"x{number}"] = card(f"x{number}", resource(number))
    ids = ".".join(f"x{number}" for number in range(101))
    _, titles, told = read(client.get(f"/en/list?m={ids}&format=cc1.1"))
    assert len(titles) == 101
    assert told.endswith("These are the first 100 of 101.")


@pytest.mark.parametrize(
    "address",
    [
        "/nl/lijst?format=cc1.1",
        "/nl/lijst?m=nothing.at.all&format=thincc",
        "/nl/zoeken.imscc?q=xyzzyplugh",
    ],
)
def test_of_nothing_there_is_no_cartridge(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/nl/lijst?m=vb1&format=cc9", "/nl/zoeken.imscc?version=csv"])
def test_other_versions_are_refused(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert "cc1.1, cc1.3, thincc" in answer.text


def test_a_material_by_itself_is_no_cartridge(client: FlaskClient) -> None:
    assert client.get("/nl/materiaal/vb1?format=cc1.1").status_code == 400


@pytest.mark.parametrize("name", ["", *VERSIONS])
def test_a_search_goes_out_in_the_order_of_its_results(
    client: FlaskClient, catalogue: FakeCatalogue, name: str
) -> None:
    tail = f"&version={name}" if name else ""
    answer = client.get(f"/en/search.imscc?q=statistics&level=hbo&page=7&size=3{tail}")
    assert answer.content_type == VERSIONS[name or "cc1.1"].media_type
    files, titles, _ = read(answer)
    asked = catalogue.asked[-1]
    assert (asked.text, asked.filters, asked.page, asked.size) == (
        "statistics", {"level": ("hbo",)}, 1, 100,
    )  # fmt: skip
    page = html.document_fromstring(client.get("/en/search?q=statistics&level=hbo&size=100").data)
    shown = [each.text_content().strip() for each in page.xpath("//ol//*[@class='card-title']")]
    assert titles[:-1] == shown
    manifest = etree.fromstring(files["imsmanifest.xml"])
    title = manifest.findtext(".//{*}organization/{*}title") or ""
    assert title.startswith("statistics, ")
    assert f"{SITE}/en/search?q=statistics&amp;level=hbo".encode() in files["imsmanifest.xml"]


def test_a_search_with_more_than_fits_says_so(
    client: FlaskClient, catalogue: FakeCatalogue
) -> None:
    for number in range(200):
        catalogue.cards[f"x{number}"] = card(f"x{number}", resource(number))
    total = len(catalogue.cards)
    _, titles, told = read(client.get("/nl/zoeken.imscc"))
    assert len(titles) == 101
    assert told.endswith(f"Dit zijn de eerste 100 van {total}.")
    assert "de eerste 100" in client.get("/nl/zoeken").text


def test_a_hostile_question_does_no_harm(client: FlaskClient, catalogue: FakeCatalogue) -> None:
    catalogue.cards["evil"] = card("evil", replace(resource(1), titles=(Text(HOSTILE),)))
    answer = client.get("/nl/zoeken.imscc", query_string={"q": '"><script>\x85\ud7ff'})
    assert answer.status_code in (200, 404)
    assert client.get("/nl/zoeken.imscc?facets=nonsense").status_code == 400


def test_pages_offer_cartridges_where_there_is_something_in_them(client: FlaskClient) -> None:
    found = html.document_fromstring(client.get("/nl/zoeken?q=breuken&page=1&size=20").text)
    (offered,) = found.xpath("//a[contains(@href, '.imscc')]/@href")
    assert offered == "/nl/zoeken.imscc?q=breuken"
    assert ".imscc" not in client.get("/nl/zoeken?q=xyzzyplugh").text
    listed = html.document_fromstring(client.get("/en/list?m=vb1.vb2").text)
    links = listed.xpath("//a[contains(@href, 'format=') and contains(@href, 'cc')]/@href")
    assert links == [f"?m=vb1.vb2&format={name}" for name in VERSIONS]
    assert "format=cc" not in client.get("/en/list").text
