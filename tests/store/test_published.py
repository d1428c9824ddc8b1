"""What harvesters are told, on both databases: lists, sets, datestamps and the key of tokens."""

from __future__ import annotations

import pytest
from test_store import entry, keep

from catalog import sets
from catalog.resource import LearningResource
from catalog.store import Store
from catalog.store.model import record_id
from catalog.store.published import Span


@pytest.fixture
def filled(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Three records, each of an hour of its own; the second was deleted in the fourth."""
    run = store.runs.begin("a", full=False, since="")
    for hour, name in enumerate("123"):
        monkeypatch.setattr("catalog.store.model.now", lambda h=hour: f"2026-03-01T0{h}:00:00Z")
        keep(store, run.id, entries=[entry(name)])
    monkeypatch.setattr("catalog.store.model.now", lambda: "2026-03-01T03:00:00Z")
    keep(store, run.id, gone=[store.keeping.known([record_id("a", "2")])[record_id("a", "2")].no])
    return store


def test_a_list_goes_by_changes(filled: Store) -> None:
    told = filled.published
    assert told.reached() == 0
    number, at = told.catch_up(60) or (0, "")
    assert (number, at) == (filled.records.latest(), "2026-03-01T03:00:00Z")
    for name in ("", "source:a"):
        everything = Span(name, 0, number)
        page = told.page(everything, 10)
        assert [(each.identifier, each.at[11:13], each.deleted) for each in page] == [
            ("1", "00", False), ("3", "02", False), ("2", "03", True)
        ]  # fmt: skip
        assert told.count(everything) == 3
        after = Span(name, page[0].seq, number)
        assert [each.identifier for each in told.page(after, 1)] == ["3"]
        since = Span(name, told.before("2026-03-01T02:00:00Z"), number)
        assert [each.identifier for each in told.page(since, 10)] == ["3", "2"]
        until = Span(name, 0, told.until("2026-03-01T02:00:00Z"))
        assert [each.identifier for each in told.page(until, 10)] == ["1", "3"]
    assert told.specs() == ["source:a"]
    assert told.earliest() == "2026-03-01T00:00:00Z"
    assert told.page(Span("source:b", 0, number), 10) == []


def test_what_comes_later_is_no_older_than_what_was_told(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = filled.published
    monkeypatch.setattr("catalog.store.model.now", lambda: "2026-03-02T00:00:00Z")
    before, at = told.catch_up(60) or (0, "")
    monkeypatch.setattr("catalog.store.model.now", lambda: "2026-01-01T00:00:00Z")
    run = filled.runs.begin("a", full=False, since="")
    keep(filled, run.id, entries=[entry("4")])
    found = told.get(record_id("a", "4"))
    assert found
    assert not found.at
    after, later = told.catch_up(60) or (0, "")
    assert (after, later) == (before + 1, at)
    assert [each.at for each in told.page(Span("", before, after), 10)] == [at]


def test_a_key_is_made_once(store: Store) -> None:
    key = store.published.key("tokens")
    assert len(key) == 32
    assert store.published.key("tokens") == key
    assert store.published.key("other") != key


def test_sets_are_of_what_is_known() -> None:
    placed = sets.Placed("a b", levels=("hbo", "no such level"), disciplines=("techniek",))
    assert list(sets.lowest(placed)) == ["discipline:techniek", "level:ho:hbo"]
    assert set(sets.every(placed)) == {
        "discipline", "discipline:techniek", "level", "level:ho", "level:ho:hbo"
    }  # fmt: skip
    assert set(sets.Placed.__struct_fields__) <= set(LearningResource.__struct_fields__)
