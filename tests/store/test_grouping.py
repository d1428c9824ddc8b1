"""Which records are one work follows from the records and the decisions, and from nothing else."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shelves import Plain, Shelf, plain_rules

from catalog.store import Store, regrouping, sequence
from catalog.store.model import record_id
from catalog.store.tally import tally
from catalog.works import components, decisions, grouping, tying
from catalog.works.checking import stray
from catalog.works.decisions import DecisionError
from catalog.works.grouping import Grouping, GroupingBusyError

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
        follower = Grouping(self.store, rules=plain_rules, batch=3)
        match what, with_what:
            case "put", dict():
                self.shelf.put(**with_what)
            case "take", list():
                self.shelf.take(*with_what)
            case "group", int():
                for _ in range(with_what):
                    follower.step()
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
                follower.again()

    def catch_up(self) -> None:
        Grouping(self.store, rules=plain_rules, batch=4).catch_up()


LOOSE = settings(
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


@pytest.fixture
def shelf(store: Store) -> Shelf:
    return Shelf(store)


def group(shelf: Shelf) -> int:
    return Grouping(shelf.store, rules=plain_rules).catch_up()


def restated(shelf: Shelf, after: int) -> set[str]:
    return {id_ for _, id_ in shelf.store.restated.changes(after)}


def test_a_block_says_nothing_once_it_is_too_large_and_again_when_it_is_not(shelf: Shelf) -> None:
    few = {name: Plain("i") for name in "abcd"}
    shelf.put(**few)
    group(shelf)
    assert shelf.works() == [tuple(sorted((A, B, C, D)))]
    shelf.put(e=Plain("i"))
    group(shelf)
    assert len(shelf.works()) == 5
    counted = tally(shelf.store.database, tying.COMMON)
    assert (counted.crowded, counted.in_crowds, counted.ties) == (1, 5, {})
    shelf.take("a")
    group(shelf)
    assert shelf.works() == [tuple(sorted((B, C, D, E)))]


def test_only_works_with_changed_records_are_described_anew(shelf: Shelf) -> None:
    shelf.put(a=Plain("i"), b=Plain("i"), c=Plain("j"), d=Plain("j"), e=Plain("k"))
    group(shelf)
    latest = shelf.store.records.latest()
    assert restated(shelf, 0) == {A, B, C, D}
    shelf.put(b=Plain("i", "1"), e=Plain("l"))
    group(shelf)
    assert restated(shelf, latest) == {A}  # e is a work of its own, and tells that itself
    latest = shelf.store.records.latest()
    shelf.take("d")
    group(shelf)
    assert restated(shelf, latest) == {C}
    latest = shelf.store.records.latest()
    Grouping(shelf.store).again()
    assert group(shelf) == 5
    assert restated(shelf, latest) == set()


def test_a_work_that_joins_an_older_one_leads_there_and_gets_its_address_back(shelf: Shelf) -> None:
    shelf.put(a=Plain("i"), b=Plain("i"))
    shelf.put(c=Plain("j"), d=Plain("j"), e=Plain("j"))
    group(shelf)
    leads = shelf.store.works.leads
    shelf.take("c")  # with whose address the work goes on
    group(shelf)
    assert [leads(id_) for id_ in (A, B, C, D, E)] == [A, A, C, C, C]
    number = decisions.join(shelf.store, [C, A], why="one is the scan", by="me")
    group(shelf)
    assert [leads(id_) for id_ in (A, B, C, D, E)] == [A] * 5
    decisions.undo(shelf.store, number)
    group(shelf)
    assert [leads(id_) for id_ in (A, B, C, D, E)] == [A, A, C, C, C]


def test_a_work_of_which_nothing_lives_comes_back_under_its_address(shelf: Shelf) -> None:
    shelf.put(a=Plain("i"), b=Plain("i"))
    group(shelf)
    shelf.take("a", "b")
    group(shelf)
    assert shelf.store.works.copies([A]) == {}
    shelf.put(b=Plain("i"))
    group(shelf)
    assert [each.id for each in shelf.store.works.copies([A])[A]] == [B]


def test_the_part_with_the_first_record_keeps_the_address(shelf: Shelf) -> None:
    shelf.put(a=Plain("ij"), b=Plain("i"), c=Plain("j"))
    group(shelf)
    shelf.put(a=Plain("i"))
    group(shelf)
    assert shelf.store.works.of([A, B, C]) == {A: A, B: A, C: C}


def test_decisions_outlive_what_is_harvested(shelf: Shelf) -> None:
    shelf.put(a=Plain("i"), b=Plain("i"), c=Plain("i"), d=Plain("j"))
    group(shelf)
    decisions.split(shelf.store, [B], why="the teacher's", by="me")
    group(shelf)
    decisions.join(shelf.store, [B, D], why="so", by="me")
    group(shelf)
    expected = sorted([tuple(sorted((A, C))), tuple(sorted((B, D)))])
    assert shelf.works() == expected
    shelf.put(b=Plain("i", "2"), a=Plain("ik"), d=Plain("l", "1"))
    group(shelf)
    assert shelf.works() == expected
    shelf.take("b", "d")
    group(shelf)
    shelf.put(b=Plain("i"), d=Plain("j"))
    group(shelf)
    assert shelf.works() == expected


def test_what_was_joined_no_longer_contradicts_itself(shelf: Shelf) -> None:
    shelf.put(a=Plain("i", "1"), b=Plain("i", "1"), c=Plain("j", "2"), d=Plain("j", "2"))
    group(shelf)
    decisions.join(shelf.store, [A, C], why="both are the second", by="me")
    shelf.put(e=Plain("j", "2"))
    group(shelf)
    assert shelf.works() == [tuple(sorted((A, B, C, D, E)))]


@pytest.mark.parametrize(
    ("kind", "ids", "problem"),
    [
        ("join", [A], "takes two"),
        ("join", [A, A], "takes two"),
        ("join", [A, "nobody"], "there is no record or work nobody"),
        ("split", [D], f"{D} is not one of several copies"),
        ("split", [A, B], "nothing of the work would be left"),
        ("split", [A, C], "different works already"),
    ],
)
def test_what_cannot_be_decided_is_refused(
    shelf: Shelf, kind: str, ids: list[str], problem: str
) -> None:
    shelf.put(a=Plain("i"), b=Plain("i"), c=Plain("k"), e=Plain("k"), d=Plain("j"))
    group(shelf)
    decide = decisions.join if kind == "join" else decisions.split
    with pytest.raises(DecisionError, match=problem):
        decide(shelf.store, ids, why="so", by="me")
    assert shelf.store.works.decisions() == []


def test_a_batch_that_breaks_off_leaves_nothing_and_is_done_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put(a=Plain("i"), b=Plain("i"))
    group(shelf)
    shelf.put(c=Plain("i"), b=Plain("j"))
    follower = Grouping(shelf.store, rules=plain_rules)
    for module, name in ((regrouping, "keep_position"), (sequence, "restate")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, _die)
            with pytest.raises(ZeroDivisionError):
                follower.step()
        assert shelf.store.works.of([A, B, C]) == {A: A, B: A}
        assert follower.waiting() == 2
    group(shelf)
    assert shelf.works() == shelf.expected() == sorted([tuple(sorted((A, C))), (B,)])


def test_what_comes_while_a_batch_is_read_is_not_passed_over(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put(a=Plain("i"), b=Plain("j"))
    read = regrouping.changed

    def read_and_write(*arguments: Any) -> list[regrouping.Changed]:
        monkeypatch.undo()
        found = read(*arguments)
        shelf.put(c=Plain("i"))
        decisions.join(shelf.store, [A, B], why="so", by="me")
        return found

    group(shelf)
    shelf.put(d=Plain("k"))
    monkeypatch.setattr(regrouping, "changed", read_and_write)
    group(shelf)
    assert shelf.works() == shelf.expected() == sorted([tuple(sorted((A, B, C))), (D,)])


def _die(*_arguments: object) -> None:
    raise ZeroDivisionError


def test_other_rules_look_at_everything_again(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.put(a=Plain("i"), b=Plain("i"))
    group(shelf)
    assert group(shelf) == 0
    monkeypatch.setattr(grouping, "VERSION", 1000)
    follower = Grouping(shelf.store, rules=plain_rules)
    assert follower.behind()
    assert follower.waiting() == 2
    assert follower.catch_up() == 2
    assert not follower.behind()
    assert follower.waiting() == 0


def test_where_there_is_nothing_nothing_waits(store: Store) -> None:
    follower = Grouping(store, rules=plain_rules)
    assert not follower.behind()
    follower.catch_up()
    assert not follower.behind()
    assert follower.waiting() == 0


def test_one_process_groups_at_a_time(shelf: Shelf) -> None:
    shelf.put(a=Plain("i"))
    first, second = (Grouping(shelf.store, rules=plain_rules) for _ in range(2))
    with first._alone(), pytest.raises(GroupingBusyError, match="at this moment"):
        second.step()
    assert second.step() is not None


def test_who_brings_all_along_waits_for_who_does_a_batch(shelf: Shelf) -> None:
    shelf.put(a=Plain("i"), b=Plain("i"))
    first, second = (Grouping(shelf.store, rules=plain_rules) for _ in range(2))
    with contextlib.ExitStack() as held:
        held.enter_context(first._alone())
        letting_go = threading.Timer(0.1, held.pop_all().close)
        letting_go.start()
        assert second.catch_up() == 2
    letting_go.join()


def test_another_process_may_have_seen_them_change(shelf: Shelf) -> None:
    shelf.put(a=Plain("i"), b=Plain("j"))
    first = Grouping(shelf.store, rules=plain_rules)
    first.catch_up()
    shelf.put(b=Plain("i", "2"))
    group(shelf)
    shelf.put(c=Plain("i", "1"), a=Plain("k"))
    first.catch_up()
    assert shelf.works() == shelf.expected() == sorted([(A,), (B,), (C,)])


def test_what_is_in_the_wrong_work_is_told_and_mended(shelf: Shelf) -> None:
    shelf.put(a=Plain("i"), b=Plain("i"), c=Plain("j"), d=Plain("j"))
    group(shelf)
    assert stray(shelf.store, plain_rules) == 0
    with shelf.store.database.writing() as connection:
        rows = regrouping.rows_of(connection, [B, C])
        moved = regrouping.Regrouped(members={rows[B]: (C, C), rows[C]: (A, A)})
        regrouping.write(connection, moved)
    assert stray(shelf.store, plain_rules) == 2
    Grouping(shelf.store).again()
    group(shelf)
    assert stray(shelf.store, plain_rules) == 0
    assert shelf.works() == shelf.expected()


def test_works_are_told_in_figures(shelf: Shelf) -> None:
    shelf.put(a=Plain("i", "1"), b=Plain("ij"), c=Plain("j", "2"), d=Plain("k"))
    group(shelf)
    counted = tally(shelf.store.database, tying.COMMON)
    assert (counted.records, counted.works) == (4, 3)
    assert (counted.with_copies, counted.copies, counted.largest) == (1, 2, 2)
    assert counted.ties == {"same": 2}
    assert counted.apart == 1
