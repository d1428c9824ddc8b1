"""Pictures are served by us, from us alone, and only where they are switched on."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_catalogue import SETTINGS, FakeCatalogue, without_data
from flask.testing import FlaskClient
from lxml import html
from msgspec.structs import replace

from catalog.thumbnails import Thumbnails, name
from webapp import create_app

URL = "https://pictures.example/1.jpg"


def client(folder: Path, *, on: bool = True) -> FlaskClient:
    thumbnails = replace(SETTINGS.thumbnails, on=on, path=str(folder))
    app = create_app(FakeCatalogue(3), replace(SETTINGS, thumbnails=thumbnails))  # type: ignore[arg-type]
    return app.test_client()


def test_a_picture_that_is_kept_is_served(tmp_path: Path) -> None:
    site = client(tmp_path)
    Thumbnails(tmp_path).keep(URL, b"RIFF....WEBP")
    address = f"/thumbnails/{name(URL)}.webp"
    answer = site.get(address, headers={"Host": "localhost"})
    assert (answer.status_code, answer.data) == (200, b"RIFF....WEBP")
    assert answer.content_type == "image/webp"
    assert "max-age=86400" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    asked = {"Host": "localhost", "If-None-Match": answer.headers["ETag"]}
    assert site.get(address, headers=asked).status_code == 304
    with site.application.app_context():
        assert site.application.jinja_env.globals["thumbnail"](URL) == address  # type: ignore[operator]


@pytest.mark.parametrize("known", [name("https://other.example/"), "..%2f..%2fx", "x", "0" * 33])
def test_what_is_not_kept_is_not_there(tmp_path: Path, known: str) -> None:
    answer = client(tmp_path).get(f"/thumbnails/{known}.webp", headers={"Host": "localhost"})
    assert answer.status_code == 404


def test_pictures_that_are_switched_off_are_not_shown(tmp_path: Path) -> None:
    Thumbnails(tmp_path).keep(URL, b"RIFF....WEBP")
    site = client(tmp_path, on=False)
    answer = site.get(f"/thumbnails/{name(URL)}.webp", headers={"Host": "localhost"})
    assert answer.status_code == 404
    assert site.application.jinja_env.globals["thumbnail"](URL) == ""  # type: ignore[operator]


def test_cards_and_pages_show_our_copy_and_never_the_source_s(tmp_path: Path) -> None:
    kept = Thumbnails(tmp_path)
    kept.keep(URL, b"RIFF....WEBP")
    catalogue = FakeCatalogue(3)
    for number, url in enumerate((URL, "https://pictures.example/2.jpg", "javascript:alert(1)")):
        known = catalogue.cards[f"vb{number}"]
        shown = replace(known.resource, thumbnail=url)
        catalogue.cards[f"vb{number}"] = replace(known, resource=shown)
    thumbnails = replace(SETTINGS.thumbnails, on=True, path=str(tmp_path))
    site = create_app(catalogue, replace(SETTINGS, thumbnails=thumbnails)).test_client()  # type: ignore[arg-type]
    for address in ("/nl/zoeken", "/en/resource/vb0", "/nl/", "/nl/soort/textbook"):
        answer = site.get(address, headers={"Host": "localhost"})
        tree = without_data(answer.text)
        own = {each.get("src") for each in tree.xpath("//img")}
        assert own == {f"/thumbnails/{name(URL)}.webp"}, address
        assert {each.get("alt") for each in tree.xpath("//img")} == {""}
        assert "pictures.example" not in html.tostring(tree, encoding="unicode")
