"""The same material from two sources of the demonstration: from harvest to one card, and apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from installation import Installation, eventually
from servers import serving_app

from catalog.index import Query
from demo import materials
from demo.server import create_demo
from webapp import create_app

BOTH = [each for each in materials.load() if {"lom", "dc"} <= set(each.sources)]
TITLE = "Introductory Statistics"


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Two of the demonstration's sources, harvested by the real command."""
    with serving_app(create_demo) as base:
        here = Installation(tmp_path_factory.mktemp("works"))
        here.add("lessenkast", "oai_pmh", f"{base}/oai/lom", prefix="lom", title="De Lessenkast")
        here.add("campus-open", "oai_pmh", f"{base}/oai/dc", title="Campus Open")
        here.good("harvest")
        yield here


def copies_on(site: FlaskClient, address: str) -> list[str]:
    """Return the addresses of the copies that a page lists, wherever the address leads."""
    answer = site.get(address, follow_redirects=True)
    assert answer.status_code == 200
    return re.findall(r'<h3><a href="(/nl/vindplaats/[^"]+)"', answer.text)


@pytest.mark.slow
def test_what_two_sources_have_is_one_card(harvested: Installation) -> None:
    with harvested.catalogue() as catalogue:
        assert catalogue.compare() == (set(), set())
        assert catalogue.store.works.count() == catalogue.index.count()
        found = catalogue.search(Query(text=f'titel:"{TITLE}"', facets=("source",)))
        (card,) = [each for each in found.cards if each.resource.titles[0].text.startswith(TITLE)]
        assert (card.copies, card.sources) == (2, ("campus-open", "lessenkast"))
        each_alone = catalogue.search(Query(text=f'titel:"{TITLE}"', copies=True))
        assert each_alone.total == found.total + 1
        whole = catalogue.whole(card.id)
        assert whole
        # What only one of them has is on the card: levels are not in Dublin Core.
        one = {copy.resource.source: copy.resource for copy in whole.copies}
        assert card.resource.levels == one["lessenkast"].levels != one["campus-open"].levels
        assert set(whole.origins) >= {"titles", "levels", "url", "descriptions"}
        works = catalogue.search(Query(size=1)).total
        records = sum(catalogue.store.records.count_by_source().values())
        assert works == records - len(BOTH)  # no more, and no fewer
        site = create_app(catalogue, catalogue.settings).test_client()
        for copy in whole.copies:
            assert len(copies_on(site, f"/nl/materiaal/{copy.id}")) == 2
            page = site.get(f"/nl/vindplaats/{copy.id}")
            assert page.status_code == 200
            assert copy.resource.titles[0].text in page.text
        assert "2 vindplaatsen" in site.get(f"/nl/zoeken?q={TITLE}").text


@pytest.mark.slow
def test_an_editor_parts_and_joins_and_the_site_follows(harvested: Installation) -> None:
    with harvested.catalogue() as catalogue, catalogue.following(interval=0.02):
        site = create_app(catalogue, catalogue.settings).test_client()
        (card,) = [
            each
            for each in catalogue.search(Query(text=TITLE)).cards
            if each.resource.titles[0].text.startswith(TITLE)
        ]
        whole = catalogue.whole(card.id)
        assert whole
        one, other = (copy.id for copy in whole.copies)
        before = catalogue.search(Query()).total

        harvested.good("works", "--split", other, "--why", "to see it")
        eventually(lambda: catalogue.search(Query()).total == before + 1)
        assert copies_on(site, f"/nl/materiaal/{one}") == []
        assert copies_on(site, f"/nl/materiaal/{other}") == []
        assert {hit.id for hit in catalogue.search(Query(text=f'"{TITLE}"')).cards} >= {one, other}
        assert catalogue.search(Query(copies=True)).total == before + len(BOTH)

        harvested.good("works", "--undo", "1")
        eventually(lambda: catalogue.search(Query()).total == before)
        assert len(copies_on(site, f"/nl/materiaal/{one}")) == 2
        assert len(copies_on(site, f"/nl/materiaal/{other}")) == 2
        eventually(lambda: not catalogue.behind())
        assert catalogue.compare() == (set(), set())


def test_export_has_each_copy_by_itself(harvested: Installation, tmp_path: Path) -> None:
    file = tmp_path / "all.jsonl"
    harvested.good("export", "--output", str(file))
    with harvested.catalogue() as catalogue:
        records = sum(catalogue.store.records.count_by_source().values())
    assert len(file.read_bytes().splitlines()) == records
