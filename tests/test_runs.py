"""How runs end, what they may take up again and what they may remove."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.store.model import Counts, Run, Status
from harvester import runs

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_run(status: Status, *, checkpoint: str = "x", full: bool = False, day: int = 1) -> Run:
    return Run(
        id=1, source="a", status=status, full=full, whole=False, since="", watermark="",
        checkpoint=checkpoint, started=f"2026-03-{day:02}T11:00:00Z", ended="", total=None,
        counts=Counts(), message="", warnings=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("last", "full", "resumes"),
    [
        (None, False, False),
        (a_run("running"), False, True),  # its process died: the lease was free
        (a_run("incomplete"), False, True),
        (a_run("failed"), False, True),
        (a_run("deferred"), False, True),
        (a_run("complete"), False, False),
        (a_run("refused"), False, False),  # it was read to its end
        (a_run("incomplete", checkpoint=""), False, False),
        (a_run("incomplete"), True, False),  # another list
        (a_run("incomplete", full=True), True, True),
    ],
)
def test_what_is_taken_up_again(last: Run | None, full: bool, resumes: bool) -> None:
    assert runs.may_resume(last, full=full, now=NOON) is resumes


def test_an_old_token_is_not_tried() -> None:
    later = datetime(2026, 3, 9, tzinfo=UTC)
    assert not runs.may_resume(a_run("incomplete"), full=False, now=later)


GOOD = Counts(pages=2, seen=10, added=9, rejected=1)


@pytest.mark.parametrize(
    ("finished", "error", "deferred", "counts", "status"),
    [
        (True, None, False, GOOD, "complete"),
        (True, None, False, Counts(), "complete"),  # nothing has changed
        (False, None, False, GOOD, "incomplete"),
        (False, "truncated", False, GOOD, "incomplete"),
        (False, "unreachable", False, Counts(), "failed"),
        (True, "late", False, GOOD, "incomplete"),
        (False, "come back", True, GOOD, "deferred"),
        (True, None, False, Counts(pages=1, seen=3, rejected=3), "failed"),
        (True, None, False, Counts(pages=2, seen=3, rejected=2, duplicates=1), "failed"),
    ],
)
def test_how_a_run_ends(
    finished: bool, error: str | None, deferred: bool, counts: Counts, status: str
) -> None:
    found, message = runs.ending(finished=finished, error=error, deferred=deferred, counts=counts)
    assert found == status
    assert (message == "") is (status == "complete")


@pytest.mark.parametrize(("rejected", "status"), [(9, "complete"), (10, "failed")])
def test_few_changes_that_are_all_rejected_let_an_increment_move_on(
    rejected: int, status: str
) -> None:
    counts = Counts(pages=1, seen=rejected, rejected=rejected)
    found, _ = runs.ending(finished=True, error=None, deferred=False, counts=counts, increment=True)
    assert found == status


@pytest.mark.parametrize(
    ("live", "absent", "allowed"),
    [(0, 0, True), (3, 1, True), (3, 2, False), (30, 3, True), (30, 4, False), (100, 10, True),
     (100, 11, False), (5, 5, False)],
)  # fmt: skip
def test_a_small_or_empty_list_removes_little(live: int, absent: int, allowed: bool) -> None:
    assert runs.removal_allowed(live, absent, confirmed=False) is allowed
    assert runs.removal_allowed(live, absent, confirmed=True)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_removal_never_exceeds_a_tenth(live: int, absent: int) -> None:
    if runs.removal_allowed(live, absent, confirmed=False):
        assert absent <= 1 or absent * 10 <= live


def test_counts_add_up() -> None:
    assert runs.adds_up(GOOD)
    assert not runs.adds_up(Counts(seen=1))
