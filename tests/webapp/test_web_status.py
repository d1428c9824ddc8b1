"""What a monitor and a feed reader see: /status, and the runs of a source."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from fake_catalogue import FakeCatalogue, run
from flask.testing import FlaskClient
from lxml import etree
from prometheus_client.parser import text_string_to_metric_families as parsed

from catalog.catalogue import Catalogue
from catalog.config import FilesSource, IndexSettings, PushSource, Settings, StoreSettings
from catalog.store import Store, StoreError
from catalog.store.model import Status
from webapp import create_app, status

LABELS = ("version", "source", "status", "count")
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def real(tmp_path: Path) -> Settings:
    """A catalogue with one source that was harvested, one that posts and one that did neither."""
    store_url = f"sqlite:///{tmp_path}/store.db"
    store = Store(store_url)
    endings: tuple[Status, ...] = ("complete", "failed")
    for ending in endings:
        begun = store.runs.begin("bron", full=False, since="")
        store.runs.end(begun.id, ending, "the disk with /srv/secret.db is full")
    store.inbox.put("school", "delete", "x", b"")
    store.close()
    return Settings(
        store=StoreSettings(url=store_url),
        index=IndexSettings(path=f"{tmp_path}/index"),
        sources={
            "bron": FilesSource(url="/srv/geheim.xml"),
            "school": PushSource(token_sha256="0" * 64),
            "new": FilesSource(url="x"),
        },
    )


def figures(client: FlaskClient) -> dict[tuple[str, ...], float]:
    answer = client.get("/status")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    assert answer.headers["Cache-Control"] == "no-store"
    return {
        (sample.name, *(sample.labels[n] for n in LABELS if n in sample.labels)): sample.value
        for family in parsed(answer.text)
        for sample in family.samples
    }


def test_status_says_how_all_fares(real: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "HOLDS", 0)
    with Catalogue(real) as catalogue:
        client = create_app(catalogue, real).test_client()
        found = figures(client)
        assert found["vindplaats_store_up",] == 1
        assert found["vindplaats_index_up",] == 0
        assert ("vindplaats_index_lag",) not in found
        catalogue.catch_up()
        found = figures(client)
    assert (found["vindplaats_index_up",], found["vindplaats_index_lag",]) == (1, 0)
    assert found["vindplaats_records", "bron"] == found["vindplaats_rejects", "bron"] == 0
    assert found["vindplaats_posted", "school"] == 1
    assert found["vindplaats_held", "bron"] == 0
    assert found["vindplaats_last_run_status", "bron", "failed"] == 1
    assert found["vindplaats_last_run_status", "bron", "complete"] == 0
    assert 0 <= found["vindplaats_last_complete_run_age_seconds", "bron"] < 60
    assert found["vindplaats_last_run_records", "bron", "seen"] == 0
    assert ("vindplaats_last_complete_run_age_seconds", "new") not in found
    assert {name for name, *_ in found if not name.startswith("vindplaats_")} == set()


def test_status_tells_no_secrets(real: Settings) -> None:
    with Catalogue(real) as catalogue:
        said = create_app(catalogue, real).test_client().get("/status").text
    for secret in ("/srv", "geheim", "secret", "0" * 64, str(real.store.url), real.index.path):
        assert secret not in said


def test_status_is_asked_of_the_store_once_in_a_while(
    real: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Catalogue(real) as catalogue:
        client = create_app(catalogue, real).test_client()
        first = client.get("/status").data
        with monkeypatch.context() as patched:
            patched.setattr(catalogue, "store", None)
            assert client.get("/status").data == first


def test_a_store_that_does_not_answer_is_told(
    real: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> int:
        raise StoreError("it is gone")

    with Catalogue(real) as catalogue:
        monkeypatch.setattr(catalogue.store.records, "latest", broken)
        found = figures(create_app(catalogue, real).test_client())
    assert found["vindplaats_store_up",] == 0
    assert ("vindplaats_records", "bron") not in found


@pytest.mark.parametrize(
    ("address", "says"),
    [("/nl/bron/leerbank/runs.atom", "Compleet"), ("/en/source/leerbank/runs.atom", "Complete")],
)
def test_the_runs_of_a_source_are_a_feed(
    client: FlaskClient, catalogue: FakeCatalogue, address: str, says: str
) -> None:
    page, language = address.removesuffix("/runs.atom"), address[1:3]
    catalogue.run = msgspec.structs.replace(run("complete"), message="the disk with /srv is full")
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    feed = etree.fromstring(answer.data)
    ids = feed.xpath("//a:id/text()", namespaces=ATOM)
    assert len(ids) == len(set(ids)) == 2
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    links = {e.get("rel"): e.get("href") for e in feed.findall("a:link", ATOM)}
    assert links == {
        "alternate": f"https://vindplaats.example{page}",
        "self": f"https://vindplaats.example{address}",
    }
    (entry,) = feed.findall("a:entry", ATOM)
    assert (entry.findtext("a:title", namespaces=ATOM) or "").startswith(says)
    assert entry.findtext("a:updated", namespaces=ATOM) == "2026-01-03T04:05:06Z"
    assert "84" in (entry.findtext("a:content", namespaces=ATOM) or "")
    assert "/srv" not in answer.text
    assert 'type="application/atom+xml" title="' in (html := client.get(page).text)
    assert f'href="{address}"' in html


def test_a_source_without_runs_has_an_empty_feed(client: FlaskClient) -> None:
    feed = etree.fromstring(client.get("/nl/bron/leeg/runs.atom").data)
    assert feed.findall("a:entry", ATOM) == []
    assert feed.findtext("a:updated", namespaces=ATOM)
    assert client.get("/nl/bron/nergens/runs.atom").status_code == 404
