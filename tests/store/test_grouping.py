"""Which records are one work follows from the records and the decisions, and from nothing else."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shelves import Plain, Shelf, plain_rules

from catalog.store import Store
from catalog.store.model import record_id
from catalog.works import components, decisions, tying
from catalog.works.decisions import DecisionError
from catalog.works.grouping import Grouping

NAMES = "pqrstuvwxyz"
A, B, C, D, E = (record_id("a", name) for name in "abcde")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tying, "COMMON", 4)
    monkeypatch.setattr(components, "MOST_COPIES", 5)
    monkeypatch.setattr(components, "MOST_TOGETHER", 7)


plains = st.builds(
    Plain,
    keys=st.text("ijkl", max_size=3),
    edition=st.sampled_from(["", "", "1", "2"]),
    score=st.sampled_from([700, 900, 1000]),
)
names = st.sampled_from(NAMES)
steps = st.one_of(
    st.tuples(st.just("put"), st.dictionaries(names, plains, min_size=1, max_size=5)),
    st.tuples(st.just("take"), st.lists(names, min_size=1, max_size=3)),
    st.tuples(st.just("group"), st.integers(1, 4)),
    st.tuples(st.sampled_from(["join", "split"]), st.lists(names, min_size=1, max_size=3)),
    st.tuples(st.just("undo"), st.integers(0, 3)),
    st.tuples(st.just("again"), st.none()),
)


class History:
    """What happens to a shelf; and what was ever shown of it."""

    def __init__(self, store: Store) -> None:
        self.shelf = Shelf(store)
        self.store = store
        self.shelf.clear()

    def do(self, step: tuple[str, object]) -> None:
        what, with_what = step
        grouping = Grouping(self.store, rules=plain_rules, batch=3)
        match what, with_what:
            case "put", dict():
                self.shelf.put(**with_what)
            case "take", list():
                self.shelf.take(*with_what)
            case "group", int():
                for _ in range(with_what):
                    grouping.step()
            case (("join" | "split"), list()):
                decide = decisions.join if what == "join" else decisions.split
                ids = [record_id("a", name) for name in with_what]
                with contextlib.suppress(DecisionError):
                    decide(self.store, ids, why="so", by="me")
            case "undo", int():
                found = self.store.works.decisions()
                if with_what < len(found):
                    self.store.works.undo(found[with_what].id)
            case "again", _:
                grouping.again()

    def catch_up(self) -> None:
        Grouping(self.store, rules=plain_rules, batch=4).catch_up()


LOOSE = settings(
    deadline=None,
    max_examples=80,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@LOOSE
@given(history=st.lists(steps, max_size=20))
def test_whatever_happened_the_works_are_those_of_the_live_records(
    store: Store, history: list[tuple[str, object]]
) -> None:
    past = History(store)
    for step in history:
        past.do(step)
    past.catch_up()
    assert past.shelf.works() == past.shelf.expected()


@LOOSE
@given(history=st.lists(steps, max_size=20))
def test_every_address_leads_to_where_its_record_is(
    store: Store, history: list[tuple[str, object]]
) -> None:
    past = History(store)
    ever: set[str] = set()
    for step in history:
        past.do(step)
        works = store.works.of([record_id("a", name) for name in NAMES])
        ever |= works.keys()
        assert ever == works.keys()  # once grouped, a record has a work for ever
        assert {store.works.leads(work) for work in works.values()} == set(works.values())
