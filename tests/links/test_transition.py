"""How one state of an address follows another, as time goes by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from catalog.links import (
    REASONS,
    STATES,
    Standing,
    State,
    Verdict,
    instant,
    seen,
    transition,
)

START = datetime(2026, 11, 23, 4, tzinfo=UTC)
ALIVE = Verdict(state="alive", reason="answers")
MISSING = Verdict(state="dead", reason="not-found", detail="404")
BUSY = Verdict(state="unsure", reason="busy", wait=7200)
FORBIDDEN = Verdict(state="unsure", reason="forbidden")


def after(*visits: tuple[float, Verdict], known: Standing | None = None) -> Standing:
    """Return what is known after visits, each so many days from the start."""
    known = known or Standing()
    for day, verdict in visits:
        now = START + timedelta(days=day)
        known = transition(known, verdict, now, days=30, share=0.5)
    return known


def on(day: float) -> str:
    return instant(START + timedelta(days=day))


def rounds(verdict: Verdict, number: int) -> Standing:
    """Return what is known after visits that are made as soon as they are due."""
    known, now = Standing(), START
    for _ in range(number):
        known = transition(known, verdict, now, days=30, share=0.5)
        now = datetime.fromisoformat(known.due)
    return known


@pytest.mark.parametrize(
    ("days", "state"),
    [
        ((0,), "unsure"),
        ((0, 1), "unsure"),
        ((0, 1, 3), "unsure"),  # often enough, but within a week
        ((0, 8), "unsure"),  # long enough, but only twice
        ((0, 1, 3, 7), "dead"),
        ((0, 3, 7), "dead"),
        ((0, 8, 9), "dead"),
        ((0, 0.1, 0.2, 6.9), "unsure"),
    ],
)
def test_dead_is_said_after_three_failures_over_a_week(
    days: tuple[float, ...], state: State
) -> None:
    assert after(*((day, MISSING) for day in days)).state == state


def test_failures_are_asked_for_again_after_one_three_and_seven_days() -> None:
    due = [rounds(MISSING, number).due for number in (1, 2, 3, 4)]
    assert due == [on(1), on(3), on(7), on(37)]
    assert [rounds(MISSING, n).state for n in (1, 3, 4, 10)] == ["unsure"] * 2 + ["dead"] * 2


def test_a_dead_link_says_since_when_nothing_was_there() -> None:
    dead = rounds(MISSING, 4)
    assert (dead.since, dead.failing, dead.checked) == (on(0), on(0), on(7))
    gone = transition(
        dead, Verdict(state="dead", reason="gone"), START + timedelta(days=40), days=30, share=0.5
    )
    assert (gone.state, gone.since, gone.reason) == ("dead", on(0), "gone")


@pytest.mark.parametrize("good", [ALIVE, Verdict(state="login", reason="password")])
def test_a_success_is_believed_at_once(good: Verdict) -> None:
    known = after((38, good), known=rounds(MISSING, 4))
    assert (known.state, known.failures, known.failing, known.since) == (
        good.state,
        0,
        "",
        on(38),
    )


def test_what_interrupts_failures_ends_their_row() -> None:
    assert after((0, MISSING), (1, MISSING), (3, FORBIDDEN), (7, MISSING)).failures == 1


@pytest.mark.parametrize("number", [1, 3, 10])
def test_what_only_refuses_us_is_never_dead(number: int) -> None:
    assert rounds(FORBIDDEN, number).state == "unsure"
    assert rounds(BUSY, number).state == "unsure"


def test_a_busy_host_leaves_what_is_known() -> None:
    known = after((0, ALIVE), (30, BUSY))
    assert (known.state, known.checked, known.due) == ("alive", on(0), on(30.25))
    assert after((0, ALIVE), (61, BUSY)).state == "unsure"
    assert after((0, MISSING), (1, BUSY)).failures == 1


@pytest.mark.parametrize("wait", [0.0, 60.0, 1e12, float("inf")])
def test_rest_has_bounds(wait: float) -> None:
    known = after((0, Verdict(state="unsure", reason="busy", wait=wait)))
    assert on(0.25) <= known.due <= on(7)


def test_visits_spread() -> None:
    due = {transition(Standing(), ALIVE, START, days=30, share=n / 100).due for n in range(100)}
    assert len(due) == 100
    assert on(24) <= min(due) < max(due) <= on(36)


def test_a_state_that_goes_on_keeps_its_beginning() -> None:
    moved = Verdict(state="moved", reason="redirect", target="https://a.example/nieuw")
    known = after((0, moved), (30, moved))
    assert (known.since, known.checked) == (on(0), on(30))
    assert seen(known) == ("moved", "redirect", "https://a.example/nieuw")


def test_reasons_are_closed() -> None:
    assert {state for states in REASONS.values() for state in states} == set(STATES)
    for states in REASONS.values():
        assert states in {("alive",), ("moved",), ("login",), ("unsure",), ("unsure", "dead")}
