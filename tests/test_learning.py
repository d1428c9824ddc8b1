"""A catalogue learns from its own words what compounds are made of, as it grows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_documents import drop, keep, rid

from catalog import learning
from catalog.catalogue import Catalogue
from catalog.config import IndexSettings, Settings, StoreSettings
from catalog.index import IndexBusyError, Query, SearchError
from catalog.index.folder import CurrentIndex, Engine
from catalog.works import decisions
from harvester.work import Worker

ENGINES: tuple[Engine, ...] = ("tantivy", "whoosh")
PABO = ("pabo", "pabo", "pabo", "pabodocent", "pabotoets")


@pytest.fixture(params=ENGINES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    return Settings(
        store=StoreSettings(url=f"sqlite:///{tmp_path}/test.db"),
        index=IndexSettings(engine=request.param, path=str(tmp_path / "index")),
    )


@pytest.fixture
def catalogue(settings: Settings) -> Iterator[Catalogue]:
    """One record that nothing is learnt of: *pabostudent*."""
    with Catalogue(settings) as made:
        keep(made.store, "0", title="Voor pabostudenten")
        made.follow()
        yield made


def grow(catalogue: Catalogue, *titles: str) -> None:
    for number, title in enumerate(titles):
        keep(catalogue.store, f"grown {number}", title=title)


def found(catalogue: Catalogue, text: str, *, copies: bool = False) -> set[str]:
    query = Query(text=text, language="nl", size=50, literal=True, copies=copies)
    return {card.id for card in catalogue.search(query).cards}


def test_documents_from_before_it_was_learnt_are_found_by_it(catalogue: Catalogue) -> None:
    assert not found(catalogue, "student")
    grow(catalogue, *PABO)
    catalogue.follow()
    assert catalogue.own.records == 6
    assert catalogue.own.first["nl"] == ("pabo",)
    assert found(catalogue, "student") == {rid("0")}
    assert rid("0") in found(catalogue, "pabo")
    assert catalogue.compare() == (set(), set())


def test_works_and_their_copies_are_found_by_it(catalogue: Catalogue) -> None:
    keep(catalogue.store, "copy", title="Voor pabostudenten")
    decisions.join(catalogue.store, [rid("0"), rid("copy")], why="one", by="an editor")
    grow(catalogue, *PABO)
    catalogue.follow()
    assert len(found(catalogue, "student")) == 1
    assert found(catalogue, "student", copies=True) == {rid("0"), rid("copy")}
    assert catalogue.compare() == (set(), set())


def test_of_a_few_more_records_nothing_is_learnt(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(catalogue, *PABO)
    catalogue.follow()
    listened: list[int] = []
    monkeypatch.setattr(learning, "listen", listened.append)
    keep(catalogue.store, "one", "two", "three")
    catalogue.follow()
    assert not listened
    assert catalogue.own.records == 6


def test_an_index_made_anew_has_learnt_as_much(catalogue: Catalogue) -> None:
    grow(catalogue, *PABO)
    catalogue.follow()
    catalogue.rebuild()
    assert catalogue.own.first["nl"] == ("pabo",)
    assert found(catalogue, "student") == {rid("0")}


def test_what_is_gone_teaches_nothing(catalogue: Catalogue) -> None:
    grow(catalogue, *PABO)
    for number in range(3):
        drop(catalogue.store, f"grown {number}")
    catalogue.rebuild()
    assert not catalogue.own.first["nl"]


def test_a_crash_while_learning_is_made_good_by_the_next_time(
    catalogue: Catalogue, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(catalogue, *PABO)

    def crash(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr("catalog.index.folder._keep", crash)
        with pytest.raises(MemoryError):
            catalogue.follow()
    with Catalogue(settings) as again:
        assert again.own.records == 1
        assert again.compare() == (set(), set()), "the index is whole"
        again.learn()
        assert again.own.first["nl"] == ("pabo",)
        assert found(again, "student") == {rid("0")}


def test_who_has_the_index_open_learns_it_too(catalogue: Catalogue, settings: Settings) -> None:
    with Catalogue(settings) as site:
        assert not found(site, "student")
        grow(catalogue, *PABO)
        catalogue.follow()
        assert found(site, "student") == {rid("0")}
        assert site.own.first == catalogue.own.first


def test_what_works_for_ever_learns_when_works_are_grouped(catalogue: Catalogue) -> None:
    said: list[str] = []
    worker = Worker(catalogue, config=None, say=said.append, look_every=0.01)
    grow(catalogue, *PABO)
    stop = threading.Event()
    with ThreadPoolExecutor(1) as threads:
        working = threads.submit(worker.run, stop)
        for _ in range(600):
            if catalogue.own.records > 1 or stop.wait(0.05):
                break
        stop.set()
        working.result(60)
    assert catalogue.own.first["nl"] == ("pabo",)
    assert not said


def test_learning_that_fails_is_told_and_the_work_goes_on(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    said: list[str] = []

    def tell(sentence: str) -> None:
        said.append(sentence)
        stop.set()

    def full(*_: object) -> None:
        raise SearchError("the disk is full.")

    monkeypatch.setattr(CurrentIndex, "learn", full)
    worker = Worker(catalogue, config=None, say=tell, look_every=0.01)
    grow(catalogue, *PABO)
    with ThreadPoolExecutor(1) as threads:
        threads.submit(worker.run, stop).result(60)
    assert said == ["the disk is full."]
    assert not catalogue.behind()


def test_nobody_learns_while_another_writes(catalogue: Catalogue) -> None:
    grow(catalogue, *PABO)
    with catalogue.index.writer(), pytest.raises(IndexBusyError):
        catalogue.learn()
    assert catalogue.own.records == 1


def test_without_an_index_there_is_nothing_but_the_lists(tmp_path: Path) -> None:
    store = StoreSettings(url=f"sqlite:///{tmp_path}/test.db")
    index = IndexSettings(path=str(tmp_path / "index"))
    with Catalogue(Settings(store=store, index=index)) as empty:
        assert not empty.own.first
        empty.follow()
        assert empty.own.records == 0
