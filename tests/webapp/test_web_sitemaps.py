"""Sitemaps of a real catalogue: each live material once a language, and when it changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree
from test_web_real import SITE, entry, fill, real

from catalog.catalogue import Catalogue
from catalog.store.model import record_id
from webapp import create_app, sitemaps

NS = {"s": sitemaps._NAMESPACE, "x": sitemaps._XHTML}
URL = "https://vindplaats.example"


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:  # type: ignore[override] # the real one
    with Catalogue(real(tmp_path)) as catalogue:
        fill(catalogue)
        yield catalogue


@pytest.fixture
def client(catalogue: Catalogue) -> FlaskClient:  # type: ignore[override] # over the real one
    return create_app(catalogue, catalogue.settings).test_client()


def read(client: FlaskClient, address: str) -> etree._Element:
    answer = client.get(address.removeprefix(URL), headers=SITE)
    assert answer.status_code == 200
    assert answer.content_type == "application/xml; charset=utf-8"
    return etree.fromstring(answer.data)


def listed(client: FlaskClient) -> list[str]:
    """Return every address of a material in all sitemaps that the index names."""
    maps = read(client, "/sitemap.xml").xpath("//s:loc/text()", namespaces=NS)
    found = [
        loc for each in maps for loc in read(client, each).xpath("//s:loc/text()", namespaces=NS)
    ]
    return [loc for loc in found if "/materiaal/" in loc or "/resource/" in loc]


@pytest.mark.parametrize("full", [10_000, 3, 1])
def test_every_material_is_there_once(
    client: FlaskClient, full: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "FULL", full)
    ids = {entry(number).id for number in range(40)}
    pages = [f"{URL}/{page}/{id_}" for id_ in ids for page in ("nl/materiaal", "en/resource")]
    assert sorted(listed(client)) == sorted(pages)


def test_each_address_names_the_other_language_and_its_change(client: FlaskClient) -> None:
    root = read(client, "/sitemap/works.xml")
    for url in root.findall("s:url", NS):
        others = {each.get("hreflang"): each.get("href") for each in url.findall("x:link", NS)}
        assert url.findtext("s:loc", namespaces=NS) in others.values()
        assert set(others) == {"nl", "en"}
        assert url.findtext("s:lastmod", namespaces=NS).endswith("Z")
    lastmods = root.xpath("//s:lastmod/text()", namespaces=NS)
    index = read(client, "/sitemap.xml")
    assert index.xpath("//s:lastmod/text()", namespaces=NS) == [max(lastmods)]


def test_other_pages_are_there_and_answer(client: FlaskClient) -> None:
    for address in read(client, "/sitemap/pages.xml").xpath("//s:loc/text()", namespaces=NS):
        assert client.get(address.removeprefix(URL), headers=SITE).status_code == 200, address


def test_what_goes_leaves_and_what_is_joined_is_one(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    one, other, gone = (entry(number).id for number in (1, 2, 3))
    before = catalogue.store.map.changed(2)
    with catalogue.store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE record SET deleted = 1 WHERE id = ?", (gone,))
        for id_ in (one, other):
            connection.exec_driver_sql(
                "INSERT INTO member (record, work, began) SELECT no, ?, ? FROM record WHERE id = ?",
                (one, one, id_),
            )
        connection.exec_driver_sql(
            "UPDATE record SET changed = '2031-01-01T00:00:00Z', seq = seq + 1000 WHERE id = ?",
            (other,),
        )
    found = {address.rpartition("/")[2] for address in listed(client)}
    assert one in found
    assert not {other, gone} & found
    assert len(found) == 38
    works = {each.id: each.changed for each in catalogue.store.map.works("")}
    assert works[one] == "2031-01-01T00:00:00Z"
    after = catalogue.store.map.changed(2)
    assert {start for start in after if after[start] != before.get(start)} == {one[:2]}
    assert catalogue.store.map.changed(0) == {"": "2031-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("works", "digits"), [(0, 0), (10_000, 0), (10_001, 1), (250_000, 2), (9_000_000, 2)]
)
def test_sitemaps_stay_small(works: int, digits: int) -> None:
    assert sitemaps.depth(works) == digits


@pytest.mark.parametrize(
    "name", ["works-g", "works-abc", "works-A", "works-", "nothing", "works'--"]
)
def test_what_is_no_sitemap_is_not_there(client: FlaskClient, name: str) -> None:
    assert client.get(f"/sitemap/{name}.xml", headers=SITE).status_code == 404


def test_none_is_made_larger_than_the_index_says(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "FULL", 3)
    assert client.get("/sitemap/works.xml", headers=SITE).status_code == 404
    start = record_id("leerbank", "oai:voorbeeld:1")[:1]
    assert client.get(f"/sitemap/works-{start}.xml", headers=SITE).status_code == 200


def test_robots_are_told_where_they_are(client: FlaskClient) -> None:
    assert f"\nSitemap: {URL}/sitemap.xml\n" in client.get("/robots.txt", headers=SITE).text
