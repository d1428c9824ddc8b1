"""Everything at one moment, on both databases, whatever is written meanwhile."""

from __future__ import annotations

from linked import keep

from catalog.store import Store
from catalog.store.snapshot import snapshot


def test_what_is_written_meanwhile_is_not_seen(store: Store) -> None:
    keep(store, {str(n): f"https://a.example/{n}" for n in range(5)})
    keep(store, {"1": "-"})
    with snapshot(store.database) as taken:
        first = next(taken.rows)
        keep(store, {"0": "https://a.example/new", "2": "-", "9": "https://a.example/9"})
        rows = [first, *taken.rows]
    assert (taken.seq, taken.records) == (6, 4)
    assert [(row.seq, row.deleted) for row in rows] == [
        (1, False), (6, True), (3, False), (4, False), (5, False)
    ]  # fmt: skip
    assert not any(b"/new" in row.resource for row in rows)
    with snapshot(store.database) as later:
        assert (later.seq, later.records) == (9, 4)
        assert len(list(later.rows)) == 6


def test_more_than_is_read_at_once(store: Store) -> None:
    keep(store, {str(n): f"https://a.example/{n}" for n in range(2500)})
    with snapshot(store.database) as taken:
        rows = list(taken.rows)
    assert [row.seq for row in rows] == list(range(1, 2501))
    assert {row.work == row.id for row in rows} == {True}
