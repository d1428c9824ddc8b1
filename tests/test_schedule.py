"""When a source is due."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from catalog.store.model import Counts, Run, Status
from harvester import schedule

HERE = ZoneInfo("Europe/Amsterdam")
NIGHTLY = "30 2 * * *"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


def run(status: Status, started: str) -> Run:
    return Run(
        id=1, source="a", status=status, full=False, whole=False, since="", watermark="",
        checkpoint="", started=started, ended="", total=None, counts=Counts(), message="",
        warnings=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cron", "closed", "last", "now", "is_due"),
    [
        (NIGHTLY, "", None, "2026-03-01T12:00", True),  # never harvested: at once
        ("", "", None, "2026-03-01T12:00", False),  # not scheduled
        (NIGHTLY, "07:00-19:00", None, "2026-03-01T12:00", False),
        (NIGHTLY, "19:00-07:00", None, "2026-03-01T23:00", False),  # past midnight
        (NIGHTLY, "19:00-07:00", None, "2026-03-01T06:59", False),
        (NIGHTLY, "19:00-07:00", None, "2026-03-01T07:00", True),
        (NIGHTLY, "", run("complete", "2026-03-01T01:30:00Z"), "2026-03-02T02:29", False),
        (NIGHTLY, "", run("complete", "2026-03-01T01:30:00Z"), "2026-03-02T02:30", True),
        (NIGHTLY, "", run("failed", "2026-03-01T01:30:00Z"), "2026-03-01T12:00", False),
        (NIGHTLY, "", run("incomplete", "2026-03-01T01:30:00Z"), "2026-03-01T03:00", False),
        (NIGHTLY, "", run("incomplete", "2026-03-01T01:30:00Z"), "2026-03-01T03:31", True),
        (NIGHTLY, "", run("deferred", "2026-03-01T01:30:00Z"), "2026-03-01T03:31", True),
        (NIGHTLY, "", run("refused", "2026-03-01T01:30:00Z"), "2026-03-01T12:00", False),
        # the night on which the clock jumps over half past two
        (NIGHTLY, "", run("complete", "2026-03-28T01:30:00Z"), "2026-03-29T12:00", True),
        ("*/15 * * * *", "", run("complete", "2026-03-01T01:30:00Z"), "2026-03-01T02:45", True),
    ],
)
def test_due(cron: str, closed: str, last: Run | None, now: str, is_due: bool) -> None:
    assert schedule.due(cron, closed, last, at(now)) is is_due


@pytest.mark.parametrize("wrong", ["daily", "61 * * * *", "* * *", "x y z a b"])
def test_a_wrong_schedule_is_explained(wrong: str) -> None:
    with pytest.raises(schedule.ScheduleError, match="is not a cron expression"):
        schedule.next_time(wrong, at("2026-03-01T12:00"))


@pytest.mark.parametrize("wrong", ["always", "7-19", "07:00", "25:00-26:00", "07:00-08:00-09:00"])
def test_wrong_closed_hours_are_explained(wrong: str) -> None:
    with pytest.raises(schedule.ScheduleError, match="is not a pair of times"):
        schedule.hours(wrong)
