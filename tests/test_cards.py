"""Cards of works and records: where addresses lead, and what belongs together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from installation import eventually
from msgspec import json
from test_documents import drop, keep, rid

from catalog.catalogue import Catalogue
from catalog.config import IndexSettings, LinkSettings, Settings, StoreSettings
from catalog.index import Query
from catalog.links import Verdict
from catalog.store import tables
from catalog.works import decisions
from catalog.works.grouping import Grouping
from catalog.works.reasons import Reason

ONE, OTHER = rid("1"), rid("1", "b")


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Catalogue]:
    """Ten records of one source, of which another has the first as well."""
    with Catalogue(
        Settings(
            store=StoreSettings(url=f"sqlite:///{tmp_path}/test.db"),
            index=IndexSettings(path=str(tmp_path / "index")),
        )
    ) as catalogue:
        keep(catalogue.store, *(str(n) for n in range(1, 11)))
        keep(catalogue.store, "1", source="b", title="Titel 1 van een ander")
        decisions.join(catalogue.store, [ONE, OTHER], why="one", by="an editor")
        followed(catalogue)
        yield catalogue


def followed(catalogue: Catalogue) -> None:
    Grouping(catalogue.store).catch_up()
    catalogue.catch_up()


def tie(catalogue: Catalogue, one: str, other: str, kind: str, direction: int) -> None:
    """Let the first be the newer edition, the translation or the part of the other (1)."""
    with catalogue.store.database.writing() as connection:
        query = sa.select(tables.record.c.id, tables.record.c.no)
        rows = {row.id: row.no for row in connection.execute(query)}
        a, b = rows[one], rows[other]
        connection.execute(
            tables.tie.insert(),
            {
                "a": min(a, b),
                "b": max(a, b),
                "kind": kind,
                "direction": direction if a < b else -direction,
                "score": 900,
                "evidence": json.encode([Reason("title", ("x",))]).decode(),
            },
        )


def test_the_address_of_any_record_leads_to_its_work(shelf: Catalogue) -> None:
    for id_ in (ONE, OTHER):
        card = shelf.card(id_)
        assert card
        assert (card.id, card.copies, card.sources) == (ONE, 2, ("a", "b"))
        record = shelf.record(id_)
        assert record
        assert (record.id, record.work, record.copies) == (id_, ONE, 1)
    alone = shelf.card(rid("2"))
    assert alone
    assert (alone.id, alone.work, alone.copies, alone.sources) == (rid("2"), "", 1, ("a",))
    assert shelf.card("none") is shelf.whole("none") is shelf.record("none") is None


def test_a_work_lives_as_long_as_one_of_its_records(shelf: Catalogue) -> None:
    drop(shelf.store, "1")
    followed(shelf)
    for id_ in (ONE, OTHER):
        whole = shelf.whole(id_)
        assert whole
        assert not whole.card.deleted
        assert [copy.id for copy in whole.copies] == [OTHER]
    gone = shelf.record(ONE)
    assert gone
    assert gone.deleted
    assert shelf.search(Query(text="ander")).total == 1

    drop(shelf.store, "1", "b")
    followed(shelf)
    for id_ in (ONE, OTHER):
        card, whole = shelf.card(id_), shelf.whole(id_)
        assert card
        assert whole
        assert card.deleted
        assert whole.card.deleted
    assert shelf.search(Query(text="ander")).total == 0


def test_what_is_parted_has_its_own_address_again(shelf: Catalogue) -> None:
    decisions.split(shelf.store, [OTHER], why="another", by="an editor")
    followed(shelf)
    cards = [shelf.card(id_) for id_ in (ONE, OTHER)]
    assert [card.id for card in cards if card] == [ONE, OTHER]
    assert shelf.search(Query()).total == shelf.search(Query(copies=True)).total == 11


def test_the_copy_that_opens_stands_first(shelf: Catalogue) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    shelf.store.links.follow(start)
    for days in (0, 4, 8):
        dead = {"https://a.example/1": Verdict(state="dead", reason="gone")}
        shelf.store.links.record(dead, start + timedelta(days=days), days=30)
    followed(shelf)
    whole = shelf.whole(ONE)
    assert whole
    assert [copy.id for copy in whole.copies] == [OTHER, ONE]
    assert whole.card.resource.url == "https://b.example/1"
    assert whole.origins["url"] == (0,)
    assert whole.copies[1].link
    assert whole.copies[1].link.state == "dead"
    found = shelf.search(Query(filters={"link": ["dead"]}))
    assert found.total == 0  # a copy lives
    assert shelf.search(Query(filters={"link": ["dead"]}, copies=True)).cards[0].id == ONE


def test_editions_and_translations_are_told_from_both_sides(shelf: Catalogue) -> None:
    tie(shelf, OTHER, rid("2"), "edition", 1)  # the newer edition
    tie(shelf, ONE, rid("2"), "edition", 1)
    tie(shelf, rid("3"), ONE, "translation", 1)
    tie(shelf, rid("4"), ONE, "part", 0)
    whole = shelf.whole(ONE)
    assert whole
    assert {(r.kind, r.direction, r.card.id) for r in whole.related} == {
        ("edition", 1, rid("2")),
        ("translation", -1, rid("3")),
        ("part", 0, rid("4")),
    }
    for name, kind, direction in (("2", "edition", -1), ("3", "translation", 1), ("4", "part", 0)):
        other = shelf.whole(rid(name))
        assert other
        ((related),) = other.related
        assert (related.kind, related.direction, related.card.id) == (kind, direction, ONE)
        assert related.card.copies == 2
        assert related.evidence == (Reason("title", ("x",)),)


def test_what_is_alike_leaves_out_what_belongs_to_it(shelf: Catalogue) -> None:
    keep(shelf.store, "1", source="b", title="Zeilschepen, en hoe men er een bouwt")
    keep(shelf.store, "2", title="Zeilschepen tekenen")
    keep(shelf.store, "3", title="Varen op zeilschepen")
    followed(shelf)

    def alike() -> set[str]:
        return {card.id for card in shelf.similar(ONE)}

    assert alike() == {rid("2"), rid("3")}
    tie(shelf, rid("2"), rid("3"), "edition", 1)
    assert len(alike()) == 1
    tie(shelf, ONE, rid("2"), "edition", 1)
    assert alike() == {rid("3")}


def test_the_newest_works_are_named_once(shelf: Catalogue) -> None:
    newest = [card.id for card in shelf.newest(10)]
    assert newest[0] == ONE  # a copy of it came last
    assert len(newest) == len(set(newest)) == 10
    assert OTHER not in newest


def test_sources_count_records_and_works(shelf: Catalogue) -> None:
    keep(shelf.store, "11", "12", source="b")
    decisions.join(shelf.store, [rid("11", "b"), rid("12", "b")], why="twice", by="an editor")
    followed(shelf)
    assert shelf.store.works.count() == shelf.index.count() == 11
    assert shelf.store.works.count_by_source() == {"a": 10, "b": 2}
    assert shelf.store.records.count_by_source() == {"a": 10, "b": 3}


def test_a_new_address_is_known_without_anybody_asking_for_links(shelf: Catalogue) -> None:
    shelf.follow()
    assert shelf.store.links.count() == 11
    keep(shelf.store, "11")
    with shelf.following(interval=0.01):
        eventually(lambda: not shelf.behind())
    assert shelf.store.links.count() == 12


def test_no_address_is_noted_where_none_is_to_be_asked_for(tmp_path: Path) -> None:
    with Catalogue(
        Settings(
            store=StoreSettings(url=f"sqlite:///{tmp_path}/test.db"),
            index=IndexSettings(path=str(tmp_path / "index")),
            links=LinkSettings(on=False),
        )
    ) as catalogue:
        keep(catalogue.store, "1")
        catalogue.follow()
        assert catalogue.store.links.count() == 0
