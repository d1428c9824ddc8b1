"""What decisions come to, above all where they contradict each other."""

from __future__ import annotations

from catalog.store.works import Decision
from catalog.works.decisions import Ruled, ruled


def weighed(*said: str) -> Ruled:
    """Weigh "join a b / c", in order; a "-" before it: it was taken back."""
    decisions = []
    for number, text in enumerate(said, 1):
        kind, _, rest = text.lstrip("-").partition(" ")
        records, _, others = rest.partition("/")
        decisions.append(
            Decision(
                id=number,
                kind="join" if kind == "join" else "split",
                records=tuple(records.split()),
                others=tuple(others.split()),
                why="so",
                by="me",
                at="2026-01-01T00:00:00Z",
                undone="2026-01-02T00:00:00Z" if text.startswith("-") else "",
                seq=number,
            )
        )
    found = ruled(decisions)
    assert ruled(reversed(decisions)) == found
    return found


def test_joins_hang_together() -> None:
    found = weighed("join a b", "join b c", "join x y")
    assert sorted(found.rulings.joined) == [("a", "b", "c"), ("x", "y")]
    assert found.overruled == {}


def test_a_split_keeps_apart_both_ways() -> None:
    apart = weighed("split a / b c").rulings.apart
    assert {id_: set(others) for id_, others in apart.items()} == {
        "a": {"b", "c"}, "b": {"a"}, "c": {"a"},
    }  # fmt: skip


def test_what_was_taken_back_counts_for_nothing() -> None:
    found = weighed("-join a b", "-split c / d")
    assert (found.rulings.joined, dict(found.rulings.apart), found.overruled) == ((), {}, {})


def test_the_later_of_two_holds() -> None:
    found = weighed("join a b", "split a / b")
    assert found.rulings.joined == ()
    assert found.overruled == {1: 2}
    found = weighed("split a / b", "join a b")
    assert found.rulings.joined == (("a", "b"),)
    assert not any(found.rulings.apart.values())
    assert found.overruled == {1: 2}


def test_a_contradiction_through_others_is_seen() -> None:
    found = weighed("join a b", "join b c", "split a / c")
    assert found.rulings.joined == (("b", "c"),)
    assert found.overruled == {1: 3}


def test_a_join_takes_back_all_that_was_split_among_its_works() -> None:
    found = weighed("split a / b c", "join a b / c")
    assert not any(found.rulings.apart.values())
    assert found.overruled == {1: 2}


def test_once_the_later_is_taken_back_the_earlier_holds_again() -> None:
    assert weighed("join a b", "-split a / b").rulings.joined == (("a", "b"),)
