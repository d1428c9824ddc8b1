"""Works out of ties: the same in any order, never against what contradicts, and bounded."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.works import components
from catalog.works.components import Edge, Rulings, clusters

ids = st.sampled_from("abcdefgh")
edges = st.lists(st.tuples(st.integers(700, 1000), ids, ids).filter(lambda e: e[1] != e[2]))
foes = st.sets(st.frozensets(ids, min_size=2, max_size=2), max_size=6)


def together(
    those: list[Edge], enemies: set[frozenset[str]], rulings: Rulings | None = None
) -> list[tuple[str, ...]]:
    return clusters(
        "abcdefgh",
        those,
        lambda one, other: frozenset((one, other)) in enemies,
        rulings or Rulings(),
    )


@given(edges, foes, st.randoms())
def test_order_does_not_matter(
    those: list[Edge], enemies: set[frozenset[str]], dice: random.Random
) -> None:
    shuffled = [(score, b, a) if dice.random() < 0.5 else (score, a, b) for score, a, b in those]
    dice.shuffle(shuffled)
    assert together(shuffled, enemies) == together(those, enemies)


@given(edges, foes)
def test_each_record_is_in_one_work_and_contradicts_nobody_in_it(
    those: list[Edge], enemies: set[frozenset[str]]
) -> None:
    works = together(those, enemies)
    assert sorted(itertools.chain(*works)) == list("abcdefgh")
    for work in works:
        pairs = itertools.combinations(work, 2)
        assert not any(frozenset(pair) in enemies for pair in pairs)


@given(edges)
def test_what_nothing_contradicts_hangs_together(those: list[Edge]) -> None:
    works = together(those, set())
    where = {id_: work for work in works for id_ in work}
    assert all(where[a] is where[b] for _, a, b in those)


@given(edges, foes, st.lists(st.lists(ids, min_size=2, max_size=3, unique=True), max_size=2))
def test_what_editors_join_is_joined(
    those: list[Edge], enemies: set[frozenset[str]], joined: list[list[str]]
) -> None:
    works = together(those, enemies, Rulings(joined=tuple(map(tuple, joined))))
    where = {id_: work for work in works for id_ in work}
    assert all(where[one] is where[other] for one, *others in joined for other in others)


def test_the_stronger_tie_decides_where_a_record_goes() -> None:
    those = [(900, "a", "b"), (950, "b", "c")]
    assert ("b", "c") in together(those, {frozenset("ac")})


def test_what_hangs_together_through_a_deleted_record_stays_joined() -> None:
    rulings = Rulings(joined=(("a", "gone", "b"),))
    assert ("a", "b") in together([], set(), rulings)


def test_a_work_has_no_more_copies_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(components, "MOST_COPIES", 3)
    chain = [(900, a, b) for a, b in itertools.pairwise("abcdefgh")]
    assert max(map(len, together(chain, set()))) == 3


def test_of_too_many_the_weakest_ties_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(components, "MOST_TOGETHER", 4)
    weak = [(700, "b", "c"), (700, "d", "e")]
    strong = [(900, "a", "b"), (900, "c", "d"), (900, "e", "f"), (800, "g", "h")]
    assert together(weak + strong, set()) == [("a", "b"), ("c", "d"), ("e", "f"), ("g", "h")]


def test_a_tangle_of_one_strength_is_left_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(components, "MOST_TOGETHER", 4)
    chain = [(900, a, b) for a, b in itertools.pairwise("abcdef")]
    assert together([*chain, (900, "g", "h")], set())[-1] == ("g", "h")
    assert len(together(chain, set())) == 8


def test_asking_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(components, "MOST_ASKED", 50)
    many = [f"r{n:03}" for n in range(60)]
    asked = 0

    def never(_one: str, _other: str) -> bool:
        nonlocal asked
        asked += 1
        return False

    chain = [(900, a, b) for a, b in itertools.pairwise(many)]
    found = clusters(many, chain, never, Rulings())
    assert asked <= 50
    assert len(found) > 1
