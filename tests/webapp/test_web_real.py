"""The site over the real catalogue: store, index and all."""

from __future__ import annotations

from pathlib import Path
from typing import get_args
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
from fake_catalogue import SETTINGS, resource
from lxml import html
from msgspec.structs import replace

from catalog.catalogue import Catalogue
from catalog.config import IndexSettings, Settings, StoreSettings
from catalog.index.folder import Engine
from catalog.store.model import Counts, Entry, Kept, record_id
from webapp import create_app

SITE = {"Host": "vindplaats.example"}


def real(folder: Path) -> Settings:
    return replace(
        SETTINGS,
        store=StoreSettings(url=f"sqlite:///{folder}/store.db"),
        index=IndexSettings(path=str(folder / "index")),
    )


def entry(number: int) -> Entry:
    made = replace(resource(number), source="leerbank")
    return Entry(
        id=record_id("leerbank", made.identifier),
        identifier=made.identifier,
        format="oai_dc",
        datestamp="2026-01-02",
        sets="",
        hash=str(number).encode(),
        position=number,
        resource=made,
    )


def fill(catalogue: Catalogue) -> int:
    """Keep 40 records, as a harvest does, and return the number of its run."""
    run = catalogue.store.runs.begin("leerbank", full=True, since="").id
    page = Kept(
        url="https://leerbank.example/oai",
        media_type="text/xml",
        body=b"<page/>",
        checkpoint="",
        total=40,
        counts=Counts(pages=1, seen=40, added=40),
        entries=[entry(number) for number in range(40)],
        gone=[],
        sighted=[],
        restamped=[],
        rejects=[],
        cleared=[],
    )
    catalogue.store.keeping.keep("leerbank", run, page)
    catalogue.catch_up()
    return run


def test_an_empty_real_catalogue_has_pages(tmp_path: Path) -> None:
    settings = real(tmp_path)
    with Catalogue(settings) as catalogue:
        client = create_app(catalogue, settings).test_client()
        assert client.get("/nl/", headers=SITE).status_code == 200
        assert client.get("/nl/bron/leerbank", headers=SITE).status_code == 200
        assert client.get("/nl/materiaal/none", headers=SITE).status_code == 404
        assert client.get("/nl/zoeken", headers=SITE).status_code in {200, 503}
        catalogue.catch_up()
        assert client.get("/nl/zoeken?q=breuken", headers=SITE).status_code == 200


def test_a_real_record_is_found_shown_and_withdrawn(tmp_path: Path) -> None:
    settings = real(tmp_path)
    with Catalogue(settings) as catalogue:
        client = create_app(catalogue, settings).test_client()
        run = fill(catalogue)
        found = client.get("/nl/zoeken?q=photosynthesis&level=hbo&sort=newest", headers=SITE)
        assert found.status_code == 200
        assert "<mark>Photosynthesis</mark>" in found.text
        id_ = record_id("leerbank", "oai:voorbeeld:1")
        assert f"/nl/materiaal/{id_}" in found.text
        assert "Photosynthesis" in client.get(f"/nl/materiaal/{id_}", headers=SITE).text
        assert b'"types":["video"]' in client.get(f"/api/v1/resources/{id_}", headers=SITE).data
        assert client.get("/nl/bron/leerbank", headers=SITE).status_code == 200
        assert client.get("/nl/", headers=SITE).status_code == 200

        gone = catalogue.store.keeping.known([id_])[id_].no
        blank = Kept(
            url="",
            media_type="",
            body=b"",
            checkpoint="",
            total=None,
            counts=Counts(deleted=1),
            entries=[],
            gone=[gone],
            sighted=[],
            restamped=[],
            rejects=[],
            cleared=[],
        )
        catalogue.store.keeping.keep("leerbank", run, blank)
        catalogue.catch_up()
        assert client.get(f"/nl/materiaal/{id_}", headers=SITE).status_code == 410
        assert id_ not in client.get("/nl/zoeken?q=photosynthesis", headers=SITE).text


@pytest.mark.parametrize("engine", get_args(Engine))
@pytest.mark.parametrize(
    "asked", ["", "?q=breuken", "?q=hoofdstuk&openness=open&not.type=video&year=2010..2022"]
)
def test_every_link_of_the_panel_keeps_its_word(tmp_path: Path, engine: Engine, asked: str) -> None:
    """A count is the number of results where its link leads; what is left out is the rest."""
    settings = real(tmp_path)
    settings = replace(settings, index=replace(settings.index, engine=engine))
    with Catalogue(settings) as catalogue:
        fill(catalogue)
        client = create_app(catalogue, settings).test_client()

        def total(address: str) -> int:
            tail = address.partition("?")[2]
            answer = client.get(f"/api/v1/search?{tail}&facets=", headers=SITE)
            return int(msgspec.json.decode(answer.data)["total"])

        here = total(asked)
        tree = html.document_fromstring(client.get(f"/en/search{asked}", headers=SITE).text)
        chosen = {name for name, _ in parse_qsl(asked.removeprefix("?"))}
        followed = 0
        for row in tree.xpath("//nav[@class='facets']//div[@class='value-row']"):
            link, leave = row.xpath("./a/@href")
            count = int(row.xpath(".//span[@class='count']/text()")[0])
            (new,) = set(parse_qsl(urlsplit(link).query)) - set(parse_qsl(asked.removeprefix("?")))
            if new[0] not in chosen:  # else it adds to what is chosen
                assert total(link) == count, link
                assert total(leave) == here - count, leave
                followed += 1
        assert followed > 10


@pytest.mark.parametrize("engine", get_args(Engine))
def test_topics_feeds_and_examples_are_real_searches(tmp_path: Path, engine: Engine) -> None:
    settings = real(tmp_path)
    index = IndexSettings(engine=engine, path=str(tmp_path / "index"))
    settings = replace(settings, index=index)
    with Catalogue(settings) as catalogue:
        fill(catalogue)
        client = create_app(catalogue, settings).test_client()

        def page(address: str) -> html.HtmlElement:
            answer = client.get(address, headers=SITE)
            assert answer.status_code == 200, address
            return html.document_fromstring(answer.text)

        orders = {}
        for sort in ("relevance", "newest", "title"):
            tree = page(f"/nl/vakgebied/techniek?sort={sort}")
            assert len(tree.xpath("//nav[@aria-label='Volgorde']//a[@aria-current]")) == 1
            orders[sort] = tree.xpath("//article//h2/a/@href")
        assert orders["title"] != orders["newest"]
        assert sorted(orders["title"]) == sorted(orders["newest"]) == sorted(orders["relevance"])
        best = page("/nl/vakgebied/techniek").xpath("//*[@aria-current='true']/text()")
        assert best == ["Beste"]

        person = page("/nl/maker/Joris%20van%20der%20Meulen")
        assert len(person.xpath("//article")) == 8
        assert client.get("/nl/maker/Joris%20Meulen", headers=SITE).status_code == 404
        feed = client.get(person.xpath("//p[@class='feed']/a/@href")[0], headers=SITE)
        assert feed.text.count("<entry>") == 8

        examples = page("/nl/hulp").xpath("//a[@class='try']/@href")
        assert len(examples) >= 5
        for href in examples:
            assert page(href).xpath("//article"), href
