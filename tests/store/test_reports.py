"""What visitors report: kept until somebody has dealt with it, and never without end."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.store import Store, reports
from catalog.store.reports import LONGEST, MOST_OF_ONE, ReportsFullError


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path}/s.db")


def test_reports_are_listed_newest_first_until_they_are_done(store: Store) -> None:
    store.reports.add("a" * 16, "gone", "")
    store.reports.add("b" * 16, "licence", "é" * 2 * LONGEST)
    newest, oldest = store.reports.waiting()
    assert (newest.record, newest.reason, newest.text) == ("b" * 16, "licence", "é" * LONGEST)
    assert store.reports.waiting(1) == [newest]
    assert store.reports.done(newest.id)
    assert not store.reports.done(newest.id)
    assert store.reports.waiting() == [oldest]
    store.close()


def test_of_one_material_no_more_are_taken_in_than_anybody_reads(store: Store) -> None:
    for _ in range(MOST_OF_ONE):
        store.reports.add("a" * 16, "gone", "")
    with pytest.raises(ReportsFullError):
        store.reports.add("a" * 16, "other", "")
    store.reports.add("b" * 16, "gone", "")
    assert len(store.reports.waiting()) == MOST_OF_ONE + 1
    store.close()


def test_a_day_has_an_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "MOST_A_DAY", 2)
    store.reports.add("a" * 16, "gone", "")
    store.reports.add("b" * 16, "gone", "")
    with pytest.raises(ReportsFullError):
        store.reports.add("c" * 16, "gone", "")
    store.close()
