"""Counting records and works of sources: not again for nothing, and not all the time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from test_documents import drop, keep

from catalog import totals
from catalog.store import Store
from catalog.totals import Counted


class Watched(Store):
    """A store that remembers how often its records were counted."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.times = 0
        count = self.records.count_by_source

        def counting() -> dict[str, int]:
            self.times += 1
            return count()

        self.records.count_by_source = counting  # type: ignore[method-assign]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(f"sqlite:///{tmp_path}/test.db")
    yield made
    made.close()


def test_every_change_is_counted_and_only_once(store: Watched) -> None:
    counted = Counted(store)
    assert counted.by_source() == ({}, {})
    keep(store, "1", "2")
    keep(store, "1", source="b")
    for _ in range(3):
        assert counted.by_source() == ({"a": 2, "b": 1}, {"a": 2, "b": 1})
    assert store.times == 2
    drop(store, "1", "b")
    assert counted.by_source() == ({"a": 2}, {"a": 2})
    assert store.times == 3


def test_what_takes_long_is_held_for_a_while(
    store: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = {"now": 100.0, "worked": 0.0}

    def worked() -> float:
        clock["worked"] += 0.5  # seconds, each time it is looked at
        return clock["worked"]

    monkeypatch.setattr(totals.time, "thread_time", worked)
    monkeypatch.setattr(totals.time, "monotonic", lambda: clock["now"])
    counted = Counted(store)
    counted.by_source()
    keep(store, "1")
    clock["now"] += 9
    assert counted.by_source() == ({}, {})
    clock["now"] += 2
    assert counted.by_source() == ({"a": 1}, {"a": 1})
