"""What is asked of works: whose copies, where an address leads, what is tied, how many."""

from __future__ import annotations

import pytest
from test_store import entry, keep

from catalog.store import Store, tables
from catalog.store.model import record_id
from catalog.works.reasons import Reason

A, B, C, D = (record_id("a", name) for name in "1234")

YEARS = '[{"code":"other_year","values":["2015","2019"]}]'


@pytest.fixture
def grouped(store: Store) -> Store:
    """Four records: the first three are copies of one work, and the third is deleted."""
    run = store.runs.begin("a", full=False, since="")
    keep(store, run.id, entries=[entry(name) for name in "1234"])
    numbers = store.keeping.known([A, B, C, D])
    keep(store, run.id, gone=[numbers[C].no])
    a, b, d = (numbers[id_].no for id_ in (A, B, D))
    with store.database.writing() as connection:
        rows = [{"record": numbers[id_].no, "work": A, "began": A} for id_ in (A, B, C)]
        connection.execute(tables.member.insert(), rows)
        tie = {
            "kind": "same",
            "direction": 0,
            "score": 1000,
            "evidence": '[{"code":"title","values":["x"]}]',
        }
        edition = tie | {"kind": "edition", "direction": -1, "score": 700, "evidence": YEARS}
        connection.execute(tables.tie.insert(), [{"a": a, "b": b, **tie}])
        connection.execute(tables.tie.insert(), [{"a": a, "b": d, **edition}])
        connection.execute(tables.tie.insert(), [{"a": b, "b": numbers[C].no, **tie}])
    return store


def test_only_members_have_a_work(grouped: Store) -> None:
    assert grouped.works.of([A, B, C, D, "nobody"]) == {A: A, B: A, C: A}
    assert grouped.works.of([]) == {}


def test_copies_are_live_and_in_order(grouped: Store) -> None:
    copies = grouped.works.copies([A, D])
    assert {work: [s.id for s in stored] for work, stored in copies.items()} == {A: [A, B]}


def test_an_address_leads_to_the_work_also_of_a_deleted_copy(grouped: Store) -> None:
    leads = [grouped.works.leads(id_) for id_ in (A, B, C, D, "nobody")]
    assert leads == [A, A, A, None, None]


def test_ties_are_told_as_seen_from_the_record_that_is_asked(grouped: Store) -> None:
    first, second = grouped.works.ties([A])
    assert (first.other, first.work, first.kind, first.score) == (B, A, "same", 1.0)
    assert first.evidence == (Reason("title", ("x",)),)
    assert (second.other, second.work, second.direction) == (D, D, -1)
    assert second.evidence == (Reason("other_year", ("2015", "2019")),)
    (back,) = grouped.works.ties([D])
    assert (back.other, back.direction, back.evidence[0].values) == (A, 1, ("2019", "2015"))


def test_a_deleted_record_has_no_ties(grouped: Store) -> None:
    assert grouped.works.ties([C]) == []
    assert [t.other for t in grouped.works.ties([B])] == [A]


def test_works_are_counted_once(grouped: Store) -> None:
    assert grouped.works.count() == 2
    assert grouped.works.count_by_source() == {"a": 2}
