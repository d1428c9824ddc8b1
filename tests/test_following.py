"""How the index is brought up to the store: how far it has come, and when it commits."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, cast

import pytest

from catalog.catalogue import Catalogue
from catalog.documents import Batch
from catalog.following import Follower, _follow_gently
from catalog.index import Change
from catalog.store import StoreError


class Shelf:
    """A catalogue, its documents, its index and the writer of that, all as small as can be."""

    def __init__(self, latest: int) -> None:
        self.latest_seq = latest
        self.fails_after = -1
        self.seq = 0
        self.applied: list[int] = []
        self.commits: list[int] = []
        self.documents = self.index = self.store = self.records = self

    def latest(self) -> int:
        return self.latest_seq

    def writer(self) -> Shelf:
        return self

    def after(self, seq: int) -> Batch | None:
        if seq == self.fails_after:
            raise StoreError("the disk is full")
        numbers = range(seq + 1, min(seq + 4, self.latest_seq + 1))
        return Batch([Change(n, f"{n}", None) for n in numbers], numbers[-1]) if numbers else None

    def apply(self, changes: Iterable[Change]) -> int:
        """Take changes in by twos, so that an error finds one that is not taken in."""
        rest, before = iter(changes), len(self.applied)
        while some := [change.seq for change in islice(rest, 2)]:
            self.applied += some
        return len(self.applied) - before

    def commit(self, seq: int) -> None:
        self.commits.append(seq)

    def close(self) -> None:
        """Nothing is open."""

    def follower(self) -> Follower:
        return Follower(cast("Catalogue", cast("Any", self)))


def test_all_that_waits_is_applied_and_committed_at_once() -> None:
    shelf = Shelf(10)
    assert shelf.follower().step(last=True) == 10
    assert (shelf.applied, shelf.commits) == (list(range(1, 11)), [10])


def test_what_was_read_before_an_error_is_applied_after_it() -> None:
    shelf = Shelf(10)
    follower = shelf.follower()
    shelf.fails_after = 3
    with pytest.raises(StoreError):
        follower.step(last=True)
    assert shelf.commits == []
    shelf.fails_after = -1
    follower.step(last=True)
    assert set(shelf.applied) == set(range(1, 11))
    assert shelf.commits == [10]


class Rests(list[float]):
    """How long each rest was; the last is cut short by the end of the process."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def wait(self, seconds: float) -> bool:
        self.append(seconds)
        return len(self) > self._most


@pytest.mark.parametrize(("rests", "applied", "committed"), [(9, 10, 10), (2, 9, 3)])
def test_beside_readers_it_rests_after_each_batch_and_ends_when_it_is_told_to(
    rests: int, applied: int, committed: int
) -> None:
    shelf, resting = Shelf(10), Rests(rests)
    _follow_gently(cast("Catalogue", cast("Any", shelf)), cast("Any", resting))
    assert len(resting) == min(4, rests + 1)
    assert all(resting)
    assert shelf.applied == list(range(1, applied + 1))
    assert shelf.commits[-1] == committed


def test_it_commits_less_often_while_more_is_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("catalog.following.time.monotonic", lambda: now)
    shelf = Shelf(12)
    follower = shelf.follower()
    now = 2.0
    assert follower.step(seconds=-1) == 3  # time is up after one look, and more is waiting
    assert shelf.commits == []
    now = 3.0
    assert follower.step(seconds=-1) == 3
    assert shelf.commits == [6]
    now = 3.9
    follower.step()
    now = 4.0
    follower.step()
    assert shelf.commits == [6, 12]
